"""Photos: jpg, png, webp, heic, tiff. In: a picture. Out: one Keepsake with what the file itself says of time and place.

A photo's date is the moment of exposure in its EXIF (or XMP), or the one in the sidecar that Google Photos writes beside
it. Anything else lies: the file system's date is that of a copy, EXIF's plain DateTime that of the last edit, a camera
whose clock was never set says the first second of a year. A photo that has none of the good dates has no date.
"""

from __future__ import annotations

import json
import re
import struct
import unicodedata
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.reading import head_text, is_beside
from afterword.model import Attachment, ChatRef, FileFacts, Keepsake

SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG", "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG", "image/png"),
    (re.compile(rb"RIFF....WEBP", re.S), "WebP", "image/webp"),
    (re.compile(rb"....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avif)", re.S), "HEIF", "image/heic"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF", "image/tiff"),
)
MOMENT = re.compile(r"(\d{4})[:\-/.] ?(\d{1,2})[:\-/.] ?(\d{1,2})[ T]+(\d{1,2}): ?(\d{1,2}): ?(\d{1,2})")
OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d\d)")
TAKEN, DIGITIZED, TAKEN_OFFSET, DIGITIZED_OFFSET = 0x9003, 0x9004, 0x9011, 0x9012
WRITTEN, WRITTEN_OFFSET = 0x0132, 0x9010
EXIF, GPS, DESCRIPTION = 0x8769, 0x8825, 0x010E
SUPPLEMENT = ".supplemental-metadata"
NAME_LIMIT = 46
"""Google cuts names of sidecars (without .json) to 46 characters; Windows' limit cuts the last word further."""
EDITED = re.compile(
    r"-(?:edited|bearbeitet|modifié|(?:ha )?editado|editada|editat|modificato|bewerkt|edytowane|redigerad|redigeret|redigert|muokattu"
    r"|upravené|編集済み|编辑|編輯|已编辑|已編輯|편집됨)\Z",
    re.I,
)
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
                    taken = _exposed(inner, exif.get(WRITTEN))
                    taken = _xmp(image) if taken is None else taken
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
    text = _ascii(raw)
    m = MOMENT.match(text)
    if m is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in m.groups())
    if hour == 24:
        hour = 0  # telephones that count the hours of a day from 1 to 24
    if 2443 <= year <= datetime.now().year + 543:
        year -= 543  # a telephone in Thai
    try:
        at = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    zone = _ascii(offset).strip() or text[m.end() :].strip()
    zone = "+00:00" if zone == "Z" else zone
    east = OFFSET.match(zone)
    # A clock that nobody set knows no zone either; a telephone's New Year's night does.
    unset = east is None and (month, day, hour, minute) == (1, 1, 0, 0) and year in UNSET
    if year < 1900 or unset or at > datetime.now() + timedelta(days=1):
        return None
    if east is not None and (minutes := int(east[2]) * 60 + int(east[3])) <= 15 * 60:
        return (at - datetime(1970, 1, 1)).total_seconds() - (-minutes if east[1] == "-" else minutes) * 60
    return at.isoformat(timespec="seconds")


def _ascii(raw: object) -> str:
    """A tag's text. Telephones in Arabic or Thai write their own digits, as UTF-8 where the standard wants ASCII."""
    if isinstance(raw, bytes):
        raw = raw.decode("latin-1")
    text = str(raw or "").strip("\0 ")
    if not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8")
        except ValueError:
            return ""
    return text


UNSET = frozenset((1970, 1980, *range(1999, 2025)))
"""Years whose first minute is where clocks begin that nobody set."""


def _exposed(exif: dict[int, Any], written: object) -> float | str | None:
    offset = exif.get(TAKEN_OFFSET)
    if not offset and written and written == exif.get(TAKEN):
        offset = exif.get(WRITTEN_OFFSET)  # never edited since, so the zone of the writing is that of the exposure
    taken = _moment(exif.get(TAKEN), offset)
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
        d, m, s = [*(float(v) for v in value), 0.0, 0.0][:3]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # Some apps write the side of the globe as a sign and as a letter.
    west = d < 0 or _ascii(ref).upper()[:1] in ("S", "W")
    return round((-1 if west else 1) * (abs(d) + abs(m) / 60 + abs(s) / 3600), 6)


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
    for stem, number in _stems(path.stem):
        whole = stem + path.suffix
        names = [whole + SUPPLEMENT[:n] for n in range(len(SUPPLEMENT), -1, -1)]
        cut = [name[:NAME_LIMIT] for name in names[:1] if len(name) > NAME_LIMIT]
        for name in dict.fromkeys([*cut, *names, stem + SUPPLEMENT, stem]):
            beside = path.with_name(f"{name}{number}.json")
            if is_beside(beside) and beside.stat().st_size < 1 << 20:
                try:
                    found = json.loads(beside.read_text(encoding="utf-8"))
                except (ValueError, OSError):
                    continue
                if not isinstance(found, dict) or "photoTakenTime" not in found:
                    continue
                if name.startswith(whole) or _letters(str(found.get("title") or stem)).startswith(_letters(stem)):
                    return found  # of two long names that begin alike, each has its own
    return {}


def _stems(stem: str) -> Iterator[tuple[str, str]]:
    """A photo's name and its number as the sidecar may have them: as it is, without its number, without "-edited"; on a
    Mac an accent may be a character of its own."""
    seen = set()
    for form in (stem, unicodedata.normalize("NFC", stem), unicodedata.normalize("NFD", stem)):
        m = re.fullmatch(r"(.*)(\(\d+\))", form)
        for base, number in ((form, ""), (m[1], m[2]) if m else (form, "")):
            plain = unicodedata.normalize("NFC", base)
            for name in (base, EDITED.sub("", plain), unicodedata.normalize("NFD", EDITED.sub("", plain))):
                if name and (name, number) not in seen:
                    seen.add((name, number))
                    yield name, number


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum())


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
