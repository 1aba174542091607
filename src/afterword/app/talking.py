"""Records for a talk: the vault's answers to what dialogue may ask, and one turn for a host agent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from afterword import guard
from afterword.app.library import Library, iso
from afterword.dialogue import Exchange, Talk
from afterword.memory import Recall, Reply, ensure_index, recall, similar_replies
from afterword.model import Utterance
from afterword.profile import Profile


class VaultRecords:
    """Implements dialogue.Records over one shelf."""

    def __init__(self, profile: Profile, library: Library) -> None:
        self.profile, self.library = profile, library
        self._names = (profile.name, profile.owner_name, *library.names())

    def ready(self) -> None:
        if not self.profile.told_only:
            ensure_index(self.library.shelf, lambda: list(self.library.utterances()), self.profile.speaker)

    def replies(self, words: str, hour: int | None, used: set[int]) -> list[Reply]:
        if self.profile.told_only:
            return []
        self.ready()
        return similar_replies(
            self.library.shelf,
            words,
            names=self._names,
            hour=hour,
            fetch=self.library.fetch,
            before=self.library.answered_by,
            used=used,
        )

    def recall(self, words: str, k: int) -> Recall:
        self.ready()
        told = [n.text for n in self.profile.notes if n.kind != "correction"]
        return recall(self.library.shelf, words, k, names=self._names, fetch=self.library.fetch, told=told)

    def find(self, id: str) -> Utterance | None:
        return self.library.find(id)

    def around(self, u: Utterance, before: int = 3, after: int = 3) -> tuple[Utterance, ...]:
        return self.library.around(u, before, after)

    def some_day(self, seed: int) -> tuple[Utterance, ...]:
        """A few lines of one of the warm sessions that were measured, in turn."""
        warm = self.profile.measured().get("story.warm")
        episodes = warm.value if warm is not None and isinstance(warm.value, list) else []
        if not episodes:
            return ()
        marks = episodes[seed % len(episodes)].get("marks", [])
        u = self.library.find(marks[0]) if marks else None
        return self.library.around(u, 2, 4) if u is not None else ()

    def quoted(self, words: str) -> bool:
        """True if the person really wrote these words, letter by letter."""
        theirs = [h[0] for h in self.library.shelf.handles() if h[5] == self.profile.speaker]
        marks = ",".join("?" * len(theirs))
        found = self.library.shelf.db.execute(
            f"SELECT 1 FROM utterance WHERE handle IN ({marks}) AND instr(text, ?) LIMIT 1", (*theirs, words.strip())
        ).fetchone()
        return found is not None


def shown(exchange: Exchange) -> dict[str, Any]:
    def bubbles(part: tuple[Any, ...]) -> list[dict[str, str]]:
        return [{"words": b.words, "speaker": b.speaker, "at": b.at, "id": b.id} for b in part]

    return {
        "gate": exchange.gate,
        "mode": exchange.mode,
        "notice": exchange.notice,
        "label": exchange.label,
        "card": "\n".join(exchange.guide) if exchange.gate != "pass" else "",
        "guide": list(exchange.guide),
        "echo": bubbles(exchange.echo),
        "context": bubbles(exchange.context),
        "ended": exchange.ended,
    }


def host_turn(
    profile: Profile,
    records: VaultRecords,
    text: str,
    *,
    mode: Any,
    lang: str,
    now: Callable[[], datetime],
    country: str | None,
) -> dict[str, Any]:
    """Gate, evidence, echo and brief for a host agent that drafts the reply itself."""
    talk = Talk(profile, records, lang=lang, now=now, country=country)
    out = shown(talk.turn(text, mode))
    out["evidence"], out["brief"] = [], []
    if out["gate"] == "pass":
        found = records.recall(text, 3)
        out["records"] = found.label
        out["told"] = list(found.told)
        out["evidence"] = [
            [
                {
                    "id": u.id,
                    "at": iso(u),
                    "speaker": profile.name if u.speaker == profile.speaker else profile.owner_name,
                    "text": u.text,
                }
                for u in h.utterances
            ]
            for h in (found.hits if found.label == "known" else ())
        ]
        out["brief"] = [
            c.statement[f"style_{profile.lang}"]
            for c in profile.claims
            if f"style_{profile.lang}" in c.statement and c.verdict.name == "supported"
        ]
    return out


def review(profile: Profile, records: VaultRecords, draft: str, lang: str) -> dict[str, Any]:
    """A draft read by code: {"ok", "faults": [{"code", "why", "words"}]}."""
    found = guard.review(draft, lang=lang, quotes=records.quoted, subject_name=profile.name)
    return {"ok": found.ok, "faults": [{"code": f.code, "why": f.why, "words": f.words} for f in found.faults]}
