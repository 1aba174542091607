"""A message made of blocks, as Telegram has them since 2026: paragraphs, lists, tables, pictures with captions.

In: the value of `rich_message`. Out: its words, its quoted words, the kind of what is shown in it and the files.
"""

from __future__ import annotations

from typing import Any

from afterword.importers.json_values import dicts_of, plain_of, text_of
from afterword.model import Attachment, Kind

MEDIA = {
    "sticker": Kind.STICKER,
    "voice_message": Kind.VOICE,
    "audio_file": Kind.FILE,
    "video_message": Kind.VIDEO,
    "video_file": Kind.VIDEO,
    "animation": Kind.VIDEO,
}
_FILES = {"photo": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.FILE, "file": Kind.FILE}
_OTHERS = frozenset({*_FILES, "embed", "related_articles"})
"""Blocks whose titles are a song's or a page's."""
_DEEP = 60


class Rich:
    def __init__(self, value: Any) -> None:
        self.kind: Kind = Kind.TEXT
        self.files: list[Attachment] = []
        self._own: list[str] = []
        self._quoted: list[str] = []
        self._blocks(value.get("blocks") if isinstance(value, dict) else None, self._own, 0)
        self.text, self.quoted = "\n".join(self._own).strip("\n"), "\n".join(self._quoted).strip("\n")

    def _blocks(self, value: Any, to: list[str], depth: int) -> None:
        for block in value if isinstance(value, list) and depth < _DEEP else ():
            if isinstance(block, dict):
                self._block(block, to, depth)

    def _block(self, b: dict[str, Any], to: list[str], depth: int) -> None:
        get, kind = b.get, plain_of(b.get("type"))
        if kind in ("quote", "embed_post"):  # a post of somebody else, shown in full
            to = self._quoted
        if kind not in _OTHERS:
            for field in ("title", "author", "text", "formula"):  # in the order in which they are shown
                self._say(_text(get(field)), to)
        if kind == "table":
            for row in dicts_of(get("rows")):
                self._say("\t".join(_text(c.get("text")) for c in dicts_of(row.get("cells"))).rstrip(), to)
        elif kind == "list":
            for item in dicts_of(get("items")):
                self._say(_text(item.get("text")), to)
                self._blocks(item.get("blocks"), to, depth + 1)
        elif kind == "cover":
            self._blocks([get("block")], to, depth + 1)
        elif kind in ("collage", "slideshow"):
            self._blocks(get("items"), to, depth + 1)
        elif kind in _FILES:
            media = get("media_type")
            name, length = get("file") or get("photo"), get("duration_seconds")
            seconds = float(length) if isinstance(length, (int, float)) and 0 < length < 1e9 else None
            shown = MEDIA.get(media, _FILES[kind]) if isinstance(media, str) else _FILES[kind]
            self._show(shown, Attachment(text_of(name), plain_of(get("mime_type")), seconds))
        elif kind in ("map", "input_map") and isinstance(geo := get("geo"), dict):
            self._show(
                Kind.LOCATION, Attachment(f"geo:{plain_of(geo.get('latitude'))},{plain_of(geo.get('longitude'))}")
            )
        elif kind in ("embed", "related_articles"):
            self.kind = self.kind or Kind.LINK
        self._blocks(get("blocks"), to, depth + 1)
        caption = get("caption")
        for part in ("text", "credit"):
            self._say(_text(caption.get(part) if isinstance(caption, dict) and "type" not in caption else None), to)

    def _say(self, words: str, to: list[str]) -> None:
        if words:
            to.append(words)

    def _show(self, kind: Kind, file: Attachment) -> None:
        self.kind = self.kind or kind
        if file.name or file.seconds:
            self.files.append(file)


def _text(value: Any, depth: int = 0) -> str:
    """The words of a text: plain, a list, or a wrapper (bold, a link) around another text."""
    if isinstance(value, str):
        return value
    if depth > _DEEP:
        return ""
    if isinstance(value, list):
        return "".join(_text(v, depth + 1) for v in value)
    if not isinstance(value, dict) or value.get("type") == "button":
        return ""
    return _text(value.get("source") if value.get("type") == "math" else value.get("text"), depth + 1)
