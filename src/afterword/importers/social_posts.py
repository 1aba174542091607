"""Posts on Weibo, Xiaohongshu and Douban, as public tools save them. In: csv, json, jsonl or weiboSpider's txt. Out: a
Keepsake for each post.

None of the three lets a person export; there are crawlers (weibo-crawler, weiboSpider, MediaCrawler) and browser scripts
for Douban. They differ in the names of their columns, so they are one table of columns here. What somebody else wrote
(the post that was shared on, the chain of names behind //@) is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import (
    encoding_of,
    encoding_of_head,
    head_text,
    header_cells,
    json_line,
    lines,
    table,
)
from afterword.importers.streamed_json import JsonCut, pointer, stream
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake, Skipped

LAYOUTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Weibo (weibo-crawler)": {
        "text": ("正文", "text"),
        "at": ("日期", "created_at", "完整日期", "full_created_at"),
        "author": ("用户昵称", "screen_name"),
        "place": ("位置", "location"),
        "pictures": ("原始图片url", "pics"),
        "sign": ("正文", "bid", "头条文章url"),
    },
    "Weibo (weiboSpider)": {
        "text": ("微博正文", "微博内容", "content"),
        "at": ("发布时间", "publish_time"),
        "author": ("用户昵称", "用户名", "screen_name"),
        "place": ("发布位置", "publish_place"),
        "pictures": ("原始图片url", "original_pictures"),
        "sign": ("发布时间", "发布工具"),
    },
    "Weibo (weiboSpider before 2019)": {
        "text": ("微博", "微博内容", "微博正文"),
        "at": ("发布时间",),
        "place": ("发布位置", "微博位置"),
        "sign": ("微博", "发布时间", "点赞数", "转发数"),
    },
    "comments (MediaCrawler)": {
        "text": ("content",),
        "at": ("create_time", "create_date_time"),
        "author": ("nickname",),
        "place": ("ip_location",),
        "pictures": ("pictures",),
        "sign": ("comment_id", "content", "nickname"),
    },
    "Xiaohongshu (MediaCrawler)": {
        "text": ("desc",),
        "title": ("title",),
        "at": ("time", "create_time"),
        "author": ("nickname",),
        "place": ("ip_location",),
        "pictures": ("image_list",),
        "sign": ("note_id", "desc", "nickname"),
    },
    "Weibo (MediaCrawler)": {
        "text": ("content",),
        "at": ("create_time", "create_date_time"),
        "author": ("nickname",),
        "place": ("ip_location",),
        "pictures": ("image_list",),
        "sign": ("note_id", "content", "nickname"),
    },
    "Douban (csv of a browser script)": {
        "text": ("我的短评", "短评", "评论", "comment", "我的评语"),
        "title": ("标题", "title", "名称"),
        "at": ("打分日期", "创建时间", "标记日期", "date"),
        "sign": ("标题", "打分日期"),
    },
    "Douban (豆伴)": {
        "text": ("评论", "我的短评"),
        "title": ("标题",),
        "at": ("创建时间",),
        "sign": ("标题", "豆瓣评分", "创建时间"),
    },
    "Douban (douban-sync)": {
        "text": ("comment",),
        "title": ("title",),
        "at": ("date",),
        "sign": ("title", "url", "date", "rating", "status", "comment"),
    },
}
"""`sign`: columns that together no other table has."""

JSON_SIGNS = {
    "comments (MediaCrawler)": ('"comment_id"', '"content"', '"nickname"', '"ip_location"'),
    "Weibo (weibo-crawler)": ('"weibo"', '"bid"', '"text"', '"created_at"'),
    "Weibo (weiboSpider)": ('"weibo"', '"publish_time"', '"content"'),
    "Xiaohongshu (MediaCrawler)": ('"note_id"', '"desc"', '"nickname"'),
    "Weibo (MediaCrawler)": ('"note_id"', '"content"', '"create_date_time"'),
}
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d))?)?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?\Z"
)
TAG = re.compile(r"<[^>]{1,300}>")
CHAIN = re.compile(r"\s*//\s*@.*\Z", re.S)
ORIGINAL = re.compile(r"\s*\n(?:原始用户|转发内容): .*\Z", re.S)
REASON = re.compile(r"转发了.{0,80}?微博[:：]\n.*\n转发理由[:：]|转发理由[:：]", re.S)
NOTHING = ("转发微博", "Repost", "轉發微博")
"""What Weibo itself writes where somebody shared a post without a word."""
NUMBERED = re.compile(r"\d{1,6}:(?=.)", re.S)
SPIDER_NAME = re.compile(r"用户昵称[:：] ?(.*)")
SPIDER_TITLE = re.compile(r"\s*(?:原创)?微博内容[:：]\s*$")
SPIDER_FIELD = re.compile(r"(微博位置|发布位置|发布时间|点赞数|发布工具)[:：] ?(.*)")


class SocialPosts:
    name = "social_posts"
    version = 1
    title = "Posts on Weibo, Xiaohongshu and Douban (csv, json of public tools)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text[:1] in "{[":
            for name, signs in JSON_SIGNS.items():
                if all(sign in text for sign in signs):
                    return Match(0.9, f"{name} fields")
            return None
        if text.startswith("用户信息\n用户昵称") or text.startswith("用户信息\r\n用户昵称"):
            return Match(1.0, "weiboSpider's header") if "微博内容" in text[:4000] else None
        layout = _layout(header_cells(head))
        return Match(0.95, f"{layout} columns") if layout else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            head = f.read(65536)
        text = head_text(head).lstrip()
        if text[:1] in ("{", "["):
            yield from self._json(path, head, options)
            return
        codec = encoding_of(path, options.encoding)
        yield FileFacts(codec, zone="local")
        if text.startswith("用户信息"):
            yield from _spider_text(path, codec)
            return
        names: list[str] | None = None
        layout: Mapping[str, tuple[str, ...]] = {}
        for number, row in table(path, codec):
            cells = [c.strip().lstrip("\ufeff") for c in row]
            if names is None:
                names = cells
                layout = LAYOUTS[_layout(names) or "Weibo (weiboSpider)"]
            elif not any(row):
                yield Skipped(f"line {number}", "empty", "")
            elif cells[:4] == names[:4]:  # the crawlers add to a file, and write its header again each time
                yield Skipped(f"line {number}", "header", ",".join(row)[:500])
            else:
                yield _post(dict(zip(names, row, strict=False)), layout, f"line {number}", "")

    def _json(self, path: Path, head: bytes, options: Options) -> Iterator[Record]:
        codec = options.encoding or encoding_of_head(head)
        text = head_text(head)
        name = next((n for n, signs in JSON_SIGNS.items() if all(s in text for s in signs)), "Weibo (weibo-crawler)")
        yield FileFacts(codec, zone="local")
        author = ""
        if '"weibo"' not in text and text.lstrip().startswith("{"):
            for number, line in lines(path, encoding_of(path, options.encoding)):
                if line.strip():
                    yield _line(line, LAYOUTS[name], f"line {number}")
            return
        places = (("*",),) if text.lstrip().startswith("[") else (("user",), ("weibo", "*"))
        try:
            for at, value in stream(path, *places, encoding=codec):
                if at == ("user",) and isinstance(value, dict):
                    author = str(value.get("nickname") or value.get("screen_name") or "")
                elif not at or (at[0] != "weibo" and not isinstance(at[0], int)):
                    continue
                elif isinstance(value, dict):
                    yield _post(value, LAYOUTS[name], pointer(at), author)
                else:
                    yield Skipped(pointer(at), "unreadable", str(value)[:500])
        except JsonCut as e:
            yield Skipped(pointer(e.path) or "/", "truncated", str(e))

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        return iter(())


def _layout(cells: list[str]) -> str | None:
    have = {c.strip().strip("\ufeff") for c in cells}
    return next((name for name, layout in LAYOUTS.items() if set(layout["sign"]) <= have), None)


def _first(row: Mapping[str, Any], columns: tuple[str, ...]) -> str:
    """The first of the columns that holds text or a number."""
    for column in columns:
        value = row.get(column)
        if (
            isinstance(value, (str, int, float))
            and not isinstance(value, bool)
            and str(value).strip() not in ("", "无")
        ):
            return str(value).strip()
    return ""


def _line(line: str, layout: Mapping[str, tuple[str, ...]], where: str) -> Record:
    try:
        value = json_line(line)
    except (ValueError, RecursionError):
        value = None
    return _post(value, layout, where, "") if isinstance(value, dict) else Skipped(where, "unreadable", line[:500])


def _own(text: str) -> str:
    """The words of whoever shared a post, without the post and without what others said on its way."""
    if m := REASON.match(text):
        text = text[m.end() :]
    text = CHAIN.sub("", ORIGINAL.sub("", text)).strip()
    return "" if text in NOTHING else text


def _post(row: Mapping[str, Any], layout: Mapping[str, tuple[str, ...]], where: str, author: str) -> Record:
    text = TAG.sub("", _first(row, layout["text"]))
    title = _first(row, layout.get("title", ()))
    at = _moment(_first(row, layout["at"]))
    if not text and not title and at is None:
        return Skipped(where, "empty", str(dict(row))[:500])
    pictures = row.get(layout.get("pictures", ("",))[0]) or _first(row, layout.get("pictures", ()))
    names = pictures if isinstance(pictures, list) else re.split(r"[,，\s]+", str(pictures or ""))
    place = _first(row, layout.get("place", ()))
    if "微博" in row:  # the oldest tables count the posts inside the cell
        text = NUMBERED.sub("", text, count=1)
    if text and not layout.get("title"):
        text = _own(text)
        if not text and not any(n and n != "无" for n in names):
            return Skipped(where, "shared-only", str(dict(row))[:500])
    return Keepsake(
        where,
        "post",
        at,
        author=_first(row, layout.get("author", ())) or author,
        title="" if title and text.startswith(title) else title,  # a post without a title is given its own beginning
        text=text,
        place=place.removeprefix("发布于 "),
        attachments=tuple(Attachment(str(n)) for n in names if isinstance(n, str) and n and n != "无"),
    )


def _spider_text(path: Path, codec: str) -> Iterator[Record]:
    """weiboSpider's txt: the user, then posts, each with its fields below the words and an empty line behind."""
    author, start, begun = "", 0, False
    words: list[str] = []
    fields: dict[str, str] = {}
    for number, line in lines(path, codec):
        if SPIDER_TITLE.match(line):
            begun, words, fields = True, [], {}
        elif line.strip() == "用户信息" and not words:
            begun = False  # a later run adds its own header
        elif not begun:
            if m := SPIDER_NAME.match(line):
                author = m[1].strip()
        elif m := SPIDER_FIELD.match(line) if words else None:
            fields[m[1]] = m[2].strip()
        elif fields and not line.strip():
            yield _spider_post(words, fields, author, start)
            words, fields = [], {}
        elif words or line.strip():
            if fields:  # words that look like a field
                words += [f"{k}: {v}" for k, v in fields.items()]
                fields = {}
            start = start if words else number
            words.append(line)
    if words:
        if fields:
            yield _spider_post(words, fields, author, start)
        else:
            yield Skipped(f"line {start}", "truncated", "\n".join(words)[:500])


def _spider_post(words: list[str], fields: dict[str, str], author: str, start: int) -> Record:
    row = {"微博": "\n".join(words), **fields}
    return _post(row, LAYOUTS["Weibo (weiboSpider before 2019)"], f"line {start}", author)


def _moment(raw: str) -> float | str | None:
    """Local time, an instant where a zone or an epoch stands, a day where only a day does; None for anything else."""
    if re.fullmatch(r"\d{10}|\d{13}", raw):
        return int(raw) / (1000 if len(raw) == 13 else 1)
    m = MOMENT.match(raw)
    try:
        if m is None:
            return datetime.strptime(raw, "%a %b %d %H:%M:%S %z %Y").timestamp()
        year, month, day = int(m[1]), int(m[2]), int(m[3])
        if m[4] is None:
            return datetime(year, month, day).date().isoformat()
        at = datetime(year, month, day, int(m[4]), int(m[5]), int(m[6] or 0))
        if m[7]:
            return datetime.fromisoformat(at.isoformat() + m[7].replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return None
    return at.isoformat()


importer = SocialPosts()
