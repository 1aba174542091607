"""Photos: jpg, png, webp, heic, tiff. In: a picture. Out: one Keepsake with what the file itself says of time and place.

A photo's date is the moment of exposure in its EXIF (or XMP), or the one in the sidecar that Google Photos writes beside
it. Anything else lies: the file system's date is that of a copy, EXIF's plain DateTime that of the last edit, a camera
whose clock was never set says the first second of a year. A photo that has none of the good dates has no date.
"""

from __future__ import annotations

import json
import re
import struct
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import head_text
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake

SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG", "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG", "image/png"),
    (re.compile(rb"RIFF....WEBP", re.S), "WebP", "image/webp"),
    (re.compile(rb"....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avif)", re.S), "HEIF", "image/heic"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF", "image/tiff"),
)
MOMENT = re.compile(r"(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)[ T](\d\d):(\d\d):(\d\d)")
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
TAKEN, DIGITIZED, TAKEN_OFFSET, DIGITIZED_OFFSET = 0x9003, 0x9004, 0x9011, 0x9012
EXIF, GPS, DESCRIPTION = 0x8769, 0x8825, 0x010E
SIDECAR_NAMES = (".supplemental-metadata.json", ".json")
NAME_LIMIT = 46
"""Google cuts names of sidecars (without .json) to 46 characters."""
BROKEN = (OSError, ValueError, SyntaxError, TypeError, OverflowError, KeyError, EOFError, struct.error)
"""What Pillow raises on damaged pictures."""
NO_WORDS = re.compile(r"(?i)\s*(?:olympus digital camera|sony dsc|dcim\\.*|screenshot|untitled|default)?\s*\Z")
"""Descriptions that a camera wrote by itself."""


class Photo:
    name = "photo"
    version = 1
    title = "Photos (jpg, png, webp, heic, with EXIF and Google Photos sidecars)"
    media = True
    """The file itself is the keepsake."""

    def sniff(self, head: bytes, filename: str) -> Match | None:
        for signature, kind, _ in SIGNATURES:
            if signature.match(head):
                return Match(0.9, f"{kind} signature")
        if head[:1] in (b"{", b"\xef") and b'"photoTakenTime"' in head and '"title"' in head_text(head):
            return Match(1.0, "Google Photos sidecar", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        from PIL import Image

        with path.open("rb") as f:
            head = f.read(32)
        mime = next((m for signature, _, m in SIGNATURES if signature.match(head)), "")
        if mime == "image/heic":
            _heif(path)
        side = sidecar(path)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a damaged tag costs the tag, and nobody reads warnings
                with Image.open(path) as image:
                    exif = image.getexif()
                    inner, gps = exif.get_ifd(EXIF), exif.get_ifd(GPS)
                    words = exif.get(DESCRIPTION)
                    taken = _exposed(inner) or _xmp(image)
        except (*BROKEN, Image.DecompressionBombError) as e:
            raise BadInput(
                "import.picture",
                f"{path.name} is not a whole picture ({type(e).__name__}).",
                next_step="Copy it from the phone or the computer again.",
            ) from e
        yield FileFacts(zone="instant" if isinstance(taken, float) or taken is None and side else "local")
        text = str(side.get("description") or "") or _words(words)
        yield Keepsake(
            "photo",
            "photo",
            taken if taken is not None else _google_time(side),
            title=path.name,
            text=text,
            where=_where(gps) or _google_place(side),
            attachments=(Attachment(path.name, mime),),
            handles=tuple(_google_people(side)),
        )

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        return iter(())


def _heif(path: Path) -> None:
    try:
        from pillow_heif import register_heif_opener
    except ImportError as e:
        raise BadInput(
            "import.heic",
            f"{path.name} is a HEIC photo, and the library that reads them is not installed.",
            next_step="Install it: pip install 'afterword[heic]'",
        ) from e
    register_heif_opener()


def _moment(raw: object, offset: object = None) -> float | str | None:
    """A camera's time, local or with its offset as an instant; None when it cannot be the moment of exposure."""
    m = MOMENT.match(raw.decode("latin-1") if isinstance(raw, bytes) else str(raw or ""))
    if m is None:
        return None
    try:
        at = datetime(*(int(part) for part in m.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    unset = (at.month, at.day, at.hour, at.minute) == (1, 1, 0, 0) and at.second < 60 and at.year in UNSET
    if at.year < 1900 or unset or at > datetime.now() + timedelta(days=1):
        return None
    if (east := OFFSET.match(str(offset or (raw if isinstance(raw, str) else "")[19:]))) is not None:
        minutes = (int(east[2]) * 60 + int(east[3])) * (-1 if east[1] == "-" else 1)
        return (at - datetime(1970, 1, 1)).total_seconds() - minutes * 60
    return at.isoformat(timespec="seconds")


UNSET = frozenset((1970, 1980, *range(1999, 2025)))
"""Years whose first minute is where clocks begin that nobody set."""


def _exposed(exif: dict[int, Any]) -> float | str | None:
    taken = _moment(exif.get(TAKEN), exif.get(TAKEN_OFFSET))
    return taken if taken is not None else _moment(exif.get(DIGITIZED), exif.get(DIGITIZED_OFFSET))


def _xmp(image: Any) -> float | str | None:
    """The moment in XMP, where phones and editors put it when EXIF was stripped."""
    raw = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    for name in ("exif:DateTimeOriginal", "photoshop:DateCreated"):
        if m := re.search(rf"{name}(?:=[\"']|>)\s*([0-9T:\-+. Z]{{19,32}})", text):
            return _moment(re.sub(r"\.\d+", "", m[1]).replace("Z", "+00:00"))
    return None


def _words(raw: object) -> str:
    text = str(raw or "").replace("\0", "").strip()
    return "" if NO_WORDS.match(text) else text


def _degrees(value: Any, ref: Any) -> float | None:
    try:
        d, m, s = (float(v) for v in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    sign = -1 if str(ref or "").strip("\0 ").upper() in ("S", "W") else 1
    return round(sign * (d + m / 60 + s / 3600), 6)


def _placed(lat: float | None, lon: float | None) -> tuple[float, float] | None:
    """None for what is no place: nothing, not a number, off the globe, or the zero that stands for "no fix"."""
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180) or (lat == 0 and lon == 0):
        return None
    return lat, lon


def _where(gps: dict[int, Any]) -> tuple[float, float] | None:
    return _placed(_degrees(gps.get(2), gps.get(1)), _degrees(gps.get(4), gps.get(3))) if gps else None


# -- Google Photos ------------------------------------------------------------------------------------------------


def sidecar(path: Path) -> dict[str, Any]:
    """What Google Photos wrote beside a photo: {} when there is nothing. Names are cut, and "(1)" moves: IMG(1).jpg has
    IMG.jpg(1).json. An edited copy (IMG-edited.jpg) has the sidecar of the photo it was made from."""
    stem, suffix = path.stem, path.suffix
    number = ""
    if m := re.fullmatch(r"(.*)(\(\d+\))", stem):
        stem, number = m[1], m[2]
    stem = re.sub(r"-(?:edited|bearbeitet|modifié|editado|modificato|编辑|編集済み)$", "", stem)
    for ending in SIDECAR_NAMES:
        whole = stem + suffix + ending.removesuffix(".json")
        for name in (f"{whole}{number}.json", f"{whole[:NAME_LIMIT]}{number}.json", f"{stem}{number}.json"):
            beside = path.with_name(name)
            if beside.is_file() and beside.stat().st_size < 1 << 20:
                try:
                    found = json.loads(beside.read_text(encoding="utf-8"))
                except (ValueError, OSError):
                    continue
                if isinstance(found, dict) and "photoTakenTime" in found:
                    return found
    return {}


def _google_time(side: dict[str, Any]) -> float | None:
    taken = side.get("photoTakenTime")
    stamp = str(taken.get("timestamp") if isinstance(taken, dict) else "")
    return float(stamp) if re.fullmatch(r"-?\d{1,11}", stamp) and stamp != "0" else None


def _google_place(side: dict[str, Any]) -> tuple[float, float] | None:
    for field in ("geoDataExif", "geoData"):
        spot = side.get(field)
        if isinstance(spot, dict):
            lat, lon = spot.get("latitude"), spot.get("longitude")
            if isinstance(lat, (int, float)) and isinstance(lon, (int, float)) and _placed(float(lat), float(lon)):
                return float(lat), float(lon)
    return None


def _google_people(side: dict[str, Any]) -> Iterator[str]:
    people = side.get("people")
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and isinstance(person.get("name"), str):
            yield person["name"]


importer = Photo()
