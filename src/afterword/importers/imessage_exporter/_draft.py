"""A message of imessage-exporter while it is read. In: its lines or parts. Out: one Message.

The exporter writes what was said, what was drawn, effects, previews and its own remarks one under the other. Only
what somebody typed is text: a preview's title, an app's bubble and the exporter's remarks are not.
"""

from __future__ import annotations

import re

from afterword.importers.media import kind_of_mime
from afterword.importers.telephones import SENT_AS_TEXT, SERVICE
from afterword.model import Attachment, Kind, Message

MONTHS = {
    m: i for i, m in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}
DATE = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}), +(\d{4})\s+(\d{1,2}):(\d\d):(\d\d)\s?([AP])M"
RECEIPT = r"\(Read by (.+) after .+\)"
ANNOUNCED = re.compile(
    r"(.+?) (?:(?:re)?named the conversation(?: to)? .*|(?:added|removed) .+ (?:to|from) the conversation\."
    r"|left the conversation\.|(?:changed|removed) the (?:group photo|chat background)\.|changed their phone number\."
    r"|kept an audio message\.|(unsent) a message[.!]|performed unknown action -?\d+)",
    re.S,
)
REACTION = re.compile(
    r"(?:(?P<what>.{1,40}?) by (?P<who>.+)|(?:.{1,30} )?Sticker from (?P<whose>.+?)(?:: .*| not found!))", re.S
)
REPLY = "This message responded to an earlier message."
DELETED = "This message was deleted from the conversation!"
UNSENT = re.compile(r".+ unsent this message part(?: .+ after sending)?!|(?:You|They) deleted a message\.")
MISSING = ("Attachment missing!", "Attachment does not exist!")
EFFECTS = re.compile(
    r"Sent with (?:Confetti|Echo|Fireworks|Balloons|Heart|Lasers|Shooting Start?|Sparkles|Spotlight|Slam|Loud|Gentle|Invisible Ink)"
    r"|com\.apple\.\S*(?:effect|expressivesend)\S*",
    re.I,
)
STICKER = re.compile(r"(?:\w+ )?Sticker from .+?: (.+?)(?: \((?:App|Genmoji prompt): .*\))?")
EDITED = re.compile(r"Edited .{1,60} later: ?(.*)", re.S)
FIRST = re.compile(DATE + r" (.*)", re.S)
SHARED = ("Started sharing location!", "Stopped sharing location!", "Shared location!")
MIMES = {
    "heic": "image/heic", "heif": "image/heif", "heics": "image/heic", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
    "gif": "image/gif", "webp": "image/webp", "tiff": "image/tiff", "mov": "video/quicktime", "mp4": "video/mp4", "m4v": "video/x-m4v",
    "3gp": "video/3gpp", "caf": "audio/x-caf", "amr": "audio/amr", "m4a": "audio/x-m4a", "mp3": "audio/mpeg", "aac": "audio/aac",
    "wav": "audio/wav", "vcf": "text/vcard", "pdf": "application/pdf", "pluginpayloadattachment": "",
}  # fmt: skip
PLACE = re.compile(
    r"(?:~?/|\.{1,2}/|[A-Za-z]:[\\/])?[^\n:]*(?:[Aa]ttachments|StickerCache|MobileSync[\\/]Backup)[\\/][^\n]+"
)
HASHED = re.compile(r"(?:~?/|[A-Za-z]:[\\/])[^\n]*[\\/][0-9a-f]{2}[\\/][0-9a-f]{40}")
NAME = re.compile(r"(?:[^\s/\\]+|(?:Audio Message|IMG|Screen ?[Ss]hot)[^/\\]*)\.([A-Za-z0-9]{3,25})")
LINK = re.compile(r"https?://\S+")
STORE = re.compile(r"https?://(?:music|itunes|apps|podcasts|tv)\.apple\.com/\S+")
APP = (
    # An app's name, or its bundle's: a sentence that ends so was typed.
    (re.compile(r"(?:(?:(?![a-z]+ )\S+|with|of|for|and|the|to|in) ){1,5}message:(?:\n.*)?", re.S), Kind.UNKNOWN),
    (re.compile(r"[^\n]{1,40} transaction: \S[^\n]*"), Kind.TRANSFER),
    (re.compile(r"Photo album: [^\n]*"), Kind.IMAGE),
    (re.compile(r"Check[ \u00a0]In: .*\n(?:Checked in|Expected|Was expected) at .*", re.S), Kind.LOCATION),
    (re.compile(r"Find My(?:: .*)?"), Kind.LOCATION),
    (re.compile(r"Digital Touch (?:Kiss|Heartbeat|Tap|Sketch|Fireball|Anger|Video).*", re.S), Kind.IMAGE),
    (re.compile(r"Handwritten messages? .*|Unable to format app message: .*", re.S), Kind.UNKNOWN),
    (re.compile(r"- .* \(\d+\)(?:\n(?:- .* \(\d+\)|  - .*))*"), Kind.POLL),
)  # fmt: skip


def moment(m: re.Match[str], first: int = 1) -> str:
    """Wall-clock text of a DATE that begins at the group `first`; "" where there is no such day."""
    month, day, year, hour, minute, second, half = m.group(*range(first, first + 7))
    h = int(hour) % 12 + (12 if half == "P" else 0)
    if not (1 <= int(day) <= 31 and int(hour) <= 12 and int(minute) < 60 and int(second) < 61 and int(year)):
        return ""
    return f"{year}-{MONTHS[month]:02d}-{int(day):02d}T{h:02d}:{minute}:{min(int(second), 59):02d}"


def reaction(text: str) -> tuple[str, str] | None:
    """(who, what) of "Loved by Me" or of a sticker put onto a message."""
    m = REACTION.fullmatch(text.strip())
    if m is None:
        return None
    return (m["who"], m["what"]) if m["who"] else (m["whose"], "sticker")


def file_named(line: str) -> Attachment | None:
    """The attachment that a line names: a path, or a file's name alone where the file itself is lost."""
    m = NAME.fullmatch(line)
    if m is not None and m[1].casefold() not in MIMES:
        m = None
    if m is None and (LINK.match(line) or not (PLACE.fullmatch(line) or HASHED.fullmatch(line))):
        return None
    name = re.split(r"[\\/]", line)[-1]
    return Attachment(name, MIMES.get(name.rpartition(".")[2].casefold(), ""))


PLAIN = re.compile(
    r"(?!Sent with |Transcription: |Edited |Translated from:|Tapbacks:|Reactions:|Handwritten |Find My|Digital |Photo album: |- )[^\ufffc\r./!:”]+"
)
"""A line that can only be words. Most are, so they are told apart at once."""


class Draft:
    __slots__ = (
        "where", "at", "id", "sender", "mine", "named", "lines", "texts", "files", "stickers", "earlier", "reactions", "spoken",
        "edited", "gone", "partly", "is_reply", "system", "kind", "raw", "reply_to", "quoted",
    )  # fmt: skip

    def __init__(self, where: str, at: str) -> None:
        self.where, self.at, self.id, self.sender = where, at, "", ""
        self.mine: bool | None = None
        self.named = False
        self.lines: list[str] = []
        self.texts: list[str] = []
        self.files: list[Attachment] = []
        self.stickers = 0
        self.earlier: list[str] = []
        self.reactions: list[tuple[str, str]] = []
        self.spoken: list[str] = []
        self.edited = self.gone = self.partly = self.is_reply = self.system = False
        self.kind: Kind | None = None
        self.raw = self.reply_to = self.quoted = ""

    def read_lines(self) -> None:
        """Tell what the lines of a text export are."""
        rows: list[str] = []
        tapbacks = False
        for i, line in enumerate(self.lines):
            if tapbacks:
                found = reaction(line)
                if found is not None:
                    self.reactions.append(found)
                    continue
                tapbacks = False
                if not line:
                    continue
            if line in ("Tapbacks:", "Reactions:"):
                tapbacks = True
            elif line == REPLY:
                self.is_reply = True
            elif line == DELETED and not self.texts:
                self.gone = True
            elif UNSENT.fullmatch(line):
                self.partly = True
            elif line in MISSING:
                self.files.append(Attachment())
            elif line in SHARED or (line == "SharePlay Message" and self.lines[i + 1 : i + 2] == ["Ended"]):
                self.system = True
            elif line == "Translated from:" and self.texts:
                self.raw, self.texts = "\n".join(self.texts), []
            elif line.startswith("Sent with ") and EFFECTS.fullmatch(line):
                continue
            elif line.startswith("Transcription: ") and self.files:
                self.spoken.append(line.removeprefix("Transcription: "))
            elif (m := STICKER.fullmatch(line)) is not None:
                self.sticker(m[1])
            elif not rows and (m := FIRST.fullmatch(line)) is not None:
                rows.append(m[8].strip())
            elif rows and (m := EDITED.fullmatch(line)) is not None:
                rows.append(m[1].strip())
            elif ("." in line or "/" in line) and (file := file_named(line)) is not None:
                self.files.append(file)
            elif rows:
                rows[-1] = f"{rows[-1]}\n{line}"
            else:
                self.texts.append(line)
        if rows:
            wordings = [r.strip("\n") for r in rows]
            self.texts.append(wordings[-1])
            self.earlier += wordings[:-1]
            self.edited = True

    def sticker(self, path: str) -> None:
        file = file_named(path) or Attachment(re.split(r"[\\/]", path)[-1])
        self.files.append(file)
        self.stickers += 1

    @property
    def text(self) -> str:
        return "\n".join(self.texts).replace("\ufffc", "").strip("\r\n").replace("\r", "")

    def plain(self) -> str:
        """The words, when the lines are one line of them and nothing else; "" otherwise."""
        lines = self.lines
        if lines and (len(lines) == 1 or (len(lines) == 2 and not lines[1])) and PLAIN.fullmatch(lines[0]):
            return lines[0]
        return ""

    def message(self) -> Message:
        text = self.text
        handle = "" if self.mine and self.sender == "Me" else self.sender
        if self.system:
            return Message(
                self.where, self.at, "", "", Kind.SYSTEM, raw=" ".join(self.lines).strip()[:2000], id=self.id
            )
        if self.gone or (self.partly and not text and not self.files):
            return Message(
                self.where, self.at, handle, "", Kind.RECALLED, "", self.mine, id=self.id, reply_to=self.reply_to
            )
        kind, raw, quoted = self.kind, self.raw, self.quoted
        if kind is not None:
            text = text if kind in (Kind.TEXT, Kind.LINK) else ""
        elif self.spoken:
            kind, text = Kind.VOICE, "\n".join([*self.texts, *self.spoken]).strip()
        elif text:
            kind = next((k for pattern, k in APP if pattern.fullmatch(text)), Kind.TEXT)
            if kind != Kind.TEXT:
                raw, text = text[:2000], ""
            elif (m := SENT_AS_TEXT.fullmatch(text)) is not None:
                kind, raw, quoted, text = Kind.REACTION, text[:2000], m[1], ""
            elif not self.mine and SERVICE.fullmatch(self.sender):
                kind = Kind.AUTOMATED
            elif "\n" in text and "http" in text:
                text, quoted = _without_preview(text, quoted)
        elif self.files:
            last = self.files[0]
            kind = Kind.STICKER if self.stickers == len(self.files) else kind_of_mime(last.mime) or Kind.FILE
            kind = Kind.CONTACT if last.mime == "text/vcard" else kind
        else:
            kind, raw = Kind.UNKNOWN, raw or " ".join(self.lines).strip()[:2000]
        return Message(
            self.where, self.at, handle, text, kind, "", self.mine, "", self.id, self.reply_to, quoted,
            self.edited or self.partly, tuple(self.files), tuple(self.earlier), tuple(self.reactions), raw,
        )  # fmt: skip


def _without_preview(text: str, quoted: str) -> tuple[str, str]:
    """Under a link stand its page's title and summary, above one of Apple's shops what it sells: nobody typed them."""
    lines = text.split("\n")
    if LINK.fullmatch(lines[0]):
        return lines[0], quoted or "\n".join(lines[1:])
    if STORE.fullmatch(lines[-1]):
        return lines[-1], quoted or "\n".join(lines[:-1])
    return text, quoted
