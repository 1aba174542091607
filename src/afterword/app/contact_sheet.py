"""A contact sheet: the photos of a timeline, month by month, in one HTML page that needs nothing else.

In: timeline items. Out: a page at a path of the user's choice, with small copies of the photos that can be read today.
The vault holds no pictures, so a photo that was moved, or came out of a zip, has its place and date but no picture.
"""

from __future__ import annotations

import base64
import html
import io
from pathlib import Path
from typing import Any

from afterword.app.timeline import photos_by_month
from afterword.errors import BadInput
from afterword.texts import say

SIDE = 220
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#222;background:#fff}"
    "h2{margin:2rem 0 .5rem}ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.75rem}"
    "li{width:220px}img,.none{width:220px;height:165px;object-fit:cover;border-radius:6px;background:#eee;display:block}"
    "small{color:#555;display:block;overflow-wrap:anywhere}"
)


def write(items: list[dict[str, Any]], out: Path, name: str, lang: str) -> dict[str, Any]:
    """Write the page (0600). Returns {"path", "photos", "missing"}."""
    months = photos_by_month(items)
    missing = 0
    body: list[str] = []
    for month, photos in months.items():
        body.append(f"<h2>{html.escape(month or say(lang, 'cli.undated'))} <small>{len(photos)}</small></h2><ul>")
        for photo in photos:
            picture = next((p for f in photo["files"] if (p := small(Path(f["file"])))), "")
            missing += not picture
            when = (photo["at"] or photo["day"]).replace("T", " ")[:16]
            label = " · ".join(html.escape(x) for x in (when, photo.get("place", ""), photo.get("title", "")) if x)
            alt = html.escape(photo.get("title", ""))
            shown = f'<img alt="{alt}" loading="lazy" src="data:image/jpeg;base64,{picture}">' if picture else ""
            body.append(f"<li>{shown or '<span class=none></span>'}<small>{label}</small></li>")
        body.append("</ul>")
    title = html.escape(say(lang, "cli.sheet_title", name=name))
    page = f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    try:
        out.touch(mode=0o600)
        out.write_text(f"{page}<h1>{title}</h1>{''.join(body)}</html>", encoding="utf-8")
    except OSError as e:
        raise BadInput(
            "sheet.unwritable", f"{out} cannot be written: {e.strerror}.", next_step="Name another file with --sheet."
        ) from e
    return {"path": str(out), "photos": sum(map(len, months.values())), "missing": missing}


def small(path: Path) -> str:
    """A small JPEG of a photo in base64, "" when the file is gone or no picture."""
    from PIL import Image, ImageOps

    if path.suffix.lower() in (".heic", ".heif"):
        try:
            from pillow_heif import register_heif_opener
        except ImportError:
            return ""
        register_heif_opener()
    try:
        with Image.open(path) as image:
            image.draft("RGB", (SIDE, SIDE))
            turned = ImageOps.exif_transpose(image).convert("RGB")
            turned.thumbnail((SIDE * 2, SIDE))
            out = io.BytesIO()
            turned.save(out, "JPEG", quality=72)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    return base64.b64encode(out.getvalue()).decode()
