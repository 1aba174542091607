"""What was lived through: one line of time, scenes, fights, facts. Parses, calls the Workspace, shows."""

from __future__ import annotations

from typing import Any

import click

from afterword.cli.people import proved, said
from afterword.cli.shared import command, opened, option, out, t, vault_options


@command("timeline")
@click.argument("person", required=False)
@option("--open", "opened_id", key="open", metavar="ID", default=None)
@option("--sheet", key="sheet", type=click.Path(dir_okay=False), default=None)
@option("--ics", key="ics", type=click.Path(dir_okay=False), default=None)
@option("--page", key="page", type=click.Path(dir_okay=False), default=None)
@vault_options
def timeline(
    person: str | None,
    opened_id: str | None,
    sheet: str | None,
    ics: str | None,
    page: str | None,
    as_json: bool,
    **vault: Any,
) -> None:
    from afterword.app.timeline import one

    with opened(**vault) as w:
        items = w.timeline(person)
        item = one(items, opened_id) if opened_id is not None else None
        made = w.contact_sheet(person, out=sheet) if sheet else None
        dates = w.calendar_file(person, out=ics) if ics else None
        days = w.days_page(person, out=page) if page else None
        proof = w.why(item["id"], person) if item and item["type"] == "event" else None
    if as_json:
        more = {"sheet": made, "ics": dates, "page": days}
        out(({"item": item} if item else {"items": items}) | {k: v for k, v in more.items() if v})
        return
    if item:
        proved(proof) if proof else whole(item)
        items = []
    month = None
    for shown in items:
        if shown["day"][:7] != month:
            month = shown["day"][:7]
            click.secho(f"\n{month or t('undated')}", bold=True)
        click.echo(f"  {when(shown):<16}  {said_of(shown)}")
    if made:
        click.secho("\n" + t("sheet_written", path=made["path"], n=made["photos"], missing=made["missing"]), fg="green")
    if dates:
        click.secho("\n" + t("ics_written", path=dates["path"], n=dates["events"], yearly=dates["yearly"]), fg="green")
    if days:
        click.secho("\n" + t("page_written", path=days["path"]), fg="green")


def when(item: dict[str, Any]) -> str:
    return str(item["at"] or item["day"]).replace("T", " ")[:16]


def whole(item: dict[str, Any]) -> None:
    """A letter, a note, a post to its end, and where each of its copies stands."""
    click.secho(item.get("title") or t(f"keepsake.{item['kind']}"), bold=True)
    for part in (t(f"keepsake.{item['kind']}"), when(item) or t("undated"), item.get("author"), item.get("place")):
        if part:
            click.echo(f"   {part}")
    for f in item["files"]:
        click.echo(f"   {t('col.file')}: {f['file']}, {f['locator']}")
    if item.get("text"):
        click.echo("\n" + item["text"])


def said_of(item: dict[str, Any]) -> str:
    """One line of a timeline, with the file it stands in and the id that opens it."""
    from pathlib import PurePath

    from afterword.app.excerpts import excerpt
    from afterword.app.timeline import SHORT

    files = [PurePath(f["file"]).name for f in item["files"]]
    where = f"  [{files[0]}{f' +{len(files) - 1}' if len(files) > 1 else ''}]" if files else ""
    if item["type"] == "talk":
        return t("timeline_talk", n=item["messages"], by=", ".join(f"{k} {v}" for k, v in item["by"].items())) + where
    if item["type"] in ("event", "told"):
        return happened(item)
    said = " ".join(f"{item.get('title', '')} {item.get('text', '')}".split())
    words = excerpt(said)
    place = f" · {item['place']}" if item.get("place") else ""
    return f"{t('keepsake.' + item['kind'])}: {words}{place}{where}  {item['id'][:SHORT]}"


def happened(item: dict[str, Any]) -> str:
    """An event, or what was told, with the words it stands on or what the records say to it."""
    until = f" – {item['until']}" if item.get("until") else ""
    said = item.get("words") or item.get("check", {}).get("said", "")
    return f"• {item['line']}{until}" + (f"  “{said}”  [{item['id']}]" if item["type"] == "event" else f"  ({said})")


@command("episodes")
@click.argument("person", required=False)
@option("--kind", key="episode_kind", default=None)
@option("--from", "since", key="from", default=None)
@option("--until", key="until", default=None)
@option("--grain", key="grain", default=None)
@vault_options
def episodes(
    person: str | None,
    kind: str | None,
    since: str | None,
    until: str | None,
    grain: str | None,
    as_json: bool,
    **vault: Any,
) -> None:
    with opened(**vault) as w:
        found = w.episodes(person, kind=kind, since=since, until=until, grain=grain)
    if as_json:
        out(found)
        return
    if not found["episodes"] and not found.get("fights"):
        click.echo(t("no_episodes"))
    for fight in found.get("fights", []):
        shown_fight(fight)
    for e in [] if "fights" in found else found["episodes"]:
        where = " · ".join(["", *(p["name"] for p in e["where"][:3])])
        kinds = ", ".join(t(f"kind.{k}") for k in e["kinds"][:3])
        click.echo(f"  {e['start'][:16].replace('T', ' ')}  {kinds}: {e['title']}{where}  [{e['id']}]")
        for s in e.get("summary", []):
            click.secho(f"      {s['says']}", dim=True)
        if "made_by" in e:
            click.secho("      " + t("told_by_model", model=e["made_by"], quoted=e["quoted"]), dim=True)
    if "counts" in found:
        click.echo("\n" + " · ".join(f"{year}: {n}" for year, n in found["counts"].items()))


def shown_fight(f: dict[str, Any]) -> None:
    """One fight as it stands in the words: before, said, silence, who came back."""
    click.secho(f"\n{f['start']}" + (f" – {f['end']}" if f["end"] != f["start"] else ""), bold=True)
    for key, part in (("fight_before", f["before"]), ("fight_said", f["said"][:8])):
        if part:
            click.secho(f"  {t(key)}", dim=True)
        for line in part:
            click.echo(f"    {line['at'][:16].replace('T', ' ')}  {said(line)}")
    click.echo("  " + t("fight_silence", hours=f["silence_hours"]))
    if f["back"]:
        click.echo("  " + t("fight_back", who=f["back"]))
    click.echo("  " + (t("fight_mended", day=f["mended"], who=f["mended_by"]) if f["mended"] else t("fight_open")))
    for line in f["mended_words"]:
        click.echo(f"    {line['at'][:16].replace('T', ' ')}  {said(line)}")


@command("facts")
@click.argument("person", required=False)
@vault_options
def facts(person: str | None, as_json: bool, **vault: Any) -> None:
    from afterword.app.excerpts import excerpt

    with opened(**vault) as w:
        found = w.facts(person)
    if as_json:
        out(found)
        return
    if not found["facts"]:
        click.echo(t("no_facts"))
    who = None
    for f in found["facts"]:
        if f["who"] != who:
            who = f["who"]
            click.secho(f"\n{who}", bold=True)
        click.echo(f"  {f['line']}  “{excerpt(f['words'], f['line'])}”  [{f['id']}]")


COMMANDS = [timeline, episodes, facts]
