"""import, create-ex, demo: from files to a persona."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from afterword.cli.shared import command, interactive, opened, option, out, progress, t, vault_options
from afterword.errors import BadInput, ChoiceNeeded


def reading_options(f: Any) -> Any:
    for decorate in (
        option("--map", "mapping", key="map", multiple=True),
        option("--importer", key="importer", default=None),
        option("--encoding", key="encoding", default=None),
        option("--date-order", key="date_order", type=click.Choice(["dmy", "mdy", "ymd"]), default=None),
    ):
        f = decorate(f)
    return f


def reading(date_order: str | None, encoding: str | None, mapping: tuple[str, ...]) -> Any:
    from afterword.importers import Options

    if wrong := [m for m in mapping if "=" not in m]:
        raise BadInput("import.map", f"{wrong[0]!r} is not of the form field=column.", next_step="--map text=Message")
    pairs = dict(m.split("=", 1) for m in mapping)
    return Options(date_order=date_order, encoding=encoding, mapping=pairs or None)


@command("import")
@click.argument("files", nargs=-1, required=True)
@option("--me", key="me", default=None)
@option("--subject", key="subject", default=None)
@reading_options
@vault_options
def import_(
    files: tuple[str, ...],
    me: str | None,
    subject: str | None,
    date_order: str | None,
    encoding: str | None,
    importer: str | None,
    mapping: tuple[str, ...],
    as_json: bool,
    **vault: Any,
) -> None:
    with opened(**vault) as w:
        options = reading(date_order, encoding, mapping)
        if me is None and interactive() and not as_json:
            me, subject = ask_people(w, files, options, me, subject)
        with progress(not as_json) as bar:
            result = w.import_files(files, me=me, subject=subject, options=options, importer=importer, progress=bar)
        if as_json:
            out({k: v for k, v in result.items() if k != "chats"})
            return
        accounting(result)


def accounting(result: dict[str, Any]) -> None:
    """What came in, what was kept, what was left and why."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=t("accounting"), title_justify="left")
    for key in ("file", "format", "records", "kept", "skipped", "new"):
        table.add_column(t(f"col.{key}"), justify="right" if key in ("records", "kept", "new") else "left")
    for s in result["sources"]:
        skipped = ", ".join(f"{r} {n}" for r, n in s["skipped"].items()) or "0"
        table.add_row(
            Path(s["path"]).name, s["importer"], f"{s['records']:,}", f"{s['messages']:,}", skipped, f"{s['new']:,}"
        )
    Console().print(table)
    for f in result["failed"]:
        click.secho(f"{Path(f['path']).name}: {f['message']} {f['next_step']}", fg="yellow", err=True)


def ask_people(
    w: Any, files: tuple[str, ...], options: Any, me: str | None, subject: str | None
) -> tuple[str | None, str | None]:
    """Show who is in the files and ask which one is the user and which one is ta. Nothing is guessed."""
    with progress(True) as bar:
        found = w.who(files, options=options, progress=bar)
    owner = [p["name"] for p in found if p["mine"]]
    names = list(dict.fromkeys(p["name"] for p in found if not p["mine"] and p["name"]))
    click.echo(t("found"))
    for i, name in enumerate(names, 1):
        click.echo(f"  {i}. {name}  ({sum(p['messages'] for p in found if p['name'] == name):,})")
    if me is None and not owner:
        me = names[click.prompt(t("which_me"), type=click.IntRange(1, len(names))) - 1]
    rest = [n for n in names if n != me]
    if subject is None and rest:
        for i, name in enumerate(rest, 1):
            click.echo(f"  {i}. {name}")
        subject = rest[click.prompt(t("which_ta"), type=click.IntRange(1, len(rest))) - 1]
    return me, subject


@command("create-ex")
@click.argument("files", nargs=-1)
@option("--name", key="name", default=None)
@option("--about", key="about", default=None)
@option("--traits", key="traits", default=None)
@option("--me", key="me", default=None)
@option("--subject", key="subject", default=None)
@option("--days", key="days", type=int, default=None)
@option(
    "--consent",
    key="consent",
    type=click.Choice(["not-asked", "given", "declined", "deceased-wish"]),
    default=None,
)
@option("--lang", key="lang", type=click.Choice(["en", "zh"]), default=None)
@option("--groups", key="groups", is_flag=True)
@option("--out", "folder", key="out", type=click.Path(file_okay=False), default=None)
@option("--yes", key="yes", is_flag=True)
@reading_options
@vault_options
def create_ex(
    files: tuple[str, ...],
    name: str | None,
    about: str | None,
    traits: str | None,
    me: str | None,
    subject: str | None,
    days: int | None,
    consent: str | None,
    lang: str | None,
    groups: bool,
    folder: str | None,
    yes: bool,
    date_order: str | None,
    encoding: str | None,
    importer: str | None,
    mapping: tuple[str, ...],
    as_json: bool,
    **vault: Any,
) -> None:
    asking = interactive() and not yes and not as_json
    if asking:
        click.echo(t("welcome"))
        name = name or click.prompt(t("q_name"))
        about = click.prompt(t("q_about"), default="", show_default=False) if about is None else about
        traits = click.prompt(t("q_traits"), default="", show_default=False) if traits is None else traits
        if not files:
            line = click.prompt(t("q_files"), default="", show_default=False)
            files = tuple(p.strip().strip("'\"") for p in line.split(";") if p.strip())
    if not name:
        raise ChoiceNeeded("create.name", t("no_name"), next_step="--name")
    options = reading(date_order, encoding, mapping)
    with opened(**vault) as w:
        if asking and files and (me is None or subject is None):
            me, subject = ask_people(w, files, options, me, subject)
        with progress(not as_json) as bar:
            made = w.create(
                files,
                name=name,
                me=me,
                subject=subject,
                about=about or "",
                traits=traits or "",
                days=days,
                consent=consent,
                lang=lang,
                groups=groups,
                options=options,
                importer=importer,
                out=folder,
                progress=bar,
            )
        if as_json:
            out(made)
            return
        if made["sources"] or made["failed"]:
            accounting(made)
        portrait(w.show(made["person"]), PREVIEW)
        if asking:
            while words := click.prompt(t("q_correct"), default="", show_default=False):
                answer = w.correct(words, made["person"], words=words)
                click.echo(
                    t("contradicted", n=len(answer["contradicted_by"])) if answer["contradicted_by"] else t("noted")
                )
            if not click.confirm(t("q_confirm"), default=True):
                click.echo(t("kept_anyway", person=made["person"]))
                return
        click.secho(t("skill_at", path=made["skill"], person=made["person"]), fg="green")
        if asking and click.confirm(t("q_talk"), default=True):
            from afterword.cli.talking import chat

            chat(w, made["person"])


PREVIEW = 3
TOPICS = (
    "names", "memory", "words", "voice", "rhythm", "dates", "places", "food", "plans", "phases", "story", "conflict",
    "silence", "care", "told", "correction",
)  # fmt: skip


def portrait(shown: dict[str, Any], most: int | None = None) -> None:
    """Claims with their ids and verdicts, by topic, what was dear before what was hard; `most` of a topic."""
    c = shown["coverage"]
    click.secho(
        "\n"
        + t(
            "portrait",
            name=shown["name"],
            n=c.get("by_subject", 0),
            total=c.get("utterances", 0),
            first=c.get("first") or "?",
            last=c.get("last") or "?",
        ),
        bold=True,
    )
    if shown["told_only"]:
        click.echo(t("told_only"))
    for topic, claims in sorted(shown["topics"].items(), key=lambda row: TOPICS.index(row[0])):
        click.secho(f"\n{t('topic.' + topic)}", bold=True)
        for claim in claims[:most]:
            mark = {"supported": "●", "contested": "◐", "told-by-user": "○", "unsupported": "·"}[claim["verdict"]]
            click.echo(f" {mark} {claim['statement']}  [{claim['id']}]")
            for quote in claim["quotes"][:2]:
                click.secho(f"     “{' '.join(quote['words'][:80].split())}”", dim=True)
        if most is not None and len(claims) > most:
            click.secho(f"   {t('more', n=len(claims) - most, person=shown['person'])}", dim=True)
    click.echo("\n" + t("legend"))


@command("demo")
@option("--story", key="story", type=click.Choice(["zh", "en"]), default=None)
def demo(story: str | None) -> None:
    """Runs on a shipped, invented couple in a throw-away vault that is gone at the end."""
    import secrets
    import tempfile

    from afterword.app.demo import stories
    from afterword.app.workspace import Workspace
    from afterword.cli.talking import chat, echo_exchange
    from afterword.texts import user_lang

    chosen = stories()[story or user_lang()]
    os.environ["AFTERWORD_LANG"] = chosen.lang  # the screens speak the language of the story
    with tempfile.TemporaryDirectory(prefix="afterword-demo-") as folder, contextlib.ExitStack() as stack:
        w = stack.enter_context(
            Workspace(Path(folder) / "vault", passphrase=secrets.token_urlsafe(24), zone=chosen.zone, lang=chosen.lang)
        )
        click.echo(t("demo_intro", name=chosen.subject, me=chosen.me, file=chosen.file.name))
        with progress(True) as bar:
            made = w.create(
                [chosen.file],
                name=chosen.subject,
                me=chosen.me,
                subject=chosen.subject,
                about=chosen.about,
                traits=chosen.traits,
                lang=chosen.lang,
                progress=bar,
            )
        accounting(made)
        portrait(w.show(made["person"]), PREVIEW)
        click.secho("\n" + t("demo_skill", path=made["skill"]), fg="green")
        for path in sorted(Path(made["skill"]).rglob("*")):
            if path.is_file():
                click.echo(f"   {path.relative_to(Path(made['skill']).parent)}")
        click.echo("\n" + t("demo_talk"))
        talk = w.talk(made["person"])
        click.secho(talk.notice(), fg="cyan")
        for line in chosen.script:
            click.echo(f"\n> {line}")
            echo_exchange(talk.turn(line))
        if sys.stdin.isatty():
            chat(w, made["person"], talk=talk, stories=True)
        else:
            click.echo("\n" + t("demo_end"))


COMMANDS = [import_, create_ex, demo]
