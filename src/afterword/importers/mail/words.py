"""The writer's own words in a mail. In: its text. Out: the own words, the quoted ones, and whether it passes a mail on.

A reply holds the words of both sides, above, below or among each other, and nothing in the format tells them apart.
What a person did not write must not be theirs, so when a block begins as programs begin quoted blocks (a line that
names who wrote when, a rule, a block of headers) and no ">" says where it ends, everything after it is quoted. Where
">" says it, words below and between are the writer's own. Signatures and what a telephone adds are nobody's words.
"""

from __future__ import annotations

import re

from afterword.importers.mail.phrases import (
    ADDRESSED,
    ATTRIBUTION,
    DATED,
    FOOTER,
    FORWARDED,
    FROM,
    MARKS,
    OPENING,
    ORIGINAL,
    OTHER_LABEL,
    SENT_FROM,
    WHEN,
    WHEN_LABEL,
)

_RULED = re.compile(r"[-_=—–─*‐]{2,}\s*([^-_=—–─*‐].*?)\s*[-_=—–─*‐]{2,}\Z")
_ONLY_RULE = re.compile(r"[-_=—–─*‐\s]{3,}\Z")
_BLANKS = re.compile(r"\n(?:[ \t]*\n){2,}")
_DASHES = re.compile(r"^- (?=-)", re.M)
_SIGNED, _SIGNATURE, _SIGNATURE_END = (
    f"-----{word}-----" for word in ("BEGIN PGP SIGNED MESSAGE", "BEGIN PGP SIGNATURE", "END PGP SIGNATURE")
)
_FORWARD_MARKS = ("-", "_", "=", "—", "–", "─", "*", "‐")
LIST_FOOTER = re.compile(r"_{30,}\Z")


def unflowed(text: str, delete_space: bool) -> str:
    """format=flowed as the writer saw it: a line that ends in a space goes on in the next one of the same depth."""
    out: list[str] = []
    flowing, depth_before = False, 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:]
        if rest.startswith(" "):
            rest = rest[1:]
        signature = rest == "-- "
        if flowing and depth == depth_before and not signature:
            out[-1] += rest
        else:
            out.append(">" * depth + (" " if depth and rest else "") + rest)
        flowing = rest.endswith(" ") and not signature
        if flowing and delete_space:
            out[-1] = out[-1][:-1]
        depth_before = depth
    return "\n".join(out)


def parted(text: str) -> tuple[str, str, bool]:
    """(own words, quoted words, whether the mail passes another on)."""
    if _SIGNED in text:
        text = _unsigned(text)
    lines = text.split("\n")
    bare = [line.translate(MARKS).strip() for line in lines]
    quoted = bytearray(len(lines))
    dropped = bytearray(len(lines))
    n, i, forward, signing = len(lines), 0, False, False
    while i < n:
        s = bare[i]
        if not s:
            i += 1
            continue
        first = s[0]
        if first == ">" or first == "＞":
            quoted[i] = 1
            signing = False
            i += 1
            continue
        end = 0
        if first in _FORWARD_MARKS or s[-1] in ":：":
            end, passes = _rule(bare, i)
            forward |= passes
        if not end and s[-1] in ":：" and (start := _attribution(bare, i, quoted)) is not None:
            end = _reach(bare, i + 1)
            if end == n and not DATED.search(" ".join(bare[start : i + 1])):
                end = 0  # "He wrote:" and then the writer's own words
            for k in range(start, i + 1) if end else ():
                quoted[k] = 1
        if not end and FROM.match(s) and _headers(bare, i):
            end = n
            k = i - 1
            while k >= 0 and bare[k] and (WHEN_LABEL.match(bare[k]) or OTHER_LABEL.match(bare[k])):
                quoted[k] = 1  # some programs write the date before the sender
                k -= 1
            while k >= 0 and (not bare[k] or _ONLY_RULE.match(bare[k]) or _RULED.match(bare[k])):
                quoted[k] = bool(bare[k])
                k -= 1
        if end:
            for k in range(i, end):
                quoted[k] = 1
            signing = False
            i = end
            continue
        if s == "--" and (lines[i].rstrip("\r\n") == "-- " or n - i <= 15):
            signing = True
        if signing or LIST_FOOTER.match(s) and _list_footer(bare, i):
            signing = True
            dropped[i] = 1
        i += 1
    _drop_additions(bare, quoted, dropped)
    own = _joined(lines, quoted, dropped)
    return own, "\n".join(line for line, q in zip(lines, quoted, strict=True) if q).strip(), forward


def _unsigned(text: str) -> str:
    """The words inside a PGP signature, without the frame."""
    start = text.find(_SIGNED)
    end = text.find(_SIGNATURE, start)
    if end < 0:
        return text
    _, _, inner = text[start:end].partition("\n\n")
    after = text.find(_SIGNATURE_END, end)
    behind = text[after + len(_SIGNATURE_END) :] if after >= 0 else ""
    return text[:start] + _DASHES.sub("", inner.rstrip("\n")) + behind


def _rule(bare: list[str], i: int) -> tuple[int, bool]:
    """A line such as "-----Original Message-----": where the quoted part ends (0 = no such line), and whether it is passed on."""
    s = bare[i]
    if len(s) > 160:
        return 0, False
    if ORIGINAL.match(s) or (m := _RULED.match(s)) and DATED.search(m[1]) and ATTRIBUTION.match(f"{m[1]}:"):
        return _reach(bare, i + 1), False
    if FORWARDED.match(s):
        return len(bare), True
    return 0, False


def _reach(bare: list[str], i: int) -> int:
    """Where a quoted block that is announced before line i ends: at its first ">" line if it has them, else at the end."""
    for k in range(i, min(i + 4, len(bare))):
        if bare[k]:
            return k if bare[k][0] in ">＞" else len(bare)
    return len(bare)


def _attribution(bare: list[str], i: int, quoted: bytearray) -> int | None:
    """The first line of "On … wrote:" that ends in line i; programs break it into up to four."""
    joined, start = "", None
    for k in range(i, max(-1, i - 4), -1):
        if not bare[k] or quoted[k]:
            break
        joined = f"{bare[k]} {joined}".strip()
        if len(joined) > 500:
            break
        if not ATTRIBUTION.match(joined) and not (ADDRESSED.search(joined) and WHEN.search(joined)):
            continue
        if OPENING.match(joined):
            return k
        start = k if start is None else start  # the sentence may begin further up
    if start is not None:
        above = bare[start - 1] if start and not quoted[start - 1] else ""
        if (bare[start][0] == "<" or "@" in above) and WHEN.search(above):
            return start - 1  # day and name stand above what did not fit
        return start
    after = next((b for b in bare[i + 1 : i + 3] if b), "")
    if after.startswith((">", "＞")) and (DATED.search(bare[i]) or WHEN.search(bare[i])):
        return i
    return None


def _headers(bare: list[str], i: int) -> bool:
    """From, Sent, To, Subject in a row: the head of a quoted mail as Outlook writes it."""
    when = others = blanks = 0
    for s in bare[i + 1 : i + 12]:
        if not s:
            blanks += 1
            if blanks > 4:
                break
        elif WHEN_LABEL.match(s):
            when += 1
        elif OTHER_LABEL.match(s):
            others += 1
    return bool(when and others) or others > 1


def _list_footer(bare: list[str], i: int) -> bool:
    return any("mailing list" in s.lower() or "listinfo" in s for s in bare[i + 1 : i + 4])


def _drop_additions(bare: list[str], quoted: bytearray, dropped: bytearray) -> None:
    """The last lines of every own part: what a telephone or a provider adds."""
    i = len(bare) - 1
    while i >= 0:
        if quoted[i] or dropped[i] or not bare[i]:
            i -= 1
            continue
        looked = 0
        while i >= 0 and not quoted[i] and looked < 6:  # the end of an own part
            if bare[i] and not dropped[i]:
                looked += 1
                if len(bare[i]) < 120 and (
                    SENT_FROM.match(bare[i].lstrip("-—–_*[ ")) or (looked < 4 and FOOTER.match(bare[i]))
                ):
                    dropped[i] = 1
                elif looked > 2:
                    break
            i -= 1
        while i >= 0 and not quoted[i]:
            i -= 1


def _joined(lines: list[str], quoted: bytearray, dropped: bytearray) -> str:
    out: list[str] = []
    seam = False
    for line, q, d in zip(lines, quoted, dropped, strict=True):
        if q or d:
            seam = True
            continue
        if seam and out and out[-1].strip() and line.strip():
            out.append("")
        seam = False
        out.append(line.rstrip())
    text = "\n".join(out).strip("\n")
    if not text.strip():
        return ""
    return _BLANKS.sub("\n\n", text) if any(quoted) else text
