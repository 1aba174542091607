"""The proof of a claim. In: a claim of a profile and its records. Out: its quotes with dates and context, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from afterword.app.library import Library, figure, iso, line_shown
from afterword.model import Claim
from afterword.profile import Profile
from afterword.texts import court_words


def claim_shown(c: Claim, lang: str) -> dict[str, Any]:
    return {
        "id": c.id,
        "topic": c.topic,
        "statement": c.statement[lang],
        "made_by": c.made_by,
        "verdict": c.verdict.name,
        "why": court_words(lang, c.verdict.why),
        "quotes": [{"utterance": q.utterance, "words": q.words} for q in c.evidence.quotes],
        "measurements": list(c.evidence.measurements),
        **({"log": c.statement[f"log_{lang}"]} if f"log_{lang}" in c.statement else {}),
        **({"overruled_by": c.scope["overruled_by"]} if "overruled_by" in c.scope else {}),
    }


def lines_shown(library: Library, ids: Sequence[str], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Lines of anybody, in the shape of the quotes of a proof: each with what stood around it."""
    return [
        {
            "utterance": u.id,
            "words": u.text,
            "at": iso(u),
            "speaker": names.get(u.speaker, ""),
            "context": [line_shown(x, names.get(x.speaker, "")) for x in library.around(u)],
        }
        for id in ids
        if (u := library.find(id))
    ]


def proof(profile: Profile, library: Library, c: Claim, lang: str) -> dict[str, Any]:
    names = {profile.speaker: profile.name}

    def quotes(part: Sequence[Any]) -> Iterator[dict[str, Any]]:
        for q in part:
            u = library.find(q.utterance)
            if u is not None:
                yield {
                    "utterance": u.id,
                    "words": q.words,
                    "at": iso(u),
                    "speaker": profile.name,
                    "context": [line_shown(x, names.get(x.speaker, profile.owner_name)) for x in library.around(u)],
                }

    measured = profile.measured()
    return {
        **claim_shown(c, lang),
        "person": profile.slug,
        "quotes": list(quotes(c.evidence.quotes)),
        "against": list(quotes(c.against.quotes)),
        "measurements": [figure(measured[m]) for m in c.evidence.measurements if m in measured],
        "said_at": c.said_at,
    }
