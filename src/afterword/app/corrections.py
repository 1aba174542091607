"""What the user corrects, as claims weighed against the log. In: a profile and its records. Out: claims, and the history.

A correction is neither refused nor obeyed in silence: it counts from now on, and what the records hold of the words is
said in the same breath. The figures stand in the claim, so that they can be read again when the records have grown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from afterword.app.library import Library
from afterword.app.proofs import claim_shown
from afterword.distill import ALIKE, alike
from afterword.errors import BadInput
from afterword.model import Claim, Evidence, Utterance, Verdict
from afterword.profile import Note, Profile, Weighed, claim_id, weigh
from afterword.texts import LANGS, say


def claims_of(profile: Profile, library: Library) -> list[Claim]:
    """A claim for every correction, those that a later one overruled as well."""
    notes = [n for n in profile.notes if n.kind == "correction"]
    said: Sequence[Utterance] = ()
    if not profile.told_only and any(n.words.strip() or n.instead.strip() for n in notes):
        said = list(library.utterances())
    overruled = profile.corrections().overruled
    return [_claim(profile, n, said, overruled.get(n.id, "")) for n in notes]


def weighed_of(profile: Profile, note: Note, said: Sequence[Utterance]) -> dict[str, Weighed]:
    """ "never" and "says" of a note, each counted in what was said."""
    exact = note.words.strip() != note.instead.strip() and note.words.casefold() == note.instead.casefold()
    asked = {"never": note.words.strip(), "says": note.instead.strip()}
    return {kind: weigh(words, said, profile.speaker, exact=exact) for kind, words in asked.items() if words}


def _claim(profile: Profile, note: Note, said: Sequence[Utterance], later: str) -> Claim:
    key = f"note:{note.id}"
    found = weighed_of(profile, note, said)
    log = {
        f"log_{lang}": " ".join(_sentence(lang, kind, w, profile.name) for kind, w in found.items()) for lang in LANGS
    }
    never, says = found.get("never"), found.get("says")
    return Claim(
        claim_id(profile.speaker, "correction", key),
        "correction",
        key,
        {"en": note.text, "zh": note.text, **(log if found else {})},
        profile.speaker,
        "user",
        Evidence(says.quotes if says else ()),
        Evidence(never.quotes if never else ()),
        {"overruled_by": claim_id(profile.speaker, "correction", f"note:{later}")} if later else {},
        said_at=note.at,
    )


def _sentence(lang: str, kind: str, w: Weighed, name: str) -> str:
    """What the user said and what the log has, in one breath."""
    if not w.messages:
        return say(lang, f"weighed.{kind}_untold", name=name, words=w.words)
    when = say(lang, "weighed.when", first=w.first, last=w.last) if w.last else ""
    share = "" if w.share is None else f"{100 * w.share:.0f} %"
    used = "used" if w.n else "unused"
    return say(
        lang, f"weighed.{kind}_{used}", name=name, words=w.words, n=w.n, when=when, share=share, others=w.others,
        messages=w.messages,
    )  # fmt: skip


def corrected(claims: Sequence[Claim], profile: Profile) -> tuple[Claim, ...]:
    """The judged claims, those contested that the user corrected: a claim of the records by a note that names it, an
    earlier correction by a later one, a model's by words that ta would not say, or by a correction of the same thing."""
    corrections = [n for n in profile.notes if n.kind == "correction"]
    named = {n.claim: n for n in corrections if n.claim}
    standing = profile.corrections()

    def read(c: Claim) -> Claim:
        if n := named.get(c.id):
            why = f"you corrected this on {n.at[:10]}: {n.text}"
        elif c.scope.get("overruled_by"):
            why = f"you said otherwise later ({c.scope['overruled_by']}), and the later counts"
        elif c.made_by == "model" and (
            n := next((n for n in corrections if alike(n.text, c.statement["en"]) >= ALIKE), None)
        ):
            why = f"you corrected this on {n.at[:10]}: {n.text}"
        elif c.made_by == "model" and (
            words := next((w for q in c.evidence.quotes if (w := standing.barred(q.words))), "")
        ):
            why = f"you said that these are not ta's words: {words}"
        else:
            return c
        return msgspec.structs.replace(c, verdict=Verdict("contested", "; ".join((why, c.verdict.why))))

    return tuple(map(read, claims))


def shown(profile: Profile, library: Library, made: Claim, lang: str) -> dict[str, Any]:
    """What is shown at once: {"weighed", "contradicts", "overruled", "in_force"}.

    weighed      by "never" and "says": {"words", "uses", "others", "share", "messages", "first", "last"}
    contradicts  corrections that this one overrules, as claims
    in_force     {"never", "says": [{"instead_of", "words"}]} after this correction
    """
    note = next(n for n in profile.notes if f"note:{n.id}" == made.key)
    said: Sequence[Utterance] = () if profile.told_only else list(library.utterances())
    standing = profile.corrections()
    older = {f"note:{n}" for n, later in standing.overruled.items() if later == note.id}
    return {
        "weighed": {
            kind: {
                "words": w.words,
                "uses": w.n,
                "others": w.others,
                "share": w.share,
                "messages": w.messages,
                "first": w.first,
                "last": w.last,
            }
            for kind, w in weighed_of(profile, note, said).items()
        },
        "said": made.statement.get(f"log_{lang}", ""),
        "contradicts": [claim_shown(c, lang) for c in profile.claims if c.key in older],
        "in_force": {
            "never": list(standing.never),
            "says": [{"instead_of": never, "words": says} for never, says in standing.says],
        },
    }


def checked(words: str, instead: str) -> tuple[str, str]:
    """BadInput where a correction says of the same words that ta would and would not say them."""
    words, instead = words.strip(), instead.strip()
    if words and words == instead:
        raise BadInput(
            "correct.same",
            f"{words!r} is given both as what ta would not say and as what ta would say.",
            next_step="--words for what ta would not say, --instead for what ta would say.",
        )
    return words, instead
