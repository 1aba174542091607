"""MemoTrace's json: the list that v2 sets beside its page. In: a path. Out: a record for each message.

Its other json is material to train a model with: without times, shuffled, lines of one person run together. Nothing
of it can be placed, so it is refused with the way to a better file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import head_text
from afterword.importers.streamed_json import JsonCut, cut
from afterword.importers.wechat_exports._json import facts, listed
from afterword.importers.wechat_exports._memotrace import record
from afterword.model import ChatRef

TRAINING = re.compile(
    r'\[\s*\{\s*"(?:conversations|messages)"\s*:\s*\[\s*\{\s*"role"\s*:'
    r'|\[\s*\{\s*(?:"system"\s*:\s*"[^"]*"\s*,\s*)?"instruction"\s*:.*?"history"\s*:',
    re.S,
)


class MemotraceJson:
    name = "memotrace_json"
    version = 1
    title = "WeChat by MemoTrace 留痕 (json)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head).lstrip()
        if text.startswith("[") and all(f'"{k}"' in text for k in ("is_send", "server_id", "display_name")):
            return Match(1.0, "MemoTrace message fields")
        if TRAINING.match(text):
            return Match(0.6, "conversations to train a model with")
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        with path.open("rb") as f:
            if TRAINING.match(head_text(f.read(1 << 16)).lstrip()):
                raise BadInput(
                    "import.memotrace.training",
                    f"{path.name} is made to train a model: it has no times, and its conversations are shuffled.",
                    next_step="Export the chat again as CSV, TXT or HTML.",
                )
        yield facts(path, options)
        n = 0
        try:
            for where, m in listed(path, options):
                yield record(m, where, False)
                n += 1
        except JsonCut as e:
            yield cut(e, f"/{n}")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        yield ChatRef("", path.name.partition(".")[0], None, "wechat")


importer = MemotraceJson()
