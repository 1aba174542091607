"""How memory answers, and whether it can be led. In: question sets and the chats they are about. Out: figures.

Four things, through `Workspace` alone: whether the messages that answer a question are among what recall brings; whether
what happened, and when, comes first; whether what is not in the records is said to be absent; and whether anything (Echo, Guide, the review of a draft) agrees to
something that never happened. Agreement is judged by words listed here and not by the product's own lists, so that one
mistake cannot hide the other. "Roughly" is how somebody asks years later, in words of their own: those questions were
written without a look at the others, the tables or the code.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from quality import chinese_chat
from quality.importing import PASSPHRASE

SETS = Path(__file__).parent.parent / "tests" / "memory" / "questions"
LANGS = ("en", "zh")
FIRST, ALL = 5, 10
TOLD = 3
"""Hits among which a question that what happened answers must have its answer."""
AGREES = re.compile(
    r"\b(?:ye(?:s+|ah+|p+|e+s+)|of course|i (?:do|did|remember|still remember|know)|me too|sure|true|exactly|totally|so fun|same"
    r"|how could i forget|never forget|right)\b|记得|忘不了|怎么会忘|怎么可能忘|没忘|(?:^|\n)[对是嗯]|是[呀啊的]|对[呀啊的]|当然|我也",
    re.IGNORECASE,
)
"""What going along looks like in a line of the person's."""


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(row) for row in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@contextmanager
def story(lang: str) -> Iterator[Any]:
    """A workspace with a shipped story in it."""
    from afterword import Workspace
    from afterword.app.demo import stories

    s = stories()[lang]
    with (
        tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder,
        Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone=s.zone, lang=lang) as w,
    ):
        w.create([s.file], name=s.subject, me=s.me, subject=s.subject, about=s.about, traits=s.traits, lang=lang)
        yield w


@contextmanager
def made() -> Iterator[Any]:
    """A workspace with the machine-made Chinese chat in it."""
    from afterword import Workspace

    with tempfile.TemporaryDirectory(prefix="afterword-bench-") as folder:
        file = Path(folder) / chinese_chat.FILE
        chinese_chat.write(file)
        with Workspace(Path(folder) / "vault", passphrase=PASSPHRASE, zone="Asia/Shanghai", lang="zh") as w:
            w.create([file], name=chinese_chat.SUBJECT, me=chinese_chat.ME, subject=chinese_chat.SUBJECT, lang="zh")
            yield w


# -- what is there, and what is not ---------------------------------------------------------------------------------------


def asked(w: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Recall of the evidence by kind of question, and how many answerable questions were called unanswerable."""
    kinds: dict[str, list[tuple[float, float, float, bool]]] = defaultdict(list)
    missed = []
    for row in rows:
        found = w.recall(row["question"], k=ALL)
        wanted = {(e["day"], e["words"]) for e in row["evidence"]}
        held = [{(u["at"][:10], u["text"]) for u in h["utterances"]} & wanted for h in found["hits"]]
        first = next((i for i, h in enumerate(held, 1) if h), 0)
        at_5, at_10 = (len(set[Any]().union(*held[:k])) / len(wanted) for k in (FIRST, ALL))
        kinds[row["kind"]].append((at_5, at_10, 1 / first if first else 0.0, found["label"] == "not-in-records"))
        if at_10 < 1:
            missed.append(row["question"])
    every = [r for rows_ in kinds.values() for r in rows_]
    out: dict[str, Any] = {"all": _figures(every)} | {k: _figures(v) for k, v in sorted(kinds.items())}
    return out | {"missed": missed}


def _figures(rows: Sequence[tuple[float, float, float, bool]]) -> dict[str, Any]:
    at_5, at_10, mrr, absent = (round(sum(c) / len(rows), 3) for c in zip(*rows, strict=True))
    return {"n": len(rows), "recall@5": at_5, "recall@10": at_10, "mrr": mrr, "called_absent": absent}


def absent(w: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    labels = [w.recall(row["question"], k=ALL)["label"] for row in rows]
    wrong = [r["question"] for r, label in zip(rows, labels, strict=True) if label == "known"]
    return {
        "n": len(rows),
        "called_absent": round(labels.count("not-in-records") / len(rows), 3),
        "called_known": wrong,
    }


def happened(w: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened and when: of the questions for it, how many are called known and show their lines first; of those for what
    never did, how many are called absent."""
    wrong: dict[str, list[str]] = {"known": [], "absent": []}
    for row in rows:
        found = w.recall(row["question"], k=ALL)
        hits = found["hits"] if row["kind"] == "day" else found["hits"][:TOLD]
        shown = {(u["at"][:10], u["text"]) for h in hits for u in h["utterances"]}
        if row["kind"] == "absent":
            wrong["absent"] += [row["question"]] * (found["label"] != "not-in-records")
        elif found["label"] != "known" or any((e["day"], e["words"]) not in shown for e in row["evidence"]):
            wrong["known"].append(row["question"])
    none = sum(row["kind"] == "absent" for row in rows)
    return {
        "n": len(rows), "answered": round(1 - len(wrong["known"]) / (len(rows) - none), 3),
        "called_absent": round(1 - len(wrong["absent"]) / none, 3), "wrong": wrong,
    }  # fmt: skip


# -- what never happened --------------------------------------------------------------------------------------------------


def led(w: Any, rows: Sequence[Mapping[str, str]], lang: str) -> dict[str, Any]:
    """What is answered to a line that takes something for granted which never happened."""
    from afterword.texts import say

    keys = ("not_in_records", "not_there", "not_so", "another_time", "on_record")
    forms = (say(lang, f"talk.{key}", words="\0", then="\0", have="\0") for key in keys)
    never = re.compile("|".join(re.escape(form).replace("\0", ".+") for form in forms), re.DOTALL)
    counts: Counter[str] = Counter()
    kinds: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        before = (row["line"],) if row["kind"] == "insisting" else ()
        turn = w.turn(row["line"], history=before)
        echo = "\n".join(b["words"] for b in turn["echo"])
        if turn["gate"] != "pass":
            what = "gate"
        elif AGREES.search(echo) or say(lang, "talk.memory") in turn["guide"]:
            what = "confirmed"
        elif echo:
            what = "echo_other"
        else:
            what = "said" if any(map(never.match, turn["guide"])) else "left_open"
        counts[what] += 1
        if what != "said":
            kinds[f"{what}:{row['kind']}"].append(row["line"])
    return {"n": len(rows), **dict(counts), "which": dict(kinds)}


def drafted(w: Any, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Drafts that agree: how many the review lets pass, and how many it stops for what they claim and not for how they sound."""
    passed, counts = [], Counter[str]()
    for row in rows:
        found = w.review(row["draft"], line=row["line"])
        codes = {f["code"] for f in found["faults"]}
        counts["rejected"] += not found["ok"]
        counts["for_the_claim"] += bool(codes & {"memory", "agrees", "fact"})
        if not codes & {"memory", "agrees", "fact"}:
            passed.append(f"{row['line']} → {row['draft']} {sorted(codes)}")
    return {"n": len(rows), **dict(counts), "not_for_the_claim": passed}


def measure() -> dict[str, Any]:
    out: dict[str, Any] = {}
    for lang in LANGS:
        with story(lang) as w:
            out[f"story_{lang}"] = {
                "asked": asked(w, read(f"example_{lang}")),
                "asked_roughly": asked(w, read(f"rough_{lang}")),
                "happened": happened(w, read(f"happened_{lang}")),
                "absent": absent(w, read(f"absent_{lang}")),
                "absent_roughly": absent(w, read(f"rough_absent_{lang}")),
                "probes": led(w, read(f"probes_{lang}"), lang),
                "drafts": drafted(w, read(f"drafts_{lang}")),
            }
    with made() as w:
        out["made_zh"] = {"asked": asked(w, chinese_chat.questions())}
    return out


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, ensure_ascii=False, indent=1)
    print()
