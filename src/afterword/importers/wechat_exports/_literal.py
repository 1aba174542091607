"""Object literals of JavaScript as MemoTrace v1 writes them into its pages. In: a text file. Out: dicts, streamed.

Not JSON: names stand bare, strings in single quotes, a comma behind the last. The text is only ever taken apart into
tokens by one pattern and never run. An exporter that forgot to escape a quote leaves an object nobody can read; the
next one begins at the next "{ type:".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

CHUNK = 1 << 20
LARGEST = 4 << 20
"""Characters one object may have."""

_PART = re.compile(
    r"""[\s,]*(?:([A-Za-z_$][\w$]*)|"([^"\\]{1,60})"|'([^'\\]{1,60})')\s*:\s*"""
    r"""(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|([^\s,'"{}\[\]]*))\s*(?=[,}])""",
    re.S,
)
_END = re.compile(r"[\s,]*\}")
_NEXT = re.compile(r"[\s,]*(\{|\])")
_RESUME = re.compile(r"\}\s*,\s*(?=\{\s*type\s*:)|\}\s*,?\s*(?=\]\s*;?\s*(?:</script>|\n))")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|.)", re.S)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": ""}
_HALF = re.compile("[\ud800-\udfff]")


def objects(f: IO[str], text: str) -> Iterator[tuple[dict[str, str] | None, str]]:
    """(the object, "") for each object of the list that begins in `text`, or (None, its text) for an unreadable one.

    A list that does not end gives (None, "…") with what was left, last.
    """
    at, ended = 0, False
    while True:
        m = _NEXT.match(text, at)
        if m is None or (m.end() == len(text) and not ended):
            block = "" if ended else f.read(CHUNK)
            ended = not block
            if ended and m is None:
                if text[at:].strip(" \t\r\n,"):
                    yield None, text[at : at + 2000]
                else:
                    yield None, "the file ends here"
                return
            text, at = text[at:] + block, 0
            if m is None and not ended and _NEXT.match(text) is None and text.strip(" \t\r\n,"):
                yield None, text[:2000]
                return
            continue
        if m[1] == "]":
            return
        found, end = _object(text, m.end())
        while found is None and not ended and _RESUME.search(text, m.end()) is None and len(text) - at < LARGEST:
            block = f.read(CHUNK)
            ended = not block
            text, at = text[at:] + block, 0
            m = _NEXT.match(text)
            assert m is not None
            found, end = _object(text, m.end())
        if found is not None:
            yield found, ""
            at = end
            continue
        resume = _RESUME.search(text, m.end())
        yield None, text[m.start() : resume.start() if resume else None][:2000]
        if resume is None:
            return
        at = resume.end()


def _object(text: str, at: int) -> tuple[dict[str, str] | None, int]:
    found: dict[str, str] = {}
    while m := _PART.match(text, at):
        name = m[1] or m[2] or m[3]
        raw = m[4] if m[4] is not None else m[5] if m[5] is not None else m[6]
        found[name] = _ESCAPE.sub(_unescaped, raw) if "\\" in raw else raw
        at = m.end()
    end = _END.match(text, at)
    return (found, end.end()) if end and found else (None, at)


def _unescaped(m: re.Match[str]) -> str:
    code = m[1]
    if code[0] in "ux" and len(code) > 1:
        return _HALF.sub("?", chr(int(code[1:], 16)))
    return "" if code in ("\n", "\r\n") else _PLAIN.get(code, code)
