"""How long it takes to read what was lived through. In: a number of messages. Out: CPU seconds, and what was found.

The shipped stories, both, told again and again over twenty years: a synthetic chat of drawn words holds nothing to find, and
finding is the dear part.
"""

from __future__ import annotations

import time
from itertools import cycle, islice
from typing import Any

YEARS, SITTING, PAUSE = 20, 40, 45
"""Lines of a sitting, and seconds between two of them."""


def measure(n: int) -> dict[str, Any]:
    from afterword.app.demo import stories
    from afterword.memory.lived import live
    from afterword.model import Conversation, Speaker, Utterance
    from quality.conversations import exported

    texts = [
        (turn.speaker == story.subject, line.text)
        for story in stories().values() for turn in exported(story.file).turns for line in turn.lines
    ]  # fmt: skip
    apart = YEARS * 365 * 86_400 * SITTING // n
    said = tuple(
        Utterance(
            f"u{i}", "b" if theirs else "a", 1_100_000_000 + i // SITTING * apart + i % SITTING * PAUSE, text, row=i
        )
        for i, (theirs, text) in enumerate(islice(cycle(texts), n))
    )
    people = (Speaker("a", "Noa", owner=True), Speaker("b", "Ren"))
    before = time.process_time()
    found = live(Conversation("c", "t", True, "a", "b", people, said))
    return {
        "messages": n, "cpu_seconds": round(time.process_time() - before, 2), "events": len(found.events),
        "fights": len(found.fights), "scenes": len(found.episodes),
    }  # fmt: skip
