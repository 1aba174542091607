"""What WhatsApp wrote in place of words: omitted media, attached files, deleted messages, calls, places, edits.

In: the body of a record that somebody sent, and whether the file is of the bracketed (iOS) form. Out: kind, the words
that remain, attachments, edited. The strings of 42 iOS and 62 Android languages lie in `data/whatsapp_strings.json`.

The hard choice: a string must be the whole first line, never a part, and the short iOS strings count only behind the
mark U+200E that iOS puts there, because "ei kuvaa" is Finnish for a thing people say. On iOS any other body that
begins with that mark is the app speaking, so it is SYSTEM and teaches nobody's voice.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from afterword.importers.whatsapp.headers import MARKS, STRIP_MARKS
from afterword.model import Attachment, Kind

Body = tuple[Kind, str, tuple[Attachment, ...], bool]

_NAMES = {
    "image": Kind.IMAGE, "video": Kind.VIDEO, "voice": Kind.VOICE, "sticker": Kind.STICKER, "file": Kind.FILE,
    "contact": Kind.CONTACT, "recalled": Kind.RECALLED, "call": Kind.CALL, "location": Kind.LOCATION,
}  # fmt: skip
_MARKS = "\u200e\u200f\ufeff"
_LRM = ("\u200e", "\u200f")
_LONG = 12
"""A placeholder this long is nobody's words, mark or no mark."""

_EDITED = (
    "This message was edited|Diese Nachricht wurde bearbeitet|Se editó este mensaje|Este mensaje fue editado"
    "|Se ha editado este mensaje|Ce message a été modifié|Questo messaggio è stato modificato|Mensagem editada"
    "|Esta mensagem foi editada|Dit bericht is bewerkt|Данное сообщение изменено|Сообщение изменено"
    "|Це повідомлення змінено|Повідомлення відредаговано|Bu mesaj düzenlendi|此消息已编辑|该消息已编辑|这条消息已被编辑"
    "|此訊息已編輯|已編輯此訊息|このメッセージは編集されました"
    "|이 메시지는 수정되었습니다|메시지가 수정되었습니다|Pesan ini diedit"
    "|Mesej ini telah diedit|इस मैसेज में बदलाव किया गया|यह मैसेज एडिट किया गया"
    "|تم تعديل هذه الرسالة|הודעה זו נערכה|ההודעה נערכה"
    "|Wiadomość została zmieniona|Wiadomość edytowana|Tato zpráva byla upravena|Meddelandet redigerades"
    "|Beskeden er blevet redigeret|Meldingen ble redigert|Tätä viestiä muokattiin|Tin nhắn này đã được chỉnh sửa"
    "|Acest mesaj a fost editat|Ezt az üzenetet szerkesztették|Αυτό το μήνυμα τροποποιήθηκε|ข้อความนี้ถูกแก้ไขแล้ว"
)
_EDIT_KNOWN = re.compile(rf" ?[{MARKS}]{{0,4}}<[{MARKS}]{{0,4}}(?:{_EDITED})[.。]?[{MARKS}]{{0,4}}>[{MARKS}]{{0,4}}$")
_EDIT_MARKED = re.compile(rf" ?[{MARKS}]{{0,4}}\u200e<[^<>\n:：]{{3,60}}>$")
_ATTACHED_NEW = re.compile(
    rf"^(.*?) ?[{MARKS}]{{0,4}}<[{MARKS} \u00a0]{{0,4}}(?:[^<>\n:：]{{2,40}}[:：])"
    rf"[{MARKS} \u00a0]{{0,4}}([^<>\n]+?\.\w{{1,8}})[{MARKS} \u00a0]{{0,4}}>$",
    re.S,
)
_ATTACHED_OLD = re.compile(rf"^([^<>\n]+\.\w{{2,5}})[ \u00a0]<[{MARKS}]{{0,4}}[^<>\n]{{3,40}}>$")
_POLL = re.compile(r"^[^\W\d_]{2,20}[:：]\n[^\n]+\n[^\W\d_]{2,20}[:：] [^\n]*\(\d+ [^()\n]*\)")
_CALL = re.compile(
    r"^(?:Voice call|Video call|Silenced voice call|Silenced video call|Group call"
    r"|Sprachanruf|Videoanruf|Llamada|Videollamada"
    r"|Appel vocal|Appel vidéo|Chiamata|Videochiamata|Chamada|Ligação"
    r"|语音通话|视频通话|語音通話|視訊通話|音声通話|ビデオ通話)\b"
)
_OMITTED = re.compile(
    r"^.{2,40}(?:omitted|weggelassen|ausgelassen|omis|omise|omitid[oa]|ocultad[oa]|omess[oa]|weggelaten|dihilangkan|utelämnad"
    r"|udeladt|utelatt|已忽略|已省略|已略去|생략됨|제외됨|は含まれていません|отсутствует|dahil edilmedi)$"
)
_MAP = re.compile(
    r"^[^\n]{0,200}?https?://(?:maps\.google\.com/|maps\.apple\.com/|(?:www\.)?google\.\w+/maps|(?:\w+\.)?foursquare\.com/v/)\S*$"
)

_PREFIXES = (
    ("IMG-", Kind.IMAGE), ("-PHOTO-", Kind.IMAGE), ("VID-", Kind.VIDEO), ("-VIDEO-", Kind.VIDEO), ("-GIF-", Kind.VIDEO),
    ("PTT-", Kind.VOICE), ("AUD-", Kind.VOICE), ("-AUDIO-", Kind.VOICE), ("STK-", Kind.STICKER),
    ("-STICKER-", Kind.STICKER),
)  # fmt: skip
_ENDINGS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "heic", "gif"), Kind.IMAGE),
    **dict.fromkeys(("mp4", "mov", "3gp", "avi", "mkv"), Kind.VIDEO),
    **dict.fromkeys(("opus", "m4a", "mp3", "ogg", "aac", "amr", "wav"), Kind.VOICE),
    "webp": Kind.STICKER,
    "vcf": Kind.CONTACT,
}


class Strings(NamedTuple):
    whole: dict[str, Kind]
    plain: frozenset[str]
    fixes: tuple[tuple[str, str], ...]
    ends: frozenset[str]
    starts: frozenset[str]
    location: tuple[str, ...]
    titles: tuple[tuple[str, str], ...]


def normal(text: str) -> str:
    """For matching only: marks out, odd spaces plain, a final stop off."""
    return text.translate(STRIP_MARKS).replace("\u00a0", " ").replace("\u202f", " ").strip().rstrip(".。").strip()


@cache
def strings() -> Strings:
    raw = json.loads(files("afterword.importers").joinpath("data/whatsapp_strings.json").read_text("utf-8"))
    whole = {s: _NAMES[kind] for kind, group in raw["whole"].items() for s in group}
    whole |= {"null": Kind.UNKNOWN, "View once voice message omitted": Kind.VOICE, "video note omitted": Kind.VIDEO}
    plain = {s for s in whole if len(s) >= _LONG or s.startswith("<") or s == "null" or not s.isascii() and len(s) >= 6}
    plain |= {s + end for s in plain for end in (".", "。")}
    fixes = tuple((a, b) for a, _, b in (s.partition("%s") for s in raw["attached"]) if not _bracketed(a))
    ends = frozenset(b[-1] for _, b in fixes if b) | {">"}
    starts = frozenset(a[0] for a, _ in fixes if a) | {"\u200e", "\u200f"}
    location = tuple(raw["location"])
    titles = tuple((a, b) for a, _, b in (s.partition("%s") for s in raw["title"]))
    return Strings(whole, frozenset(plain), fixes, ends, starts, location, titles)


def _bracketed(prefix: str) -> bool:
    return prefix.startswith("<")


def kind_of_file(name: str) -> Kind:
    for prefix, kind in _PREFIXES:
        if prefix in name:
            return kind
    return _ENDINGS.get(name.rpartition(".")[2].lower(), Kind.FILE)


def _attached(first: str) -> tuple[str, str] | None:
    """(words before the mark, file name) when the first line names a file."""
    if (m := _ATTACHED_NEW.match(first)) and (not m[1] or "\u200e" in first):
        return m[1], m[2].strip()
    if m := _ATTACHED_OLD.match(first):
        return "", m[1].translate(STRIP_MARKS).strip()
    clean = normal(first)
    for before, after in strings().fixes:
        if clean.startswith(before) and clean.endswith(after) and len(clean) > len(before) + len(after):
            name = clean[len(before) : len(clean) - len(after)]
            if "." in name:
                return "", name
    return None


def body(text: str, ios: bool) -> Body:
    """The slow path: `text` looks like it holds more than words. Falls through to TEXT with the text untouched."""
    s = strings()
    first, newline, more = text.partition("\n")
    marked = first.startswith(_LRM)
    clean = normal(first)
    kind = s.whole.get(clean)
    if kind is not None and (marked or first in s.plain or clean in s.plain):
        if kind is Kind.RECALLED or (clean == "null" and newline):
            # The notice is kept as the record has it: the deleted words are gone, and somebody may have typed the same.
            return (kind, text.strip(_MARKS), (), False) if clean != "null" else (Kind.TEXT, text, (), False)
        return kind, more, (), False
    if found := _attached(first):
        words, name = found
        return kind_of_file(name), "\n".join(p for p in (words, more) if p), (Attachment(name),), False
    if ios and newline and text.endswith(">") and "\u200e" in text and (m := _ATTACHED_NEW.match(text)):
        return kind_of_file(m[2].strip()), m[1], (Attachment(m[2].strip()),), False
    if text.endswith(">"):
        m = _EDIT_KNOWN.search(text) or (_EDIT_MARKED.search(text) if ios else None)
        if m and m.start() > 0:
            kind, words, files_, _ = body(text[: m.start()], ios)
            return kind, words, files_, True
    if clean.startswith(s.location) and ("http" in clean or not more) and _MAP.match(clean):
        return Kind.LOCATION, "", (), False
    if (marked or text.startswith("http")) and _MAP.match(clean):
        return Kind.LOCATION, "", (), False
    if marked and ios:
        if _CALL.match(clean):
            return Kind.CALL, "", (), False
        if not newline and _OMITTED.search(clean):
            return Kind.FILE, "", (), False  # a wording newer than the list: something was left out, not said what
        if newline and (clean.endswith((":", "：")) and "\n\u200e" in text):
            return Kind.POLL, text, (), False
        return Kind.SYSTEM, text, (), False
    if _POLL.match(text):
        return Kind.POLL, text, (), False
    return Kind.TEXT, text, (), False


def unmarked_system(text: str) -> Kind:
    """Kind of a record without a sender."""
    kind = strings().whole.get(normal(text))
    return kind if kind is Kind.CALL else Kind.SYSTEM
