"""People to talk to right now. In: a country the user set, a date. Out: numbers that were checked, or only what is safe.

A wrong number is worse than none, so each entry carries the day it was checked and the day after which it is no longer
shown; then only the emergency number and the directory remain. The country is never guessed from the network. That of the
computer's own locale comes first and hides no other: half the world's computers are set to en_US.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from afterword.guard.text import first, patterns, plain
from afterword.texts import say

DIRECTORY = "findahelpline.com"
Kind = Literal["crisis", "violence"]


class Helpline(msgspec.Struct, frozen=True):
    country: str
    name: str
    number: str
    hours: dict[str, str]
    language: str
    url: str
    emergency: str
    verified_on: date
    expires_on: date
    kind: Kind = "crisis"


@cache
def _table() -> tuple[Helpline, ...]:
    raw = tomllib.loads((files("afterword.guard") / "helplines.toml").read_text(encoding="utf-8"))
    return tuple(msgspec.convert({**raw["checked"], **row}, type=Helpline) for row in raw["line"])


def asks_for_help(text: str) -> bool:
    """Whether a line asks for people to talk to, as the notice tells the user to."""
    return bool(first(patterns("help")["asked"], plain(text)))


def helplines(today: date) -> tuple[Helpline, ...]:
    """The whole table, expired lines included: compare `expires_on` with `today`."""
    return tuple(sorted(_table(), key=lambda h: (h.expires_on < today, h.country)))


def country_here() -> str | None:
    """The country that the computer is set to ("de_AT.UTF-8": AT), None where its locale names none."""
    locale = next((v for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(key))), "")
    found = re.match(r"[a-z]{2,3}_([A-Z]{2})(?![A-Za-z])", locale)
    return found[1] if found else None


def _rows(lang: str, country: str | None, kind: Kind) -> list[Helpline]:
    """Of the country that was set, else of all, nearest first: those of here, then those in the reader's language."""
    here = _here(country).casefold()
    rows = [h for h in _table() if h.kind == kind and (country is None or h.country.casefold() == here)]
    return sorted(rows, key=lambda h: (h.country.casefold() != here, lang not in h.language.split(", ")))


def _here(country: str | None) -> str:
    return (country_here() or "") if country is None else country


def _line(h: Helpline, lang: str, today: date) -> str:
    if h.expires_on < today:
        return say(lang, "guard.help_stale", country=h.country, emergency=h.emergency)
    return say(
        lang, "guard.help_line", country=h.country, name=h.name, number=h.number, hours=h.hours[lang],
        emergency=h.emergency,
    )  # fmt: skip


def _emergency(lang: str, country: str | None, rows: list[Helpline]) -> str:
    near = next((h for h in rows if h.country.casefold() == _here(country).casefold()), None)
    if near is None:
        return say(lang, "guard.help_unmarked")
    return say(lang, "guard.help_urgent", country=near.country, emergency=near.emergency)


def first_help(lang: str, country: str | None, today: date) -> str:
    """One line to call: of the country that was set or that the computer is set to; else where to find one."""
    rows = _rows(lang, _here(country), "crisis")
    return _line(rows[0], lang, today) if rows else say(lang, "guard.help_directory", directory=DIRECTORY)


def help_now(lang: str, country: str | None, today: date, *, of: Kind | None = None, urgent: bool = False) -> str:
    """What to show somebody who needs a human being. Unknown country: all countries' lines, that of the locale first.
    `of`: the lines for this stand first, and in a crisis no others; `urgent`: the emergency number above them all."""
    crisis, violence = _rows(lang, country, "crisis"), _rows(lang, country, "violence")
    heard = [say(lang, "guard.help_head"), *(_line(h, lang, today) for h in crisis)]
    hurt = [say(lang, "guard.help_violence"), *(_line(h, lang, today) for h in violence)] if violence else []
    if urgent:
        heard[0] = _emergency(lang, country, crisis)
    out = [*hurt, *heard] if of == "violence" else heard if of == "crisis" else [*heard, *hurt]
    if not crisis:
        out.append(say(lang, "guard.help_unknown"))
    out.append(say(lang, "guard.help_directory", directory=DIRECTORY))
    if country is None:
        out.append(say(lang, "guard.help_set"))
    return "\n".join(out)
