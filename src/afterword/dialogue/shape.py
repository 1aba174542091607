"""The shape of an answer: how many bubbles, how long, after what wait, or none. In: a line. Out: one that was really sent.

A table holds every turn that the person was sent, by what it did and wanted, its length, the mood of the talk, whether it
opened a session, and what came back. A shape is one real answer drawn from the hundred nearest, never their mean: the mean
of "k" and a page is a message that nobody writes. The nearer the line, the likelier its answer is drawn; where lines of
the kind are few, those of its kin have more to say. Where the others' words were left standing for the rest of a session,
the share of that is known too, and drawn with the same die.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import accumulate

import msgspec

from afterword.dialogue.markers import Counted, counted
from afterword.dialogue.moves import MOODS, SHOWN, Drift, mood, size, sort
from afterword.measures import episodes
from afterword.measures.counting import spread_out
from afterword.measures.lexicon import lower
from afterword.measures.voice import EMOJI, LAUGHTER, SILENT, particles
from afterword.model import Conversation, Kind, Utterance
from afterword.model.corpus import Turn, sessions

VERSION = "4"
NEAREST, MOST = 100, 600
"""Contexts that a shape is drawn from; rows of one kind that are kept, spread over the whole time."""
SPREAD = 150
"""Answers of each mood that are shown as examples, spread over the whole time."""
COUNTED, ENOUGH = 60, 30
"""Contexts that silence is counted in, and below which nothing is said about it."""
SHARP, VARIED = 2.0, 20
"""How much more a distance counts where there are plenty of like lines; answers that have a say, at least: fewer would make
one shape of one kind of line, and variety is part of the voice."""
STORY = 0.95
"""The longest one in twenty told a story that this line does not ask for."""
BESIDE = 3600
"""Seconds around a marked quarrel or reconciliation that belong to it."""

SPOKEN = (Kind.TEXT, Kind.VOICE)
TOKENS = {"laughs", "agrees", "sends", "thanks", "sorry"}
EDGES = {"greets", "parts", "thanks"}
"""Moves that are kin: a laugh is answered as an "ok" is, rather than as news."""


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
    """What a line is like. `sort`: see moves; `bubbles`: 1 one, 2 two or three, 3 more; `opens` a session, None where that
    is not known; `episode`: "fight", "repair" or "warm" where one was marked; `minute` of the day, -1 unknown."""

    sort: str
    size: int
    bubbles: int = 1
    mood: str = ""
    opens: bool | None = False
    episode: str = ""
    minute: int = -1

    @staticmethod
    def of(text: str, mood: str = "", opens: bool | None = False, episode: str = "", minute: int = -1) -> Context:
        lines = sum(bool(x.strip()) for x in text.split("\n"))
        return Context(sort(text), size(text), min(lines, 4).bit_length(), mood, opens, episode, minute)

    @property
    def key(self) -> str:
        return f"{self.sort}/{self.size}/{self.bubbles}/{self.mood}/{int(bool(self.opens))}/{self.episode}"

    @staticmethod
    @lru_cache(8192)
    def of_key(key: str) -> Context:
        sort_, size_, bubbles, mood_, opens, episode = key.split("/")
        return Context(sort_, int(size_), int(bubbles), mood_, opens == "1", episode)

    def apart(self, other: Context) -> float:
        """How little two contexts have in common, as the power of e by which an answer is less likely to be drawn. Real chats of ten people taught
        it: the length of a line says most about that of its answer, then what it does, then in how many bubbles it came."""
        return (
            _apart(self.sort, other.sort)
            + 1.0 * abs(self.size - other.size)
            + 0.75 * abs(self.bubbles - other.bubbles)
            + (1.5 if "conflict" in (self.mood, other.mood) else 0.75) * (self.mood != other.mood)
            + 0.4 * (None not in (self.opens, other.opens) and self.opens != other.opens)
        )


@lru_cache(4096)
def _apart(a: str, b: str) -> float:
    one, other = a.partition(":")[0], b.partition(":")[0]
    if one == other:
        return 0.0 if a == b else 0.4
    if {one, other} <= TOKENS or {one, other} <= EDGES:
        return 0.5
    return 1.0 if "tells" in (one, other) else 1.5


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
        return _rows(bytes(self.groups[key]))


@lru_cache(16)
def _rows(body: bytes) -> tuple[Row, ...]:
    """One line after the other is of the few kinds that are commonest."""
    return msgspec.json.decode(body, type=tuple[Row, ...])


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
            context = Context.of(turn.text, drift.mood, i == 0, episode(turn.end))
            groups[context.key].append(row)
    mine = (u.text for u in lines if u.speaker == conversation.subject and u.kind == Kind.TEXT)
    dated = [u.at for u in lines if u.at]
    encode = msgspec.json.Encoder().encode
    return Table(
        {key: msgspec.Raw(encode(_spread(groups[key], MOST))) for key in sorted(groups)},
        {name: len(rows) for name, rows in toned.items()},
        {name: _spread(rows, SPREAD) for name, rows in toned.items()},
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


MARKS = ("laughter", "emoji", "particles", "question", "exclamation", "comma", "period", "ellipsis", "tilde")
_CLOSES = " \t.!?~:;)(,'\"。！？～…，、"


def marks(text: str) -> tuple[str, ...]:
    """Which of MARKS stand in an answer; particles and periods at the end of a bubble."""
    lowered = lower(text)
    bubbles = [x for x in EMOJI.sub(" ", text).split("\n") if x.strip()]
    found = {
        "laughter": LAUGHTER.search(lowered) is not None, "emoji": EMOJI.search(text) is not None,
        "particles": any(particles().search(LAUGHTER.sub(" ", lower(x[-32:])).rstrip(_CLOSES)) for x in bubbles),
        "question": "?" in text or "？" in text, "exclamation": "!" in text or "！" in text,
        "comma": "," in text or "，" in text, "ellipsis": any(x in text for x in ("…", "..", "。。")),
        "period": any(x.rstrip()[-1:] in (".", "。") and x.rstrip()[-2:] not in ("..", "。。") for x in bubbles),
        "tilde": "~" in text or "～" in text,
    }  # fmt: skip
    return tuple(m for m in MARKS if found[m])


def near(table: Table, context: Context, *, until: int | None = None, k: int = NEAREST) -> list[tuple[float, Row]]:
    """The rows nearest to a context, nearest first, of equals the latest; each with the chance that it is drawn."""
    keys = sorted((context.apart(Context.of_key(key)), key) for key in table.groups)
    found: list[tuple[float, int, Row]] = []
    for place, (distance, key) in enumerate(keys):
        for row in table.rows(key):
            if until is None or row.at <= until:
                found.append((distance + _hours_apart(row.minute, context.minute), -row.at, row))
        following = keys[place + 1][0] if place + 1 < len(keys) else 0.0
        if len(found) >= k and sum(f[0] <= following for f in found) >= k:
            break
    best = sorted(found, key=lambda f: (f[0], f[1], f[2].rows))[:k]
    return [*zip(_chances([f[0] for f in best]), (f[2] for f in best), strict=True)]


def _chances(away: Sequence[float]) -> list[float]:
    """The nearer the likelier; distances are shrunk until enough rows have a say. The later is no likelier: people drift,
    but the last months of real chats told the next no better than all of the time did."""
    scale = SHARP
    while True:
        weights = [math.exp(scale * (away[0] - d)) for d in away]
        total = sum(weights)
        # (sum w)² / sum w² is how many rows of equal weight would vary as much
        if scale < 0.05 or total**2 >= min(VARIED, 0.5 * len(weights)) * sum(w * w for w in weights):
            return [w / total for w in weights]
        scale *= 0.8


def _hours_apart(a: int, b: int) -> float:
    if a < 0 or b < 0:
        return 0.25
    gap = abs(a - b)
    return min(gap, 1440 - gap) / 1440


def usable(found: Sequence[tuple[float, Row]]) -> list[tuple[float, Row]]:
    """What was written in answer, the shortest first, without the longest one in twenty."""
    written = sorted((f for f in found if f[1].lengths), key=lambda f: (sum(f[1].lengths), f[1].rows))
    total = STORY * sum(chance for chance, _ in written)
    shorter = accumulate((chance for chance, _ in written), initial=0.0)
    return [f for f, before in zip(written, shorter, strict=False) if before < total]


def drawn(
    found: Sequence[tuple[float, Row]],
    rng: random.Random,
    *,
    direct: bool = True,
    minutes: bool = False,
    words: Callable[[Row], str] = lambda row: "",
) -> Shape | None:
    """One answer of those rows, by their chances; None where nothing was ever written in answer. `words`: what it said."""
    written = usable(found)
    if not written:
        return None
    nearest = [row for _, row in found[:COUNTED]]
    n = len(nearest)
    left = sum(not r.answered for r in nearest) / n
    known = direct and n >= ENOUGH
    # the die is thrown in any case, so that what follows does not hang on whether silence is known
    silent = rng.random() < left
    (row,) = rng.choices([r for _, r in written], [c for c, _ in written])
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
