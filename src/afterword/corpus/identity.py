"""What makes two records one utterance: the same side, minute, kind and words, and the ordinal among equals.

Seconds are left out because WhatsApp for Android and some table exports have none; names are left out of direct chats
because the same person is "Nico", a phone number and "Nico 🌸" in three exports of one chat: there are only two sides.
"""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

POSITIVE = (1 << 63) - 1


def digest(text: str) -> int:
    """63 bits that stand for these words."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") & POSITIVE


def minute_key(side: str, at: int, kind: int, text: str) -> int:
    """63-bit key of an utterance before its ordinal. `side`: "me", "ta", or a name in a group."""
    words = text.strip()
    if not words.isascii():
        words = unicodedata.normalize("NFC", words)
    return digest(f"{side}\x1f{at // 60}\x1f{kind if not words else 0}\x1f{words}")


def mixed(key: int, ordinal: int) -> int:
    """The key of the `ordinal`-th equal utterance; "ok" twice in one minute is two utterances."""
    return digest(f"{key}\x1e{ordinal}")


def utterance_id(chat: str, key: int) -> str:
    """ "u1:" + 8 hex digits of the chat + 16 of the key."""
    return f"u1:{chat}{key:016x}"


def parse_utterance_id(id: str) -> tuple[str, int] | None:
    if len(id) != 27 or not id.startswith("u1:"):
        return None
    try:
        return id[3:11], int(id[11:], 16)
    except ValueError:
        return None


def chat_digest(name: str) -> str:
    return blake2b(name.encode(), digest_size=4).hexdigest()


def same_name(name: str) -> str:
    """The form in which whole names are compared: NFKC, case folded, spaces collapsed. Never a substring."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
