"""talk, turn, help-now: the live talk, one turn for a host agent, and people to talk to."""

from __future__ import annotations

import sys
from typing import Any

import click

from afterword.cli.people import person_option
from afterword.cli.shared import command, opened, option, out, t, vault_options
from afterword.errors import AfterwordError
from afterword.texts import user_lang

KEYS = {
    "/chat": "chat",
    "/闲聊": "chat",
    "/nostalgia": "nostalgia",
    "/回忆": "nostalgia",
    "/hard": "hard",
    "/难题": "hard",
    "/goodbye": "goodbye",
    "/告别": "goodbye",
}


def echo_exchange(e: Any) -> None:
    """One exchange: Guide plain, Echo labelled, every real line with its date."""
    if e.notice:
        click.secho(e.notice, fg="cyan")
    for line in e.guide:
        click.secho(line, fg="yellow" if e.gate == "crisis" else "cyan")
    if e.echo:
        click.secho(e.label, fg="magenta", dim=True)
    for b in (*e.context, *e.echo):
        who = f"{b.speaker}: " if e.context else ""
        click.echo(f"  {who}{b.words}  ", nl=False)
        click.secho(b.at, dim=True)


def chat(w: Any, person: str, *, country: str | None = None, talk: Any = None, stories: bool = False) -> None:
    """The prompt. Ctrl-C, Ctrl-D and every word of leaving end it within one step."""
    if talk is None:
        talk = w.talk(person, country=country)
        click.secho(talk.notice(), fg="cyan")
    click.secho(t("talk_keys"), dim=True)
    from afterword import guard

    while True:
        try:
            line = input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo("")
            click.secho(guard.farewell(w.lang, talk.profile.name), fg="cyan")
            return
        if not line:
            continue
        word, _, rest = line.partition(" ")
        if word in ("/why", "?", "？", "/原话"):
            proof(talk)
            continue
        if word in KEYS:
            talk.mode = KEYS[word]
            click.secho(t("mode." + talk.mode), dim=True)
            if not rest:
                continue
            line = rest
        exchange = talk.turn(line)
        echo_exchange(exchange)
        if exchange.ended:
            return


def proof(talk: Any) -> None:
    """What stood around the last real line."""
    if not talk.last:
        click.echo(t("no_last"))
        return
    u = talk.records.find(talk.last[-1].id)
    for x in talk.records.around(u, 4, 3):
        name = talk.profile.name if x.speaker == talk.profile.speaker else talk.profile.owner_name
        mark = "▶" if any(x.id == b.id for b in talk.last) else " "
        click.echo(f"  {mark} {x.local:%Y-%m-%d %H:%M}  {name}: {x.text}")


@command("talk")
@click.argument("person", required=False)
@option("--country", key="country", default=None)
@option("--mode", key="mode", type=click.Choice(["chat", "nostalgia", "hard", "goodbye"]), default=None)
@vault_options
def talk(person: str | None, country: str | None, mode: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        live = w.talk(person, country=country)
        if mode:
            live.mode = mode  # type: ignore[assignment]
        if sys.stdin.isatty() and not as_json:
            click.secho(live.notice(), fg="cyan")
            chat(w, live.profile.slug, country=country, talk=live)
            return
        for line in sys.stdin:
            if line.strip():
                exchange = live.turn(line.strip())
                out(w.shown(exchange)) if as_json else echo_exchange(exchange)
                if exchange.ended:
                    return


@command("turn")
@person_option
@option(
    "--mode", key="mode", type=click.Choice(["chat", "nostalgia", "hard", "goodbye"]), default="chat", show_default=True
)
@option("--step", key="step", type=int, default=0)
@option("--review", key="review", is_flag=True)
@option("--country", key="country", default=None)
@vault_options
def turn(
    person: str | None, mode: str, step: int, review: bool, country: str | None, as_json: bool, **vault: Any
) -> None:
    from afterword.app.talking import crisis_card

    words = sys.stdin.read().strip()
    try:
        with opened(**vault) as w:
            out(w.review(words, person) if review else w.turn(words, person, mode, country=country, step=step))
    except AfterwordError:
        # a wrong passphrase must not stand between somebody and a helpline
        card = None if review else crisis_card(words, user_lang(), country)
        if card is None:
            raise
        out(card)


@command("help-now")
@option("--country", key="country", default=None)
@option("--json", "as_json", key="json", is_flag=True)
def help_now(country: str | None, as_json: bool) -> None:
    from datetime import date

    from afterword import guard

    text = guard.help_now(user_lang(), country, date.today())
    out({"help": text}) if as_json else click.echo(text)


COMMANDS = [talk, turn, help_now]
