"""The synthetic chat in the clothes of six formats. In: a path and a number of messages. Out: a file, streamed."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

from quality.synthetic import ME, MEDIA, SUBJECT, messages

APPLE = 978_307_200


def seconds(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())


def whatsapp(path: Path, n: int) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as f:
        for at, who, text in messages(n):
            f.write(f"{at:%d/%m/%Y}, {at:%H:%M} - {who}: {text}\n")


def telegram(path: Path, n: int) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as f:
        f.write(f'{{\n "name": "{SUBJECT}",\n "type": "personal_chat",\n "id": 7,\n "messages": [')
        for i, (at, who, text) in enumerate(messages(n)):
            m = {
                "id": i,
                "type": "message",
                "date": f"{at:%Y-%m-%dT%H:%M:%S}",
                "date_unixtime": str(seconds(at)),
                "from": who,
                "from_id": "user1" if who == ME else "user7",
                "text": text,
                "text_entities": [{"type": "plain", "text": text}],
            }
            f.write(("," if i else "") + "\n  " + json.dumps(m, ensure_ascii=False, indent=1))
        f.write("\n ]\n}\n")


def wechat_csv(path: Path, n: int) -> None:
    columns = "localId TalkerId Type SubType IsSender CreateTime Status StrContent StrTime Remark NickName Sender"
    with path.open("w", encoding="utf-8-sig", newline="") as f:
        rows = csv.writer(f)
        rows.writerow(columns.split())
        for i, (at, who, text) in enumerate(messages(n)):
            mine = int(who == ME)
            sender = "wxid_me" if mine else "wxid_ren"
            kind = 3 if text == MEDIA else 1
            rows.writerow(
                [i, "wxid_ren", kind, 0, mine, seconds(at), "", text, f"{at:%Y-%m-%d %H:%M:%S}", "", who, sender]
            )


def imessage(path: Path, n: int) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(
            "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, attributedBody BLOB, service TEXT,"
            " date INTEGER, is_from_me INTEGER, handle_id INTEGER, cache_has_attachments INTEGER DEFAULT 0,"
            " associated_message_type INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0);"
            "CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, chat_identifier TEXT, style INTEGER,"
            " display_name TEXT);"
            "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
            "CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT);"
            "INSERT INTO handle VALUES (1, '+15550100001');"
            "INSERT INTO chat VALUES (1, 'iMessage;-;+15550100001', '+15550100001', 45, '');"
        )
        db.executemany(
            "INSERT INTO message (ROWID, guid, attributedBody, service, date, is_from_me, handle_id)"
            " VALUES (?, ?, ?, 'iMessage', ?, ?, ?)",
            (
                (i, f"g{i}", typedstream(text), (seconds(at) - APPLE) * 10**9, int(who == ME), int(who != ME))
                for i, (at, who, text) in enumerate(messages(n), 1)
            ),
        )
        db.executemany("INSERT INTO chat_message_join VALUES (1, ?)", ((i,) for i in range(1, n + 1)))


def typedstream(text: str) -> bytes:
    """An attributed string as Messages stores it, with the one attribute that every message has."""
    words = text.encode()
    size = bytes([len(words)]) if len(words) < 0x80 else b"\x81" + len(words).to_bytes(2, "little")
    return (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85"
        b"\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+" + size + words + b"\x86\x84\x02iI\x01\x05\x92\x84\x84\x84"
        b"\x0cNSDictionary\x00\x94\x84\x01i\x01\x92\x84\x96\x96\x1d__kIMMessagePartAttributeName\x86\x92\x84\x84\x84"
        b"\x08NSNumber\x00\x84\x84\x07NSValue\x00\x94\x84\x01*\x84\x99\x99\x00\x86\x86\x86"
    )


def sms(path: Path, n: int) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as f:
        f.write(f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{n}\">\n")
        for at, who, text in messages(n):
            kind = 2 if who == ME else 1
            body = quoteattr(text, {"\n": "&#10;"})
            f.write(
                f'  <sms protocol="0" address="+15550100001" date="{seconds(at)}000" type="{kind}" subject="null" '
                f'body={body} toa="null" sc_toa="null" service_center="null" read="1" status="-1" locked="0" '
                f'date_sent="{seconds(at)}000" sub_id="1" readable_date="{at:%b %d, %Y %H:%M:%S}" '
                f'contact_name="{SUBJECT}" />\n'
            )
        f.write("</smses>\n")


def qq(path: Path, n: int) -> None:
    bar = "=" * 64
    with path.open("w", encoding="utf-8", newline="\r\n") as f:
        f.write(f"消息记录（此消息记录为文本格式，不支持重新导入）\n\n{bar}\n消息分组:我的好友\n{bar}\n")
        f.write(f"消息对象:{SUBJECT}\n{bar}\n\n")
        for at, who, text in messages(n):
            f.write(f"{at:%Y-%m-%d} {at.hour}:{at:%M:%S} {who}\n{text}\n\n")


FORMATS: dict[str, tuple[str, Callable[[Path, int], None]]] = {
    "whatsapp": ("WhatsApp Chat with Ren Aoki.txt", whatsapp),
    "telegram": ("result.json", telegram),
    "wechat": ("messages.csv", wechat_csv),
    "imessage": ("chat.db", imessage),
    "sms": ("sms-20240101.xml", sms),
    "qq": ("Ren Aoki.txt", qq),
}
"""name → (file name as the exporter gives it, writer)."""
