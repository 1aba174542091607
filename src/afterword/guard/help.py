"""People to talk to right now. In: a country the user set, a date. Out: numbers that were checked, or only what is safe.

A wrong number is worse than none, so each entry carries the day it was checked and the day after which it is no longer
shown; then only the emergency number and the directory remain. The country is never guessed from the network.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from afterword.guard.text import first, patterns, plain
from afterword.texts import say

DIRECTORY = "findahelpline.com"


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


def help_now(lang: str, country: str | None, today: date) -> str:
    """What to show somebody who needs a human being. Unknown country: all countries' lines, emergency first."""
    rows = [h for h in _table() if country is None or h.country.casefold() == country.casefold()]
    rows.sort(key=lambda h: h.language != lang)
    out = [say(lang, "guard.help_head")]
    for h in rows:
        if h.expires_on < today:
            out.append(say(lang, "guard.help_stale", country=h.country, emergency=h.emergency))
        else:
            out.append(
                say(
                    lang,
                    "guard.help_line",
                    country=h.country,
                    name=h.name,
                    number=h.number,
                    hours=h.hours[lang],
                    emergency=h.emergency,
                )
            )
    if not rows:
        out.append(say(lang, "guard.help_unknown"))
    out.append(say(lang, "guard.help_directory", directory=DIRECTORY))
    return "\n".join(out)
