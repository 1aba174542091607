"""Random messages, dressed in every shape of header that a phone has written, come back as they were.

In: messages made by Hypothesis. Out: nothing lost, nothing glued, nothing misdated; and where the dates of a file prove no
order, a question.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from afterword.errors import ChoiceNeeded
from afterword.importers.base import Options
from afterword.importers.whatsapp import importer
from afterword.model import FileFacts, Kind, Message

NNBSP, LRM, RLM = "\u202f", "\u200e", "\u200f"
Head = Callable[[datetime], str]


def twelve(t: datetime) -> str:
    return f"{t.hour % 12 or 12}:{t:%M}"


def half(t: datetime, am: str, pm: str) -> str:
    return am if t.hour < 12 else pm


def chinese(t: datetime) -> str:
    parts = ((5, "凌晨"), (8, "清晨"), (12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上"))
    return next(word for end, word in parts if t.hour < end) + twelve(t)


def spoken(t: datetime) -> str:
    night = t.hour < 6 or t.hour >= 21
    part = (
        "at night"
        if night
        else "in the morning"
        if t.hour < 12
        else "in the afternoon"
        if t.hour < 18
        else "in the evening"
    )
    return f"{twelve(t)} {part}"


def eastern(t: datetime) -> str:
    return str(t.year).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


SECONDS: dict[str, Head] = {
    "ios 24 h": lambda t: f"[{t:%d/%m/%Y, %H:%M:%S}] ",
    "ios dots": lambda t: f"[{t:%d.%m.%y, %H:%M:%S}] ",
    "ios dashes": lambda t: f"[{t:%d-%m-%y %H:%M:%S}] ",
    "ios 12 h": lambda t: f"[{t.month}/{t.day}/{t:%y}, {twelve(t)}:{t:%S} {half(t, 'AM', 'PM')}] ",
    "ios nnbsp": lambda t: f"[{t.month}/{t.day}/{t:%y}, {twelve(t)}:{t:%S}{NNBSP}{half(t, 'AM', 'PM')}] ",
    "ios marked": lambda t: f"{LRM}[{t:%d/%m/%Y, %H:%M:%S}] ",
    "ios arabic": lambda t: f"[{RLM}{t.day}{RLM}/{t.month}{RLM}/{t.year}، {t:%H:%M:%S}] ",
    "ios arabic digits": lambda t: f"[{t.day}/{t.month}/{eastern(t)}، {twelve(t)}:{t:%S} {half(t, 'ص', 'م')}] ",
    "ios chinese": lambda t: f"[{t.year}/{t.month}/{t.day} {half(t, '上午', '下午')}{twelve(t)}:{t:%S}] ",
    "ios chinese words": lambda t: f"[{t.year}年{t.month}月{t.day}日 {t:%H:%M:%S}] ",
    "ios japanese era": lambda t: f"[{t.month}/{t.day}/R{t.year - 2018}, {t:%H:%M:%S}] ",
    "ios era in words": lambda t: f"[令和{t.year - 2018}年{t.month}月{t.day}日 {t:%H:%M:%S}] ",
    "ios buddhist": lambda t: f"[{t.day}/{t.month}/{t.year + 543} BE, {t:%H:%M:%S}] ",
    "ios time first": lambda t: f"[{t:%H:%M:%S}, {t.month}/{t.day}/{t:%y}] ",
    "ios spanish": lambda t: f"[{t.day}/{t.month}/{t:%y}, {twelve(t)}:{t:%S} {half(t, 'a.', 'p.')}\u00a0m.] ",
    "ios canadian": lambda t: f"[{t:%Y-%m-%d, %H h %M min %S s}] ",
    "finnish": lambda t: f"{t.day}.{t.month}.{t.year} klo {t:%H.%M.%S} - ",
    "old ios": lambda t: f"{t:%d/%m/%Y %H:%M:%S}: ",
    "old ios 12 h": lambda t: f"{t.month}/{t.day}/{t:%y}, {twelve(t)}:{t:%S} {half(t, 'AM', 'PM')}: ",
    "old ios dots": lambda t: f"{t:%d.%m.%y %H.%M.%S}: ",
    "croatian": lambda t: f"{t.day}. {t.month}. {t.year}. {t:%H:%M:%S} ",
}
MINUTES: dict[str, Head] = {
    "android 24 h": lambda t: f"{t:%d/%m/%Y, %H:%M} - ",
    "android short year": lambda t: f"{t:%d/%m/%y, %H:%M} - ",
    "android 12 h": lambda t: f"{t.month}/{t.day}/{t:%y}, {twelve(t)} {half(t, 'AM', 'PM')} - ",
    "android nnbsp": lambda t: f"{t.month}/{t.day}/{t:%y}, {twelve(t)}{NNBSP}{half(t, 'AM', 'PM')} - ",
    "android lower": lambda t: f"{t:%d/%m/%Y}, {twelve(t)} {half(t, 'am', 'pm')} - ",
    "android dotted": lambda t: f"{t.day}/{t.month}/{t:%y} {twelve(t)} {half(t, 'a. m.', 'p. m.')} - ",
    "android iso": lambda t: f"{t:%Y-%m-%d, %H:%M} - ",
    "android year first": lambda t: f"{t:%Y/%m/%d, %H:%M} - ",
    "android dots": lambda t: f"{t:%d.%m.%y, %H:%M} - ",
    "android dot time": lambda t: f"{t:%d/%m/%y, %H.%M} - ",
    "android bulgarian": lambda t: f"{t.day}.{t:%m.%y} г., {t:%H:%M} ч. - ",
    "android korean": lambda t: f"{t.year}. {t.month}. {t.day}. {half(t, '오전', '오후')} {twelve(t)} - ",
    "android korean words": lambda t: f"{t.year}년 {t.month}월 {t.day}일 {half(t, '오전', '오후')} {twelve(t)} - ",
    "android chinese": lambda t: f"{t.year}/{t.month}/{t.day} {half(t, '上午', '下午')}{twelve(t)} - ",
    "android chinese day parts": lambda t: f"{t.year}/{t.month}/{t.day} {chinese(t)} - ",
    "android chinese words": lambda t: f"{t.year}年{t.month}月{t.day}日 {chinese(t)} - ",
    "android spoken": lambda t: f"{t:%d/%m/%y}, {spoken(t)} - ",
    "android time first": lambda t: f"{t:%H:%M}, {t.day} {t:%b %Y} - ",
    "android month name": lambda t: f"{t:%b} {t.day}, {t.year}, {twelve(t)} {half(t, 'AM', 'PM')} - ",
    "android weekday": lambda t: f"{t:%a, %b} {t.day}, {t.year}, {t:%H:%M} - ",
    "android buddhist": lambda t: f"{t.day}/{t.month}/{t.year + 543} {t:%H:%M} - ",
}  # fmt: skip
HEADS = SECONDS | MINUTES
NUMERIC = re.compile(r"^\D{0,4}(\d{1,2})\D{1,3}(\d{1,2})\D{1,3}(?:R?\d|[٠-٩])")


class Said(NamedTuple):
    at: datetime
    who: str
    text: str


NAMES = ("Ada", "Bo", "李雷", "Bob: The Builder", "\u202a+44 7700 900123\u202c", "Zoë 🌸")
WORDS = st.text(st.sampled_from("ab é中文。!?🙂\u200d\u2028\u0085\x0b\x0c\t 12/:,.-[]"), max_size=30).map(
    lambda s: s.strip() or "x"
)
BODY = st.one_of(
    st.sampled_from(["ok", "好的", "see you: at nine", "1/2 of it", "http://example.org/a?b", "12/03: bus", "<3", "a\n\nb", "[x] y"]),
    WORDS,
    st.lists(WORDS, min_size=2, max_size=4).map("\n".join),
)  # fmt: skip


@st.composite
def chats(draw: st.DrawFn) -> list[Said]:
    """A chat in order of time, long enough to have a day after the twelfth."""
    at = datetime(2019, 6, 1) + timedelta(seconds=draw(st.integers(0, 86400 * 900)))
    rows: list[Said] = []
    for who in NAMES:
        rows.append(Said(at, who, "one"))
        at += timedelta(minutes=draw(st.integers(1, 90)))
    for _ in range(draw(st.integers(1, 12))):
        rows.append(Said(at, draw(st.sampled_from(NAMES)), draw(BODY)))
        at += timedelta(minutes=draw(st.integers(0, 60 * 24 * 4)), seconds=draw(st.integers(0, 59)))
    at = at.replace(day=1) + timedelta(days=45)
    rows.append(Said(at.replace(day=25), "Ada", "last"))
    rows.append(Said(at.replace(day=26), "Bob: The Builder", "two"))
    return rows


def dressed(rows: list[Said], head: Head) -> str:
    return "".join(f"{head(r.at)}{r.who}: {r.text}\n" for r in rows)


def read(text: str, **options: str) -> list[Message]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "_chat.txt"
        path.write_bytes(text.encode())
        found = [r for r in importer.read(path, Options(**options)) if not isinstance(r, FileFacts)]  # type: ignore[arg-type]
    assert all(isinstance(r, Message) for r in found), found
    return found  # type: ignore[return-value]


def expected(rows: list[Said], seconds: bool) -> list[tuple[str, str, str]]:
    marks = dict.fromkeys((0x202A, 0x202C))
    return [((r.at if seconds else r.at.replace(second=0)).isoformat(), r.who.translate(marks), r.text) for r in rows]


def quiet(rows: list[Said], head: Head) -> bool:
    """No body has a line that is a header itself: what a person copied cannot be told from what the app wrote."""
    text = "\n".join(r.text for r in rows)
    return not re.search(r"^\W*\d{1,4}\W{1,3}\d{1,2}\W{1,3}\d", text, re.M)


@pytest.mark.parametrize("shape", HEADS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(rows=chats())
@example(rows=[Said(datetime(2021, 6, 25, h, 1, 2), "Ada", f"hour {h}") for h in range(24)])
def test_every_shape_gives_back_what_was_said(shape: str, rows: list[Said]) -> None:
    head = HEADS[shape]
    if not quiet(rows, head):
        return
    found = read(dressed(rows, head))
    assert [(m.at, m.handle, m.text) for m in found] == expected(rows, shape in SECONDS)
    assert {m.kind for m in found} == {Kind.TEXT}


@pytest.mark.parametrize("second", HEADS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=chats(), first=st.sampled_from(sorted(HEADS)))
def test_two_exports_in_one_file_keep_a_shape_each(second: str, rows: list[Said], first: str) -> None:
    """The old phone's export, then the new one's: every message apart, in its own order of day and month."""
    later = [r._replace(at=r.at + timedelta(days=400)) for r in rows]
    if not quiet(rows, HEADS[first]):
        return
    found = read(dressed(rows, HEADS[first]) + dressed(later, HEADS[second]))
    assert [(m.at, m.handle, m.text) for m in found] == expected(rows, first in SECONDS) + expected(
        later, second in SECONDS
    )


ORDERED = [s for s in HEADS if (m := NUMERIC.match(HEADS[s](datetime(2022, 3, 4, 10, 0)))) and {m[1].lstrip("0"), m[2].lstrip("0")} == {"3", "4"}]  # fmt: skip


@pytest.mark.parametrize("shape", ORDERED)
@settings(max_examples=25, deadline=None)
@given(days=st.lists(st.dates(datetime(2021, 1, 1).date(), datetime(2023, 12, 31).date()), min_size=1, max_size=8))
def test_no_date_is_read_in_an_order_that_the_file_does_not_prove(shape: str, days: list) -> None:  # type: ignore[type-arg]
    """Days in order of time: the right moments, or a question; never the wrong ones."""
    head = HEADS[shape]
    moments = sorted(datetime(d.year, d.month, d.day, 10, 0) for d in days)
    rows = [Said(t, "Ada", "a") for t in moments]
    try:
        found = read(dressed(rows, head))
    except ChoiceNeeded:
        assert all(t.day <= 12 for t in moments)
        return
    assert [m.at for m in found] == [t.isoformat() for t in moments]
