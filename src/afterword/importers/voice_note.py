"""Voice notes and other recordings. In: a sound file. Out: one Keepsake with its length, and its words where they lie
beside it; Skipped for music.

Music is left: a recording of somebody's voice names no artist and no album. What was said in it is not heard here. A transcript that an app wrote beside the recording (name.txt, name.srt, name.vtt)
is taken as it is. A recording's date is in the message that it was sent with, not in the file, so it has none.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import head_text, is_beside
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Skipped

SIGNATURES = (
    (re.compile(rb"OggS"), "Ogg", "audio/ogg"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2\xfa]"), "MP3", "audio/mpeg"),
    (re.compile(rb"....ftyp(?:M4A |M4B |mp42|isom)", re.S), "M4A", "audio/mp4"),
    (re.compile(rb"RIFF....WAVE", re.S), "WAV", "audio/wav"),
    (re.compile(rb"#!AMR"), "AMR", "audio/amr"),
    (re.compile(rb"fLaC"), "FLAC", "audio/flac"),
    (re.compile(rb"\x02?#!SILK_V3"), "SILK", "audio/silk"),
    (re.compile(rb"caff"), "CAF", "audio/x-caf"),
)
SOUND = frozenset([".opus", ".ogg", ".oga", ".mp3", ".m4a", ".wav", ".amr", ".aac", ".flac", ".silk", ".caf"])
STAMPS = re.compile(r"(?m)^(?:WEBVTT.*|\d+$|(?:\d\d:)?\d\d:\d\d[.,]\d{3} --> .*)\n?")
"""What subtitles have beside the words."""
LONGEST = 1 << 20


class VoiceNote:
    name = "voice_note"
    version = 1
    title = "Voice notes and recordings (opus, m4a, mp3, wav, amr; length, and a transcript beside it)"
    media = True
    """The file itself is the keepsake."""

    def sniff(self, head: bytes, filename: str) -> Match | None:
        if Path(filename).suffix.lower() not in SOUND:
            return None  # an mp4 may be a film, and a RIFF anything
        kind = next((k for s, k, _ in SIGNATURES if s.match(head)), "")
        return Match(0.9, f"{kind} sound") if kind else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        yield FileFacts()
        if is_music(path):
            yield Skipped("sound", "music", path.name)
            return
        with path.open("rb") as f:
            head = f.read(16)
        mime = next((m for s, _, m in SIGNATURES if s.match(head)), "")
        words = transcript(path)
        yield Keepsake(
            "sound", "voice", title=path.name, text=words, attachments=(Attachment(path.name, mime, length(path)),)
        )

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        return iter(())


def is_music(path: Path) -> bool:
    """Do its tags name an artist or an album?"""
    found = _told(path, tags=True)
    return bool(found and any(str(said or "").strip() for said in (found.artist, found.album)))


def length(path: Path) -> float | None:
    """Seconds, or None where the file does not say."""
    found = _told(path, tags=False)
    seconds = found.duration if found else None
    return round(seconds, 1) if seconds and 0 < seconds < 1e6 else None


def _told(path: Path, *, tags: bool) -> Any:
    """What the file says of itself; None where it is damaged."""
    import tinytag

    try:
        return tinytag.TinyTag.get(path, tags=tags, duration=not tags)
    except (tinytag.TinyTagException, OSError, ValueError, ArithmeticError, LookupError, TypeError, struct.error):
        return None


def transcript(path: Path) -> str:
    """The words that lie beside a recording under its name, "" when there are none."""
    for suffix in (".txt", ".srt", ".vtt"):
        for beside in (path.with_suffix(suffix), path.with_name(path.name + suffix)):
            if is_beside(beside) and beside.stat().st_size < LONGEST:
                text = head_text(beside.read_bytes()).replace("\r\n", "\n")
                return (STAMPS.sub("", text) if suffix != ".txt" else text).strip()
    return ""


importer = VoiceNote()
