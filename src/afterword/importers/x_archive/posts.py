"""Posts of X's archive, as the API gives them, and `tweets.csv`. In: a path. Out: a Keepsake for each of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.importers.base import Options
from afterword.importers.json_values import dict_of, list_of, unreadable, word_of, written
from afterword.importers.reading import encoding_of, table
from afterword.importers.streamed_json import JsonCut, cut, stream
from afterword.importers.x_archive.common import PREFIX, SHORT, account_of, moment, resolved
from afterword.model import Attachment, FileFacts, Keepsake, Skipped

WRAPPERS = ("tweet", "noteTweet", "article", "communityTweet", "twitterCircleTweet")
_RETWEET = re.compile(r"RT @\w+:? ")


def posts(path: Path, options: Options, title: str) -> Iterator[Keepsake | Skipped]:
    author = account_of(path.parent)[1]
    n = 0
    try:
        for where, value in stream(path, ("*",), encoding=options.encoding, prefix=PREFIX):
            if len(where) != 1:
                continue
            yield _post(value, f"/{n}", title, author)
            n += 1
    except JsonCut as e:
        yield cut(e, f"/{n}")


def rows(path: Path, options: Options) -> Iterator[FileFacts | Keepsake | Skipped]:
    """`tweets.csv`, which the archive had until 2018."""
    codec = encoding_of(path, options.encoding)
    yield FileFacts(codec, zone="instant")
    author = account_of(path.parent)[1]
    columns: list[str] = []
    for n, (_, cells) in enumerate(table(path, codec)):
        if not columns:
            columns = cells
            continue
        row = dict(zip(columns, cells, strict=False))
        text = row.get("text", "")
        raw = written(row)
        if not text:
            yield Skipped(f"row {n}", "empty", raw)
        elif row.get("retweeted_status_id") or _RETWEET.match(text):
            yield Skipped(f"row {n}", "retweet", raw)
        else:
            links = row.get("expanded_urls", "").split(",")
            short = SHORT.findall(text)
            urls = (
                [{"url": s, "expanded": e} for s, e in zip(short, links, strict=False)]
                if len(short) == len(links)
                else []
            )
            at = moment(row.get("timestamp"))
            yield Keepsake(f"row {n}", "post", at, author=author, mine=True, text=resolved(text, urls))


def _post(value: Any, where: str, title: str, owner: str) -> Keepsake | Skipped:
    if not isinstance(value, dict):
        return unreadable(where, value)
    wrapped = next((v for k in WRAPPERS if isinstance(v := value.get(k), dict)), None)
    m = wrapped if wrapped is not None else value
    core = dict_of(m.get("core"))
    text = (
        word_of(m.get("full_text")) or word_of(m.get("text")) or word_of(core.get("text")) or word_of(m.get("content"))
    )
    raw = written(value)
    if isinstance(m.get("retweeted_status"), dict) or _RETWEET.match(text):
        return Skipped(where, "retweet", raw)
    entities = dict_of(m.get("entities"))
    extended = dict_of(m.get("extended_entities"))
    urls = list_of(entities.get("urls")) + list_of(core.get("urls"))
    media = [x for x in list_of(extended.get("media")) or list_of(entities.get("media")) if isinstance(x, dict)]
    for x in media:  # the picture's own link stands at the end of the text
        if short := word_of(x.get("url")):
            text = text.replace(short, "").rstrip()
    text = resolved(
        text,
        [
            {**u, "url": u.get("url") or u.get("shortUrl"), "expanded": u.get("expanded_url") or u.get("expandedUrl")}
            for u in urls
            if isinstance(u, dict)
        ],
    )
    files = tuple(
        Attachment(name) for x in media if (name := word_of(x.get("media_url_https")) or word_of(x.get("media_url")))
    )
    at = moment(m.get("created_at")) or moment(m.get("createdAt"))
    if not text and not files:
        return Skipped(where, "empty", raw)
    user = dict_of(m.get("user"))
    author = word_of(user.get("screen_name")) or owner
    mine = None if user and not owner else not user or author.casefold() == owner.casefold()
    point = list_of(dict_of(m.get("coordinates")).get("coordinates"))
    spot: tuple[float, float] | None = None
    if len(point) == 2:
        try:
            longitude, latitude = float(point[0]), float(point[1])
            spot = (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
        except (TypeError, ValueError):
            spot = None
    place = word_of(dict_of(m.get("place")).get("full_name"))
    return Keepsake(where, "post", at, None, author, mine, title, text, spot, place, attachments=files)
