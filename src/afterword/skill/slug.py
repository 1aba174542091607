"""Names that may become folders and headings. In: whatever a person typed. Out: a slug, and a name safe in SKILL.md."""

from __future__ import annotations

import re

RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    "anthropic",
    "claude",
    *(f"com{i}" for i in range(10)),
    *(f"lpt{i}" for i in range(10)),
}


def slug_of(name: str, prefix: str = "ex") -> str:
    """`[a-z0-9-]`, at most 48 characters, never empty: "林小雨" → "ex-lin-xiao-yu"."""
    from anyascii import anyascii

    # One call per CJK character: syllables stay apart.
    spaced = "".join(f" {c} " if ord(c) > 0x2E80 else c for c in name)
    words = re.findall(r"[a-z0-9]+", anyascii(spaced).lower())
    core = "-".join(words)[: 47 - len(prefix)].strip("-")
    if not core or core in RESERVED:
        from hashlib import blake2b

        core = f"{core or 'person'}-{blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=3).hexdigest()}"
    return f"{prefix}-{core}"


def safe_name(name: str) -> str:
    """A name for SKILL.md: no character that any host's preprocessing or YAML could read as anything but text."""
    from afterword.guard import normalise

    plain = re.sub(r"[`$!@<>{}\[\]()\"'\\#*_|~:/&%^=;]|---+", " ", normalise(name))
    return " ".join(plain.split())[:60] or "ta"
