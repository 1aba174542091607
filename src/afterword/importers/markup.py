"""Pages that other programs wrote. In: html, or a tree of it. Out: whether it nests too deeply; its nodes, one by one.

A page may nest more deeply than Python recurses, and the parser's time grows with the square of the depth. So the depth
is counted before a page is parsed, and its tree is walked without recursion. Which words count is each format's affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

LARGEST = 256 << 20
"""Bytes of one page of an export, which is held whole."""
DEEPEST = 2_000
"""Boxes in boxes that a page may have."""
SPACE = re.compile(r"[ \t\r\n\f]+")
_BEGUN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_WHOLE = re.compile(r"<(/?)([a-zA-Z][\w-]*)(?:[^<>]*[^<>/])?>")
_ANY = re.compile(r"<[^<>]*>")
_LOOSE = frozenset(
    "p br hr img input meta link area base col embed param source track wbr li td tr th tbody option dt dd en-media".split()
)
"""Tags that need not be closed."""


def nests(page: str) -> bool:
    """Does a page nest as no program writes? Comparisons in its scripts and drawings' tags that close themselves do not."""
    return _deeper(page, _WHOLE)


def words_in(markup: str, read: Callable[[Any], str]) -> str:
    """The words of a mail or a note, as `read` takes them off its tree. One that nests too deeply only loses its tags; so
    for these whatever begins like a tag counts."""
    from selectolax.lexbor import LexborHTMLParser

    if _deeper(markup, _BEGUN):
        return unescape(_ANY.sub(" ", markup)).strip()
    tree = LexborHTMLParser(markup)
    root = tree.body or tree.root
    return read(root) if root is not None else ""


def _deeper(html: str, tag: re.Pattern[str]) -> bool:
    if html.count("<") < DEEPEST:
        return False
    depth = 0
    for m in tag.finditer(html):
        if m[2].lower() not in _LOOSE:
            depth = max(0, depth + (-1 if m[1] else 1))
            if depth > DEEPEST:
                return True
    return False


def walk(root: Any, left_out: Callable[[Any], bool]) -> Iterator[tuple[Any, bool]]:
    """Every node under `root`, in the page's order, as (node, True) where it begins and (node, False) where it ends; what
    is left out is so with all that lies in it."""
    node, above = root.child, 0
    while node is not None:
        if not left_out(node):
            yield node, True
            if (child := node.child) is not None:
                node, above = child, above + 1
                continue
            yield node, False
        while node.next is None:
            if not above:
                return
            node, above = node.parent, above - 1
            yield node, False
        node = node.next


def outermost(nodes: list[Any]) -> list[Any]:
    """Those that do not lie in another one."""
    ids = {node.mem_id for node in nodes}
    return [node for node in nodes if not _inside(node, ids)]


def _inside(node: Any, ids: set[int]) -> bool:
    above = node.parent
    while above is not None and above.mem_id not in ids:
        above = above.parent
    return above is not None
