"""people, show, why, timeline, guide, recall, remember, correct, list, versions, rollback: looking and telling."""

from __future__ import annotations

from typing import Any

import click

from afterword.cli.shared import command, opened, option, out, t, vault_options, words_from

NEAREST = 3
"""Hits that are shown where they are no answer, or stand beside one."""

person_option = option("--person", "-p", key="person", default=None)


@command("people")
@vault_options
def people(as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        found = w.people()
    if as_json:
        out({"people": found})
        return
    for p in found:
        click.echo(f"{p['name']:<24} {t('role.' + p['role']):<10} {p['messages']:>9,}  {', '.join(p['also'])}")


@command("show")
@click.argument("person", required=False)
@vault_options
def show(person: str | None, as_json: bool, **vault: Any) -> None:
    from afterword.cli.create import portrait, say_since

    with opened(**vault) as w:
        shown = w.show(person)
        if as_json:
            out(shown)
            return
        portrait(shown)
        say_since(w, shown["person"])


@command("why")
@click.argument("claim")
@person_option
@vault_options
def why(claim: str, person: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        proof = w.why(claim, person)
    if as_json:
        out(proof)
        return
    proved(proof)


def proved(proof: dict[str, Any]) -> None:
    """A sentence, its verdict, and the words it stands on with what stood around them."""
    click.secho(proof["statement"], bold=True)
    click.echo(f"{t('verdict.' + proof['verdict'])}: {proof['why']}")
    if proof.get("log"):
        click.echo(proof["log"])
    for m in proof["measurements"]:
        interval = f", 95 % {m['interval'][0]:.3g} – {m['interval'][1]:.3g}" if m["interval"] else ""
        click.echo(f"  {m['name']}: n = {m['n']:,}{interval}  ({m['source']})")
    for heading, part in (("", proof["quotes"]), (t("against"), proof["against"])):
        if part and heading:
            click.secho(heading, bold=True)
        for q in part:
            click.echo(f"\n  {q['at'][:16].replace('T', ' ')}")
            for line in q["context"]:
                mark = "▶" if line["id"] == q["utterance"] else " "
                click.echo(f"  {mark} {said(line)}")


def said(line: dict[str, Any]) -> str:
    """Who says what; of what came without words, what it is."""
    return f"{line['speaker']}: {line['text'] or '[' + t('sent.' + line['kind']) + ']'}"


def lines_of(hit: dict[str, Any]) -> None:
    """The lines of a hit; those that hold what was asked for are marked where others stand beside them."""
    held = {*hit["matched"]}
    some = any(u["id"] not in held for u in hit["utterances"])
    for u in hit["utterances"]:
        mark = "▶" if some and u["id"] in held else " "
        click.echo(f"{mark} {u['at'][:16].replace('T', ' ')}  {said(u)}")


@command("recall")
@click.argument("query", nargs=-1, required=True)
@person_option
@option("--k", "k", key="k", type=click.IntRange(1, 200), default=10, show_default=True)
@option("--yes", "yes", key="recall_yes", is_flag=True)
@vault_options
def recall(query: tuple[str, ...], person: str | None, k: int, yes: bool, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        found = w.recall(" ".join(query), person, k, agreed=(lambda preview: True) if yes else None)
    if as_json:
        out(found)
        return
    if found["meaning_failed"]:
        click.echo(t("recall_unasked", why=found["meaning_failed"]), err=True)
    if found["told"]:
        click.secho(t("label.told-by-you"), bold=True)
        for told in found["told"]:
            click.echo(f"  ○ {told}")
    absent = found["label"] in ("not-in-records", "told-by-you")
    heading = "not-in-records" if absent else found["label"]
    click.secho(t("label." + heading) if found["hits"] else t("label.nothing"), bold=True)
    happened = [h for h in found["hits"] if h["event"]]
    for hit in happened:
        e = hit["event"]
        click.echo(f"\n  {e['day']}  {e['line']}  " + click.style(e["id"], dim=True))
        lines_of(hit)
    others = [h for h in found["hits"] if not h["event"]][: NEAREST if absent or happened else k]
    if happened and others:
        click.secho("\n" + t("label.besides"), bold=True)
    for hit in others:
        if not hit["singly"]:
            click.echo("")
            lines_of(hit)
    # to a reader a single line says something only by its words; the others are for whoever reads on by program
    single = [u for hit in others if hit["singly"] for u in hit["utterances"] if u["id"] in hit["matched"]]
    if single:
        click.secho("\n" + t("label.singly"), bold=True)
        lines_of({"utterances": sorted(single, key=lambda u: u["at"]), "matched": [u["id"] for u in single]})
    for talk in found["talks"]:
        click.secho("\n" + t("label.talked", day=talk["at"][:10]), bold=True)
        for line in talk["lines"]:
            click.echo(f"  {t('label.by_' + line['by'])}: {line['words']}")


@command("remember")
@click.argument("text", nargs=-1)
@option(
    "--kind",
    key="kind",
    type=click.Choice(["memory", "habit", "anniversary", "place", "conflict"]),
    default="memory",
    show_default=True,
)
@person_option
@vault_options
def remember(text: tuple[str, ...], kind: str, person: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        made = w.remember(words_from(text), person, kind)
    if as_json:
        out(made)
        return
    click.echo(t("remembered", id=made["claim"]["id"]))
    if made["placed"]["check"]["verdict"] != "silent":
        click.echo(made["placed"]["check"]["said"])


@command("correct")
@click.argument("text", nargs=-1)
@option("--words", key="words", default="")
@option("--instead", key="instead", default="")
@option("--claim", key="claim", default="")
@person_option
@vault_options
def correct(
    text: tuple[str, ...], words: str, instead: str, claim: str, person: str | None, as_json: bool, **vault: Any
) -> None:
    with opened(**vault) as w:
        said = words_from(text) if text or not (words or instead) else ""
        made = w.correct(said, person, words=words, claim=claim, instead=instead)
    if as_json:
        out(made)
        return
    click.echo(made["said"] or t("noted"))
    if said and not (words or claim):
        click.echo(t("noted_only"))
    for q in made["contradicted_by"][:5]:
        click.echo(f"  {q['at'][:16].replace('T', ' ')}  {q['words']}")
    if made["contradicts"]:
        click.secho(t("overrules"), bold=True)
        for c in made["contradicts"]:
            click.echo(f"  ◐ {c['statement']}  {c['id']}")
    click.secho(t("undo", n=made["version"] - 1), dim=True)


@command("list")
@vault_options
def list_(as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        found = w.list_personas()
    if as_json:
        out({"personas": found})
        return
    for p in found:
        click.echo(f"{p['person']:<32} {p['name']:<20} {t('until', day=p['ends'])}")
    if not found:
        click.echo(t("none_yet"))


@command("versions")
@click.argument("person", required=False)
@vault_options
def versions(person: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        found = w.versions(person)
    if as_json:
        out({"versions": found})
        return
    for v in found:
        click.echo(f"{v['version']:>4}  {v['at']}  {v['why']}")


@command("rollback")
@click.argument("version", type=int)
@person_option
@vault_options
def rollback(version: int, person: str | None, as_json: bool, **vault: Any) -> None:
    with opened(**vault) as w:
        made = w.rollback(version, person)
    out(made) if as_json else click.echo(t("rolled_back", n=version, new=made["version"]))


@command("guide")
@click.argument("source", required=False)
@option("--json", "as_json", key="json", is_flag=True)
def guide(source: str | None, as_json: bool) -> None:
    from afterword.app.workspace import Workspace

    found = Workspace.guide(source)
    if as_json:
        out(found)
    elif source:
        click.echo(found["text"].rstrip())
    else:
        for name, title in found["guides"].items():
            click.echo(f"{name:<18} {title}")


COMMANDS = [people, show, why, guide, recall, remember, correct, list_, versions, rollback]
