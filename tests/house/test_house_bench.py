"""The benchmarks work; their figures are nobody's pass mark here. In: tiny sizes. Out: the shapes they print."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def bench(*words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "quality.bench", *words, "--json"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def test_import_keeps_every_message_it_was_given() -> None:
    found = bench("import", "--messages", "400")
    assert found["records"] == found["kept"] == 400
    assert found["cpu_seconds"] > 0
    assert found["peak_rss_mb"] > 1
    assert found["messages_per_cpu_second"] > 0


def test_recall_answers_every_question() -> None:
    found = bench("recall", "--messages", "400", "--questions", "12")
    assert found["questions"] == sum(found["labels"].values()) == 12
    assert found["labels"].get("known", 0) > 6
    assert found["p50_ms"] <= found["p95_ms"] <= found["max_ms"]


def test_help_is_measured_beside_a_bare_interpreter() -> None:
    found = bench("help")
    assert found["cpu_ms"] > 0
    assert found["bare_interpreter_cpu_ms"] > 0


def conversation(path: Path, habits: tuple[str, str], turns: int) -> Path:
    topics = ["the lake", "dinner", "that train", "my sister", "the cold", "work", "sunday", "the film"]
    messages = [
        {"speaker": f"P{i % 2}", "at": f"2022-{1 + i // 600:02d}-{1 + i // 24 % 25:02d}T{i % 24:02d}:00:00",
         "text": f"{habits[i % 2]} {topics[i * 7 // 3 % 8]} {topics[i * 5 // 2 % 8]}"}
        for i in range(turns)
    ]  # fmt: skip
    path.write_text(json.dumps({"speakers": ["P0", "P1"], "messages": messages}), encoding="utf-8")
    return path


def test_likeness_says_when_it_cannot_measure(tmp_path: Path) -> None:
    short = conversation(tmp_path / "short.json", ("well,", "hahaha"), 60)
    found = bench("likeness", str(short))
    assert found["measurable"] is False
    assert "verifier messages" in found["why"]


def test_likeness_puts_the_person_near_100_and_the_partner_far_below(tmp_path: Path) -> None:
    chat = conversation(tmp_path / "chat.json", ("Well, as for", "hahaha omg"), 1200)
    other = conversation(tmp_path / "other.json", ("Regarding", "so... about"), 400)
    found = bench("likeness", str(chat), "--background", str(other))
    assert found["verifier_auc_5"] > 0.99
    assert 85 < found["voice"]["person_held_out"]["voice"] < 115
    assert found["voice"]["partner"]["voice"] < 50
