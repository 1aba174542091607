"""A machine-made Chinese chat with known facts in it. In: nothing. Out: messages, and questions with their evidence.

`python -m quality.chinese_chat --write PATH` writes it as a WhatsApp export. Two invented people write 20,000 messages over
two years; a hundred facts are told once each, in one to three messages, among some two thousand tellings of the same form
about other things, so that neither the topic nor the form alone finds one. Questions name a thing by another name where
people would ("酸甜口的排骨" for 糖醋小排). The words stand in `quality/chinese_chat.toml`.
"""

from __future__ import annotations

import argparse
import random
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

ME, SUBJECT = "何川", "苏禾"
FILE = f"WhatsApp Chat with {SUBJECT}.txt"
START, DAYS = datetime(2021, 3, 1), 730
MESSAGES, FACTS, BESIDE = 20_000, 5, 100
"""Messages in all; facts asked for, and tellings of other things, of each family."""
HOURS = (8, 9, 12, 13, 18, 20, 21, 22, 23)
TAILED = 0.6
DATED, DATE_ASKED = 4, 10
"""Every so many questions say the month of what they ask for; every so many ask for the day itself."""

Line = tuple[datetime, str, str]


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "chinese_chat.toml").read_text(encoding="utf-8"))


def _spoken(row: str) -> tuple[str, str]:
    side, _, text = row.partition(":")
    return (SUBJECT if side == "S" else ME), text


def _telling(rows: Sequence[str], key: str, answer: str) -> list[tuple[str, str]]:
    return [_spoken(r.format(k=key, a=answer)) for r in rows]


@cache
def _asked() -> list[tuple[int, list[tuple[str, str]], dict[str, Any]]]:
    """(day, telling, question) of each fact. Evidence is what names the thing or answers; "who chose it?" is neither."""
    rng = random.Random(5)
    out = []
    free = rng.sample(range(5, DAYS - 5), len(words()["family"]) * FACTS)
    for family in words()["family"]:
        answers = rng.sample(family["answers"], FACTS)
        for i, (row, answer) in enumerate(zip(family["asked"], answers, strict=True)):
            key, _, alias = row.partition("|")
            at = START + timedelta(days=free[len(out)])
            rows = family["tellings"][i % len(family["tellings"])]
            telling = _telling(rows, key, answer)
            evidence = [
                {"day": f"{at:%Y-%m-%d}", "words": said}
                for r, (_, said) in zip(rows, telling, strict=True)
                if "{k}" in r or "{a}" in r
            ]
            n = len(out) + 1
            form = "question" if n % DATE_ASKED else "when"
            dated = form == "question" and not n % DATED
            text = (f"{at.year}年{at.month}月，" if dated else "") + family[form].format(q=alias or key)
            kind = "time" if dated or form == "when" else "multi" if len(evidence) > 1 else "single"
            out.append((free[n - 1], telling, {"question": text, "kind": kind, "evidence": evidence}))
    return out


@cache
def _told() -> frozenset[str]:
    return frozenset(e["words"] for _, _, q in _asked() for e in q["evidence"])


def _planted() -> dict[int, list[list[tuple[str, str]]]]:
    """Day → tellings: the facts, and what stands beside them in the same form. No line of evidence is said twice."""
    rng = random.Random(7)
    days: dict[int, list[list[tuple[str, str]]]] = defaultdict(list)
    for day, telling, _ in _asked():
        days[day].append(telling)
    for family in words()["family"]:
        for i in range(BESIDE):
            key, answer = rng.choice(family["others"]), rng.choice(family["answers"])
            telling = _telling(family["tellings"][i % len(family["tellings"])], key, answer)
            if not _told() & {said for _, said in telling}:
                days[rng.randrange(DAYS)].append(telling)
    return days


def questions() -> list[dict[str, Any]]:
    """`{"question", "kind", "evidence": [{"day", "words"}]}`, as in tests/memory/questions."""
    return [dict(q) for _, _, q in _asked()]


def _small_talk(rng: random.Random) -> list[tuple[str, str]]:
    w = words()
    slots = {name: rng.choice(values) for name, values in w["slots"].items()}
    said = [_spoken(row.format(**slots)) for row in rng.choice(w["talk"])["rows"]]
    return [(who, text + rng.choice(w["tails"]) * (rng.random() < TAILED)) for who, text in said]


def messages() -> Iterator[Line]:
    """In time order, always the same."""
    rng = random.Random(11)
    planted, told = _planted(), _told()
    left = MESSAGES - sum(len(t) for day in planted.values() for t in day)
    for day in range(DAYS):
        talks: list[Sequence[tuple[str, str]]] = list(planted.get(day, ()))
        room = left // (DAYS - day)
        if day < DAYS - 1:
            room = max(1, min(left, round(room * rng.uniform(0.6, 1.4))))
        while room:
            talk = [x for x in _small_talk(rng) if x[1] not in told][:room]
            talks.append(talk)
            room, left = room - len(talk), left - len(talk)
        rng.shuffle(talks)
        yield from _timed(START + timedelta(days=day), talks, rng)


def _timed(day: datetime, talks: Sequence[Sequence[tuple[str, str]]], rng: random.Random) -> Iterator[Line]:
    """The talks of a day over its hours, one after the other, none past midnight."""
    slot = len(talks) / len(HOURS)
    at = day
    for i, talk in enumerate(talks):
        at = max(at, day + timedelta(hours=HOURS[int(i / slot)], minutes=rng.randrange(5)))
        for speaker, text in talk:
            at = min(at + timedelta(seconds=rng.randint(5, 50)), day + timedelta(hours=23, minutes=59))
            yield at, speaker, text


def write(path: Path) -> Mapping[str, int]:
    """The chat as an Android export with four-digit years, day first."""
    rows = list(messages())
    with path.open("w", encoding="utf-8", newline="\n") as f:
        f.writelines(f"{at:%d/%m/%Y}, {at:%H:%M} - {who}: {text}\n" for at, who, text in rows)
    return {"messages": len(rows), "questions": len(questions())}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m quality.chinese_chat", description=__doc__)
    parser.add_argument("--write", type=Path, required=True, metavar="PATH")
    print(write(parser.parse_args().write))
