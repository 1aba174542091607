"""Reddit's data request: chats, private messages, posts and comments, one csv each. In: a path. Out: a record each row.

`chat_history.csv` and `messages.csv` are messages, `posts.csv` and `comments.csv` keepsakes. The account's name stands
in `statistics.csv` beside them; without it nobody is `mine`. Files without words (`…_headers`) and
those about votes and settings hold nothing to remember and are companions. Times are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import encoding_of, head_text, header_cells, table
from afterword.model import ChatRef, FileFacts, Keepsake, Kind, Message, Skipped

_CHAT = {"message_id", "created_at", "username", "message", "channel_url"}
_MAIL = {"id", "permalink", "thread_id", "date", "from", "to", "subject", "body"}
_POST = {"id", "permalink", "date", "subreddit", "title", "body"}
_COMMENT = {"id", "permalink", "date", "subreddit", "link", "parent", "body"}
_COMPANIONS = frozenset(
    """
    account_gender announcements approved_submitter_subreddits birthdate checkfile comment_headers comment_votes
    comments_headers drafts friends gilded_content gold_received hidden_posts ip_logs linked_identities
    linked_phone_number message_headers messages_headers messages_archive_headers moderated_subreddits multireddits
    payouts persona poll_votes post_headers posts_headers post_votes purchases reddit_gold_information saved_comments
    saved_posts scheduled_posts sensitive_ads_preferences statistics stripe subscribed_subreddits subscriptions
    twitter user_preferences
    """.split()  # noqa: SIM905
)
_SERVICES = {"reddit", "automoderator", "welcomebot", "redditcareresources", "modnewsletter"}
_LINK = re.compile(r"https?://\S+\Z")
Row = dict[str, str]


def _form(cells: set[str]) -> str:
    for form, columns in (("chat", _CHAT), ("mail", _MAIL), ("comment", _COMMENT), ("post", _POST)):
        if columns <= cells:
            return form
    return ""


class Reddit:
    name = "reddit"
    version = 1
    title = "Reddit data request (csv)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        cells = header_cells(head)
        if form := _form(set(cells)):
            return Match(0.97, f"the columns of Reddit's {form} table")
        stem = filename.removesuffix(".csv")
        if (
            stem in _COMPANIONS
            and filename.endswith(".csv")
            and re.fullmatch(r"[a-z_ ,]+", head_text(head).partition("\n")[0].strip())
        ):
            return Match(0.7, "a table of a Reddit data request", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        encoding = encoding_of(path, options.encoding)
        yield FileFacts(encoding, zone="instant")
        owner, names = _owner(path), list[str]()
        make: Callable[[Row, str, str], Message | Keepsake | Skipped] = _chat
        before = 0
        for n, cells in table(path, encoding):
            where, before = f"line {before + 1}", n
            if not cells:
                continue
            if not names:
                names = [c.strip() for c in cells]
                form = _form(set(names))
                if not form:
                    raise BadInput(
                        "import.reddit.columns",
                        f"{path.name} has none of the tables of a Reddit data request.",
                        next_step="Give chat_history.csv, messages.csv, posts.csv or comments.csv.",
                    )
                make = {"chat": _chat, "mail": _mail, "post": _post, "comment": _comment}[form]
                continue
            if len(cells) != len(names):
                yield Skipped(where, "unreadable", ",".join(cells)[:500])
            else:
                yield make(dict(zip(names, cells, strict=True)), where, owner)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        encoding, owner = encoding_of(path, options.encoding), _owner(path)
        names: list[str] = []
        refs: dict[str, ChatRef] = {}
        for _, cells in table(path, encoding):
            if not names:
                names = [c.strip() for c in cells]
                continue
            row = dict(zip(names, cells, strict=False))
            if "channel_url" in row:
                key = row["channel_url"]
                kind = row.get("conversation_type", "").lower()
                direct = True if kind in ("direct", "dm") else False if kind else None
                title = row.get("channel_name", "") or row.get("subreddit", "")
                refs.setdefault(key, ChatRef(key, title, direct, "reddit"))
            elif row.keys() >= _MAIL:
                key = _pair(row, owner)
                other = key if owner and " | " not in key else ""
                refs.setdefault(key, ChatRef(key, key, True, "reddit", other, other))
        yield from refs.values()


def _owner(path: Path) -> str:
    file = path.parent / "statistics.csv"
    try:
        for _, cells in table(file, "utf-8-sig"):
            if len(cells) > 1 and cells[0].strip().lower() in ("account name", "username", "account_name"):
                return cells[1].strip()
    except (OSError, UnicodeError, BadInput):
        return ""
    return ""


def _moment(text: str) -> float | None:
    text = text.strip().removesuffix(" UTC")
    if text.replace(".", "", 1).isdecimal() and len(text) < 16:
        at = float(text)
        return at / 1000 if at > 1e11 else at
    try:
        at_day = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at_day if at_day.tzinfo else at_day.replace(tzinfo=UTC)).timestamp()


def _mine(name: str, owner: str) -> bool | None:
    return name.casefold() == owner.casefold() if owner and name else None


def _kind(name: str, text: str) -> Kind:
    if name.lower() in _SERVICES:
        return Kind.AUTOMATED
    return Kind.TEXT if text else Kind.UNKNOWN


def _raw(row: Row, text: str) -> str:
    return "" if text else ",".join(row.values())[:2000]


def _chat(row: Row, where: str, owner: str) -> Message | Skipped:
    at = _moment(row["created_at"])
    if at is None:
        return Skipped(where, "no-date", ",".join(row.values())[:500])
    who, text = row["username"], row["message"]
    return Message(
        where, at, who, text, _kind(who, text), "", _mine(who, owner), row["channel_url"], row["message_id"],
        row.get("thread_parent_message_id", ""),
        edited=bool(row.get("updated_at")) and row["updated_at"] != row["created_at"], raw=_raw(row, text),
    )  # fmt: skip


def _pair(row: Row, owner: str) -> str:
    """Private messages are between two accounts, whatever the thread."""
    people = [row["from"], row["to"]]
    others = [p for p in people if owner and p.casefold() != owner.casefold()]
    return others[0] if owner and len(others) == 1 else " | ".join(sorted(people))


def _mail(row: Row, where: str, owner: str) -> Message | Skipped:
    at = _moment(row["date"])
    if at is None:
        return Skipped(where, "no-date", ",".join(row.values())[:500])
    who, text, subject = row["from"], row["body"], row["subject"].strip()
    if subject and not subject.lower().startswith("re:") and text:
        text = f"{subject}\n{text}"
    return Message(
        where, at, who, text, _kind(who, text), "", _mine(who, owner), _pair(row, owner), row["id"], raw=_raw(row, text)
    )


def _post(row: Row, where: str, owner: str) -> Keepsake:
    url = row.get("url", "")
    text = row["body"] or (url if _LINK.match(url) else "")
    return Keepsake(where, "post", _moment(row["date"]), author=owner, mine=True, title=row["title"], text=text)


def _comment(row: Row, where: str, owner: str) -> Keepsake:
    place = f"r/{row['subreddit']}" if row["subreddit"] else ""
    return Keepsake(where, "post", _moment(row["date"]), author=owner, mine=True, title=place, text=row["body"])


importer = Reddit()
