"""Personas: built from a shelf and from what the user told, kept as versions, looked up by name.

In: a vault. Out: profiles. A version is a whole profile, appended and never changed; the newest is the one in force.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from afterword.app import corrections, hosts, past
from afterword.app.library import Library
from afterword.app.people import People
from afterword.corpus import same_name
from afterword.errors import BadInput, ChoiceNeeded, NotAllowed, NotFound
from afterword.measures import measure_all
from afterword.model import Claim, Conversation, Measurement, Utterance
from afterword.profile import Note, NoteKind, Profile, claim_id, claims_from, judge
from afterword.skill import slug_of
from afterword.store import Shelf, Vault
from afterword.store.cipher import transaction

DAYS, MOST_DAYS = 30, 90
CONSENT = ("not-asked", "given", "declined", "deceased-wish")
NOTE_TOPIC = {
    "memory": "memory",
    "habit": "memory",
    "anniversary": "dates",
    "place": "places",
    "conflict": "conflict",
    "about": "told",
    "traits": "told",
}
MEASURES_VERSION = "4"


def today() -> date:
    return datetime.now(UTC).date()


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Personas:
    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self._newest: dict[tuple[str, int, str], Profile] = {}
        self._earlier: dict[tuple[str, ...], tuple[Profile, Library]] = {}

    # -- finding --------------------------------------------------------------------------------------------------

    def all(self) -> list[dict[str, Any]]:
        rows = self.vault.db.execute("SELECT slug, speaker, shelf, body FROM persona ORDER BY rowid").fetchall()
        return [{"slug": s, "speaker": p, "shelf": h, **msgspec.json.decode(b)} for s, p, h, b in rows]

    def one(self, person: str | None) -> dict[str, Any]:
        """The persona called `person` (slug or whole name); the only one when None."""
        every = self.all()
        if person is None:
            if len(every) == 1:
                return every[0]
            raise ChoiceNeeded(
                "persona.which",
                "There is more than one persona here." if every else "There is no persona yet.",
                next_step="Name one with --person." if every else "Make one: afterword create-ex",
                choices=[p["slug"] for p in every],
            )
        wanted = same_name(person)
        found = [p for p in every if p["slug"] == person or same_name(p["name"]) == wanted]
        if not found:
            raise NotFound(
                "persona.unknown",
                f"There is no persona called {person!r}.",
                next_step="See: afterword list",
                choices=[p["slug"] for p in every],
            )
        if len(found) > 1:
            raise ChoiceNeeded(
                "persona.which",
                f"{person!r} is the name of {len(found)} personas.",
                next_step="Use the slug.",
                choices=[p["slug"] for p in found],
            )
        return found[0]

    def shelf(self, entry: dict[str, Any]) -> Shelf:
        return self.vault.shelf(entry["shelf"])

    def profile(self, person: str | None, when: str | None = None) -> tuple[Profile, Library]:
        """The newest version; with `when` the persona of that time, who knows nothing later (see `past`)."""
        entry = self.one(person)
        shelf = self.shelf(entry)
        number, at = shelf.db.execute("SELECT number, at FROM version ORDER BY number DESC LIMIT 1").fetchone()
        version = (shelf.id, number, at)
        if version not in self._newest:  # every question asks for it again, and it is long
            body = shelf.db.execute("SELECT body FROM version WHERE number = ?", (number,)).fetchone()[0]
            self._newest = {version: msgspec.json.decode(body, type=Profile)}
        profile, library = self._newest[version], Library(self.vault, shelf)
        if not when:
            return profile, library
        key = (profile.slug, str(number), shelf.stamp(), when)
        if key not in self._earlier:  # one at a time: it is all of somebody's records
            for _, old in self._earlier.values():
                old.shelf.close()
            self._earlier = {key: past.of(profile, library, when, self.rebuild)}
        return self._earlier[key]

    # -- making ---------------------------------------------------------------------------------------------------

    def create(
        self,
        *,
        name: str,
        lang: str,
        shelf: str | None,
        speaker: str,
        owner_name: str,
        about: str,
        traits: str,
        days: int | None,
        consent: str | None,
        kind: str = "ex",
        progress: Callable[[str, int], None] | None = None,
    ) -> tuple[Profile, Library]:
        """A persona of a shelf's subject, or of a description alone (shelf None).

        Made again, it keeps what the user told and corrected, its consent and its end, unless they are given anew.
        """
        before = next((e for e in self.all() if e["shelf"] == shelf), None)
        if before and before["speaker"] != speaker:
            raise NotAllowed(
                "create.group-taken",
                f"This group chat already holds the persona of {before['name']}.",
                next_step=f"One group, one persona: let go of {before['slug']} first.",
            )
        older = self.profile(before["slug"])[0] if before else None
        consent = consent or (older.consent if older else "not-asked")
        if consent not in CONSENT:
            raise BadInput(
                "create.consent", f"{consent!r} is not an answer on consent.", next_step="One of: " + ", ".join(CONSENT)
            )
        if consent == "declined":
            raise NotAllowed(
                "care.consent",
                "This person said no to being simulated, so Afterword will not do it.",
                next_step="The records stay yours to read: afterword recall.",
            )
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise BadInput(
                "create.days", f"A persona lasts 1 to {MOST_DAYS} days, not {days}.", next_step="Use --days 30."
            )
        if not name.strip():
            raise BadInput("create.name", "A name is needed.", next_step="Give one with --name.")
        _writable(name, about, traits)
        told_only = shelf is None
        if shelf is None:
            if not about.strip() and not traits.strip():
                raise BadInput(
                    "create.nothing",
                    "There is neither a chat nor a description to start from.",
                    next_step="Give a file, or --about and --traits.",
                )
            staged = self.vault.stage()
            speaker = "p1:told-" + secrets.token_hex(4)
            shelf = self.vault.adopt(staged, speaker=speaker, title=name, direct=True, platform="told").id
        if older:
            slug = older.slug
        else:
            slug = slug_of(name, kind)
            while self.vault.db.execute("SELECT 1 FROM persona WHERE slug = ?", (slug,)).fetchone():
                slug = f"{slug_of(name, kind)[:43].strip('-')}-{secrets.token_hex(2)}"
        library = Library(self.vault, self.vault.shelf(shelf))
        said: dict[NoteKind, str] = {"about": about, "traits": traits}
        anew: dict[NoteKind, str] = {k: text for k, text in said.items() if text.strip()}
        notes = [n for n in (older.notes if older else ()) if n.kind not in anew]
        notes += [Note(_note_id(), k, text, now_text()) for k, text in anew.items()]
        profile = Profile(
            slug=slug,
            name=name,
            lang=lang,
            speaker=speaker,
            owner_name=owner_name or People(self.vault).name(People(self.vault).owner(None)),
            created=older.created if older else now_text(),
            ends=older.ends if older and days is None else (today() + timedelta(days=days or DAYS)).isoformat(),
            consent=consent,
            kind=kind,
            told_only=told_only,
            notes=tuple(notes),
            proposed=older.proposed if older else (),
        )
        profile = self.rebuild(profile, library, progress)
        self._enter(profile, shelf)
        self.keep(profile, library, "made again" if older else "created")
        return profile, library

    def _enter(self, profile: Profile, shelf: str) -> None:
        """The persona's line in the register."""
        body = {f: getattr(profile, f) for f in ("name", "created", "ends", "consent", "lang")}
        self.vault.db.execute(
            "INSERT OR REPLACE INTO persona VALUES (?, ?, ?, ?)",
            (profile.slug, profile.speaker, shelf, msgspec.json.encode(body).decode()),
        )

    def since(self, person: str | None) -> dict[str, Any]:
        """What came into the chat after the portrait was made: {"messages", "command"}; the command brings it in.

        A portrait is not made anew by itself: after a rollback the older one is what the user wants to see.
        """
        entry = self.one(person)
        profile, library = self.profile(entry["slug"])
        if profile.told_only:
            return {"messages": 0, "command": ""}
        held = int(str(profile.coverage.get("utterances", 0)))
        new = library.coverage(profile.speaker)["utterances"] - held
        direct = next((s["direct"] for s in self.vault.shelves() if s["id"] == entry["shelf"]), True)
        words = ["afterword create-ex --yes --name", _quoted(profile.name)]
        words += ["--subject", _quoted(People(self.vault).name(profile.speaker)), "--lang", profile.lang]
        return {"messages": max(0, new), "command": " ".join([*words, *(() if direct else ("--groups",))])}

    def discard(self, person: str | None, version: int) -> int:
        """Take back the build that wrote `version`, with what was said of it since; what was imported stays.

        Out: the version that is in force again, as a new one; 0 where there was none before, and the persona is gone.
        """
        entry = self.one(person)
        slug, shelf = entry["slug"], self.shelf(entry)
        with self.vault.alone():
            if version > 1:
                profile, library, _ = self.rollback(slug, version - 1)
                self._enter(profile, entry["shelf"])
                files = hosts.render(profile, library)
                for copy in hosts.copies(self.vault, slug):
                    if copy["there"]:
                        hosts.put(self.vault, profile, files, Path(copy["path"]), copy["host"])
                return version - 1
            for copy in hosts.copies(self.vault, slug):
                path = Path(copy["path"])
                if path.is_dir() and not path.is_symlink() and hosts.ours(path):
                    hosts.remove(path)
            told_only = self.profile(slug)[0].told_only
            with transaction(self.vault.db):
                self.vault.db.execute("DELETE FROM copy WHERE slug = ?", (slug,))
                self.vault.db.execute("DELETE FROM persona WHERE slug = ?", (slug,))
            if told_only:  # its shelf holds nothing but what was told
                self.vault.destroy(entry["shelf"])
            else:
                with transaction(shelf.db):
                    shelf.db.execute("DELETE FROM version")
                self._newest = {}
        return 0

    def rebuild(
        self, profile: Profile, library: Library, progress: Callable[[str, int], None] | None = None
    ) -> Profile:
        """Measure (or take the kept measurements of the same corpus), claim and judge."""
        measurements: tuple[Measurement, ...] = ()
        coverage: dict[str, object] = {"utterances": 0, "by_subject": 0, "first": "", "last": "", "undated": 0}
        if not profile.told_only:
            coverage = library.coverage(profile.speaker)
            # a further file may bring no new words and yet close a gap between two others
            files = library.shelf.db.execute("SELECT count(*) FROM source").fetchone()[0]
            basis = f"{MEASURES_VERSION}|{profile.speaker}|{library.shelf.stamp()}|{files}"
            kept = library.shelf.cached("measurements", basis)
            if kept:
                measurements = msgspec.json.decode(kept, type=tuple[Measurement, ...])
            else:
                if progress:
                    progress("measuring", 0)
                measurements = _measure(library.conversation(profile.speaker))
                library.shelf.keep("measurements", basis, msgspec.json.encode(measurements).decode())
        profile = msgspec.structs.replace(profile, measurements=measurements, coverage=coverage)
        return msgspec.structs.replace(profile, claims=self._claims(profile, library))

    def _claims(self, profile: Profile, library: Library) -> tuple[Claim, ...]:
        measured = profile.measured()
        names = {profile.speaker: profile.name, People(self.vault).owner(None): profile.owner_name}
        claims = [*claims_from(profile.measurements, profile.speaker, names, library.find), *profile.proposed]
        claims += [_told(profile, n) for n in profile.notes if n.kind != "correction"]
        claims += corrections.claims_of(profile, library)
        cache: dict[str, Utterance | None] = {}

        def witness(id: str) -> Utterance | None:
            if id not in cache:
                cache[id] = library.find(id)
            return cache[id]

        return corrections.corrected([judge(c, witness, measured) for c in claims], profile)

    # -- changing -------------------------------------------------------------------------------------------------

    def keep(self, profile: Profile, library: Library, why: str) -> int:
        db = library.shelf.db
        with transaction(db):
            number = int(db.execute("SELECT coalesce(max(number), 0) + 1 FROM version").fetchone()[0])
            db.execute(
                "INSERT INTO version VALUES (?, ?, ?, ?)",
                (number, now_text(), why, msgspec.json.encode(profile).decode()),
            )
        return number

    def note(
        self, person: str | None, kind: str, text: str, *, words: str = "", claim: str = "", instead: str = ""
    ) -> tuple[Profile, Library, Claim, int]:
        """Add what the user told (or corrected); returns the new claim as judged, and the version."""
        if not text.strip():
            raise BadInput("note.empty", "There are no words to remember.", next_step="Write them after the command.")
        _writable(text, words, instead)
        profile, library = self.profile(person)
        if claim and profile.claim(claim) is None:
            raise NotFound("claim.unknown", f"There is no claim {claim}.", next_step="See: afterword show")
        note = Note(_note_id(), kind, text.strip(), now_text(), words, claim, instead)  # type: ignore[arg-type]
        profile = msgspec.structs.replace(profile, notes=(*profile.notes, note))
        profile = self.rebuild(profile, library)
        number = self.keep(profile, library, f"{kind}: {note.id}")
        made = next(c for c in profile.claims if c.key == f"note:{note.id}")
        return profile, library, made, number

    def versions(self, person: str | None) -> list[dict[str, Any]]:
        shelf = self.shelf(self.one(person))
        rows = shelf.db.execute("SELECT number, at, why, length(body) FROM version ORDER BY number").fetchall()
        return [{"version": n, "at": at, "why": why, "bytes": size} for n, at, why, size in rows]

    def rollback(self, person: str | None, number: int) -> tuple[Profile, Library, int]:
        """Make version `number` the one in force, byte for byte, as a new version."""
        entry = self.one(person)
        shelf = self.shelf(entry)
        row = shelf.db.execute("SELECT body FROM version WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise NotFound("version.unknown", f"There is no version {number}.", next_step="See: afterword versions")
        with transaction(shelf.db):
            new = int(shelf.db.execute("SELECT max(number) + 1 FROM version").fetchone()[0])
            shelf.db.execute(
                "INSERT INTO version VALUES (?, ?, ?, ?)", (new, now_text(), f"rollback to {number}", row[0])
            )
        return msgspec.json.decode(row[0], type=Profile), Library(self.vault, shelf), new


def _quoted(name: str) -> str:
    """A name as one word of a command: in double quotes, which every shell knows, where they are enough."""
    return shlex.quote(name) if set(name) & set('"`$\\') else f'"{name}"'


def _measure(conversation: Conversation) -> tuple[Measurement, ...]:
    measured = measure_all(conversation)
    if conversation.utterances and not conversation.utterances[-1].at:
        # Undated words: nothing that needs a clock can be said.
        return tuple(m for m in measured if m.name.split(".")[0] not in ("rhythm", "story", "calendar"))
    return measured


def _writable(*texts: str) -> None:
    """BadInput for words that no UTF-8 file can hold: halves of characters, from a terminal of another encoding."""
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as e:
            raise BadInput(
                "text.encoding",
                "These words are not UTF-8 text.",
                next_step="Set the terminal to UTF-8, or use a file.",
            ) from e


def _note_id() -> str:
    return secrets.token_hex(4)


def _told(profile: Profile, note: Note) -> Claim:
    key = f"note:{note.id}"
    topic = NOTE_TOPIC[note.kind]
    return Claim(
        claim_id(profile.speaker, topic, key),
        topic,
        key,
        {"en": note.text, "zh": note.text},
        profile.speaker,
        "user",
        said_at=note.at,
    )
