"""Five sources of one invented couple become one corpus and one line of time, and each thing leads back to its file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import Image

from afterword import Workspace

CHINA = timezone(timedelta(hours=8))
BEGAN = datetime(2023, 3, 18, 9, 30, tzinfo=CHINA)
SAID = ("早", "起了吗", "今天去海边吗", "好，带伞", "我已经在楼下了", "那只猫又来了", "给它留了鱼", "晚安")


def wechat(path: Path, n: int) -> None:
    columns = "localId TalkerId Type SubType IsSender CreateTime Status StrContent StrTime Remark NickName Sender"
    with path.open("w", encoding="utf-8-sig", newline="") as f:
        rows = csv.writer(f)
        rows.writerow(columns.split())
        for i in range(n):
            at = BEGAN + timedelta(minutes=7 * i)
            mine = i % 2
            who = ("wxid_lan", "许岚") if not mine else ("wxid_ming", "周明")
            rows.writerow([i, "wxid_lan", 1, 0, mine, int(at.timestamp()), "", SAID[i % 8], f"{at:%Y-%m-%d %H:%M:%S}",
                           "", who[1], who[0]])  # fmt: skip


def moji(text: str) -> str:
    """As Meta writes it: UTF-8 bytes taken for Latin-1."""
    return text.encode().decode("latin-1")


def photo(taken: str) -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 26.0, 45.6), 3: "E", 4: (118.0, 4.0, 12.0)})
    Image.new("RGB", (40, 30), (90, 140, 170)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def traces(tmp_path: Path) -> Path:
    root = tmp_path / "traces"
    for folder in ("wechat", "Photos", "instagram/your_instagram_activity/media"):
        (root / folder).mkdir(parents=True)
    wechat(root / "wechat" / "许岚.csv", 60)
    lines = [f"{14 + i // 20}/08/2023, 18:{i % 20:02} - {('Lan Xu', 'Ming')[i % 2]}: harbour {i}\n" for i in range(60)]
    with zipfile.ZipFile(root / "WhatsApp Chat with Lan Xu.zip", "w") as z:
        z.writestr("WhatsApp Chat with Lan Xu.txt", "".join(lines))
    (root / "Photos" / "IMG_1.jpg").write_bytes(photo("2023:08:14 10:00:00"))
    Image.new("RGB", (40, 30)).save(root / "Photos" / "edited.png")
    posts = [{"media": [{"uri": "media/posts/a.jpg", "creation_timestamp": 1692007509}], "title": moji("灯塔关门了 🌊"),
              "creation_timestamp": 1692007509}]  # fmt: skip
    (root / "instagram/your_instagram_activity/media/posts_1.json").write_text(json.dumps(posts), encoding="utf-8")
    (root / "calendar.ics").write_bytes(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Our day\r\n"
        b"DTSTART;VALUE=DATE:20230520\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return root


def test_one_corpus_one_timeline_no_duplicates_every_thing_traceable(traces: Path, tmp_path: Path) -> None:
    with Workspace(tmp_path / "vault", passphrase="a made up passphrase", zone="Asia/Shanghai", lang="zh") as w:
        made = w.create([traces], name="许岚", me=["周明", "Ming"], subject=["许岚", "Lan Xu"])
        assert not made["failed"]
        assert made["left"] == []
        assert {p["name"]: p["messages"] for p in w.people()} == {"周明": 60, "许岚": 60}
        assert len([s for s in w.vault.shelves() if s["direct"]]) == 1

        items = w.timeline(made["person"])
        told = [
            (i["day"], i["type"] if i["type"] == "talk" else i["kind"], i.get("title") or i.get("text"))
            for i in items if i["type"] != "event"
        ]  # fmt: skip
        assert [t for t in told if t[1] != "talk"] == [
            ("2023-05-20", "event", "Our day"),
            ("2023-08-14", "photo", "IMG_1.jpg"),
            ("2023-08-14", "post", "灯塔关门了 🌊"),
            ("", "photo", "edited.png"),
        ]
        assert [t[0] for t in told if t[1] == "talk"] == ["2023-03-18", "2023-08-14", "2023-08-15", "2023-08-16"]
        assert [i["place"] for i in items if i.get("title") == "IMG_1.jpg"] == ["厦门, CN"]
        names = {Path(f["file"]).name for i in items for f in i["files"]}
        assert names == {
            "许岚.csv",
            "WhatsApp Chat with Lan Xu.zip",
            "IMG_1.jpg",
            "edited.png",
            "posts_1.json",
            "calendar.ics",
        }
        assert all(i["files"] for i in items)

        again = w.import_files([traces], me=["周明", "Ming"], subject=["许岚", "Lan Xu"])
        assert sum(s["new"] for s in again["sources"]) == 0
        assert w.timeline(made["person"]) == items
