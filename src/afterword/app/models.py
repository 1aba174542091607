"""The model that the user chose, the door to it, and the ledger of what went through. Kept in the vault, encrypted.

A key is never kept: it is read from the environment or the system's keyring when a request needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec

from afterword import guard
from afterword.corpus import same_name
from afterword.errors import BadSettings, ChoiceNeeded
from afterword.guard.pseudonyms import Pseudonyms
from afterword.llm import (
    MODES,
    AnyModel,
    Consents,
    Door,
    How,
    Ledger,
    Message,
    Mode,
    Model,
    Place,
    Preview,
    Prices,
    Row,
    beside,
    key_source,
    place,
)
from afterword.store import Shelf, Vault
from afterword.store.cipher import transaction

SETTING, HEAD, NAME = "model", "egress", "pseudonym:"
HARMLESS = (Message("system", "You are being tested."), Message("user", "Answer with the one word: ready"))

Agreed = Callable[[dict[str, Any]], bool]
"""Is shown exactly what would go to another computer, and says whether it may."""


class Setting(msgspec.Struct, frozen=True):
    spec: str
    url: str = ""
    mode: Mode = "off"
    prices: Prices | None = None
    embed: str = ""


class VaultBook:
    """Implements llm.Book over the vault's register."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def append(self, make: Callable[[Row | None], Row]) -> Row:
        db = self._vault.db
        with self._vault.alone(), transaction(db):
            last = db.execute("SELECT body FROM egress ORDER BY n DESC LIMIT 1").fetchone()
            row = make(msgspec.json.decode(last[0], type=Row) if last else None)
            db.execute("INSERT INTO egress VALUES (?, ?)", (row.n, msgspec.json.encode(row).decode()))
            self._vault.put(HEAD, row.hash)
        return row

    def rows(self) -> list[Row]:
        found = self._vault.db.execute("SELECT body FROM egress ORDER BY n").fetchall()
        return [msgspec.json.decode(body, type=Row) for (body,) in found]

    def head(self) -> str:
        return self._vault.get(HEAD)


def pseudonyms(shelf: Shelf | None, roster: Sequence[Sequence[str]], lang: str) -> Pseudonyms:
    """What stands for whom lies on the persona's own shelf, so letting go takes it along."""
    if shelf is None:
        return Pseudonyms(roster, lang=lang)
    rows = shelf.db.execute("SELECT key, value FROM meta WHERE key LIKE ? ORDER BY rowid", (f"{NAME}%",)).fetchall()
    known = {key.removeprefix(NAME): words for key, words in rows}
    return Pseudonyms(roster, lang=lang, known=known, learned=lambda token, words: shelf.put(NAME + token, words))


def forget_pseudonyms(vault: Vault) -> None:
    """When somebody is let go: they may stand as a third person on any other shelf. Tokens are minted anew when needed."""
    for entry in vault.shelves():
        vault.shelf(entry["id"]).db.execute("DELETE FROM meta WHERE key LIKE ?", (f"{NAME}%",))


def third_people(vault: Vault, but: Collection[str]) -> list[list[str]]:
    """Everybody the register knows and each of their names, except the speakers `but`: a roster for a door."""
    people: dict[str, list[str]] = {}
    for id, name in vault.db.execute("SELECT id, name FROM speaker ORDER BY rowid"):
        people[id] = [name]
    for alias, id in vault.db.execute("SELECT alias, speaker FROM alias ORDER BY rowid"):
        people.setdefault(id, []).append(alias)
    told = {same_name(name) for id in but for name in people.get(id, [])}
    rows = vault.db.execute("SELECT DISTINCT name FROM contact ORDER BY name").fetchall()
    return [names for id, names in people.items() if id not in but] + [[n] for (n,) in rows if same_name(n) not in told]


def setting(vault: Vault) -> Setting:
    if not (kept := vault.get(SETTING)):
        raise BadSettings(
            "model.none",
            "No model is set. Afterword works without one.",
            next_step="To set one: afterword model set ollama/NAME",
        )
    return msgspec.json.decode(kept, type=Setting)


def open_model(chosen: Setting) -> AnyModel:
    return AnyModel(place(chosen.spec, chosen.url), prices=chosen.prices)


def embedding_place(chosen: Setting) -> Place | None:
    """Where the model is that turns texts into vectors; None where the user set none."""
    return beside(place(chosen.spec, chosen.url), chosen.embed) if chosen.embed else None


def open_door(
    vault: Vault,
    *,
    purpose: str,
    data: str,
    lang: str,
    shelf: Shelf | None = None,
    roster: Sequence[Sequence[str]] = (),
    consent: Consents | None = None,
    model: Model | None = None,
) -> Door:
    """A door to the chosen model for one persona's shelf. `roster`: the third people in it, each with all their names.

    consent  None = a fresh one in the mode that the user set: nothing was agreed to yet
    """
    chosen = None if model and consent else setting(vault)
    return Door(
        model or open_model(chosen or setting(vault)),
        Ledger(VaultBook(vault)),
        consent or Consents((chosen or setting(vault)).mode),
        pseudonyms(shelf, roster, lang),
        is_crisis=lambda line: guard.gate(line, subject_name="", lang=lang).name == "crisis",
        persona=shelf.id if shelf else "",
        purpose=purpose,
        data=data,
    )


def shown(preview: Preview) -> dict[str, Any]:
    """A preview for people: where to, and the text letter by letter."""
    return {
        "model": preview.model,
        "host": preview.host,
        "local": preview.local,
        "data": preview.data,
        "bytes": len(preview.body),
        "sha256": preview.sha256,
        "replaced": preview.replaced,
        "tokens": preview.tokens,
        "text": preview.text,
    }


class Models:
    """The operations on models and on the ledger, over a vault."""

    vault: Vault

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def model_set(
        self,
        spec: str,
        *,
        url: str = "",
        mode: str = "off",
        price_in: float | None = None,
        price_out: float | None = None,
        embed: str = "",
    ) -> dict[str, Any]:
        """Choose a model: "provider/model", or a server's address. Nothing is sent. Returns what model_show says.

        embed  a model that turns texts into vectors, for recall: its name on the same server, or "provider/model"
        """
        where = place(spec, url)
        if embed:
            beside(where, embed)
        if mode not in MODES:
            raise BadSettings("model.mode", f"{mode!r} is not a mode.", next_step=f"One of: {', '.join(MODES)}.")
        if (price_in is None) != (price_out is None) or min(price_in or 0, price_out or 0) < 0:
            raise BadSettings(
                "model.price",
                "A price needs both numbers, none of them below zero.",
                next_step="Give --price-in and --price-out, per million tokens.",
            )
        prices = None if price_in is None or price_out is None else Prices(price_in, price_out)
        chosen = msgspec.convert({"spec": spec, "url": url, "mode": mode, "prices": prices, "embed": embed}, Setting)
        with self.vault.alone():
            self.vault.put(SETTING, msgspec.json.encode(chosen).decode())
        return self.model_show()

    def model_show(self) -> dict[str, Any]:
        """{"model", "url", "host", "local", "mode", "key", "prices", "embed"}; of a key only where it comes from. `embed` is
        None, or {"model", "host", "local"}."""
        chosen = setting(self.vault)
        where = place(chosen.spec, chosen.url)
        near = embedding_place(chosen)
        return {
            "model": where.spec,
            "url": where.url,
            "host": where.host,
            "local": where.local,
            "mode": chosen.mode,
            "key": key_source(where),
            "prices": msgspec.to_builtins(chosen.prices),
            "embed": near and {"model": near.spec, "host": near.host, "local": near.local},
        }

    def model_test(self, *, agreed: Agreed = lambda preview: False) -> dict[str, Any]:
        """Send one fixed line that says nothing of anybody: {"model", "answer", "tokens_in", "tokens_out", "cost", …}.

        `agreed` is shown exactly what would go to another computer, and says whether it may.
        """
        chosen = setting(self.vault)
        consent = Consents(chosen.mode)
        door = open_door(self.vault, purpose="test", data="test", lang="en", consent=consent, model=open_model(chosen))
        how = How(max_tokens=200)
        if not door.model.local and chosen.mode != "off":
            preview = door.preview(HARMLESS, how)
            if not agreed(shown(preview)):
                raise ChoiceNeeded(
                    "model.consent",
                    f"{len(preview.body)} bytes would go to {preview.host}. Nothing was sent.",
                    next_step="Look at the text and agree: --yes",
                    preview=shown(preview),
                )
            consent.allow(preview)
        answer = door.send(HARMLESS, how)
        return {
            "model": answer.model,
            "host": door.model.host,
            "local": door.model.local,
            "answer": answer.text,
            "tokens_in": answer.usage.tokens_in,
            "tokens_out": answer.usage.tokens_out,
            "cost": answer.cost,
        }

    def ledger(self) -> dict[str, Any]:
        """{"left", "stayed", "rows", "whole", "broken_at"}: requests that left this computer, and that did not."""
        ledger = Ledger(VaultBook(self.vault))
        rows = ledger.rows()
        sent = [r for r in rows if r.kind == "sent"]
        left = sum(not r.local for r in sent)
        broken = ledger.broken_at()
        return {
            "left": left,
            "stayed": len(sent) - left,
            "rows": [msgspec.structs.asdict(r) for r in rows],
            "whole": not broken,
            "broken_at": broken,
        }
