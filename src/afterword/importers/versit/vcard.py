"""vCard 2.1, 3.0 and 4.0: the address books of telephones and mail programs. In: a path. Out: a Keepsake for each card.

A card gives one contact; its birthday is the contact's own date. Any further date in it (a wedding day, what Apple
calls a date) is an event of its own, so that it can come back each year by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import head_text
from afterword.importers.versit.lines import NO_YEAR, Property, codec, day, fields, logical, parsed, place
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Skipped

_BEGIN = re.compile(r"\s*(?:[\w-]+\.)?BEGIN\s*:\s*VCARD\s*\Z", re.I)
_END = re.compile(r"\s*(?:[\w-]+\.)?END\s*:\s*VCARD\s*\Z", re.I)
_FIRST = re.compile(r"\s*BEGIN\s*:\s*VCARD\b", re.I)
_ANYWHERE = re.compile(r"^BEGIN:VCARD\s*$", re.I | re.M)
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_\Z", re.S)
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DATES = {
    "ANNIVERSARY": "anniversary", "X-ANNIVERSARY": "anniversary", "X-MS-ANNIVERSARY": "anniversary", "X-EVOLUTION-ANNIVERSARY": "anniversary",
    "X-KADDRESSBOOK-X-ANNIVERSARY": "anniversary", "X-ABDATE": "date", "DEATHDATE": "death", "X-DEATHDATE": "death",
}  # fmt: skip
_ANDROID = {"1": "anniversary", "2": "date", "0": "date"}
_YEARLY = re.compile(r"anniversar|jahrestag|hochzeitstag|纪念日|紀念日|記念日|기념일|aniversari|anniversaire", re.I)
_MIMES = {
    "JPEG": "image/jpeg",
    "JPG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "HEIC": "image/heic",
    "WEBP": "image/webp",
}
RAW = 2000


class VCard:
    name = "vcard"
    version = 1
    title = "contacts (vCard, .vcf)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if _FIRST.match(text):
            return Match(1.0, "BEGIN:VCARD")
        if filename.lower().endswith((".vcf", ".vcard")) and _ANYWHERE.search(text.replace("\r", "")):
            return Match(0.9, "a vCard after other lines")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = codec(path, options.encoding)
        yield FileFacts(encoding=encoding)
        number, raw = 0, ""
        card: list[Property] | None = None
        nested = agent = broken = 0
        for line, text in logical(path, encoding):
            if _BEGIN.match(text):
                if card is not None and agent:
                    nested += 1  # a card inside a card (2.1's AGENT) is not a card of its own
                    continue
                if card is not None:
                    yield from _records(number, card, broken, raw)
                number, card, raw, broken = number + 1, [], "", 0
            elif card is None:
                continue
            elif _END.match(text):
                if nested:
                    nested -= 1
                    continue
                yield from _records(number, card, broken, raw)
                card = None
            elif not nested:
                raw = raw if len(raw) > RAW else f"{raw}{text[:RAW]}\n"
                if (p := parsed(line, text)) is not None:
                    card.append(p)
                    agent = p.name == "AGENT" and not p.raw
                else:
                    broken += 1
        if card is not None:
            yield Skipped(f"card {number}", "truncated", raw[:RAW])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from ()


def _records(number: int, card: list[Property], broken: int, raw: str) -> Iterator[Keepsake | Skipped]:
    where = f"card {number}"
    known: dict[str, list[Property]] = {}
    for p in card:
        known.setdefault(p.name, []).append(p)
    handles = tuple(dict.fromkeys(h for p in card if p.name in ("TEL", "EMAIL") and (h := _handle(p.text))))
    title = _title(known, handles)
    said = (p for p in card if p.name not in ("VERSION", "PRODID", "REV", "UID"))
    if not title and not any(p.raw.strip("; ") for p in said):
        yield Skipped(where, "unreadable" if broken else "empty", raw[:RAW])
        return
    born = next((d for p in known.get("BDAY", ()) if (d := _day(p))), None)
    born = born or next((d for _, d in _android(known, ("3",))), None)
    notes = [p.text.strip() for p in known.get("NOTE", ())]
    yield Keepsake(
        where,
        "contact",
        at=born,
        title=title,
        text="\n".join(dict.fromkeys(n for n in notes if n)),
        where=next((g for p in known.get("GEO", ()) if (g := place(p.raw))), None),
        yearly=born is not None,
        handles=handles,
        attachments=tuple(_picture(p) for p in known.get("PHOTO", ()) if p.raw),
    )
    yield from _further(where, title, known)


def _further(where: str, name: str, known: dict[str, list[Property]]) -> Iterator[Keepsake]:
    """The dates besides the birthday."""
    labels = {p.group: p.text for p in known.get("X-ABLABEL", ()) if p.group}
    found: list[tuple[str, str, str]] = []
    for key, kind in _DATES.items():
        for p in known.get(key, ()):
            if at := _day(p):
                label = labels.get(p.group, "")
                if m := _APPLE_LABEL.match(label):
                    label = m[1]
                found.append(("anniversary" if kind == "date" and _YEARLY.search(label) else kind, label, at))
    found += [(_ANDROID[kind[0]], kind[1:], at) for kind, at in _android(known, tuple(_ANDROID))]
    seen: dict[str, int] = {}
    for kind, label, at in dict.fromkeys(found):
        seen[kind] = n = seen.get(kind, 0) + 1
        place_ = f"{where}/{kind}" if n == 1 else f"{where}/{kind} {n}"
        yearly = kind != "date" or at.startswith("--")
        yield Keepsake(
            place_, "event", at=at, title=f"{name}: {label or kind}" if name else label or kind, yearly=yearly
        )


def _android(known: dict[str, list[Property]], kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """(type and label, day) of Android's own events: "vnd.android.cursor.item/contact_event;2014-05-01;1;"."""
    out: list[tuple[str, str]] = []
    for p in known.get("X-ANDROID-CUSTOM", ()):
        parts = fields(p.raw)
        if len(parts) > 2 and parts[0].endswith("/contact_event") and parts[2] in kinds and (at := day(parts[1])):
            out.append((parts[2] + (parts[3] if parts[2] == "0" and len(parts) > 3 else ""), at))
    return out


def _day(p: Property) -> str | None:
    if p.said("CALSCALE").lower() not in ("", "gregorian"):
        return None  # a day of the moon's year is another one each year
    return day(p.text, p.said("X-APPLE-OMIT-YEAR") or NO_YEAR)


def _handle(text: str) -> str:
    text = text.strip()
    low = text[:7].lower()
    return text[4:] if low.startswith("tel:") else text[7:] if low == "mailto:" else text


def _title(known: dict[str, list[Property]], handles: tuple[str, ...]) -> str:
    """The full name; else one made of its parts; else whatever the card is known by."""
    for p in known.get("FN", ()):
        if text := " ".join(p.text.split()):
            return text
    for p in known.get("N", ()):
        family, given, middle, prefix, suffix = (" ".join(v.split()) for v in (*fields(p.raw), "", "", "", "", "")[:5])
        if _WIDE.search(family + given) and not prefix and not middle:
            return family + given + suffix
        if made := " ".join(v for v in (prefix, given, middle, family, suffix) if v):
            return made
    for key in ("NICKNAME", "ORG"):
        for p in known.get(key, ()):
            if text := ", ".join(v.strip() for v in fields(p.raw) if v.strip()):
                return text
    return handles[0] if handles else ""


def _picture(p: Property) -> Attachment:
    kinds = [k.upper() for key in ("TYPE", "MEDIATYPE") for k in p.params.get(key, ())]
    mime = next((_MIMES[k.rpartition("/")[2]] for k in kinds if k.rpartition("/")[2] in _MIMES), "")
    if p.raw[:5].lower() == "data:":
        return Attachment("PHOTO", p.raw[5:60].partition(";")[0].partition(",")[0].lower() or mime)
    if re.match(r"[a-z][a-z0-9+.-]*:", p.raw[:20], re.I):
        return Attachment(p.raw[:2000], mime)
    return Attachment("PHOTO", mime)


importer = VCard()
