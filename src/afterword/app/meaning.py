"""Recall with the opinion of a model that turns texts into vectors, where the user set one. In: a question. Out: what
recall says.

It is asked where nothing leaves this computer, or where it was agreed once for the session: a recall that asks before
every question would not be used. Whatever goes wrong with it, the answer is the one that recall gives without it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from afterword.app import kept_talks
from afterword.app.library import Library, line_shown
from afterword.app.lived import line_of
from afterword.app.models import Agreed, Models, embedding_place, open_door, setting, shown, third_people
from afterword.app.people import People
from afterword.app.personas import Personas
from afterword.app.recalling import recalled
from afterword.errors import AfterwordError, BadInput, BadSettings, ChoiceNeeded, TryAgain
from afterword.llm import AnyModel, Consents, Door
from afterword.memory import Recall
from afterword.memory.recall import PASSAGES
from afterword.profile import Profile
from afterword.store import Shelf, vectors
from afterword.texts import error_words


class Meaning:
    """Implements memory.Embedder. The first text is the question, which is not kept; the lines after it are."""

    def __init__(self, shelf: Shelf, door: Door, consent: Consents, agreed: Agreed | None) -> None:
        self._shelf, self._door, self._consent, self._agreed = shelf, door, consent, agreed
        self._model = f"{door.model.name} {door.model.host}"
        self.asked = False

    def __call__(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        question, *lines = texts
        found = vectors.known(self._shelf, self._model, lines)
        new = [t for t in dict.fromkeys(lines) if t.strip() and t not in found and self._door.may_go(t)]
        self._ask([question, *new])
        asked, *made = self._door.embed([question, *new])
        if any(len(v) != len(asked) for v in found.values()):
            vectors.forget(self._shelf)
            raise TryAgain(
                "model.answer-broken", "The vectors have another length than before.", next_step="Try again."
            )
        # as the shelf keeps them, so that a question asked again has the same answer
        found |= {text: array("f", v) for text, v in zip(new, made, strict=True)}
        vectors.keep(self._shelf, self._model, {text: found[text] for text in new})
        self.asked = True
        return [asked, *_with_the_unsent(asked, [found.get(t) for t in lines])]

    def _ask(self, texts: Sequence[str]) -> None:
        model, persona, data = self._door.model, self._door.persona, self._door.data
        if model.local or self._agreed is None or self._consent.given(model.host, persona, data):
            return
        preview = self._door.preview_embed(texts)
        if not self._agreed(shown(preview)):
            raise ChoiceNeeded(
                "model.consent", "Nobody agreed to that. Nothing was sent.", next_step="Look at the text."
            )
        self._consent.allow(preview)


def _with_the_unsent(question: Sequence[float], found: Sequence[Sequence[float] | None]) -> list[Sequence[float]]:
    """Lines that were not sent stand as the middling one of the others: neither nearer nor farther for it."""
    import numpy as np

    sent = [v for v in found if v is not None]
    if not sent:
        raise TryAgain("model.answer-broken", "There was no line to ask about.", next_step="Nothing was sent.")
    rows = np.asarray(sent, dtype=float)
    near = rows @ np.asarray(question) / (np.linalg.norm(rows, axis=1) + 1e-9)
    middling = sent[int(np.argsort(near)[len(sent) // 2])]
    return [middling if v is None else v for v in found]


class Recalls(Models):
    """The operation of recall, over a vault."""

    lang: str
    personas: Personas
    recall_consent: Consents
    """What was agreed to lives as long as the workspace."""

    def recall(
        self, query: str, person: str | None = None, k: int = 10, *, agreed: Agreed | None = None
    ) -> dict[str, Any]:
        """`{"label", "hits": [{"score", "utterances": [{"id", "at", "speaker", "kind", "text"}], "matched", "event", "singly"}], "told",
        "talks", "meaning", "meaning_failed"}`.

        `matched`: ids of the lines that hold what was asked for; the others stand beside them. `event`: what happened, where
        that is the answer: `{"id", "day", "line"}`, opened by `why`; else None. `singly`: the lines stand in several places, not beside one another. With "told-by-you" the hits are what came nearest.
        `talks`: kept talks with the simulation that hold these words; they are no records of the person, see
        `kept_talks.found`. `meaning`: whether a model was asked how near lines are to the question; `meaning_failed`:
        why one that should have been was not, in words, else "".

        agreed  is shown exactly what would go to another computer, once in a session, and says whether it may; without
                it nothing goes there
        """
        if not query.strip():
            raise BadInput("recall.empty", "There is nothing to look for.", next_step="Write a word or a question.")
        profile, library = self.personas.profile(person)
        found, meaning, failed = self._recalled(profile, library, query, k, agreed)
        names = library.named()
        return {
            "label": found.label,
            "told": list(found.told),
            "talks": kept_talks.found(library.shelf, query, library.names()),
            "meaning": meaning,
            "meaning_failed": failed,
            "hits": [
                {
                    "score": h.score,
                    "utterances": [line_shown(u, names.get(u.speaker, "")) for u in h.utterances],
                    "matched": list(h.matched),
                    "event": {"id": h.id, "day": h.event.day, "line": line_of(h.event, names, self.lang)}
                    if h.event
                    else None,
                    "singly": h.singly,
                }
                for h in found.hits
            ],
        }

    def _recalled(
        self, profile: Profile, library: Library, query: str, k: int, agreed: Agreed | None
    ) -> tuple[Recall, bool, str]:
        failed = ""
        if meaning := self._meaning(profile, library, agreed):
            try:
                return recalled(profile, library, query, k, meaning, PASSAGES), meaning.asked, ""
            except AfterwordError as e:  # a fault of recall itself comes again below
                failed = error_words(self.lang, e.code) or e.message
        return recalled(profile, library, query, k, passages=PASSAGES), False, failed

    def _meaning(self, profile: Profile, library: Library, agreed: Agreed | None) -> Meaning | None:
        """None where no such model was set, or it may not be asked."""
        try:
            chosen = setting(self.vault)
        except BadSettings:
            return None
        where = embedding_place(chosen)
        if where is None or profile.told_only:
            return None
        if self.recall_consent.mode != chosen.mode:
            self.recall_consent = Consents(chosen.mode)
        consent, shelf = self.recall_consent, library.shelf
        if not where.local and (
            chosen.mode != "ask-session" or (agreed is None and not consent.given(where.host, shelf.id, "recall"))
        ):
            return None
        door = open_door(
            self.vault,
            purpose="recall",
            data="recall",
            lang=self.lang,
            shelf=shelf,
            roster=third_people(self.vault, (People(self.vault).owner(None), profile.speaker)),
            consent=consent,
            model=AnyModel(where),
        )
        return Meaning(shelf, door, consent, agreed)
