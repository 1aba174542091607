"""The skill folder of a profile. In: the profile and chosen examples. Out: {relative path: text}.

SKILL.md holds rules and numbers only: hosts run preprocessing over it, so one line of chat there could be executed.
The person's words stand in `references/`, each as JSON on a line of its own inside a data fence, with id and date;
lines that read like instructions to a model are left out and counted.
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.resources import files as package_files

import msgspec

from afterword.guard import injection_marks, notice
from afterword.model import Claim, Utterance
from afterword.profile import Profile
from afterword.skill.slug import safe_name
from afterword.texts import court_words, say
from afterword.version import VERSION


class Example(msgspec.Struct, frozen=True):
    """A turn of the person, and the words it answered."""

    bubbles: tuple[Utterance, ...]
    answered: tuple[Utterance, ...] = ()


class Happened(msgspec.Struct, frozen=True):
    """An event or a fact: one line that code wrote, and the words that it stands on, each with the name of who wrote it, "" for the person.
    `section`: a key of SECTIONS."""

    id: str
    section: str
    line: str
    quotes: tuple[tuple[str, Utterance], ...]


class SkillInput(msgspec.Struct, frozen=True):
    """`quotes` holds the utterances that the claims cite."""

    profile: Profile
    quotes: dict[str, Utterance]
    examples: tuple[Example, ...] = ()
    happened: tuple[Happened, ...] = ()


MARKUP = frozenset("`<>{}$[]!@")
"""Never in a line that is not quoted as data: hosts run preprocessing over what they read."""
SECTIONS: dict[str, tuple[str, ...]] = {
    "voice": ("voice", "words", "rhythm", "speech", "humour"),
    "memories": (
        "names",
        "places",
        "food",
        "plans",
        "memory",
        "care",
        "tenderness",
        "values",
        "habits",
        "family",
        "work",
        "taste",
    ),  # fmt: skip
    "timeline": ("dates", "phases", "story"),
    "hard-days": ("conflict", "silence", "anger", "repair", "taboos"),
}


def write(given: SkillInput) -> dict[str, str]:
    p, lang = given.profile, given.profile.lang
    name = safe_name(p.name)
    left_out: list[str] = []

    def t(key: str, **values: object) -> str:
        return say(lang, f"skill.{key}", **values)

    out: dict[str, str] = {}
    for section, topics in SECTIONS.items():
        body = [f"# {t(section, name=name)}", "", t("data"), ""]
        for claim in (c for c in p.claims if c.topic in topics and c.made_by != "user"):
            body += _claim(claim, given, left_out, lang)
        if rows := [row for x in given.happened if x.section == section for row in _happened(x, left_out)]:
            body += ["", f"## {t('happened')}", "", *rows]
        if section == "voice" and given.examples:
            body += ["", f"## {t('examples')}", "", "```jsonl"]
            for example in given.examples:
                line = _example(example, name, left_out)
                if line:
                    body.append(line)
            body.append("```")
        if len(body) <= 4:
            body.append(t("nothing"))
        out[f"references/{section}.md"] = "\n".join(body) + "\n"
    told = [f"# {t('told')}", "", t("told_note"), ""]
    for note in p.notes:
        told.append("- " + json.dumps({"kind": note.kind, "told": note.text, "at": note.at[:10]}, ensure_ascii=False))
    out["references/told-by-you.md"] = "\n".join([*told, *([] if p.notes else [t("nothing")])]) + "\n"
    evidence = [f"# {t('evidence')}", "", t("data"), ""]
    for claim in p.claims:
        evidence += _claim(claim, given, left_out, lang, full=True)
    evidence += ["", t("left_out", n=len(set(left_out)))]
    out["references/evidence.md"] = "\n".join(evidence) + "\n"
    manifest = {
        "ai_generated": True,
        "simulation_of_a_person": True,
        "made_by": f"afterword {VERSION}",
        "created": p.created,
        "ends": p.ends,
        "consent": p.consent,
        "records": p.coverage,
        "sha256": {path: sha256(text.encode()).hexdigest() for path, text in sorted(out.items())},
    }
    out["references/manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    out["SKILL.md"] = _front(p, name, lang)
    return out


def _front(p: Profile, name: str, lang: str) -> str:
    template = (package_files("afterword.skill") / "templates" / lang / "SKILL.md").read_text(encoding="utf-8")
    numbers = [
        c.statement[f"style_{lang}"]
        for c in p.claims
        if f"style_{lang}" in c.statement and c.verdict.name == "supported"
    ]
    style = "\n".join(f"- {s}" for s in numbers) or "- " + say(lang, "skill.no_numbers")
    unknown = say(lang, "skill.unknown_date")
    said = p.coverage.get("by_subject", 0)
    count = said if isinstance(said, int) else 0
    values = {
        "slug": p.slug,
        "name": name,
        "version": VERSION,
        "count": str(count),
        "first": str(p.coverage.get("first") or unknown),
        "last": str(p.coverage.get("last") or unknown),
        "ends": p.ends,
        "style": style,
        "description": say(lang, "skill.description", name=name),
        "notice": notice(
            lang, name, count, str(p.coverage.get("first") or unknown), str(p.coverage.get("last") or unknown)
        ),
    }
    for key, value in values.items():
        template = template.replace(f"<<{key}>>", value)
    return template


def _quote(u: Utterance, words: str, left_out: list[str]) -> str | None:
    if injection_marks(words):
        left_out.append(u.id)
        return None
    return json.dumps({"id": u.id, "at": u.local.isoformat()[:16] if u.at else "", "words": words}, ensure_ascii=False)


def _said(by: str, u: Utterance, left_out: list[str]) -> str | None:
    """A line of anybody's. One that the person did not write has another shape, so that nobody takes it for theirs."""
    if injection_marks(by):
        left_out.append(u.id)
        return None
    if (quoted := _quote(u, u.text, left_out)) and by:
        said = {"at": u.local.isoformat()[:16] if u.at else "", "line": u.id, "said": u.text}
        return f"  - {safe_name(by)}: {json.dumps(said, ensure_ascii=False)}"
    return quoted and (f"  - `{quoted}`" if "`" not in quoted else f"  - {quoted}")


def _claim(claim: Claim, given: SkillInput, left_out: list[str], lang: str, full: bool = False) -> list[str]:
    if injection_marks(claim.statement[lang]):
        left_out.append(claim.id)
        return []
    lines = [f"- {claim.statement[lang]} ({claim.id}, {say(lang, 'verdict.' + claim.verdict.name)})"]
    measured = given.profile.measured()
    if full:
        lines.append(f"  - {say(lang, 'skill.why')}: {court_words(lang, claim.verdict.why)}")
        lines += [f"  - {m}: n = {measured[m].n}" for m in claim.evidence.measurements if m in measured]
    quotes = [*claim.evidence.quotes, *(claim.against.quotes if full else ())]
    for quote in quotes if full else quotes[:3]:
        u = given.quotes.get(quote.utterance)
        line = _quote(u, quote.words, left_out) if u else None
        if line:
            lines.append(f"  - `{line}`" if "`" not in line else f"  - {line}")
    return lines


def _happened(x: Happened, left_out: list[str]) -> list[str]:
    """What was lived through, with its id for `afterword why`. A line may hold a place or a phrase that somebody wrote."""
    line = " ".join(x.line.split())
    if injection_marks(line) or set(line) & MARKUP:
        left_out.extend(u.id for _, u in x.quotes)
        return []
    quoted = [q for by, u in x.quotes if (q := _said(by, u, left_out))]
    return [f"- {line} ({x.id})", *quoted] if quoted else []


def _example(example: Example, name: str, left_out: list[str]) -> str | None:
    words = [u.text for u in (*example.answered, *example.bubbles)]
    if any(injection_marks(w) for w in words):
        left_out.extend(u.id for u in example.bubbles)
        return None
    first = example.bubbles[0]
    return json.dumps(
        {
            "at": first.local.isoformat()[:16] if first.at else "",
            "to": [u.text for u in example.answered][-3:],
            name: [u.text for u in example.bubbles],
            "ids": [u.id for u in example.bubbles],
        },
        ensure_ascii=False,
    )
