"""imessage-exporter's HTML, old and new. In: a path. Out: one record for each message, notice and reply.

The page is read flat, in the order of its elements: some versions close one `div` too many, so nesting is not to be
trusted beyond "is inside a reply". Replies stand under the message they answer and once more at their own place; they
are counted where they stand first, and the second copy is skipped as "repeated-reply". The page says who sent what,
and newer ones hold the ids of Messages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.imessage_exporter._draft import (
    ANNOUNCED,
    DATE,
    MIMES,
    RECEIPT,
    SHARED,
    Draft,
    moment,
    reaction,
)
from afterword.importers.reading import encoding_of, head_text
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

STAMP = re.compile(rf"{DATE}\s*(?:{RECEIPT})?")
GUID = re.compile(r"message-guid=([^\"&]+)")
MEDIA = {"img": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.VOICE}
TYPES = {"img": "image/", "video": "video/", "audio": "audio/"}
APPS = (("transaction", Kind.TRANSFER), ("poll", Kind.POLL), ("Check", Kind.LOCATION), ("Find My", Kind.LOCATION))
PARTS = {
    "timestamp", "sender", "bubble", "edited", "attachment", "attachment_error", "sticker", "app", "app_error", "unsent",
    "tapback", "reaction", "reply_context", "deleted", "subject", "shareplay", "shared_location", "announcement", "transcription",
    "poll", "reply_anchor",
}  # fmt: skip

HOLDING = {"edited", "attachment", "sticker", "app", "app_error", "unsent", "tapback", "reaction", "poll"}


class ImessageExporterHtml:
    name = "imessage_exporter_html"
    version = 1
    title = "iMessage by imessage-exporter (html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if re.search(r'<div class="(?:sent [^"]*|received)">\s*<p>\s*<span class="timestamp">', text):
            return Match(1.0, "messages of imessage-exporter")
        if re.search(r'<div class ?="announcement">\s*<p>\s*<span class="timestamp">', text):
            return Match(0.95, "a notice of imessage-exporter")
        # The style sheet fills the first kilobytes of a page.
        if "<html" in text[:1000] and ".message .sent.iMessage" in text and ".reply_anchor" in text:
            return Match(0.9, "the style sheet of imessage-exporter")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        yield FileFacts(encoding=encoding, date_order="mdy", decided_by="format", zone="local")
        page = path.read_text(encoding=encoding, errors="replace")
        # A page that ends inside a message is cut; the message it ends in is not whole.
        cut = not re.search(r"</(?:html|div)>\s*\Z", page[-100:])
        seen: Counter[object] = Counter()
        last: Message | Skipped | None = None
        for draft in _drafts(page):
            if last is not None:
                yield last
            if not isinstance(draft, Draft):
                last = draft
                continue
            key: object = draft.id or (draft.at, draft.sender)
            if draft.is_reply and seen[key]:
                seen[key] -= 1
                last = Skipped(draft.where, "repeated-reply", draft.text[:500])
                continue
            if draft.named:  # here: it stands inside a thread
                seen[key] += 1
            last = draft.message() if draft.at else Skipped(draft.where, "no-date", draft.text[:500])
        if cut:
            raw = last.text if isinstance(last, Message) else last.raw if last else ""
            last = Skipped(last.locator if last else "message 1", "truncated", raw[:500])
        if last is not None:
            yield last

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        others: set[str] = set()
        for record in self.read(path, options):
            if isinstance(record, Message) and record.mine is False and record.handle:
                others.add(record.handle)
        direct = False if len(others) > 1 else (True if path.stem in others else None)
        other = path.stem if direct else ""
        yield ChatRef("", path.stem, direct, "imessage", other, other)


def _class(node: Any) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _text(node: Any) -> str:
    return str(node.text(deep=True)).replace("\xa0", " ")


def _thread(node: Any) -> Any:
    """The reply that an element stands in, None at the top."""
    parent = node.parent
    while parent is not None:
        if "reply" in _class(parent):
            return parent
        parent = parent.parent
    return None


def _drafts(page: str) -> Iterator[Draft | Message | Skipped]:
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(page).root
    open_: dict[int, Draft] = {}
    waiting: list[Draft] = []
    known: dict[str, bool | None] = {"You": True}
    count = 0
    selector = ",".join(f".{name}" for name in sorted(PARTS))
    skip: set[int] = set()
    for node in root.css(selector) if root is not None else ():
        names = set(_class(node)) & PARTS
        if node.mem_id in skip:
            continue
        if "announcement" in names:
            yield from waiting
            waiting, open_ = [], {}
            count += 1
            yield _notice(node, f"message {count}", known)
            skip |= {n.mem_id for n in node.css(".timestamp")}
            continue
        thread = _thread(node)
        inside = thread.mem_id if thread is not None else 0
        if "timestamp" in names:
            if inside == 0:
                yield from waiting
                waiting, open_ = [], {}
            count += 1
            draft = open_[inside] = _begun(node, f"message {count}")
            draft.named = bool(inside)
            if inside and (parent := open_.get(0)) is not None:
                draft.reply_to, draft.quoted = parent.id, "" if parent.id else parent.text
            waiting.append(draft)
            continue
        here = open_.get(inside)
        if here is not None:
            # An element inside another (a bubble in an edit, a name in an app) belongs to it.
            if names & HOLDING:
                skip |= {n.mem_id for n in node.css(selector) if n.mem_id != node.mem_id}
            _part(here, node, names)
            if "sender" in names:
                known.setdefault(here.sender, here.mine)
    yield from waiting


def _begun(node: Any, where: str) -> Draft:
    m = STAMP.search(_text(node))
    draft = Draft(where, moment(m) if m else "")
    if link := node.css_first("a"):
        guid = GUID.search(link.attributes.get("href") or "")
        draft.id = guid[1] if guid else ""
    parent = node.parent
    while parent is not None and draft.mine is None:
        names = _class(parent)
        if "sent" in names or "received" in names:
            draft.mine = "sent" in names
        parent = parent.parent
    return draft


def _notice(node: Any, where: str, known: dict[str, bool | None]) -> Message | Skipped:
    said = re.sub(r"\s+", " ", _text(node)).strip()
    m = STAMP.search(said)
    at = moment(m) if m else ""
    words = said[m.end() :].strip() if m else said
    if not at:
        return Skipped(where, "no-date", said[:500])
    a = ANNOUNCED.fullmatch(words)
    if a is None or not a[2]:
        return Message(where, at, "", words, Kind.SYSTEM)
    mine = known.get(a[1])
    return Message(where, at, "" if a[1] == "You" else a[1], "", Kind.RECALLED, "", mine)


def _part(draft: Draft, node: Any, names: set[str]) -> None:
    if "sender" in names:
        draft.sender = _text(node).strip()
    elif names & {"reply_context", "reply_anchor"}:
        draft.is_reply = draft.is_reply or not draft.named
    elif "deleted" in names:
        draft.gone = True
    elif "unsent" in names:
        draft.partly = True
    elif names & {"subject", "bubble"}:
        said = _text(node)
        if said in SHARED:
            draft.system = True
        else:
            draft.texts.append(said)
    elif "edited" in names:
        _edited(draft, node)
    elif names & {"shareplay", "shared_location"}:
        draft.system = True
        draft.lines.append(_text(node).strip())
    elif "transcription" in names:
        draft.spoken.append(_text(node).removeprefix("Transcription: "))
    elif names & {"tapback", "reaction"}:
        if found := reaction(re.sub(r"\s+", " ", _text(node)).strip()):
            draft.reactions.append(found)
        elif m := re.search(r"(?:from|by)\s+(\S.*)", _text(node)):
            draft.reactions.append((m[1].strip(), "sticker"))
    elif names & {"attachment", "sticker"}:
        _attached(draft, node)
        draft.stickers += "sticker" in names
    elif "attachment_error" in names:
        draft.files.append(Attachment(_text(node).rpartition(": ")[2].strip() if ": " in _text(node) else ""))
    elif names & {"app", "app_error", "poll"}:
        _app(draft, node)


def _edited(draft: Draft, node: Any) -> None:
    wordings = []
    for row in node.css("tr"):
        cells = row.css("td")
        if cells:
            bubble = cells[-1].css_first(".bubble") or cells[-1]
            wordings.append(_text(bubble).strip("\n"))
    if not wordings:
        wordings = [_text(node).strip()]
    draft.texts.append(wordings[-1])
    draft.earlier += wordings[:-1]
    draft.edited = True


def _attached(draft: Draft, node: Any) -> None:
    for kind in ("img", "video", "audio", "a"):
        for found in node.css(kind):
            source = found.css_first("source") if kind == "video" else found
            path = (source or found).attributes.get("src") or found.attributes.get("href") or ""
            mime = (source or found).attributes.get("type") or ""
            mime = mime.partition(";")[0]
            name = re.split(r"[\\/]", path)[-1]
            draft.files.append(
                Attachment(name, mime or MIMES.get(name.rpartition(".")[2].casefold(), "") or TYPES.get(kind, ""))
            )
            for heard in node.css(".transcription"):
                draft.spoken.append(_text(heard).removeprefix("Transcription: "))
            return
    m = re.search(r"(?:attachments|type): (\S.*)", _text(node))
    draft.files.append(Attachment(re.split(r"[\\/]", m[1].strip())[-1] if m else ""))


def _app(draft: Draft, node: Any) -> None:
    said = re.sub(r"\s+", " ", str(node.text(deep=True, separator=" "))).strip()
    link = node.css_first("a")
    href = (link.attributes.get("href") or "") if link is not None else ""
    if re.match(r"https?://", href):  # a page's title and summary are not the sender's words
        draft.texts.append(href)
        draft.quoted = draft.quoted or said
        return
    draft.kind = next((k for part, k in APPS if part in said), Kind.UNKNOWN)
    draft.raw = said[:2000]


importer = ImessageExporterHtml()
