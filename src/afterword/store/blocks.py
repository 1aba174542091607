"""Blocks of six utterances, the units in which a chat is searched. In: the rows of a shelf. Out: blocks that may answer.

The blocks part the chat, none overlaps: where an answer begins and ends is decided later, line by line, so overlapping
windows would only double the index. What comes later is added at the end, the last block alone is made anew; what turns
out to have been said earlier goes into the blocks around it. A question is answered by adding up, block by block, what
its words weigh: that each word's places are read once, and the commonest words only beside rarer ones, is what keeps
a million messages within milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING, TypeVar

import msgspec

from afterword.han import simplified
from afterword.model import Kind
from afterword.store.cipher import transaction
from afterword.store.search import empty, in_cjk, merge, paired, paired_phrase, rarity
from afterword.store.shelf import Shelf

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ids = NDArray[np.int64]
    Column = NDArray[np.float64]

SIZE = 6
VERSION = "11"
CAP, MOST = 1_000, 3_000
"""Places that are read of one word and of all; a word with more is looked for beside rarer ones only."""
KEPT = 1_000
"""Words whose places are kept, the latest; eight megabytes at the most."""
NEAR = 0.3
"""What a block is worth for what its neighbour holds: the answer often follows the words of the question."""
DATED = 2.0
AROUND = 2
"""Lines that are read before and after a block: with more, not one answer more was found."""
_ORDER = "ORDER BY u.at, u.row"


T = TypeVar("T")


def batched(some: Iterable[T], n: int) -> Iterator[tuple[T, ...]]:
    rest = iter(some)
    while part := tuple(islice(rest, n)):
        yield part


class Line(msgspec.Struct, frozen=True, gc=False):
    """`text` is for reading, in simplified characters."""

    row: int
    speaker: str
    at: int
    east: int
    text: str


class Block(msgspec.Struct, frozen=True, gc=False):
    id: int
    at: int
    first: int
    rows: str


def refresh(shelf: Shelf) -> bool:
    """Bring the blocks up to the records as they stand. True if anything was changed."""
    now = f"{VERSION}|{shelf.stamp()}"
    changed = shelf.get("index") != now
    if changed or shelf.places_of != now:
        shelf.places_of, shelf.places = now, {}
    if not changed:
        return False
    last, n = (int(x) for x in shelf.get("blocks", "0 0").split())
    whole = shelf.get("index").partition("|")[0] == VERSION and last > 0 and _count(shelf, last) == n
    with transaction(shelf.db):
        if not whole:
            clear(shelf)
            last = 0
        _take(shelf, last)
        if not whole:
            merge(shelf, "window")
        top = shelf.db.execute("SELECT coalesce(max(row), 0) FROM utterance").fetchone()[0]
        shelf.put("blocks", f"{top} {_count(shelf, top)}")
        shelf.put("spans:window", str(shelf.db.execute("SELECT count(*) FROM block").fetchone()[0]))
        shelf.put("index", now)
    return True


def clear(shelf: Shelf) -> None:
    shelf.db.execute("DELETE FROM block")
    shelf.db.execute("DELETE FROM meta WHERE key IN ('index', 'blocks')")
    empty(shelf, "window")


def _spoken(shelf: Shelf) -> str:
    handles = ",".join(str(h[0]) for h in shelf.handles() if h[5])
    return f"u.kind != {int(Kind.SYSTEM)} AND u.text != '' AND u.handle IN ({handles})"


def _count(shelf: Shelf, last: int) -> int:
    where = f"u.row <= ? AND {_spoken(shelf)}"
    return int(shelf.db.execute(f"SELECT count(*) FROM utterance u WHERE {where}", (last,)).fetchone()[0])


def _take(shelf: Shelf, last: int) -> None:
    """Rows after `last` into blocks: the later ones behind the last block, the others where they belong."""
    db = shelf.db
    tail = db.execute("SELECT id, at, first, rows FROM block ORDER BY at DESC, first DESC LIMIT 1").fetchone()
    fresh = f"SELECT u.row, u.at, u.text FROM utterance u WHERE u.row > {last} AND {_spoken(shelf)}"
    if tail is None:
        _add(shelf, db.execute(f"{fresh} {_ORDER}"))
        return
    later = f"(u.at, u.row) > ({tail[1]}, {tail[2]})"
    if db.execute(f"{fresh} AND {later} LIMIT 1").fetchone():
        _drop(shelf, [tail[0]])
        _add(shelf, db.execute(f"{fresh} AND {later} UNION ALL {_again(tail[3])} ORDER BY 2, 1"))
    earlier = db.execute(f"{fresh} AND NOT {later} {_ORDER}").fetchall()
    for block, rows in groupby(earlier, lambda r: _around(shelf, r[1], r[0])):
        new = list(rows)  # before the block goes: to read on, groupby asks for the next one's block
        _drop(shelf, [block[0]])
        _add(shelf, iter(sorted([*new, *db.execute(_again(block[1]))], key=lambda r: (r[1], r[0]))))


def _again(rows: str) -> str:
    return f"SELECT u.row, u.at, u.text FROM utterance u WHERE u.row IN ({rows})"


def _around(shelf: Shelf, at: int, row: int) -> tuple[int, str]:
    """The block in whose time a row falls; the first one for what came before everything."""
    select = "SELECT id, rows FROM block"
    found = shelf.db.execute(
        f"{select} WHERE (at, first) <= (?, ?) ORDER BY at DESC, first DESC LIMIT 1", (at, row)
    ).fetchone()
    id, rows = found or shelf.db.execute(f"{select} ORDER BY at, first LIMIT 1").fetchone()
    return int(id), str(rows)


def _drop(shelf: Shelf, ids: Sequence[int]) -> None:
    shelf.db.executemany("DELETE FROM block WHERE id = ?", [(i,) for i in ids])
    shelf.db.executemany("DELETE FROM window_text WHERE rowid = ?", [(i,) for i in ids])


def _add(shelf: Shelf, rows: Iterable[tuple[int, int, str]]) -> None:
    """(row, at, text) in time order, without a gap, into blocks. An id is left out before them, so that of two blocks the one
    with the next id is the next one in time."""
    db = shelf.db
    id = db.execute("SELECT coalesce(max(id) + 1, 0) FROM block").fetchone()[0]

    def made() -> Iterator[tuple[int, int, int, str, str]]:
        for i, part in enumerate(batched(rows, SIZE), id + 1):
            yield i, part[0][1], part[0][0], ",".join(str(r[0]) for r in part), paired("\n".join(r[2] for r in part))

    for some in batched(made(), 2_000):
        db.executemany("INSERT INTO block VALUES (?, ?, ?, ?)", [b[:4] for b in some])
        db.executemany("INSERT INTO window_text (rowid, text) VALUES (?, ?)", [(b[0], b[4]) for b in some])


class Found(msgspec.Struct, frozen=True):
    """`weights`: of each concept, by the rarity of its own word; `rarity`: of the words like them that stand somewhere.
    `seen`: whether a concept's own word, and whether anything like it, stands anywhere."""

    blocks: tuple[int, ...]
    weights: tuple[float, ...]
    seen: tuple[tuple[bool, bool], ...]
    rarity: dict[str, float]


def _places(shelf: Shelf, query: str, limit: int) -> Ids:
    """Where the words stand. Kept while the records are the same: people ask again with the same common words."""
    import numpy as np

    if (query, limit) in shelf.places:
        return shelf.places[query, limit]
    some = "SELECT rowid FROM window_text WHERE window_text MATCH ? ORDER BY rowid LIMIT ?"
    # handed over in one piece: a thousand rows one by one take longer than to find them
    found = shelf.db.execute(f"SELECT json_group_array(rowid) FROM ({some})", (query, limit)).fetchone()[0]
    ids = np.array(msgspec.json.decode(found, type=list[int]), dtype=np.int64)
    if len(shelf.places) >= KEPT:
        del shelf.places[next(iter(shelf.places))]
    shelf.places[query, limit] = ids
    return ids


def find(
    shelf: Shelf,
    concepts: Sequence[Sequence[tuple[str, float]]],
    days: Sequence[tuple[int, int]],
    k: int,
) -> Found:
    """The blocks that hold most of the concepts, each given as words with weights, its own word first."""
    import numpy as np

    top = last_block(shelf)
    worth: list[tuple[Ids, Column]] = []
    weights, seen, common, left = [], [], [], MOST
    rare: list[int] = []
    rare_as: dict[str, float] = {}
    words = [c[0][0] for c in concepts]
    own = [_places(shelf, paired_phrase(w), CAP) for w in words]
    for ids in own:
        n = len(ids) if len(ids) < CAP else max(len(ids), int(len(ids) * top / max(1, int(ids[-1]))))
        weights.append(rarity(n, top))
    for i in sorted(range(len(concepts)), key=lambda i: len(own[i])):
        concept, ids = concepts[i], own[i]
        if len(ids) == CAP:
            common.append(i)
            continue
        held = [(ids, weights[i])]
        left -= len(ids)
        alike = False
        for word, weight in sorted(concept[1:], key=lambda a: a[1]):
            others = _places(shelf, paired_phrase(word), min(CAP, left) + 1) if left > 0 else ids[:0]
            alike = alike or len(others) > 0
            if len(others) <= min(CAP, left):
                left -= len(others)
                # a word like it is worth no more than its own rarity makes it
                rare_as[word] = rarity(len(others), top)
                held.append((others, weight * min(weights[i], rare_as[word])))
        worth.append(_most(held))
        seen.append((i, len(ids) > 0, len(ids) > 0 or alike))
        rare.append(i)
    for i in common:
        seen.append((i, True, True))
        longer = [j for j in range(len(concepts)) if len(own[j]) and _part_of(words[i], words[j])]
        if longer:  # it stands where the longer word does; beside other words one character tells nothing
            worth += [_each(own[j], weights[i]) for j in longer if j in rare]
        elif rare:
            beside = f"({' OR '.join(paired_phrase(words[j]) for j in rare)}) AND {paired_phrase(words[i])}"
            worth.append(_each(_places(shelf, beside, CAP), weights[i]))
    places, score = _summed(worth)
    places, score = _summed([(places, score), (places - 1, NEAR * score), (places + 1, NEAR * score)])
    here = (places > 0) & (places <= top)
    places, score = _summed([(places[here], score[here]), *(_each(_on(shelf, *day), DATED) for day in days)])
    if not len(places) and common:
        places, score = _each(_together(shelf, [paired_phrase(words[i]) for i in common], k), 1.0)
    if len(places) > k:
        best = np.argpartition(-score, k)[:k]
        places, score = places[best], score[best]
    order = {i: (a, b) for i, a, b in seen}
    return Found(
        tuple(places[np.lexsort((places, -score))].tolist()),
        tuple(weights),
        tuple(order[i] for i in range(len(concepts))),
        rare_as,
    )


# Blocks and what they are worth, for those alone that hold anything: few of many.


def _each(ids: Ids | Sequence[int], value: float) -> tuple[Ids, Column]:
    import numpy as np

    return np.asarray(ids, dtype=np.int64), np.full(len(ids), value)


def _most(held: Sequence[tuple[Ids, float]]) -> tuple[Ids, Column]:
    """Every block once, for the most that it is worth."""
    import numpy as np

    if len(held) == 1:
        return _each(*held[0])
    ids = np.concatenate([some for some, _ in held])
    worth = np.repeat([value for _, value in held], [len(some) for some, _ in held])
    order = np.lexsort((-worth, ids))
    ids, worth = ids[order], worth[order]
    first = np.diff(ids, prepend=-1) > 0
    return ids[first], worth[first]


def _part_of(word: str, longer: str) -> bool:
    return word != longer and in_cjk(word) and word in longer


def _summed(parts: Sequence[tuple[Ids, Column]]) -> tuple[Ids, Column]:
    import numpy as np

    if not parts:
        return _each((), 0.0)
    ids, place = np.unique(np.concatenate([i for i, _ in parts]), return_inverse=True)
    return ids, np.bincount(place, np.concatenate([w for _, w in parts]), len(ids)).astype(np.float64, copy=False)


def _on(shelf: Shelf, start: int, end: int) -> list[int]:
    """The blocks between two moments, and the one before, that may reach into them."""
    within = "SELECT id FROM block WHERE at BETWEEN ? AND ? ORDER BY at, first LIMIT ?"
    before = "SELECT id FROM block WHERE at < ? ORDER BY at DESC, first DESC LIMIT 1"
    found = [*shelf.db.execute(within, (start, end, CAP)), *shelf.db.execute(before, (start,))]
    return [r[0] for r in found]


def _together(shelf: Shelf, words: Sequence[str], k: int) -> list[int]:
    """Only common words: the latest blocks with all of them, else with the rarest."""
    for query in (" AND ".join(words), words[0]):
        found = shelf.db.execute(
            "SELECT rowid FROM window_text WHERE window_text MATCH ? ORDER BY rowid DESC LIMIT ?", (query, k)
        ).fetchall()
        if found:
            return [r[0] for r in found]
    return []


def stretches(shelf: Shelf, ids: Sequence[int], wide: int) -> list[list[Line]]:
    """The lines of blocks, with the nearest lines of the blocks around the first `wide` of them, as runs without a gap."""
    if not ids:
        return []
    chosen, wider = {*ids}, {*ids[:wide]}
    select = "SELECT id, at, first, rows FROM block"
    near = [*{*ids, *(j for i in wider for j in (i - 1, i + 1))}]
    held = {r[0]: Block(*r) for r in shelf.db.execute(f"{select} WHERE id IN ({','.join('?' * len(near))})", near)}
    # the next id is the next block; where lines were added later, the time tells
    after = {i for i in held if i - 1 in held}
    for id in [i for i in wider if i in held]:
        place = (held[id].at, held[id].first)
        if id - 1 not in held:
            earlier = shelf.db.execute(
                f"{select} WHERE (at, first) < (?, ?) ORDER BY at DESC, first DESC LIMIT 1", place
            ).fetchone()
            if earlier:
                held[earlier[0]] = Block(*earlier)
                after.add(id)
        if id + 1 not in held:
            later = shelf.db.execute(
                f"{select} WHERE (at, first) > (?, ?) ORDER BY at, first LIMIT 1", place
            ).fetchone()
            if later:
                held[later[0]] = Block(*later)
                after.add(later[0])
    order = sorted(held.values(), key=lambda b: (b.at, b.first))
    runs: list[list[int]] = []
    for b, before, behind in zip(order, [None, *order], [*order[1:], None], strict=False):
        rows = [int(r) for r in b.rows.split(",")]
        follows = before is not None and before.id in wider and b.id in after
        leads = behind is not None and behind.id in wider and behind.id in after
        if b.id not in chosen and not (follows and leads):
            rows = rows[:AROUND] if follows else rows[-AROUND:]
        # of the one before, the end at least was read
        joined = b.id in after and b.id in chosen and (b.id in wider or before is not None and before.id in chosen)
        if follows or joined:
            runs[-1] += rows
        else:
            runs.append(rows)
    said = lines(shelf, [r for run in runs for r in run])
    return [[said[r] for r in run if r in said] for run in runs]


def lines(shelf: Shelf, rows: Sequence[int]) -> dict[int, Line]:
    speaker = {h[0]: h[5] for h in shelf.handles()}
    found = shelf.db.execute(
        f"SELECT row, handle, at, east, text FROM utterance WHERE row IN ({','.join('?' * len(rows))})", rows
    )
    return {r[0]: Line(r[0], speaker.get(r[1], ""), r[2], r[3], simplified(r[4])) for r in found}


def holding(shelf: Shelf, words: Sequence[str], most: int) -> list[Line]:
    """The lines of the earliest blocks in which any of these words stands."""
    ids = _places(shelf, " OR ".join(map(paired_phrase, words)), most).tolist() if words else []
    runs = shelf.db.execute(f"SELECT rows FROM block WHERE id IN ({','.join(map(str, ids))}) ORDER BY at, first")
    return [*lines(shelf, [int(r) for (rows,) in runs for r in rows.split(",")]).values()]


def last_block(shelf: Shelf) -> int:
    return int(shelf.db.execute("SELECT coalesce(max(id), 0) FROM block").fetchone()[0])


def bounds(shelf: Shelf) -> tuple[int, int]:
    """The first and the last dated moment of the blocks; zeros without any."""
    one = "(SELECT {}(at) FROM block WHERE at > 0)"  # each alone is read off the index, both at once read every block
    first, last = shelf.db.execute(f"SELECT {one.format('min')}, {one.format('max')}").fetchone()
    return int(first or 0), int(last or 0)
