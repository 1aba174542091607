"""A mail's page as text. In: html. Out: lines; what the page marks as quoted begins with "> ".

So one rule parts own words from quoted ones in all mails, however they were written.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

LARGEST = 4_000_000
DEEPEST = 2000
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_VOID = frozenset(
    "p br hr img input meta link area base col embed param source track wbr li td tr th tbody option dt dd en-media".split()
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
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
    from selectolax.lexbor import LexborHTMLParser

    html = html[:LARGEST]
    if _too_deep(html):
        return unescape(_ANY_TAG.sub(" ", html)).strip()
    tree = LexborHTMLParser(html)
    root: Any = tree.body or tree.root
    if root is None:
        return ""
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

    top = root.mem_id
    node: Any = root.child
    while node is not None:
        tag = node.tag
        down = False
        if tag == "-text":
            text = (node.text_content or "").replace("\u00a0", " ").replace("\u200b", "")
            if not pre:
                text = _SPACE.sub(" ", text)
                if not line or line[-1].endswith((" ", "\n")):
                    text = text.lstrip(" ")
            if text:
                line.append(text)
        elif tag == "br":
            if line:
                end()
            else:
                lines.append("> " if quotes else "")
        elif tag not in _LEFT_OUT and tag != "-comment":
            attributes = node.attributes
            style = attributes.get("style") or ""
            if not (style and _HIDDEN.search(style)):
                if tag in _BLOCK:
                    end(tag in _APART)
                if _is_quote(tag, attributes, style):
                    end()
                    quotes.append(node.mem_id)
                pre += tag == "pre"
                if tag == "hr":
                    lines.append("")
                if tag in ("td", "th") and line:
                    line.append(" ")
                down = node.child is not None
                if not down:
                    pre -= tag == "pre"
                    if quotes and quotes[-1] == node.mem_id:
                        quotes.pop()
        if down:
            node = node.child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == top:
                node = None
                break
            if node.tag in _BLOCK:
                end(node.tag in _APART)
            pre -= node.tag == "pre"
            if quotes and quotes[-1] == node.mem_id:
                end()
                quotes.pop()
        else:
            node = node.next if node is not None else None
    end()
    return "\n".join(lines).strip("\n")


def _is_quote(tag: str, attributes: dict[str, str | None], style: str) -> bool:
    if tag == "blockquote":
        # Gmail's indent is a blockquote without a line at its side.
        return attributes.get("type") == "cite" or not _INDENT.search(style)
    names = attributes.get("class")
    return bool(names and _QUOTE_CLASS.search(names))


def _too_deep(html: str) -> bool:
    """A page that nests as no program writes: the parser's time would grow with the square of it."""
    if html.count("<") < DEEPEST:
        return False
    depth = 0
    for m in _TAG.finditer(html):
        if m[2].lower() in _VOID:
            continue
        depth += -1 if m[1] else 1
        if depth > DEEPEST:
            return True
        depth = max(depth, 0)
    return False
