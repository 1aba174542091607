"""Learn the weights of recall. In: conversations with questions (as for `quality.bench recall`). Out: the table of weights.

`python -m quality.fit_recall FILES [--keep FOLDER]` prints first how well weights do on conversations they were not learned
from, then the tables RANK, RANK_CJK and PLAIN of `memory/weights.py`, learned from all. The questions over the shipped stories and over
the machine-made Chinese chat are always among them. A softmax over the lines of each question; every source counts as the
root of its questions, so that no source drowns the others. `--keep` leaves the vaults for the next time.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from quality import answers, asking, chinese_chat
from quality.importing import PASSPHRASE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.float64]

FOLDS, STEPS, RATE, HOLD, APART = 4, 250, 0.08, 0.04, 0.04
BLIND = ("of", "of_around", "of_any", "of_before", "of_asks", "first")
"""What tells who speaks: PLAIN goes without."""
SHOWN = ("recall@5", "recall@10", "mrr", "words@1000")


class Question(msgspec.Struct, frozen=True):
    """`features`: one row for each line; `place`: where these lines stand among the padded ones; `evidence` as rows."""

    group: str
    source: str
    kind: str
    text: str
    evidence: frozenset[int]
    features: Any
    rows: tuple[int, ...]
    place: Any
    ends: Any
    sizes: Any
    cjk: bool


# -- the questions with their lines ---------------------------------------------------------------------------------------


class Chat(msgspec.Struct, frozen=True):
    group: str
    source: str
    files: list[Path]
    made: dict[str, Any]
    zone: str
    lang: str
    questions: tuple[dict[str, Any], ...]


def _of_file(path: Path, folder: Path) -> Chat:
    data = json.loads(path.read_text(encoding="utf-8"))
    chat = folder / f"{path.stem}.txt"
    answers.export(data, chat)
    subject, me = data["speakers"][:2]
    said = {m["id"]: (m["at"][:10], m["text"].strip()) for m in data["messages"]}
    rows = tuple(
        {"question": q["question"], "kind": q["category"], "evidence": [said[e] for e in q["evidence"] if e in said]}
        for q in data["questions"]
        if q["category"] != answers.ABSENT
    )
    source = re.split(r"[-_.\d]", path.stem)[0] or path.stem
    files, made = [chat], {"name": subject, "me": me, "subject": subject}
    return Chat(path.stem, source, files, made, "UTC", "en", rows)


def _of_story(lang: str) -> Chat:
    from afterword.app.demo import stories

    s = stories()[lang]
    files, made = [s.file], {"name": s.subject, "me": s.me, "subject": s.subject, "lang": lang}
    rows = [
        r | {"kind": f"{name} {r['kind']}"}
        for name in ("example", "rough", "learn")
        for r in asking.read(f"{name}_{lang}")
    ]
    return Chat(f"story-{lang}", f"story-{lang}", files, made, s.zone, lang, _pairs(rows))


def _of_machine(folder: Path) -> Chat:
    file = folder / chinese_chat.FILE
    chinese_chat.write(file)
    subject, me = chinese_chat.SUBJECT, chinese_chat.ME
    files, made = [file], {"name": subject, "me": me, "subject": subject, "lang": "zh"}
    return Chat("made-zh", "made-zh", files, made, "Asia/Shanghai", "zh", _pairs(chinese_chat.questions()))


def _pairs(rows: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(r | {"evidence": [(e["day"], e["words"]) for e in r["evidence"]]} for r in rows)


def read(chat: Chat, folder: Path) -> Iterator[Question]:
    """Every question of a chat, with the lines that recall reads for it."""
    import numpy as np

    from afterword import Workspace
    from afterword.memory.recall import ensure_index, gathered, times_of

    vault = folder / f"vault-{chat.group}"
    known = vault.exists()
    with Workspace(vault, passphrase=PASSPHRASE, zone=chat.zone, lang=chat.lang) as w:
        if not known:
            w.create(chat.files, **chat.made)
        profile, library = w.personas.profile(None)
        ensure_index(library.shelf)
        people = library.called()
        people[profile.speaker] = (*people.get(profile.speaker, ()), profile.name)
        me = next((s for s in people if s.endswith(":owner")), "")
        said: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, day, text in library.shelf.db.execute(
            "SELECT row, date(at + east * 60, 'unixepoch'), text FROM utterance ORDER BY at, row"
        ):
            said[day, text.strip()].append(row)
        for q in chat.questions:
            evidence = frozenset(said[day, words][0] for day, words in q["evidence"] if said[day, words])
            if not evidence:
                continue
            _, ranked = gathered(
                library.shelf,
                q["question"],
                people,
                me,
                profile.speaker,
                times_of(library.shelf, q["question"], date.today()),
            )
            lines = [x for x in ranked.lines if x is not None]
            sizes = np.array([len(answers.words(x.text)) if x is not None else 0 for x in ranked.lines])
            columns = ranked.columns if lines else {}
            features = np.stack([*columns.values()], 1)[ranked.real].astype(np.float32) if lines else None
            NAMES[:] = list(columns) or NAMES
            yield Question(
                chat.group, chat.source, q["kind"], q["question"], evidence, features, tuple(x.row for x in lines),
                np.flatnonzero(ranked.real), ranked.ends(), sizes, ranked.cjk,
            )  # fmt: skip


NAMES: list[str] = []
"""Of the features, in their order."""


# -- learning -------------------------------------------------------------------------------------------------------------


Weights = tuple[dict[str, float], dict[str, float]]
"""For questions in alphabets, and for those in characters."""


def fit(questions: Sequence[Question], names: Sequence[str]) -> Weights:
    """Weights by which the lines of evidence have the largest chance (Adam on the mean log loss, kept small by HOLD).
    Questions in characters have the same weights plus a difference, which APART keeps small: they are too few to learn
    from alone."""
    import numpy as np

    from afterword.memory.ranking import CHARACTERS

    of = [q for q in questions if q.features is not None and not q.evidence.isdisjoint(q.rows)]
    many: dict[str, int] = defaultdict(int)
    for q in of:
        many[q.source] += 1
    counts = np.array([many[q.source] ** -0.5 for q in of])
    counts /= counts.sum()
    shared = [n for n in names if n not in CHARACTERS]
    x = np.concatenate([_apart(q, shared, names) for q in of])
    size = np.array([len(q.rows) for q in of])
    at = np.repeat(np.arange(len(of)), size)
    starts = np.r_[0, np.cumsum(size)[:-1]]
    hits = [np.array([float(r in q.evidence) for r in q.rows]) for q in of]
    wanted = np.concatenate([h / h.sum() for h in hits]).astype(np.float32)
    mean, wide = x.mean(0), x.std(0) + 1e-6
    x -= mean
    x /= wide
    hold = np.array([HOLD] * len(shared) + [APART] * len(names), dtype=np.float32)
    heavy = counts[at].astype(np.float32)
    w, first, second = (np.zeros(x.shape[1], np.float32) for _ in range(3))
    for step in range(1, STEPS + 1):
        score = x @ w
        e = np.exp(score - np.maximum.reduceat(score, starts)[at])
        chance = e / np.add.reduceat(e, starts)[at]
        slope = x.T @ (heavy * (chance - wanted)) + hold * w
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        w = w - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    w = (w / wide).astype(float)
    alphabet = dict(zip(shared, w[: len(shared)].tolist(), strict=True))
    apart = dict(zip(names, w[len(shared) :].tolist(), strict=True))
    return alphabet, {n: alphabet.get(n, 0.0) + apart[n] for n in names}


def _apart(q: Question, shared: Sequence[str], names: Sequence[str]) -> Column:
    """The shared features beside all features, the latter zero where the question is in an alphabet."""
    import numpy as np

    both = q.features[:, [NAMES.index(n) for n in (*shared, *names)]]
    return np.asarray(both * np.array([1] * len(shared) + [q.cjk] * len(names), dtype=both.dtype))


def units(q: Question, weights: Weights) -> list[list[int]]:
    """What recall shows for a question, as rows."""
    import numpy as np

    from afterword.memory.ranking import FIRST, ordered, shown, spans
    from afterword.memory.recall import PASSAGES

    if q.features is None:
        return []
    score = q.features @ np.array([weights[q.cjk].get(n, 0.0) for n in NAMES])
    chance = np.zeros(len(q.ends))
    chance[q.place] = np.exp(score - score.max())
    row = dict(zip(q.place.tolist(), q.rows, strict=True))
    best = ordered(q.sizes, spans(chance, q.ends, FIRST))
    return [sorted(row[i] for i in span.places) for span in shown(chance, q.sizes, best, answers.DEEP, PASSAGES)]


def tested(questions: Sequence[Question], names: Sequence[str]) -> list[tuple[Question, dict[str, float]]]:
    """Figures of each question by weights that were learned from other conversations."""
    groups = list(dict.fromkeys(q.group for q in questions))
    out = []
    for i in range(FOLDS):
        held = {*groups[i::FOLDS]}
        weights = fit([q for q in questions if q.group not in held], names)
        out += [(q, figured(q, weights)) for q in questions if q.group in held]
    return out


def figured(q: Question, weights: Weights) -> dict[str, float]:
    size = {str(r): int(q.sizes[p]) for r, p in zip(q.rows, q.place.tolist(), strict=True)}
    shown = [[str(r) for r in u] for u in units(q, weights)]
    return answers.figures(shown, [str(e) for e in q.evidence], size) | {
        "read": len(q.evidence & {*q.rows}) / len(q.evidence)
    }


def table(rows: Sequence[tuple[Question, dict[str, float]]]) -> str:
    out = [f"{'':28}{'n':>5}" + "".join(f"{c:>12}" for c in ("read", *SHOWN))]
    for source in sorted({q.source for q, _ in rows}):
        for kind in ("", *sorted({q.kind for q, _ in rows if q.source == source})):
            some = [f for q, f in rows if q.source == source and kind in ("", q.kind)]
            means = "".join(f"{statistics.mean(f[c] for f in some):12.3f}" for c in ("read", *SHOWN))
            out.append(f"{source + ' ' + kind:28}{len(some):5}{means}")
    return "\n".join(out)


def written(name: str, weights: dict[str, float]) -> str:
    """As it stands in `memory/weights.py`."""
    lines, line = [], "   "
    for key, value in weights.items():
        part = f' "{key}": {value:.2f},'
        if len(line) + len(part) > 116:
            lines.append(line)
            line = "   "
        line += part
    return "\n".join([f"{name}: dict[str, float] = {{", *lines, line, "}  # fmt: skip"])


def questions_of(files: Sequence[str], folder: Path) -> list[Question]:
    chats = [_of_file(Path(f), folder) for f in files] + [_of_story("en"), _of_story("zh"), _of_machine(folder)]
    return [q for chat in chats for q in read(chat, folder)]


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m quality.fit_recall", description=__doc__)
    parser.add_argument("files", nargs="*", help="conversations as JSON, with questions")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where vaults are left for the next time")
    asked = parser.parse_args(words)
    with nullcontext(asked.keep) if asked.keep else tempfile.TemporaryDirectory(prefix="afterword-fit-") as folder:
        Path(folder).mkdir(exist_ok=True)
        questions = questions_of(asked.files, Path(folder))
    print(table(tested(questions, NAMES)), end="\n\n")
    alphabet, characters = fit(questions, NAMES)
    print(written("RANK", alphabet), written("RANK_CJK", characters), sep="\n")
    alike = [msgspec.structs.replace(q, cjk=False) for q in questions]
    print(written("PLAIN", fit(alike, [n for n in NAMES if n not in BLIND])[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
