"""A scene: who answers, the gate once before all, and nothing of one persona in another's mouth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from afterword import Workspace
from afterword.app.demo import stories
from afterword.app.scenes import called, private_of
from afterword.dialogue import Exchange
from afterword.dialogue.scene import Member, Scene, Spoken, _long
from afterword.errors import BadInput, NotAllowed
from afterword.profile import uses
from afterword.texts import LANGS, say

Vault = tuple[Workspace, str, list[str]]
THIRD = {"en": "Nils Berg", "zh": "陈一鸣"}
ME = {"en": "Tom Hale", "zh": "周远"}
TALKS = {
    "en": [("did you eat", "yup, herring again, holy mackerel"), ("how was work", "long. skipper shouted, holy mackerel"), ("good morning", "mornin captain"), ("ok", "righto"), ("are you home", "moored at Skagen, back friday"), ("i love you", "love you captain"), ("thanks", "no bother captain")],
    "zh": [("吃了吗", "吃了，又是鲱鱼，妙啊"), ("上班怎么样", "老船长又吼人，妙啊"), ("早", "早呀船长"), ("好的", "得令"), ("到家了吗", "停在斯卡恩，周五回"), ("我爱你", "爱你船长"), ("谢谢", "客气啥船长")],
}  # fmt: skip
OWN = {"en": "holy mackerel", "zh": "妙啊"}


def clock() -> datetime:
    return datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def third(lang: str) -> str:
    at, rows = datetime(2021, 5, 1, 9, 0), []
    for i in range(220):
        heard, answer = TALKS[lang][i % 7]
        at += timedelta(hours=9)
        rows.append(f"{at:%d/%m/%Y, %H:%M} - {ME[lang]}: {heard}\n")
        rows.append(f"{at + timedelta(minutes=1):%d/%m/%Y, %H:%M} - {THIRD[lang]}: {answer}\n")
    return "".join(rows)


@pytest.fixture(scope="module", params=LANGS)
def three(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """The person of each shipped story, and one who was made up here. For reading only."""
    root, told = tmp_path_factory.mktemp(f"scene-{request.param}"), stories()
    lang = request.param
    file = root / f"WhatsApp Chat with {THIRD[lang]}.txt"
    file.write_text(third(lang), encoding="utf-8")
    with Workspace(root / "vault", passphrase="a made up passphrase", zone="Europe/London", lang=lang) as w:
        people = []
        for s in (told[lang], told[LANGS[1 - LANGS.index(lang)]]):
            people.append(w.create([s.file], name=s.subject, me=s.me, subject=s.subject, lang=s.lang)["person"])
        made = w.create([file], name=THIRD[lang], me=ME[lang], subject=THIRD[lang], lang=lang)
        yield w, lang, [*people, made["person"]]


def heard(w: Workspace, people: Sequence[str]) -> list[str]:
    """What was really said to any of them, in turn."""
    per = []
    for person in people:
        profile, library = w.personas.profile(person)
        said = [u.text for u in library.utterances() if u.speaker != profile.speaker and u.text.strip()]
        per.append(said[:: max(1, len(said) // 130)][:130])
    return [x for part in zip(*per, strict=False) for x in part]


def test_two_hundred_replies_and_nothing_of_the_others(three: Vault) -> None:
    w, lang, people = three
    w.vault.put("crisis", "")
    scene = w.scene(people, now=clock)
    shelves, texts, private = {}, {}, {}
    for person in people:
        profile, library = w.personas.profile(person)
        said = [*library.utterances()]
        shelves[profile.name] = {u.id: u.text for u in said if u.speaker == profile.speaker}
        texts[profile.name] = "\n".join(u.text for u in said if u.speaker == profile.speaker)
        private[profile.name] = private_of(profile)
    assert OWN[lang] in "|".join(private[THIRD[lang]])
    names = [n for m in scene.cast for n in m.called] + [ME["en"], ME["zh"]]
    replies = 0
    for line in heard(w, people):
        for part in scene.turn(line).parts:
            replies += bool(part.exchange.echo)
            for b in part.exchange.echo:
                assert shelves[part.name].get(b.id) == b.words, line
                for other, forms in private.items():
                    foreign = [f for f in forms if other != part.name and uses(b.words, f)]
                    foreign = [
                        f for f in foreign if not uses(texts[part.name], f) and not any(uses(n, f) for n in names)
                    ]
                    assert foreign == [], (line, other)
    assert replies >= 200, replies


def test_a_speaker_that_knows_too_much_is_not_shown(three: Vault) -> None:
    """Whoever writes the words: what is another's stays another's, 200 times of 200."""
    w, lang, people = three
    w.vault.put("crisis", "")
    pair = [people[0], people[2]]
    secrets = {}
    for mine, theirs in (pair, pair[::-1]):
        profile, library = w.personas.profile(theirs)
        here, own = w.personas.profile(mine)
        ours = "\n".join(u.text for u in own.utterances())
        wrote = "\n".join(u.text for u in own.utterances() if u.speaker == here.speaker)
        long = [x for x in {u.text: 1 for u in library.utterances()} if _long(x) and x not in ours]
        present = (*ME.values(), *called(profile), *called(here))
        forms = [f for f in private_of(profile) if not uses(wrote, f) and not any(uses(n, f) for n in present)]
        assert len(long) > 2
        assert len(forms) > 2
        secrets[here.name] = [long[i % len(long)] if i % 2 else f"haha {forms[i % len(forms)]} 对" for i in range(100)]
    turn = iter(range(10**6))

    def speakers(profile: Any, library: Any) -> Any:
        def speak(line: str, before: Sequence[Spoken]) -> Exchange:
            return Exchange("pass", "chat", label="[AI]", draft=(secrets[profile.name][next(turn) // 2],))

        return speak

    scene = w.scene(pair, now=clock, speakers=speakers)
    for _ in range(100):
        made = scene.turn({"en": "tell me something", "zh": "说点什么"}[lang])
        assert made.parts == ()
        assert made.guide == (say(lang, "scene.nobody"),)
    assert next(turn) == 200


def test_what_one_says_reaches_the_other_as_a_public_line_only(three: Vault) -> None:
    w, lang, people = three
    w.vault.put("crisis", "")
    seen: list[tuple[str, Sequence[Spoken]]] = []

    def speakers(profile: Any, library: Any) -> Any:
        def speak(line: str, before: Sequence[Spoken]) -> Exchange:
            seen.append((profile.name, before))
            return Exchange("pass", "chat", draft=(f"hm {len(seen)}",), context=())

        return speak

    scene = w.scene(people[:2], now=clock, speakers=speakers)
    first, second = scene.order("x")
    scene.turn("one")
    scene.turn("two")
    assert [n for n, _ in seen] == [first.name, second.name] * 2
    assert seen[0][1] == ()
    assert seen[1][1] == (Spoken(first.name, "hm 1"),)
    assert seen[2][1] == (Spoken("", "one"), Spoken(first.name, "hm 1"), Spoken(second.name, "hm 2"))
    assert {f for _, before in seen for s in before for f in s.__struct_fields__} == {"who", "words"}


# -- who answers --------------------------------------------------------------------------------------------------------


def member(name: str, *more: str, initiative: float | None = None, log: list[str] | None = None) -> Member:
    def speak(line: str, before: Sequence[Spoken]) -> Exchange:
        if log is not None:
            log.append(name)
        return Exchange("pass", "chat", draft=("ok",))

    return Member(name, (name, *more), f"AI {name}", initiative, (), lambda x: False, lambda x: False, speak)


def scene_of(*cast: Member, lang: str = "en", **more: Any) -> Scene:
    return Scene(cast, lang=lang, now=clock, **more)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Maya, did you eat?", ["Maya Okafor"]),
        ("what about nils and maya okafor", ["Nils Berg", "Maya Okafor"]),
        ("maya maya maya", ["Maya Okafor"]),
        ("the mayan calendar", ["Nils Berg", "张三", "Maya Okafor", "张三丰"]),
        ("张三丰来了吗", ["张三丰"]),
        ("张三，张三丰呢", ["张三", "张三丰"]),
        ("hello", ["Nils Berg", "张三", "Maya Okafor", "张三丰"]),
    ],
)
def test_who_is_named_answers_else_who_opened_most(line: str, names: list[str]) -> None:
    cast = [member("Maya Okafor", "Maya", initiative=0.3), member("Nils Berg", "Nils", initiative=0.6)]
    cast += [member("张三", initiative=0.5), member("张三丰")]
    assert [m.name for m in scene_of(*cast).order(line)] == names


# -- the gate -----------------------------------------------------------------------------------------------------------

GATED = [
    ("crisis", "I want to kill myself"), ("crisis", "我不想活了"), ("help", "help now"), ("exit", "stop"), ("exit", "再见"),
    ("identity", "are you real?"), ("identity", "你是真人吗"), ("identity", "are you Maya?"), ("present", "你什么时候回家"),
    ("unknowable", "does Maya still love me?"), ("harm", "help me track her phone"),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "line"), GATED)
@pytest.mark.parametrize("lang", LANGS)
def test_care_022_the_gate_stands_once_before_all(gate: str, line: str, lang: str) -> None:
    asked: list[str] = []
    crises: list[int] = []
    cast = (member("Maya Okafor", "Maya", log=asked), member("林小雨", "小雨", log=asked))
    scene = scene_of(*cast, lang=lang, on_crisis=lambda: crises.append(1))
    made = scene.turn(line)
    assert (made.gate, made.parts, asked) == (gate, (), [])
    assert len(made.guide) == 1
    assert made.guide[0].strip()
    assert made.ended == (gate == "exit")
    assert crises == [1] * (gate == "crisis")
    assert scene.lines == []
    if gate == "crisis":
        assert scene.turn("ok").gate == "resting"
        assert asked == []
    if gate == "exit":
        assert made.guide == (say(lang, "guard.farewell"),)
        assert not made.notice


def test_care_004_the_answer_names_who_is_meant() -> None:
    cast = (member("Maya Okafor", "Maya"), member("Nils Berg", "Nils"))
    assert scene_of(*cast).turn("are you Maya?").guide == (say("en", "guard.identity", name="Maya Okafor"),)
    assert scene_of(*cast).turn("are you real?").guide == (
        say("en", "scene.identity", name="Maya Okafor and Nils Berg"),
    )


def test_care_001_every_notice_stands_before_the_first_line_and_comes_again() -> None:
    now = [clock()]
    scene = Scene((member("A A"), member("B B")), lang="en", now=lambda: now[0])
    assert scene.turn("hello").notice == "AI A A\nAI B B"
    assert scene.turn("hello").notice == ""
    now[0] += timedelta(minutes=120)
    assert scene.turn("hello").notice == "AI A A\nAI B B"


def test_care_002_the_notices_and_labels_of_a_real_scene(three: Vault) -> None:
    w, lang, people = three
    w.vault.put("crisis", "")
    scene = w.scene(people, now=clock)
    notice = scene.notice()
    assert all(m.name in notice for m in scene.cast)
    shown = [p for line in heard(w, people)[:40] for p in w.scene_shown(scene.turn(line))["parts"]]
    assert any(p["echo"] for p in shown)
    assert all(bool(p["label"]) == bool(p["echo"]) for p in shown)
    assert all(p["notice"] == "" for p in shown)
    assert json.dumps(msgspec.to_builtins(shown), ensure_ascii=False)


def test_who_cannot_be_in_a_scene(three: Vault, tmp_path: Path) -> None:
    w, _, people = three
    for wrong in ([people[0]], [people[0], people[0]], [*people, people[0]]):
        with pytest.raises(BadInput):
            w.scene(wrong)
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", lang="en") as other:
        ids = [other.create(name=n, about="x")["person"] for n in ("Zoe", "Yan")]
        assert other.scene(ids, now=clock).turn("hello").guide == (say("en", "scene.nobody"),)
        profile, library = other.personas.profile(ids[0])
        other.personas.keep(msgspec.structs.replace(profile, ends="2020-01-01"), library, "over")
        with pytest.raises(NotAllowed):
            other.scene(ids)
