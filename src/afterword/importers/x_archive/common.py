"""What the files of X's archive share: moments, links, who the account is."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from afterword.importers.json_values import dict_of, list_of, word_of
from afterword.importers.reading import head_text

PREFIX = r"\s*(?:window\.)?(?:YTD|Grailbird\.data)\.?[\w.]*\s*=\s*"
MONTHS = {
    m: n for n, m in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)
}
_CREATED = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}) (\d{4})")
SHORT = re.compile(r"https?://t\.co/\w+")


def account_of(folder: Path) -> tuple[str, str]:
    """(account number, account name) that `account.js` beside a file gives; "" where there is none."""
    for place in (folder, folder / "data", folder.parent, folder.parent / "data"):
        file = place / "account.js"
        try:
            if not file.is_file() or file.stat().st_size > 1 << 20:
                continue
            text = head_text(file.read_bytes())
            account = dict_of(dict_of(json.loads(text[text.index("[") :])[0]).get("account"))
        except (OSError, ValueError, IndexError, KeyError, TypeError, RecursionError):
            continue
        return word_of(account.get("accountId")), word_of(account.get("username"))
    return "", ""


def moment(value: Any) -> float | None:
    if not isinstance(value, str):
        return None
    if m := _CREATED.fullmatch(value):
        month = MONTHS.get(m[1])
        if not month:
            return None
        minutes = int(m[6][:3]) * 60 + int(m[6][0] + m[6][3:])
        try:
            at = datetime(int(m[7]), month, int(m[2]), int(m[3]), int(m[4]), int(m[5]), tzinfo=UTC).timestamp()
        except (ValueError, OverflowError):
            return None
        return at - minutes * 60
    try:
        found = datetime.fromisoformat(value.replace(" +0000", "+00:00"))
        return found.timestamp() if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def resolved(text: str, urls: Any) -> str:
    """Entities decoded and shortened links written out."""
    longer = {
        short: expanded
        for u in list_of(urls)
        if isinstance(u, dict)
        and (short := word_of(u.get("url")))
        and (expanded := word_of(u.get("expanded") or u.get("expanded_url")))
    }
    if longer:
        text = SHORT.sub(lambda m: longer.get(m[0], m[0]), text)
    return html.unescape(text) if "&" in text else text
