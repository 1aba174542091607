"""WeChat tables, csv or xlsx: MemoTrace v1 and v2, PyWxDump, WeFlow, CipherTalk, WeClone, chatlog. In: a path. Out: a
record for each row.

They differ in their columns and in what the text cell holds, so each is one entry of a table here. Non-text rows of
MemoTrace v1 carry raw XML; of it only the reply's own title is the speaker's words, the quoted message is somebody else's.
A spreadsheet that saved the table again has changed its dates, and perhaps the order of day and month with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from afterword.importers import workbooks
from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import text_of
from afterword.importers.reading import encoding_of, head_text, header_cells, json_line, table
from afterword.importers.wechat_exports import _days
from afterword.importers.wechat_exports._cells import MEDIA, NOBODY, cell, kind_of
from afterword.importers.wechat_exports._layouts import LAYOUTS, Cells, columns_of, layout_of
from afterword.importers.wechat_exports._quotes import plain
from afterword.importers.wechat_exports._users import users
from afterword.importers.wechat_exports._words import appmsg, html_text, moment, old_quote, spoken, yes
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$")
CLOCK = re.compile(r"[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$")
HERE = "@chatroom"
PYWXDUMP = ("PyWxDump", "PyWxDump 2")
BRACKETED = ("WeClone", "WeFlow", "WeFlow, few columns", "CipherTalk")
"""Those that set the quoted words behind the others in brackets."""
ME = "我"
ABOUT = {"微信ID": "handle", "昵称": "name", "备注": "remark"}
"""What WeFlow says of the other side above its table."""
NONE: tuple[Attachment, ...] = ()


class WechatCsv:
    name = "wechat_csv"
    version = 1
    title = "WeChat by MemoTrace 留痕, PyWxDump, WeFlow, CipherTalk, WeClone or chatlog (csv, xlsx)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        layout = layout_of(header_cells(head))
        return Match(1.0, f"{layout} columns") if layout else None

    def sniff_sheets(self, sheets: list[workbooks.Sheet]) -> Match | None:
        found = next(
            (name for _, rows in sheets for row in rows if (name := layout_of([c.strip() for c in row]))), None
        )
        return Match(1.0, f"{found} columns") if found else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        if workbooks.opens(path):
            yield from _book(path, options)
            return
        codec = encoding_of(path, options.encoding)
        rows = table(path, codec, _delimiter(path))
        layout, cells = columns_of(next(rows, (0, []))[1])
        if layout == "":
            yield FileFacts(encoding=codec)
            return
        some = list(islice(rows, 60))
        days = _days.Days()
        if any(_days.YEAR_LAST.match(row[cells[6]].strip()) for _, row in some if len(row) > cells[6]):
            days = _days.of(
                (row[cells[6]] for _, row in table(path, codec, _delimiter(path)) if len(row) > cells[6]),
                path.name,
                options,
            )
        sample = next((row for _, row in some if len(row) > max(cells)), [])
        first = _moment(sample, cells, {}, days) if sample else None
        zone = "instant" if isinstance(first, float) else "local" if first else ""
        yield FileFacts(encoding=codec, zone=zone, date_order=days.order, decided_by=days.decided_by)
        yield from _records(chain(some, rows), layout, cells, days, users(path.parent) if layout in PYWXDUMP else {})

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        if workbooks.opens(path):
            for title, before, sheet in workbooks.sheets(path):
                above, names, below = workbooks.header(sheet, _is_header)
                if names:
                    key = before and title
                    yield from _chats(names, below, key, title if before else path.stem, _about(above), {})
            return
        rows = table(path, encoding_of(path, options.encoding), _delimiter(path))
        header = next(rows, (0, []))[1]
        yield from _chats(header, rows, "", path.stem, {}, users(path.parent))


def _chats(
    header: list[str], rows: Iterator[tuple[int, list[str]]], one: str, stem: str, about: dict[str, str],
    known: dict[str, str],
) -> Iterator[ChatRef]:  # fmt: skip
    """`one`: the chat of a row that names none; `about`: what stands above the table."""
    layout, cells = columns_of(header)
    key, title, mine, handle, width = cells[10], cells[11], cells[3], cells[9], max(cells)
    titles: dict[str, str] = {}
    others: dict[str, set[str]] = {}
    for _, row in rows:
        row += [""] * (width + 1 - len(row))
        row.append("")
        chat = row[key].strip() or one
        if chat not in titles:
            titles[chat], others[chat] = row[title].strip(), set()
        role = row[cells[13]].strip()
        other = row[handle].strip() or row[cells[7]].strip()
        if (role not in ("", ME) or row[mine].strip().casefold() in ("0", "false")) and other not in ("", *NOBODY):
            others[chat].add(other)
    for chat, said in titles.items():
        if layout not in (*PYWXDUMP, "chatlog"):
            account, name = about.get("handle", ""), about.get("remark") or about.get("name", "")
            group = len(others[chat]) > 1 or account.endswith(HERE)
            direct = False if group else True if account else None
            shown = name or (chat if chat != one else "") or stem
            yield ChatRef(
                chat, shown, direct, "wechat", account if direct else "", name or account if direct else ""
            )  # fmt: skip
            continue
        group = chat.endswith(HERE)
        name = said or (known.get(chat, "") if layout in PYWXDUMP else "")
        yield ChatRef(chat, name or chat, not group, "wechat", "" if group else chat, "" if group else name)


def _is_header(cells: list[str]) -> bool:
    return layout_of(cells) is not None


def _about(above: list[tuple[int, list[str]]]) -> dict[str, str]:
    """What stands above a table, a name and its value beside each other."""
    found: dict[str, str] = {}
    for _, row in above:
        for name, value in zip(row, row[1:], strict=False):
            if (field := ABOUT.get(name.strip())) and value.strip():
                found[field] = value.strip()
    return found


def _book(path: Path, options: Options) -> Iterator[Record]:
    """The sheets of an xlsx; one without a known header is another table."""
    told = False
    known = users(path.parent)
    for title, before, sheet in workbooks.sheets(path):
        _, names, below = workbooks.header(sheet, _is_header)
        if not names:
            for number, row in below:
                yield Skipped(f"{before}row {number}", "other-table", ",".join(row)[:500])
            continue
        layout, cells = columns_of(names)
        some = list(islice(below, 60))
        days = _days.Days()
        if any(_days.YEAR_LAST.match(row[cells[6]].strip()) for _, row in some if len(row) > cells[6]):
            again = next(rows for name, _, rows in workbooks.sheets(path) if name == title)
            days = _days.of((row[cells[6]] for _, row in again if len(row) > cells[6]), path.name, options)
        if not told:
            told = True
            first = next((m for _, row in some if (m := _moment([*row, *[""] * len(names)], cells, {}, days))), None)
            zone = "instant" if isinstance(first, float) else "local" if first else ""
            yield FileFacts(zone=zone, date_order=days.order, decided_by=days.decided_by)
        names_of = known if layout in PYWXDUMP else {}
        yield from _records(chain(some, below), layout, cells, days, names_of, f"{before}row ", before and title)
    if not told:
        yield FileFacts()


def _delimiter(path: Path) -> str:
    """A comma, or the tabulator if a spreadsheet has saved the table with it."""
    with path.open("rb") as f:
        return "\t" if "\t" in head_text(f.read(2000)).split("\n", 1)[0] else ","


def _records(
    rows: Iterator[tuple[int, list[str]]], layout: str, cells: Cells, days: _days.Days, known: dict[str, str],
    place: str = "line ", one: str = "",
) -> Iterator[Record]:  # fmt: skip
    """`place`: what stands before a row's number; `one`: the chat of a row that names none."""
    c_id, c_type, c_sub, c_mine, _, c_text, _, c_name, c_remark, c_handle, c_chat, _, c_src, c_role = cells
    width = max(cells)
    kinds: dict[tuple[str, str], Kind] = {}
    good: dict[str, bool] = {}
    flags: dict[str, bool | None] = {"0": False, "1": True}
    numbered, chatlog, weclone, wrapped = (
        "type" in LAYOUTS[layout] and "sub" in LAYOUTS[layout],
        layout == "chatlog",
        layout in BRACKETED,
        layout == "PyWxDump 2",
    )
    for number, row in rows:
        where, written = f"{place}{number}", len(row)
        if written <= width:
            row += [""] * (width + 1 - written)
        row.append("")
        at = _moment(row, cells, good, days)
        if at is None:
            reason = "no-date" if any(row) else "empty"
            yield Skipped(where, reason, ",".join(row[:written])[:500] if reason == "no-date" else "")
            continue
        label = (row[c_type], row[c_sub])
        kind = kinds.get(label, Kind.UNKNOWN)
        if label not in kinds:
            kind = kinds[label] = Kind.TEXT if chatlog else kind_of(*label)
        text, quoted, raw, files, source = row[c_text], "", "", NONE, row[c_src]
        if wrapped and text[:1] == "{":
            text, source = _unwrapped(text)
        handle, name, chat = (
            row[c_handle].strip(),
            row[c_name].strip() or row[c_remark].strip(),
            row[c_chat].strip() or one,
        )
        if numbered:
            if text[:1] in "<\n\t " or kind != Kind.TEXT:
                kind, text, quoted = _xml(kind, text)
        elif kind != Kind.TEXT or weclone or chatlog or "引用" in label[0]:
            kind, text, quoted, files = plain(text) if chatlog else cell(kind, text, weclone)
            if source and kind in MEDIA and not (files and files[0].name):
                files = (Attachment(source[:1000], seconds=files[0].seconds if files else None),)
        if kind == Kind.UNKNOWN and handle not in NOBODY:
            text, raw = "", row[c_text][:2000]
        elif text[:1] == "「" and not quoted and kind == Kind.TEXT:
            text, quoted = old_quote(text)
        mine = flags.get(row[c_mine])
        if mine is None and row[c_mine]:
            mine = flags[row[c_mine]] = yes(row[c_mine])
        if role := row[c_role].strip():
            mine = role == ME
            name = "" if mine and name == ME else name
        if chatlog and chat and not chat.endswith(HERE):
            mine = handle != chat
        if layout == "MemoTrace v2":
            name = ""
        if kind == Kind.SYSTEM or handle in NOBODY:
            yield Message(where, at, "", text, Kind.SYSTEM, chat=chat, id=row[c_id].strip())
            continue
        if not handle:
            handle, name = name or ("" if mine else chat), ""
        elif not name and known:
            name = known.get(handle, "")
        ident = row[c_id].strip()
        yield Message(
            where,
            at,
            handle,
            text,
            kind,
            name if name != handle else "",
            mine,
            chat,
            "" if "E+" in ident else ident,  # a spreadsheet has rounded it, so that two messages may have one
            "",
            quoted,
            attachments=files,
            raw=raw,
        )


def _moment(row: list[str], cells: Cells, good: dict[str, bool], days: _days.Days) -> float | str | None:
    epoch = row[cells[4]] if cells[4] >= 0 else ""
    if epoch.isdigit() and len(epoch) >= 9:
        return moment(int(epoch)) if len(epoch) != 10 else float(epoch)
    raw = row[cells[6]].strip()
    day, clock = raw[:10], raw[10:]
    if CLOCK.match(clock) and DATE.match(day):
        if day not in good:
            good[day] = moment(raw) is not None  # not the 30th of February
        return f"{day}T{clock[1:]}" if good[day] else None
    return days.moment(raw)


def _unwrapped(text: str) -> tuple[str, str]:
    """(words, the file's place) of the object that PyWxDump once wrote into a cell; the cell itself if it is none."""
    try:
        value = json_line(text)
    except (ValueError, RecursionError):
        return text, ""
    if not isinstance(value, dict) or not isinstance(value.get("msg"), str):
        return text, ""
    source = value.get("src")
    return value["msg"], text_of(source)


def _xml(kind: Kind, text: str) -> tuple[Kind, str, str]:
    """What MemoTrace v1 leaves in the cell: XML for all that is no text."""
    if "<msg" in text or "<?xml" in text:
        if kind == Kind.SYSTEM:
            return kind, html_text(text).strip(), ""
        if kind in MEDIA:
            return kind, "", ""
        title, quoted = appmsg(text)
        if kind == Kind.LINK and quoted:
            kind = Kind.TEXT
        return kind, title if kind in (Kind.TEXT, Kind.LINK, Kind.FORWARD) else "", spoken(quoted)
    if kind == Kind.SYSTEM:
        return kind, html_text(text.replace("<![CDATA[", "").replace("]]>", "")).removesuffix(" 重新编辑").strip(), ""
    return kind, text if kind not in MEDIA else "", ""


importer = WechatCsv()
