"""A note's markup as text. In: html or Evernote's markup. Out: lines; tasks with their boxes, no pictures."""

from __future__ import annotations

import re
from typing import Any

from afterword.importers.markup import SPACE, walk, words_in

LARGEST = 8_000_000
_BLOCK = frozenset(
    "p div li ul ol tr table blockquote h1 h2 h3 h4 h5 h6 section article header footer hr pre body html en-note dl dt dd".split()
)
_LEFT_OUT = frozenset("script style head title meta link noscript template object svg".split())


def text_of(html: str) -> str:
    return words_in(html[:LARGEST], _words)


def _words(root: Any) -> str:
    lines: list[str] = []
    line: list[str] = []
    pre = 0

    def end() -> None:
        text = "".join(line)
        if text.strip():
            lines.append(text.rstrip() if pre else text.strip())
        line.clear()

    for node, begins in walk(root, lambda node: node.tag in _LEFT_OUT or node.tag == "-comment"):
        tag = node.tag
        if not begins:
            if tag in _BLOCK:
                end()
            pre -= tag == "pre"
        elif tag == "-text":
            text = (node.text_content or "").replace("\u00a0", " ").replace("\u200b", "")
            if pre or (text := SPACE.sub(" ", text)).strip() or line:
                line.append(text)
        elif tag == "br":
            if line:
                end()
            else:
                lines.append("")
        elif tag == "en-todo":  # the html parser hangs the rest of the line into it
            line.append("☑ " if (node.attributes.get("checked") or "") == "true" else "☐ ")
        else:
            if tag in _BLOCK:
                end()
            pre += tag == "pre"
    end()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
