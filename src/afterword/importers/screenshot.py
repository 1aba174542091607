"""Screenshots of chats, read on this computer. In: a picture. Out: a Message for each bubble, the rest Skipped.

Only when it is asked for by name (`--importer screenshot`), because a photo of a menu is no chat; and only after a person
has seen the lines, because reading can be wrong. Bubbles on the right are the owner's, on the left the other's: every
chat app draws them so. A time in the middle dates what stands below it when it has year, month and day; else the words
stay undated. The models are inside the package (extra `ocr`); nothing is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.model import ChatRef, FileFacts, Kind, Message, Skipped

HEAD_SHARE, FOOT_SHARE = 0.105, 0.93
"""Parts of the height that hold the status bar with the name, and the line to type in."""
MIDDLE = 0.09
"""How far, as a share of the width, the middle of a line may lie from the picture's middle to be a notice."""
VAGUE = 0.06
"""A bubble whose margins differ by less than this share of the width has no clear side."""
SURE = 0.5
"""Under this certainty a line is kept as unreadable rather than as somebody's words."""
DATED = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
HOUR = re.compile(r"(上午|下午|晚上|凌晨|中午|AM|PM)?\s*(?<!\d)(\d{1,2})[:：](\d\d)\s*(AM|PM)?", re.I)
CLOCK = re.compile(
    r"(?:上午|下午|晚上|凌晨|中午|昨天|前天|星期.|周.|yesterday|today|mon|tue|wed|thu|fri|sat|sun|[\d:：/年月日\s.,-]|am|pm|[a-z]{3,9}day)+\Z",
    re.I,
)


class Box(NamedTuple):
    """A line of text with its place in pixels, the reader's certainty, and the colour it stands on."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    sure: float
    paper: tuple[int, int, int] = (255, 255, 255)

    @property
    def height(self) -> float:
        return self.bottom - self.top


class Screenshot:
    name = "screenshot"
    version = 1
    title = "Screenshots of chats (png, jpg; read on this computer, asked for by name)"
    confirm = True
    """What it reads is shown to the user before anything is kept."""

    def sniff(self, head: bytes, filename: str) -> Match | None:
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        width, height, boxes = seen(path)
        yield FileFacts(zone="local")
        title = heading(boxes, width, height)
        at = ""
        groups = [*bubbles(boxes, width, height)]
        for n, (lines, place) in enumerate(zip(groups, sides(groups, width, height), strict=True), 1):
            where = f"bubble {n}"
            words = "\n".join(b.text for b in lines)
            if place == "middle":
                at = moment(words) if CLOCK.match(words) or DATED.search(words) else at
                yield Skipped(where, "screen-time" if CLOCK.match(words) else "screen-notice", words)
            elif place == "frame":
                yield Skipped(where, "screen-frame", words)
            elif min(b.sure for b in lines) < SURE:
                yield Skipped(where, "unreadable", words)
            else:
                mine = place == "right"
                yield Message(where, at, "" if mine else title or "left", words, Kind.TEXT, mine=mine)

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        width, height, boxes = seen(path)
        title = heading(boxes, width, height)
        yield ChatRef("", title, True, "screenshot", title or "left", title)


@cache
def reader() -> Any:
    """The engine; made once, since loading the models takes seconds."""
    import logging

    try:
        from rapidocr import RapidOCR
    except ImportError as e:
        raise BadInput(
            "import.ocr",
            "Reading screenshots needs a library that is not installed.",
            next_step="Install it: pip install 'afterword[ocr]'",
        ) from e
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(params={"Global.log_level": "error"})


def seen(path: Path) -> tuple[int, int, list[Box]]:
    """(width, height, lines from top to bottom). BadInput when the file is no picture."""
    return _seen(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _seen(path: Path, changed: int) -> tuple[int, int, list[Box]]:
    from PIL import Image

    try:
        with Image.open(path) as image:
            width, height = image.size
            picture = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as e:
        raise BadInput(
            "import.picture", f"{path.name} is not a whole picture.", next_step="Give the screenshot as png or jpg."
        ) from e
    import numpy

    found = reader()(numpy.asarray(picture)[:, :, ::-1])
    boxes = []
    for corners, text, sure in zip(found.boxes, found.txts, found.scores, strict=True) if found.txts else ():
        xs, ys = [float(c[0]) for c in corners], [float(c[1]) for c in corners]
        # just left of the first letter: inside the bubble, outside of the words
        spot = (max(0, int(min(xs)) - 4), min(height - 1, int(sum(ys) / len(ys))))
        paper: Any = picture.getpixel(spot)
        boxes.append(Box(min(xs), min(ys), max(xs), max(ys), text, float(sure), paper))
    return width, height, sorted(boxes, key=lambda b: (b.top, b.left))


def heading(boxes: list[Box], width: int, height: int) -> str:
    """The name in the bar at the top: the tallest line there that is no clock; "" when there is none."""
    bar = [b for b in boxes if b.bottom < height * HEAD_SHARE and not CLOCK.match(b.text) and len(b.text) > 1]
    best = max(bar, key=lambda b: (b.height, -abs((b.left + b.right) / 2 - width / 2)), default=None)
    return re.sub(r"\s*[(（]\d+[)）]\s*\Z", "", best.text).strip("<‹〈 ") if best else ""


def bubbles(boxes: list[Box], width: int, height: int) -> Iterator[list[Box]]:
    """Lines that begin at the same edge, closely below each other, are one bubble; a short last line too."""
    group: list[Box] = []
    for box in boxes:
        if group and not (_below(group[-1], box) and side(group, width, height) != "frame"):
            yield group
            group = []
        group.append(box)
    if group:
        yield group


def _below(last: Box, box: Box) -> bool:
    return (
        -0.3 * last.height < box.top - last.bottom < 0.6 * last.height and abs(box.left - last.left) < 0.6 * last.height
    )


def side(lines: list[Box], width: int, height: int) -> str:
    """ "left", "right", "middle" (a notice or a time) or "frame" (what belongs to the screen, not to the chat)."""
    if lines[0].bottom < height * HEAD_SHARE or lines[0].top > height * FOOT_SHARE:
        return "frame"
    left, right = min(b.left for b in lines), max(b.right for b in lines)
    before, after = left, width - right
    if abs((left + right) / 2 - width / 2) < MIDDLE * width and before > 0.2 * width and after > 0.2 * width:
        return "middle"
    return "left" if before <= after else "right"


def sides(groups: Sequence[list[Box]], width: int, height: int) -> list[str]:
    """The side of every bubble. One that fills the width has no clear side; its colour is that of its side's others."""
    found = [side(lines, width, height) for lines in groups]
    clear: dict[str, list[tuple[int, int, int]]] = {"left": [], "right": []}
    vague = []
    for i, (lines, place) in enumerate(zip(groups, found, strict=True)):
        if place in clear:
            left, right = min(b.left for b in lines), max(b.right for b in lines)
            if abs(left - (width - right)) < VAGUE * width:
                vague.append(i)
            else:
                clear[place].append(lines[0].paper)
    if clear["left"] and clear["right"]:
        for i in vague:
            paper = groups[i][0].paper
            found[i] = min(clear, key=lambda place: min(_apart(paper, other) for other in clear[place]))
    return found


def _apart(a: tuple[int, int, int], b: tuple[int, int, int]) -> int:
    return sum(abs(x - y) for x, y in zip(a, b, strict=True))


def moment(words: str) -> str:
    """ "2023年5月20日 21:30" → local time; "" when a part of the date is missing ("yesterday 21:30")."""
    day = DATED.search(words)
    clock = HOUR.search(words, day.end()) if day else None
    if day is None or clock is None:
        return ""
    hour = int(clock[2])
    part = (clock[1] or clock[4] or "").upper()
    if part in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    if part in ("凌晨", "AM", "上午") and hour == 12:
        hour = 0
    try:
        return datetime(int(day[1]), int(day[2]), int(day[3]), hour, int(clock[3])).isoformat()
    except ValueError:
        return ""


importer = Screenshot()
