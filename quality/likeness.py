"""Voice, on real and invented chats. In: conversations. Out: for each person whether the scale holds, and what is measured on it.

Each conversation is dressed as an export and imported; the product's own cut (`app/likeness.py`) holds out. What the
product cannot check by itself stands here: strangers whom no judge has seen (the people of the other conversations), the
author among several people, also from one partner to another, and the person's two held-out halves against each other.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from afterword.likeness.background import languages, voices
from afterword.likeness.measure import CANDIDATES
from afterword.likeness.score import Judge, NotMeasurable, Parts, Said, auc, grouped, halves, judge, parts
from quality.conversations import Conversation, as_whatsapp, load
from quality.importing import PASSPHRASE

SIZES = (1, 5, 10, 20)
NEAR = (85.0, 115.0)


def measure(
    paths: Sequence[str], *, person: str | None = None, replies: str | None = None, sms: str | None = None
) -> dict[str, Any]:
    chats = [load(Path(p)) for p in paths] or ([] if sms else [load(p) for p in shipped()])
    chats = [c for c in chats if len(c.speakers) == 2]
    found: dict[str, Any] = {"people": {}}
    for chat in chats:
        for name in chat.speakers:
            if person in (None, name):
                found["people"][f"{chat.name}:{name}"] = of_person(chat, name, chats, replies)
    found["summary"] = summary(list(found["people"].values()))
    if sms:
        found["sms"] = of_writers(Path(sms))
    return found


def shipped() -> list[Path]:
    from afterword.app.demo import stories

    return [s.file for s in stories().values()]


@contextmanager
def opened(chat: Conversation, name: str) -> Iterator[Any]:
    """The conversation as an export in a vault of its own, with a persona of `name`."""
    from afterword import Workspace
    from afterword.importers import Options

    (partner,) = [s for s in chat.speakers if s != name]
    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        export = Path(folder) / f"WhatsApp Chat with {name}.txt"
        as_whatsapp(chat.turns, export)
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="UTC", lang="en") as w:
            made = w.create([export], name=name, me=partner, subject=name, options=Options(date_order="dmy"))
            yield w.personas.profile(made["person"])


def of_person(chat: Conversation, name: str, chats: Sequence[Conversation], replies: str | None) -> dict[str, Any]:
    import msgspec

    from afterword.app.likeness import always, row, sides
    from afterword.app.reply_files import read_replies
    from afterword.likeness.measure import Measure

    with opened(chat, name) as (profile, library):
        cut = sides(library.conversation(profile.speaker))
        made = judge(cut.own, cut.partner)
        about: dict[str, Any] = {"turns": {k: len(getattr(cut.own, k)) for k in ("source", "verifier", "held_out")}}
        if isinstance(made, NotMeasurable):
            return about | {"measurable": False, "why": msgspec.to_builtins(made)}
        measuring = Measure(made, name)
        known = always(profile, library, cut, measuring)
        rows = list(known.rows)
        if replies:
            given = read_replies(Path(replies))
            rows.append(row("replies", measuring.score(given), given))
    unseen = [
        [Said(t.text) for t in c.turns if t.speaker == who]
        for c in chats
        for who in c.speakers
        if who not in chat.speakers
    ]
    return about | {
        "measurable": True,
        "verifier_auc_5": known.auc,
        **checked(made, unseen),
        "author": author(chat, name, chats),
        "earlier_auc": known.earlier,
        "echo_contexts": known.contexts,
        "sets": {r.set: msgspec.to_builtins(r.score) for r in rows},
        "periods": [p.voice.value for p in known.periods],
    }


def checked(made: Judge, unseen: Sequence[Sequence[Said]]) -> dict[str, Any]:
    """The half that calibrates against the half that checks, and strangers whom the judge has never seen."""
    from afterword.likeness.sanitise import Answer, index
    from afterword.likeness.tells import tell

    one, two = halves(made.own.held_out)
    own = tell(one, two, "raw")
    nicer = index([Answer(s.to, s.text) for s in one], [Answer(s.to, s.text) for s in two])
    scores = [made.scores(rows) for rows in unseen if rows]
    own_scores = made.scored
    return {
        "own_halves_auc": own.auc if own else None,
        "sanitised_own": [nicer.value, nicer.low, nicer.high],
        "unseen_strangers": [round(made.on_scale(statistics.fmean(s)), 1) for s in scores],
        "unseen_auc": {
            n: round(auc(mine, others), 3)
            for n in SIZES[:3]
            if (mine := grouped(own_scores, n)) and (others := [g for s in scores for g in grouped(s, n)])
        },
    }


def author(chat: Conversation, name: str, chats: Sequence[Conversation]) -> dict[str, Any]:
    """Who wrote the person's turns of this chat? Learned from what they wrote to somebody else where there is such a chat,
    from the first three quarters of this one where there is none."""
    elsewhere = [c for c in chats if c is not chat and name in c.speakers]
    held = [t.text for t in chat.turns if t.speaker == name]
    people: dict[str, list[str]] = {}
    for c in chats:
        for who in c.speakers:
            if c is chat and who == name and elsewhere:
                continue
            said = [t.text for t in c.turns if t.speaker == who]
            people.setdefault(who, []).extend(said[: len(said) * 3 // 4] if c is chat else said)
    for v in (v for x in languages(held) for v in voices(x) if not v.assistant):
        if len(people) < CANDIDATES:
            people[v.id] = list(v.turns)
    texts = held if elsewhere else held[len(held) * 3 // 4 :]
    return {"across_partners": bool(elsewhere), "among": len(people)} | named(people, name, texts)


def named(people: Mapping[str, Sequence[str]], name: str, texts: Sequence[str]) -> dict[str, Any]:
    from afterword.likeness.authors import identifier, named_right

    name_of = identifier(people)
    return {str(n): None if (x := named_right(name_of, name, texts, n)) is None else round(x, 3) for n in SIZES}


def summary(people: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    known = [p for p in people if p["measurable"]]
    if not known:
        return {"people": len(people), "measurable": 0}

    def of(name: str) -> list[float]:
        return [p["sets"][name]["voice"]["value"] for p in known if name in p["sets"]]

    own, strangers = of("own"), [x for p in known for x in p["unseen_strangers"]] or of("strangers")
    return {
        "people": len(people),
        "measurable": len(known),
        "own": round(statistics.fmean(own), 1),
        "own_within_85_and_115": sum(NEAR[0] <= x <= NEAR[1] for x in own),
        "partner": round(statistics.fmean(of("partner")), 1) if of("partner") else None,
        "strangers": round(statistics.fmean(strangers), 1),
        "echo": round(statistics.fmean(of("echo")), 1) if of("echo") else None,
        "unseen_auc_10": min((p["unseen_auc"][10] for p in known if 10 in p["unseen_auc"]), default=None),
        "sanitised_own_holds_0": sum(p["sanitised_own"][1] <= 0 <= p["sanitised_own"][2] for p in known),
    }


# -- messages of one side -------------------------------------------------------------------------------------------------


def of_writers(path: Path) -> dict[str, Any]:
    """`{"writer", "at", "text"}` a line: the scale for each writer, the others unseen; the author among all of them."""
    said: dict[str, list[tuple[str, str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        m = json.loads(line)
        if m["text"].strip():
            said.setdefault(m["writer"], []).append((m["at"], m["text"]))
    cut = {who: parts([Said(text) for _, text in sorted(rows, key=lambda r: r[0])]) for who, rows in said.items()}
    learned = {who: [s.text for s in (*c.source, *c.verifier)] for who, c in cut.items()}
    from afterword.likeness.authors import identifier, named_right

    name_of = identifier(learned)
    found: dict[str, Any] = {}
    for who, own in sorted(cut.items()):
        held = [s.text for s in own.held_out]
        rights = {str(n): named_right(name_of, who, held, n) for n in SIZES}
        one: dict[str, Any] = {"messages": len(said[who]), "author": {n: x and round(x, 3) for n, x in rights.items()}}
        made = judge(own, Parts((), (), ()))
        if isinstance(made, NotMeasurable):
            found[who] = one | {"measurable": False, "why": made.code}
            continue
        voice = made.check()
        unseen = [list(c.held_out) for other, c in cut.items() if other != who]
        found[who] = one | {"measurable": True, "own": [voice.value, voice.low, voice.high], **checked(made, unseen)}
    known = [p for p in found.values() if p["measurable"]]
    at = [p["author"]["20"] for p in found.values() if p["author"]["20"] is not None]
    return {
        "writers": found,
        "summary": {
            "measurable": len(known),
            "own": round(statistics.fmean(p["own"][0] for p in known), 1) if known else None,
            "own_within_85_and_115": sum(NEAR[0] <= p["own"][0] <= NEAR[1] for p in known),
            "strangers": round(statistics.fmean(x for p in known for x in p["unseen_strangers"]), 1) if known else None,
            "unseen_auc_10": min((p["unseen_auc"][10] for p in known), default=None),
            "author_at_20": round(statistics.fmean(at), 3) if at else None,
            "sanitised_own_holds_0": sum(p["sanitised_own"][1] <= 0 <= p["sanitised_own"][2] for p in known),
        },
    }
