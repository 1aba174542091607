"""A note's markup as text. In: html or Evernote's markup. Out: lines; tasks with their boxes, no pictures."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

LARGEST = 8_000_000
DEEPEST = 2000
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_VOID = frozenset(
    "p br hr img input meta link area base col embed param source track wbr li td tr th tbody option dt dd en-media".split()
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCK = frozenset(
    "p div li ul ol tr table blockquote h1 h2 h3 h4 h5 h6 section article header footer hr pre body html en-note dl dt dd".split()
)
_LEFT_OUT = frozenset("script style head title meta link noscript template object svg".split())


def text_of(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    html = html[:LARGEST]
    if _too_deep(html):
        return unescape(_ANY_TAG.sub(" ", html)).strip()
    tree = LexborHTMLParser(html)
    root: Any = tree.body or tree.root
    if root is None:
        return ""
    top, lines, line, pre = root.mem_id, [], [], 0  # type: ignore[var-annotated]

    def end() -> None:
        text = "".join(line)
        if text.strip():
            lines.append(text.rstrip() if pre else text.strip())
        line.clear()

    node: Any = root.child
    while node is not None:
        tag = node.tag
        down = False
        if tag == "-text":
            text = (node.text_content or "").replace("\u00a0", " ").replace("\u200b", "")
            if pre or (text := _SPACE.sub(" ", text)).strip() or line:
                line.append(text)
        elif tag == "br":
            if line:
                end()
            else:
                lines.append("")
        elif tag == "en-todo":
            line.append("☑ " if (node.attributes.get("checked") or "") == "true" else "☐ ")
            down = node.child is not None  # the html parser hangs the rest of the line into it
        elif tag not in _LEFT_OUT and tag != "-comment":
            if tag in _BLOCK:
                end()
            pre += tag == "pre"
            down = node.child is not None
            if not down:
                pre -= tag == "pre"
        if down:
            node = node.child
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == top:
                node = None
                break
            if node.tag in _BLOCK:
                end()
            pre -= node.tag == "pre"
        else:
            node = node.next if node is not None else None
    end()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


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
