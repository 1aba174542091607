"""Records for a talk: the vault's answers to what dialogue may ask, and one turn for a host agent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from afterword import guard
from afterword.app import kept_talks, told_memories
from afterword.app.library import Library, line_shown
from afterword.app.lived import good_moments
from afterword.app.recalling import recalled
from afterword.app.typical_replies import typical_of
from afterword.dialogue import Drafting, Exchange, Talk, shape
from afterword.dialogue.brief import as_dict
from afterword.dialogue.compose import compose, shape_of
from afterword.dialogue.drafting import Candidate, nearest, quantile_of
from afterword.dialogue.exemplars import FLOOR
from afterword.dialogue.review import Review
from afterword.dialogue.review import review as review_draft
from afterword.dialogue.shape import Table, table_of
from afterword.errors import BadInput
from afterword.likeness.score import NotMeasurable
from afterword.likeness.typical import Typical
from afterword.memory import Recall, Reply, ensure_answers, ensure_index, similar_replies
from afterword.memory.replies import moment
from afterword.model import Utterance
from afterword.profile import Profile, Standing
from afterword.store import Vault
from afterword.store.search import frequencies
from afterword.texts import say

REST = timedelta(hours=24)
FITTING, WIDER = 5, 40
"""Answers asked for; the latter where some of them may not be shown."""


class VaultRecords:
    """Implements dialogue.Records over one shelf."""

    def __init__(self, profile: Profile, library: Library) -> None:
        self.profile, self.library = profile, library
        self._names = (profile.name, profile.owner_name, *library.names())
        self._table: Table | None = None
        self._typical: Typical | NotMeasurable | None = None
        self._since = int(str(_time(profile).get("since", 0)))

    def ready(self) -> None:
        if not self.profile.told_only:
            ensure_answers(self.library.shelf, self.profile.speaker)

    def replies(self, words: str, hour: int | None, used: set[int], history: Sequence[str] = ()) -> list[Reply]:
        if self.profile.told_only:
            return []
        standing = self.profile.corrections()
        found = self._similar(words, hour, WIDER if standing.never or self._since else FITTING, history, used=used)
        return self._then(corrected_replies(found, standing, used), used)

    def _similar(self, words: str, hour: int | None, k: int, history: Sequence[str], **more: Any) -> list[Reply]:
        self.ready()
        library = self.library
        return similar_replies(
            library.shelf, words, names=self._names, hour=hour, fetch=library.fetch, before=library.answered_by,
            history=history, k=k, **more,
        )  # fmt: skip

    def _then(self, found: list[Reply], used: Collection[int] = ()) -> list[Reply]:
        """Those of the time that is spoken from before those that are older, and what was shown already last."""
        since = self._since
        if not since:
            return found
        return sorted(found, key=lambda r: (bool({u.row for u in r.bubbles} & {*used}), r.bubbles[0].at < since))

    def recall(self, words: str, k: int) -> Recall:
        return recalled(self.profile, self.library, words, k)

    def another_time(self, words: str, lang: str) -> tuple[str, tuple[Utterance, ...]]:
        """See `told_memories.another_time`."""
        if self.profile.told_only:
            return "", ()
        return told_memories.another_time(words, self.profile, self.library, lang)

    def on_record(self, sentence: str, words: str, lang: str) -> tuple[str, tuple[Utterance, ...]]:
        """See `told_memories.on_record`."""
        if self.profile.told_only:
            return "", ()
        return told_memories.on_record(sentence, words, self.profile, self.library, lang)

    def alike(self, words: str, hour: int | None, k: int, *, history: Sequence[str], until: int | None) -> list[Reply]:
        """Examples for a brief: of a manner, so what fits badly as an answer or was shown already may be among them."""
        wide = max(k, WIDER) if self._since else k
        found = self._similar(words, hour, wide, history, until=until, strict=False)
        return self._then(found)[:k]

    def talks(self, words: str) -> list[dict[str, Any]]:
        """What was said here before and kept, of these words; without any, the last talk."""
        shelf = self.library.shelf
        return kept_talks.found(shelf, words, self._names, 1) if words else kept_talks.last(shelf)

    def fetch(self, rows: Sequence[int]) -> Mapping[int, Utterance]:
        return self.library.fetch(rows)

    def table(self) -> Table:
        """What the person answered to what, made once for the records as they stand."""
        if self._table is None:
            shelf, speaker = self.library.shelf, self.profile.speaker
            basis = f"{shape.VERSION}|{speaker}|{shelf.stamp()}"
            body = shelf.cached("answers", basis)
            if body is None:
                body = msgspec.json.encode(self._answers()).decode()
                shelf.keep("answers", basis, body)
            self._table = msgspec.json.decode(body, type=Table)
        return self._table

    def _answers(self) -> Table:
        """Of the time that is spoken from alone, where that holds enough answers to draw from."""
        whole = self.library.conversation(self.profile.speaker)
        if self._since:
            then = [u for u in whole.utterances if u.at >= self._since]
            made = table_of(msgspec.structs.replace(whole, utterances=tuple(then)))
            if sum(made.tones.values()) >= shape.COUNTED:
                return made
        return table_of(whole)

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def find(self, id: str) -> Utterance | None:
        return self.library.find(id)

    def around(self, u: Utterance, before: int = 3, after: int = 3) -> tuple[Utterance, ...]:
        return self.library.around(u, before, after)

    def some_day(self, seed: int) -> tuple[Utterance, ...]:
        """A few lines of a moment in which both were glad, in turn; () if the records show none."""
        if self.profile.told_only:
            return ()
        days = good_moments(self.library, self.profile.speaker)
        found = [self.library.find(id) for id in days[seed % len(days)]] if days else []
        return tuple(u for u in found if u is not None)

    def quoted(self, words: str) -> bool:
        """True if the person really wrote these words, letter by letter."""
        theirs = [h[0] for h in self.library.shelf.handles() if h[5] == self.profile.speaker]
        marks = ",".join("?" * len(theirs))
        found = self.library.shelf.db.execute(
            f"SELECT 1 FROM utterance WHERE handle IN ({marks}) AND instr(text, ?) LIMIT 1", (*theirs, words.strip())
        ).fetchone()
        return found is not None

    def said(self, words: str) -> bool:
        """As `quoted`, for a line of many words: the index is asked first, because reading every message takes too long."""
        ensure_index(self.library.shelf)
        return frequencies(self.library.shelf, "window", [words])[words] > 0 and self.quoted(words)

    def known(self, words: str) -> bool:
        """Whether the records, or what the user told, hold these words together."""
        return self.recall(words, 1).label in ("known", "told-by-you")

    def fits(self, words: str, history: Sequence[str]) -> Callable[[str], float]:
        self.ready()
        now = moment(self.library.shelf, words, names=self._names, history=history)
        return lambda text: now.fit(text) - now.habits.bar

    def typical(self) -> Typical | NotMeasurable:
        if self._typical is None:
            told_only = self.profile.told_only
            self._typical = NotMeasurable("told") if told_only else typical_of(self.library, self.profile.speaker)
        return self._typical


def corrected_replies(found: Sequence[Reply], standing: Standing, used: Collection[int] = ()) -> list[Reply]:
    """Whole bursts without the words that ta would not say. Where the best of them had such words, one with the words that
    ta would say instead takes its place; else the next that fits."""
    kept = [r for r in found if not standing.barred("\n".join(u.text for u in r.bubbles))]
    if kept and found[0] is not kept[0]:
        fresh = [i for i, r in enumerate(kept) if not {u.row for u in r.bubbles} & {*used}]
        wanted = (i for i in fresh if standing.wanted("\n".join(u.text for u in kept[i].bubbles)))
        if (i := next(wanted, 0)) > 0:
            kept.insert(0, kept.pop(i))
    return kept


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
        "draft": list(exchange.draft),
        "silent": exchange.silent,
        "wait": exchange.wait,
        "gaps": list(exchange.gaps),
        "ended": exchange.ended,
    }


def _time(profile: Profile) -> Mapping[str, object]:
    """The time that is spoken from (see `past`); {} for the whole of the records."""
    held = profile.coverage.get("time")
    return held if isinstance(held, dict) else {}


class EarlierTalk(Talk):
    """A talk from an earlier time: the notice says from which, and that nothing later is known."""

    def notice(self) -> str:
        time = _time(self.profile)
        then = say(self.lang, "talk.then", name=self.profile.name, first=time["first"], last=time["last"])
        return f"{super().notice()} {then}"


def live_talk(
    vault: Vault,
    profile: Profile,
    library: Library,
    *,
    lang: str,
    country: str | None = None,
    now: Callable[[], datetime] | None = None,
    step: int = 0,
    drafting: Drafting | None = None,
) -> Talk:
    """A talk over a vault. After a crisis Echo rests for a day, in every talk; of what was written only the time is kept."""
    clock = now or (lambda: datetime.now().astimezone())
    since = vault.get("crisis")
    resting = bool(since) and clock() - datetime.fromisoformat(since) < REST
    return (EarlierTalk if _time(profile) else Talk)(
        profile,
        VaultRecords(profile, library),
        lang=lang,
        now=clock,
        country=country,
        resting=resting,
        on_crisis=lambda: vault.put("crisis", clock().isoformat(timespec="minutes")),
        step=step,
        drafting=drafting,
    )


def crisis_card(text: str, lang: str, country: str | None) -> dict[str, Any] | None:
    """The answer to a line that cannot wait for a vault to open; None for every other line."""
    ruling = guard.gate(text, subject_name="", lang=lang)
    if ruling.name != "crisis" and not guard.asks_for_help(text):
        return None
    card = "\n\n".join(c for c in (ruling.card, guard.help_now(lang, country, datetime.now().date(), of="crisis")) if c)
    gate = "crisis" if ruling.name == "crisis" else "help"
    return {"gate": gate, "card": card, "show": card, "may_draft": False, "ended": False}


def moment_of(at: str) -> datetime:
    """An ISO time: "2024-03-01T23:30", with or without a zone."""
    try:
        return datetime.fromisoformat(at.strip())
    except ValueError as e:
        raise BadInput("turn.at", f"{at!r} is not a time.", next_step="Write it like 2024-03-01T23:30.") from e


def host_turn(talk: Talk, records: VaultRecords, text: str, mode: Any) -> dict[str, Any]:
    """What a host agent needs for one line: text that may always be shown as it is, and what a draft may stand on."""
    history = [s.words for s in talk.lines]
    exchange = talk.turn(text, mode)
    profile, out = talk.profile, shown(exchange)
    out["show"] = as_text(exchange)
    out["step"] = talk.step
    out["evidence"], out["brief"], out["may_draft"] = [], [], False
    if exchange.gate == "pass":
        found = records.recall(text, 3)
        known = found.hits if found.label in ("known", "inferred") else ()
        out["records"] = found.label
        out["told"] = list(found.told)
        out["evidence"] = [
            [
                line_shown(u, _who(profile, u))
                for u in h.utterances
                if not guard.injection_marks(u.text)  # a model reads this
            ]
            for h in known
        ]
        brief = compose(
            text,
            profile,
            records,
            lang=talk.lang,
            mode=exchange.mode,
            hour=talk.hour,
            recalled=found,
            history=history or None,
        )
        # a draft stands on the manner of real answers; that its facts are in the records, the review sees to
        chatting = mode == exchange.mode == "chat"  # a line that speaks of the past as if it were known is for Guide
        out["may_draft"] = chatting and brief is not None and len(brief.exemplars) >= FLOOR
        if out["may_draft"] and brief is not None and brief.shape is not None and not brief.shape.answer:
            if talk.may_be_silent(text):
                silent = msgspec.structs.replace(exchange, guide=(), echo=(), label="", silent=talk.left(brief.shape))
                out |= shown(silent) | {"show": as_text(silent), "may_draft": False}
            else:
                brief = msgspec.structs.replace(brief, shape=msgspec.structs.replace(brief.shape, answer=True))
        out["brief"] = as_dict(brief) if brief is not None else []
        out["draft_label"] = say(talk.lang, "skill.draft_label", name=profile.name)
    return out


def as_text(exchange: Exchange) -> str:
    """The exchange as a person reads it."""
    rows = [*exchange.guide]
    rows += [f"  {b.speaker}: {b.words}  ({b.at})" for b in exchange.context]
    rows += [exchange.label] * bool(exchange.echo or exchange.draft)
    rows += [f"  {b.words}  ({b.at})" for b in exchange.echo] + [f"  {words}" for words in exchange.draft]
    rows += [exchange.silent] * bool(exchange.silent)
    return "\n".join(rows)


def _who(profile: Profile, u: Utterance) -> str:
    return profile.name if u.speaker == profile.speaker else profile.owner_name


def review(
    profile: Profile, records: VaultRecords, draft: str, lang: str, line: str = "", history: Sequence[str] = ()
) -> dict[str, Any]:
    """A draft read by code: {"ok", "faults": [{"code", "why", "words", "fix"}], "score", "unchecked"}. What the user
    corrected may not come back. Facts may stand in the line answered, in the lines before it, or in the records."""

    def fault(code: str, words: str) -> guard.Fault:
        why, fix = (say(lang, f"review.{part}_{code}", name=profile.name, words=words) for part in ("why", "fix"))
        return guard.Fault(code, why, words, fix)

    if not draft.strip():
        return as_verdict(Review(False, (fault("empty", ""),)))
    barred = profile.corrections().barred(draft)
    corrected = [fault("correction", barred)] if barred else []
    cared = guard.review(draft, lang=lang, quotes=records.quoted, subject_name=profile.name).faults
    found = review_draft(
        draft,
        typical=records.typical(),
        facts=records,
        lang=lang,
        name=profile.name,
        line=line,
        evidence=(*records.names, *history),
        guard_faults=cared,
    )
    faults = (*found.faults[: len(cared)], *corrected, *found.faults[len(cared) :])
    return as_verdict(msgspec.structs.replace(found, ok=not faults, faults=faults))


def choose(
    profile: Profile,
    records: VaultRecords,
    drafts: Sequence[str],
    lang: str,
    line: str = "",
    history: Sequence[str] = (),
    at: str | None = None,
) -> dict[str, Any]:
    """Drafts of one reply, each read by `review`: {"ok", "chosen", "drafts": [verdicts]}. Of those that are ok the one that
    fits the line and the talk, in the shape of the line's brief, and lies near to a place drawn from the person's own
    range, never the one most like them; `chosen` is null if none is."""
    verdicts = [review(profile, records, d, lang, line, history) for d in drafts]
    passed = {
        i: Candidate(d, Review(True, (), v["score"]))
        for i, (d, v) in enumerate(zip(drafts, verdicts, strict=True))
        if v["ok"]
    }
    chosen = None
    if passed:
        quantile = quantile_of(profile.speaker, line, len(history))
        hour = (moment_of(at) if at else datetime.now().astimezone()).hour
        shape = shape_of(line, profile, records, hour=hour, history=history or None) if line else None
        best = nearest(list(passed.values()), records.typical(), quantile, shape, records.fits(line, history))
        chosen = next(i for i, c in passed.items() if c is best)
    return {"ok": chosen is not None, "chosen": chosen, "drafts": verdicts}


def as_verdict(found: Review) -> dict[str, Any]:
    """`unchecked` stands there only where likeness was not checked."""
    out: dict[str, Any] = {"ok": found.ok, "faults": msgspec.to_builtins(found.faults), "score": found.score}
    return out | ({"unchecked": found.unchecked} if found.unchecked else {})
