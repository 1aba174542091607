"""The shape of an answer: how many bubbles, how long, after what wait, or none. In: a line. Out: one that was really sent.

A table holds every turn that the person was sent, by what it did, its length, the mood of the talk, whether it opened a
session, and what came back. A shape is one real answer drawn from the sixty nearest of them, never their mean: the mean
of "k" and a page is a message that nobody writes. Where the others' words were left standing for the rest of a session,
the share of that is known too, and drawn with the same die.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache

import msgspec

from afterword.dialogue.markers import Counted, counted
from afterword.measures import episodes
from afterword.measures.counting import spread_out
from afterword.measures.lexicon import LANGUAGES, lower, trie_pattern, word_list
from afterword.measures.voice import EMOJI, LAUGHTER, SILENT
from afterword.model import Conversation, Kind, Utterance
from afterword.model.corpus import Turn, sessions

VERSION = "1"
NEAREST, MOST = 60, 600
"""Contexts that a shape is drawn from; rows of one kind that are kept, spread over the whole time."""
ENOUGH = 30
"""Contexts below which nothing is said about silence."""
DECAY, HELD = 0.75, 0.4
"""A mood fades by a quarter a line and is over at two fifths: a sharp word colours three lines, two of them five."""
SHOWN = 3
BESIDE = 3600
"""Seconds around a marked quarrel or reconciliation that belong to it."""

MOODS = ("conflict", "repair", "warmth", "play")
MOVES = ("asks", "greets", "parts", "thanks", "sorry", "laughs", "agrees", "sends", "tells")
SPOKEN = (Kind.TEXT, Kind.VOICE)
_WORD = re.compile(r"[A-Za-z0-9À-ɏЀ-ӿ']+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_ASKING = re.compile(r"(?:[?？]|吗|呢|么)[\s~～!！]*$")
_EDGES = " \t\r\n.,!?~:;)('\"。！？～…，、"


# -- what a line does, and in which mood --------------------------------------------------------------------------------


@cache
def _lists() -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
    """By move: what says so at the beginning or anywhere, and what says so as the whole line."""
    rows: dict[str, tuple[list[str], list[str], list[str]]] = defaultdict(lambda: ([], [], []))
    for language in LANGUAGES:
        for form, name, _ in word_list(language, "moves"):
            if form.startswith("="):
                rows[name][2].append(form[1:])
            else:
                rows[name][form.startswith("^")].append(form.lstrip("^"))

    def search(forms: Sequence[str]) -> str:
        latin = trie_pattern(f for f in forms if f.isascii())
        other = trie_pattern(f for f in forms if not f.isascii())
        return "|".join(p for p in (rf"(?<![a-z0-9']){latin}(?![a-z0-9'])" if latin else "", other) if p) or "(?!)"

    return {
        name: (re.compile(f"^(?:{search(opening)})|(?:{search(anywhere)})"), frozenset(whole))
        for name, (anywhere, opening, whole) in rows.items()
    }


SHORT = 8


def move(text: str) -> str:
    """What the last words of a turn do; a question in its last three bubbles is what it asks to be answered."""
    lines = [x.strip() for x in text.split("\n") if x.strip()]
    if not lines:
        return "sends"
    if any(_ASKING.search(EMOJI.sub("", x)) for x in lines[-SHOWN:]):
        return "asks"
    last = EMOJI.sub(" ", lower(lines[-1]))
    bare = LAUGHTER.sub(" ", last).strip(_EDGES)
    if not bare:
        return "laughs" if LAUGHTER.search(last) else "sends"
    for name in MOVES:
        if name in _lists():
            somewhere, whole = _lists()[name]
            # in a long line a "thanks" or a "night" is said by the way
            if bare in whole or (len(_WORD.findall(bare)) <= SHORT and somewhere.search(bare)):
                return name
    return "tells"


def size(text: str) -> int:
    """Words and Chinese characters as a power of two: 0 is none, 3 is four to seven."""
    return min(len(_WORD.findall(text)).bit_length(), 8)


def mood(text: str) -> str:
    """One of MOODS where listed words say so, "" else; anger beside laughter is play."""
    lowered = lower(text)
    found = episodes.lexicon()
    kinds = {
        e.kind for hit, e in found.find(lowered) if e.kind == "laughter" or not episodes.negated(lowered, hit.start())
    }
    if len(text) <= 20 and (entry := found.whole.get(lowered.strip(_EDGES))):
        kinds.add(entry.kind)
    laughing = "laughter" in kinds or LAUGHTER.search(lowered) is not None
    if "conflict" in kinds and not laughing:
        return "conflict"
    if "repair" in kinds:
        return "repair"
    return "warmth" if kinds & {"warmth", "endearments"} else "play" if laughing else ""


class Drift:
    """The mood of a talk: each line's own, carried over the next ones and fading."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self.weights = dict.fromkeys(MOODS, 0.0)
        for line in lines:
            self.add(line)

    def add(self, text: str) -> str:
        self.turn_to(mood(text))
        return self.mood

    def turn_to(self, own: str) -> None:
        for name in MOODS:
            self.weights[name] *= DECAY
        if own:
            self.weights[own] += 1.0

    @property
    def mood(self) -> str:
        best = max(MOODS, key=lambda m: self.weights[m])
        return best if self.weights[best] >= HELD else ""


# -- the table ----------------------------------------------------------------------------------------------------------


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What came back to one turn of the others'. `rows` and `to` are the utterances, `at` 0 for undated words.

    lengths  characters of each bubble; () when nothing was written
    gaps     seconds between the bubbles
    tone     the mood of the answer
    """

    at: int
    minute: int
    answered: bool
    wait: int = 0
    lengths: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()
    tone: str = ""
    rows: tuple[int, ...] = ()
    to: tuple[int, ...] = ()


class Context(msgspec.Struct, frozen=True):
    """What a line is like. `opens` a session, None where that is not known; `minute` of the day, -1 unknown; `episode`: "fight", "repair" or "warm" where one was marked."""

    move: str
    size: int
    mood: str = ""
    opens: bool | None = False
    episode: str = ""
    minute: int = -1

    @property
    def key(self) -> str:
        return f"{self.move}/{self.size}/{self.mood}/{int(bool(self.opens))}/{self.episode}"

    @staticmethod
    def of_key(key: str) -> Context:
        move_, size_, mood_, opens, episode = key.split("/")
        return Context(move_, int(size_), mood_, opens == "1", episode)

    def apart(self, other: Context) -> float:
        """How little two contexts have in common; what a line does weighs most, then the mood, then its length."""
        return (
            3.0 * (self.move != other.move)
            + 1.0 * abs(self.size - other.size)
            + (3.0 if "conflict" in (self.mood, other.mood) else 2.0) * (self.mood != other.mood)
            + 1.5 * (None not in (self.opens, other.opens) and self.opens != other.opens)
        )


class Table(msgspec.Struct, frozen=True):
    """The table of one person. Groups are kept as JSON and read when they are asked for: of 30,000 rows a line needs 100.

    tones   how many of the person's answers were of which mood
    toned   answers of each mood, spread over the whole time
    said    markers of the person's bubbles
    minutes the export keeps minutes only: waits under one are not known
    """

    groups: dict[str, msgspec.Raw]
    tones: dict[str, int]
    toned: dict[str, tuple[Row, ...]]
    said: Counted
    direct: bool = True
    minutes: bool = False

    def rows(self, key: str) -> tuple[Row, ...]:
        return _ROWS.decode(self.groups[key])


_ROWS = msgspec.json.Decoder(tuple[Row, ...])


def table_of(conversation: Conversation) -> Table:
    """The table of a conversation's subject."""
    lines = [u for u in conversation.utterances if u.kind not in SILENT]
    groups: dict[str, list[Row]] = defaultdict(list)
    toned: dict[str, list[Row]] = {name: [] for name in ("", *MOODS)}
    moods = {u.id: mood(u.text) for u in lines}
    episode = _episodes(conversation)
    after = {u.id: following for u, following in zip(lines, lines[1:], strict=False)}
    for session in sessions(lines):
        drift = Drift()
        for i, turn in enumerate(session.turns):
            for u in turn.utterances:
                drift.turn_to(moods[u.id])
            if turn.speaker == conversation.subject:
                continue
            answer = session.turns[i + 1] if i + 1 < len(session.turns) else None
            if answer is not None and answer.speaker != conversation.subject:
                continue
            if answer is None:
                last = turn.utterances[-1]
                following = after.get(last.id)
                # in a group nobody has to answer; and where the records end, nobody knows who did
                if not conversation.direct or following is None or not last.at:
                    continue
                if not episodes.recorded(last, following, conversation.spans):
                    continue
            row = _row(turn, answer, moods)
            if row.lengths:
                toned[row.tone].append(row)
            context = Context(move(turn.text), size(turn.text), drift.mood, i == 0, episode(turn.end))
            groups[context.key].append(row)
    mine = (u.text for u in lines if u.speaker == conversation.subject and u.kind == Kind.TEXT)
    dated = [u.at for u in lines if u.at]
    encode = msgspec.json.Encoder().encode
    return Table(
        {key: msgspec.Raw(encode(_spread(groups[key], MOST))) for key in sorted(groups)},
        {name: len(rows) for name, rows in toned.items()},
        {name: _spread(rows, NEAREST) for name, rows in toned.items()},
        counted(mine),
        conversation.direct,
        bool(dated) and all(at % 60 == 0 for at in dated),
    )


def _spread(rows: Sequence[Row], most: int) -> tuple[Row, ...]:
    return tuple(rows[i] for i in spread_out(range(len(rows)), most))


def _row(turn: Turn, answer: Turn | None, moods: Mapping[str, str]) -> Row:
    last = turn.utterances[-1]
    minute = (last.at // 60 + last.offset) % 1440 if last.at else -1
    to = tuple(u.row for u in turn.utterances if u.text)[-SHOWN:]
    if answer is None:
        return Row(last.at, minute, False, to=to)
    said = [u for u in answer.utterances if u.text and u.kind in SPOKEN]
    gaps = tuple(max(0, b.at - a.at) for a, b in zip(said, said[1:], strict=False))
    wait = max(0, answer.start - turn.end) if last.at else 0
    tone = Drift()
    for u in said:
        tone.turn_to(moods[u.id])
    lengths, rows = tuple(len(u.text.strip()) for u in said), tuple(u.row for u in said)
    return Row(last.at, minute, True, wait, lengths, gaps, tone.mood, rows, to)


def _episodes(conversation: Conversation) -> Callable[[int], str]:
    """A function from a moment to the marked episode it lies in."""
    lines = conversation.utterances
    marks = episodes.scan(lines)
    spans: list[tuple[int, int, str]] = []
    if conversation.direct:
        for c in episodes.conflicts(lines, marks, conversation.spans):
            first, last = _seconds(c["start"]), _seconds(c["end"])
            spans.append((first - BESIDE, last + BESIDE, "fight"))
            if c["repair_hours"] is not None:
                mended = last + int(c["repair_hours"] * 3600)
                spans.append((mended - BESIDE // 2, mended + BESIDE, "repair"))
    spans += [
        (_seconds(w["start"]), _seconds(w["end"]) + 60, "warm")
        for w in episodes.warm_sessions(lines, marks, episodes.session_bounds(lines))
    ]
    hours: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for span in spans:  # quarrels first: a reconciliation may stand in a warm evening, and says more
        for hour in range(span[0] // 3600, span[1] // 3600 + 1):
            hours[hour].append(span)

    def of(at: int) -> str:
        return next((kind for first, last, kind in hours.get(at // 3600, ()) if first <= at <= last), "") if at else ""

    return of


def _seconds(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp())


# -- one answer ---------------------------------------------------------------------------------------------------------


class Shape(msgspec.Struct, frozen=True):
    """How to answer, as the person once did.

    answer      False: the person would leave this line unanswered. The rest is then what an answer would look like
    unanswered  share of such lines that were left unanswered for the rest of the session; None where n is under 30
    n           such lines
    characters  of each bubble, in order
    gaps        seconds between bubbles
    wait        seconds before the first bubble; None where the records do not say
    minutes     the records keep minutes only: what is under one is not known
    marks       which of MARKS stood in that answer: a reply with ta's laugh in every line is a caricature
    """

    answer: bool
    unanswered: float | None
    n: int
    bubbles: int
    characters: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()
    wait: int | None = None
    minutes: bool = False
    marks: tuple[str, ...] = ()


MARKS = ("laughter", "emoji", "question", "exclamation", "comma")


def marks(text: str) -> tuple[str, ...]:
    """Which of MARKS stand in an answer."""
    found = {
        "laughter": LAUGHTER.search(lower(text)) is not None, "emoji": EMOJI.search(text) is not None,
        "question": "?" in text or "？" in text, "exclamation": "!" in text or "！" in text, "comma": "," in text or "，" in text,
    }  # fmt: skip
    return tuple(m for m in MARKS if found[m])


def near(table: Table, context: Context, *, until: int | None = None, k: int = NEAREST) -> list[Row]:
    """The rows nearest to a context, nearest first; of equals those at a near hour, then the latest."""
    keys = sorted((context.apart(Context.of_key(key)), key) for key in table.groups)
    found: list[tuple[float, int, Row]] = []
    for place, (distance, key) in enumerate(keys):
        for row in table.rows(key):
            if until is None or row.at <= until:
                found.append((distance + _hours_apart(row.minute, context.minute), -row.at, row))
        following = keys[place + 1][0] if place + 1 < len(keys) else 0.0
        if len(found) >= k and sum(f[0] <= following for f in found) >= k:
            break
    return [row for _, _, row in sorted(found, key=lambda f: (f[0], f[1], f[2].rows))[:k]]


def _hours_apart(a: int, b: int) -> float:
    if a < 0 or b < 0:
        return 0.5
    gap = abs(a - b)
    return min(gap, 1440 - gap) / 720


def drawn(
    rows: Sequence[Row],
    rng: random.Random,
    *,
    direct: bool = True,
    minutes: bool = False,
    words: Callable[[Row], str] = lambda row: "",
) -> Shape | None:
    """One answer of those rows; None where nothing was ever written in answer. `words`: what it said."""
    written = [r for r in rows if r.lengths]
    if not written:
        return None
    # the longest one in twenty told a story that this line does not ask for
    longest = sorted(sum(r.lengths) for r in written)[(len(written) - 1) * 19 // 20]
    written = [r for r in written if sum(r.lengths) <= longest]
    n = len(rows)
    left = sum(not r.answered for r in rows) / n
    known = direct and n >= ENOUGH
    # the die is thrown in any case, so that what follows does not hang on whether silence is known
    silent = rng.random() < left
    row = rng.choice(written)
    return Shape(
        not (known and silent), round(left, 3) if known else None, n, len(row.lengths), row.lengths, row.gaps,
        row.wait if row.at else None, minutes, marks(words(row)),
    )  # fmt: skip


def by_episode(
    table: Table, kinds: Sequence[str], moods: Sequence[str], until: int | None = None
) -> tuple[list[Row], list[Row]]:
    """Answers inside marked episodes of these kinds, and those elsewhere in talks of these moods."""
    marked: list[Row] = []
    toned: list[Row] = []
    for key in table.groups:
        context = Context.of_key(key)
        if context.episode in kinds or context.mood in moods:
            rows = (r for r in table.rows(key) if r.lengths and (until is None or r.at <= until))
            (marked if context.episode in kinds else toned).extend(rows)
    return marked, toned


def rows_of(said: Sequence[Row]) -> list[int]:
    return [r for row in said for r in (*row.to, *row.rows)]


def utterances(row: Row, found: dict[int, Utterance]) -> tuple[tuple[Utterance, ...], tuple[Utterance, ...]]:
    """(the turn that was answered, the answer)."""
    return tuple(found[r] for r in row.to if r in found), tuple(found[r] for r in row.rows if r in found)
