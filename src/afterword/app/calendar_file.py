"""The line of time as iCalendar. In: timeline items. Out: a file that any calendar opens, days that return each year with a rule.

Days of the lunar calendar come back on another day each year, so they stand once and have no rule.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from afterword.app.private_files import put
from afterword.texts import say


def write(items: list[dict[str, Any]], out: Path, name: str, lang: str) -> dict[str, Any]:
    """Write the file (0600). Returns {"path", "events", "yearly"}."""
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//Afterword//timeline//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", say(lang, "cli.days_title", name=name))
    seen: set[tuple[str, str, str]] = set()
    counts = {"events": 0, "yearly": 0}
    for item in items:
        if item["type"] not in ("event", "told") or len(item["day"]) != 10:
            continue
        first = date.fromisoformat(item["day"])
        yearly = bool(item.get("yearly"))
        key = (item.get("kind", ""), item.get("who", ""), f"{first:%m-%d}")
        if yearly and key in seen:
            continue
        seen.add(key)
        event = Event()
        event.add(
            "uid", (item["ids"][0] if item.get("ids") else item["id"]).replace(":", "-") + f"-{item['kind']}@afterword"
        )
        event.add("dtstamp", datetime.now(UTC))
        event.add("dtstart", first)
        event.add("dtend", date.fromisoformat(item["until"] or item["day"]) + timedelta(days=1))
        event.add("summary", item["line"])
        words = item.get("words") or item.get("text") or ""
        if words:
            event.add("description", words)
        if item.get("place"):
            event.add("location", item["place"])
        if yearly:
            event.add("rrule", {"freq": "yearly"})
        made.add_component(event)
        counts["events"] += 1
        counts["yearly"] += yearly
    put(out, made.to_ical())
    return {"path": str(out), **counts}
