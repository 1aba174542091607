"""skill and distill: the folders that host agents read, and the packets that their models answer."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from afterword.cli.people import person_option
from afterword.cli.shared import opened, option, out, t, vault_options
from afterword.errors import BadInput


@click.group("skill", help=t("help.skill"))
def skill() -> None:
    pass


@skill.command("write", help=t("help.skill_write"))
@person_option
@option("--out", "folder", key="out", type=click.Path(file_okay=False), default=None)
@vault_options
def write(person: str | None, folder: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        made = w.skill_write(person, folder)
    out(made) if as_json else click.echo(made["skill"])


@skill.command("validate", help=t("help.skill_validate"))
@click.argument("folder", type=click.Path())
@option("--json", "as_json", key="json", is_flag=True)
def validate(folder: str, as_json: bool) -> None:
    from afterword.app.workspace import Workspace

    found = Workspace.skill_validate(folder)
    if as_json:
        out(found)
    else:
        click.echo(t("skill_ok") if found["ok"] else "\n".join(found["faults"]))
    if not found["ok"]:
        sys.exit(BadInput.exit_code)


@skill.command("install", help=t("help.skill_install"))
@person_option
@option("--host", key="host", default="agents", show_default=True)
@option("--project", key="project", type=click.Path(file_okay=False), default=None)
@vault_options
def install(person: str | None, host: str, project: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        made = w.skill_install(person, host, project)
    out(made) if as_json else click.echo(t("installed", path=made["skill"]))


@click.group("distill", help=t("help.distill"))
def distill() -> None:
    pass


@distill.command("next", help=t("help.distill_next"))
@person_option
@option("--after", key="after", default="")
@vault_options
def next_(person: str | None, after: str, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        out(w.distill_next(person, after))


@distill.command("submit", help=t("help.distill_submit"))
@click.argument("packet")
@person_option
@vault_options
def submit(packet: str, person: str | None, as_json: bool, **vault: Any) -> None:
    try:
        findings = json.loads(sys.stdin.read())
    except (ValueError, RecursionError) as e:
        where = f"{e.msg}, line {e.lineno}" if isinstance(e, json.JSONDecodeError) else type(e).__name__
        raise BadInput(
            "distill.json",
            f"Standard input is not JSON: {where}.",
            next_step='Send [{"claim", "topic", "evidence": [{"utterance", "words"}]}].',
        ) from e
    if not isinstance(findings, list):
        raise BadInput(
            "distill.json",
            "Standard input is not a list.",
            next_step='Send [{"claim", "topic", "evidence": [{"utterance", "words"}]}].',
        )
    with opened(**vault) as w:
        out(w.distill_submit(packet, findings, person))


COMMANDS = [skill, distill]
