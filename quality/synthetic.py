"""A chat that nobody wrote. In: a number of messages. Out: a WhatsApp Android file, the same bytes every time.

The shape matters to what is measured: word frequencies follow Zipf's law over 20,000 words in two languages (an index
of ten words is fast and tells nothing), bursts have several bubbles, and one message in 25 has a second line.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

ME, SUBJECT = "Noa Lind", "Ren Aoki"
WORDS = 10_000
"""Words for each language."""
START = datetime(2018, 1, 13, 8, 0)
BATCH = 50_000
MEDIA = "<Media omitted>"

_ONSETS = (
    "",
    "b",
    "br",
    "c",
    "ch",
    "d",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "r",
    "s",
    "st",
    "t",
    "th",
    "v",
    "w",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_CODAS = ("", "", "n", "r", "s", "t", "l", "m", "ck", "nd")


def vocabulary() -> tuple[list[str], list[str]]:
    """(Latin-script words, Chinese words), the most frequent first; frequent words are short, as everywhere."""
    rng = random.Random(20_000)
    latin: dict[str, None] = {}
    while len(latin) < WORDS:
        syllables = 1 if len(latin) < 300 else 2 if len(latin) < 5_000 else 3
        latin["".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(syllables))] = None
    # The 3,755 characters of GB 2312's first level are those in daily use.
    common = [bytes((a, b)).decode("gb2312") for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF)]
    rng.shuffle(common)
    chinese: dict[str, None] = {}
    while len(chinese) < WORDS:
        size = 1 if len(chinese) < 250 else 2
        chinese["".join(rng.choice(common[: 400 + len(chinese) // 5]) for _ in range(size))] = None
    return list(latin), list(chinese)


def messages(n: int) -> Iterator[tuple[datetime, str, str]]:
    """(moment, speaker, words); about 60 characters on average, Latin-script and Chinese in turn."""
    rng = random.Random(n)
    latin, chinese = vocabulary()
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(WORDS)))
    at, speaker, left = START, ME, 0
    for start in range(0, n, BATCH):
        count = min(BATCH, n - start)
        pool = {
            False: iter(rng.choices(latin, cum_weights=weights, k=count * 44)),
            True: iter(rng.choices(chinese, cum_weights=weights, k=count * 44)),
        }
        for _ in range(count):
            if left == 0:
                speaker = SUBJECT if speaker == ME else ME
                left = rng.choice((1, 1, 1, 2, 2, 3, 4))
                at += timedelta(seconds=rng.choice((20, 40, 60, 90, 240, 900)))
                if rng.random() < 0.02:
                    at += timedelta(hours=rng.randint(2, 14))
            left -= 1
            at += timedelta(seconds=rng.randint(2, 25))
            if rng.random() < 0.03:
                yield at, speaker, MEDIA
                continue
            in_chinese = rng.random() < 0.35
            size = min(40, max(1, int(rng.lognormvariate(2.3, 0.75))))
            words = [next(pool[in_chinese]) for _ in range(size)]
            text = ("" if in_chinese else " ").join(words)
            if in_chinese and size > 8:
                text = text[: len(text) // 2] + "，" + text[len(text) // 2 :]
            if rng.random() < 0.04:
                text += "\n" + next(pool[in_chinese])
            yield at, speaker, text


def write(path: Path, n: int) -> dict[str, float]:
    """The file, and what is in it."""
    characters = 0
    with path.open("w", encoding="utf-8", newline="\n") as f:
        for at, speaker, text in messages(n):
            characters += len(text)
            f.write(f"{at:%d/%m/%Y}, {at:%H:%M} - {speaker}: {text}\n")
    return {"messages": n, "mean_characters": round(characters / n, 1), "bytes": path.stat().st_size}
