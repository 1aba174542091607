"""A chat in traditional characters is remembered as well as the same in simplified ones, and shown as it was written.

The shipped Chinese story is turned character by character; what stands in a chat from Taiwan is invented here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from quality import asking

from afterword import Workspace
from afterword.app.demo import stories
from afterword.app.lived import lived
from afterword.app.told_memories import placed, two_of
from afterword.han import forms, simplified

PASSPHRASE = "a made up passphrase"


def traditional(text: str) -> str:
    """Every character that has a traditional form as that form: what folds it back has to fold them all."""
    return "".join(forms(c)[-1] for c in text)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Workspace]]:
    """The story, and the story in traditional characters."""
    s, made = stories()["zh"], []
    for turned in (str, traditional):
        folder = tmp_path_factory.mktemp("story")
        file = folder / s.file.name
        file.write_text(turned(s.file.read_text(encoding="utf-8")), encoding="utf-8")
        w = Workspace(folder / "vault", passphrase=PASSPHRASE, zone=s.zone, lang="zh")
        w.create([file], name=turned(s.subject), me=turned(s.me), subject=turned(s.subject), lang="zh")
        made.append(w)
    yield made
    for w in made:
        w.close()


def test_the_same_happened(both: list[Workspace]) -> None:
    plain, turned = (
        [(e["day"], e["kind"], e["place"], simplified(e["words"])) for e in w.timeline() if e["type"] == "event"]
        for w in both
    )
    assert len(plain) > 30
    assert turned == plain


def test_every_question_finds_the_same_lines_in_either_writing(both: list[Workspace]) -> None:
    rows = [r["question"] for name in ("example_zh", "happened_zh", "absent_zh") for r in asking.read(name)[::8]]
    assert len(rows) > 25
    plain, turned = both
    for question in rows:
        expected = found(plain, question)
        assert found(turned, question) == expected, question
        assert found(turned, traditional(question)) == expected, question
        assert found(plain, traditional(question)) == expected, question


def found(w: Workspace, question: str) -> tuple[str, list[tuple[str, str]]]:
    told = w.recall(question, k=5)
    return told["label"], [(u["at"], simplified(u["text"])) for h in told["hits"] for u in h["utterances"]]


def test_what_never_happened_is_not_confirmed_in_traditional_characters(both: list[Workspace]) -> None:
    _, turned = both
    for row in asking.read("probes_zh")[::6]:
        turn = turned.turn(traditional(row["line"]))
        assert not turn["echo"], row["line"]
        assert not turn["may_draft"], row["line"]


CHAT = """[LINE] 與陳曉雯的聊天記錄
儲存日期：2024/01/03 09:00

2023/3/18（六）
上午10:23	陳曉雯	你看著辦
上午10:24	宇翔	妳決定就好
上午10:25	陳曉雯	那我們在一起吧
上午10:26	宇翔	我愛妳
上午10:27	陳曉雯	我也愛你

2023/8/12（六）
上午09:01	陳曉雯	我們到廈門了，民宿的麵包好吃
上午09:02	宇翔	翔哥載妳去鼓浪嶼
上午09:05	陳曉雯	宇翔，記得帶外套
下午09:11	宇翔	[貼圖]

2023/11/4（六）
下午08:00	陳曉雯	甚麼時候養貓
下午08:01	宇翔	宇翔沒有時間養
下午08:02	陳曉雯	宇翔，你每次都這樣說
下午08:03	宇翔	妳不要生氣

2023/12/2（六）
下午08:00	陳曉雯	宇翔，晚安
下午08:01	宇翔	晚安
"""


@pytest.fixture(scope="module")
def taiwan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("line")
    file: Path = folder / "[LINE] 與陳曉雯的聊天記錄.txt"
    file.write_text(CHAT, encoding="utf-8")
    with Workspace(folder / "vault", passphrase=PASSPHRASE, zone="Asia/Taipei", lang="zh") as w:
        w.create([file], name="陳曉雯", me="宇翔", subject="陳曉雯", lang="zh")
        yield w


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("什么时候养猫", "甚麼時候養貓"),
        ("我們在廈門吃了什麼", "我們到廈門了，民宿的麵包好吃"),
        ("2023年8月12日我们在哪里", "我們到廈門了，民宿的麵包好吃"),
        ("誰先說愛你", "我也愛你"),
    ],
)
def test_words_are_shown_as_they_were_written(taiwan: Workspace, question: str, line: str) -> None:
    told = taiwan.recall(question)
    assert told["label"] != "not-in-records"
    assert line in [u["text"] for u in told["hits"][0]["utterances"]]


def test_what_stands_nowhere_is_not_in_the_records(taiwan: Workspace) -> None:
    assert taiwan.recall("我們去巴黎那次住哪間飯店")["label"] == "not-in-records"


def test_a_told_memory_is_held_against_the_records_in_either_writing(both: list[Workspace]) -> None:
    def verdict(w: Workspace, text: str) -> str:
        profile, library = w.personas.profile(None)
        found = lived(library, profile.speaker)
        return str(placed(text, found, {}, "zh", two_of(profile, library), library)["check"]["verdict"])

    for w in both:
        for told, said in (("2023年10月我们去了南通", "agrees"), ("2024年10月我们去了南通", "contradicts")):
            assert verdict(w, told) == verdict(w, traditional(told)) == said


def test_a_word_is_looked_for_in_every_writing(both: list[Workspace]) -> None:
    held = [w.personas.profile(None)[1].holding("莫干山") for w in both]
    assert len(held[0]) > 1
    assert [simplified(u.text) for u in held[1]] == [u.text for u in held[0]]


def test_how_somebody_is_called_is_written_as_they_wrote_it(both: list[Workspace]) -> None:
    said = traditional(stories()["zh"].file.read_text(encoding="utf-8"))
    plain, turned = (
        [r["form"] for m in w.personas.profile(None)[0].measurements if m.name == "words.names" for r in m.value or ()]
        for w in both
    )
    assert [simplified(form) for form in turned] == plain
    assert plain != turned
    assert all(form in said for form in turned)
