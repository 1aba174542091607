"""A mail's page as text. In: html. Out: lines; what the page marks as quoted begins with "> ".

So one rule parts own words from quoted ones in all mails, however they were written.
"""

from __future__ import annotations

import re
from typing import Any

from afterword.importers.markup import SPACE, walk, words_in

LARGEST = 4_000_000
_BLOCK = frozenset(
    "p div li ul ol tr table blockquote h1 h2 h3 h4 h5 h6 section article header footer center dl dt dd form hr pre"
    " address title body html tbody thead main aside figure fieldset".split()
)
_APART = frozenset("p ul ol table h1 h2 h3 h4 h5 h6 pre".split())
_LEFT_OUT = frozenset("script style head title meta link noscript template object svg math select textarea".split())
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|max-height\s*:\s*0(?!\.)|font-size\s*:\s*0(?:px)?\s*(?:;|$)", re.I
)
_INDENT = re.compile(r"border(?:-\w+)?\s*:\s*none", re.I)
_QUOTE_CLASS = re.compile(
    r"\b(?:gmail_attr|moz-cite-prefix|protonmail_quote|tutanota_quote|zmail_extra|yahoo_quoted|freebirdFormviewerViewItemsItemItemHelpText)\b"
)


def text_of(html: str) -> str:
    return words_in(html[:LARGEST], _words)


def _words(root: Any) -> str:
    lines: list[str] = []
    line: list[str] = []
    quotes: list[Any] = []
    pre = 0

    def end(blank: bool = False) -> None:
        text = "".join(line)
        if not pre:
            text = text.strip()
        mark = "> " if quotes else ""
        if text.strip() or (pre and line):
            lines.extend(mark + t for t in text.split("\n"))
        line.clear()
        if blank and lines and lines[-1] not in ("", "> "):
            lines.append(mark)

    for node, begins in walk(root, _is_left_out):
        tag = node.tag
        if not begins:
            if tag in _BLOCK:
                end(tag in _APART)
            pre -= tag == "pre"
            if quotes and quotes[-1] == node.mem_id:
                end()
                quotes.pop()
        elif tag == "-text":
            text = (node.text_content or "").replace("\u00a0", " ").replace("\u200b", "")
            if not pre:
                text = SPACE.sub(" ", text)
                if not line or line[-1].endswith((" ", "\n")):
                    text = text.lstrip(" ")
            if text:
                line.append(text)
        elif tag == "br":
            if line:
                end()
            else:
                lines.append("> " if quotes else "")
        else:
            if tag in _BLOCK:
                end(tag in _APART)
            if _is_quote(node):
                end()
                quotes.append(node.mem_id)
            pre += tag == "pre"
            if tag == "hr":
                lines.append("")
            if tag in ("td", "th") and line:
                line.append(" ")
    end()
    return "\n".join(lines).strip("\n")


def _is_left_out(node: Any) -> bool:
    tag = node.tag
    if tag in ("-text", "br"):
        return False
    return tag in _LEFT_OUT or tag == "-comment" or bool(_HIDDEN.search(node.attributes.get("style") or ""))


def _is_quote(node: Any) -> bool:
    attributes = node.attributes
    if node.tag == "blockquote":
        # Gmail's indent is a blockquote without a line at its side.
        return attributes.get("type") == "cite" or not _INDENT.search(attributes.get("style") or "")
    names = attributes.get("class")
    return bool(names and _QUOTE_CLASS.search(names))
