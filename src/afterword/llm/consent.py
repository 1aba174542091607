"""What the user agreed to send. In: a preview that was shown. Out: a consent, and whether it covers a request.

Consent lives as long as this object and no longer: what was agreed to in one session says nothing about the next.
Its id stands in the ledger beside what it covered.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Literal, Protocol, get_args

if TYPE_CHECKING:
    from afterword.llm.door import Preview

Mode = Literal["off", "ask-each", "ask-session"]
MODES: tuple[Mode, ...] = get_args(Mode)


class Consent(Protocol):
    @property
    def mode(self) -> Mode: ...

    def covers(self, preview: Preview) -> str:
        """The id of the consent under which exactly these bytes may go; "" when there is none."""
        ...


class Consents:
    """off: nothing leaves. ask-each: one consent for one body, used once. ask-session: the first body is shown, then
    the same kind of data about the same persona may go to the same host."""

    def __init__(self, mode: Mode = "off") -> None:
        self.mode: Mode = mode
        self._given: dict[tuple[str, ...], str] = {}

    def allow(self, preview: Preview) -> str:
        """The user has seen this preview and said yes. Returns the consent's id."""
        id = secrets.token_hex(4)
        self._given[self._about(preview)] = id
        return id

    def covers(self, preview: Preview) -> str:
        if self.mode == "off":
            return ""
        about = self._about(preview)
        return self._given.pop(about, "") if self.mode == "ask-each" else self._given.get(about, "")

    def given(self, host: str, persona: str, data: str) -> bool:
        """Whether such a request was agreed to for the rest of this session."""
        return self.mode == "ask-session" and (host, persona, data) in self._given

    def _about(self, preview: Preview) -> tuple[str, ...]:
        about = (preview.host, preview.persona, preview.data)
        return (*about, preview.sha256) if self.mode == "ask-each" else about
