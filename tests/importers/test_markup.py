"""What all importers of pages share: nodes in their order, what is left out, and the depth at which a page is refused."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from afterword.importers.markup import DEEPEST, nests, outermost, walk, words_in


def test_nodes_begin_and_end_in_the_pages_order_and_what_is_left_out_is_so_whole() -> None:
    body = LexborHTMLParser("<div>早<b>hello</b><ul><li>no</li></ul></div><p>晚安</p>").body
    seen = [(node.tag, begins) for node, begins in walk(body, lambda node: node.tag == "ul") if node.tag != "-text"]
    assert seen == [("div", True), ("b", True), ("b", False), ("div", False), ("p", True), ("p", False)]


def test_the_outermost_of_boxes_in_boxes() -> None:
    tree = LexborHTMLParser("<div id=a><p><div id=b></div></div><div id=c></div>")
    assert [node.attributes["id"] for node in outermost(tree.css("div"))] == ["a", "c"]


@pytest.mark.parametrize(
    ("page", "deep"),
    [
        ("<div>" * (DEEPEST + 1), True),
        ("<div>" * DEEPEST, False),
        ("<div></div>" * DEEPEST * 2, False),
        ("<p>" * DEEPEST * 2, False),
        ("<svg>" + "<path/>" * DEEPEST * 2, False),
    ],
)
def test_a_page_nests_too_deeply_only_where_boxes_stay_open(page: str, deep: bool) -> None:
    assert nests(page) is deep


def test_a_mail_that_nests_too_deeply_keeps_its_words() -> None:
    assert words_in("<div>" * (DEEPEST + 1) + "再见 &amp; goodbye", lambda root: "read") == "再见 & goodbye"
    assert words_in("<div>再见</div>", lambda root: root.text()) == "再见"
