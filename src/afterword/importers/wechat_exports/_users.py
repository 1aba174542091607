"""users.json, which PyWxDump sets beside its pages: who a wxid is. In: the folder of a page. Out: wxid → name."""

from __future__ import annotations

from pathlib import Path

from afterword.errors import BadInput
from afterword.importers.streamed_json import ANY, JsonCut, stream

NAME = "users.json"


def users(folder: Path) -> dict[str, str]:
    """The remark, else the nickname, of each account; empty when the file is missing. What is damaged is left out."""
    path, found = folder / NAME, dict[str, str]()
    if not path.is_file():
        return found
    try:
        for where, value in stream(path, (ANY,)):
            if isinstance(value, dict) and where and isinstance(where[0], str):
                names = (value.get(k) for k in ("remark", "nickname", "account", "alias"))
                found[where[0]] = next((n for n in names if isinstance(n, str) and n), "")
    except (JsonCut, BadInput, OSError, UnicodeError):
        return found
    return found
