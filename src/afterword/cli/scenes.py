"""scene: two or three personas and the user, one prompt."""

from __future__ import annotations

import sys
from typing import Any

import click

from afterword.cli.shared import command, opened, option, out, t, vault_options
from afterword.cli.talking import agreed, echo_exchange


def echo_turn(turn: Any) -> None:
    """Guide first, then each persona under its name."""
    for line in (turn.notice, *turn.guide):
        if line:
            click.secho(line, fg="yellow" if turn.gate == "crisis" else "cyan")
    for part in turn.parts:
        click.secho(part.name, bold=True)
        echo_exchange(part.exchange)


@command("scene")
@click.argument("people", nargs=-1, required=True)
@option("--country", key="country", default=None)
@option("--model/--no-model", "model", key="model", default=None)
@vault_options
def scene(people: tuple[str, ...], country: str | None, model: bool | None, as_json: bool, **vault: Any) -> None:
    from afterword import guard

    with opened(**vault) as w:
        live = w.scene(people, country=country, model=model, agreed=agreed)
        asking = sys.stdin.isatty() and not as_json
        if asking:
            click.secho(live.notice(), fg="cyan")
            click.secho(t("scene_keys"), dim=True)
        while True:
            try:
                line = input("\n> ") if asking else sys.stdin.readline()
            except (EOFError, KeyboardInterrupt):
                line = ""
                asking = False
            if not line and not asking:
                if sys.stdin.isatty():
                    click.secho(guard.farewell(w.lang, ""), fg="cyan")
                return
            if not line.strip():
                continue
            turn = live.turn(line.strip())
            out(w.scene_shown(turn)) if as_json else echo_turn(turn)
            if turn.ended:
                return


COMMANDS = [scene]
