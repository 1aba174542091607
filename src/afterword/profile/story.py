"""Claims from the story measurements: phases, conflicts, silences, dates that return, places, food, plans.

In: a measurement. Out: drafts of claims, each with the ids that may be quoted. Counts stay counts: nothing is called
love, fault or type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from afterword.model import Measurement
from afterword.profile.draft import Draft, duration, number, percent, sentence
from afterword.texts import LANGS

GLUE = {"en": " ", "zh": ""}
APART, SEEN, TINY, AT_ONCE = 2.0, 0.01, 0.001, 60.0
"""Times as much or as little; the share from which on one of the two is worth a word; a share that is as good as none;
seconds below which a reply came at once."""


def drafts(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    make = MAKERS.get(m.name)
    if make is not None and m.enough:
        yield from make(m, names, subject)


def _who(id: str | None, names: Mapping[str, str]) -> str:
    return names.get(id or "", "?")


def _phases(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    before: Mapping[str, Any] | None = None
    for p in m.value:
        values = {"start": p["start"], "end": p["end"], "weeks": p["weeks"], "per_week": round(p["per_week"])}
        said = [sentence(f"phase_{p['label_key']}", **values), *(_changed(before, p) if before else ())]
        whole: dict[str, str] = {lang: GLUE[lang].join(s[lang] for s in said) for lang in LANGS}
        yield Draft("phases", f"phase:{p['start']}", whole, (m.name,), tuple(p["support"]))
        before = p if p["lines"] else None


def _changed(before: Mapping[str, Any], p: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What sets a phase apart from the one before it: two of one pace may differ in all else."""
    old, new = before["latency_s"], p["latency_s"]
    if old is not None and new is not None and not 1 / APART < max(AT_ONCE, new) / max(AT_ONCE, old) < APART:
        now, then = (duration(max(AT_ONCE, s), minutes_only=True) for s in (new, old))
        yield {lang: sentence("phase_replies", now=now[lang], before=then[lang])[lang] for lang in LANGS}
    for what in ("warmth", "conflict"):
        old, new = before[what], p[what]
        if max(old, new) >= SEEN and not 1 / APART < (new + TINY) / (old + TINY) < APART:
            yield sentence(f"phase_{what}", now=_tenths(new), n=p["lines"], before=_tenths(old), of=before["lines"])


def _tenths(share: float) -> str:
    return f"{number(100 * share)} %"


def _conflicts(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    if not m.value:
        return
    marks = tuple(i for c in m.value for i in c["marks"][:2])
    yield Draft(
        "conflict",
        "conflicts",
        sentence("conflicts", n=len(m.value)),
        (m.name,),
        marks,
    )
    for c in m.value[:20]:
        key = ("hush" if c["cue"] == "full-stops" else "conflict") + ("_repaired" if c["repaired_by"] else "_open")
        if key == "conflict_open" and c["silence_hours"] is None:
            key = "conflict_only"
        values = {
            "day": c["start"][:10],
            "hours": round(c["silence_hours"] or 0),
            "who": _who(c["repaired_by"], names),
            "by": _who(c["by"], names),
            "stops": c.get("stops"),
            "of": c.get("of"),
            "usual": percent(c.get("usual", 0.0)),
            "after": round(c["repair_hours"] or 0),
        }
        yield Draft(
            "conflict", f"conflict:{c['start']}", sentence(key, **values), (m.name,), (*c["marks"], *c["repair_marks"])
        )


def _warm(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    for w in m.value[:12]:
        yield Draft(
            "memory",
            f"warm:{w['start']}",
            sentence("warm", day=w["start"][:10], n=w["count"]),
            (m.name,),
            tuple(w["marks"]),
        )


def _silences(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    for s in sorted(m.value, key=lambda s: -s["hours"])[:6]:
        values = {"days": round(s["hours"] / 24), "start": s["start"][:10], "who": _who(s["broken_by"], names)}
        yield Draft("silence", f"silence:{s['start']}", sentence("silence", **values), (m.name,), tuple(s["support"]))


def _unrecorded(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    for s in sorted(m.value, key=lambda s: -s["hours"])[:3]:
        values = {"start": s["start"][:10], "end": s["end"][:10]}
        yield Draft("story", f"unrecorded:{s['start']}", sentence("unrecorded", **values), (m.name,), ())


def _balance(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    v = m.value
    values = {
        "sessions": v["sessions"],
        "silences": v["silences"],
    }
    key = "balance" if v["silences"] else "talks"
    yield Draft("story", "balance", sentence(key, **values), (m.name,), ())
    if v["warm_evenings"]:
        yield Draft("story", "warm", sentence("warm_evenings", n=v["warm_evenings"]), (m.name,), ())


def _dates(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    for d in m.value[:30]:
        # days of the lunar calendar come back on another day each year
        key = "date_of" if d["for"] else "date_moving" if d["what_key"] in LUNAR else "date"
        values = {
            "month_en": MONTHS_EN[d["month"] - 1],
            "month_zh": d["month"],
            "day": d["day"],
            "what_en": DATES_EN.get(d["what_key"], d["what_key"]),
            "what_zh": DATES_ZH.get(d["what_key"], d["what_key"]),
            "who": _who(d["for"], names),
            "years": ", ".join(str(y) for y in d["years"]),
        }
        yield Draft(
            "dates",
            f"date:{d['what_key']}:{d['month']}-{d['day']}:{d['for'] or ''}",
            sentence(key, **values),
            (m.name,),
            tuple(d["support"]),
        )


def _things(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    topic = "places" if m.name == "places.places" else "food"
    for p in m.value[:20]:
        values = {"thing": p["name"], "n": p["count"], "sessions": p["sessions"], "by": p["by"].get(subject, 0)}
        values["name"] = _who(subject, names)
        yield Draft(topic, f"{topic}:{p['name']}", sentence("mentioned", **values), (m.name,), tuple(p["support"]))


def _plans(m: Measurement, names: Mapping[str, str], subject: str) -> Iterator[Draft]:
    # a plan of the other side has none of the subject's words to show
    for p in [p for p in m.value if p["by"] == subject][:20]:
        values = {"day": p["at"][:10], "who": _who(p["by"], names)}
        yield Draft("plans", f"plan:{p['support'][0]}", sentence("plan", **values), (m.name,), tuple(p["support"]))


MAKERS: dict[str, Any] = {
    "story.phases": _phases,
    "story.conflicts": _conflicts,
    "story.warm": _warm,
    "story.silences": _silences,
    "story.unrecorded": _unrecorded,
    "story.balance": _balance,
    "calendar.dates": _dates,
    "places.places": _things,
    "places.food": _things,
    "places.plans": _plans,
}
LUNAR = ("qixi", "mid-autumn", "spring-festival", "dragon-boat")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DATES_EN = {
    "birthday": "birthday",
    "anniversary": "anniversary",
    "valentines": "Valentine's Day",
    "qixi": "Qixi",
    "dragon-boat": "Dragon Boat Festival",
    "five-twenty": "20 May (520)",
    "new-year": "New Year",
    "spring-festival": "Spring Festival",
    "mid-autumn": "Mid-Autumn",
    "christmas": "Christmas",
    "named-day": "a named day",
}
DATES_ZH = {
    "birthday": "生日",
    "anniversary": "纪念日",
    "valentines": "情人节",
    "qixi": "七夕",
    "dragon-boat": "端午",
    "five-twenty": "520",
    "new-year": "新年",
    "spring-festival": "春节",
    "mid-autumn": "中秋",
    "christmas": "圣诞节",
    "named-day": "提到的日子",
}
