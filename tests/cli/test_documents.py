"""A document that cannot be read is spoken of to somebody who is no programmer, in both languages.

What was found, in which file, what to do next; no class names, no words of a library.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from command import Terminal

from afterword.texts import LANGS

pypdf = pytest.importorskip("pypdf")
docx = pytest.importorskip("docx")


def pdf(path: Path, password: str = "") -> Path:
    writer = pypdf.PdfWriter()
    for _ in range(40):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    with path.open("wb") as f:
        writer.write(f)
    return path


def damaged_pdf(root: Path) -> Path:
    path = pdf(root / "our letters.pdf")
    path.write_bytes(path.read_bytes()[:300])
    return path


def damaged_docx(root: Path) -> Path:
    made, path = io.BytesIO(), root / "our letters.docx"
    docx.Document().save(made)
    path.write_bytes(made.getvalue()[:-900])
    return path


def empty_docx(root: Path) -> Path:
    """A zip that is whole and no document."""
    path = root / "our letters.docx"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("word/document.xml", "<cut")
    return path


def locked_docx(root: Path) -> Path:
    path = root / "our letters.docx"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    path.write_bytes(ole + "EncryptedPackage".encode("utf-16-le") + bytes(2000))
    return path


FILES = {
    "damaged pdf": (damaged_pdf, "import.document.broken", ("damaged", "fetch it again"), ("坏了", "再拿一次")),
    "damaged docx": (damaged_docx, "import.document.broken", ("damaged", "fetch it again"), ("坏了", "再拿一次")),
    "empty docx": (empty_docx, "import.document.broken", ("damaged", "fetch it again"), ("坏了", "再拿一次")),
    "locked pdf": (
        lambda root: pdf(root / "our letters.pdf", "hush"),
        "import.pdf.encrypted",
        ("protected by a password", "new PDF"),
        ("有密码", "新的 PDF"),
    ),
    "locked docx": (
        locked_docx,
        "import.docx.encrypted",
        ("protected by a password", "without one"),
        ("有密码", "去掉密码"),
    ),
}
PROGRAMMERS = re.compile(
    r"Error|Exception|Pdf[A-Z]|pypdf|zip|stream|xref|EOF|XML|Traceback|None\b|damaged: |is encrypted", re.IGNORECASE
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", FILES)
def test_a_document_that_cannot_be_read(tmp_path: Path, kind: str, lang: str) -> None:
    make, code, *said = FILES[kind]
    terminal = Terminal(tmp_path, AFTERWORD_LANG=lang)
    path = make(terminal.root)
    for command in (("import", str(path), "--me", "Ann Ash"), ("doctor", str(path))):
        terminal.run(*command, code=4)
        words = terminal.errors
        assert path.name in words
        assert all(part in words for part in said[LANGS.index(lang)]), words
        assert not PROGRAMMERS.search(words), words
        assert len(words.strip().split("\n")) == 1
        if lang == "zh":
            assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", words.replace(path.name, "")), words
    error = terminal.json("doctor", str(path), code=4)["error"]
    assert error["code"] == code
    assert error["path"] == str(path)
    assert error["meaning"].startswith(path.name)
    # beside a chat it is one line of the report
    chat = terminal.root / "WhatsApp Chat with Bob.txt"
    chat.write_text("17/03/2023, 10:00 - Ann Ash: hi\n17/03/2023, 10:01 - Bob: hello\n", encoding="utf-8")
    terminal.run("doctor", str(path), str(chat))
    assert terminal.errors.strip() == words.strip()
