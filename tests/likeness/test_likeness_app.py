"""`afterword likeness`: the whole way over a vault, in both languages, and every file that is not what it should be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from afterword import Workspace
from afterword.app.demo import stories
from afterword.app.likeness import Measured, figures, meaning, sides, why_not
from afterword.app.reply_files import read_replies
from afterword.cli.likeness import told
from afterword.errors import BadInput
from afterword.likeness.measure import Score
from afterword.likeness.sanitise import Index, Marker
from afterword.likeness.score import Figure, NotMeasurable, Said
from afterword.likeness.tells import Tell
from afterword.model import Conversation, Kind, Speaker, Utterance
from afterword.texts import LANGS

WORDS = "a made up passphrase"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    chosen = stories()["zh"]
    home = tmp_path_factory.mktemp("likeness") / "vault"
    with Workspace(home, passphrase=WORDS, lang="zh", zone=chosen.zone) as w:
        w.create([chosen.file], name="小雨", me=chosen.me, subject=chosen.subject, lang="zh")
        yield w


@pytest.fixture(scope="module")
def found(story: Workspace) -> dict[str, Any]:
    steps: list[str] = []
    out = story.likeness(progress=lambda step, n: steps.append(step))
    assert len(steps) == 4
    assert all(re.search(r"[\u4e00-\u9fff]", s) for s in steps)
    return out


def of(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(s for s in found["sets"] if s["set"] == name)


def test_every_set_is_there_with_its_figures(found: dict[str, Any]) -> None:
    assert found["measurable"]
    assert [s["set"] for s in found["sets"]] == ["own", "partner", "strangers", "echo"]
    assert 85 <= of(found, "own")["voice"]["value"] <= 115
    assert of(found, "partner")["voice"]["value"] < 20
    assert of(found, "echo")["voice"]["value"] > 80
    assert of(found, "echo")["author"] > 0.9
    assert 0 < of(found, "echo")["n"] <= found["echo_contexts"]
    assert len(found["columns"]) == 2 + len(of(found, "own")["figures"])
    assert found["turns"]["source"] > found["turns"]["held_out"]
    json.dumps(found)


def test_it_says_what_was_measured_and_what_was_not(found: dict[str, Any]) -> None:
    assert "半份" in found["measured_on"]
    assert str(found["turns"]["held_out"]) in found["measured_on"]
    assert "图片" in found["left_out"]
    assert any("回声" in line for line in found["meaning"])
    dashes = [f for s in found["sets"] for f in s["figures"] if f == "–"]
    assert bool(dashes) == any(line.startswith("–") for line in found["meaning"])


def test_the_echo_had_the_first_half_only(story: Workspace, found: dict[str, Any]) -> None:
    profile, library = story.personas.profile(None)
    chat = library.conversation(profile.speaker)
    until = sides(chat).until
    early = {u.text for u in chat.utterances if u.speaker == profile.speaker and u.at < until}
    assert found["examples"]
    for row in found["examples"]:
        assert {*row["reply"].split("\n")} <= early | {x for t in early for x in t.split("\n")}
        assert row["real"]
        assert row["to"]


def test_a_second_look_is_kept_until_new_messages_come(story: Workspace, found: dict[str, Any]) -> None:
    steps: list[str] = []
    again = story.likeness(progress=lambda step, n: steps.append(step))
    assert steps == []
    assert again == found
    held = story.vault.shelf(story.personas.one(None)["shelf"])
    held.keep("likeness", "another corpus", "{}")
    story.likeness(progress=lambda step, n: steps.append(step))
    assert steps


class Page(HTMLParser):
    """The tags of a page, and whether each that was opened was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("lang", LANGS)
def test_a_report_is_a_page_that_reaches_for_nothing(story: Workspace, tmp_path: Path, lang: str) -> None:
    replies = tmp_path / "replies.jsonl"
    evil = "<script>alert(1)</script> & \"'"
    asked = story.likeness()["examples"][0]
    rows = [{"reply": [evil, f"亲爱的用户，请稍候 {i}"], "to": asked["to"], "wait": 30 * i} for i in range(20)]
    replies.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    story.lang = lang
    try:
        out = story.likeness(replies=replies, report=tmp_path / "page.html")
    finally:
        story.lang = "zh"
    assert of(out, "replies")["n"] == 20
    assert of(out, "replies")["voice"]["value"] < 80
    assert of(out, "replies")["label"] == "replies.jsonl"
    assert {(e["to"], e["real"]) for e in out["reply_examples"]} == {(asked["to"], asked["real"])}
    path = Path(out["report"])
    assert path.stat().st_mode & 0o077 == 0
    text = path.read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.open == []
    assert {"script", "img", "link", "iframe", "form", "a"} & {*page.tags} == set()
    assert [a for a, _ in page.attributes if a in ("src", "href") or a.startswith("on")] == []
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    assert page.tags.count("svg") >= 6
    assert evil not in text
    assert "&lt;script&gt;" in text
    for row in out["examples"]:
        assert row["real"].split("\n")[0] in text
    assert ("not encrypted" if lang == "en" else "没有加密") in text
    assert str(path) in story.let_go_plan()["files"]


def test_a_report_that_cannot_be_written_is_said(story: Workspace, found: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written") as e:
        story.likeness(report=tmp_path / "none" / "page.html")
    assert e.value.code == "likeness.report"


@pytest.mark.parametrize("lang", LANGS)
def test_who_cannot_be_measured_gets_a_sentence(tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    chat = tmp_path / "WhatsApp Chat with Bob Birch.txt"
    chat.write_text(
        "".join(f"17/03/2023, 09:{i:02} - {('Ann Ash', 'Bob Birch')[i % 2]}: snail {i}\n" for i in range(60)), "utf-8"
    )
    with Workspace(tmp_path / "vault", passphrase=WORDS, lang=lang) as w:
        w.create([chat], name="Bob", me="Ann Ash", subject="Bob Birch")
        short = w.likeness("Bob", report=tmp_path / "page.html")
        w.create(name="Zoe", about="We met in a library.")
        nothing = w.likeness("Zoe")
    assert short["measurable"] is nothing["measurable"] is False
    assert short["reason"] == {"code": "source", "found": 15.0, "least": 40.0}
    assert nothing["reason"]["found"] == 0
    assert short["report"] is None
    assert not (tmp_path / "page.html").exists()
    assert "15" in short["why"]
    assert "40" in short["why"]
    assert ("Not measurable" if lang == "en" else "没法测") in short["why"]
    told(short)
    assert short["why"] in capsys.readouterr().out


def test_the_screen_shows_a_line_for_each_set(found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    told(found)
    shown = capsys.readouterr().out
    for s in found["sets"]:
        (line,) = [x for x in shown.split("\n") if f"│ {s['label']} " in x]
        assert s["figures"][0] in line
    assert [x for x in found["meaning"] if x not in shown] == []


# -- sentences ------------------------------------------------------------------------------------------------------------


def score(voice: float, *, d: float = 0.0, area: float = 0.7, signature: float = 1.0) -> Score:
    index = Index(d, d - 0.05, d + 0.05, (Marker("praise", 0, 0, 2 * d), Marker("length", 0, 0, 0.0)), (40, 40))
    return Score(
        40, Figure(voice, voice - 5, voice + 5, 40), 140.0, -20.0, 50.0, {"raw": Tell(area, 0.6, 0.8, 40)}, 1.0, index,
        signature, (),
    )  # fmt: skip


KNOWN = Measured({}, earlier=0.67)


@pytest.mark.parametrize(
    ("lang", "voice", "word"),
    [
        ("en", 79, "not read enough"), ("en", 80, "this reads like"), ("en", 115, "this reads like"), ("en", 116, "caricature"),
        ("zh", 79, "还不够像"), ("zh", 80, "读起来像"), ("zh", 115, "读起来像"), ("zh", 116, "夸张的模仿"),
    ],
)  # fmt: skip
def test_the_band_is_said_in_words(lang: str, voice: float, word: str) -> None:
    assert word in meaning("Ann", "Echo", score(voice), KNOWN, lang)[0]


@pytest.mark.parametrize("lang", LANGS)
def test_warmth_is_said_with_what_makes_it(lang: str) -> None:
    nice, cold, same = (meaning("Ann", "Echo", score(100, d=d), KNOWN, lang)[2] for d in (0.5, -0.5, 0.1))
    assert ("praise" if lang == "en" else "夸奖") in nice
    assert ("praise" if lang == "en" else "夸奖") in cold
    assert len({nice, cold, same}) == 3
    assert len(meaning("Ann", "Echo", score(100, signature=2.0), KNOWN, lang)) == 4


def test_a_figure_beyond_its_scale_is_shown_at_its_end() -> None:
    assert figures(score(101.4)) == ["101 [96 – 106]", "100", "0", "50"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_reason_shows_its_figures(lang: str) -> None:
    assert "0.71" in why_not(NotMeasurable("auc", 0.71, 0.85), "Ann", lang)
    assert "31" in why_not(NotMeasurable("interval", 31.0, 25.0), "Ann", lang)


# -- cutting --------------------------------------------------------------------------------------------------------------


def chat(rows: list[tuple[str, int, str, Kind]], others: str = "a") -> Conversation:
    said = tuple(Utterance(f"u1:{i}", who, at, text, int(kind)) for i, (who, at, text, kind) in enumerate(rows))
    people = tuple(Speaker(x, x, (x,), x == "a") for x in (*others, "b"))
    return Conversation("s", "", True, "a", "b", people, said)


def test_a_chat_is_cut_by_the_person_s_own_turns_and_pictures_are_nobody_s_words() -> None:
    rows = [("ab"[i % 2], 1_000 + i * 60, f"x{i}", Kind.TEXT) for i in range(80)]
    rows.insert(3, ("b", 1_120, "IMG-1.jpg", Kind.IMAGE))
    cut = sides(chat(rows))
    assert [len(cut.own.source), len(cut.own.verifier), len(cut.own.held_out)] == [20, 10, 10]
    assert "IMG-1.jpg" not in "".join(s.text for s in cut.own.source)
    assert cut.until == 1_000 + 41 * 60
    assert cut.own.held_out[0] == Said("x61", "x60", 60.0, ())
    assert [t.text for t in cut.held_out] == [s.text for s in cut.own.held_out]


def test_records_without_dates_have_no_rhythm_and_no_half_to_quote() -> None:
    cut = sides(chat([("ab"[i % 2], 0, f"x{i}", Kind.TEXT) for i in range(80)]))
    assert cut.until == 0
    assert {s.wait for s in cut.own.held_out} == {None}


def test_in_a_group_everybody_else_is_the_other_side() -> None:
    cut = sides(chat([("abc"[i % 3], 1_000 + i, f"x{i}", Kind.TEXT) for i in range(120)], others="ac"))
    assert len(cut.own.source) == 20
    assert len(cut.partner.source) == 40
    assert sides(chat([], others="")).partner.source == ()


# -- files of replies -----------------------------------------------------------------------------------------------------


def test_a_file_of_replies_is_read(tmp_path: Path) -> None:
    rows = tmp_path / "a.jsonl"
    rows.write_text(
        '\ufeff{"reply": "one\\ntwo"}\n\n{"reply": ["嗯", " 好 "], "to": "在吗", "wait": 5}\n{"reply": "x", "to": null}\n',
        encoding="utf-8",
    )
    assert read_replies(rows) == [Said("one\ntwo"), Said("嗯\n好", "在吗", 5.0), Said("x")]
    text = tmp_path / "a.txt"
    text.write_text("one\r\ntwo\r\n\r\n\r\n 好的 \n", encoding="utf-8", newline="")
    assert read_replies(text) == [Said("one\ntwo"), Said("好的")]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not JSON"), ("[" * 100_000, "not JSON"), ("[]", 'no "reply"'), ('{"text": "x"}', 'no "reply"'),
        ('{"reply": 3}', "neither text"), ('{"reply": ["x", 3]}', "neither text"), ('{"reply": "  "}', "no words"),
        ('{"reply": []}', "no words"), ('{"reply": "x", "to": 3}', '"to"'), ('{"reply": "x", "wait": "soon"}', '"wait"'),
        ('{"reply": "x", "wait": -1}', '"wait"'), ('{"reply": "x", "wait": NaN}', '"wait"'), ('{"reply": "x", "wait": true}', '"wait"'),
    ],
)  # fmt: skip
def test_a_row_that_is_no_reply_is_named(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"reply": "fine"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match="line 2") as e:
        read_replies(path)
    assert what in e.value.message
    assert (e.value.code, e.value.details["line"]) == ("likeness.replies-row", 2)
    assert e.value.next_step


def test_a_file_that_is_no_file_of_replies_is_named(tmp_path: Path) -> None:
    def code(path: Path) -> str:
        with pytest.raises(BadInput, match=path.name) as e:
            read_replies(path)
        assert e.value.next_step
        return e.value.code

    (tmp_path / "empty.txt").write_text("\n\n", encoding="utf-8")
    (tmp_path / "gbk.txt").write_bytes("好的".encode("gbk"))
    assert code(tmp_path / "none.txt") == "likeness.replies"
    assert code(tmp_path / "gbk.txt") == "likeness.replies"
    assert code(tmp_path / "empty.txt") == "likeness.replies-none"
    assert code(tmp_path / "a.docx") == "likeness.replies-kind"
