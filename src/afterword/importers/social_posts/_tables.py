"""The columns in which public tools keep posts, and a row of them as a Keepsake. In: a row by its columns. Out: a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from afterword.importers.base import Record
from afterword.importers.social_posts._words import TAG, moment, own
from afterword.model import Attachment, Keepsake, Skipped

Layout = Mapping[str, tuple[str, ...]]

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
    "Xiaohongshu (Spider_XHS)": {
        "text": ("描述",),
        "title": ("标题",),
        "at": ("上传时间",),
        "author": ("昵称",),
        "place": ("ip归属地",),
        "pictures": ("图片地址url列表",),
        "sign": ("笔记id", "描述", "上传时间"),
    },
    "comments (Spider_XHS)": {
        "text": ("评论内容",),
        "at": ("上传时间",),
        "author": ("昵称",),
        "place": ("ip归属地",),
        "pictures": ("图片地址url列表",),
        "sign": ("评论id", "评论内容", "上传时间"),
    },
    "Xiaohongshu (XHS-Downloader)": {
        "text": ("作品描述",),
        "title": ("作品标题",),
        "at": ("发布时间",),
        "author": ("作者昵称",),
        "sign": ("作品ID", "作品描述", "发布时间", "作者昵称"),
    },
    "Douban (豆伴, reviews)": {
        "text": ("内容",),
        "title": ("标题", "评论对象"),
        "at": ("创建时间",),
        "sign": ("标题", "评论对象", "创建时间", "内容"),
    },
    "Douban (豆伴, diary)": {
        "text": ("内容",),
        "title": ("标题",),
        "at": ("创建时间",),
        "sign": ("标题", "创建时间", "修改时间", "内容"),
    },
    "Douban (豆伴, broadcasts)": {
        "text": ("内容",),
        "at": ("创建时间",),
        "sign": ("创建时间", "链接", "内容", "话题"),
    },
    "Douban (豆伴, albums)": {
        "text": ("照片描述", "相册描述"),
        "title": ("相册名称",),
        "at": ("相册创建时间",),
        "pictures": ("照片链接",),
        "sign": ("相册名称", "相册创建时间", "照片链接"),
    },
    "Douban (豆伴, letters)": {
        "text": ("正文",),
        "at": ("发送时间",),
        "author": ("发件人",),
        "sign": ("用户", "发件人", "发送时间", "正文"),
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
LETTERS = "Douban (豆伴, letters)"
NUMBERED = re.compile(r"\d{1,6}:(?=.)", re.S)
BROADCAST = re.compile(r"(.{0,60}?)\(@[^()\s]{1,40}\)(?: [^:\n]{0,40})?: (.*)\Z", re.S)
"""豆伴 writes "name(@account) did: words[推荐]:《title》(address)//the post that was shared on" into one cell."""
RECOMMENDED = re.compile(r"\[推荐\]:《(.*?)》\(https?://[^()\s]*\)")
PICTURES = re.compile(r"(?: ?,?https?://\S+?\.(?:jpe?g|png|webp|gif)(?=[,\s]|//|\Z))+\Z")


def layout_of(cells: list[str]) -> str | None:
    have = {c.strip().strip("\ufeff") for c in cells}
    return next((name for name, layout in LAYOUTS.items() if set(layout["sign"]) <= have), None)


def first_of(row: Mapping[str, Any], columns: tuple[str, ...]) -> str:
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


def broadcast(text: str) -> tuple[str, str, str, list[str]]:
    """(author, title, own words, pictures) of 豆伴's cell."""
    m = BROADCAST.match(text)
    if m is None:
        return "", "", text, []
    words = re.split(r"//(?=[^/\n]{0,60}\(@)", m[2], maxsplit=1)[0]
    title = t[1] if (t := RECOMMENDED.search(words)) else ""
    words = RECOMMENDED.sub("", words)
    pictures = re.findall(r"https?://[^\s,]+", p[0]) if (p := PICTURES.search(words)) else []
    return m[1].strip(), title, PICTURES.sub("", words).strip(), pictures


def post(row: Mapping[str, Any], layout: Layout, where: str, author: str) -> Record:
    text = TAG.sub("", first_of(row, layout["text"]))
    title = first_of(row, layout.get("title", ()))
    at = moment(first_of(row, layout["at"]))
    if not text and not title and at is None:
        return Skipped(where, "empty", str(dict(row))[:500])
    pictures = row.get(layout.get("pictures", ("",))[0]) or first_of(row, layout.get("pictures", ()))
    names = pictures if isinstance(pictures, list) else re.split(r"[,，\s]+", str(pictures or ""))
    place = first_of(row, layout.get("place", ()))
    if isinstance(pictures, str) and pictures.startswith("["):  # a list as Python prints it
        names = [n.strip("[]'\"") for n in names]
    if "话题" in row and "创建时间" in row:
        if BROADCAST.match(text) is None:
            return Skipped(where, "deleted", text[:500])
        author, title, text, names = broadcast(text)
    if "微博" in row:  # the oldest tables count the posts inside the cell
        text = NUMBERED.sub("", text, count=1)
    if text and not layout.get("title"):
        text = own(text)
        if not text and not any(n and n != "无" for n in names):
            return Skipped(where, "shared-only", str(dict(row))[:500])
    return Keepsake(
        where,
        "post",
        at,
        author=first_of(row, layout.get("author", ())) or author,
        title="" if title and text.startswith(title) else title,  # a post without a title is given its own beginning
        text=text,
        place=place.removeprefix("发布于 "),
        attachments=tuple(Attachment(str(n)) for n in names if isinstance(n, str) and n and n != "无"),
    )
