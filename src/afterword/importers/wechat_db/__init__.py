"""WeChat's own databases on a computer, v3 (MSG0.db …) and v4 (message_0.db …), decrypted or with the user's key.

In: a path. Out: one record for each row, table by table. The hard choice: v4 does not say which account is the owner's.
In a chat of two whoever is not the other one is the owner, so a look at the chats of two decides it for the groups.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import DatabaseError
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.wechat_db.content import SHARED, Content, content_of
from afterword.importers.wechat_db.names import names_beside, names_in
from afterword.importers.wechat_db.opening import PAGE, SQLITE, damage, opened, quoted, tables, unpacked
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

_MESSAGES = re.compile(r"(?:de_|decrypted_|decoded_)?(?:MSG\d*|message_\d+|biz_message_\d+)\.db$", re.I)
_OTHERS = re.compile(
    r"(?:de_|decrypted_|decoded_)?(?:MicroMsg|contact|session|MediaMSG\d*|media_\d+|OpenIM\w+|FTS\w+|hardlink|head_image"
    r"|emoticon|favorite|Favorite|sns|message_fts|message_resource|PublicMsg|Emotion|Misc|BizChat\w*)\.db$"
)
_TABLE = re.compile(r"Msg_([0-9a-f]{32})\Z")
_SPEAKER = re.compile(r"([A-Za-z0-9_\-@.]{2,64}):\n")
_ZSTD = b"\x28\xb5\x2f\xfd"
SAMPLE = 200
SERVICES = frozenset(
    {"weixin", "newsapp", "notifymessage", "brandsessionholder", "brandservicesessionholder", "medianote", "fmessage",
     "qqmail", "tmessage", "notification_messages", "officialaccounts", "helper_entry", "mphelper", "exmail_tool"}
)  # fmt: skip


class WechatDb:
    name = "wechat_db"
    version = 1
    title = "WeChat's databases (MSG0.db, message_0.db; with your key where encrypted)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if head.startswith(SQLITE):
            if b"StrTalker" in head and b"CompressContent" in head:
                return Match(1.0, "SQLite with the table MSG of WeChat 3")
            if re.search(rb"Msg_[0-9a-f]{32}", head) and (b"real_sender_id" in head or b"Name2Id" in head):
                return Match(1.0, "SQLite with the tables Msg_… of WeChat 4")
            lower = head.lower()
            if b"create table contact" in lower and (b"BigHeadImgUrl" in head or b"big_head_url" in head):
                return Match(0.95, "contacts of WeChat", companion=True)
            if _MESSAGES.match(filename):
                return Match(0.6, "SQLite called like WeChat's messages")
            return (
                Match(0.6, "SQLite called like a database of WeChat", companion=True)
                if _OTHERS.match(filename)
                else None
            )
        if not filename.lower().endswith(".db") or len(head) < PAGE or len(head) % PAGE or not _random(head):
            return None
        if _MESSAGES.match(filename):
            return Match(0.6, "encrypted, called like WeChat's messages")
        if _OTHERS.match(filename):
            return Match(0.6, "encrypted, called like a database of WeChat", companion=True)
        return Match(0.2, "an encrypted database; WeChat's look like this")

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts("", zone="instant")
        with opened(path, options.key) as db:
            names = names_in(db) | names_beside(path, options.key)
            has = tables(db)
            read = _v3(db, has["MSG"], path, names) if _is_v3(has) else _v4(db, has, path, names)
            last = ""
            try:
                for record in read:
                    last = record.locator
                    yield record
            except damage() as e:
                yield Skipped(f"after {last}" if last else "database", "unreadable", str(e)[:200])
        wal = path.with_name(path.name + "-wal")
        if wal.is_file() and wal.stat().st_size:
            # Reading it would write beside somebody else's file. That newer rows are in it must at least be said.
            yield Skipped(
                wal.name, "not-merged", "The newest rows are still here: close WeChat and copy the files again."
            )

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with opened(path, options.key) as db:
            names = names_in(db) | names_beside(path, options.key)
            has = tables(db)
            for talker in _talkers(db, has):
                direct = not talker.endswith("@chatroom") and not _TABLE.match(talker)
                name = names.get(talker, "")
                known = (talker, name) if direct else ("", "")
                yield ChatRef(talker, name or talker, direct if talker[:4] != "Msg_" else None, "wechat", *known)


def _random(head: bytes) -> bool:
    """Whether bytes look encrypted: every value about as often as any other."""
    counts = Counter(head)
    mean = len(head) / 256
    return len(counts) == 256 and max(counts.values()) < mean * 3


def _is_v3(has: dict[str, set[str]]) -> bool:
    return {"CreateTime", "StrContent"} <= has.get("MSG", set())


def _talkers(db: Any, has: dict[str, set[str]]) -> Iterator[str]:
    try:
        if _is_v3(has):
            talker = "StrTalker" if "StrTalker" in has["MSG"] else "''"
            ids = _ids(db, has, "Name2ID", "UsrName")
            number = "TalkerId" if "TalkerId" in has["MSG"] else "NULL"
            found = {_talker(t, n, ids) for t, n in db.execute(f"SELECT DISTINCT {talker}, {number} FROM MSG")}
            yield from sorted(found)
        else:
            yield from dict.fromkeys(talker for _, talker, _ in _chats4(db, has))
    except damage():
        return


def _ids(db: Any, has: dict[str, set[str]], table: str, column: str) -> dict[int, str]:
    if column not in has.get(table, set()):
        return {}
    return {n: u for n, u in db.execute(f"SELECT rowid, {column} FROM {table}") if isinstance(u, str)}


def _talker(name: Any, number: Any, ids: dict[int, str]) -> str:
    return name if isinstance(name, str) and name else ids.get(number, "") if isinstance(number, int) else ""


def _moment(stamp: Any) -> float | None:
    if not isinstance(stamp, (int, float)) or not 0 < stamp < 1e14:
        return None
    return stamp / 1000 if stamp > 1e11 else float(stamp)


def _rows(db: Any, table: str, wanted: tuple[str, ...], has: set[str]) -> Iterator[Any]:
    """The rows of a table by their number. A damaged one may come back to a row it has given: that ends it."""
    last = None
    for row in db.execute(f"SELECT rowid, {_columns(wanted, has)} FROM {quoted(table)} ORDER BY rowid"):
        if last is not None and row[0] <= last:
            raise DatabaseError("the rows are not in the order of their numbers")
        last = row[0]
        yield row


def _columns(wanted: tuple[str, ...], has: set[str]) -> str:
    return ", ".join(quoted(c) if c in has else "NULL" for c in wanted)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


V3 = ("MsgSvrID", "Type", "SubType", "IsSender", "CreateTime", "StrTalker", "TalkerId", "StrContent", "CompressContent",
      "BytesExtra")  # fmt: skip


def _v3(db: Any, columns: set[str], path: Path, names: dict[str, str]) -> Iterator[Message | Skipped]:
    ids = _ids(db, tables(db), "Name2ID", "UsrName")
    for rowid, server, type, sub, sent, stamp, talker, number, content, packed, extra in _rows(db, "MSG", V3, columns):
        where = f"MSG:{rowid}"
        chat = _talker(talker, number, ids)
        at = _moment(stamp)
        text = _words(content)
        if at is None:
            yield Skipped(where, "no-date", text[:500])
            continue
        type, sub = (type if isinstance(type, int) else 0), (sub if isinstance(sub, int) else 0)
        if type == SHARED and isinstance(packed, bytes) and packed:
            whole = unpacked("lz4", packed, path)
            if whole is None:
                yield Skipped(where, "unreadable", text[:500] or packed[:200].hex())
                continue
            text = whole.rstrip(b"\0").decode("utf-8", "replace")
        mine = bool(sent) if isinstance(sent, int) else None
        group = chat.endswith("@chatroom")
        sender = "" if mine else (_sender_of(extra) if isinstance(extra, bytes) else "") if group else chat
        if group and not mine and not sender and (m := _SPEAKER.match(text)):
            sender, text = m[1], text[m.end() :]
        yield _record(where, at, content_of(type, sub, text), text, sender, mine, chat, server, names)


def _sender_of(extra: bytes) -> str:
    """The account in `BytesExtra`: a list (field 3) of pairs (1: number, 2: text), of which number 1 is the sender."""
    for field, value in _fields(extra):
        if field == 3 and isinstance(value, bytes):
            pair = dict(_fields(value))
            if pair.get(1) == 1 and isinstance(name := pair.get(2), bytes):
                return name.decode("utf-8", "replace")
    return ""


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of a protobuf message; stops where it is damaged."""
    at, end = 0, len(data)

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while at < end and shift < 70:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        at = end + 1
        return 0

    while at < end:
        tag = varint()
        kind = tag & 7
        if kind == 0:
            value: int | bytes = varint()
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
            value = b""
        elif kind == 2:
            size = varint()
            value = data[at : at + size]
            at += size
        else:
            return
        if at > end:
            return
        yield tag >> 3, value


V4 = ("server_id", "local_type", "real_sender_id", "create_time", "message_content", "compress_content",
      "WCDB_CT_message_content")  # fmt: skip


def _chats4(db: Any, has: dict[str, set[str]]) -> Iterator[tuple[str, str, dict[int, str]]]:
    """(table, account, numbers of accounts) of every chat that has a table."""
    ids = _ids(db, has, "Name2Id", "user_name")
    named = {hashlib.md5(u.encode(), usedforsecurity=False).hexdigest(): u for u in ids.values()}
    for table in sorted(has):
        if (m := _TABLE.match(table)) and "create_time" in has[table]:
            yield table, named.get(m[1], table), ids


def _owner(db: Any, has: dict[str, set[str]], path: Path) -> str:
    """The account that answers in chats of two; where there are none, the one whose folder this is; else ""."""
    votes: Counter[str] = Counter()
    for table, talker, ids in _chats4(db, has):
        if talker.endswith("@chatroom") or talker == table or talker.startswith("gh_") or talker in SERVICES:
            continue
        if "real_sender_id" in has[table]:
            rows = db.execute(f"SELECT real_sender_id FROM {table} WHERE local_type <> 10000 LIMIT {SAMPLE}")
            votes.update({ids.get(n, "") for (n,) in rows} - {"", talker})
    most = votes.most_common(2)
    if most:
        return most[0][0] if len(most) == 1 or most[0][1] > most[1][1] else ""
    accounts = set(_ids(db, has, "Name2Id", "user_name").values())
    folders = (re.sub(r"_[0-9a-f]{4}$", "", p.name) for p in path.absolute().parents)
    return next((f for f in folders if f in accounts), "")


def _v4(db: Any, has: dict[str, set[str]], path: Path, names: dict[str, str]) -> Iterator[Message | Skipped]:
    chats = list(_chats4(db, has))
    if not chats:
        raise BadInput(
            "import.wechat-db.table",
            f"{path.name} has no messages of WeChat: neither the table MSG nor tables Msg_….",
            next_step="The messages are in MSG0.db, MSG1.db … (WeChat 3) or message_0.db … (WeChat 4).",
            path=str(path),
        )
    owner = _owner(db, has, path)
    for table, talker, ids in chats:
        group = talker.endswith("@chatroom")
        for rowid, server, local_type, number, stamp, content, packed, how in _rows(db, table, V4, has[table]):
            where = f"{table}:{rowid}"
            at = _moment(stamp)
            if at is None:
                yield Skipped(where, "no-date", _words(content)[:500])
                continue
            if not content and packed:
                content, how = packed, None
            if isinstance(content, bytes) and (how == 4 or content[:4] == _ZSTD):
                whole = unpacked("zstd", content, path)
                if whole is None:
                    yield Skipped(where, "unreadable", content[:200].hex())
                    continue
                content = whole
            text = _words(content)
            kind = local_type if isinstance(local_type, int) else 0
            sender = ids.get(number, "") if isinstance(number, int) else ""
            # What others write in a group begins with their account; the owner may type a line that looks like one.
            if group and (m := _SPEAKER.match(text)) and sender in ("", m[1]):
                sender, text = m[1], text[m.end() :]
            if not sender and not group and talker != table:
                mine = None
            elif owner:
                mine = sender == owner
            else:
                mine = sender != talker if not group and talker != table else None
            said = content_of(kind & 0xFFFFFFFF, kind >> 32, text)
            yield _record(where, at, said, text, sender, mine, talker, server, names)


def _record(
    where: str,
    at: float,
    said: Content,
    raw: str,
    sender: str,
    mine: bool | None,
    chat: str,
    id: Any,
    names: dict[str, str],
) -> Message:
    kind = said.kind
    if kind is Kind.SYSTEM:
        return Message(where, at, "", said.text, kind, chat=chat, id=str(id or ""))
    if not mine and (sender.startswith("gh_") or sender in SERVICES) and kind is not Kind.TRANSFER:
        kind = Kind.AUTOMATED
    return Message(
        where, at, sender, said.text, kind, names.get(sender, ""), mine, chat, str(id or ""), said.reply_to, said.quoted,
        attachments=said.files, raw=raw[:2000] if kind is Kind.UNKNOWN else "",
    )  # fmt: skip


importer = WechatDb()
