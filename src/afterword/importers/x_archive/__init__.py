"""The archive that X (Twitter) hands out: direct messages and posts in `data/*.js`. In: a path. Out: a record each.

The archive knows people by number only; `account.js` beside a file says which is the owner's. Texts hold HTML entities
and shortened links, both resolved. A retweet is somebody else's words and is counted, not kept. Posts as the API gave
them (`tweets.json`) are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of_head, head_text, header_cells
from afterword.importers.x_archive.posts import posts, rows
from afterword.importers.x_archive.talks import chats, talks
from afterword.model import ChatRef, FileFacts

_NAME = re.compile(r"\s*(?:window\.)?YTD\.(\w+?)\.part\d+\s*=")
TALKS = {"direct_messages", "direct_message", "direct_messages_group", "direct_message_group"}
POSTS = {
    "tweets": "",
    "tweet": "",
    "community_tweet": "",
    "twitter_circle_tweet": "",
    "note_tweet": "long post",
    "deleted_tweets": "deleted post",
    "deleted_note_tweet": "deleted long post",
    "article": "article",
}
CSV = {"tweet_id", "timestamp", "text", "retweeted_status_id"}


class XArchive:
    name = "x_archive"
    version = 1
    title = "X (Twitter) archive"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if m := _NAME.match(text):
            companion = m[1] not in TALKS and m[1] not in POSTS
            return Match(1.0, f"window.YTD.{m[1]}", companion)
        if re.match(r"\s*(?:Grailbird\.data\.\w+|var \w+)\s*=\s*[\[{]", text):
            own = text.lstrip().startswith("Grailbird") and '"id_str"' in text
            return Match(0.9, "a page of the old archive", not own) if "Grailbird" in text or "tweet" in text else None
        if re.match(r"\s*window\.__THAR_CONFIG\s*=", text):
            return Match(1.0, "the archive's table of contents", companion=True)
        if set(header_cells(head)) >= CSV:
            return Match(1.0, "tweets.csv of the archive until 2018")
        if (
            re.match(r"\s*\[\s*\{", text)
            and '"id_str"' in text
            and '"created_at"' in text
            and ('"full_text"' in text or ('"text"' in text and '"entities"' in text and '"screen_name"' in text))
        ):
            return Match(0.95, "posts as the API gives them")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            head = f.read(4096)
        text = head_text(head)
        if set(header_cells(head)) >= CSV:
            yield from rows(path, options)
            return
        yield FileFacts(options.encoding or encoding_of_head(head), zone="instant")
        what = m[1] if (m := _NAME.match(text)) else "tweets"
        if what in TALKS:
            yield from talks(path, options)
        else:
            yield from posts(path, options, POSTS.get(what, ""))

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        with path.open("rb") as f:
            m = _NAME.match(head_text(f.read(4096)))
        if m and m[1] in TALKS:
            yield from chats(path, options, "group" in m[1])


importer = XArchive()
