"""Keys: one passphrase opens `keys.json`, which holds a wrapped data key for the vault and for each shelf.

In: a passphrase. Out: 32-byte data keys by name. Keys live in a file of their own and not in the database, so that
letting somebody go is the destruction of one wrapped key: a copy of the database made before, together with the key
file as it is afterwards, opens nothing. Argon2id with RFC 9106's second recommended profile (t=3, 64 MiB, p=4); each
data key is sealed with AES-256-GCM under the derived key, with its own name as associated data, so that wrapped keys
cannot be swapped.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from afterword.errors import BadInput, BadSettings

TIME, MEMORY, LANES = 3, 64 * 1024, 4
SERVICE = "afterword"


def derive(passphrase: str, salt: bytes, time: int, memory: int, lanes: int) -> bytes:
    """Argon2id of the passphrase (UTF-8): 32 bytes. `memory` in KiB. Weaker parameters than ours are refused."""
    from argon2.low_level import Type, hash_secret_raw

    if time < TIME or memory < MEMORY or len(salt) < 16:
        raise BadInput(
            "vault.kdf",
            "The key file asks for a weaker key derivation than Afterword uses.",
            next_step="The file was changed from outside: restore keys.json from a backup.",
        )
    return hash_secret_raw(passphrase.encode(), salt, time, memory, lanes, 32, Type.ID)


def write_private(path: Path, data: bytes) -> None:
    """Replace a file in one step, readable by its owner alone."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as f:
        f.write(data)
        f.flush()
        os.fsync(f.fileno())
    os.replace(temporary, path)


class KeyRing:
    """The key file of one vault. `passphrase` is asked only when the file is opened or made."""

    def __init__(self, path: Path, passphrase: Callable[[bool], str]) -> None:
        self._path = path
        fresh = not path.exists()
        if fresh:
            salt = secrets.token_bytes(16)
            self._data: dict[str, Any] = {
                "afterword": 1,
                "kdf": {"name": "argon2id", "time": TIME, "memory": MEMORY, "lanes": LANES, "salt": _text(salt)},
                "keys": {},
            }
        else:
            try:
                self._data = json.loads(path.read_bytes())
                kdf = self._data["kdf"]
                salt = _bytes(kdf["salt"])
            except (ValueError, KeyError, TypeError) as e:
                raise BadInput(
                    "vault.keys", f"{path} is not a readable key file.", next_step="Restore it from a backup."
                ) from e
        kdf = self._data["kdf"]
        words = passphrase(fresh)
        if not words:
            raise BadSettings(
                "vault.passphrase-empty", "The passphrase is empty.", next_step="Choose one of several words."
            )
        self._kek = derive(words, salt, kdf["time"], kdf["memory"], kdf["lanes"])
        if fresh:
            self.make("vault")
        self.get("vault")

    def get(self, name: str) -> bytes:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        wrapped = self._data["keys"].get(name)
        if wrapped is None and self._path.exists():
            self._again()  # another process may have made it
            wrapped = self._data["keys"].get(name)
        if wrapped is None:
            raise BadInput("vault.key-gone", f"The key {name!r} was destroyed.", next_step="What it opened is gone.")
        sealed = _bytes(wrapped)
        try:
            return AESGCM(self._kek).decrypt(sealed[:12], sealed[12:], name.encode())
        except InvalidTag as e:
            raise BadSettings(
                "vault.passphrase",
                "The passphrase does not open this vault.",
                next_step="Try again, or point AFTERWORD_HOME to another vault.",
            ) from e

    def make(self, name: str) -> bytes:
        """A fresh random data key, wrapped and written before it is used."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
        self._again()
        self._data["keys"][name] = _text(nonce + AESGCM(self._kek).encrypt(nonce, key, name.encode()))
        self._write()
        return key

    def destroy(self, name: str) -> bool:
        """Drop the only wrapped copy of a key that this vault holds."""
        self._again()
        gone = self._data["keys"].pop(name, None) is not None
        self._write()
        return gone

    def names(self) -> tuple[str, ...]:
        return tuple(self._data["keys"])

    def _again(self) -> None:
        """The keys as the file has them now; writers hold the vault's lock."""
        if self._path.exists():
            self._data["keys"] = json.loads(self._path.read_bytes())["keys"]

    def _write(self) -> None:
        write_private(self._path, json.dumps(self._data, indent=1).encode())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def keyring_passphrase(home: Path, *, create: bool) -> str | None:
    """The passphrase kept by the operating system, made at random on first use. None where there is no safe keyring.

    Plain-text and failing keyring backends are refused: a passphrase in a readable file is no passphrase.
    """
    import keyring
    from keyring.errors import KeyringError

    backend = keyring.get_keyring()
    if backend.priority < 1 or "plaintext" in type(backend).__name__.lower():
        return None
    try:
        kept = keyring.get_password(SERVICE, str(home))
        if kept is None and create:
            kept = secrets.token_urlsafe(32)
            keyring.set_password(SERVICE, str(home), kept)
    except KeyringError:
        return None
    return kept
