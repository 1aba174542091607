"""The streaming reader gives what a whole parse would give, from any file that is JSON, and the good part of one that is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterword.errors import AfterwordError, BadInput
from afterword.importers import Options, importers, streamed_json
from afterword.importers.streamed_json import JsonCut, pointer, stream

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    plain, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(), v, max_size=4), max_leaves=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    elements=st.lists(values, max_size=8),
    before=st.dictionaries(st.text().filter(lambda k: k != "messages"), values, max_size=3),
    indent=st.sampled_from([None, 0, 2]),
    ascii=st.booleans(),
    chunk=st.integers(1, 40),
)
def test_elements_are_those_of_a_whole_parse(
    tmp_path: Path, elements: list[Any], before: dict[str, Any], indent: int | None, ascii: bool, chunk: int
) -> None:
    path = tmp_path / "a.json"
    whole = {**before, "messages": elements, "after": 1}
    text = json.dumps(whole, indent=indent, ensure_ascii=ascii)
    path.write_text(text, encoding="utf-8", errors="surrogatepass" if ascii else "replace", newline="")
    was = streamed_json.CHUNK
    streamed_json.CHUNK = chunk
    try:
        found = [*stream(path, ("messages", "*"))]
    finally:
        streamed_json.CHUNK = was
    expected = json.loads(path.read_text(encoding="utf-8"))["messages"]
    assert [v for p, v in found if p[0] == "messages"] == expected
    assert [p for p, _ in found if p[0] == "messages"] == [("messages", i) for i in range(len(expected))]


@pytest.mark.parametrize(
    ("text", "good", "where"),
    [
        ('{"messages": [1, {"a": 2}, {"a":', [1, {"a": 2}], "/messages/2"),
        ('{"messages": [1, 2', [1, 2], "/messages/-"),
        ('{"messages": [1, 2]', [1, 2], "/-"),
        ('{"messages": [1, oops, 3]}', [1], "/messages/1"),
        ('{"messages": [1, 2]} and more', [1, 2], None),
        ("", [], ""),
        ("12345", [], ""),
        ('"words"', [], ""),
        ("{", [], "/-"),
        ('{"messages" [1]}', [], ""),
    ],
)
def test_a_cut_file_gives_its_beginning_and_the_place_of_the_cut(
    tmp_path: Path, text: str, good: list[Any], where: str | None
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    found: list[Any] = []

    def read() -> None:
        for at, value in stream(path, ("messages", "*")):
            found.extend([value] if at[:1] == ("messages",) else [])

    if where is None:
        read()
    else:
        with pytest.raises(JsonCut) as e:
            read()
        assert pointer(e.value.path) == where
    assert found == good


def test_half_characters_and_line_ends_inside_words(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"messages": ["cut \\ud83d", "whole \\ud83d\\ude00", "two\nlines"]}', encoding="utf-8")
    assert [v for _, v in stream(path, ("messages", "*"))] == ["cut ?", "whole 😀", "two\nlines"]


def test_deep_nesting_and_wrong_encoding_are_clear_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"messages": ' + "[" * 100_000, encoding="utf-8")
    with pytest.raises((BadInput, JsonCut)):
        list(stream(path, ("messages", "*")))
    words = "今天去海边".encode("gb18030") * 100_000
    path.write_bytes(b'{"about": "' + b"x" * 5_000 + b'", "messages": ["' + words + b'"]}')
    with pytest.raises(BadInput) as e:
        list(stream(path, ("messages", "*")))
    assert e.value.code == "import.encoding"


@pytest.mark.parametrize(
    "text", ["1", '"a"', "null", "[]", "{}", "[[]]", '{"messages": 3}', '{"messages": {"a": null}}']
)
def test_no_importer_breaks_on_json_that_is_no_export(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    silent = []
    for importer in importers().values():
        for look in (importer.read, importer.chats) if importer.name != "screenshot" else ():
            try:
                list(look(path, Options()))
            except AfterwordError as e:
                silent += [] if e.next_step else [(importer.name, e.code)]
    assert silent == []
