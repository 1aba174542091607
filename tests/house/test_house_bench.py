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


def test_what_was_lived_is_found() -> None:
    found = bench("lived", "--messages", "5000")
    assert found["events"] > 40
    assert found["scenes"] >= 125


def test_briefs_fit_their_limit() -> None:
    found = bench("brief", "--messages", "1500", "--lines", "10")
    assert 5 < found["briefs"] <= 10
    assert found["all"]["p50_ms"] <= found["all"]["p95_ms"] <= found["all"]["max_ms"]
    assert 100 < found["most_tokens"] <= 1_500


def test_the_echo_is_measured_on_a_story() -> None:
    story = str(ROOT / "src/afterword/examples/en/WhatsApp Chat with Maya Okafor.txt")
    figures = bench("replying", story, "--messages", "3000")
    speed = figures["speed"]
    assert min(speed[part] for part in ("index_s", "added", "later_s", "between_s")) > 0
    assert speed["p50"] <= speed["p95"]
    people = figures["people"]
    assert len(people) == 2
    for found in people.values():
        assert found["selection"]["others"] > 0.4  # nine of ten are wrong
        assert 0.2 < found["echo"]["answered"] <= 1
        assert 0.4 < found["echo"]["tell_auc"] < 0.9


def test_the_review_is_measured_on_four_scripted_writers() -> None:
    story = str(ROOT / "src/afterword/examples/zh/chat.txt")
    mean = bench("review", story, "--messages", "0")["mean"]["zh"]
    assert 0.8 < mean["real_passes"] <= 1
    for writer in ("flatterer", "caricaturist", "lecturer", "polisher"):
        assert 0.8 < mean[writer]["stopped"] <= 1, writer
    assert mean["flatterer"]["sanitised"] > 0.8


def test_a_choice_keeps_its_budget() -> None:
    found = bench("distill", "--messages", "1500", "--budget", "30000")
    assert 1_000 < found["tokens"] <= 30_000
    assert found["facets"] == 11
    assert found["periods_covered"] == found["moods_covered"] == 1.0
    assert len(found["moods"]) > 3


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
    found = bench("likeness", str(short), "--person", "P1")
    assert found["people"]["short:P1"] == {
        "turns": {"source": 15, "verifier": 7, "held_out": 8}, "measurable": False,
        "why": {"code": "source", "found": 15.0, "least": 40.0},
    }  # fmt: skip
    assert found["summary"] == {"people": 1, "measurable": 0}


def test_likeness_puts_the_person_near_100_and_everybody_else_far_below(tmp_path: Path) -> None:
    """The other is a stranger to the judge; who wrote what in one side's messages is named as well."""
    chat = conversation(tmp_path / "chat.json", ("Well, as for you and me", "hahaha omg that is"), 900)
    other = conversation(tmp_path / "other.json", ("Regarding what I have said of", "so... about you and"), 400)
    other.write_text(other.read_text(encoding="utf-8").replace('"P', '"Q'), encoding="utf-8")
    sms = tmp_path / "sms.jsonl"
    rows = [
        {
            "writer": who,
            "at": f"2022.01.{1 + i // 24:02d} {i % 24:02d}:00",
            "text": f"{habit} {i * 7 % 31} {i * 5 % 13}",
        }
        for who, habit in (("one", "well then my dear, as for"), ("two", "hahaha omg it is"))
        for i in range(420)
    ]
    sms.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    found = bench("likeness", str(chat), str(other), "--person", "P1", "--sms", str(sms))
    one = found["people"]["chat:P1"]
    assert one["verifier_auc_5"] > 0.95
    assert 85 < one["sets"]["own"]["voice"]["value"] < 115
    assert one["sets"]["partner"]["voice"]["value"] < 50
    assert {"1", "5", "10"} == one["unseen_auc"].keys()
    assert one["author"]["20"] is not None
    writers = found["sms"]["writers"]
    assert {w["author"]["20"] for w in writers.values()} == {1.0}
