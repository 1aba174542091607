"""What the owner of a Facebook or Instagram archive published: posts, stories, reels, threads, comments. In: a path.

Out: a Keepsake for each. Instagram calls a caption "title"; Facebook's title is a sentence by the server ("… updated
her status"), and the words stand in the data. Files about other people's posts (likes, saved) are companions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.json_values import dict_of, dicts_of, unreadable, written
from afterword.importers.meta import post_pages
from afterword.importers.meta.labels import CAPTION, COMMENT
from afterword.importers.meta.owner import account_names
from afterword.importers.meta.words import words
from afterword.importers.reading import encoding_of_head, head_text
from afterword.importers.streamed_json import JsonCut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Skipped

LISTS = {
    "ig_archived_post_media": "archived post",
    "ig_reels_media": "reel",
    "ig_stories": "story",
    "ig_igtv_media": "video",
    "ig_other_media": "",
    "ig_recently_deleted_media": "deleted post",
    "ig_profile_picture": "profile picture",
    "text_post_app_text_posts": "thread",
    "comments_media_comments": "comment",
    "comments_reels_comments": "comment",
    "comments_story_comments": "comment",
    "comments_v2": "comment",
    "comments": "comment",
    "group_comments_v2": "comment",
    "group_posts_v2": "",
    "status_updates": "",
    "status_updates_v2": "",
    "archived_stories_v2": "story",
    "videos_v2": "video",
    "videos": "video",
    "other_photos_v2": "",
    "photos": "",
    "stories": "story",
    "notes_v2": "",
}
"""The lists that hold what the owner published, and what each of its members is called."""
ALBUMS = {"photos", "videos", "other_photos_v2", "videos_v2"}
"""Lists of files in which a title is the album's name."""
_FIRST = re.compile(r'\{\s*"(\w+)"\s*:\s*\[')
_COMMENTS = re.compile("|".join(re.escape(json.dumps(c.encode().decode("latin-1"))) for c in COMMENT))


class MetaPosts:
    name = "meta_posts"
    version = 1
    title = "Facebook or Instagram posts and comments (json, html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text[:1] == "<":
            return post_pages.known(text, filename)
        if '"$schema"' in text[:200] or text[:1] not in ("[", "{"):
            return None
        first = _FIRST.match(text)
        key = first[1] if first else ""
        if key in LISTS and (key.startswith(("ig_", "text_post_app", "comments_")) or key.endswith("_v2")):
            return Match(1.0, f"the list {key}")
        if key in ("photos", "videos", "stories") and '"taken_at"' in text and '"caption"' in text and '"path"' in text:
            return Match(0.9, "Instagram's media.json of 2018 to 2020")
        if '"photos"' in text and '"uri"' in text and ('"cover_photo"' in text or '"last_modified_timestamp"' in text):
            return Match(0.9, "a Facebook album")
        if key in ("comments", "status_updates") and '"timestamp"' in text and '"data"' in text:
            return Match(0.9, f"Facebook's list {key}")
        if '"label_values"' in text and re.search(r'"(?:label|title)"\s*:\s*"(?:Owner|Author)"', text):
            return Match(0.6, "posts of other people", companion=True)
        if re.match(r"\[\s*\{", text):
            if '"creation_timestamp"' in text and '"uri"' in text and '"media"' in text[:4096]:
                return Match(0.95, "Instagram posts")
            if (
                '"timestamp"' in text
                and re.search(r'"(?:post|update_timestamp|external_context)"\s*:', text)
                and re.search(r'"data"\s*:\s*\[', text)
                and not re.search(r'"full_text"|"sender', text)
            ):
                return Match(0.9, "Facebook posts")
            if '"string_map_data"' in text and _COMMENTS.search(text):
                return Match(0.95, "Instagram comments")
        if '"string_map_data"' in text or '"string_list_data"' in text:
            return Match(0.6, "a list of Meta's archive that holds no words of the owner", companion=True)
        if key.endswith("_v2") and '"timestamp"' in text:
            return Match(0.5, "a list of Meta's archive that holds no words of the owner", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            head = f.read(4096)
        if head_text(head).lstrip()[:1] == "<":
            yield from post_pages.read(path, options)
            return
        yield FileFacts(options.encoding or encoding_of_head(head), zone="instant")
        whole = head_text(head).lstrip().startswith("[")
        wanted = [("*",)] if whole else [(key, "*") for key in LISTS]
        names = account_names(path.parent)
        author = next(iter(names)) if len(names) == 1 else ""
        n: dict[str, int] = {}
        last = ""
        try:
            for where, value in stream(path, *wanted, encoding=options.encoding):
                if len(where) != (1 if whole else 2) or (not whole and where[0] not in LISTS):
                    continue
                last = "" if whole else str(where[0])
                n[last] = n.get(last, -1) + 1
                locator = f"/{n[last]}" if whole else f"/{last}/{n[last]}"
                if isinstance(value, dict):
                    yield _keepsake(value, locator, LISTS.get(last, ""), author, last not in ALBUMS)
                else:
                    yield unreadable(locator, value)
        except JsonCut as e:
            good = pointer(e.path) if len(e.path) > (0 if whole else 1) else ""
            yield Skipped(good or f"/{n.get(last, -1) + 1}", "truncated", str(e)[:200])

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield from ()


def _moment(*values: Any) -> float | None:
    """The first that is a moment: epoch seconds as number or digits, or ISO with a zone."""
    for value in values:
        if isinstance(value, str):
            if value.isdecimal():
                value = float(value)
            else:
                try:
                    found = datetime.fromisoformat(value)
                except ValueError:
                    continue
                if found.tzinfo:
                    return found.timestamp()
                continue
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e14:
            return value / 1000 if value > 1e11 else float(value)
    return None


class _Found:
    """What the attachments of a post hold."""

    def __init__(self) -> None:
        self.files: list[Attachment] = []
        self.texts: list[str] = []
        self.where: tuple[float, float] | None = None
        self.place = ""
        self.moments: list[Any] = []

    def media(self, m: dict[str, Any], captions: bool) -> None:
        name = words(m.get("uri")) or words(m.get("path"))
        if name:
            self.files.append(Attachment(name))
        self.moments += [m.get("creation_timestamp"), m.get("taken_at")]
        text = words(m.get("description")) or words(m.get("caption")) or (words(m.get("title")) if captions else "")
        if text:
            self.texts.append(text)
        for kind in ("photo_metadata", "video_metadata"):
            for exif in dicts_of(dict_of(dict_of(m.get("media_metadata")).get(kind)).get("exif_data")):
                self.point(exif)
        self.spot(m.get("place"))
        if location := words(m.get("location")):
            self.place = self.place or location

    def point(self, at: dict[str, Any]) -> None:
        try:
            latitude, longitude = float(at["latitude"]), float(at["longitude"])
        except (KeyError, TypeError, ValueError):
            return
        if self.where is None and abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
            self.where = (latitude, longitude)

    def spot(self, place: Any) -> None:
        if isinstance(place, dict):
            self.place = self.place or words(place.get("name"))
            self.point(dict_of(place.get("coordinate")))


def _keepsake(m: dict[str, Any], where: str, called: str, author: str, captions: bool) -> Keepsake | Skipped:
    found = _Found()
    text = title = ""
    at: float | None = None
    if "string_map_data" in m or "string_list_data" in m:  # an Instagram comment; its labels are in any language
        fields = [f for f in dict_of(m.get("string_map_data")).values() if isinstance(f, dict)]
        fields += dicts_of(m.get("string_list_data"))
        text = next((words(f.get("value")) for f in fields if words(f.get("value"))), "")
        at = _moment(*(f.get("timestamp") for f in fields))
        called = "comment"
        for media in dicts_of(m.get("media_list_data")):
            found.media(media, False)
    else:
        # In Instagram the words are the post's title, or its only picture's; Facebook's title is the server's.
        instagram = not {"data", "attachments", "label_values", "timestamp"} & m.keys()
        for label in dicts_of(m.get("label_values")):
            if words(label.get("label")) in CAPTION:
                text = text or words(label.get("value"))
        for media in dicts_of(m.get("media")):
            found.media(media, instagram)
        if instagram:
            found.media({k: v for k, v in m.items() if k != "title" or "media" not in m}, captions)
            text = words(m.get("title")) if "media" in m else ""
            text = text or words(m.get("text"))
        for attachment in dicts_of(m.get("attachments")):
            for part in dicts_of(attachment.get("data")):
                _attached(part, found)
        for part in dicts_of(m.get("data")):
            comment = dict_of(part.get("comment"))
            text = text or words(part.get("post")) or words(comment.get("comment")) or words(part.get("text"))
            author = words(comment.get("author")) or author
            found.moments += [part.get("backdated_timestamp"), comment.get("timestamp")]
        found.spot(m.get("place"))
        if not instagram:
            title = words(m.get("title"))
        at = _moment(m.get("creation_timestamp"), m.get("timestamp"), m.get("created_timestamp"), *found.moments)
    text = text or "\n".join(dict.fromkeys(found.texts))
    if not (text or found.files or found.place):
        return Skipped(where, "empty", written(m))
    return Keepsake(
        where, "post", at, None, author, True, called or title, text, found.where, found.place,
        attachments=tuple(dict.fromkeys(found.files)),
    )  # fmt: skip


def _attached(part: dict[str, Any], found: _Found) -> None:
    if isinstance(part.get("media"), dict):
        found.media(part["media"], False)
    if link := words(dict_of(part.get("external_context")).get("url")):
        found.files.append(Attachment(link))
    found.spot(part.get("place"))
    if question := words(dict_of(part.get("poll")).get("question")):
        found.texts.append(question)
    if note := dict_of(part.get("note")):
        found.texts += [t for t in (words(note.get("title")), words(note.get("text"))) if t]
        for media in dicts_of(note.get("media")):
            found.media(media, False)


importer = MetaPosts()
