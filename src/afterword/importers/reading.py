"""Reading text files as they come off phones: encodings, line ends, big files.

In: a path. Out: lines with their numbers, without their ends. `str.splitlines` is never used: bodies hold U+2028,
U+0085, VT and FF. Decoding goes down a ladder and the choice can be asked for, never assumed silently.
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from afterword.errors import AfterwordError, BadInput

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20
CUT = ("unexpected end of data", "incomplete multibyte sequence", "truncated data")
"""How codecs call a character that the end of the file cuts."""


def _strict(e: UnicodeError) -> tuple[str, int]:
    """A file that ends inside its last character is cut, not in another encoding; anywhere else it is an error."""
    if isinstance(e, UnicodeDecodeError) and e.reason in CUT and e.end == len(e.object):
        return "\ufffd", e.end
    raise e


def _lenient(e: UnicodeError) -> tuple[str, int]:
    """In UTF-8 a damaged byte is one damaged character, and everything after it is whole; it is replaced and counted."""
    if isinstance(e, UnicodeDecodeError) and e.encoding == "utf-8":
        return "\ufffd", e.end
    return _strict(e)


TAIL = "afterword-tail"
"""The error handler that every text file is read with."""
codecs.register_error(TAIL, _lenient)
codecs.register_error("afterword-strict", _strict)

COMMON = frozenset(
    "的一是不了在我有人这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏哈嗯吧啊呀哦吗嘛呵晚睡饭觉您爸妈"
)
"""Characters of which everyday Chinese is mostly made; text of another language read as GB 18030 hardly has them."""
PRIVATE = re.compile("[\ue000-\uf8ff]")
"""Where GB 18030 puts what is no character; Big5 text lands there."""
WESTERN = frozenset("àâäçéèêëîïôöùûüñßáíóúìòœæ¿¡ãõåøÀÂÄÇÉÈÊËÎÔÖÙÛÜÑÁÍÓÚÃÕÅØ«»‘’“”–—…€°·\xa0")
HANZI = re.compile("[\u4e00-\u9fff]")


@contextlib.contextmanager
def library(broken: Callable[[Exception], AfterwordError]) -> Iterator[None]:
    """Somebody else's parser at work: on a damaged file it raises whatever it thinks of, which becomes one error here."""
    try:
        yield
    except AfterwordError:
        raise
    except Exception as e:  # noqa: BLE001 - no list of what parsers raise is ever complete
        raise broken(e) from e


def damaged_document(path: Path, e: Exception) -> BadInput:
    return BadInput(
        "import.document.broken",
        f"{path.name} is damaged: {type(e).__name__} {str(e)[:100]}".rstrip() + ".",
        next_step="Open it in its own program and save it again.",
        path=str(path),
    )


def is_beside(path: Path) -> bool:
    """Is there such a file? A name that is too long for the disk is a file that is not there."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("afterword-strict")
    try:
        with path.open("rb") as f:
            while block := f.read(CHUNK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


def encoding_of_head(head: bytes) -> str:
    """A codec for the first bytes of a file (the last character may be cut). For `sniff` only."""
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if len(head) > 3 and head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    for cut in range(4):
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "utf-8"
    return "utf-8" if _mostly_utf8(head) else "gb18030"


def _mostly_utf8(data: bytes) -> bool:
    """Characters of several bytes are whole, apart from one in twenty at most. Other encodings make hardly a whole one."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return bad * 20 <= sum(c > "\x7f" for c in text) - bad


def _chinese(path: Path) -> bool:
    """Does the file, read as GB 18030, hold Chinese as people write it? True when there is too little to tell."""
    with path.open("rb") as f:
        text = f.read(1 << 18).decode("gb18030", "replace")
    if len(PRIVATE.findall(text)) * 50 > sum(c > "\x7f" for c in text):
        return False
    found = HANZI.findall(text)
    return len(found) < 30 or sum(c in COMMON for c in found) > 0.2 * len(found)


def damaged_characters(path: Path, encoding: str) -> int:
    """How many characters of a UTF-8 file had to be replaced; 0 for other encodings, which are read only when whole."""
    if encoding not in ("utf-8", "utf-8-sig") or _decodes(path, encoding):
        return 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    n = whole = 0
    with path.open("rb") as f:
        while block := f.read(CHUNK):
            n += decoder.decode(block).count("\ufffd")
            whole += block.count("\ufffd".encode())
    return max(0, n - whole)


@functools.lru_cache(maxsize=4)
def head_text(head: bytes) -> str:
    """The head as text, newlines as they are, marks at the start removed; undecodable bytes replaced."""
    return head.decode(encoding_of_head(head), errors="replace").lstrip("\ufeff")


def encoding_of(path: Path, asked: str | None = None) -> str:
    """The codec that reads the whole file: BOM, UTF-8, UTF-16, GB18030, then a statistical guess. Only UTF-8 may be damaged.

    BadInput ("import.encoding") when nothing does, or when the asked codec does not.
    """
    if asked:
        if _decodes(path, asked) or (asked.lower() in ("utf-8", "utf8", "utf-8-sig") and _mostly(path)):
            return asked
        raise BadInput(
            "import.encoding", f"{path.name} is not {asked} text.", next_step="Leave out --encoding or name another."
        )
    with path.open("rb") as f:
        head = f.read(1 << 16)
    guess = encoding_of_head(head)
    if guess != "gb18030" and (_decodes(path, guess) or (guess.startswith("utf-8") and _mostly(path))):
        return guess
    if _decodes(path, "gb18030") and _chinese(path):
        return "gb18030"
    from charset_normalizer import from_bytes  # late: only odd files need it

    with path.open("rb") as f:
        sample = f.read(1 << 18)
    if _decodes(path, "cp1252") and all(c in WESTERN for c in sample.decode("cp1252", "replace") if c > "\x7f"):
        return "cp1252"
    best = from_bytes(sample).best()
    if best is not None and _decodes(path, best.encoding):
        return best.encoding
    if guess == "utf-8" or best is None:
        raise BadInput(
            "import.encoding",
            f"{path.name}: the text encoding could not be told.",
            next_step="Name it with --encoding, for example --encoding cp1252.",
        )
    return best.encoding


def _mostly(path: Path) -> bool:
    """`_mostly_utf8` of a whole file, block by block; a block edge may cut one character."""
    with path.open("rb") as f:
        return all(_mostly_utf8(block) or block.isascii() for block in iter(lambda: f.read(CHUNK), b""))


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """(line number from 1, line without its \\n or \\r\\n), streaming. A leading BOM is dropped."""
    with path.open("r", encoding=encoding, newline="\n", errors=TAIL) as f:
        for number, line in enumerate(f, 1):
            if number == 1:
                line = line.lstrip("\ufeff")
            if line.endswith("\n"):
                line = line[:-2] if line.endswith("\r\n") else line[:-1]
            yield number, line


def table(path: Path, encoding: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """(line number at the row's end, cells) of a csv file, header first, streaming; quoted newlines stay in their cell."""
    import csv

    csv.field_size_limit(1 << 27)
    with path.open("r", encoding=encoding, newline="", errors=TAIL) as f:
        reader = csv.reader((line.replace("\0", "") for line in f), delimiter=delimiter)
        try:
            for row in reader:
                if reader.line_num == 1 and row:
                    row[0] = row[0].lstrip("\ufeff")
                yield reader.line_num, [c.replace("\r\n", "\n") if "\r" in c else c for c in row]
        except csv.Error as e:
            raise BadInput(
                "import.csv",
                f"{path.name}, line {reader.line_num}: {e}.",
                next_step="Export the table again as csv (UTF-8).",
            ) from e


def json_line(line: str) -> Any:
    """One line of JSON; half a character (an escape cut by the app that wrote it) becomes "?". ValueError otherwise."""
    value = json.loads(line)
    if "\\ud" in line or "\\uD" in line:  # rare, so the price of writing it out once more does not matter
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def header_cells(head: bytes) -> list[str]:
    """The cells of a csv head's first line, for `sniff`."""
    first = head_text(head).split("\n", 1)[0].rstrip("\r")
    return [c.strip().strip('"') for c in first.split("\t" if "\t" in first else ",")]
