"""model and ledger: which model is asked, and everything that was ever sent to one."""

from __future__ import annotations

import sys
from typing import Any

import click

from afterword.cli.shared import command, interactive, opened, option, out, t, vault_options


@click.group("model", help=t("help.model"))
def model() -> None:
    pass


@model.command("set", help=t("help.model_set"))
@click.argument("spec")
@option("--url", key="url", default="")
@option(
    "--mode", key="send_mode", type=click.Choice(["off", "ask-each", "ask-session"]), default="off", show_default=True
)
@option("--price-in", key="price_in", type=float, default=None)
@option("--price-out", key="price_out", type=float, default=None)
@option("--embed", key="embed", default="")
@vault_options
def set_(
    spec: str,
    url: str,
    mode: str,
    price_in: float | None,
    price_out: float | None,
    embed: str,
    as_json: bool,
    **vault: Any,
) -> None:
    with opened(**vault) as w:
        chosen = w.model_set(spec, url=url, mode=mode, price_in=price_in, price_out=price_out, embed=embed)
    out(chosen) if as_json else described(chosen)


@model.command("show", help=t("help.model_show"))
@vault_options
def show(as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        chosen = w.model_show()
    out(chosen) if as_json else described(chosen)


@model.command("test", help=t("help.model_test"))
@option("--yes", "yes", key="agree", is_flag=True)
@vault_options
def test(yes: bool, as_json: bool, **vault: Any) -> None:
    def agreed(preview: dict[str, Any]) -> bool:
        if as_json or not (yes or interactive()):
            return yes
        click.echo(t("would_go", n=preview["bytes"], host=preview["host"]))
        click.echo(preview["text"])
        return yes or click.confirm(t("q_send"))

    with opened(**vault) as w:
        found = w.model_test(agreed=agreed)
    if as_json:
        out(found)
        return
    click.echo(t("model_answers", model=found["model"], host=found["host"]))
    click.echo(f"  {found['answer']}")
    if found["tokens_in"] is not None and found["tokens_out"] is not None:
        click.echo(t("tokens", n=found["tokens_in"], m=found["tokens_out"]))
    if found["cost"] is not None:
        click.echo(t("cost", cost=f"{found['cost']:.6f}"))


@command("ledger")
@vault_options
def ledger(as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        found = w.ledger()
    if as_json:
        out(found)
    else:
        accounted(found)
    if not found["whole"]:
        sys.exit(5)


def described(chosen: dict[str, Any]) -> None:
    click.echo(f"{chosen['model']}  {chosen['url']}")
    click.echo(t("model_local" if chosen["local"] else "model_remote", host=chosen["host"]))
    if not chosen["local"]:
        click.echo(t(f"send_mode.{chosen['mode']}"))
    click.echo(t(f"key_from.{chosen['key']}"))
    if near := chosen["embed"]:
        click.echo(
            t("embed_local" if near["local"] else f"embed_{chosen['mode']}", model=near["model"], host=near["host"])
        )
    else:
        click.echo(t("embed_none"))


def accounted(found: dict[str, Any]) -> None:
    """A line for each request, with what came of it; first what left, in one sentence."""
    click.secho(t("left_computer", n=found["left"]) if found["left"] else t("left_nothing"), bold=True)
    if found["stayed"]:
        click.echo(t("stayed", n=found["stayed"]))
    answers = {r["of"]: r for r in found["rows"] if r["kind"] == "answer"}
    for r in found["rows"]:
        if r["kind"] != "sent":
            continue
        answer = answers.get(r["n"], {})
        click.echo(
            t(
                "ledger_row",
                at=r["at"],
                host=r["host"],
                purpose=r["purpose"],
                bytes=r["bytes"],
                replaced=r["replaced"],
                sha256=r["sha256"][:16],
                consent=r["consent"] or "–",
                outcome=answer.get("outcome") or "?",
            )
        )
    whole = t("chain_whole") if found["whole"] else t("chain_broken", n=found["broken_at"])
    if found["rows"] or not found["whole"]:
        click.secho(whole, fg=None if found["whole"] else "red")


COMMANDS = [model, ledger]
