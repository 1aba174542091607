"""What WhatsApp wrote in place of words: omitted media, attached files, deleted messages, calls, places, edits.

In: the body of a record that somebody sent, and whether the file is of the bracketed (iOS) form. Out: kind, the words
that remain, attachments, edited. The strings of 42 iOS and 62 Android languages lie in `data/whatsapp_strings.json`; for
any other language the survey finds "<…>" that the file repeats.

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

Body = tuple[Kind, str, tuple[Attachment, ...], bool, str]
"""Kind, words, attachments, edited, and for a kind without words what stood there."""

_NAMES = {
    "image": Kind.IMAGE, "video": Kind.VIDEO, "voice": Kind.VOICE, "sticker": Kind.STICKER, "file": Kind.FILE,
    "contact": Kind.CONTACT, "recalled": Kind.RECALLED, "call": Kind.CALL, "location": Kind.LOCATION,
}  # fmt: skip
_MARKS = "\u200e\u200f\ufeff"
_LRM = ("\u200e", "\u200f")
_LONG = 12
"""A placeholder this long is nobody's words, mark or no mark."""

_NEWER = {
    "null": Kind.UNKNOWN,
    "Waiting for this message. This may take a while": Kind.UNKNOWN,
    "You received a view once message. For added privacy, you can only open it on your phone": Kind.UNKNOWN,
    "You received a view once photo. For added privacy, you can only open it on your phone": Kind.IMAGE,
    "You received a view once video. For added privacy, you can only open it on your phone": Kind.VIDEO,
    "You sent a view once message. For added privacy, you can only open it on your phone": Kind.UNKNOWN,
    "View once voice message omitted": Kind.VOICE,
    "View once photo omitted": Kind.IMAGE,
    "View once video omitted": Kind.VIDEO,
    "View once message omitted": Kind.FILE,
    "Video note omitted": Kind.VIDEO,
    "Video message omitted": Kind.VIDEO,
    "Voice message omitted": Kind.VOICE,
    "Sticker omitted": Kind.STICKER,
    "Audio omitted": Kind.VOICE,
    "Image omitted": Kind.IMAGE,
    "Video omitted": Kind.VIDEO,
    "GIF omitted": Kind.VIDEO,
    "Document omitted": Kind.FILE,
    "Contact card omitted": Kind.CONTACT,
    "Location omitted": Kind.LOCATION,
    "Live location omitted": Kind.LOCATION,
}
"""Texts of newer versions than the tables; with and without < >."""

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
_EDIT_STEM = re.compile(
    rf"[ {MARKS}]{{1,5}}<(?=[^<>\n]*(?:mess?ag|mensa|nachricht|bericht|сообщ|повідом|mesaj|meddel|melding|besked|wiadomo|zpráv"
    r"|správ|消息|訊息|信息|メッセージ|메시지|pesan|mesej|मैसेज|संदेश|رسالة|پیام|הודעה|viesti|tin nhắn|üzenet|μήνυμα|ข้อความ|poruk))"
    r"[^<>\n:：/=\"]{0,40}(?:edited|bearbeitet|edit[óé]|editad[oa]|modifi[eéc]|bewerkt|измен[её]н|змінено|відредаг|düzenlen"
    r"|编辑|編輯|編集|수정|편집|diedit|disunting|एडिट|संपादित|تعديل|ویرایش|נערכ|zmienion|edytowan|upraven|redigera|redigeret"
    r"|redigert|muokat|chỉnh sửa|editat|szerkeszt|επεξεργ|τροποποι|แก้ไข|uređen|izmenjen)"
    rf"[^<>\n:：/=\"]{{0,25}}>[{MARKS}]{{0,4}}$",
    re.I,
)
"""A wording of the edit mark that the list lacks, by its noun and its verb."""
_EDIT_MARKED = re.compile(rf" ?[{MARKS}]{{0,4}}\u200e<[^<>\n:：]{{3,60}}>$")
_ATTACHED_NEW = re.compile(
    rf"^(.*?) ?[{MARKS}]{{0,4}}<[{MARKS} \u00a0]{{0,4}}(?:[^<>\n:：]{{2,40}}[:：])"
    rf"[{MARKS} \u00a0]{{0,4}}([^<>\n]+?\.\w{{1,8}})[{MARKS} \u00a0]{{0,4}}>$",
    re.S,
)
_NUMBERED = re.compile(r"\d{8}-")
"""How iOS begins the name of an attached file: proof where an editor took the marks."""
_PAGES = re.compile(r"[^\n]+\.\w{2,5} • \d+ \S+$")
_ATTACHED_OLD = re.compile(rf"^([^<>\n]+\.\w{{2,5}})[ \u00a0]<[{MARKS}]{{0,4}}[^<>\n]{{3,40}}>$")
_ATTACHED_ANY = re.compile(
    rf"^[{MARKS}]{{0,4}}((?:IMG|VID|PTT|AUD|STK|DOC)-\d{{8}}-WA\d{{4,6}}\.\w{{2,5}})[{MARKS}]{{0,4}} \([^()\n]{{2,40}}\)$"
)
"""WhatsApp's own name for a file: what stands in brackets behind it needs no language."""
_DOCUMENT = re.compile(
    r"^[^\n/]{1,200}\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|csv|rtf|epub|zip|rar|7z|apk|vcf|ics|jpe?g|png|heic|webp|mp[34]|mov)$",
    re.I,
)
_POLL = re.compile(r"^[^\W\d_]{2,20}[:：]\n[^\n]+\n[^\W\d_]{2,20}[:：] [^\n]*\(\d+ [^()\n]*\)")
_CALL = re.compile(
    r"^(?:(?:Missed |Silenced |Incoming |Outgoing )?(?:group )?(?:voice|video|group) call"
    r"|(?:Verpasster |Stummgeschalteter )?(?:Gruppen|Sprach|Video|Gruppensprach|Gruppenvideo)anruf"
    r"|(?:Video)?llamada|Appel (?:vocal|vidéo|de groupe)|(?:Video)?chiamata|(?:Video)?chamada|Ligação|Call failed"
    r"|(?:Spraak|Video|Groeps)oproep|(?:Аудио|Видео|Групповой )звонок|Panggilan (?:suara|video|grup)|(?:Sesli|Görüntülü) arama"
    r"|(?:未接)?(?:群组|群組)?(?:语音|視訊|视频|語音)通话?話?|(?:音声|ビデオ|グループ)通話|(?:음성|영상|그룹) ?통화)(?![^\W_])",
    re.I,
)
_LENGTH = re.compile(
    r"(\d+)[ \u00a0\u202f]?(?:(hr?s?|hours?|std|stunden?|horas?|ore|heures?|uur|ч|час\w*|jam|sa|小时|小時|時間|시간)"
    r"|(min\w*|мин\w*|menit|dk|分钟|分鐘|分|분)|(sec\w*|sek\w*|seg\w*|s|сек\w*|detik|sn|秒钟?|초))(?![^\W\d_])",
    re.I,
)
_OMITTED = re.compile(
    r"^.{2,40}(?:omitted|weggelassen|ausgelassen|omis|omise|omitid[oa]|ocultad[oa]|omess[oa]|weggelaten|dihilangkan|utelämnad"
    r"|udeladt|utelatt|已忽略|已省略|已略去|생략됨|제외됨|は含まれていません|отсутствует|dahil edilmedi)$"
)
_LEFT_OUT = re.compile(
    r"^<(?=[^<>\n]*(?: |[^\x00-\u02ff]))[^<>\n:：/=\"]{0,60}"
    r"(?:omitted|omitid[oa]|omess[aoie]|omise?s?\b|ocult[oa]|omès|omes[oa]s|ausgeschlossen|weggelassen|weggelaten"
    r"|dahil edilmedi|atlanmış|отсутств|пропущен|הושמט|לא נכלל|なし|含まれていません|제외|생략|省略|忽略|略去|略過"
    r"|disertakan|dimasukkan|dikecualikan|استبعاد|إدراج|vynech|pominięt|utelämn|udelad|utelatt|izostavlj|jätet)"
    r"[^<>\n:：/=\"]{0,25}>$",
    re.I,
)
"""A wording of "<Media omitted>" that the list lacks, by its verb."""
_ADMIN = re.compile(
    r"^(?:This message was deleted by (?:an )?admin\b.*|You deleted this message as admin"
    r"|Diese Nachricht wurde von (?:Admin|einem Admin)\b.* gelöscht|Du hast diese Nachricht als Admin gelöscht"
    r"|(?:El|La) admin(?:istrador|istradora)?\.? .{0,60}eliminó este mensaje|Eliminaste este mensaje como admin\w*"
    r"|Ce message a été supprimé par (?:un |l[’'])admin\w*.*|Mensagem apagada pelo admin\w*.*"
    r"|Esta mensagem foi apagada (?:pelo|por um) admin\w*.*)$"
)
_WAITING = re.compile(
    r"^(?:You (?:received|sent) a view once |Hai (?:ricevuto|inviato) un\w* ?\w+ visualizzabile una volta\b"
    r"|Waiting for this message\b|Warten auf diese Nachricht\b|Esperando (?:el|este) mensaje\b|En attente de ce message\b"
    r"|In attesa del messaggio\b|Wachten op d(?:it|eze) bericht|(?:Aguardando|À espera d)[^.]{0,12} mensagem\b|正在等待此消息|正在等候此訊息|Ожидание сообщения\b)"
)
_ENCRYPTED = re.compile(
    r"^(?:Messages and calls are end-to-end encrypted|Messages (?:you send )?to this (?:chat|group)\b.{0,20} (?:are now|is now)? ?secured"
    r"|Messages to this (?:chat|group) (?:and calls )?are now secured|Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt"
    r"|Los mensajes y las llamadas están cifrados|Les messages et les appels sont chiffrés|I messaggi e le chiamate sono crittografati"
    r"|As mensagens e (?:as )?(?:ligações|chamadas) são (?:protegidas|encriptadas)|消息和通话已进行端到端加密|訊息[和與]通話(?:已受|經過?|已|都)"
    r"|(?:Nachrichten|Die Nachrichten) an diese[nrs]? (?:Gruppe|Chat) sind jetzt|I messaggi inviati a questo|Mesajlar ve aramalar uçtan uca"
    r"|Berichten en (?:oproepen|gesprekken) (?:zijn|worden) end-to-end|Сообщения и звонки защищены|Повідомлення та дзвінки захищ"
    r"|ההודעות והשיחות מוצפנות|الرسائل والمكالمات مشفرة|Pesan dan panggilan terenkripsi|メッセージと通話はエンドツーエンド|메시지[와 ].{0,5}종단간"
    r"|Wiadomości i połączenia są w pełni|Meddelanden och samtal är|Zprávy a hovory jsou|Τα μηνύματα και οι κλήσεις)"
)
_FORWARDED = re.compile(r"^\[Forwarded(?: many times)?\] ")
_WEB_POLL = re.compile(r"^[^\W\d_]{2,20}: [^\n]+(?:\n    - [^\n]+)+$")
_WEB_OMITTED = re.compile(r"^<([^<>\n]{3,40})>(?: (?=\S)|$)")
_PLACE = re.compile(r"^(?:live location|location): -?\d+(?:\.\d+)?, -?\d+", re.I)
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


Own = tuple[frozenset[str], frozenset[str]]
NOTHING: Own = (frozenset(), frozenset())


def normal(text: str) -> str:
    """For matching only: marks out, odd spaces plain, a final stop off."""
    return text.translate(STRIP_MARKS).replace("\u00a0", " ").replace("\u202f", " ").strip().rstrip(".。").strip()


@cache
def strings() -> Strings:
    raw = json.loads(files("afterword.importers").joinpath("data/whatsapp_strings.json").read_text("utf-8"))
    whole = {s: _NAMES[kind] for kind, group in raw["whole"].items() for s in group}
    whole |= _NEWER
    whole |= {f"<{s}>": kind for s, kind in _NEWER.items() if s.endswith("omitted")}
    plain = {
        s
        for s in whole
        if len(s) >= _LONG or s.startswith(("<", "GIF ")) or s == "null" or not s.isascii() and len(s) >= 6
    }
    plain |= {s[0].upper() + s[1:] for s in plain if s != "null"}
    plain |= {s + end for s in plain for end in (".", "。")}
    whole |= {s.lower(): kind for s, kind in whole.items() if s != "null"}
    fixes = tuple((a, b) for a, _, b in (s.partition("%s") for s in raw["attached"]) if not _bracketed(a))
    ends = frozenset(b[-1] for _, b in fixes if b) | {">"}
    starts = frozenset(a[0] for a, _ in fixes if a) | {"\u200e", "\u200f", "<"}
    location = tuple({s.lower() for s in raw["location"]} | {"live location:"})
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
    if "." not in first:
        return None
    if (m := _ATTACHED_NEW.match(first)) and (not m[1] or "\u200e" in first or _NUMBERED.match(m[2])):
        return _caption(m[1]), m[2].strip()
    if m := _ATTACHED_ANY.match(first) or _ATTACHED_OLD.match(first):
        return "", m[1].translate(STRIP_MARKS).strip()
    clean = normal(first)
    for before, after in strings().fixes:
        if clean.startswith(before) and clean.endswith(after) and len(clean) > len(before) + len(after):
            name = clean[len(before) : len(clean) - len(after)]
            if "." in name:
                return "", name
    return None


def _caption(words: str) -> str:
    """What stands before an attachment: somebody's words, unless the app's mark says it is the document's name."""
    return "" if words.startswith(_LRM) or "• \u200e" in words or _PAGES.match(words) else words


def _attached_before(first: str) -> tuple[str, str] | None:
    """(words, file name) of WhatsApp Web's "notes.pdf (file attached) see page 2"."""
    for _, after in strings().fixes:
        at = first.find(f"{after} ") if after.startswith(" (") else -1
        if at > 0 and "." in first[:at]:
            return first[at + len(after) + 1 :], first[:at]
    return None


def _whole(clean: str) -> Kind | None:
    whole = strings().whole
    kind = whole.get(clean)
    return kind if kind is not None or clean == "null" else whole.get(clean.lower())


def body(text: str, ios: bool, own: Own = NOTHING) -> Body:
    """The slow path: `text` looks like it holds more than words. Falls through to TEXT with the text untouched.

    own   "<…>" that this file repeats: in place of words, and behind edited words
    """
    s = strings()
    first, newline, more = text.partition("\n")
    marked = first.startswith(_LRM)
    clean = normal(first)
    kind = _whole(clean)
    if marked and not clean and not newline:
        return Kind.UNKNOWN, "", (), False, text
    if kind is not None and (marked or first.startswith("<") or first in s.plain or clean in s.plain):
        if clean == "null":
            return (Kind.TEXT, text, (), False, "") if newline else (kind, "", (), False, text)
        if kind is Kind.UNKNOWN:
            return kind, "", (), False, text
        if kind is Kind.RECALLED:
            # The notice is kept as the record has it: the deleted words are gone, and somebody may have typed the same.
            return kind, text.strip(_MARKS), (), False, ""
        if kind is Kind.FILE and _DOCUMENT.match(more):  # a document's name stands where words would
            return kind, "", (Attachment(more),), False, ""
        return kind, more, (), False, ""
    if found := _attached(first):
        words, name = found
        return kind_of_file(name), "\n".join(p for p in (words, more) if p), (Attachment(name),), False, ""
    m = _ATTACHED_NEW.match(text) if ios and newline and text.endswith(">") else None
    if m and ("\u200e" in text or _NUMBERED.match(m[2])):
        return kind_of_file(m[2].strip()), _caption(m[1]), (Attachment(m[2].strip()),), False, ""
    if text.endswith(">"):
        m = _EDIT_KNOWN.search(text) or _EDIT_STEM.search(text) or (_EDIT_MARKED.search(text) if ios else None)
        at = m.start() if m else _own_edit(text, own)
        if at > 0:
            kind, words, files_, _, raw = body(text[:at], ios, own)
            return kind, words, files_, True, raw
    if not newline and (first in own[0] or _LEFT_OUT.match(first)):
        return Kind.FILE, "", (), False, text
    if m := _WEB_OMITTED.match(first):
        kind = _whole(m[1]) or _whole(f"<{m[1]}>")
        if kind is not None and kind is not Kind.RECALLED:
            return kind, text[m.end() :].removeprefix("\n"), (), False, ""
    if (marked or not newline) and _ADMIN.match(clean):
        return Kind.RECALLED, text.strip(_MARKS), (), False, ""
    if not newline and _WAITING.match(clean):
        return Kind.UNKNOWN, "", (), False, text
    if (clean.lower().startswith(s.location) and ("http" in clean or not more) and _MAP.match(clean)) or _PLACE.match(
        clean
    ):
        return Kind.LOCATION, "", (), False, text
    if (marked or text.startswith("http")) and _MAP.match(clean):
        return Kind.LOCATION, "", (), False, text
    if ios and "\u200e" in first:
        head, _, tail = first.rpartition("\u200e")
        kind = _whole(normal(tail)) if head.strip(_MARKS) else None
        if kind is not None:  # "notes.pdf • ‎3 pages ‎document omitted"
            name = head.partition(" • ")[0].strip(_MARKS + " ")
            return kind, more, (Attachment(name),) if name else (), False, ""
    if _ENCRYPTED.match(clean):
        return Kind.SYSTEM, text, (), False, ""
    if marked and ios:
        if _CALL.match(clean):
            return Kind.CALL, "", _length(clean), False, text
        if not newline and _OMITTED.search(clean):
            return (
                Kind.FILE,
                "",
                (),
                False,
                text,
            )  # a wording newer than the list: something was left out, not said what
        if newline and (clean.endswith((":", "：")) and "\n\u200e" in text):
            return Kind.POLL, text, (), False, ""
        return Kind.SYSTEM, text, (), False, ""
    if _POLL.match(text) or (ios and _WEB_POLL.match(text)):
        return Kind.POLL, text, (), False, ""
    if ios and (found := _attached_before(first)):
        return kind_of_file(found[1]), found[0] + newline + more, (Attachment(found[1]),), False, ""
    if ios and (m := _FORWARDED.match(text)):
        return Kind.FORWARD, text[m.end() :], (), False, ""
    return Kind.TEXT, text, (), False, ""


def _own_edit(text: str, own: Own) -> int:
    at = text.rfind("<")
    return at - (text[at - 1] in " \u200e") if at > 0 and text[at:] in own[1] else 0


def _length(clean: str) -> tuple[Attachment, ...]:
    """How long a call was, as an attachment without a name."""
    found = 0
    for m in _LENGTH.finditer(clean):
        found += int(m[1]) * (3600 if m[2] else 60 if m[3] else 1)
    return (Attachment(seconds=float(found)),) if found else ()


def encrypted(text: str) -> bool:
    """The first line of a chat, which a copy without marks gives a sender like any other."""
    return _ENCRYPTED.match(text) is not None


def unmarked_system(text: str) -> Kind:
    """Kind of a record without a sender."""
    kind = _whole(normal(text))
    return kind if kind is Kind.CALL else Kind.SYSTEM
