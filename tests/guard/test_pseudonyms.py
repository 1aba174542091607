"""Third people never leave, whatever way their names are written, and come back letter by letter."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.guard.pseudonyms import TOKEN, Pseudonyms

ROSTER = (
    ("Callum Reed", "Callum", "Cal"), ("林小雨", "小雨", "雨酱"), ("Zoë Brontë", "Zoë"), ("Дмитрий", "Дима"), ("Γιώργος",),
    ("김민수", "민수"), ("さくら", "サクラ"), ("Mary-Ann O'Neill",), ("أحمد",), ("สมชาย",), ("欧阳 建国",), ("Łukasz",),
)  # fmt: skip
FILLER = (
    "we met",
    "在楼下",
    "…",
    "and then",
    "了",
    "🙂",
    "nothing «else»",
    "«P1»",
    "«人2.3»",
    "«",
    "»",
    "«phone",
    "12:30",
    "\\n",
    "ok.",
    "是不是",
)
EDGES = (" ", ", ", "\n", "。", "（", "）", "'s ", "’s ", " 说", "/", "#", "_", "1", '"')


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def hidden_inside(text: str) -> str:
    return "\u200b".join(text)


def spaced(text: str) -> str:
    return text.replace(" ", " \u00a0 ").replace("-", " - ")


def apart(text: str) -> str:
    """Han and kana letters with a space between them; other scripts keep their words."""
    return " ".join(text) if all("\u3040" <= c <= "\u9fff" for c in text) else text


def escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


WAYS = (
    str, str.upper, str.lower, str.title, wide, hidden_inside, spaced, apart, escaped,
    lambda t: unicodedata.normalize("NFD", t), lambda t: t.replace(" ", ""), lambda t: t.replace(" ", "\t"), lambda t: t.replace(" ", "_"),
)  # fmt: skip
aliases = st.sampled_from([alias for names in ROSTER for alias in names])
named = st.builds(lambda alias, way: way(alias), aliases, st.sampled_from(WAYS))


def bare(text: str) -> str:
    """What is left to read when everything that hides a name is taken off."""
    text = TOKEN.sub(" ¦ ", text)
    text = (
        json.loads(f'"{text}"') if "\\u" in text and '"' not in text and "\n" not in text and "\t" not in text else text
    )
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in letters if unicodedata.category(c)[0] in "LNS" or c == "¦")


@given(st.lists(st.tuples(st.sampled_from(FILLER), st.sampled_from(EDGES), named, st.sampled_from(EDGES)), max_size=6))
def test_care_074_no_alias_is_left(parts: list[tuple[str, str, str, str]]) -> None:
    names = Pseudonyms(ROSTER)
    text = "".join("".join(p) for p in parts)
    out, n = names.hide(text)
    assert n >= len(parts)
    left = bare(out)
    assert [a for row in ROSTER for a in row if bare(a) in left] == []
    assert names.show(out) == text


@given(st.text(st.sampled_from("«»P12.人电话phone@ +-0913Callum林小雨\n\\u6797") | st.characters(), max_size=60))
def test_care_074_every_text_comes_back(text: str) -> None:
    names = Pseudonyms(ROSTER)
    out, _ = names.hide(text)
    assert names.show(out) == text
    twice, _ = names.hide(out)
    assert names.show(names.show(twice)) == text


@given(st.text(st.sampled_from("«»P1.人23 a"), max_size=40), st.lists(st.integers(1, 5), max_size=40))
def test_care_074_pieces_are_put_back_as_the_whole_is(said: str, cuts: list[int]) -> None:
    names = Pseudonyms(ROSTER)
    names.hide("Callum Reed, callum, 林小雨, 小雨")
    restorer, out, rest = names.restorer(), "", said
    for cut in cuts:
        out, rest = out + restorer.feed(rest[:cut]), rest[cut:]
    assert out + restorer.feed(rest) + restorer.rest() == names.show(said)


@given(st.lists(named, min_size=1, max_size=8), st.lists(named, max_size=8))
def test_care_074_a_person_is_the_same_token_tomorrow(today: list[str], tomorrow: list[str]) -> None:
    kept: dict[str, str] = {}
    first = Pseudonyms(ROSTER, learned=kept.__setitem__)
    texts = [first.hide(t)[0] for t in today]
    again = Pseudonyms(ROSTER, known=kept, learned=kept.__setitem__)
    assert [again.hide(t)[0] for t in today] == texts
    more = [again.hide(t)[0] for t in tomorrow]
    assert [again.show(t) for t in more] == tomorrow
    assert [again.show(t) for t in texts] == today
    assert len(set(kept.values())) == len(kept)


def test_tokens_read_naturally() -> None:
    assert Pseudonyms(ROSTER).hide("Callum Reed and callum met 林小雨")[0] == "«P1» and «P1.2» met «P2»"
    zh = Pseudonyms(ROSTER, lang="zh")
    assert zh.hide("小雨的电话是13812345678，林小雨住人民路12号")[0] == "«人1.2»的电话是«电话1»，«人1»住«地址1»"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a.b+c@mail.example.org", "mail"), ("ａ＠ｍａｉｌ．example", "mail"),
        ("+44 7700 900123", "phone"), ("(020) 7946 0958", "phone"), ("555-123-4567", "phone"), ("13812345678", "phone"),
        ("138 1234 5678", "phone"), ("+86-10-12345678", "phone"), ("１３８１２３４５６７８", "phone"), ("٠٧٧٠٠٩٠٠١٢٣", "phone"),
        ("4111 1111 1111 1111", "card"), ("4111-1111-1111-1111", "card"),
        ("11010519491231002X", "number"), ("GB29 NWBK 6016 1331 9268 19", "number"), ("AB123456C", "number"), ("E12345678", "number"),
        ("@maya.o", "account"), ("wxid_a1b2c3", "account"), ("微信号：abc_123", "account"), ("QQ: 12345678", "account"), ("telegram maya_99", "account"),
        ("12 Baker Street", "address"), ("221b baker st.", "address"), ("10 Oak Way", "address"), ("人民路12号3单元201室", "address"),
        ("北京市朝阳区建国路88号", "address"), ("阳光小区3栋201室", "address"),
    ],
)  # fmt: skip
def test_what_gives_somebody_away_is_found(text: str, kind: str) -> None:
    names = Pseudonyms()
    line = f"so: {text}, 好"
    out, _ = names.hide(line)
    assert out == f"so: «{kind}1», 好"
    assert names.show(out) == line


@pytest.mark.parametrize(
    "text",
    [
        "2023-07-18 08:31", "18/07/2023, 08:31", "2019–2023", "at 12:30", "26 times in 25 talks", "3 weeks his way", "2 of us on the road",
        "line them up", "the telegram came", "signal strength", "70 % of 1,293", "也去路上走走", "第3次", "also calling", "Market", "u1:4bfd45",
    ],
)  # fmt: skip
def test_ordinary_words_stay(text: str) -> None:
    assert Pseudonyms((("Al",), ("Mark",))).hide(text) == (text, 0)


def test_a_single_letter_is_no_name() -> None:
    assert Pseudonyms((("A", ""),)).hide("a cat") == ("a cat", 0)
