"""Slack's mrkdwn as a person reads it: names for ids, labels for links, quotes apart, three entities decoded."""

from __future__ import annotations

import re
from typing import Any

_MARK = re.compile(r"<([^<>]+)>")
_QUOTE = re.compile(r"^&gt;&gt;&gt;.*\Z|^&gt;(?!&gt;&gt;)[^\n]*(?:\n|\Z)", re.M | re.S)
_QUOTE_MARK = re.compile(r"^&gt;(?:&gt;&gt;)? ?", re.M)


def own_and_quoted(text: str, names: dict[str, str]) -> tuple[str, str]:
    if "&gt;" not in text or (not text.startswith("&gt;") and "\n&gt;" not in text):
        return readable(text, names), ""
    parts = text.split("```")  # inside a block of code ">" is no quote
    quoted: list[str] = []
    for i in range(0, len(parts), 2):
        quoted += [_QUOTE_MARK.sub("", q).strip("\n") for q in _QUOTE.findall(parts[i])]
        parts[i] = _QUOTE.sub("", parts[i])
    return readable("```".join(parts), names).strip("\n"), readable("\n".join(quoted), names)


def readable(text: str, names: dict[str, str]) -> str:
    if "<" in text:
        text = _MARK.sub(lambda m: _mark(m[1], names), text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def _mark(inner: str, names: dict[str, str]) -> str:
    target, _, label = inner.partition("|")
    first = target[:1]
    if first == "@":
        return "@" + (label or names.get(target[1:], target[1:])).removeprefix("@")
    if first == "#":
        return "#" + (label or names.get(target[1:], target[1:])).removeprefix("#")
    if first == "!":
        return label or "@" + target[1:].partition("^")[0]
    return label or target.removeprefix("mailto:")


def text_of_blocks(value: Any, names: dict[str, str], depth: int = 0) -> str:
    """The words of blocks, for a message whose `text` is empty. Quotes inside them are passed over."""
    if depth > 20:
        return ""
    if isinstance(value, list):
        return "".join(text_of_blocks(v, names, depth + 1) for v in value)
    if not isinstance(value, dict):
        return ""
    kind, text = value.get("type"), value.get("text")
    if kind == "rich_text_quote":
        return ""
    if kind == "user":
        return "@" + names.get(str(value.get("user_id")), str(value.get("user_id")))
    if kind == "emoji":
        return f":{value.get('name')}:"
    if kind == "link":
        return str(text or value.get("url") or "")
    if isinstance(text, dict):
        return text_of_blocks(text, names, depth + 1) + "\n"
    if isinstance(text, str):
        return readable(text, names) if kind == "mrkdwn" else text
    if kind == "table":
        rows = value.get("rows")
        return "".join(_row(row, names, depth) + "\n" for row in (rows if isinstance(rows, list) else []))
    inner = text_of_blocks(value.get("elements") or value.get("fields") or [], names, depth + 1)
    return inner + "\n" if inner and kind in ("rich_text_section", "section", "context") else inner


def _row(row: Any, names: dict[str, str], depth: int) -> str:
    cells = row if isinstance(row, list) else []
    return "\t".join(text_of_blocks(c, names, depth + 1).strip("\n") for c in cells).rstrip()
