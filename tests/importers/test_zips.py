"""Damaged and hostile zips and tars: a sentence each, whatever was damaged."""

from __future__ import annotations

import contextlib
import io
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from afterword.errors import AfterwordError, BadInput
from afterword.importers import Options, importers, zips

INSIDE = {
    "whatsapp": {"WhatsApp Chat with Bob.txt": "17/03/2023, 10:00 - Ann: hi\n17/03/2023, 10:01 - Bob: hello\n" * 4},
    "slack": {
        "users.json": '[{"id": "U1", "name": "ann"}, {"id": "U2", "name": "bob"}]',
        "channels.json": '[{"id": "C1", "name": "garden", "members": ["U1", "U2"]}]',
        "garden/2024-03-02.json": '[{"type": "message", "user": "U1", "text": "hi", "ts": "1709370000.000100"}]',
    },
    "eml": {"a.eml": "From: Ann <a@example.org>\nTo: b@example.org\nDate: Sat, 2 Mar 2024 09:00:00 +0000\n\nhi\n"},
}


def packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("name", INSIDE)
def test_a_damaged_zip_is_an_error_or_a_skip(tmp_path: Path, name: str) -> None:
    importer, whole = importers()[name], packed(INSIDE[name])
    path = tmp_path / "a.zip"
    rng = random.Random(name)
    broken = 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(bytes(data[: rng.choice((len(data), rng.randrange(len(data))))]))
        for look in (importer.read, importer.chats):
            try:
                list(look(path, Options()))
            except AfterwordError as e:
                broken += bool(e.next_step)
    assert broken > 100


def test_the_names_and_sizes_that_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    for name in ("../a.txt", "/a.txt", "a/../../b.txt", "C:/a.txt"):
        path.write_bytes(packed({"ok.txt": "", name: "x"}))
        with pytest.raises(BadInput) as e:
            zips.entries(path)
        assert e.value.code == "import.zip.unsafe"
    path.write_bytes(packed({"ok.txt": "", "__MACOSX/._ok.txt": "", "folder/": "", "folder/b.txt": "x"}))
    assert [i.filename for i in zips.entries(path)] == ["ok.txt", "folder/b.txt"]


def tarred(path: Path, parts: dict[str, bytes], *more: tarfile.TarInfo, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tar:
        for name, data in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for info in more:
            tar.addfile(info)
    return path


def special(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("special")
    info.type, info.linkname = kind, "ok.txt"
    return info


def untarred(path: Path) -> dict[str, bytes]:
    return {info.name: source.read() for info, source in zips.members(path)}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_is_known_by_what_is_in_it(tmp_path: Path, mode: str) -> None:
    parts = {"ok.txt": b"hi", "文件夹/b.txt": b"x" * 512, "__MACOSX/._ok.txt": b""}
    path = tarred(tmp_path / "without a suffix", parts, mode=mode)
    assert zips.is_tar(path)
    assert untarred(path) == {"ok.txt": b"hi", "文件夹/b.txt": b"x" * 512}
    for other in (b"", b"\0" * 2048, b"hello " * 200, b"\x1f\x8b" + b"x" * 600, packed({"a.txt": "x"})):
        path.write_bytes(other)
        assert not zips.is_tar(path)


@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", "a/../../b.txt", "C:/a.txt", "..\\a.txt"])
def test_a_tar_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as e:
        untarred(tarred(tmp_path / "a.tgz", {"ok.txt": b"", name: b"x"}))
    assert e.value.code == "import.zip.unsafe"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(BadInput) as e:
        untarred(tarred(tmp_path / "a.tgz", {"ok.txt": b""}, special(kind)))
    assert e.value.code == "import.zip.unsafe"


def test_a_tar_that_grows_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput) as e:
        untarred(tarred(tmp_path / "a.tgz", {"a.txt": b"0" * (32 << 20)}))
    assert e.value.code == "import.zip.bomb"
    with pytest.raises(BadInput) as e:
        untarred(tarred(tmp_path / "a.tgz", {"a" * (2 << 20): b""}))
    assert e.value.code == "import.zip.bomb"
    monkeypatch.setattr(zips, "ENTRIES", 20)
    with pytest.raises(BadInput) as e:
        untarred(tarred(tmp_path / "a.tgz", {f"{n}.txt": b"" for n in range(21)}))
    assert e.value.code == "import.zip.bomb"


def test_a_cut_or_damaged_tar_is_an_error(tmp_path: Path) -> None:
    parts = {f"{n}.txt": bytes([65 + n]) * 700 for n in range(6)}
    path = tmp_path / "b.tar"
    rng = random.Random("tar")
    for mode in ("w", "w:gz"):
        whole = tarred(tmp_path / "a.tar", parts, mode=mode).read_bytes()
        end = len(parts) * 1536 if mode == "w" else len(whole) * 9 // 10
        for cut in range(600, end, 97):
            path.write_bytes(whole[:cut])
            with pytest.raises((BadInput, *zips.BROKEN_TAR)):
                untarred(path)
        for _ in range(200):
            data = bytearray(whole)
            for _ in range(rng.randint(1, 6)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            path.write_bytes(bytes(data))
            with contextlib.suppress(BadInput, *zips.BROKEN_TAR):
                untarred(path)
