"""import, create-ex, demo: from files to a persona."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from afterword.cli.shared import command, explained, interactive, opened, option, out, progress, t, vault_options
from afterword.errors import BadInput, ChoiceNeeded
from afterword.texts import has, skip_words, user_lang


def people_options(f: Any) -> Any:
    """--me and --subject, again for every further name that the same person has in the exports."""
    for decorate in (
        option("--subject", key="subject", multiple=True),
        option("--me", key="me", multiple=True),
    ):
        f = decorate(f)
    return f


def reading_options(f: Any) -> Any:
    """--date-order to --confirmed. `options()` makes of them what the importers take, and says what is wrong with them."""

    @functools.wraps(f)
    def command(**given: Any) -> Any:
        how = {name: given.pop(name) for name in ("date_order", "encoding", "mapping", "key_file", "confirmed")}
        return f(options=functools.partial(reading, **how), **given)

    for decorate in (
        option("--confirmed", key="confirmed", is_flag=True),
        option("--key-file", key="key_file", type=click.Path(dir_okay=False), default=None),
        option("--map", "mapping", key="map", multiple=True),
        option("--importer", key="importer", default=None),
        option("--encoding", key="encoding", default=None),
        option("--date-order", key="date_order", type=click.Choice(["dmy", "mdy", "ymd"]), default=None),
    ):
        command = decorate(command)
    return command


def reading(
    date_order: str | None, encoding: str | None, mapping: tuple[str, ...], key_file: str | None, confirmed: bool
) -> Any:
    from afterword.importers import Options

    key = None
    if key_file:
        try:
            key = Path(key_file).read_text(encoding="utf-8").strip().lower().removeprefix("0x")
        except (OSError, UnicodeDecodeError) as e:
            raise BadInput(
                "import.key-file", f"The key file {key_file} cannot be read.", next_step="Check its path and rights."
            ) from e
        if not re.fullmatch(r"[0-9a-f]{64}", key):
            raise BadInput(
                "import.key-file",
                f"The key file {key_file} does not hold a key of 64 hexadecimal digits.",
                next_step="Write the key that you hold into its first line. Afterword never extracts keys.",
            )

    if wrong := [m for m in mapping if "=" not in m]:
        raise BadInput("import.map", f"{wrong[0]!r} is not of the form field=column.", next_step="--map text=Message")
    pairs = dict(m.split("=", 1) for m in mapping)
    return Options(date_order=date_order, encoding=encoding, mapping=pairs or None, key=key, confirmed=confirmed)


@command("import")
@click.argument("files", nargs=-1, required=True)
@people_options
@reading_options
@vault_options
def import_(
    files: tuple[str, ...],
    me: tuple[str, ...],
    subject: tuple[str, ...],
    importer: str | None,
    options: Any,
    as_json: bool,
    **vault: Any,
) -> None:
    with opened(**vault) as w:
        how = options()
        if not me and interactive() and not as_json:
            me, subject = ask_people(w, files, how, me, subject)
        with progress(not as_json) as bar:
            result = confirmed_by_user(
                lambda o: w.import_files(files, me=me, subject=subject, options=o, importer=importer, progress=bar),
                how,
                as_json,
            )
        if as_json:
            out({k: v for k, v in result.items() if k != "chats"})
            return
        accounting(result)
        if any(p["role"] == "direct" for p in result["people"]) and not w.list_personas():
            click.echo(t("after_import"))
        for persona in w.personas.all():
            if persona["shelf"] in result["chats"]:
                say_since(w, persona["slug"])


def say_since(w: Any, person: str | None) -> None:
    """One line where the records hold more than the portrait counts."""
    new = w.personas.since(person)
    if new["messages"]:
        click.secho(t("since", n=new["messages"], command=new["command"]), fg="yellow")


def confirmed_by_user(do: Any, options: Any, as_json: bool) -> Any:
    """Do it; where lines were read off pictures, show them first and go on only when the user says that they are right."""
    import msgspec

    try:
        return do(options)
    except ChoiceNeeded as e:
        if e.code != "import.confirm" or as_json or not interactive():
            raise
        for line in list(e.details["lines"]):  # type: ignore[call-overload]
            who = t("role.me") if line["side"] == "me" else line["side"]
            click.echo(f"  {line['at'].replace('T', ' ')[:16]:<16}  {who}: {' / '.join(line['text'].split(chr(10)))}")
        if not click.confirm(t("q_lines")):
            raise
        return do(msgspec.structs.replace(options, confirmed=True))


ROWS = 30


def accounting(result: dict[str, Any]) -> None:
    """What came in, what was kept, what was left and why. Many files of one kind are one row."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=t("accounting"), title_justify="left")
    for key in ("file", "format", "records", "kept", "skipped", "new"):
        table.add_column(t(f"col.{key}"), justify="right" if key in ("records", "kept", "new") else "left")
    rows = [(Path(s["path"]).name, [s]) for s in result["sources"]]
    if len(rows) > ROWS:
        by_format: dict[str, list[dict[str, Any]]] = {}
        for s in result["sources"]:
            by_format.setdefault(s["importer"], []).append(s)
        rows = [
            (t("files", n=len(part)) if len(part) > 1 else Path(part[0]["path"]).name, part)
            for part in by_format.values()
        ]
    for name, part in rows:
        skipped: dict[str, int] = {}
        for reason, n in ((r, n) for s in part for r, n in s["skipped"].items()):
            skipped[reason] = skipped.get(reason, 0) + n
        table.add_row(
            name,
            part[0]["importer"],
            f"{sum(s['records'] for s in part):,}",
            f"{sum(s['messages'] + s['keepsakes'] for s in part):,}",
            skips(skipped) or "0",
            f"{sum(s['new'] for s in part):,}",
        )
    Console().print(table)
    say_left(result)
    say_failed(result)


def skips(skipped: dict[str, int]) -> str:
    """Why records were left out, with how many each."""
    return ", ".join(f"{skip_words(user_lang(), reason)} {n:,}" for reason, n in skipped.items())


def say_failed(result: dict[str, Any]) -> None:
    """Files that could not be read: what was found and what to do, a line for each."""
    for f in result["failed"]:
        words = " ".join(explained(f["code"], f["message"], f["next_step"], f["path"]))
        name = Path(f["path"]).name
        click.secho(words if name in words else f"{name}: {words}", fg="yellow", err=True)


NAMED = 5
REASONS = ("companion", "media", "unknown", "empty", "zip", "program", "hidden")


def say_left(result: dict[str, Any]) -> None:
    """Files that were not read: how many for each reason, and the first names of those a person may wonder about."""
    counts: dict[str, int] = {}
    for reason, n in result["left_by_reason"].items():
        name = reason if reason in REASONS else "error"
        counts[name] = counts.get(name, 0) + n
    said = []
    for reason, n in counts.items():
        names = [
            Path(item["path"]).name
            for item in result["left"]
            if (item["reason"] if item["reason"] in REASONS else "error") == reason
        ]
        shown = (
            f" ({', '.join(names[:NAMED])}{'…' if n > NAMED else ''})"
            if reason in ("unknown", "empty", "error", "zip", "program")
            else ""
        )
        said.append(f"{t('reason.' + reason)} {n:,}{shown}")
    if said:
        click.echo(t("left", what="; ".join(said)))


def ask_people(
    w: Any, files: tuple[str, ...], options: Any, me: tuple[str, ...], subject: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Show who is in the files and ask which one is the user and which one is ta. Nothing is guessed.

    One person often has several names in several exports, so several numbers may be given.
    """
    with progress(True) as bar:
        found = w.who(files, options=options, progress=bar)
    owner = list(dict.fromkeys(p["name"] for p in found if p["mine"] and p["name"]))
    names = list(dict.fromkeys(p["name"] for p in found if not p["mine"] and p["name"]))
    if owner:
        click.echo(t("owner_known", names=", ".join(owner)))
    if names:
        click.echo(t("found"))
    for i, name in enumerate(names, 1):
        click.echo(f"  {i}. {name}  ({sum(p['messages'] for p in found if p['name'] == name):,})")
    if not me and names:
        # where some files say who is "you", others may not: the other names must still be said
        told = any(p["mine"] is not None for p in found)
        picked = pick(names, t("which_me_too" if told else "which_me"), needed=not told)
        me = (*owner, *(n for n in picked if n not in owner))
    rest = [n for n in names if n not in me]
    if not subject and rest:
        for i, name in enumerate(rest, 1):
            click.echo(f"  {i}. {name}")
        subject = pick(rest, t("which_ta"))
    if me or subject:
        click.echo(t("so_it_is", me=", ".join(me) or t("role.me"), subject=", ".join(subject)))
    return me, subject


LEAVING = frozenset("stop quit exit cancel 停 停止 退出 取消".split())


def pick(names: list[str], question: str, *, needed: bool = True) -> tuple[str, ...]:
    """Names by their numbers, "2", or "2, 5" for one person with two names, or one name as it is written; Enter for the only
    one there is, and for nobody where nobody is needed; a word of leaving ends it all."""
    only = "1" if needed and len(names) == 1 else None
    while True:
        answer = click.prompt(question, type=str, default=only if needed else "", show_default=bool(only)).strip()
        if (typed_name := next((n for n in names if n.casefold() == answer.casefold()), None)) is not None:
            return (typed_name,)
        if answer.casefold() in LEAVING:
            raise click.Abort
        typed = [part for part in re.split(r"[\s,，、;；]+", answer) if part]
        if (typed or not needed) and all(part.isdecimal() and 1 <= int(part) <= len(names) for part in typed):
            return tuple(dict.fromkeys(names[int(part) - 1] for part in typed))
        click.echo(t("pick_again", n=len(names)))


@command("create-ex")
@click.argument("files", nargs=-1)
@option("--name", key="name", default=None)
@option("--about", key="about", default=None)
@option("--traits", key="traits", default=None)
@people_options
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
    me: tuple[str, ...],
    subject: tuple[str, ...],
    days: int | None,
    consent: str | None,
    lang: str | None,
    groups: bool,
    folder: str | None,
    yes: bool,
    importer: str | None,
    options: Any,
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
    how = options()
    with opened(**vault) as w:
        if asking and files and not (me and subject):
            me, subject = ask_people(w, files, how, me, subject)
        with progress(not as_json) as bar:
            made = confirmed_by_user(
                lambda o: w.create(
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
                    options=o,
                    importer=importer,
                    out=folder,
                    progress=bar,
                ),
                how,
                as_json,
            )
        if as_json:
            out(made)
            return
        if made["help"]:
            click.secho(made["help"] + "\n", bold=True)
        if made["sources"] or made["failed"]:
            accounting(made)
        portrait(w.show(made["person"]), PREVIEW)
        if asking:
            while words := correction(click.prompt(t("q_correct"), default="", show_default=False)):
                answer = w.correct(words, made["person"], words=words)
                click.echo(
                    t("contradicted", n=len(answer["contradicted_by"])) if answer["contradicted_by"] else t("noted")
                )
            if not click.confirm(t("q_confirm"), default=True):
                if click.confirm(t("q_discard"), default=True):
                    back = w.personas.discard(made["person"], made["version"])
                    click.echo(t("discarded_to" if back else "discarded", n=back))
                else:
                    click.echo(t("kept_anyway", person=made["person"]))
                return
        click.secho(t("skill_at", path=made["skill"], person=made["person"]), fg="green")
        click.echo(t("ends_on", name=name, day=made["ends"][:10]))
        if asking and click.confirm(t("q_talk"), default=True):
            from afterword.cli.talking import chat

            chat(w, made["person"])


ENOUGH = frozenset(
    "stop quit exit end done cancel no n q none nothing 停 停止 停下 退出 结束 取消 完了 好了 不 没 没有 没有了 没了 无 否".split()
)
"""Answers that end the questions. Somebody who means the word itself puts it into quotation marks."""


def correction(answer: str) -> str:
    """The words that ta would not say; "" where the answer says that there are none (any more)."""
    answer = answer.strip()
    if answer.casefold().strip("/ .。!！~～…,，") in ENOUGH:
        return ""
    quoted = len(answer) > 2 and (answer[0] + answer[-1]) in ('""', "''", "“”", "‘’", "「」", "『』")
    return answer[1:-1].strip() if quoted else answer


PREVIEW = 3
TOPICS = (
    "names", "memory", "tenderness", "words", "voice", "speech", "humour", "rhythm", "dates", "places", "food", "taste",
    "habits", "family", "work", "values", "plans", "phases", "story", "conflict", "anger", "repair", "taboos", "silence",
    "care", "told", "correction",
)  # fmt: skip


def portrait(shown: dict[str, Any], most: int | None = None) -> None:
    """Claims with their ids and verdicts, by topic, what was dear before what was hard; `most` of a topic."""
    from afterword.app.excerpts import excerpt

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
                click.secho(f"     “{excerpt(quote['words'], claim['statement'])}”", dim=True)
        if most is not None and len(claims) > most:
            click.secho(f"   {t('more', n=len(claims) - most, person=shown['person'])}", dim=True)
    for m in shown["measurements"]:
        if m["value"] is None and m["n"] >= m["minimum"] and has(user_lang(), f"cli.unmeasured.{m['name']}"):
            click.echo("\n" + t(f"unmeasured.{m['name']}", name=shown["name"]))
    click.echo("\n" + t("legend"))


@command("demo")
@option("--story", key="story", type=click.Choice(["zh", "en"]), default=None)
def demo(story: str | None) -> None:
    """Runs on a shipped, invented couple in a throw-away vault that is gone at the end."""
    import secrets
    import tempfile
    from datetime import datetime

    from afterword.app.demo import afternoon, stories
    from afterword.app.workspace import Workspace
    from afterword.cli.talking import chat, echo_exchange

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
        talk = w.talk(made["person"], now=afternoon)
        click.secho(talk.notice(), fg="cyan")
        for line in chosen.script:
            click.echo(f"\n> {line}")
            echo_exchange(talk.turn(line))
        if sys.stdin.isatty():
            talk.now = lambda: datetime.now().astimezone()
            chat(w, made["person"], talk=talk, stories=True)
        else:
            click.echo("\n" + t("demo_end"))


COMMANDS = [import_, create_ex, demo]
