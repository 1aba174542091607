"""`python -m quality.bench import|photos|recall|lived|likeness|brief|moments|replying|review|distill|asking|help`: one benchmark, one JSON object on standard output.

In: a name and its options. Out: figures with what they were measured on. Nothing is written outside a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from typing import Any

from quality import (
    answers,
    asking,
    briefing,
    distilling,
    drafts,
    helping,
    importing,
    likeness,
    moments,
    parsing,
    photos,
    recalling,
    remembering,
    replying,
)


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m quality.bench", description=__doc__)
    kinds = parser.add_subparsers(dest="bench", required=True)

    importing_ = kinds.add_parser("import", help="messages for each CPU second, into a fresh encrypted vault")
    importing_.add_argument("--messages", type=int, default=1_000_000)
    importing_.add_argument(
        "--to-skill", action="store_true", help="the whole way: import, measure, claim, write the skill"
    )

    importing_.add_argument(
        "--parse", nargs="*", metavar="FORMAT", help="only read, six formats or the named ones, without a vault"
    )
    importing_.add_argument(
        "--peers", metavar="PYTHON", help="with --parse: an interpreter with chat-miner and whatstk"
    )
    importing_.add_argument(
        "--repeat", type=int, default=1, help="with --parse: line formats made so many times longer"
    )

    pictures = kinds.add_parser("photos", help="CPU seconds for a folder of photos")
    pictures.add_argument("--files", type=int, default=10_000)

    recall = kinds.add_parser("recall", help="how much of what answers a question is found, and how fast")
    recall.add_argument("conversations", nargs="*", help="as JSON with questions; none: only the speed is measured")
    recall.add_argument("--messages", type=int, default=100_000, help="of the chat for speed; 0 leaves speed out")
    recall.add_argument("--questions", type=int, default=200)

    lived = kinds.add_parser("lived", help="CPU seconds to find events, scenes, fights and facts")
    lived.add_argument("--messages", type=int, default=100_000)

    like = kinds.add_parser(
        "likeness", help="whether the scale of likeness holds, and how much the Echo writes like the person"
    )
    like.add_argument(
        "conversations",
        nargs="*",
        help="as JSON or chat exports (default: the shipped stories); strangers to one another",
    )
    like.add_argument("--person", help="this person alone")
    like.add_argument("--replies", help="a file of replies in the person's name, .jsonl or .txt")
    like.add_argument("--sms", help="messages of one side: {writer, at, text} a line")

    told = kinds.add_parser("brief", help="milliseconds of a brief in a running process")
    told.add_argument("--messages", type=int, default=100_000)
    told.add_argument("--lines", type=int, default=80)

    fitting = kinds.add_parser("moments", help="whether shape, examples, marks, words and choice fit the line")
    fitting.add_argument("conversations", nargs="*", help="as JSON or chat exports (default: the two shipped stories)")

    answers = kinds.add_parser("replying", help="how well the Echo answers, and how fast")
    answers.add_argument(
        "conversations", nargs="*", help="as JSON or chat exports (default: the shipped Chinese story)"
    )
    answers.add_argument(
        "--others", nargs="*", default=[], help="other people's: distractors, and the judge learns of them"
    )
    answers.add_argument("--messages", type=int, default=100_000, help="of the chat for speed; 0 leaves speed out")

    drafted = kinds.add_parser(
        "review", help="what the review stops of four scripted writers, and lets pass of the person"
    )
    drafted.add_argument("conversations", nargs="*", help="as JSON or chat exports (default: the two shipped stories)")
    drafted.add_argument("--writers", metavar="JSONL", help="one-sided messages: writer, at, text")
    drafted.add_argument("--people", type=int, default=12, help="writers at most")
    drafted.add_argument("--messages", type=int, default=100_000, help="of the chat for speed; 0 leaves speed out")

    chosen = kinds.add_parser("distill", help="what is chosen for a model to read, how fast, and how evenly")
    chosen.add_argument("--messages", type=int, default=100_000)
    chosen.add_argument("--budget", type=int, default=60_000, help="tokens in, all packets together")

    kinds.add_parser("asking", help="questions with an answer, without one, and lines that lead, over chats of our own")

    kinds.add_parser("help", help="CPU milliseconds of afterword --help")
    for kind in kinds.choices.values():
        kind.add_argument("--json", action="store_true", help="one line instead of an indented object")
    return parser.parse_args(words)


def run(asked: argparse.Namespace) -> dict[str, Any]:
    if asked.bench == "import" and asked.parse is not None:
        return parsing.measure(asked.messages, asked.parse or None, asked.peers, asked.repeat)
    if asked.bench == "photos":
        return photos.measure(asked.files)
    if asked.bench == "import":
        return importing.measure(asked.messages, to_skill=asked.to_skill)
    if asked.bench == "recall":
        found = answers.measure(asked.conversations) if asked.conversations else {}
        return found | (recalling.measure(asked.messages, asked.questions) if asked.messages else {})
    if asked.bench == "lived":
        return remembering.measure(asked.messages)
    if asked.bench == "likeness":
        return likeness.measure(asked.conversations, person=asked.person, replies=asked.replies, sms=asked.sms)
    if asked.bench == "brief":
        return briefing.measure(asked.messages, asked.lines)
    if asked.bench == "moments":
        return moments.measure(asked.conversations)
    if asked.bench == "replying":
        return replying.measure(asked.conversations, asked.others, asked.messages)
    if asked.bench == "review":
        return drafts.measure(asked.conversations, asked.writers, asked.people, asked.messages)
    if asked.bench == "distill":
        return distilling.measure(asked.messages, asked.budget)
    if asked.bench == "asking":
        return asking.measure()
    return helping.measure()


def main(words: Sequence[str] | None = None) -> int:
    asked = arguments(words)
    figures = {"bench": asked.bench, **run(asked), "python": platform.python_version(), "machine": platform.machine()}
    print(json.dumps(figures, ensure_ascii=False, indent=None if asked.json else 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
