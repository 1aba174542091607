"""Records for a talk: the vault's answers to what dialogue may ask, and one turn for a host agent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from afterword import guard
from afterword.app.library import Library, iso
from afterword.dialogue import Exchange, Talk
from afterword.memory import Recall, Reply, ensure_index, recall, similar_replies
from afterword.model import Utterance
from afterword.profile import Profile
from afterword.store import Vault
from afterword.texts import say

REST = timedelta(hours=24)


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
        """A few lines around a warm moment that was measured, or around one of the lines that show a name, a word, a
        place or a dish; in turn, and never from the hard days."""
        warm = self.profile.measured().get("story.warm")
        episodes = warm.value if warm is not None and isinstance(warm.value, list) else []
        marks = [e["marks"][0] for e in episodes if e.get("marks")]
        marks += [
            c.evidence.quotes[0].utterance
            for c in self.profile.claims
            if c.topic in ("names", "food", "places", "words") and c.evidence.quotes
        ]
        u = self.library.find(marks[seed % len(marks)]) if marks else None
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


def live_talk(
    vault: Vault,
    profile: Profile,
    library: Library,
    *,
    lang: str,
    country: str | None = None,
    now: Callable[[], datetime] | None = None,
    step: int = 0,
) -> Talk:
    """A talk over a vault. After a crisis Echo rests for a day, in every talk; of what was written only the time is kept."""
    clock = now or (lambda: datetime.now().astimezone())
    since = vault.get("crisis")
    resting = bool(since) and clock() - datetime.fromisoformat(since) < REST
    return Talk(
        profile,
        VaultRecords(profile, library),
        lang=lang,
        now=clock,
        country=country,
        resting=resting,
        on_crisis=lambda: vault.put("crisis", clock().isoformat(timespec="minutes")),
        step=step,
    )


def crisis_card(text: str, lang: str, country: str | None) -> dict[str, Any] | None:
    """The answer to a line that cannot wait for a vault to open; None for every other line."""
    ruling = guard.gate(text, subject_name="", lang=lang)
    if ruling.name != "crisis" and not guard.asks_for_help(text):
        return None
    card = "\n\n".join(c for c in (ruling.card, guard.help_now(lang, country, datetime.now().date())) if c)
    gate = "crisis" if ruling.name == "crisis" else "help"
    return {"gate": gate, "card": card, "show": card, "may_draft": False, "ended": False}


def host_turn(talk: Talk, records: VaultRecords, text: str, mode: Any) -> dict[str, Any]:
    """What a host agent needs for one line: text that may always be shown as it is, and what a draft may stand on."""
    exchange = talk.turn(text, mode)
    profile, out = talk.profile, shown(exchange)
    out["show"] = as_text(exchange)
    out["step"] = talk.step
    out["evidence"], out["brief"], out["may_draft"] = [], [], False
    if out["gate"] == "pass":
        found = records.recall(text, 3)
        known = found.hits if found.label == "known" else ()
        out["records"] = found.label
        out["told"] = list(found.told)
        out["evidence"] = [
            [
                {"id": u.id, "at": iso(u), "speaker": _who(profile, u), "text": u.text}
                for u in h.utterances
                if not guard.injection_marks(u.text)  # a model reads this
            ]
            for h in known
        ]
        out["brief"] = [
            c.statement[f"style_{profile.lang}"]
            for c in profile.claims
            if f"style_{profile.lang}" in c.statement and c.verdict.name == "supported"
        ]
        # Without anything that was really written near this line there is nothing that a draft could stand on.
        out["may_draft"] = mode == "chat" and bool(exchange.echo)
        out["draft_label"] = say(talk.lang, "skill.draft_label", name=profile.name)
    return out


def as_text(exchange: Exchange) -> str:
    """The exchange as a person reads it."""
    rows = [*exchange.guide]
    rows += [f"  {b.speaker}: {b.words}  ({b.at})" for b in exchange.context]
    rows += [exchange.label] * bool(exchange.echo) + [f"  {b.words}  ({b.at})" for b in exchange.echo]
    return "\n".join(rows)


def _who(profile: Profile, u: Utterance) -> str:
    return profile.name if u.speaker == profile.speaker else profile.owner_name


def review(profile: Profile, records: VaultRecords, draft: str, lang: str) -> dict[str, Any]:
    """A draft read by code: {"ok", "faults": [{"code", "why", "words"}]}. What the user corrected may not come back."""
    if not draft.strip():
        return {"ok": False, "faults": [{"code": "empty", "why": "there are no words", "words": ""}]}
    found = guard.review(draft, lang=lang, quotes=records.quoted, subject_name=profile.name)
    faults = [{"code": f.code, "why": f.why, "words": f.words} for f in found.faults]
    lowered = draft.casefold()
    faults += [
        {"code": "correction", "why": "the user said that they would not say this", "words": n.words}
        for n in profile.notes
        if n.kind == "correction" and n.words.strip() and n.words.strip().casefold() in lowered
    ]
    return {"ok": not faults, "faults": faults}
