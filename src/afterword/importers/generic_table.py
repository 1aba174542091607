"""A table of one's own: csv, tsv or jsonl with columns for time, speaker and text. In: a path. Out: a record each row.

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
from afterword.importers.base import Match, Options
from afterword.importers.reading import encoding_of, head_text, header_cells, json_line, lines, table
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
}
SPACES = str.maketrans("\u00a0\u2009\u202f", "   ")
NEEDED = ("at", "speaker", "text")
NUMERIC = re.compile(
    r"^(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?[T ,]*(?:(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([AaPp][Mm])?)?$"
)


class GenericTable:
    name = "generic_table"
    version = 1
    title = "a table with time, speaker and text (csv, tsv, jsonl)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text.startswith("{"):
            try:
                row = json.loads(text.split("\n", 1)[0])
            except (ValueError, RecursionError):
                return None
            return (
                Match(0.25, "JSON lines with known fields") if isinstance(row, dict) and _columns(list(row)) else None
            )
        if filename.casefold().endswith((".csv", ".tsv")) or _columns(header_cells(head)):
            return Match(0.2, "a table")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Message | Skipped]:
        order = _order(path, options)
        for where, row in _rows(path, options):
            if row is None:
                yield Skipped(where, "unreadable", "")
                continue
            at = _moment(_stamp(row), order)
            text = str(row.get("text") or "")
            if at is None:
                yield Skipped(where, "no-date", json.dumps(row, ensure_ascii=False)[:500])
            elif not str(row.get("speaker") or "").strip():
                yield Message(where, at, "", text, Kind.SYSTEM)
            else:
                label = str(row.get("kind") or "text").upper()
                kind = Kind[label] if label in Kind.__members__ else Kind.TEXT
                yield Message(where, at, str(row["speaker"]).strip(), text, kind)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.stem, None, "table")


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
        if len(found) == 1:
            out[field] = found[0]
        elif field in NEEDED:
            return None
    return out


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
    encoding = encoding_of(path, options.encoding)
    with path.open("rb") as f:
        head = f.read(4096)
    if head_text(head).lstrip().startswith("{"):
        columns: dict[str, str] | None = None
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
            yield f"line {number}", {field: row.get(column) for field, column in columns.items()}
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


def _stamp(row: dict[str, Any]) -> str:
    # Spreadsheets and web pages put spaces of other widths around and inside a date.
    return str(row.get("at") or "").translate(SPACES).strip()


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
