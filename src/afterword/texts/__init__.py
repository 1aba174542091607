"""Every sentence a person reads, in English and Chinese, from one catalogue: `en.toml` and `zh.toml`, key by key.

In: a key and values. Out: the sentence. A missing key is a Bug, and a test compares the two files, so neither language
can fall behind.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Literal

from afterword.errors import Bug

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All texts of a language, with dotted keys."""
    raw = tomllib.loads((files("afterword.texts") / f"{lang}.toml").read_text(encoding="utf-8"))
    flat: dict[str, str] = {}

    def walk(prefix: str, part: dict[str, object]) -> None:
        for key, value in part.items():
            if isinstance(value, dict):
                walk(f"{prefix}{key}.", value)
            else:
                flat[prefix + key] = str(value)

    walk("", raw)
    return flat


@cache
def _errors() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("afterword.texts") / "errors.toml").read_text(encoding="utf-8"))


def error_words(lang: str, code: str) -> str:
    """What an error means and what to do; "" where the sentence of the place that raised it stands (English, mostly).

    Errors carry their details in English, from the place that knows them; a reader of another language gets the meaning
    first and the details after it. Words with {file} say all of it: the details are some library's, for programmers.
    """
    return _errors().get(lang, {}).get(code, "")


@cache
def reasons(lang: str, group: str) -> dict[str, str]:
    raw = tomllib.loads((files("afterword.texts") / "reasons.toml").read_text(encoding="utf-8"))
    part: dict[str, str] = raw.get(lang, {}).get(group, {})
    return part


@cache
def _templates(lang: str, group: str = "match") -> list[tuple[re.Pattern[str], str]]:
    """Reasons with places to fill, those with most words of their own first: "{} columns" fits much."""
    said = reasons(lang, group)
    held = sorted((k for k in said if "{}" in k), key=lambda k: -len(k))
    return [(re.compile("(.+?)".join(map(re.escape, k.split("{}"))), re.DOTALL), said[k]) for k in held]


def skip_words(lang: str, reason: str) -> str:
    """Why a record was left out, in words; the reason itself where it is nobody's here."""
    return reasons(lang, "skip").get(reason, reason)


def match_words(lang: str, reason: str) -> str:
    """Why a file was recognised. Importers say it in English, which is handed back where there are no other words."""
    return _told(lang, "match", reason)


def court_words(lang: str, why: str) -> str:
    """Why a claim stands or falls: the court's reasons, which it gives in English, one after the other."""
    return "; ".join(_told(lang, "court", part) for part in why.split("; "))


def _told(lang: str, group: str, reason: str) -> str:
    said = reasons(lang, group)
    if reason in said or not said:
        return said.get(reason, reason)
    for pattern, sentence in _templates(lang, group):
        if m := pattern.fullmatch(reason):
            return sentence.format(*(reasons(lang, "part").get(x, x) for x in m.groups()))
    return reason


class _Sentence(Formatter):
    """str.format, and `{n:message|messages}`: the first word for one, the second for any other number."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, mark, many = format_spec.partition("|")
        if mark:
            return one if value == 1 else many
        return super().format_field(value, format_spec)


_SENTENCE = _Sentence()


def has(lang: str, key: str) -> bool:
    return key in catalogue(lang)


def say(lang: str, key: str, **values: object) -> str:
    """The text `key` with its {places} filled."""
    try:
        return _SENTENCE.vformat(catalogue(lang)[key], (), values)
    except (KeyError, IndexError) as e:
        raise Bug(
            "texts.missing", f"The text {key!r} ({lang}) is missing or wants {e}.", next_step="Please report this."
        ) from e


def user_lang() -> Lang:
    """The language of the interface: AFTERWORD_LANG, else the system's, else English."""
    asked = (
        os.environ.get("AFTERWORD_LANG")
        or os.environ.get("LC_ALL")
        or os.environ.get("LC_MESSAGES")
        or os.environ.get("LANG")
        or ""
    )
    return "zh" if asked.lower().startswith("zh") else "en"
