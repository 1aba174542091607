"""Who is who in one chat. In: the handles seen, and what the user said. Out: a cast, or the choice to be made.

Names match whole or not at all. Nobody is "probably" the owner: either the file says so, or the user does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b

import msgspec

from afterword.corpus.identity import same_name
from afterword.errors import ChoiceNeeded
from afterword.model import ChatRef

ACCOUNT = re.compile(r"^(?:\+?[\d\s().\-]{5,}|wxid_\S+|user\d+|channel\d+|[^\s@]+@[^\s@]+|[0-9a-f]{16,}|p\d+)$")


class HandleSeen(msgspec.Struct, frozen=True):
    """A handle in a chat with its number of messages (system records not counted)."""

    id: int
    handle: str
    name: str
    mine: bool | None
    messages: int

    @property
    def shown(self) -> str:
        return self.name or self.handle


class Cast(msgspec.Struct, frozen=True):
    """handle id → "" (nobody), "me", or the other's name; `names` of the others as shown, most talkative first."""

    direct: bool
    sides: dict[int, str]
    names: tuple[str, ...]
    accounts: dict[str, tuple[str, ...]]


def looks_like_account(name: str) -> bool:
    """True for phone numbers, mail addresses and platform ids: an account, not a name people use."""
    return bool(ACCOUNT.match(name.strip()))


def speaker_id(name: str, salt: str = "") -> str:
    return "p1:" + blake2b(f"{same_name(name)}{salt}".encode(), digest_size=6).hexdigest()


def cast_chat(
    chat: ChatRef,
    handles: Sequence[HandleSeen],
    *,
    me: Sequence[str],
    subject: Sequence[str],
    known: Mapping[str, str],
    alone: bool,
) -> Cast:
    """Tell the owner's handles from the others'.

    me       whole names of the owner (asked, or known to the vault)
    subject  the user's name for the other side, then the other names the person has in exports
    known    alias (same_name) → name that the vault knows for an account
    alone    the file holds this chat only, so `subject` must be its other side
    ChoiceNeeded("people.me" | "people.subject") when the file does not say and the user has not.
    """
    mine = {same_name(n) for n in me if n}
    sides: dict[int, str] = {}
    others: dict[str, int] = {}
    accounts: dict[str, set[str]] = {}
    flagged = any(h.mine is not None for h in handles)
    seen = [h for h in handles if h.handle or h.name or h.mine is not None]
    for h in handles:
        if h not in seen or (not h.messages and not h.mine):
            sides[h.id] = ""
            continue
        owner = h.mine if h.mine is not None else bool({same_name(h.name), same_name(h.handle)} & mine)
        if owner:
            sides[h.id] = "me"
            continue
        name = h.name or known.get(same_name(h.handle), "") or h.handle
        if looks_like_account(name) and not h.name and chat.other_name and chat.direct:
            name = chat.other_name
        sides[h.id] = name
        others[name] = others.get(name, 0) + h.messages
        accounts.setdefault(name, set()).update(x for x in (h.handle, h.name) if x)
    if chat.direct and not others and "me" in sides.values() and (silent := chat.other_name or chat.other_handle):
        # only the owner speaks in this part of the chat; the file still says with whom
        name = known.get(same_name(silent), "") or silent
        others[name] = 0
        accounts[name] = {x for x in (chat.other_handle, chat.other_name) if x}
    direct = chat.direct if chat.direct is not None else len({same_name(n) for n in others}) <= 1
    found = [
        {"name": h.shown, "messages": h.messages}
        for h in sorted(seen, key=lambda h: -h.messages)
        if h.messages and h.shown
    ]
    if "me" not in sides.values() and not flagged and not (chat.direct and not alone):
        raise ChoiceNeeded(
            "people.me",
            ("Nobody here is called " + " / ".join(me) + ". " if me else "The file does not say which one is you. ")
            + "Found: "
            + ", ".join(f"{p['name']} ({p['messages']})" for p in found),
            next_step="Say which one is you with --me, whole name as written here.",
            people=found,
        )
    if direct and others and subject and alone:
        asked = {same_name(s) for s in subject}
        if not any(same_name(n) in asked or same_name(known.get(same_name(n), "")) in asked for n in others):
            nameless = [n for n in others if looks_like_account(n)]
            if len(nameless) != len(others):
                raise ChoiceNeeded(
                    "people.subject",
                    f"Nobody here is called {' / '.join(subject)}. Found: "
                    + ", ".join(f"{p['name']} ({p['messages']})" for p in found),
                    next_step="Say whom this is about with --subject, whole name as written here.",
                    people=found,
                )
        sides = {h: (subject[0] if side not in ("", "me") else side) for h, side in sides.items()}
        accounts = {subject[0]: set().union(*accounts.values())}
        others = {subject[0]: sum(others.values())}
    elif direct and len(others) > 1:
        # A direct chat by the file's own word has one other side, however many accounts it used.
        best = max(others, key=lambda n: (not looks_like_account(n), others[n]))
        sides = {h: (best if side not in ("", "me") else side) for h, side in sides.items()}
        accounts = {best: set().union(*accounts.values())}
        others = {best: sum(others.values())}
    names = tuple(sorted(others, key=lambda n: (-others[n], n)))
    return Cast(direct, sides, names, {n: tuple(sorted(a)) for n, a in accounts.items()})
