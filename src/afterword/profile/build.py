"""Claims from measurements, by templates. In: measurements. Out: claims not yet judged, in a stable order.

Every sentence is a template filled with numbers; terms and names in it were counted by code. Quotes are whole
utterances of the subject that the measurement gives as its support, so the court can find them letter by letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from afterword.model import Claim, Evidence, Kind, Measurement, Quote, Utterance
from afterword.profile import story, voice
from afterword.profile.court import claim_id
from afterword.profile.draft import Draft

QUOTES, LONGEST = 4, 400


def claims_from(
    measurements: Sequence[Measurement], subject: str, names: Mapping[str, str], find: Callable[[str], Utterance | None]
) -> Iterator[Claim]:
    """`names` maps speaker ids to what the user calls them."""
    measured = {m.name: m for m in measurements}
    for m in measurements:
        for draft in (*voice.drafts(m, measured, names, subject), *story.drafts(m, names, subject)):
            yield _claim(draft, subject, find)


def _claim(draft: Draft, subject: str, find: Callable[[str], Utterance | None]) -> Claim:
    quotes: list[Quote] = []
    for id in draft.quotes:
        said = find(id)
        if said is not None and said.speaker == subject and said.kind == Kind.TEXT and 0 < len(said.text) <= LONGEST:
            quotes.append(Quote(id, said.text))
        if len(quotes) == QUOTES:
            break
    return Claim(
        claim_id(subject, draft.topic, draft.key),
        draft.topic,
        draft.key,
        {**draft.statement, **draft.style},
        subject,
        "measure",
        Evidence(tuple(quotes), draft.measurements),
    )
