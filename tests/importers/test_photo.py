"""Photos: what a camera, an editor and Google say of time and place, and what is not believed."""

from __future__ import annotations

import io
import json
import math
import random
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from afterword import Workspace
from afterword.app.contact_sheet import small
from afterword.corpus.towns import kilometres, town_near
from afterword.errors import AfterwordError
from afterword.importers import Options, importers
from afterword.importers.photo import _moment, _where
from afterword.model import FileFacts, Keepsake

PHOTO = importers()["photo"]


def picture(format: str = "JPEG", size: tuple[int, int] = (8, 6), **exif: Any) -> bytes:
    out = io.BytesIO()
    tags = Image.Exif()
    tags[0x010F] = "Camera"
    if "at" in exif:
        tags.get_ifd(0x8769)[0x9003] = exif["at"]
    if "edited" in exif:
        tags[0x0132] = exif["edited"]
    if "gps" in exif:
        tags.get_ifd(0x8825).update(exif["gps"])
    Image.new("RGB", size, (90, 140, 170)).save(out, format, exif=tags)
    return out.getvalue()


def read(path: Path) -> Keepsake:
    (found,) = [r for r in PHOTO.read(path, Options()) if not isinstance(r, FileFacts)]
    assert isinstance(found, Keepsake)
    return found


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_moment_of_exposure_in_every_kind_of_file(tmp_path: Path, format: str) -> None:
    if format == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    path = tmp_path / f"a.{format.lower()}"
    path.write_bytes(picture(format, (64, 64), at="2023:08:14 18:05:09"))
    assert PHOTO.sniff(path.read_bytes()[:65536], path.name)
    found = read(path)
    assert found.at == "2023-08-14T18:05:09"


@given(st.text(alphabet="0123456789:- TZ+/.\0", max_size=30))
def test_no_text_makes_a_date_that_is_not_in_it(raw: str) -> None:
    at = _moment(raw)
    if isinstance(at, str):
        said = [int(number) for number in re.findall(r"\d+", raw)[:6]]
        said[0] -= 543 if said[0] >= 2443 else 0
        said[3] %= 24
        assert [int(number) for number in re.findall(r"\d+", at)] == said
        assert datetime.fromisoformat(at) <= datetime.now() + timedelta(days=1)


@pytest.mark.parametrize(
    "raw",
    ["", "0000:00:00 00:00:00", "    :  :     :  :  ", "2023:02:30 10:00:00", "1970:01:01 00:00:00", "2012:01:01 00:00:07",
     "2999:05:20 10:00:00", "2023:05:20", None, b"\xff\xfe", 20230520],
)  # fmt: skip
def test_what_is_no_moment_of_exposure(raw: object) -> None:
    assert _moment(raw) is None


@pytest.mark.parametrize(
    ("raw", "offset", "at"),
    [
        ("2018:10:12 24:15:30", None, "2018-10-12T00:15:30"),  # hours from 1 to 24
        ("2019: 3: 5  9:14:01", None, "2019-03-05T09:14:01"),
        ("2562:03:05 21:14:01", None, "2019-03-05T21:14:01"),  # a telephone in Thai
        ("٢٠١٩:٠٣:٠٥ ٢١:١٤:٠١".encode().decode("latin-1"), None, "2019-03-05T21:14:01"),
        ("2019:03:05 21:14:01", "+0800\0", 1551791641.0),
        ("2019:03:05 21:14:01", "Z", 1551820441.0),
        ("2019:03:05 21:14:01", "+99:99", "2019-03-05T21:14:01"),
        ("2020:01:01 00:00:12", "+01:00", 1577833212.0),  # New Year's night on a telephone
        ("2020:01:01 00:00:12", None, None),  # a camera whose clock was never set
        ("0000:00:00 00:00:00", "+08:00", None),
        (b"2019:03:05 21:14:01\0", None, "2019-03-05T21:14:01"),
    ],
)
def test_moments_as_makers_write_them(raw: object, offset: object, at: float | str | None) -> None:
    assert _moment(raw, offset) == at


@pytest.mark.parametrize(
    ("gps", "where"),
    [
        ({1: "N", 2: (30.0, 15.0, 36.0), 3: "E", 4: (120.0, 9.0, 0.0)}, (30.26, 120.15)),
        ({1: "S\0", 2: (30.0, 15.6), 3: "w", 4: (120.15,)}, (-30.26, -120.15)),
        ({1: "S", 2: (-30.0, 15.0, 36.0), 3: "E", 4: (120.0, 9.0, 0.0)}, (-30.26, 120.15)),
        ({1: b"S", 2: (30.0, 15.0, 36.0), 3: b"E", 4: (120.0, 9.0, 0.0)}, (-30.26, 120.15)),
        ({1: "N", 2: (math.nan, 0.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)}, None),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, None),
        ({1: "", 2: "30.26", 3: "", 4: "120.15"}, None),
        ({1: "N", 2: (), 3: "E", 4: None}, None),
    ],
)
def test_places_as_makers_write_them(gps: dict[int, Any], where: tuple[float, float] | None) -> None:
    assert _where(gps) == where


def test_the_zone_of_a_picture_never_edited_is_that_of_its_exposure(tmp_path: Path) -> None:
    for written, at in (("2019:03:05 21:14:01", 1551791641.0), ("2020:08:01 10:00:00", "2019-03-05T21:14:01")):
        tags = Image.Exif()
        tags[0x0132] = written
        tags.get_ifd(0x8769).update({0x9003: "2019:03:05 21:14:01", 0x9010: "+08:00"})
        path = tmp_path / "a.jpg"
        Image.new("RGB", (8, 6)).save(path, exif=tags)
        assert read(path).at == at


def test_two_long_names_that_begin_alike_have_their_own_sidecars(tmp_path: Path) -> None:
    stem = "a walk along the river with everybody on monday"
    for end in ("morning", "night"):
        (tmp_path / f"{stem} {end}.jpg").write_bytes(picture())
    side = {"title": f"{stem} night.jpg", "photoTakenTime": {"timestamp": "1551791641"}}
    (tmp_path / f"{stem[:46]}.json").write_text(json.dumps(side), encoding="utf-8")
    assert [read(tmp_path / f"{stem} {end}.jpg").at for end in ("morning", "night")] == [None, 1551791641.0]


def test_the_date_of_an_edit_a_copy_or_a_name_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "IMG-20230520-WA0001.jpg"
    path.write_bytes(picture(edited="2024:02:02 10:00:00"))
    found = read(path)
    assert (found.at, found.where) == (None, None)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("IMG_1.jpg", "IMG_1.jpg.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1(2).jpg", "IMG_1.jpg(2).json"),
        ("IMG_1(2).jpg", "IMG_1.jpg.supplemental-metadata(2).json"),
        ("IMG_1-edited.jpg", "IMG_1.jpg.json"),
        (
            "a_very_long_name_of_a_photo_that_was_shared_twice.jpg",
            "a_very_long_name_of_a_photo_that_was_shared_tw.json",
        ),
        ("a_rather_long_name_of_a_photo.jpg", "a_rather_long_name_of_a_photo.jpg.supplemental.json"),
        ("IMG_7.jpg", "IMG_7.jpg.supplemental-metada.json"),
        ("IMG_7.jpg", "IMG_7.jpg.s.json"),
        ("IMG_7.jpg", "IMG_7.jpg..json"),
        ("IMG_7(2).jpg", "IMG_7(2).jpg.json"),
        ("IMG_7-ha editado.jpg", "IMG_7.jpg.json"),
        ("IMG_7-已编辑(1).jpg", "IMG_7.jpg.supplemental-metadata(1).json"),
        ("IMG_7-modifie\u0301.jpg", "IMG_7.jpg.json"),
    ],
)
def test_googles_sidecar_is_found_under_its_names(tmp_path: Path, name: str, beside: str) -> None:
    (tmp_path / name).write_bytes(picture())
    side = {
        "title": name,
        "photoTakenTime": {"timestamp": "1679155200"},
        "geoData": {"latitude": 0.0, "longitude": 0.0},
    }
    (tmp_path / beside).write_text(json.dumps(side), encoding="utf-8")
    found = read(tmp_path / name)
    assert (found.at, found.where) == (1679155200.0, None)


def test_damaged_pictures_are_an_error_or_have_a_date_that_is_one(tmp_path: Path) -> None:
    whole = picture(at="2023:08:14 18:05:09", gps={1: "N", 2: (24.0, 26.0, 45.6), 3: "E", 4: (118.0, 4.0, 12.0)})
    rng = random.Random(4)
    path = tmp_path / "a.jpg"
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 12)):
            data[rng.randrange(4, len(data))] = rng.randrange(256)
        path.write_bytes(bytes(data[: rng.choice((len(data), rng.randrange(4, len(data))))]))
        try:
            found = read(path)
        except AfterwordError:
            continue
        if isinstance(found.at, str):
            datetime.fromisoformat(found.at)


def test_two_undated_photos_of_one_name_are_two(tmp_path: Path) -> None:
    for n, side in enumerate(("left", "right")):
        (tmp_path / "album" / side).mkdir(parents=True)
        (tmp_path / "album" / side / "IMG_0001.jpg").write_bytes(picture(size=(8, 6 + n)))
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        assert [s["new"] for s in w.import_files([tmp_path / "album"])["sources"]] == [1, 1]
        assert [s["new"] for s in w.import_files([tmp_path / "album"])["sources"]] == [0, 0]


@pytest.mark.parametrize(
    ("where", "en", "zh"),
    [
        ((24.446, 118.07), "Xiamen, CN", "厦门, CN"),
        ((50.82, -0.14), "Brighton, GB", None),
        ((48.8606, 2.3376), "Paris, FR", "巴黎, FR"),
        ((0.0, -30.0), "", ""),
        ((-17.8, 179.9), "", ""),
    ],
)
def test_places_are_named_without_a_network(where: tuple[float, float], en: str, zh: str | None) -> None:
    assert town_near(where) == en
    assert zh is None or town_near(where, "zh") == zh


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_town_is_near_or_is_not_named(lat: float, lon: float) -> None:
    town_near((lat, lon))


def test_distance() -> None:
    assert kilometres((51.5, 0.0), (51.5, 0.0)) == 0
    assert kilometres((52.2, 0.12), (50.82, -0.14)) == pytest.approx(154.5, abs=1.5)


def test_the_contact_sheet_shows_photos_by_month(tmp_path: Path) -> None:
    album = tmp_path / "album"
    album.mkdir()
    for month in ("05", "05", "06"):
        n = len(list(album.iterdir()))
        (album / f"<b>{n}.jpg").write_bytes(picture(at=f"2023:{month}:1{n} 10:00:00"))
    (album / "undated.png").write_bytes(picture("PNG"))
    chat = "17/03/2023, 10:00 - Ann Ash: hi\n17/03/2023, 10:01 - Bob: hello\n" * 3
    (album / "WhatsApp Chat with Bob.txt").write_text(chat, encoding="utf-8")
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="UTC", lang="en") as w:
        w.create([album], name="Bob", me="Ann Ash", subject="Bob")
        made = w.contact_sheet("bob", out=tmp_path / "sheet.html")
        (album / "undated.png").unlink()
        assert w.contact_sheet("bob", out=tmp_path / "sheet.html")["missing"] == 1
    assert (made["photos"], made["missing"]) == (4, 0)
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert page.index("2023-05") < page.index("2023-06") < page.index("without a date")
    assert page.count("data:image/jpeg;base64,") == 3
    assert "<b>" not in page
    assert "http" not in page
    assert (tmp_path / "sheet.html").stat().st_mode & 0o077 == 0


def test_no_picture_for_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xffnothing")
    assert small(tmp_path / "a.jpg") == ""
    assert small(tmp_path / "absent.jpg") == ""


def test_a_photo_with_the_longest_name_a_disk_takes(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".jpg")
    path.write_bytes(picture(at="2023:08:14 18:05:09"))
    assert read(path).at == "2023-08-14T18:05:09"
