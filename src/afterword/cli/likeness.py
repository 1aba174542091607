"""likeness: how much replies read like the person, for somebody without statistics."""

from __future__ import annotations

from typing import Any

import click

from afterword.cli.shared import command, opened, option, out, progress, t, vault_options


@command("likeness")
@click.argument("person", required=False)
@option("--replies", key="replies", type=click.Path(dir_okay=False), default=None)
@option("--report", key="report", type=click.Path(dir_okay=False), default=None)
@vault_options
def likeness(person: str | None, replies: str | None, report: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w, progress(not as_json) as moving:
        found = w.likeness(person, replies, report, progress=moving)
    out(found) if as_json else told(found)


def told(found: dict[str, Any]) -> None:
    click.secho(found["title"], bold=True)
    if not found["measurable"]:
        click.echo(found["why"])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for i, column in enumerate(found["columns"]):
        table.add_column(column, justify="right" if i else "left")
    for row in found["sets"]:
        table.add_row(row["label"], str(row["n"]), *row["figures"])
    Console(markup=False, highlight=False).print(table)
    for line in (*found["meaning"], found["measured_on"], found["left_out"]):
        click.echo(line)
    if found["report"]:
        click.secho(t("report_written", path=found["report"]), fg="green")


COMMANDS = [likeness]
