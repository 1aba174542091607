"""Telegram Desktop's pages: messages.html, messages2.html … In: a path. Out: one record for each message of the page.

Every page is a file of its own with at most a thousand messages; its chat is named by the page's title, so that the
pages fall into one chat. A message that is "joined" has the sender of the one before it, which may stand on the page
before; that one is read beside it. A service line has no time of its own: it gets the moment of the message before it
on the same day, or of the one after it, and is skipped where there is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.telegram_html._parts import SPACE, media_of, reactions_of, rich_words, words_of
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

LARGEST = 256 << 20
"""Bytes of one page; Telegram writes a thousand messages to a page, a few megabytes."""
PAGES = 50
"""How many pages back the sender of a joined message is looked for."""

_DATE = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4}),? (\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*(UTC|GMT)?\s*(?:([+-−])(\d\d):?(\d\d))?)"
)
_TITLE = re.compile(r'title="(\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d[^"]{0,12})"')
NO_SUMMER = frozenset({180, 240, 270, 300, 330, 345, 360, 390, 420, 480, 540})
"""Minutes east of Greenwich of the zones that had no summer time since Telegram has pages."""
_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
_VIA = re.compile(r" via @(\w+)$")
_REPLY = re.compile(r"go_to_message(-?\d+)")
_PAGE = re.compile(r"messages(\d*)\.html?$")
_PAGE_NAME = re.compile(r"messages\d{0,9}\.html", re.I)


class _Account(NamedTuple):
    """What the pages above say of this one: the owner's name, and what sort of chat it is."""

    owner: str = ""
    sort: str = ""


class TelegramHtml:
    name = "telegram_html"
    version = 1
    title = "Telegram Desktop (messages.html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if 'class="message default clearfix' in text and ("from_name" in text or 'class="history"' in text):
            return Match(1.0, "Telegram's message elements")
        if "<title>Exported Data</title>" in text and 'class="page_wrap"' in text:
            if "chat_page" in text:
                return Match(1.0, "Telegram's page of a chat")
            return Match(0.9, "a page of a Telegram export that holds no messages", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        data, text, facts = _page(path, options)
        yield facts
        tree = _tree(text)
        title = _title(tree)
        account = _account(path)
        key = _key(path, title)
        # A page that is cut ends inside its last message, which is then not what it was.
        start = data.rfind(b'<div class="message ')
        cut = b"</html>" not in data[-200:].lower()
        broken = cut and start >= 0 and data.count(b"<div", start) > data.count(b"</div>", start)
        nodes = tree.css("div.message")
        sender = via = ""
        at: float | str | None = None
        waiting: list[tuple[str, Any]] = []
        seen: set[str] = set()
        for n, node in enumerate(nodes):
            classes = (node.attributes.get("class") or "").split()
            where = node.attributes.get("id") or f"message:{n + 1}"
            if where in seen:
                where = f"{where} at {n + 1}"
            seen.add(where)
            if broken and n == len(nodes) - 1:
                yield from _waited(waiting, at, key)
                yield Skipped(where, "truncated", " ".join(node.text().split())[:500])
                return
            if "service" in classes:
                words = words_of(node.css_first(".body") or node)[0]
                if _is_separator(where, words):
                    yield from _waited(waiting, at, key)
                    at, waiting = None, []
                elif at is None:
                    waiting.append((where, words))
                else:
                    yield _service(where, at, words, key)
                continue
            body = node.css_first(".body") or node
            if (name := _child(body, "from_name")) is not None:
                sender, via = _sender(name)
            elif not sender and "joined" in classes:
                sender, via = _last_sender(path, tree, options)
            record = _message(node, body, where, sender, via, key, title, account)
            if isinstance(record, Message):
                yield from _waited(waiting, record.at, key)
                at, waiting = record.at, []
            yield record
        yield from _waited(waiting, at, key)
        if cut:
            yield Skipped("end", "truncated", "")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        _, text, _ = _page(path, options)
        tree = _tree(text)
        title, sort = _title(tree), _account(path).sort
        direct: bool | None = {"private": True, "bot": True, "group": False, "channel": False}.get(sort)
        if direct is None:
            names = {_sender(n)[0] for n in tree.css("div.message > .body > .from_name")}
            direct = True if title in names and len(names) == 2 else False if len(names) > 2 else None
        yield ChatRef(_key(path, title), title, direct, "telegram", title if direct else "", title if direct else "")


def _page(path: Path, options: Options) -> tuple[bytes, str, FileFacts]:
    if path.stat().st_size > LARGEST:
        raise BadInput(
            "import.html.large",
            f"{path.name} is larger than a page of an export can be.",
            next_step="Export the chat again as JSON, which is read piece by piece.",
        )
    data = path.read_bytes()
    codec = options.encoding or encoding_of_head(data[:65536])
    text = data.decode("utf-8" if codec == "gb18030" and not options.encoding else codec, "replace")
    first = _TITLE.search(text)
    zone = "instant" if first and isinstance(_moment(first[1]), float) else "local"
    return data, text, FileFacts("utf-8", zone=zone, replaced=text.count("\ufffd"))


def _tree(text: str) -> Any:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(text.lstrip("\ufeff").replace("\0", ""))


def _title(tree: Any) -> str:
    node = tree.css_first(".page_header .text")
    return words_of(node)[0] if node is not None else ""


def _key(path: Path, title: str) -> str:
    """The title; accounts that are gone all have one title, so there the folder says which it is."""
    folder = path.parent.name
    return f"{title} {folder}" if title.startswith("Deleted ") and re.fullmatch(r"chat_\d+", folder) else title


def _account(path: Path) -> _Account:
    """From `export_results.html` and `lists/chats.html` above a page of `chats/chat_12/`, where they are."""
    folder = path.parent
    top = folder.parent.parent
    owner = sort = ""
    if folder.parent.name == "chats":
        try:
            rows = _tree((top / "export_results.html").read_text("utf-8", "replace")).css(".names .row .value")
            owner = " ".join(words_of(r)[0] for r in rows)
        except OSError:
            pass
        try:
            for entry in _tree((top / "lists" / "chats.html").read_text("utf-8", "replace")).css("a.entry"):
                if f"{folder.name}/" in (entry.attributes.get("href") or ""):
                    info = entry.css_first(".info")
                    sort = words_of(info)[0] if info is not None else ""
        except OSError:
            pass
    return _Account(owner, sort)


def _child(node: Any, name: str) -> Any:
    """The child element of that class."""
    return next((c for c in node.iter() if name in (c.attributes.get("class") or "").split()), None)


def _sender(name: Any) -> tuple[str, str]:
    """(name, bot): the element says "Name via @bot", and a date behind it where a forward is shown as the original."""
    text = "".join(c.text_content or "" for c in name.iter(include_text=True) if c.tag == "-text").strip(SPACE)
    m = _VIA.search(text)
    return (text[: m.start()].strip(SPACE), m[1]) if m else (text, "")


def _last_sender(path: Path, tree: Any, options: Options) -> tuple[str, str]:
    """Who wrote last on the page before; the link on the page names it, else its number does."""
    for _ in range(PAGES):
        link = next((a for a in tree.css("a.pagination") if "Previous" in a.text()), None)
        before = (link.attributes.get("href") or "").rpartition("/")[2] if link is not None else ""
        if not before and (m := _PAGE.search(path.name)) and m[1]:
            before = f"messages{int(m[1][:9]) - 1 if m[1] != '2' else ''}.html"
        if before == path.name or not _PAGE_NAME.fullmatch(before) or not (path.parent / before).is_file():
            return "", ""
        path = path.parent / before
        tree = _tree(_page(path, options)[1])
        names = tree.css("div.message > .body > .from_name")
        if names:
            return _sender(names[-1])
    return "", ""


def _is_separator(where: str, words: str) -> bool:
    """A line with the day; counted down from -1, as no message of the chat is."""
    number = where.removeprefix("message").partition(" ")[0]
    return bool(_DAY.fullmatch(words)) or (number.startswith("-") and len(number) < 9)


def _waited(waiting: list[tuple[str, Any]], at: float | str | None, key: str) -> Iterator[Message | Skipped]:
    for where, words in waiting:
        yield Skipped(where, "no-date", words[:500]) if at is None else _service(where, at, words, key)


def _service(where: str, at: float | str, words: str, key: str) -> Message:
    return Message(where, at, "", words, Kind.SYSTEM, chat=key, id=_id(where))


def _id(where: str) -> str:
    return where.removeprefix("message").partition(" ")[0] if re.match(r"message-?\d", where) else ""


def _moment(title: str) -> float | str | None:
    m = _DATE.match(title)
    if not m:
        return None
    try:
        at = datetime(int(m[3]), int(m[2]), int(m[1]), int(m[4]), int(m[5]), int(m[6] or 0))
        east = int(m[9] or 0) * 60 + int(m[10] or 0)
        if (m[7] and not m[8]) or (m[8] == "+" and east in NO_SUMMER):  # "UTC" alone is that
            return at.replace(tzinfo=timezone(timedelta(minutes=east))).timestamp()
        return at.isoformat()
    except (ValueError, OverflowError):
        return None


def _message(
    node: Any, body: Any, where: str, sender: str, via: str, key: str, title: str, account: _Account
) -> Message | Skipped:
    date = _child(body, "date")
    at = _moment(date.attributes.get("title") or "") if date is not None else None
    if at is None:
        return Skipped(where, "no-date", " ".join(body.text().split())[:500])
    inner = next((c for c in body.iter() if "forwarded body" in (c.attributes.get("class") or "")), None)
    text = quoted = reply = ""
    kind: Kind = Kind.TEXT
    parts: tuple[Attachment, ...] = ()
    bot = bool(via)
    for part in (*body.iter(), *(inner.iter() if inner is not None else ())):
        classes = (part.attributes.get("class") or "").split()
        if "rich_message" in classes:
            text, quoted = rich_words(part)
            for wrap in part.css(".media_wrap"):
                shown, words, files = media_of(wrap)
                kind, text, parts = (kind or shown), text or words, parts + files
        elif "text" in classes:
            text, quoted = words_of(part)
        elif "reply_to" in classes:
            m = _REPLY.search(part.html or "")
            reply = m[1] if m else ""
            quoted = words_of(part)[1] or quoted
        elif "media_wrap" in classes:
            kind, words, parts = media_of(part)
            text = text or words
        elif "bot_buttons_table" in classes:
            bot = True
    if inner is not None:
        kind = Kind.FORWARD
    elif (bot and text) or (sender == title and (account.sort == "bot" or title == "Telegram")):
        kind = Kind.AUTOMATED
    raw = ""
    if kind is Kind.TEXT and not text and not quoted:
        kind, raw = Kind.UNKNOWN, (node.html or "")[:2000]
    return Message(
        where,
        at,
        sender or "Deleted Account",
        text,
        kind,
        "",
        sender == account.owner if account.owner else None,
        key,
        _id(where),
        reply,
        quoted,
        False,
        parts,
        (),
        reactions_of(body),
        raw,
    )


importer = TelegramHtml()
