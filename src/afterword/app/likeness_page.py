"""The page about likeness: one HTML file without script that reaches for nothing. In: what Workspace.likeness found. Out: a file.

It holds real lines in the clear, so only its owner may read it, and it says so. Every word of a chat is escaped; should one
slip through, the page's own policy lets nothing run and nothing load.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.likeness import sanitise
from afterword.likeness.score import CARICATURE, TOO_UNLIKE
from afterword.texts import say

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:56rem;padding:0 1rem;color:#222;background:#fff}"
    "h2{margin:2.5rem 0 .5rem}table{border-collapse:collapse;width:100%}td,th{padding:.35rem .6rem;text-align:right;"
    "border-bottom:1px solid #ddd;vertical-align:top}td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}"
    ".talk td{text-align:left;white-space:pre-line;overflow-wrap:anywhere;width:33%}.note{color:#555}text{font:12px sans-serif}"
)
COLOURS = {"own": "#1b7f5c", "partner": "#888", "strangers": "#bbb", "echo": "#7a4fbf", "replies": "#c2571a"}
LEFT, RIGHT, WIDE = 190, 30, 760
LOWEST, HIGHEST = -60.0, 180.0
MEANS = 3
"""The first features of a style are means, the rest shares."""


def write(found: dict[str, Any], out: Path, lang: str) -> Path:
    try:
        out.touch(mode=0o600)
        out.write_text(page(found, lang), encoding="utf-8")
    except OSError as e:
        raise BadInput(
            "likeness.report",
            f"{out} cannot be written: {e.strerror}.",
            next_step="Name another file with --report.",
            path=str(out),
        ) from e
    return out


def page(found: dict[str, Any], lang: str) -> str:
    def tell(key: str, **values: object) -> str:
        return html.escape(say(lang, f"likeness.{key}", name=found["name"], **values))

    sets = found["sets"]
    person = next(s for s in sets if s["set"] == "own")
    compared = [s for s in sets if s["set"] in ("echo", "replies")]
    title = html.escape(found["title"])
    parts = [
        f"<h1>{title}</h1><p class=note>{tell('page_private')}</p>",
        _table([html.escape(c) for c in found["columns"]],
               [[html.escape(s["label"]), str(s["n"]), *map(html.escape, s["figures"])] for s in sets]),
        "".join(f"<p>{html.escape(line)}</p>" for line in found["meaning"]),
        f"<p class=note>{html.escape(found['measured_on'])} {html.escape(found['left_out'])}</p>",
        f"<h2>{tell('page_voice')}</h2>", _scale([(s["label"], s["voice"], COLOURS[s["set"]]) for s in sets], lang),
        f"<h2>{tell('page_periods')}</h2>",
        _scale([(p["first"], p["voice"], COLOURS["own"]) for p in found["periods"]], lang),
        f"<h2>{tell('page_style')}</h2><p class=note>{tell('page_style_note')}</p>",
        _bars([_style(person, s, lang) for s in compared] or [_style(person, person, lang)], [person, *compared]),
        f"<h2>{tell('page_rhythm')}</h2>", _rhythm([person, *compared], lang),
        f"<h2>{tell('page_sanitised')}</h2><p class=note>{tell('page_sanitised_note')}</p>",
        *(_markers(s, lang) for s in compared or [person]),
        f"<h2>{tell('page_author')}</h2><p class=note>{tell('page_author_note')}</p>",
        _table([tell("col_set"), tell("page_named"), tell("page_other")],
               [[html.escape(s["label"]), *_shares(s["author"])] for s in sets]),
    ]  # fmt: skip
    for rows, key in ((found["examples"], "echo"), (found["reply_examples"], "replies")):
        if rows:
            label = next(s["label"] for s in sets if s["set"] == key)
            parts.append(f"<h2>{tell('page_examples')}: {html.escape(label)}</h2>")
            heads = [tell("page_to"), tell("page_real"), html.escape(label)]
            cells = [[r["to"], r["real"] or "–", r["reply"]] for r in rows]
            parts.append(_table(heads, [[html.escape(c) for c in row] for row in cells], "talk"))
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{title}</title><style>{STYLE}</style>'
        f"{''.join(parts)}</html>"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """The cells are HTML already."""
    head = "".join(f"<th>{h}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f'<table class="{kind}"><tr>{head}</tr>{body}</table>'


def _shares(author: float | None) -> list[str]:
    return ["–", "–"] if author is None else [f"{author:.0%}", f"{1 - author:.0%}"]


def _svg(height: int, parts: Sequence[str], title: str) -> str:
    shown = html.escape(title)
    return f'<svg viewBox="0 0 {WIDE} {height}" role="img" aria-label="{shown}">{"".join(parts)}</svg>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{html.escape(words)}</text>'


def _rect(x: float, y: float, wide: float, high: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0.5):.1f}" height="{high}" fill="{colour}"/>'


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, wide: float = 1) -> str:
    return f'<line x1="{x:.1f}" y1="{y}" x2="{to_x:.1f}" y2="{to_y}" stroke="{colour}" stroke-width="{wide}"/>'


def _scale(rows: Sequence[tuple[str, dict[str, Any], str]], lang: str) -> str:
    """Points with their intervals over the band that reads like the person."""

    def x(value: float) -> float:
        inside = min(max(value, LOWEST), HIGHEST)
        return LEFT + (inside - LOWEST) / (HIGHEST - LOWEST) * (WIDE - LEFT - RIGHT)

    high = 24 * len(rows) + 34
    parts = [_rect(x(TOO_UNLIKE), 0, x(CARICATURE) - x(TOO_UNLIKE), high - 24, "#dff3ea")]
    for mark in (0, 50, 80, 100, 115, 150):
        parts += [_line(x(mark), 0, x(mark), high - 24, "#ddd"), _text(x(mark), high - 8, str(mark), "middle")]
    for i, (label, voice, colour) in enumerate(rows):
        y = 18 + 24 * i
        parts += [
            _text(0, y + 4, label), _line(x(voice["low"]), y, x(voice["high"]), y, colour, 3),
            f'<circle cx="{x(voice["value"]):.1f}" cy="{y}" r="6" fill="{colour}"/>',
        ]  # fmt: skip
    return _svg(high, parts, say(lang, "likeness.page_voice"))


def _style(person: dict[str, Any], other: dict[str, Any], lang: str) -> list[tuple[str, float, float]]:
    own = {b["name"]: b["replies"] for b in person["style"]}
    return [(say(lang, f"likeness.style.{b['name']}"), own[b["name"]], b["replies"]) for b in other["style"]]


def _bars(columns: Sequence[Sequence[tuple[str, float, float]]], sets: Sequence[dict[str, Any]]) -> str:
    """A group of bars for each feature, the longest of a group as wide as the plot."""
    parts, y, room = [], 4.0, WIDE - LEFT - RIGHT - 60
    several = len(sets) > 1
    for i, (label, own, _) in enumerate(columns[0]):
        values = [(own, COLOURS["own"])]
        values += [(c[i][2], COLOURS[s["set"]]) for c, s in zip(columns, sets[1:], strict=False)] if several else []
        most = max(v for v, _ in values) or 1.0
        parts.append(_text(0, y + 11, label))
        for value, colour in values:
            parts.append(_rect(LEFT, y, room * value / most, 12, colour))
            parts.append(_text(LEFT + room * value / most + 6, y + 11, f"{value:.0%}" if i >= MEANS else f"{value:g}"))
            y += 15
        y += 8
    return _legend(sets) + _svg(int(y), parts, "")


def _legend(sets: Sequence[dict[str, Any]]) -> str:
    marks = " · ".join(f'<span style="color:{COLOURS[s["set"]]}">■</span> {html.escape(s["label"])}' for s in sets)
    return f"<p>{marks}</p>"


def _rhythm(sets: Sequence[dict[str, Any]], lang: str) -> str:
    """Shares of turns by bubbles, and of answers by wait where it is known."""
    out = [_legend(sets)]
    for key, names in (
        ("bubbles_of_turns", [*map(str, range(1, 6)), "6+"]),
        ("waits", [say(lang, f"likeness.wait_{i}") for i in range(4)]),
    ):
        known = [s for s in sets if s[key]]
        if not known:
            continue
        room, parts = (WIDE - RIGHT) / len(names), []
        for i, name in enumerate(names):
            for j, s in enumerate(known):
                high = 110 * s[key][i]
                wide = min(28.0, room / (len(known) + 1))
                parts.append(_rect(i * room + j * wide, 120 - high, wide - 2, round(high, 1), COLOURS[s["set"]]))
                if s[key][i] >= 0.005:
                    parts.append(_text(i * room + j * wide, 116 - high, f"{s[key][i]:.0%}"))
            parts.append(_text(i * room, 136, name))
        title = say(lang, f"likeness.page_{key}")
        out.append(f"<p class=note>{html.escape(title)}</p>" + _svg(144, parts, title))
    return "".join(out)


def _markers(s: dict[str, Any], lang: str) -> str:
    """Each marker left (colder) or right (nicer) of the person, with what is noise between the thin lines."""
    middle, unit = LEFT + (WIDE - LEFT - RIGHT) / 2, (WIDE - LEFT - RIGHT) / 4
    rows = s["sanitised"]["markers"]
    high = 20 * len(rows) + 6
    parts = [_rect(middle - sanitise.FLAG * unit, 0, 2 * sanitise.FLAG * unit, high, "#eef")]
    for i, m in enumerate(rows):
        d = min(max(m["d"], -2.0), 2.0)
        colour = "#c22" if abs(m["d"]) > sanitise.RED else "#d90" if abs(m["d"]) > sanitise.FLAG else "#4a7"
        parts += [
            _text(0, 20 * i + 15, say(lang, f"likeness.marker.{m['name']}")),
            _rect(min(middle, middle + d * unit), 20 * i + 4, abs(d) * unit, 13, colour),
            _text(WIDE, 20 * i + 15, f"{round(m['d'], 2) + 0:+.2f}", "end"),
        ]
    index = s["sanitised"]
    head = f"{s['label']}: {index['value']:+.2f} [{index['low']:+.2f} – {index['high']:+.2f}]"
    return f"<p>{html.escape(head)}</p>" + _svg(high, [*parts, _line(middle, 0, middle, high, "#999")], s["label"])
