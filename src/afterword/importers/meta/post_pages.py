"""Posts, stories and comments of a Facebook or Instagram archive as html pages. In: a page. Out: a Keepsake for each box.

Lists of likes, searches and friends have the same boxes, so a page is known by its name or by the media that its boxes
hold. On Instagram a box is headed by the owner's words; on Facebook by a sentence of the server ("… updated her status"),
and the words stand in the box: near its surface what was written, deeper what was shared and the names of pictures.
Moments are the account's local time without a zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.markup import outermost, walk
from afterword.importers.meta.labels import CAPTION, COMMENT, LATITUDE, LONGITUDE
from afterword.importers.meta.owner import account_names
from afterword.importers.meta.pages import META, page_text, words_under
from afterword.importers.meta.times import Stamp, order_of, stamp
from afterword.model import Attachment, FileFacts, Keepsake, Skipped

_NAME = re.compile(
    r"(?:your_posts\b.*|your_posts_.*|profile_posts|posts|archived_posts|posts_in_groups|posts_on_other_pages_and_profiles"
    r"|group_posts_and_comments|your_comments(?:_in_groups)?|comments|(?:post|reels?|story|stories)_comments"
    r"|(?:your_|archived_)?stories|(?:your_)?reels|igtv_videos|other_content|recently_deleted_(?:content|media)"
    r"|profile_photos|(?:your_)?(?:uncategorized_)?photos|(?:your_)?videos|(?:your_)?notes|threads_and_replies)(?:_\d+)?\.html?",
    re.I,
)
_INSTAGRAM = re.compile(
    r'(?:src|href)="(?:[^"]*/)?media/(posts|stories|reels|archived_posts|other|profile|igtv)/[^"]+"'
)
_FACEBOOK = re.compile(r'facebook\.com/dyi|(?:src|href)="[^"]*(?:posts/media|photos_and_videos|stories/media)/[^"]+"')
_THREAD = re.compile(r'(?:src|href)="[^"]*messages/')
_CALLED = {"stories": "story", "reels": "reel", "archived_posts": "archived post", "profile": "profile picture"}
_PLACE = re.compile(r"[^:：\n]{1,30}[:：] ?(.+?) ?\((-?\d{1,2}(?:\.\d+)?), ?(-?\d{1,3}(?:\.\d+)?)\)")
_MENTION = re.compile(r"@\[\d+:\d+:([^\]\n]+)\]")
_MOMENTS = "._a72d, footer, ._a6-o, ._2lem, ._3-94"
_HEADING = "h2, h3, ._a6-h, ._2lel"
_SILENT = frozenset("table video audio script style".split())
_BOXES = ("div", "p", "section", "li")


def known(text: str, filename: str) -> Match | None:
    """Is it such a page? `text`: its beginning."""
    if not META.search(text) or _THREAD.search(text):
        return None
    if _NAME.fullmatch(filename):
        return Match(0.95, "a page of posts in Meta's archive")
    if _INSTAGRAM.search(text) or "posts/media/" in text:
        return Match(0.85, "a page of Meta's archive with the media of posts")
    return None


def read(path: Path, options: Options) -> Iterator[Record]:
    from selectolax.lexbor import LexborHTMLParser

    text, encoding = page_text(path, options)
    tree = LexborHTMLParser(text)
    boxes = outermost(tree.css("._a6-g")) or outermost(tree.css(".uiBoxWhite"))
    moments = [_moment(box) for box in boxes]
    order, decided = order_of([m for m in moments if m], path.name, options)
    yield FileFacts(encoding, order, decided, "local")
    names = account_names(path.parent)
    author = next(iter(names)) if len(names) == 1 else ""
    instagram = _is_instagram(text, path)
    cut = "</html" not in text[-4096:].lower()
    if not boxes:
        yield Skipped("page", "no-posts", text[:500])
    for n, (box, when) in enumerate(zip(boxes, moments, strict=True), 1):
        where, raw = f"post:{n}", (box.html or "")[:2000]
        if cut and n == len(boxes):
            yield Skipped(where, "truncated", raw)
            return
        found = _Instagram(box) if instagram else _Facebook(box)
        if not (found.text or found.files or found.place):
            yield Skipped(where, "empty", raw)
            continue
        at = when.text(order) if when else None
        yield Keepsake(
            where, "post", at, None, author, True, found.title, _MENTION.sub(r"\1", found.text), found.where, found.place,
            attachments=tuple(Attachment(name) for name in found.files),
        )  # fmt: skip


def _is_instagram(text: str, path: Path) -> bool:
    if _INSTAGRAM.search(text) or _FACEBOOK.search(text):
        return not _FACEBOOK.search(text)
    where = path.as_posix().casefold()
    if ("instagram" in where) != ("facebook" in where):
        return "instagram" in where
    return "instagram" in text.casefold() and "facebook" not in text.casefold()


def _moment(box: Any) -> Stamp | None:
    """The moment at the end of a box; else its last, else the one it says it was updated at."""
    found = [m for node in box.css(_MOMENTS) if (m := stamp(node.text()))]
    if found:
        return found[-1]
    updated = None
    for node in box.css("div, td, span"):
        said = node.text()
        if len(said) <= 80 and not any(True for _ in node.iter()):
            found += [m for m in [stamp(said)] if m]
            updated = updated or _updated(said)
    return found[-1] if found else updated


def _updated(line: str) -> Stamp | None:
    """The moment behind a word or two: "Updated May 02, 2011 8:12:17 am"."""
    words = line.split()
    return next((m for n in (1, 2, 3) if len(words) - n > 1 and (m := stamp(" ".join(words[n:])))), None)


class _Found:
    """What a box holds."""

    def __init__(self, box: Any) -> None:
        self.title = self.text = self.place = ""
        self.where: tuple[float, float] | None = None
        self.files = list(_files(box))
        self.fields = list(_fields(box))
        self._point()

    def _point(self) -> None:
        try:
            latitude = next(float(v) for k, v in self.fields if k in LATITUDE)
            longitude = next(float(v) for k, v in self.fields if k in LONGITUDE)
        except (StopIteration, ValueError):
            return
        if abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
            self.where = (latitude, longitude)

    def field(self, labels: Any) -> str:
        return next((v for k, v in self.fields if k in labels), "")


class _Instagram(_Found):
    def __init__(self, box: Any) -> None:
        super().__init__(box)
        heading = box.css_first("h2, h3, ._a6-h")
        said = words_under(heading) if heading is not None else ""
        comment = self.field(COMMENT)
        caption = self.field(CAPTION)
        bare = heading is None and not (comment or caption or self.files)
        if bare and len(self.fields) > 1 and not stamp(self.fields[0][1]):
            comment = self.fields[0][1]  # of an account in another language; a comment's words come first
        m = _INSTAGRAM.search(box.html or "")
        self.title = "comment" if comment else _CALLED.get(m[1], "") if m else ""
        self.text = comment or said or caption or "\n".join(_captions(box))


class _Facebook(_Found):
    def __init__(self, box: Any) -> None:
        super().__init__(box)
        heading = box.css_first(_HEADING)
        self.title = " ".join(heading.text().split()) if heading is not None else ""
        own: list[str] = []
        names: list[str] = []
        for part in box.css("._2pin"):
            if part.tag == "td":
                continue
            near, deep = _lines(part)
            for line in (*near, *deep):
                if m := _PLACE.fullmatch(line):
                    self._spot(m)
            own += [line for line in near if not self._told(line)]
            if part.css_first("img, video") is not None:
                names += [line for line in deep if not self._told(line)]
        if box.css_first("._2pin") is None:
            body = box.css_first("._a6-p, ._2let")
            own = [line for line in _lines(body, 9)[0] if not self._told(line)] if body is not None else []
            if heading is None and self.files and own:  # a list of pictures, each with its album's name
                self.title, own = own[0], own[1:]
        self.text = "\n".join(own) or "\n".join(dict.fromkeys(names))

    def _told(self, line: str) -> bool:
        """Is a line a moment, a place or a link, which are said elsewhere?"""
        return bool(stamp(line) or _updated(line) or _PLACE.fullmatch(line) or line in self.files)

    def _spot(self, m: re.Match[str]) -> None:
        self.place = self.place or m[1].strip()
        latitude, longitude = float(m[2]), float(m[3])
        if self.where is None and abs(latitude) <= 90 and abs(longitude) <= 180:
            self.where = (latitude, longitude)


def _files(box: Any) -> Iterator[str]:
    """Media and links of a box, each once; not the archive's own decoration, nor where the server keeps the post."""
    seen: set[str] = set()
    for node in box.css("img[src], video[src], audio[src], source[src], a[href]"):
        name = node.attributes.get("src") or node.attributes.get("href") or ""
        ours = name.startswith(("data:", "#", "mailto:", "https://static.")) or "facebook.com/dyi/" in name
        if name and not ours and name not in seen and not (node.tag == "a" and _in_table(node)):
            seen.add(name)
            yield name


def _in_table(node: Any) -> bool:
    while node is not None and node.tag != "td":
        node = node.parent
    return node is not None


def _fields(box: Any) -> Iterator[tuple[str, str]]:
    """(label, value) of the rows of a box's tables: two cells, or one cell with the value in a box of its own."""
    for row in box.css("tr"):
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        if len(cells) >= 2:
            yield cells[0].text().strip(), words_under(cells[1])
        elif cells and (value := cells[0].css_first("div")) is not None and value.css_first("tr") is None:
            yield cells[0].text(deep=False).strip(), words_under(value)


def _captions(box: Any) -> list[str]:
    """Words of a box beside its heading, its moment and its tables."""
    out: list[str] = []
    for part in box.css("._a6-p, ._2let"):
        out += [line for line in _lines(part, 99)[0] if not stamp(line)]
    return list(dict.fromkeys(out))


def _is_silent(node: Any) -> bool:
    return node.tag in _SILENT or any("_a6_m" in str(c.attributes.get("class")) for c in node.iter())


def _lines(root: Any, near: int = 1) -> tuple[list[str], list[str]]:
    """(texts at most `near` boxes deep, texts deeper) under a node, without tables, players and labels."""
    out: tuple[list[str], list[str]] = ([], [])
    depth, fresh = 0, True
    for node, begins in walk(root, _is_silent):
        tag = node.tag
        if tag in _BOXES:
            depth, fresh = depth + (1 if begins else -1), True
        elif tag == "-text" and begins:
            said = node.text_content or ""
            if said.strip():
                lines = out[depth > near]
                if fresh or not lines:
                    lines.append(said)
                else:
                    lines[-1] += said
                fresh = False
        elif tag == "br" and begins and out[depth > near] and not fresh:
            out[depth > near][-1] += "\n"
    tidy = [[re.sub(r" *\n *", "\n", re.sub(r"[ \t\r]+", " ", t)).strip() for t in texts] for texts in out]
    return [t for t in tidy[0] if t], [t for t in tidy[1] if t]
