"""The days of a chat as one page: a calendar of squares, darker where more was written, events marked and listed beneath.

In: messages of each day and the timeline's items. Out: one HTML file without script that reaches for nothing. It holds words of a
chat in the clear; each is escaped, and the page's own policy lets nothing run or load.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from afterword.app.private_files import put
from afterword.texts import say

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222;background:#fff}"
    "h2{margin:2rem 0 .3rem}svg{width:100%;height:auto}text{font:10px sans-serif;fill:#555}.note{color:#555}"
    "ul{list-style:none;padding:0}li{margin:.4rem 0}small{color:#555;display:block;overflow-wrap:anywhere}time{font-variant-numeric:tabular-nums}"
)
SHADES = ("#eef1ee", "#cfe3d8", "#9cc9b1", "#5aa583", "#1b7f5c")
SIDE, GAP, LEFT, TOP = 13, 2, 30, 16
MARK = "#c2571a"


def write(days: Mapping[str, int], items: list[dict[str, Any]], out: Path, name: str, lang: str) -> dict[str, Any]:
    """Write the page (0600). Returns {"path", "days", "events"}."""
    events = [i for i in items if i["type"] in ("event", "told") and len(i["day"]) == 10]
    put(out, page(days, events, name, lang).encode())
    return {"path": str(out), "days": len(days), "events": len(events)}


def page(days: Mapping[str, int], events: list[dict[str, Any]], name: str, lang: str) -> str:
    title = html.escape(say(lang, "cli.days_title", name=name))
    marked: dict[str, list[str]] = {}
    for e in events:
        marked.setdefault(e["day"], []).append(e["line"])
    years = sorted({d[:4] for d in (*days, *marked)})
    body = [f"<h1>{title}</h1><p class=note>{html.escape(say(lang, 'cli.days_note'))}</p>"]
    most = max(days.values(), default=1)
    for year in years:
        body.append(f"<h2>{year}</h2>{_year(int(year), days, marked, most)}<ul>")
        for e in (e for e in events if e["day"].startswith(year)):
            until = f" – {e['until']}" if e.get("until") else ""
            words = html.escape(e.get("words") or "")
            body.append(f"<li><time>{e['day']}{until}</time> {html.escape(e['line'])}<small>{words}</small></li>")
        body.append("</ul>")
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{title}</title><style>{STYLE}</style>{''.join(body)}</html>"
    )


def _year(year: int, days: Mapping[str, int], marked: Mapping[str, list[str]], most: int) -> str:
    """One year as weeks from left to right, Monday on top."""
    first = date(year, 1, 1)
    start = first - timedelta(days=first.weekday())
    squares, months = [], []
    day = first
    while day.year == year:
        week, row = (day - start).days // 7, day.weekday()
        x, y = LEFT + week * (SIDE + GAP), TOP + row * (SIDE + GAP)
        if day.day == 1:
            months.append(f'<text x="{x}" y="{TOP - 4}">{day.month}</text>')
        n, iso = days.get(day.isoformat(), 0), day.isoformat()
        shade = SHADES[min(4, math.ceil(4 * math.log1p(n) / math.log1p(most)))] if n else SHADES[0]
        ring = f' stroke="{MARK}" stroke-width="2"' if iso in marked else ""
        told = html.escape("; ".join([f"{iso}: {n}", *marked.get(iso, [])]))
        squares.append(
            f'<rect x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" rx="2" fill="{shade}"{ring}><title>{told}</title></rect>'
        )
        day += timedelta(days=1)
    wide, high = LEFT + 54 * (SIDE + GAP), TOP + 7 * (SIDE + GAP)
    return f'<svg viewBox="0 0 {wide} {high}" role="img" aria-label="{year}">{"".join(months)}{"".join(squares)}</svg>'
