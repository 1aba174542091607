"""Opening WeChat's databases: decrypted by another tool, or encrypted and given with the key that the user holds.

In: a path and, for an encrypted file, a key of 64 hexadecimal digits. Out: a connection that can only read. Afterword
never looks for a key. The first page says by its own authentication code which of the two formats the file has and
whether the key is right, so a wrong key is told apart from a damaged file before SQLCipher is asked.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from afterword.errors import BadInput

SQLITE = b"SQLite format 3\x00"
PAGE = 4096
PATIENCE = 600.0
"""Seconds one reading may take: somebody else's database must not keep a reader for ever."""


class Cipher(NamedTuple):
    """How one generation of WeChat encrypts: SQLCipher's parameters of its day."""

    version: int
    digest: str
    rounds: int
    reserved: int
    mac: int


CIPHERS = (Cipher(4, "sha512", 256_000, 80, 64), Cipher(3, "sha1", 64_000, 48, 20))


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as f:
        return f.read(16) != SQLITE


@contextlib.contextmanager
def opened(path: Path, key: str | None) -> Iterator[Any]:
    """A read-only connection of sqlite3 or, for an encrypted file, of sqlcipher3."""
    if not is_encrypted(path):
        import sqlite3

        connect: Any = sqlite3.connect
        secrets: list[str] = []
    else:
        secrets = _secrets(path, key)
        from sqlcipher3 import dbapi2

        connect = dbapi2.connect
    try:
        with contextlib.closing(connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)) as db:
            for pragma in (*secrets, "trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
                db.execute(f"PRAGMA {pragma}")
            db.text_factory = _text
            start = time.monotonic()
            db.set_progress_handler(lambda: time.monotonic() - start > PATIENCE, 100_000)
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield db
    except damage() as e:
        raise BadInput(
            "import.wechat-db.damaged",
            f"{path.name} is not a whole SQLite database ({e}).",
            next_step="Close WeChat and copy the file again.",
        ) from e


def damage() -> tuple[type[Exception], ...]:
    """Errors that are the database's: sqlite3 and sqlcipher3 have a DatabaseError each, and no common class.

    A damaged schema makes an error whose own text cannot be decoded, a damaged size asks for more memory than there is.
    """
    from sqlcipher3 import dbapi2

    return (sqlite3.DatabaseError, dbapi2.DatabaseError, UnicodeDecodeError, MemoryError)


def _text(raw: bytes) -> str | bytes:
    # Compressed words lie in columns of type TEXT.
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw if raw.startswith(b"\x28\xb5\x2f\xfd") else raw.decode("utf-8", "replace")


def _secrets(path: Path, key: str | None) -> list[str]:
    """The pragmas that open an encrypted file. BadInput when the key is missing, malformed or wrong."""
    if not key:
        raise BadInput(
            "import.wechat-db.key",
            f"{path.name} is encrypted. It is read with the key of this WeChat account: 64 hexadecimal digits that you"
            " already have. Afterword never extracts keys.",
            next_step="Write the key into a file and give it with --key-file, or give a database that is already decrypted.",
            path=str(path),
        )
    digits = re.sub(r"^0x|[\s'\"]", "", key.strip().lower())
    digits = digits.removeprefix("x")
    if not re.fullmatch(r"[0-9a-f]{64}(?:[0-9a-f]{32})?", digits):
        raise BadInput(
            "import.wechat-db.key-form",
            "A key of a WeChat database has 64 hexadecimal digits (0-9, a-f); this one has not.",
            next_step="Check the key for missing or doubled characters.",
        )
    with path.open("rb") as f:
        page = f.read(PAGE)
    if len(page) == PAGE:
        given = bytes.fromhex(digits[:64])
        salt = page[:16]
        # Some tools hold the account's passphrase, others the key that was derived from it for this one file.
        for derive in (True, False):
            for cipher in CIPHERS:
                raw = _derived(given, salt, cipher) if derive else given
                if _fits(page, raw, cipher):
                    found = ["cipher_log_level = NONE", f"key = \"x'{raw.hex()}{salt.hex()}'\""]
                    return [*found, f"cipher_compatibility = {cipher.version}", f"cipher_page_size = {PAGE}"]
    raise BadInput(
        "import.wechat-db.wrong-key",
        f"The key does not open {path.name}: it belongs to another account or computer, or this is no whole WeChat"
        " database.",
        next_step="Check that key and file are of the same account, and copy the file with WeChat closed.",
        path=str(path),
    )


def _derived(key: bytes, salt: bytes, cipher: Cipher) -> bytes:
    return hashlib.pbkdf2_hmac(cipher.digest, key, salt, cipher.rounds, 32)


def _fits(page: bytes, raw: bytes, cipher: Cipher) -> bool:
    """Whether the first page's authentication code is that of this key."""
    mac_salt = bytes(b ^ 0x3A for b in page[:16])
    mac_key = hashlib.pbkdf2_hmac(cipher.digest, raw, mac_salt, 2, 32)
    end = PAGE - cipher.reserved + 16  # behind the text stand an initialisation vector of 16 bytes, then the code
    code = hmac.new(mac_key, page[16:end] + (1).to_bytes(4, "little"), cipher.digest).digest()
    return hmac.compare_digest(code, page[end : end + cipher.mac])


def tables(db: Any) -> dict[str, set[str]]:
    """Real table → its columns."""
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if isinstance(n, str)]
    return {n: {r[1] for r in db.execute(f"PRAGMA table_info({quoted(n)})")} for n in names}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def unpacked(kind: str, data: bytes, path: Path) -> bytes | None:
    """Bytes compressed with lz4 (v3) or zstd (v4); None when they are damaged. BadInput when the library is missing."""
    try:
        return _LIBRARIES[kind](data)
    except ImportError as e:
        raise BadInput(
            "import.wechat-db.extra",
            f"Messages in {path.name} are compressed, and the library for {kind} is not installed.",
            next_step='Install it: pip install "afterword[wechat-db]"',
        ) from e


LARGEST = 1 << 24


def _lz4(data: bytes) -> bytes | None:
    import lz4.block

    size = min(LARGEST, max(4096, len(data) * 8))
    while True:
        try:
            return bytes(lz4.block.decompress(data, uncompressed_size=size))
        except lz4.block.LZ4BlockError:
            if size >= LARGEST or size > len(data) * 255:  # lz4 never gives more than 255 bytes for one
                return None
            size = min(LARGEST, size * 8)


def _zstd(data: bytes) -> bytes | None:
    import zstandard

    try:
        return bytes(zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST))
    except (zstandard.ZstdError, MemoryError):
        return None


_LIBRARIES: dict[str, Callable[[bytes], bytes | None]] = {"lz4": _lz4, "zstd": _zstd}
