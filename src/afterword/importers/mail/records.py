"""A mail as a Message. In: a read mail and who the owner is. Out: one Message or Skipped; the chats of a file.

The hard choices. The chat is the set of the other people, so all mails with one person are one chat, whatever their
subjects. A subject teaches no voice: it is written in another manner, and in every reply it is somebody else's; it
stands as the header line "Subject: …" at the head of `quoted`, and only a first mail without any words has it as text.
The owner is whoever mails were delivered to, or who wrote what lies under "Sent".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from afterword.importers.mail import pages
from afterword.importers.mail.dates import instant
from afterword.importers.mail.mime import Mail, Part, addresses, decoded, header_text, read, split
from afterword.importers.mail.phrases import DRAFTS, FWD_PREFIX, RE_PREFIX, SENT, SPAM
from afterword.importers.mail.words import parted, unflowed
from afterword.importers.media import kind_of_mime
from afterword.model import Attachment, ChatRef, Kind, Message, Skipped

RAW = 2_000
WORDS = 400_000
"""Characters of one mail that are looked through for the writer's own words; nobody writes more, logs do."""

_ID = re.compile(r"<([^<>\s]+)>")
_MACHINE = re.compile(
    r"(?:.*[-_.+])?(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|ne[-_.]?pas[-_.]?repondre|keine[-_.]?antwort|nicht[-_.]?antworten|non[-_.]?rispondere"
    r"|no[-_.]?responder|mailer[-_.]?daemon|postmaster|notifications?|notify|newsletters?|bounces?|alerts?|auto[-_.]?(?:confirm|reply|mailer)"
    r"|automated|mailing|unsubscribe|listserv|majordomo)(?:[-_.+].*)?@",
    re.I,
)
_PAGE = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.I)
_BODIES = frozenset(("text/plain", "text/html", "text/enriched", "text/x-amp-html"))
_UNSHOWN = frozenset(
    (
        "message/delivery-status",
        "text/rfc822-headers",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    )
)
"""Parts that belong to the mail's own machinery."""
_PGP = "-----BEGIN PGP MESSAGE-----"
_UU = re.compile(r"^begin [0-7]{3,4} (.{1,255})$", re.M)
_NUMBER = re.compile(r"[-_ .]?\d+\Z")


class Owner:
    """What a file says of whose mails these are: counted over its headers before the first record is made."""

    def __init__(self) -> None:
        self.delivered: Counter[str] = Counter()
        self.sent: set[str] = set()

    def see(self, head: bytes, sent_folder: bool) -> None:
        """The first bytes of a mail."""
        folded = head.lower()
        if not sent_folder and b"delivered-to:" not in folded and b"x-gmail-labels:" not in folded:
            return
        fields: dict[str, str] = {}
        for name, value in split(head)[0]:
            if name == "delivered-to":
                fields[name] = value  # the last relay stands first, the others behind it are aliases
                for address, _ in addresses(value):
                    self.delivered[address] += 1
            elif name == "x-gmail-labels":
                fields[name] = f"{fields.get(name, '')},{value}"
            else:
                fields.setdefault(name, value)
        if (sent_folder or labels(fields) & SENT) and "list-id" not in fields:
            self.sent.update(a for a, _ in addresses(fields.get("from", ""))[:1])

    def all(self) -> frozenset[str]:
        """The owner's addresses. A list or an old account that appears in few mails is not one."""
        top = max(self.delivered.values(), default=0)
        return frozenset(self.sent | {a for a, n in self.delivered.items() if n * 5 >= top})


def labels(fields: dict[str, str]) -> set[str]:
    return {label.strip().strip('"').casefold() for label in header_text(fields.get("x-gmail-labels", "")).split(",")}


def is_sent_folder(path: Path) -> bool:
    """The folder's name, as mail programs write it: "Sent", "Sent-1", "Gesendet.mbox", "Sent.mbox/mbox"."""
    for name in (path.name, path.parent.name):
        stem = re.sub(r"\.(?:mbox|mbx|eml|emlx|sbd|txt)\Z", "", unquote(name), flags=re.I).casefold()
        stem = stem.rpartition("].")[2]  # "[Gmail].Sent Mail"
        if stem in SENT or _NUMBER.sub("", stem) in SENT:
            return True
    return False


def record(
    data: bytes, where: str, owner: frozenset[str], *, sent: bool = False, at: float | None = None
) -> Message | Skipped:
    """The record of one mail. `at` is what its envelope says, for a mail that says nothing itself."""
    try:
        return from_mail(read(data), where, owner, sent=sent, at=at, raw=lambda: decoded(data[:RAW]))
    except (ValueError, RecursionError, OverflowError, LookupError):
        return Skipped(where, "unreadable", decoded(data[:RAW]))


def from_mail(
    mail: Mail, where: str, owner: frozenset[str], *, sent: bool, at: float | None, raw: Callable[[], str]
) -> Message | Skipped:
    fields = mail.fields
    tags = labels(fields)
    moment = instant(fields.get("date", ""))
    if moment is None:
        hops = (instant(hop.rpartition(";")[2]) for hop in reversed(mail.received))
        moment = next((m for m in hops if m is not None), None)
    if moment is None:
        moment = instant(fields.get("delivery-date", "") or fields.get("resent-date", "")) or at
    if tags & DRAFTS:
        return Skipped(where, "draft", raw())
    if _expunged(fields):
        return Skipped(where, "deleted", raw())
    if moment is None:
        return Skipped(where, "no-date", raw())
    writer = next(
        (a for h in ("from", "sender", "reply-to", "return-path") for a in addresses(fields.get(h, ""))), None
    )
    if writer is None or not writer[0]:
        return Skipped(where, "no-sender", raw())
    handle, name = writer
    people = {a for h in ("to", "cc") for a, _ in addresses(fields.get(h, ""))}
    people = people or {a for a, _ in addresses(fields.get("bcc", ""))}
    others = sorted((people | {handle}) - owner) or [handle]
    mine = True if sent or tags & SENT and handle not in others else handle in owner if owner else None

    kind, text, quoted, files = _content(mail)
    subject = header_text(fields.get("subject", "")).strip()
    reply = _ID.findall(fields.get("in-reply-to", ""))[:1] or _ID.findall(fields.get("references", ""))[-1:]
    first = not reply and not RE_PREFIX.match(subject) and not FWD_PREFIX.match(subject)
    if kind == Kind.TEXT and not text and not files and not quoted and first:
        text, subject = subject, ""
    elif kind == Kind.TEXT and not text and quoted and FWD_PREFIX.match(subject):
        kind = Kind.FORWARD
    if subject:
        quoted = f"Subject: {subject}\n\n{quoted}".rstrip()
    if _is_machine(mail, handle, tags) and kind != Kind.UNKNOWN:
        kind = Kind.AUTOMATED
    ids = _ID.findall(fields.get("message-id", ""))
    return Message(
        where,
        moment,
        handle,
        text,
        kind,
        name,
        mine,
        ",".join(others),
        ids[0] if ids else fields.get("message-id", ""),
        reply[0] if reply else "",
        quoted,
        attachments=tuple(files),
        raw=raw() if kind == Kind.UNKNOWN else "",
    )


def _expunged(fields: dict[str, str]) -> bool:
    """Thunderbird keeps deleted and moved mails in the file until it is compacted, with a bit set."""
    status = fields.get("x-mozilla-status", "")
    return len(status) == 4 and all(c in "0123456789abcdefABCDEF" for c in status) and bool(int(status, 16) & 8)


def _is_machine(mail: Mail, handle: str, tags: set[str]) -> bool:
    f = mail.fields
    said = f.get("auto-submitted", "no").partition(";")[0].strip().lower()
    return bool(
        mail.report
        or said not in ("no", "")
        or not f.keys().isdisjoint(
            ("list-id", "list-unsubscribe", "list-post", "x-autoreply", "x-autorespond", "feedback-id")
        )
        or f.get("precedence", "").strip().lower() in ("bulk", "list", "junk", "auto_reply")
        or f.get("return-path", "").strip() == "<>"
        or f.get("x-spam-flag", "").strip().lower() == "yes"
        or tags & SPAM
        or _MACHINE.match(handle)
    )


def _content(mail: Mail) -> tuple[Kind, str, str, list[Attachment]]:
    """The kind, own words, quoted words and attachments."""
    files: list[Attachment] = []
    texts: list[str] = []
    passed_on: list[str] = []
    invited = False
    encrypted = mail.encrypted
    for part in _chosen(mail.parts):
        mime = part.mime
        encrypted |= mime in ("application/pkcs7-mime", "application/x-pkcs7-mime")
        shown = part.disposition != "attachment" and not part.name
        if mime == "message/rfc822" and (part.disposition != "attachment" or not part.name):
            passed_on.append(_inner(part))
            files.append(Attachment(part.name, mime))
        elif mime == "text/calendar":
            invited |= bool(part.params.get("method")) or b"METHOD:" in part.body[:2000]
            files.append(Attachment(part.name, mime))
        elif mime in _BODIES and (shown or part.disposition == "inline" and not texts):
            texts.append(_text(part))  # Apple Mail names the body itself in some languages
        elif mime not in _UNSHOWN and (part.name or part.body.strip()):
            files.append(Attachment(part.name, mime))
    whole = "\n".join(t for t in texts if t.strip())[:WORDS]
    if encrypted or _PGP in whole:
        return Kind.UNKNOWN, "", "", files
    if "\nbegin " in f"\n{whole}":
        whole, names = _without_uuencoded(whole)
        files += [Attachment(name, "application/octet-stream") for name in names]
    text, quoted, forward = parted(whole)
    if passed_on:
        quoted = "\n\n".join(p for p in (quoted, *passed_on) if p)
        forward = True
    if invited:
        return Kind.AUTOMATED, text, quoted, files
    if text:
        return Kind.TEXT, text, quoted, files
    if forward:
        return Kind.FORWARD, "", quoted, files
    if files:
        return kind_of_mime(files[0].mime) or Kind.FILE, "", quoted, files
    return Kind.TEXT, "", quoted, files


def _without_uuencoded(text: str) -> tuple[str, list[str]]:
    """Files inside the text, as before MIME: from a line "begin 644 name" to a line "end"."""
    names: list[str] = []
    while (m := _UU.search(text)) and len(names) < 50:
        end = text.find("\nend", m.end())
        if end < 0:
            break
        names.append(m[1].strip())
        text = text[: m.start()] + text[end + 4 :]
    return text, names


def _chosen(parts: list[Part]) -> list[Part]:
    """The parts without the other wordings of an alternative: plain text is what was typed, a page is dressed."""
    plain = any(p.mime == "text/plain" and p.group == "multipart/alternative" and _says_something(p) for p in parts)
    paged = any(p.mime == "text/html" for p in parts)
    out: list[Part] = []
    for p in parts:
        if p.group in ("multipart/alternative", "multipart/related") and not p.name and p.disposition != "attachment":
            if p.mime in ("text/html", "text/x-amp-html", "text/enriched", "text/watch-html") and plain:
                continue
            if p.mime == "text/plain" and p.group == "multipart/alternative" and not plain and paged:
                continue
            if p.mime == "text/x-amp-html" or p.mime == "text/enriched" and paged:
                continue
        out.append(p)
    return out


def _says_something(part: Part) -> bool:
    if len(part.body) > 2000:
        return True
    text = part.text().strip().lower()
    return (
        bool(text)
        and not _PAGE.match(text)
        and not ("html" in text and ("support" in text or "view" in text) and len(text) < 300)
    )


def _text(part: Part) -> str:
    text = part.text()
    if part.mime == "text/html" or part.mime == "text/x-amp-html" or _PAGE.match(text):
        return pages.text_of(text)
    if part.mime == "text/enriched":
        return re.sub(r"</?[a-zA-Z-]+>", "", re.sub(r"<param>.*?</param>", "", text, flags=re.S))
    if part.params.get("format", "").lower() == "flowed":
        return unflowed(text, part.params.get("delsp", "").lower() == "yes")
    return text


def _inner(part: Part) -> str:
    """The words of a mail that is attached to this one."""
    inner = read(part.body)
    head = [
        f"{h.title()}: {header_text(inner.fields[h])}" for h in ("from", "date", "to", "subject") if h in inner.fields
    ]
    texts = [
        _text(p)
        for p in _chosen(inner.parts)
        if p.mime in ("text/plain", "text/html") and p.disposition != "attachment"
    ]
    return "\n".join((*head, "", *texts)).strip()[:WORDS]


def chats_of(records: Iterable[object], owner: frozenset[str]) -> Iterator[ChatRef]:
    """Every chat once, with the name of the other side as it was last written."""
    names: dict[str, str] = {}
    keys: dict[str, None] = {}
    for r in records:
        if isinstance(r, Message):
            keys[r.chat] = None
            if r.name:
                names[r.handle] = r.name
    for key in keys:
        people = key.split(",")
        if owner:
            direct: bool | None = len(people) == 1
            other = people[0] if direct and key not in owner else ""
        else:
            direct, other = (len(people) == 2 or None if len(people) < 3 else False), ""
        title = ", ".join(names.get(p, p) for p in people)
        yield ChatRef(key, title[:200], direct, "mail", other, names.get(other, ""))
