"""Write the reference pages from the code: `python docs/generate.py`; with `--check`, only say what is out of date.

In: the command tree, the importers, the calls that raise errors. Out: `docs/reference/*.md`, in both languages. A list
that must be complete is made from what it lists, and a test compares the pages with what this file would write now.
"""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- written by docs/generate.py -->"
SUFFIX = {"en": ".md", "zh": ".zh.md"}

WORDS = {
    "en": {
        "commands": "# Commands",
        "commands_intro": "Every command answers `--help`. Those that open the vault take the passphrase from a "
        "prompt, `--passphrase-file`, `AFTERWORD_PASSPHRASE_FILE` or `--keyring`, and print JSON with `--json`.",
        "table": "| argument or option | meaning | default |",
        "repeat": "may be repeated",
        "flag": "switch",
        "formats": "# Formats",
        "formats_intro": "Files are recognised by what is in them. `--importer NAME` overrules that.",
        "formats_table": "| format | name for `--importer` | worked example |",
        "errors": "# Errors",
        "errors_intro": 'With `--json` every error is `{"error": {"code", "message", "next_step", …}}`. '
        "There is one exit code for each reaction; the codes are stable.",
        "errors_table": "| code | kind | exit code |",
        "measures": "# Measures",
        "measures_intro": "Each is made for the person and, as `<name>.owner` where it has a twin, for you. Below its "
        "minimum of observations it has no value. A share carries a Wilson interval, a median one by order statistics.",
        "measures_table": "| measure | unit | at least | method, and where it departs from it |",
    },
    "zh": {
        "commands": "# 命令",
        "commands_intro": "每条命令都有 `--help`。要打开保险库的命令从提示、`--passphrase-file`、"
        "`AFTERWORD_PASSPHRASE_FILE` 或 `--keyring` 取得口令；加 `--json` 时输出 JSON。",
        "table": "| 参数或选项 | 意思 | 默认 |",
        "repeat": "可重复",
        "flag": "开关",
        "formats": "# 格式",
        "formats_intro": "文件按内容识别，与文件名无关。可用 `--importer 名称` 指定。",
        "formats_table": "| 格式 | `--importer` 用的名称 | 例子 |",
        "errors": "# 错误",
        "errors_intro": '加 `--json` 时，每个错误都是 `{"error": {"code", "message", "next_step", …}}`。'
        "每一种应对方式对应一个退出码；代码不会变。",
        "errors_table": "| 代码 | 类别 | 退出码 | 意思 |",
        "measures": "# 测量",
        "measures_intro": "每一项都为那个人测一次；有对照的，也为你测一次，名字是 `<name>.owner`。观察数不到下限就没有值。"
        "比例带 Wilson 区间，中位数带次序统计区间。方法的出处用原文。",
        "measures_table": "| 测量 | 单位 | 至少 | 方法，以及和出处不同的地方 |",
    },
}


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def commands(lang: str) -> str:
    """The command tree. Help texts are chosen when the door is imported, hence one process per language."""
    import click

    cli = importlib.import_module("afterword.cli")
    cli._register()
    said = WORDS[lang]
    out = [NOTE, "", said["commands"], "", said["commands_intro"], ""]

    def default(p: click.Parameter) -> str:
        if isinstance(p, click.Option) and p.is_flag:
            return said["flag"]
        if p.multiple or p.nargs == -1:
            return said["repeat"]
        shown = isinstance(p, click.Option) and p.show_default
        return f"`{p.default}`" if shown and p.default is not None else ""

    def walk(command: click.Command, path: str) -> None:
        if isinstance(command, click.Group):
            for name in sorted(command.commands):
                walk(command.commands[name], f"{path} {name}")
            return
        out.extend([f"## {path}", "", command.help or "", ""])
        rows = []
        for p in command.params:
            if isinstance(p, click.Option):
                choice = " " + "\\|".join(str(c) for c in p.type.choices) if isinstance(p.type, click.Choice) else ""
                rows.append(f"| `{', '.join(p.opts)}`{choice} | {cell(p.help or '')} | {default(p)} |")
            else:
                rows.append(f"| `{(p.name or '').upper()}` | | {default(p)} |")
        if rows:
            out.extend([said["table"], "|---|---|---|", *rows, ""])

    walk(cli.afterword, "afterword")
    return "\n".join(out)


def formats(lang: str) -> str:
    """Every importer, with its case folders."""
    from afterword.importers import importers

    said = WORDS[lang]
    out = [NOTE, "", said["formats"], "", said["formats_intro"], "", said["formats_table"], "|---|---|---|"]
    for name, importer in importers().items():
        cases = sorted(p.parent.name for p in (ROOT / "tests" / "importers" / name).glob("*/case.toml"))
        shown = f"`tests/importers/{name}/{cases[0]}`" if cases else ""
        out.append(f"| {cell(importer.title)} | `{name}` | {shown} |")
    return "\n".join([*out, ""])


def error_codes() -> dict[str, tuple[str, int]]:
    """code → (class, exit code), read from every call that names a class of the tree and a literal code."""
    from afterword import errors

    classes = {k: v for k, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.AfterwordError)}
    found: dict[str, tuple[str, int]] = {}
    for path in sorted((ROOT / "src" / "afterword").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found[code.value] = (node.func.id, classes[node.func.id].exit_code)
    return dict(sorted(found.items()))


def errors_page(lang: str) -> str:
    said = WORDS[lang]
    from afterword.texts import error_words

    columns = said["errors_table"].count("|") - 1
    out = [NOTE, "", said["errors"], "", said["errors_intro"], "", said["errors_table"], "|---" * columns + "|"]
    for code, (kind, number) in error_codes().items():
        meaning = f" {error_words(lang, code)} |" if columns > 3 else ""
        out.append(f"| `{code}` | {kind} | {number} |{meaning}")
    return "\n".join([*out, ""])


def measures_page(lang: str) -> str:
    """Every measure says its unit, minimum and method even when there is nothing to measure: so an empty chat is asked."""
    from afterword.measures import measure_all
    from afterword.model import Conversation, Speaker

    said = WORDS[lang]
    people = (Speaker("me", "A", ("A",), True), Speaker("ta", "B", ("B",)))
    empty = Conversation("", "", True, "me", "ta", people, ())
    out = [NOTE, "", said["measures"], "", said["measures_intro"], "", said["measures_table"], "|---|---|---|---|"]
    for m in sorted(measure_all(empty), key=lambda m: m.name):
        if not m.name.endswith(".owner"):
            method = f"{m.source}. {m.note}" if m.note else m.source
            out.append(f"| `{m.name}` | {cell(m.unit)} | {m.minimum} | {cell(method)} |")
    return "\n".join([*out, ""])


PAGES = {"commands": commands, "formats": formats, "errors": errors_page, "measures": measures_page}


def pages() -> dict[Path, str]:
    """What the reference pages must say now."""
    found = {}
    for lang, suffix in SUFFIX.items():
        environment = {**os.environ, "AFTERWORD_LANG": lang, "PYTHONIOENCODING": "utf-8"}
        for name in PAGES:
            ran = subprocess.run(
                [sys.executable, __file__, "--print", name, lang], env=environment, capture_output=True, check=True
            )
            found[REFERENCE / (name + suffix)] = ran.stdout.decode("utf-8")
    return found


def stale() -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    if sys.argv[1:2] == ["--print"]:
        sys.stdout.write(PAGES[sys.argv[2]](sys.argv[3]))
        return 0
    if sys.argv[1:] == ["--check"]:
        behind = stale()
        print("\n".join(behind) or "The reference pages are up to date.")
        return bool(behind)
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
