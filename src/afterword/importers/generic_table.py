"""A table of one's own: csv, tsv, xlsx, jsonl or a json list with columns for time, speaker and text. In: a path. Out: a
record each row.

Columns are taken by name only where the name leaves no doubt; otherwise the user maps them. Dates in numbers with day
and month in doubt are decided from the whole file, or asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.errors import BadInput, ChoiceNeeded
from afterword.importers import workbooks
from afterword.importers.base import Match, Options
from afterword.importers.json_values import undated
from afterword.importers.reading import encoding_of, head_text, header_cells, json_line, lines, table
from afterword.importers.streamed_json import ANY, JsonCut, pointer, stream
from afterword.model import ChatRef, Kind, Message, Skipped

KNOWN = {
    "at": ("at", "time", "timestamp", "date", "datetime", "created_at", "sent_at", "时间", "日期", "发送时间", "時間"),
    "speaker": (
        "speaker",
        "sender",
        "from",
        "author",
        "name",
        "user",
        "username",
        "sender_name",
        "发送人",
        "发言人",
        "发送者",
        "昵称",
        "作者",
    ),
    "text": ("text", "message", "content", "body", "msg", "消息", "内容", "正文", "文本"),
    "kind": ("kind", "type", "类型"),
    "mine": ("is_me", "is_self", "isself", "is_sender", "is_from_me", "from_me", "is_send", "issend", "是否本人"),
}
OTHERS = {
    "at": ("ts", "create_time", "createtime", "date_time", "创建时间", "消息时间", "日期时间", "发送日期"),
    "speaker": ("sendername", "nickname", "talker", "who", "发送人昵称", "发送者昵称", "发送者名称", "说话人", "姓名"),
    "text": ("message_content", "消息内容", "聊天内容", "发送内容", "内容文本"),
}
"""Asked for only where none of KNOWN is there."""
DAYS, CLOCKS = ("date", "日期"), ("time", "时间", "時間")
LISTS = ("messages", "records", "data", "items", "chat", "聊天记录")
UNSURE = ("author", "作者", "name", "user", "username", "nickname", "who")
"""Speakers in a chat of one's own, but of articles and commits as well: not enough to take a json file for a chat."""
OBJECT = re.compile(r'\{[^\[\]]*?"(?:' + "|".join(LISTS) + r')"\s*:\s*\[|\{[ \t]*\r?\n|\{[^\n]*[\[{,][ \t]*\r?\n')
"""An object over several lines, or one that names a list: no JSON lines."""
LOGS = ("level", "severity", "logger", "loglevel", "commit", "sha", "url", "title", "role")
SPACES = str.maketrans("\u00a0\u2009\u202f", "   ")
NEEDED = ("at", "speaker", "text")
NUMERIC = re.compile(
    r"^(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?[T ,]*(?:(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([AaPp][Mm])?)?$"
)


class GenericTable:
    name = "generic_table"
    version = 1
    title = "a table with time, speaker and text (csv, tsv, xlsx, jsonl)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text[:1] in ("{", "["):
            row = _first_row(text)
            return Match(0.25, "JSON with known fields") if row is not None and _is_said(row) else None
        if filename.casefold().endswith((".csv", ".tsv")) or _columns(header_cells(head)):
            return Match(0.2, "a table")
        return None

    def sniff_sheets(self, sheets: list[workbooks.Sheet]) -> Match | None:
        return Match(0.2, "a table") if any(rows for _, rows in sheets) else None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        order = _order(path, options)
        for where, row in _rows(path, options):
            if row is None or "" in row:
                yield Skipped(where, str((row or {}).get("", "unreadable")), "")
                continue
            at = _moment(_stamp(row), order)
            text = str(row.get("text") or "")
            if at is None:
                yield undated(where, row)
            elif not str(row.get("speaker") or "").strip():
                yield Message(where, at, "", text, Kind.SYSTEM)
            else:
                label = str(row.get("kind") or "text").upper()
                kind = Kind[label] if label in Kind.__members__ else Kind.TEXT
                yield Message(where, at, str(row["speaker"]).strip(), text, kind, mine=_yes(row.get("mine")))

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.stem, None, "table")


def _first_row(text: str) -> dict[str, Any] | None:
    """The first object of a list, of a line, or of a list that the object names."""
    at = 0
    if text[:1] == "{" and (m := OBJECT.match(text)):
        at = m.end() - 1
        while text[at : at + 1] != "[":
            at = text.find("[", at + 1)
            if at < 0:
                return None
    text = text[at:].removeprefix("[").lstrip()
    try:
        row, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _is_said(row: dict[str, Any]) -> bool:
    columns = _columns(list(row))
    if columns is None or any(isinstance(row[c], (dict, list)) for c in columns.values()):
        return False
    return columns["speaker"].casefold() not in UNSURE and not {k.casefold() for k in row} & set(LOGS)


def _yes(value: Any) -> bool | None:
    return {"1": True, "true": True, "yes": True, "是": True, "0": False, "false": False, "no": False, "否": False}.get(
        str(value).strip().casefold()
    )


def _columns(names: list[str], mapping: dict[str, str] | None = None) -> dict[str, str] | None:
    """field → column, or None when a needed one is missing or in doubt."""
    if mapping:
        return mapping
    folded: dict[str, list[str]] = {}
    for name in names:
        folded.setdefault(name.strip().casefold(), []).append(name)
    out: dict[str, str] = {}
    for field, known in KNOWN.items():
        found = [column for k in known for column in folded.get(k, [])]
        if not found:
            found = [column for k in OTHERS.get(field, ()) for column in folded.get(k, [])]
        if len(found) == 1:
            out[field] = found[0]
        elif field == "at" and len(found) == 2 and (split := _split(found)):
            out["at"], out["clock"] = split
        elif field in NEEDED:
            return None
    return out


def _split(found: list[str]) -> tuple[str, str] | None:
    """(column of the day, column of the time), where they are two."""
    day = [c for c in found if c.strip().casefold() in DAYS]
    clock = [c for c in found if c.strip().casefold() in CLOCKS]
    return (day[0], clock[0]) if len(day) == len(clock) == 1 else None


def _need(path: Path, names: list[str], options: Options) -> dict[str, str]:
    columns = _columns(names, options.mapping)
    missing = [f for f in NEEDED if not columns or f not in columns]
    if missing or not columns:
        raise ChoiceNeeded(
            "import.mapping",
            f"{path.name}: it is not clear which columns hold time, speaker and text. Columns: {', '.join(names)}.",
            next_step="Say it: --map at=COLUMN --map speaker=COLUMN --map text=COLUMN",
            choices=names,
        )
    wrong = [c for c in columns.values() if c not in names]
    if wrong:
        raise BadInput(
            "import.mapping",
            f"{path.name} has no column {wrong[0]!r}. Columns: {', '.join(names)}.",
            next_step="Correct --map.",
        )
    return columns


def _rows(path: Path, options: Options) -> Iterator[tuple[str, dict[str, Any] | None]]:
    if workbooks.opens(path):
        yield from _sheets(path, options)
        return
    encoding = encoding_of(path, options.encoding)
    with path.open("rb") as f:
        head = f.read(1 << 16)
    text = head_text(head).lstrip()
    columns: dict[str, str] | None = None
    if text[:1] == "[" or OBJECT.match(text):
        yield from _listed(path, encoding, options, text[:1] == "[")
        return
    if text.startswith("{"):
        for number, line in lines(path, encoding):
            if not line.strip():
                continue
            try:
                row = json_line(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                yield f"line {number}", None
                continue
            columns = columns or _need(path, list(row), options)
            yield f"line {number}", _fields(row, columns)
        return
    first = head_text(head).split("\n", 1)[0]
    delimiter = max(",\t;|", key=first.count)
    where: dict[str, int] | None = None
    for number, cells in table(path, encoding, delimiter):
        if where is None:
            names = [c.strip() for c in cells]
            where = {field: names.index(column) for field, column in _need(path, names, options).items()}
            continue
        if not any(cells):
            continue
        yield (
            f"line {number}",
            ({f: cells[i] for f, i in where.items() if i < len(cells)} if len(cells) > max(where.values()) else None),
        )


def _sheets(path: Path, options: Options) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """The rows of an xlsx. A sheet without the columns is another table; that none has them is a question."""

    def fits(cells: list[str]) -> bool:
        columns = _columns(cells, options.mapping) or {}
        return set(columns.values()) <= set(cells) and all(f in columns for f in NEEDED)

    known = workbooks.beginnings(path)
    first = next((rows[0] for _, rows in known if rows), [])
    if not any(fits([c.strip() for c in row]) for _, rows in known for row in rows):
        _need(path, [c.strip() for c in first], options)
    for _, before, found in workbooks.sheets(path):
        _, names, rows = workbooks.header(found, fits)
        if not names:
            yield from ((f"{before}row {number}", {"": "other-table"}) for number, _ in rows)
            continue
        where = {field: names.index(column) for field, column in _need(path, names, options).items()}
        for number, cells in rows:  # a cell that is empty at the end of a row is not in the file
            yield f"{before}row {number}", {f: cells[i] if i < len(cells) else "" for f, i in where.items()}


def _listed(path: Path, encoding: str, options: Options, bare: bool) -> Iterator[tuple[str, dict[str, Any] | None]]:
    columns: dict[str, str] | None = None
    places: list[tuple[str, ...]] = [(ANY,)] if bare else [(name, ANY) for name in LISTS]
    if not bare:
        places += [("data", name, ANY) for name in LISTS]
    found = False
    try:
        for where, row in stream(path, *places, encoding=encoding):
            if not isinstance(where[-1:][0] if where else "", int) or len(where) > 3:
                continue
            found = True
            if not isinstance(row, dict):
                yield pointer(where), None
                continue
            columns = columns or _need(path, list(row), options)
            yield pointer(where), _fields(row, columns)
    except JsonCut as e:
        found = True
        yield pointer(e.path) or "/", {"": "truncated"}
    if not found:
        yield "/", {"": "no-messages"}


def _fields(row: dict[str, Any], columns: dict[str, str]) -> dict[str, Any] | None:
    """None where an object or a list stands in a field: another program's record, not a row of one's own."""
    fields = {field: row.get(column) for field, column in columns.items()}
    return None if any(isinstance(value, (dict, list)) for value in fields.values()) else fields


def _stamp(row: dict[str, Any]) -> str:
    # Spreadsheets and web pages put spaces of other widths around and inside a date.
    day = str(row.get("at") or "").translate(SPACES).strip()
    clock = str(row.get("clock") or "").translate(SPACES).strip()
    return f"{day} {clock}".strip()


def _order(path: Path, options: Options) -> str:
    """dmy, mdy or ymd, from every date in the file. ChoiceNeeded when both readings fit."""
    if options.date_order:
        return options.date_order
    could = {"dmy": True, "mdy": True}
    doubtful = ""
    back = {"dmy": 0, "mdy": 0}
    last: dict[str, tuple[int, ...]] = {}
    for _, row in _rows(path, options):
        m = NUMERIC.match(_stamp(row or {}))
        if not m or len(m[1]) == 4:
            continue
        a, b, year = int(m[1]), int(m[2]), int(m[3])
        could["dmy"] &= b <= 12
        could["mdy"] &= a <= 12
        doubtful = doubtful or (m[0] if a != b else "")
        for order, key in (("dmy", (year, b, a)), ("mdy", (year, a, b))):
            back[order] += last.get(order, key) > key
            last[order] = key
    if not doubtful:
        return "dmy"
    left = [o for o, fits in could.items() if fits]
    if len(left) == 1:
        return left[0]
    if left and back["dmy"] != back["mdy"]:
        return min(back, key=lambda o: back[o])
    raise ChoiceNeeded(
        "import.date-order",
        f"{path.name}: the dates fit day-first and month-first (for example {doubtful}).",
        next_step="Say which with --date-order dmy or --date-order mdy.",
        choices=["dmy", "mdy"],
    )


def _moment(raw: str, order: str) -> float | str | None:
    if re.fullmatch(r"\d{10}(\.\d+)?", raw):
        return float(raw)
    if re.fullmatch(r"\d{13}", raw):
        return int(raw) / 1000
    m = NUMERIC.match(raw)
    if m:
        a, b, c = int(m[1]), int(m[2]), int(m[3])
        year, month, day = (a, b, c) if len(m[1]) == 4 else (c, b, a) if order == "dmy" else (c, a, b)
        hour = int(m[4] or 0)
        if m[7]:
            hour = hour % 12 + (12 if m[7].casefold() == "pm" else 0)
        try:
            return datetime(
                year + (2000 if year < 100 else 0), month, day, hour, int(m[5] or 0), int(m[6] or 0)
            ).isoformat()
        except (ValueError, RecursionError):
            return None
    try:
        moment = datetime.fromisoformat(raw.replace("Z", "+00:00"))
    except (ValueError, RecursionError):
        return None
    return moment.timestamp() if moment.tzinfo else moment.replace(microsecond=0).isoformat()


importer = GenericTable()
