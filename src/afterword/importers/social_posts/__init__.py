"""Posts on Weibo, Xiaohongshu and Douban, as public tools and browsers save them. In: csv, xlsx, json, jsonl, weiboSpider's
txt, or html. Out: a Keepsake for each post.

None of the three lets a person export; there are crawlers (weibo-crawler, weiboSpider, MediaCrawler, Spider_XHS) and
browser extensions (豆伴, WeiBack, Speechless). They differ in the names of their columns, so they are one table of columns
here, and one table of places in a page. What somebody else wrote (the post that was shared on, the chain of names behind
//@) is not taken. 豆伴's letters are messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from afterword.importers import workbooks
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
from afterword.importers.social_posts import _pages
from afterword.importers.social_posts._tables import JSON_SIGNS, LAYOUTS, LETTERS, layout_of, post
from afterword.importers.social_posts._words import moment
from afterword.importers.streamed_json import JsonCut, cut, pointer, stream
from afterword.model import ChatRef, FileFacts, Message, Skipped

SPIDER_NAME = re.compile(r"用户昵称[:：] ?(.*)")
SPIDER_TITLE = re.compile(r"\s*(?:原创)?微博内容[:：]\s*$")
SPIDER_FIELD = re.compile(r"(微博位置|发布位置|发布时间|点赞数|发布工具)[:：] ?(.*)")


class SocialPosts:
    name = "social_posts"
    version = 1
    title = "Posts on Weibo, Xiaohongshu and Douban (csv, xlsx, json, html of public tools)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text[:1] in "{[":
            for name, signs in JSON_SIGNS.items():
                if all(sign in text for sign in signs):
                    return Match(0.9, f"{name} fields")
            return None
        if text[:1] == "<":
            return _pages.known(text)
        if text.startswith("用户信息\n用户昵称") or text.startswith("用户信息\r\n用户昵称"):
            return Match(1.0, "weiboSpider's header") if "微博内容" in text[:4000] else None
        layout = layout_of(header_cells(head))
        return Match(0.95, f"{layout} columns") if layout else None

    def sniff_sheets(self, sheets: list[workbooks.Sheet]) -> Match | None:
        found = next((name for _, rows in sheets for row in rows if (name := layout_of(row))), None)
        return Match(0.95, f"{found} columns") if found else None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            head = f.read(65536)
        if workbooks.is_workbook(path, head):
            yield FileFacts(zone="local")
            yield from _book(path)
            return
        text = head_text(head).lstrip()
        if text[:1] == "<":
            yield from _pages.read(path, options)
            return
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
                layout = LAYOUTS[layout_of(names) or "Weibo (weiboSpider)"]
            elif not any(row):
                yield Skipped(f"line {number}", "empty", "")
            elif cells[:4] == names[:4]:  # the crawlers add to a file, and write its header again each time
                yield Skipped(f"line {number}", "header", ",".join(row)[:500])
            else:
                yield post(dict(zip(names, row, strict=False)), layout, f"line {number}", "")

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
                    yield post(value, LAYOUTS[name], pointer(at), author)
                else:
                    yield Skipped(pointer(at), "unreadable", str(value)[:500])
        except JsonCut as e:
            yield cut(e)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        """Only 豆伴's letters are a chat."""
        if not workbooks.opens(path):
            return
        seen: set[str] = set()
        for record in _book(path):
            if isinstance(record, Message) and record.chat not in seen:
                seen.add(record.chat)
                yield ChatRef(record.chat, record.chat, True, "douban", record.chat, record.chat)


def _book(path: Path) -> Iterator[Record]:
    """The sheets of an xlsx, each with columns of its own; one without any that are known is another table."""
    for _, before, sheet in workbooks.sheets(path):
        _, names, rows = workbooks.header(sheet, lambda cells: layout_of(cells) is not None)
        name = layout_of(names) or ""
        with_whom = ""
        for number, cells in rows:
            where = f"{before}row {number}"
            row = dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=False))
            if not names:
                yield Skipped(where, "other-table", ",".join(cells)[:500])
            elif name != LETTERS:
                yield post(row, LAYOUTS[name], where, "")
            elif with_whom := row.get("用户", "").strip() or with_whom:
                yield _letter(row, where, with_whom)
            else:
                yield Skipped(where, "unreadable", ",".join(cells)[:500])


def _letter(row: dict[str, str], where: str, with_whom: str) -> Record:
    """A row that names the other side stands above those of the letters, which do not."""
    text, by, at = row.get("正文", ""), row.get("发件人", "").strip(), moment(row.get("发送时间", "").strip())
    if not text and not by:
        return Skipped(where, "header", ",".join(row.values())[:500])
    if at is None or isinstance(at, str) and len(at) < 19:
        return Skipped(where, "no-date", ",".join(row.values())[:500])
    return Message(where, at, by, text, mine=by != with_whom if by else None, chat=with_whom)


def _line(line: str, layout: Mapping[str, tuple[str, ...]], where: str) -> Record:
    try:
        value = json_line(line)
    except (ValueError, RecursionError):
        value = None
    return post(value, layout, where, "") if isinstance(value, dict) else Skipped(where, "unreadable", line[:500])


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
    return post(row, LAYOUTS["Weibo (weiboSpider before 2019)"], f"line {start}", author)


importer = SocialPosts()
