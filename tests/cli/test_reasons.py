"""Why a file was recognised, and why a record was left out, is said in the language of the screen.

The reasons are read from the sources of the importers, so none can be forgotten; one that cannot be read from there
stands in INDIRECT with the place that has it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from afterword import Workspace
from afterword.cli.create import accounting
from afterword.cli.vault import examined
from afterword.importers import HEAD, importers
from afterword.texts import match_words, skip_words
from afterword.texts import reasons as kept

SRC = Path(__file__).resolve().parents[2] / "src" / "afterword"
CASES = Path(__file__).resolve().parents[1] / "importers"
HAN = re.compile(r"[\u4e00-\u9fff]")

INDIRECT = {
    ("meta", "reason"): r'^    \(\'".*\', "(.+)"\),$',
    ("generic_table", "str((row or {}).get('', 'unreadable'))"): r'\{"": "([a-z-]+)"\}',
    ("qq", "who"): r'None, "", "([a-z-]+)"',
    ("sms_xml", "UNSENT[kind]"): r'"\d": "(draft|not-sent)"',
    ("sms_xml", "UNSENT[box]"): r'"\d": "(draft|not-sent)"',
    ("wechat_exports", "reason"): r'reason = "([a-z-]+)" if .* else "(?:[a-z-]+)"',
    ("whatsapp", "undated"): r'return "([a-z-]+)" if named and',
    ("app", "record.reason"): r"(?!)",  # what an importer said, handed on
}
"""(format, expression) → where its sources have the words."""


def text_of(room: str) -> str:
    """The sources of a format, one file or a package."""
    files = [*SRC.glob(f"importers/{room}.py"), *SRC.glob(f"importers/{room}/**/*.py")]
    return "\n".join(p.read_text(encoding="utf-8") for p in files)


def said(node: ast.expr, file: str) -> set[str]:
    """The reasons an expression can be; places to fill are {}."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.JoinedStr):
        return {"".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)}
    if isinstance(node, ast.IfExp):
        return said(node.body, file) | said(node.orelse, file)
    if isinstance(node, ast.BoolOp):
        return set().union(*(said(v, file) for v in node.values))
    room = file.removeprefix("importers/").partition("/")[0].removesuffix(".py")
    pattern = INDIRECT.get((room, ast.unparse(node)))
    assert pattern, f"{file}: what does {ast.unparse(node)!r} say? Put it into INDIRECT."
    return set(re.findall(pattern, text_of(room), re.M))


def reasons() -> tuple[set[str], set[str]]:
    """Everything that a Match and a Skipped of the product may give as its reason."""
    matches: set[str] = set()
    skips: set[str] = set()
    for path in sorted(SRC.rglob("*.py")):
        file = path.relative_to(SRC).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in ("Match", "Skipped", "leave"):
                continue
            given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "reason")]
            assert given, f"{file}:{node.lineno}: no reason"
            (matches if name == "Match" else skips).update(said(given[0], file))
    return matches, skips


MATCHES, SKIPS = reasons()


def test_every_reason_has_its_words() -> None:
    assert len(MATCHES) > 100
    assert len(SKIPS) > 30
    assert {"no-year", "unreadable-date", "draft", "no-messages", "the account's profile"} <= MATCHES | SKIPS
    assert set(kept("zh", "match")) == MATCHES
    assert set(kept("zh", "skip")) == set(kept("en", "skip")) == SKIPS


@pytest.mark.parametrize("reason", sorted(MATCHES))
def test_a_match_is_said_in_chinese(reason: str) -> None:
    filled = reason.replace("{}", "7")
    words = match_words("zh", filled)
    assert HAN.search(words), reason
    assert "{" not in words
    assert words.count("7") == filled.count("7")
    assert match_words("en", filled) == filled


@pytest.mark.parametrize("reason", sorted(SKIPS))
def test_a_skip_is_said_in_both_languages(reason: str) -> None:
    assert HAN.search(skip_words("zh", reason))
    assert re.fullmatch(r"[A-Za-z' ]+", skip_words("en", reason))


def test_what_the_cases_are_recognised_by_is_said_in_chinese() -> None:
    """Filled templates too: each case of each importer, as it is met."""
    seen: set[str] = set()
    for path in sorted(CASES.rglob("input.*")):
        if path.is_file() and path.suffix not in (".sql", ".py"):
            head = path.read_bytes()[:HEAD]
            seen |= {m.reason for i in importers().values() if (m := i.sniff(head, path.name))}
    assert len(seen) > 60
    assert {r for r in seen if not HAN.search(match_words("zh", r))} == set()


def test_a_reason_of_somebody_elses_importer_is_shown_as_it_is() -> None:
    assert match_words("zh", "lines of a diary app") == "lines of a diary app"
    assert skip_words("zh", "by-the-moon") == skip_words("en", "by-the-moon") == "by-the-moon"


@pytest.mark.parametrize(
    ("lang", "why", "left"),
    [
        ("en", "lines of the form date, time - name: text from line 2", "lines before the first message 1"),
        ("zh", "从第 2 行起是“日期, 时间 - 名字: 内容”这样的行", "第一条消息之前的行 1"),
    ],
)
def test_doctor_and_import_speak_the_language_of_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, why: str, left: str
) -> None:
    monkeypatch.setenv("AFTERWORD_LANG", lang)
    monkeypatch.setenv("COLUMNS", "160")
    path = tmp_path / "WhatsApp Chat with Bob.txt"
    path.write_text("stray words\n17/03/2023, 10:00 - Ann: hi\n17/03/2023, 10:01 - Bob: hello\n", encoding="utf-8")
    looked = Workspace.inspect([path], zone="Europe/Berlin")
    assert looked["sources"][0]["skipped"] == {"before-first-header": 1}
    examined(looked)
    shown = capsys.readouterr().out
    assert why in shown
    assert left in shown
    accounting(looked)
    assert left in capsys.readouterr().out
