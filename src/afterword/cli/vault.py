"""let-go, export, doctor: the vault itself."""

from __future__ import annotations

import sys
from typing import Any

import click

from afterword.cli.people import person_option
from afterword.cli.shared import command, interactive, opened, option, out, t, vault_options
from afterword.errors import ChoiceNeeded


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
    for path in receipt["copies_left"]:
        click.secho(t("copy_left", path=path), fg="yellow")
    click.echo(t("out_of_reach"))


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
@vault_options
def doctor(as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        found = w.doctor()
    if as_json:
        out({"checks": found})
    else:
        for c in found:
            click.echo(f" {'✓' if c['ok'] else '✗'} {t('check.' + c['check'].replace('-', '_'))}: {c['found']}")
    if not all(c["ok"] for c in found):
        sys.exit(5)


COMMANDS = [let_go, export, doctor]
