"""Every error Afterword raises, as one tree.

    AfterwordError
    ├── ChoiceNeeded     the input fits several readings: choose one          exit 3
    ├── BadInput         a file or a text is not what it must be: fix it      exit 4
    ├── BadSettings      a passphrase, option or folder is wrong: fix it      exit 5
    ├── NotFound         a name or id is not in the vault                     exit 6
    ├── NotAllowed       a promise of care forbids it                         exit 7
    ├── TryAgain         something is busy or was interrupted: retry          exit 8
    └── Bug              Afterword broke its own rules: report it             exit 70

There is one class per *reaction*, so a caller catches what it can react to. Each error carries a stable dotted
`code`, a message that says what was found and where, and `next_step`: what to do now.
"""

from __future__ import annotations


class AfterwordError(Exception):
    """Root of the tree. `code` is stable across releases; `details` is JSON-ready."""

    exit_code = 1

    def __init__(self, code: str, message: str, *, next_step: str = "", **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.details = details

    def as_json(self) -> dict[str, object]:
        """`{"error": {"code", "message", "next_step", …details}}`, the shape every door prints."""
        return {"error": {"code": self.code, "message": self.message, "next_step": self.next_step, **self.details}}


class ChoiceNeeded(AfterwordError):
    exit_code = 3


class BadInput(AfterwordError):
    exit_code = 4


class BadSettings(AfterwordError):
    exit_code = 5


class NotFound(AfterwordError):
    exit_code = 6


class NotAllowed(AfterwordError):
    exit_code = 7


class TryAgain(AfterwordError):
    exit_code = 8


class Bug(AfterwordError):
    exit_code = 70
