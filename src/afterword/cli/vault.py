"""let-go, export, doctor: the vault itself."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import click

from afterword.cli.create import reading_options, say_failed, say_left, skips
from afterword.cli.people import person_option
from afterword.cli.shared import command, interactive, opened, option, out, progress, t, vault_options
from afterword.errors import ChoiceNeeded
from afterword.texts import has, match_words, user_lang


@command("let-go")
@click.argument("person", required=False)
@option("--confirm", key="confirm", default=None)
@vault_options
def let_go(person: str | None, confirm: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        plan = w.let_go_plan(person)
        if not as_json:
            click.secho(t("will_go", name=plan["name"]), bold=True)
            click.echo(t("will_go_list", n=plan["utterances"], versions=plan["versions"], groups=plan["groups"]))
            for path in plan["copies"]:
                click.echo(f"   {path}")
            if plan["files"]:
                click.echo(t("will_go_files"))
            for path in plan["files"]:
                click.echo(f"   {path}")
            say_changed(plan)
            if plan["keepsakes"] or plan["own_keepsakes"]:
                click.echo(t("will_go_keepsakes", n=plan["keepsakes"], own=plan["own_keepsakes"]))
            click.echo(t("out_of_reach"))
        if confirm is None:
            if not interactive() or as_json:
                raise ChoiceNeeded(
                    "let-go.confirm",
                    t("type_name", name=plan["name"]),
                    next_step=f"--confirm '{plan['name']}'",
                    plan=plan,
                )
            confirm = click.prompt(t("type_name", name=plan["name"]))
        receipt = w.let_go(plan["person"], confirm)
    if as_json:
        out(receipt)
        return
    click.secho("\n" + t("receipt", name=plan["name"]), bold=True)
    click.echo(
        t(
            "receipt_list",
            at=receipt["at"],
            n=receipt["utterances"],
            versions=receipt["versions"],
            copies=len(receipt["copies"]),
            groups=receipt["group_lines"],
        )
    )
    if receipt["files"]:
        click.echo(t("receipt_files", n=len(receipt["files"])))
    if receipt["keepsakes"] or receipt["own_keepsakes"]:
        click.echo(t("receipt_keepsakes", n=receipt["keepsakes"], own=receipt["own_keepsakes"]))
    for path in (*receipt["copies_left"], *receipt["files_left"]):
        click.secho(t("copy_left", path=path), fg="yellow")
    say_changed(receipt)
    click.echo(t("out_of_reach"))


def say_changed(shown: dict[str, Any]) -> None:
    for path in shown["files_changed"]:
        click.secho(t("file_changed", path=path), fg="yellow")


@command("export")
@option(
    "--format", "format_", key="format", type=click.Choice(["jsonl", "convokit"]), default="jsonl", show_default=True
)
@person_option
@vault_options
def export(format_: str, person: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        for line in w.export(format_, person):
            sys.stdout.write(line + "\n")


@command("doctor")
@click.argument("files", nargs=-1)
@reading_options
@vault_options
def doctor(
    files: tuple[str, ...],
    importer: str | None,
    options: Any,
    as_json: bool,
    **vault: Any,
) -> None:
    if files:
        from afterword.app.workspace import Workspace

        how = options()
        with progress(not as_json) as bar:
            looked = Workspace.inspect(files, options=how, importer=importer, zone=vault["timezone"], progress=bar)
        out(looked) if as_json else examined(looked)
        return
    with opened(**vault) as w:
        found = w.doctor()
    if as_json:
        out({"checks": found})
    else:
        for c in found:
            click.echo(f" {'✓' if c['ok'] else '✗'} {t('check.' + c['check'].replace('-', '_'))}: {found_in(c)}")
    if not all(c["ok"] for c in found):
        sys.exit(5)


def found_in(check: dict[str, Any]) -> str:
    """What a check of the vault found, in the language of the screen."""
    shelf, mark, faults = check["found"].rpartition(": ")
    if mark and faults.endswith(" faults"):
        return f"{shelf}: {t('faults', n=int(faults.removesuffix(' faults')))}"
    return t("current") if check["found"] == "current" else str(check["found"])


def named(group: str, word: str) -> str:
    """A report's word in a person's words; as it is where somebody else's importer has one of its own."""
    return t(f"{group}.{word}") if has(user_lang(), f"cli.{group}.{word}") else word


def zone_of(zone: str) -> str:
    """What a report says of the times, in words."""
    local, mark, name = zone.partition("local, read as ")
    return t("zone.local", zone=name) if mark and not local else named("zone", zone)


ALIKE = 5
"""More files of one kind than this, without a message in them, are told in one paragraph."""


def examined(looked: dict[str, Any]) -> None:
    """What an import of the files would report, a paragraph for each."""
    many = Counter(s["importer"] for s in looked["sources"] if not s["messages"])
    alike = {name for name, n in many.items() if n > ALIKE}
    for name in sorted(alike):
        part = [s for s in looked["sources"] if s["importer"] == name]
        click.secho(f"\n{t('files', n=len(part))}", bold=True)
        click.echo(f"   {t('col.format')}: {name}")
        click.echo(f"   {t('col.kept')}: {sum(s['messages'] + s['keepsakes'] for s in part):,}")
    for s in looked["sources"]:
        if s["importer"] in alike:
            continue
        click.secho(f"\n{s['path']}", bold=True)
        people = ", ".join(f"{p['name'] or t('role.me')} {p['messages']:,}" for p in s["people"][:8])
        skipped = skips(s["skipped"])
        order = f"{named('order', s['date_order'])} ({named('decided', s['decided_by'])})" if s["date_order"] else ""
        replaced = f" ({s['replaced']:,} �)" if s["replaced"] else ""
        for key, value in (
            ("format", f"{s['importer']}: {match_words(user_lang(), s['reason'])}"),
            ("records", f"{s['records']:,}"),
            ("kept", f"{s['messages'] + s['keepsakes']:,}"),
            ("skipped", skipped),
            ("people", people),
            ("span", f"{s['first']} – {s['last']}" if s["first"] else ""),
            ("encoding", s["encoding"] + replaced if s["encoding"] else ""),
            ("date_order", order),
            ("zone", zone_of(s["zone"])),
        ):
            if value:
                click.echo(f"   {t('col.' + key)}: {value}")
    click.echo("")
    say_left(looked)
    say_failed(looked)


COMMANDS = [let_go, export, doctor]
