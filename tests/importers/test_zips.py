"""Damaged and hostile zips: a sentence each, whatever was damaged."""

from __future__ import annotations

import io
import random
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
