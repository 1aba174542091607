"""The register's people: speakers, the names and accounts they are known by, and what an address book says.

In: names and accounts as files have them. Out: speakers. Names match whole; a telephone number is the same number with
and without its country code, as long as the address book gives it to one person only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from afterword.corpus import looks_like_account, same_name, speaker_id
from afterword.errors import ChoiceNeeded, NotAllowed
from afterword.model import Keepsake
from afterword.store import Vault
from afterword.store.cipher import transaction

NATIONAL = 9
"""Digits that tell a telephone number apart inside a country."""


def account_keys(account: str) -> list[str]:
    """The keys one account is found by: a mail address in lower case; a number whole, and by its last digits."""
    account = account.strip()
    if "@" in account:
        return [account.casefold().removeprefix("mailto:")]
    digits = re.sub(r"\D", "", account)
    if len(digits) < 5 or not re.fullmatch(r"(?:tel:)?[+\d\s().\-/]+", account):
        return []
    return [digits, f"…{digits[-NATIONAL:]}"] if len(digits) > NATIONAL else [digits, f"…{digits}"]


class People:
    """The register's speakers and aliases."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def owner(self, name: str | None) -> str:
        row = self.vault.db.execute("SELECT id FROM speaker WHERE owner = 1").fetchone()
        if row:
            if name:
                self._alias(name, row[0])
            return str(row[0])
        self.vault.db.execute("INSERT INTO speaker VALUES ('p1:owner', ?, 1)", (name or "me",))
        if name:
            self._alias(name, "p1:owner")
        return "p1:owner"

    def owner_names(self) -> list[str]:
        rows = self.vault.db.execute(
            "SELECT a.alias FROM alias a JOIN speaker s ON s.id = a.speaker WHERE s.owner = 1"
        ).fetchall()
        return [r[0] for r in rows]

    def known(self) -> dict[str, str]:
        """alias → the name of the speaker behind it."""
        rows = self.vault.db.execute(
            "SELECT a.alias, s.name FROM alias a JOIN speaker s ON s.id = a.speaker"
        ).fetchall()
        return dict(rows)

    def resolve(self, name: str, accounts: Sequence[str]) -> str:
        """The speaker called `name` (whole) or known by one of the accounts; made when there is none."""
        db = self.vault.db
        by_name = db.execute("SELECT speaker FROM alias WHERE alias = ?", (same_name(name),)).fetchone()
        found = by_name[0] if by_name else None
        for account in accounts if found is None else ():
            if looks_like_account(account):
                row = db.execute("SELECT speaker FROM alias WHERE alias = ?", (same_name(account),)).fetchone()
                found = row[0] if row else found
        if found is None:
            found = speaker_id(name)
            db.execute("INSERT OR IGNORE INTO speaker VALUES (?, ?, 0)", (found, name))
        current = db.execute("SELECT name FROM speaker WHERE id = ?", (found,)).fetchone()[0]
        if looks_like_account(current) and not looks_like_account(name):
            db.execute("UPDATE speaker SET name = ? WHERE id = ?", (name, found))
        for alias in (name, *accounts):
            self._alias(alias, found)
        return str(found)

    def find(self, name: str) -> str | None:
        """The speaker known by this whole name or account, or None."""
        row = self.vault.db.execute("SELECT speaker FROM alias WHERE alias = ?", (same_name(name),)).fetchone()
        return str(row[0]) if row else None

    def called(self, speaker: str, names: Sequence[str]) -> None:
        """The user says that these names are all this speaker's."""
        for name in names:
            if name.strip():
                self.vault.db.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", (same_name(name), speaker))

    # -- the address book -----------------------------------------------------------------------------------------

    def learn(self, contacts: Sequence[Keepsake]) -> None:
        """Remember whose accounts these are. An account that two people share belongs to nobody."""
        rows = [
            (key, contact.title)
            for contact in contacts
            if contact.kind == "contact" and contact.title.strip()
            for handle in contact.handles
            for key in account_keys(handle)
        ]
        with transaction(self.vault.db):
            for key, name in rows:
                held = self.vault.db.execute("SELECT name FROM contact WHERE account = ?", (key,)).fetchone()
                shared = held is not None and same_name(held[0]) != same_name(name)
                self.vault.db.execute("INSERT OR REPLACE INTO contact VALUES (?, ?)", (key, "" if shared else name))

    def contact(self, account: str) -> str:
        """The name that the address book has for an account, or ""."""
        for key in account_keys(account) if looks_like_account(account) else ():
            row = self.vault.db.execute("SELECT name FROM contact WHERE account = ?", (key,)).fetchone()
            if row and row[0]:
                return str(row[0])
        return ""

    def name(self, speaker: str) -> str:
        row = self.vault.db.execute("SELECT name FROM speaker WHERE id = ?", (speaker,)).fetchone()
        return str(row[0]) if row else ""

    def _alias(self, alias: str, speaker: str) -> None:
        if alias.strip():
            self.vault.db.execute("INSERT OR IGNORE INTO alias VALUES (?, ?)", (same_name(alias), speaker))


def names_person(vault: Vault, speaker: str | None) -> Callable[[Keepsake], bool]:
    """Does a keepsake name this person? By a whole name in its words, or by an account of theirs."""
    rows = vault.db.execute("SELECT alias FROM alias WHERE speaker = ?", (speaker or "",)).fetchall()
    aliases = {r[0] for r in rows if len(r[0]) > 1}
    # among the owner's own papers the given name is enough: "Lan's birthday", 小雨生日
    aliases |= {a.split()[0] for a in aliases if a.isascii() and " " in a and len(a.split()[0]) > 2}
    aliases |= {a[1:] for a in aliases if len(a) == 3 and all("\u4e00" <= c <= "\u9fff" for c in a)}
    accounts = {key for alias in aliases for key in account_keys(alias)}
    words = [re.compile(rf"(?<!\w){re.escape(a)}(?!\w)" if a.isascii() else re.escape(a), re.I) for a in aliases]

    def does(k: Keepsake) -> bool:
        if k.kind == "contact" and any(key in accounts for handle in k.handles for key in account_keys(handle)):
            return True
        said = "\n".join((k.title, k.text, k.author))
        return any(w.search(said) for w in words)

    return does


def everybody(vault: Vault) -> list[dict[str, Any]]:
    """Everybody in the vault: {"id", "name", "role", "messages", "chats", "also"}, most messages first."""
    people = People(vault)
    owner = vault.db.execute("SELECT id FROM speaker WHERE owner = 1").fetchone()
    counts: dict[str, int] = {}
    chats: dict[str, set[str]] = {}
    direct = {s["speaker"] for s in vault.shelves() if s["direct"]}
    also: dict[str, set[str]] = {}
    for entry in vault.shelves():
        shelf = vault.shelf(entry["id"])
        per = shelf.handle_counts()
        for id, _, handle, name, _, speaker in shelf.handles():
            if speaker:
                counts[speaker] = counts.get(speaker, 0) + per.get(id, 0)
                chats.setdefault(speaker, set()).add(entry["title"])
                also.setdefault(speaker, set()).update(x for x in (handle, name) if x)
    out = []
    for speaker, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        name = people.name(speaker)
        role = "me" if owner and speaker == owner[0] else "direct" if speaker in direct else "group"
        out.append(
            {
                "id": speaker,
                "name": name,
                "role": role,
                "messages": n,
                "chats": sorted(chats[speaker]),
                "also": sorted(also[speaker] - {name}),
            }
        )
    return out


def subject_of(vault: Vault, shelves: Sequence[str], subject: str, explicit: bool, groups: bool) -> tuple[str, str]:
    """The direct chat with `subject`; the only one there is when no subject was named; a group only when asked."""
    people = People(vault)
    entries = [e for e in vault.shelves() if e["id"] in shelves and e["direct"] and e["speaker"]]
    who = people.find(subject)
    found = [e for e in entries if e["speaker"] == who]
    if not found and not explicit and len(entries) == 1:
        found = entries
    if found:
        return found[0]["id"], found[0]["speaker"]
    for entry in vault.shelves() if groups and who else ():
        if entry["id"] in shelves and who in {h[5] for h in vault.shelf(entry["id"]).handles()}:
            return entry["id"], str(who)
    choices = [people.name(e["speaker"]) for e in entries]
    if not choices:
        raise NotAllowed(
            "people.no-direct-chat",
            "These files hold no chat between you and one other person.",
            next_step="A group chat makes a portrait only when you ask: --groups with --subject.",
        )
    raise ChoiceNeeded(
        "people.subject",
        f"Nobody here is called {subject}." if explicit else "It is not clear whom this is about.",
        next_step="Say it with --subject: " + ", ".join(choices),
        people=[{"name": c} for c in choices],
    )
