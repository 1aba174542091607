"""skill and distill: the folders that host agents read, and the packets that their models answer."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

import click

from afterword.cli.people import person_option
from afterword.cli.shared import explained, interactive, opened, option, out, progress, t, vault_options
from afterword.errors import BadInput, TryAgain

BUDGET = 60_000
"""As in afterword.distill, which would load half of the program for a help page; a test compares them."""
Shown = Callable[[dict[str, Any]], None]
ESTIMATED = ("to_send", "packets", "model", "host", "tokens_in", "budget", "most_tokens_out")


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


budget_option = option("--budget", key="budget", type=click.IntRange(min=1), default=BUDGET, show_default=True)
facets_option = option("--facets", key="facets", default="")


def listed(facets: str) -> list[str]:
    return [f.strip() for f in facets.split(",") if f.strip()]


again_option = option("--again", key="again", is_flag=True)
yes_option = option("--yes", "yes", key="distill_yes", is_flag=True)


@distill.command("run", help=t("help.distill_run"))
@click.argument("person", required=False)
@budget_option
@facets_option
@again_option
@yes_option
@vault_options
def run(person: str | None, budget: int, facets: str, again: bool, yes: bool, as_json: bool, **vault: Any) -> None:
    carried_out(
        lambda w, **asking: w.distill_run(person, budget=budget, facets=listed(facets), again=again, **asking),
        estimated,
        distilled,
        yes=yes,
        as_json=as_json,
        vault=vault,
    )


@distill.command("scenes", help=t("help.distill_scenes"))
@click.argument("person", required=False)
@option("--kind", key="episode_kind", default=None)
@option("--from", "since", key="from", default=None)
@option("--until", key="until", default=None)
@budget_option
@again_option
@yes_option
@vault_options
def scenes(
    person: str | None,
    kind: str | None,
    since: str | None,
    until: str | None,
    budget: int,
    again: bool,
    yes: bool,
    as_json: bool,
    **vault: Any,
) -> None:
    carried_out(
        lambda w, **asking: w.distill_scenes(
            person, kind=kind, since=since, until=until, budget=budget, again=again, **asking
        ),
        scenes_estimated,
        scenes_told,
        yes=yes,
        as_json=as_json,
        vault=vault,
    )


def carried_out(
    operation: Callable[..., dict[str, Any]],
    estimate_shown: Shown,
    found_shown: Shown,
    *,
    yes: bool,
    as_json: bool,
    vault: dict[str, Any],
) -> None:
    """A run over the user's own model: the estimate, a question, what would leave, a bar, what was found."""
    from afterword.cli.talking import agreed

    asking = interactive() and not as_json and not yes

    each: list[bool] = []

    def start(estimate: dict[str, Any]) -> bool:
        each.append(asking and estimate["mode"] == "ask-each" and not estimate["local"])
        if not as_json:
            estimate_shown(estimate)
        return yes or (asking and bool(click.confirm(t("q_distill"), default=False)))

    with contextlib.ExitStack() as shown, opened(**vault) as w:
        reports: list[Any] = []

        def advance(done: int, of: int) -> None:
            """The bar opens with the first answer, so that nothing moves while a question is asked."""
            if each[0]:
                click.echo(t("distill_row", n=done, of=of))
                return
            if not reports:
                reports.append(shown.enter_context(progress(not as_json)))
            if reports[0]:
                reports[0](t("distill_ask", n=of), done)

        found = operation(
            w,
            start=start,
            agreed=(lambda preview: True) if yes else agreed if asking else (lambda preview: False),
            progress=advance,
        )
        shown.close()
        if as_json:
            out(found)
        else:
            found_shown(found)
    if stopped := found["stopped"]:
        if not as_json:
            for line in explained(stopped["code"], stopped["message"], stopped["next_step"]):
                click.echo(line, err=True)
        sys.exit(TryAgain.exit_code)


def goes_to(e: dict[str, Any]) -> None:
    """Where it goes, and what that costs."""
    click.echo(t("model_local" if e["local"] else "model_remote", host=e["host"]))
    if not e["local"]:
        click.echo(t(f"send_mode.{e['mode']}"))
        cost = e["most_cost"]
        click.echo(t("distill_free") if cost is None else t("distill_cost", cost=cost))


def scenes_estimated(e: dict[str, Any]) -> None:
    click.secho(t("scenes_estimate", **{k: e[k] for k in (*ESTIMATED, "scenes")}), bold=True)
    goes_to(e)


def scenes_told(found: dict[str, Any]) -> None:
    if not found["packets"]:
        click.echo(t("no_episodes"))
        return
    click.echo(t("scenes_told", n=found["titled"], sentences=found["sentences"], of=found["scenes"]))
    if found["refused"]:
        click.echo(t("scenes_refused", n=len(found["refused"])))
    if found["failed"]:
        click.echo(t("distill_failed", n=found["failed"]))
    used(found)
    click.echo(t("scenes_where"))


def used(found: dict[str, Any]) -> None:
    if found["tokens_in"]:
        click.echo(t("tokens", n=found["tokens_in"], m=found["tokens_out"]))
    if found["cost"] is not None:
        click.echo(t("cost", cost=f"{found['cost']:.6f}"))


def estimated(e: dict[str, Any]) -> None:
    click.secho(t("distill_estimate", **{k: e[k] for k in ESTIMATED}), bold=True)
    goes_to(e)
    moods = ", ".join(t(f"mood.{m}") for m in e["moods"])
    click.echo(t("distill_spread", read=e["periods"][0], all=e["periods"][1], moods=moods, left_out=e["left_out"]))


def distilled(found: dict[str, Any]) -> None:
    """What stands with its words; what has words against it with both; why the rest does not."""
    from afterword.app.excerpts import excerpt

    if not found["packets"]:
        click.echo(t("distill_nothing"))
        return
    if found["estimate"]["to_send"]:
        click.echo(t("distill_done", n=found["sent"], unread=found["unread"]))
    else:
        click.echo(t("distill_kept", n=found["packets"]))
    for kind, mark in (("accepted", "●"), ("contested", "◐")):
        if found[kind]:
            click.secho("\n" + t(f"distill_{kind}", n=len(found[kind])), bold=True)
        for c in found[kind]:
            click.echo(f" {mark} {c['statement']}  [{c['id']}]")
            for side, quotes in ((t("distill_for"), c["quotes"]), (t("distill_against"), c.get("against", []))):
                for q in quotes[:2] if kind == "contested" else []:
                    click.secho(f"     {side}: “{excerpt(q['words'], c['statement'])}”", dim=True)
    if found["rejected"]:
        click.secho("\n" + t("distill_rejected", n=len(found["rejected"])), bold=True)
    for r in found["rejected"]:
        click.echo(f" · {excerpt(r['claim'])}: {r['reason']}")
    for key in ("failed", "merged"):
        n = found[key] if isinstance(found[key], int) else len(found[key])
        if n:
            click.echo(t(f"distill_{key}", n=n))
    used(found)
    version = found["version"]
    click.echo(t("distill_same") if version is None else t("distill_version", n=version, before=version - 1))


@distill.command("next", help=t("help.distill_next"))
@person_option
@option("--after", key="after", default="")
@budget_option
@facets_option
@vault_options
def next_(person: str | None, after: str, budget: int, facets: str, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        out(w.distill_next(person, after, budget=budget, facets=listed(facets)))


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
            next_step='Send [{"claim", "evidence": [{"utterance", "words"}], "against": []}].',
        ) from e
    if not isinstance(findings, list):
        raise BadInput(
            "distill.json",
            "Standard input is not a list.",
            next_step='Send [{"claim", "evidence": [{"utterance", "words"}], "against": []}].',
        )
    with opened(**vault) as w:
        out(w.distill_submit(packet, findings, person))


COMMANDS = [skill, distill]
