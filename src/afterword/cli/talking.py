"""talk, talks, turn, help-now: the live talk, those that were kept, one turn for a host agent, and people to talk to."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

import click

from afterword.cli.people import person_option, said
from afterword.cli.shared import command, interactive, opened, option, out, t, vault_options
from afterword.errors import AfterwordError, BadInput
from afterword.texts import LANGS, say, user_lang

ALL_MODES = ["chat", "nostalgia", "emotional", "argument", "unfinished", "hard", "goodbye"]
ASKS_WHY = ("/why", "?", "？", "/原话")
KEYS = {
    "/chat": "chat",
    "/闲聊": "chat",
    "/nostalgia": "nostalgia",
    "/回忆": "nostalgia",
    "/hard": "hard",
    "/难题": "hard",
    "/emotional": "emotional",
    "/谈心": "emotional",
    "/argument": "argument",
    "/吵架": "argument",
    "/unfinished": "unfinished",
    "/没说完": "unfinished",
    "/goodbye": "goodbye",
    "/告别": "goodbye",
}


def echo_exchange(e: Any, deliver: Any = None) -> str:
    """One exchange: Guide plain, Echo labelled, every real line with its date. `deliver` shows Echo's bubbles with their
    pauses, and hands on what was typed meanwhile."""
    if e.notice:
        click.secho(e.notice, fg="cyan")
    for line in e.guide:
        click.secho(line, fg="yellow" if e.gate == "crisis" else "cyan")
        if line in [say(lang, "talk.tell_it") for lang in LANGS]:
            click.secho(t("talk_tell"), dim=True)
    for b in e.context:
        real(b, f"{b.speaker}: ")
    if e.silent:
        click.secho(e.silent, dim=True)
    if e.echo or e.draft:
        click.secho(e.label, fg="magenta", dim=True)
    bubbles = [partial(real, b) for b in e.echo] + [partial(click.echo, f"  {words}") for words in e.draft]
    if deliver:
        return str(deliver(bubbles, e.wait, e.gaps))
    for show in bubbles:
        show()
    return ""


def real(b: Any, who: str = "") -> None:
    click.echo(f"  {who}{b.words}  ", nl=False)
    click.secho(b.at, dim=True)


def chat(
    w: Any,
    person: str,
    *,
    country: str | None = None,
    talk: Any = None,
    stories: bool = False,
    instant: bool = True,
) -> None:
    """The prompt. Ctrl-C, Ctrl-D and every word of leaving end it within one step."""
    if talk is None:
        talk = w.talk(person, country=country)
        click.secho(talk.notice(), fg="cyan")
    click.secho(t("talk_keys"), dim=True)
    from afterword import guard
    from afterword.cli.pauses import deliver

    typed = ""
    while True:
        try:
            line = typed or input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            click.echo("")
            click.secho(guard.farewell(w.lang, talk.profile.name), fg="cyan")
            return
        typed = ""
        if not line:
            continue
        word, _, rest = line.partition(" ")
        if word in ASKS_WHY:
            proof(talk)
            continue
        if word in KEYS:
            talk.mode = KEYS[word]
            click.secho(t("mode." + talk.mode), dim=True)
            if not rest:
                continue
            line = rest
        exchange = talk.turn(line)
        try:
            typed = echo_exchange(exchange, None if instant else deliver)
        except KeyboardInterrupt:
            click.echo("")
            click.secho(guard.farewell(w.lang, talk.profile.name), fg="cyan")
            return
        if exchange.ended:
            return


def proof(talk: Any) -> None:
    """What stood before the last real lines, so what they answered, and after them."""
    if not talk.last:
        click.echo(t("no_last"))
        return
    from afterword.app.library import line_shown

    first, last = (talk.records.find(talk.last[i].id) for i in (0, -1))
    for x in (*talk.records.around(first, 4, len(talk.last) - 1), *talk.records.around(last, 0, 3)[1:]):
        name = talk.profile.name if x.speaker == talk.profile.speaker else talk.profile.owner_name
        mark = "▶" if any(x.id == b.id for b in talk.last) else " "
        click.echo(f"  {mark} {x.local:%Y-%m-%d %H:%M}  {said(line_shown(x, name))}")


def agreed(preview: dict[str, Any]) -> bool:
    """The exact text that would leave this computer, and a yes or a no. Where nobody can be asked it is no."""
    if not interactive():
        return False
    click.echo(t("would_go", n=preview["bytes"], host=preview["host"]))
    click.echo(preview["text"])
    return bool(click.confirm(t("q_send"), default=False))


@command("talk")
@click.argument("person", required=False)
@option("--country", key="country", default=None)
@option("--mode", key="talk_mode", type=click.Choice(ALL_MODES), default=None)
@option("--model/--no-model", "model", key="model", default=None)
@option("--instant", key="instant", is_flag=True)
@option("--keep", key="keep", is_flag=True)
@option("--when", "when", key="when", default=None)
@vault_options
def talk(
    person: str | None,
    country: str | None,
    mode: str | None,
    model: bool | None,
    instant: bool,
    keep: bool,
    when: str | None,
    as_json: bool,
    **vault: Any,
) -> None:
    with opened(**vault) as w:
        before = w.sent_so_far()
        live = w.talk(person, country=country, model=model, agreed=agreed, when=when)
        if mode:
            live.mode = mode  # type: ignore[assignment]
        if sys.stdin.isatty() and not as_json:
            click.secho(live.notice(), fg="cyan")
            chat(w, live.profile.slug, country=country, talk=live, instant=instant or not sys.stdout.isatty())
        else:
            for line in sys.stdin:
                if line.strip() in ASKS_WHY and not as_json:
                    proof(live)
                elif line.strip():
                    exchange = live.turn(line.strip())
                    out(w.shown(exchange)) if as_json else echo_exchange(exchange)
                    if exchange.ended:
                        break
        id = w.keep_talk(live) if keep else ""
        if as_json:
            return
        if id:
            click.secho(t("talk_kept", id=id), dim=True)
        if live.drafting is not None:
            left = w.left_since(before)
            kb = f"{left['bytes'] / 1000:.1f}"
            click.secho(t("left_talk", n=left["requests"], kb=kb) if left["requests"] else t("left_nothing"), dim=True)


@command("talks")
@click.argument("person", required=False)
@option("--delete", key="delete", default=None)
@vault_options
def talks(person: str | None, delete: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        if delete:
            gone = w.talks_delete(delete, person)
            out(gone) if as_json else click.echo(t("talks_deleted", n=gone["removed"]))
            return
        found = w.talks(person)
    if as_json:
        out(found)
        return
    if not found:
        click.echo(t("talks_none"))
    for x in found:
        modes = ", ".join(t(f"mode.{m}").rstrip(".。") for m in x["modes"])
        row = {k: x[k] for k in ("id", "at", "name", "drafts")}
        click.echo(t("talk_row", modes=modes, topics=", ".join(x["topics"]), n=x["lines"], **row))


@command("turn")
@person_option
@option(
    "--mode", key="mode", type=click.Choice(["chat", "nostalgia", "hard", "goodbye"]), default="chat", show_default=True
)
@option("--step", key="step", type=int, default=0)
@option("--review", key="review", is_flag=True)
@option("--history", "with_history", key="history", is_flag=True)
@option("--country", key="country", default=None)
@option("--when", "when", key="when", default=None)
@option("--at", "at", key="at", default=None)
@vault_options
def turn(
    person: str | None,
    mode: str,
    step: int,
    review: bool,
    with_history: bool,
    country: str | None,
    when: str | None,
    at: str | None,
    as_json: bool,
    **vault: Any,
) -> None:
    from afterword.app.talking import crisis_card

    words = sys.stdin.read().strip()
    history: list[str] = []
    try:
        line = ""
        if with_history:
            if review and (several := with_drafts(words)):
                drafts, history, line = several
                with opened(**vault) as w:
                    out(w.choose(drafts, person, line, history, at=at))
                return
            words, history, line = with_lines(words, "draft" if review else "line")
        with opened(**vault) as w:
            if review:
                out(w.review(words, person, line, history))
            else:
                out(w.turn(words, person, mode, country=country, step=step, history=history, when=when, at=at))
    except AfterwordError:
        # a wrong passphrase must not stand between somebody and a helpline
        card = None if review else crisis_card(words, user_lang(), country)
        if card is None:
            raise
        out(card)


def with_lines(said: str, what: str) -> tuple[str, list[str], str]:
    """What is asked about, the lines before it, and the line that it answers: {"line", "history"} or, of a draft,
    {"draft", "line", "history"}."""
    try:
        found = json.loads(said)
        words, history, line = found[what], found["history"], found["line"]
    except (ValueError, KeyError, TypeError) as e:
        raise broken_history(what) from e
    if not (isinstance(history, list) and all(isinstance(x, str) for x in (words, line, *history))):
        raise broken_history(what)
    return words.strip(), history, line.strip()


def with_drafts(said: str) -> tuple[list[str], list[str], str] | None:
    """Several drafts of one reply: {"drafts", "line", "history"}; None where there is one, or none."""
    try:
        found = json.loads(said)
        drafts, history, line = found["drafts"], found["history"], found["line"]
    except (ValueError, KeyError, TypeError):
        return None
    rows = drafts if isinstance(drafts, list) and drafts else [None]
    if not (isinstance(history, list) and all(isinstance(x, str) for x in (line, *rows, *history))):
        raise broken_history("draft")
    return [d.strip() for d in drafts], history, line.strip()


def broken_history(what: str) -> BadInput:
    draft = '"draft": "…", ' if what == "draft" else ""
    return BadInput(
        "turn.history",
        f"Standard input is not JSON with a {what} and a history.",
        next_step=f'{{{draft}"line": "…", "history": ["…", "…"]}}',
    )


@command("help-now")
@option("--country", key="country", default=None)
@option("--json", "as_json", key="json", is_flag=True)
def help_now(country: str | None, as_json: bool) -> None:
    from datetime import date

    from afterword import guard

    text = guard.help_now(user_lang(), country, date.today())
    out({"help": text}) if as_json else click.echo(text)


COMMANDS = [talk, talks, turn, help_now]
