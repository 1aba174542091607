"""What all commands share: opening the vault, JSON or words, progress, questions. No rules."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from afterword.errors import AfterwordError, BadInput, BadSettings
from afterword.texts import error_words, say, user_lang

if TYPE_CHECKING:
    from afterword.app.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


def t(key: str, **values: object) -> str:
    return say(user_lang(), f"cli.{key}", **values)


def option(*names: str, key: str, **more: Any) -> Callable[[F], F]:
    return click.option(*names, help=t(f"opt.{key}"), **more)


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return click.command(name, help=t(f"help.{name.replace('-', '_')}"))


class HelpPage(click.HelpFormatter):
    """click's own page with its few words in the user's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{t('page.usage')}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(t(f"page.{heading.lower()}") if heading in ("Options", "Commands") else heading)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        own = {"Show this message and exit.": "page.help", "Show the version and exit.": "page.version"}
        super().write_dl([(a, t(own[b]) if b in own else b) for a, b in rows], col_max, col_spacing)


def vault_options(f: F) -> F:
    """--json, --passphrase-file, --keyring and --timezone on every command that opens the vault."""
    for decorate in (
        option("--timezone", key="timezone", default=None),
        option("--keyring", key="keyring", is_flag=True),
        option("--passphrase-file", key="passphrase_file", type=click.Path(dir_okay=False), default=None),
        option("--json", "as_json", key="json", is_flag=True),
    ):
        f = decorate(f)
    return f


def interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def passphrase_source(file: str | None, keyring: bool) -> Callable[[bool], str]:
    """A prompt, the keyring, or a file; never an argument or the environment itself."""

    def ask(fresh: bool) -> str:
        path = file or os.environ.get("AFTERWORD_PASSPHRASE_FILE")
        if path:
            try:
                words = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError) as e:
                raise BadSettings(
                    "vault.passphrase-file",
                    f"The passphrase file {path} cannot be read.",
                    next_step="Check its path and rights.",
                ) from e
            if not words:
                raise BadSettings(
                    "vault.passphrase-file",
                    f"The passphrase file {path} is empty.",
                    next_step="Write the passphrase into its first line.",
                )
            return words
        if keyring:
            from afterword.store import default_home
            from afterword.store.keys import keyring_passphrase

            kept = keyring_passphrase(default_home(), create=fresh)
            if kept:
                return kept
            raise BadSettings(
                "vault.keyring",
                "This system has no safe keyring, or it holds no passphrase for this vault.",
                next_step="Use --passphrase-file or a terminal.",
            )
        if not interactive():
            raise BadSettings(
                "vault.no-passphrase",
                "There is nobody to ask for the passphrase.",
                next_step="Use --passphrase-file, AFTERWORD_PASSPHRASE_FILE or --keyring.",
            )
        if fresh:
            click.echo(t("new_vault"))
        words = click.prompt(
            t("passphrase"), hide_input=True, confirmation_prompt=t("passphrase_again") if fresh else False, err=True
        )
        return str(words)

    return ask


@contextlib.contextmanager
def opened(passphrase_file: str | None, keyring: bool, timezone: str | None) -> Iterator[Workspace]:
    from afterword.app.workspace import Workspace

    with Workspace(passphrase=passphrase_source(passphrase_file, keyring), zone=timezone) as workspace:
        yield workspace


@contextlib.contextmanager
def progress(shown: bool) -> Iterator[Callable[[str, int], None] | None]:
    """A moving line on a terminal; nothing for machines."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(pulse_style="cyan"),
        TextColumn("{task.completed:,}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=False,
    ) as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, n: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(t("measuring") if what == "measuring" else what, total=None)
            bar.update(tasks[what], completed=n)

        yield report


def out(value: Any) -> None:
    """JSON, in UTF-8 whatever the terminal speaks."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace"))


def explained(code: str, message: str, next_step: str, path: str = "") -> list[str]:
    """An error in a person's words. Where the catalogue's words name the file, they say all of it, in either language;
    else its words stand before the English of the place that raised it."""
    meaning = error_words(user_lang(), code)
    if "{file}" in meaning:
        return [meaning.replace("{file}", Path(path).name or t("this_file"))]
    return [line for line in (meaning, message, next_step) if line]


def fail(error: AfterwordError, cause: BaseException | None = None) -> NoReturn:
    """One error shape: JSON on standard output when --json was asked for, words on standard error otherwise."""
    path = str(error.details.get("path", ""))
    if "--json" in sys.argv:
        shape: dict[str, Any] = error.as_json()
        if error_words(user_lang(), error.code):
            shape["error"]["meaning"] = explained(error.code, "", "", path)[0]
        out(shape)
    else:
        first, *more = explained(error.code, error.message, error.next_step, path)
        click.secho(first, fg="red", err=True)
        for line in more:
            click.echo(line, err=True)
    if cause is not None and os.environ.get("AFTERWORD_DEBUG"):
        raise cause
    sys.exit(error.exit_code)


def words_from(text: tuple[str, ...]) -> str:
    """The words after a command, or standard input for "-" and for nothing at all."""
    if text and text != ("-",):
        return " ".join(text)
    read = sys.stdin.read().strip() if not sys.stdin.isatty() or text == ("-",) else ""
    if "\ufffd" in read:
        raise BadInput(
            "text.encoding", "Standard input is not UTF-8 text.", next_step="Convert it first: iconv -t UTF-8"
        )
    return read
