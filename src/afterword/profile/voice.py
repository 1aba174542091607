"""Claims from the measurements of voice, words and rhythm.

In: a measurement. Out: drafts, with the same fact as an instruction in numbers for SKILL.md where a writer can follow
it. Emoji and case differ from partner to partner and keyboard to keyboard; they are said, and weighed by n alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from afterword.measures.lexicon import entries, lower
from afterword.measures.tokens import words
from afterword.model import Measurement
from afterword.profile.draft import Draft, duration, number, percent, sentence, style
from afterword.texts import LANGS

SHOWN, FAR = 12, 4.0
"""Typical words that are claimed, and the z from which on a word that anybody uses (plain.txt) tells of somebody."""
UNITS = {"characters": ("characters", "字"), "words": ("words", "词")}


def drafts(
    m: Measurement, measured: Mapping[str, Measurement], names: Mapping[str, str], subject: str
) -> Iterator[Draft]:
    if not m.enough or m.name.endswith(".owner"):
        return
    family, _, short = m.name.partition(".")
    if family == "voice":
        yield from _voice(short, m)
    elif m.name in ("words.typical", "words.names"):
        called = measured.get("words.names")
        yield from _words(short, m, names, (called.value if called else None) or [])
    elif family == "rhythm":
        yield from _rhythm(short, m)


def _styled(topic: str, key: str, m: Measurement, values: dict[str, Any]) -> Draft:
    return Draft(topic, m.name, sentence(key, **values), (m.name,), m.support, style(key, **values))


def _forms(rows: list[dict[str, Any]]) -> str:
    return ", ".join(f"{r['form']} ({r['count']})" for r in rows[:4]) or "-"


def _voice(short: str, m: Measurement) -> Iterator[Draft]:
    v = m.value
    if short == "length":
        en, zh = UNITS.get(v["unit"], UNITS["words"])
        yield _styled(
            "voice",
            "length",
            m,
            {"median": number(v["median"]), "q1": number(v["q1"]), "q3": number(v["q3"]), "unit_en": en, "unit_zh": zh},
        )
    elif short == "burst":
        yield _styled("voice", "burst", m, {"mean": number(v["mean"]), "single": percent(v["single_share"])})
    elif short == "endings":
        yield _styled(
            "voice", "endings", m, {k: percent(v.get(k, 0)) for k in ("none", "period", "question", "exclamation")}
        )
    elif short == "punctuation":
        yield _styled(
            "voice", "punctuation", m, {k: percent(v[k]) for k in ("comma", "exclamation", "question", "ellipsis")}
        )
    elif short == "media" and v["sticker"] + v["voice"] >= 0.01:
        yield _styled("voice", "media", m, {k: percent(v[k]) for k in ("sticker", "image", "voice")})
    elif short == "case" and v["lower"] >= 0.05:
        yield _styled("voice", "case", m, {"lower": percent(v["lower"])})
    elif short in ("laughter", "particles", "emoji"):
        rows = v.get("forms") or v.get("top") or []
        if rows:
            yield _styled("voice", short, m, {"share": percent(v["share"]), "forms": _forms(rows)})
    elif short in ("stretch", "mixing") and v["share"] >= 0.01:
        yield _styled("voice", short, m, {"share": percent(v["share"])})


def _words(short: str, m: Measurement, names: Mapping[str, str], names_called: list[dict[str, Any]]) -> Iterator[Draft]:
    called = {r["form"].casefold() for r in names_called}
    rows = m.value if short == "names" else [r for r in m.value if r["term"].casefold() not in called and _telling(r)]
    for row in rows[: 25 if short == "names" else SHOWN]:
        if short == "typical":
            values = {"term": row["term"], "n": row["count"], "sessions": row["sessions"]}
            yield Draft(
                "words", f"typical:{row['term']}", sentence("typical", **values), (m.name,), tuple(row["support"])
            )
        elif short == "names":
            values = {
                "by": names.get(row["by"], "?"),
                "form": row["form"],
                "n": row["count"],
                "sessions": row["sessions"],
            }
            yield Draft(
                "names",
                f"called:{row['by']}:{row['form']}",
                sentence("called", **values),
                (m.name,),
                tuple(row["support"]),
            )


def _telling(row: dict[str, Any]) -> bool:
    return row["z"] >= FAR or not _plain().issuperset(lower(w) for w in words(row["term"]))


@cache
def _plain() -> frozenset[str]:
    return frozenset(entries("plain"))


def _rhythm(short: str, m: Measurement) -> Iterator[Draft]:
    v = m.value
    if short == "reply":
        values = {
            f"{k}_{lang}": words
            for k in ("median", "q1", "q3")
            for lang, words in duration(v[k], minutes_only=v["minutes_only"]).items()
        }
        narrow = values["q1_en"] == values["q3_en"]  # an export that keeps minutes only often says no more
        yield Draft("rhythm", m.name, sentence("reply_narrow" if narrow else "reply", **values), (m.name,), m.support)
        parts = v["parts"]
        if len({p["median"] for p in parts}) > 1:
            waits = [duration(p["median"], minutes_only=v["minutes_only"]) for p in parts]
            hours = [f"{p['from']}:00-{p['to']}:00" for p in parts]
            by_hour = {
                f"parts_{lang}": ", ".join(f"{h} {w[lang]}" for h, w in zip(hours, waits, strict=True))
                for lang in LANGS
            }
            yield Draft("rhythm", "rhythm.reply.parts", sentence("reply_parts", **by_hour), (m.name,), ())
    elif short == "gap":
        values = {f"median_{lang}": words for lang, words in duration(v["median"]).items()}
        yield Draft("rhythm", m.name, sentence("gap", **values), (m.name,), ())
    elif short == "hours":
        yield Draft("rhythm", m.name, sentence("hours", peak=v["peak"]), (m.name,), m.support)
    elif short in ("starts", "ends", "double"):
        share = v if isinstance(v, (int, float)) else v.get("subject_share", v.get("share", 0.0))
        values = {"share": percent(share)}
        made = style("double", **values) if short == "double" else {}
        yield Draft("rhythm", m.name, sentence(short, **values), (m.name,), m.support, made)
    elif short in ("openings", "closings"):
        for row in v[:5]:
            values = {"form": row["form"], "n": row["count"]}
            yield Draft("rhythm", f"{short}:{row['form']}", sentence(short, **values), (m.name,), tuple(row["support"]))
