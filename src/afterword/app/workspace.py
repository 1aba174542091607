"""`afterword.Workspace`: every operation of the product as one Python class. The doors call nothing else.

In: plain values. Out: JSON-ready dictionaries in the shapes that `--json` prints. Errors are those of afterword.errors.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from afterword import guard
from afterword.app import contact_sheet, guides, hosts, importing, letting_go
from afterword.app.distill_run import Distillings
from afterword.app.exporting import export_lines
from afterword.app.importing import LEFT_SHOWN
from afterword.app.joining import join, swapped
from afterword.app.library import Library
from afterword.app.likeness import Likenesses
from afterword.app.meaning import Recalls
from afterword.app.people import People, everybody, subject_of
from afterword.app.personas import Personas, today
from afterword.app.private_files import remembered
from afterword.app.proofs import claim_shown, proof
from afterword.app.scenes import Scenes
from afterword.app.staging import Progress
from afterword.app.talking import VaultRecords, choose, host_turn, live_talk, moment_of, review, shown
from afterword.app.telling import Tellings
from afterword.app.telling import writes as _writes
from afterword.app.titling_run import Titlings
from afterword.corpus import same_name, system_zone
from afterword.errors import BadInput, ChoiceNeeded, NotFound
from afterword.importers import Options
from afterword.llm import Consents
from afterword.profile import Profile
from afterword.store import Vault, default_home
from afterword.texts import user_lang

READ_AS_IS = Options()


def names_of(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def reported(done: importing.Imported) -> dict[str, Any]:
    return {
        "sources": [msgspec.to_builtins(r) for r in done.reports],
        "failed": done.failures,
        "left": [msgspec.to_builtins(item) for item in done.left[:LEFT_SHOWN]],
        "left_by_reason": done.left_by_reason(),
    }


class Workspace(Scenes, Recalls, Likenesses, Titlings, Tellings, Distillings):
    """An open vault. Use as a context manager.

    home        the vault's folder (default: AFTERWORD_HOME or the platform's data directory)
    passphrase  the words, or a function called once with fresh=True when the vault is being made
    zone        IANA time zone of exports that give local time only (default: this computer's)
    """

    def __init__(
        self,
        home: str | Path | None = None,
        *,
        passphrase: str | Callable[[bool], str],
        lang: str | None = None,
        zone: str | None = None,
    ) -> None:
        words = passphrase if callable(passphrase) else lambda fresh: passphrase
        self.vault = Vault(Path(home) if home else default_home(), words)
        self.lang = lang or user_lang()
        self.zone = zone or self.vault.get("zone") or system_zone()
        self.personas = Personas(self.vault)
        self.recall_consent = Consents()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.vault.close()

    # -- import ---------------------------------------------------------------------------------------------------

    def who(
        self, paths: Sequence[str | Path], *, options: Options = READ_AS_IS, progress: Progress | None = None
    ) -> list[dict[str, Any]]:
        """The people found in files, nothing written."""
        return importing.who_is_in(self.vault, [Path(p) for p in paths], options, progress)

    @_writes
    def import_files(
        self,
        paths: Sequence[str | Path],
        *,
        me: str | Sequence[str] | None = None,
        subject: str | Sequence[str] | None = None,
        options: Options = READ_AS_IS,
        importer: str | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """`{"sources", "people", "failed", "left", "left_by_reason"}`; the shelves touched are under "chats".

        me, subject   a name, or all the names that the owner (the person) has in these exports, the best first
        """
        done = importing.import_files(
            self.vault,
            [Path(p) for p in paths],
            me=names_of(me),
            subject=names_of(subject),
            options=options,
            zone=self.zone,
            importer_name=importer,
            progress=progress,
        )
        return {**reported(done), "people": self.people(), "chats": done.shelves}

    @staticmethod
    def inspect(
        paths: Sequence[str | Path],
        *,
        options: Options = READ_AS_IS,
        importer: str | None = None,
        zone: str | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """What an import of these files would report, without a vault and without importing: `{"sources", "failed", …}`."""
        with tempfile.TemporaryDirectory(prefix="afterword-look-") as folder:
            return reported(
                importing.inspect(
                    [Path(p) for p in paths],
                    Path(folder) / "unpacked",
                    options=options,
                    zone=zone or system_zone(),
                    importer_name=importer,
                    progress=progress,
                )
            )

    def people(self) -> list[dict[str, Any]]:
        """Everybody in the vault: {"id", "name", "role", "messages", "chats", "also"}."""
        return everybody(self.vault)

    # -- personas -------------------------------------------------------------------------------------------------

    @_writes
    def create(
        self,
        paths: Sequence[str | Path] = (),
        *,
        name: str,
        me: str | Sequence[str] | None = None,
        subject: str | Sequence[str] | None = None,
        about: str = "",
        traits: str = "",
        days: int | None = None,
        consent: str | None = None,
        lang: str | None = None,
        kind: str = "ex",
        groups: bool = False,
        options: Options = READ_AS_IS,
        importer: str | None = None,
        out: str | Path | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Import, measure, claim, write: `{"person", "skill", "claims", "sources", "coverage", "version", …}`."""
        imported: dict[str, Any] = {"sources": [], "failed": [], "people": [], "left": [], "left_by_reason": {}}
        shelf: str | None = None
        speaker, language = "", lang or self.lang
        called, own = next(iter(names_of(subject)), None), next(iter(names_of(me)), None)
        if swapped(name, names_of(me), names_of(subject)):
            raise ChoiceNeeded(
                "people.swapped",
                f"{name} was named as the one who is you, and the persona is to be called {name}.",
                next_step="Were the two mixed up? --me is your own name, --subject the name of the other.",
            )
        if paths:
            imported = self.import_files(
                paths, me=me, subject=subject, options=options, importer=importer, progress=progress
            )
            shelf, speaker = subject_of(self.vault, imported["chats"], called or name, bool(called), groups)
        elif len(names_of(subject)) > 1:
            speaker = join(self.vault, names_of(subject))
            shelf = next((s["id"] for s in self.vault.shelves() if s["direct"] and s["speaker"] == speaker), None)
        elif called or (not about and not traits and People(self.vault).find(name)):
            called = called or name  # imported before: the name is enough
            shelf, speaker = subject_of(self.vault, [s["id"] for s in self.vault.shelves()], called, True, groups)
        owner = People(self.vault).name(People(self.vault).owner(own)) or own or "me"
        profile, library = self.personas.create(
            name=name,
            lang=language,
            shelf=shelf,
            speaker=speaker,
            owner_name=own or owner,
            about=about,
            traits=traits,
            days=days,
            consent=consent,
            kind=kind,
            progress=progress,
        )
        skill = self._write(profile, library, Path(out) if out else None)
        return {
            "person": profile.slug,
            "name": profile.name,
            "skill": str(skill),
            "claims": [claim_shown(c, self.lang) for c in profile.claims],
            "coverage": profile.coverage,
            "told_only": profile.told_only,
            "ends": profile.ends,
            "consent": profile.consent,
            "version": self.personas.versions(profile.slug)[-1]["version"],
            "sources": imported["sources"],
            "failed": imported["failed"],
            "left": imported["left"],
            "left_by_reason": imported["left_by_reason"],
            "help": self._help_for(about, traits),
        }

    def _help_for(self, *told: str) -> str:
        """Whom to call, when what the user tells of themselves sounds like a crisis; else ""."""
        crisis = any(guard.gate(text, subject_name="", lang=self.lang).name == "crisis" for text in told if text)
        return guard.help_now(self.lang, None, today()) if crisis else ""

    def list_personas(self) -> list[dict[str, Any]]:
        """The personas: {"person", "name", "created", "ends", "ended", "consent", "copies"}."""
        return [
            {
                "person": p["slug"],
                "name": p["name"],
                "created": p["created"],
                "ends": p["ends"],
                "ended": p["ends"] < today().isoformat(),
                "consent": p["consent"],
                "copies": hosts.copies(self.vault, p["slug"]),
            }
            for p in self.personas.all()
        ]

    def show(self, person: str | None = None) -> dict[str, Any]:
        """The portrait: claims by topic, with verdicts, coverage and what was told."""
        profile, _ = self.personas.profile(person)
        topics: dict[str, list[dict[str, Any]]] = {}
        for claim in profile.claims:
            topics.setdefault(claim.topic, []).append(claim_shown(claim, self.lang))
        return {
            "person": profile.slug,
            "name": profile.name,
            "coverage": profile.coverage,
            "told_only": profile.told_only,
            "ends": profile.ends,
            "topics": topics,
            "measurements": [msgspec.to_builtins(m) for m in profile.measurements],
        }

    def why(self, claim: str, person: str | None = None) -> dict[str, Any]:
        """The proof of a claim: each quote with date and context, each measurement with its n, and the verdict. Of an event, a
        scene, a fact or a line: the words behind it, in the same shape."""
        entries = [self.personas.one(person)] if person else self.personas.all()
        for entry in entries:
            profile, library = self.personas.profile(entry["slug"])
            found = profile.claim(claim)
            if found:
                return proof(profile, library, found, self.lang)
        if behind := self.words_behind(claim, person):
            return behind
        raise NotFound("claim.unknown", f"There is no claim {claim}.", next_step="See: afterword show")

    @staticmethod
    def guide(source: str | None = None, *, lang: str | None = None) -> dict[str, Any]:
        """How a person gets the file: `{"guides": {name: title}}`, or `{"guide", "text"}` of one."""
        language = lang or user_lang()
        if source is None:
            return {"guides": guides.guides(language)}
        return {"guide": source, "text": guides.guide(source, language)}

    def contact_sheet(self, person: str | None = None, *, out: str | Path) -> dict[str, Any]:
        """Write the photos of a timeline, by month, into one HTML page: {"path", "photos", "missing"}."""
        entry = self.personas.one(person)
        with remembered(self.vault, entry["shelf"], Path(out)):
            return contact_sheet.write(self.timeline(person), Path(out), entry["name"], self.lang)

    # -- skill ----------------------------------------------------------------------------------------------------

    def _write(self, profile: Profile, library: Library, parent: Path | None) -> Path:
        if not profile.told_only:
            records = VaultRecords(profile, library)  # made now, and not while somebody waits for an answer
            records.ready()
            records.table()
        parent = parent or hosts.skills_home(self.vault)
        return hosts.put(self.vault, profile, hosts.render(profile, library), parent / profile.slug, "folder")

    def _rewrite(self, profile: Profile, library: Library) -> Path:
        """Bring every copy on disk up to date."""
        files = hosts.render(profile, library)
        for copy in hosts.copies(self.vault, profile.slug):
            if copy["there"]:
                hosts.put(self.vault, profile, files, Path(copy["path"]), copy["host"])
        return hosts.put(self.vault, profile, files, hosts.skills_home(self.vault) / profile.slug, "folder")

    @_writes
    def skill_write(self, person: str | None = None, out: str | Path | None = None) -> dict[str, Any]:
        profile, library = self.personas.profile(person)
        return {"person": profile.slug, "skill": str(self._write(profile, library, Path(out) if out else None))}

    @_writes
    def skill_install(
        self, person: str | None = None, host: str = "agents", project: str | Path | None = None
    ) -> dict[str, Any]:
        profile, library = self.personas.profile(person)
        folder = hosts.host_folder(host, Path(project) if project else None) / profile.slug
        return {
            "person": profile.slug,
            "host": host,
            "skill": str(hosts.put(self.vault, profile, hosts.render(profile, library), folder, host)),
        }

    @staticmethod
    def skill_validate(folder: str | Path) -> dict[str, Any]:
        faults = hosts.check(Path(folder))
        return {"skill": str(folder), "ok": not faults, "faults": faults}

    # -- talk -----------------------------------------------------------------------------------------------------

    def turn(
        self,
        text: str,
        person: str | None = None,
        mode: str = "chat",
        *,
        country: str | None = None,
        step: int = 0,
        history: Sequence[str] = (),
        when: str | None = None,
        at: str | None = None,
    ) -> dict[str, Any]:
        """One turn for a host agent: gate, what to show, evidence and brief, in the persona's language, which is that of
        its skill and not of the shell that a host runs in. `step` counts the lines of a goodbye; `history`: the lines of the
        talk before this one, of both, oldest first; `when`: a time to speak from; `at`: the moment that is answered for, as
        ISO time, where it is not now."""
        if not text.strip():
            raise BadInput("turn.empty", "There is no line to answer.", next_step="Write it to standard input.")
        moment = moment_of(at) if at else None
        profile, library = self.personas.profile(person, when)
        ruling = guard.gate(text, subject_name=profile.name, lang=profile.lang)
        if ruling.name == "pass" and not guard.asks_for_help(text):
            self._alive(profile)
        talk = live_talk(self.vault, profile, library, lang=profile.lang, country=country, step=step)
        talk.carry(history)
        talk.at = moment
        return host_turn(talk, VaultRecords(profile, library), text, mode)

    def review(
        self, draft: str, person: str | None = None, line: str = "", history: Sequence[str] = ()
    ) -> dict[str, Any]:
        profile, library = self.personas.profile(person)
        return review(profile, VaultRecords(profile, library), draft, profile.lang, line, history)

    def choose(
        self,
        drafts: Sequence[str],
        person: str | None = None,
        line: str = "",
        history: Sequence[str] = (),
        *,
        at: str | None = None,
    ) -> dict[str, Any]:
        """Several drafts of one reply: each reviewed, and the one that fits. See `talking.choose`; `at` as for `turn`."""
        profile, library = self.personas.profile(person)
        return choose(profile, VaultRecords(profile, library), drafts, profile.lang, line, history, at)

    shown = staticmethod(shown)

    # -- leaving --------------------------------------------------------------------------------------------------

    def let_go_plan(self, person: str | None = None) -> dict[str, Any]:
        return letting_go.plan(self.vault, person)

    @_writes
    def let_go(self, person: str | None, typed: str) -> dict[str, Any]:
        return letting_go.let_go(self.vault, person, typed)

    def export(self, format: str = "jsonl", person: str | None = None) -> Iterator[str]:
        """Every utterance, a JSON line each: `id, speaker, at, text, kind, sources` (jsonl) or ConvoKit's shape."""
        shelves = (
            [self.personas.one(person)["shelf"]] if person and self._is_persona(person) else self._shelves_of(person)
        )
        return export_lines(self.vault, shelves, format)

    def _is_persona(self, person: str) -> bool:
        try:
            self.personas.one(person)
        except (NotFound, ChoiceNeeded):
            return False
        return True

    def _shelves_of(self, person: str | None) -> Sequence[str]:
        if person is None:
            return [s["id"] for s in self.vault.shelves()]
        row = self.vault.db.execute("SELECT speaker FROM alias WHERE alias = ?", (same_name(person),)).fetchone()
        found = [s["id"] for s in self.vault.shelves() if row and s["speaker"] == row[0]]
        if not found:
            raise NotFound("persona.unknown", f"There is nobody called {person!r}.", next_step="See: afterword people")
        return found

    @_writes
    def set_zone(self, zone: str) -> None:
        from afterword.corpus import Clock

        Clock(zone)
        self.vault.put("zone", zone)
        self.zone = zone

    def doctor(self) -> list[dict[str, Any]]:
        """What works here and what does not: [{"check", "ok", "found"}]."""
        from afterword.app.doctor import checks

        return checks(self.vault)
