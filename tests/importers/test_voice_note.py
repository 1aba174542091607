"""A sound file whose tags name an artist or an album is music."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.importers import Options, importers
from afterword.model import FileFacts, Keepsake, Skipped


def mp3(frame: bytes, words: str) -> bytes:
    """An ID3 tag of one frame, and nothing to hear."""
    body = b"\x03" + words.encode()
    frames = frame + len(body).to_bytes(4, "big") + b"\0\0" + body
    return b"ID3\x03\0\0" + bytes([0, 0, len(frames) >> 7, len(frames) & 127]) + frames + b"\xff\xfb\x90\0" * 200


@pytest.mark.parametrize(("frame", "music"), [(b"TPE1", True), (b"TALB", True), (b"TIT2", False)])
def test_music_is_no_voice_note(tmp_path: Path, frame: bytes, music: bool) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(mp3(frame, "The Oars"))
    (found,) = [r for r in importers()["voice_note"].read(path, Options()) if not isinstance(r, FileFacts)]
    assert found == Skipped("sound", "music", "a.mp3") if music else isinstance(found, Keepsake)
