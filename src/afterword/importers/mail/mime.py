"""One mail as bytes. In: its bytes. Out: headers in order, decoded; the texts a person reads; attachments by name.

The standard library's parser goes through a mail line by line, through every attachment too, and believes what the
mail says of itself. Mails lie: gb2312 is gb18030, "iso-8859-1" is UTF-8, a boundary is never closed, an encoded word
ends inside a character. So the parts are found by their boundaries alone, attachments are never decoded, and a charset
is a hint.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

LARGEST = 32 << 20
"""Bytes of one mail that are looked at; what follows can only be attachments."""
DEEPEST = 20
PARTS = 500
HEADER = 100_000

_HEADER_LINE = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.S)
_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?]*)\?=")
_PARAM = re.compile(r";\s*([^\s=;]+?)(\*\d*)?(\*)?\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.-]{2,40})", re.I)
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_CHARSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "big5": "big5hkscs", "x-big5": "big5hkscs", "iso-8859-1": "cp1252", "latin1": "cp1252", "iso-8859-9": "cp1254",
    "shift_jis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "iso-2022-jp": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7", "iso-8859-8-i": "iso-8859-8", "windows-874": "cp874", "tis-620": "cp874",
    "utf8": "utf-8", "utf-8mb4": "utf-8", "utf": "utf-8",
}  # fmt: skip
_NOT_SAID = {"", "us-ascii", "ascii", "unknown", "unknown-8bit", "x-unknown", "default", "default_charset", "8bit", "binary", "_iso-2022-jp$esc", "none"}  # fmt: skip


class Part(msgspec.Struct):
    """A leaf of the mail: a text (decoded when asked) or an attachment (never decoded)."""

    mime: str
    params: dict[str, str]
    encoding: str
    disposition: str
    name: str
    body: bytes
    cid: str = ""
    group: str = ""
    """The multipart it lies in."""

    def text(self) -> str:
        """What the part says, with \\n alone as line end."""
        data = self.body
        if self.encoding == "base64":
            data = _base64(data)
        elif self.encoding == "quoted-printable":
            data = binascii.a2b_qp(data)
        elif self.encoding in ("x-uuencode", "uuencode", "x-uue"):
            return ""
        said = self.params.get("charset", "")
        return decoded(data, said).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


class Mail(msgspec.Struct):
    """`fields` holds the first value of each header, by lower-case name; `many` the headers of which several count."""

    fields: dict[str, str]
    received: list[str]
    delivered: list[str]
    parts: list[Part]
    encrypted: bool = False
    report: bool = False


def _base64(data: bytes) -> bytes:
    data = _NO_BASE64.sub(b"", data)
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4)) if len(data) % 4 != 1 else _base64(data[:-1])


def codec_of(said: str) -> str:
    """The Python codec for a charset's name in a mail; "" when it names none."""
    name = said.strip().strip("\"'").lower()
    if name in _NOT_SAID:
        return ""
    name = _CHARSETS.get(name, name)
    try:
        b"a".decode(name)
        "a".encode(name)
    except (LookupError, UnicodeError, ValueError):
        return ""
    return name


def decoded(data: bytes, said: str = "") -> str:
    """Bytes as text. What the mail says is believed unless the bytes are UTF-8 beyond chance."""
    if data.isascii() and not said.lower().startswith(("iso-2022", "hz-", "utf-7", "unicode-1-1", "utf-16", "utf-32")):
        return data.decode("ascii")
    codec = codec_of(said)
    if codec != "utf-8" and not data.isascii():
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            # Two Chinese characters in GBK can be valid UTF-8 by chance; three or more are not.
            if not codec or sum(1 for c in text if c > "\x7f") > 2 or not _strict(data, codec):
                return text
    for name in (codec, "utf-8") if codec else ("utf-8",):
        if (strict := _strict(data, name)) is not None:
            return strict
    if codec and codec != "utf-8":
        return data.decode(codec, "replace")
    runs = _HIGH_RUN.findall(data)
    pairs = all(
        len(run) % 2 == 0 for run in runs
    )  # GB2312 writes two high bytes for a character, Latin letters stand alone
    if pairs and (strict := _strict(data, "gb18030")) is not None:
        return strict
    if codec == "utf-8" and len(runs) < 3:
        return data.decode("utf-8", "replace")
    bad = data.decode("utf-8", "replace").count("\ufffd")
    return data.decode("utf-8" if bad * 4 < len(runs) else "cp1252", "replace")


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


@lru_cache(maxsize=8192)
def header_text(value: str) -> str:
    """A header with its encoded words decoded. Neighbours of one charset are joined first: a character may be cut in two."""
    if "=?" not in value:
        return value
    out: list[str] = []
    at, held, charset = 0, b"", ""
    for m in _WORD.finditer(value):
        between = value[at : m.start()]
        if m[2] in "Bb":
            data = _base64(m[3].encode("ascii", "replace"))
        else:
            data = binascii.a2b_qp(m[3].encode("utf-8", "replace"), header=True)
        if at and not between.strip() and m[1].lower() == charset:
            held += data
        else:
            out.append(decoded(held, charset))
            if not at or between.strip():
                out.append(between)
            held, charset = data, m[1].lower()
        at = m.end()
    out.append(decoded(held, charset))
    out.append(value[at:])
    return "".join(out)


def split(data: bytes) -> tuple[list[tuple[str, str]], int]:
    """The headers, unfolded and not yet decoded, and where the body begins."""
    found: list[tuple[str, str]] = []
    at, size = 0, len(data)
    lines: list[list[bytes]] = []
    length = 0
    while at < size:
        end = data.find(b"\n", at, at + HEADER)
        end = min(size, at + HEADER) if end < 0 else end
        line = data[at:end]
        if line.endswith(b"\r"):
            line = line[:-1]
        if not line or (b"\r" not in line and line.isspace() and not found):
            at = end + 1
            if not found and not lines:
                continue  # empty lines before the first header
            break
        if line[:1] in b" \t" and lines:
            length += len(line)
            if length < HEADER:
                lines[-1].append(line.lstrip())
        elif b":" in line and _HEADER_LINE.match(line[:200].decode("latin-1")):
            lines.append([line])
            length = len(line)
        elif not lines or line.startswith((b">From ", b"From ")):
            pass  # an envelope line, or dirt before the first header
        else:
            break  # the blank line is missing: this is the body
        at = end + 1
        if len(lines) > 2000:
            break
    hint = ""
    if not data[:at].isascii() and (m8 := _CHARSET.search(data, 0, at)):
        hint = m8[1].decode("ascii")  # what the body is written in, its raw headers are too
    for pieces in lines:
        m = _HEADER_LINE.match(decoded(b" ".join(pieces)[:HEADER], hint))
        if m:
            found.append((m[1].lower(), m[2].strip()))
    return found, min(at, size)


@lru_cache(maxsize=4096)
def value_and_params(value: str) -> tuple[str, dict[str, str]]:
    """ "text/plain; charset=x" → ("text/plain", {"charset": "x"}), with continued and encoded parameters joined."""
    main, _, _ = value.partition(";")
    pieces: dict[str, list[tuple[str, bool]]] = {}
    for m in _PARAM.finditer(value[:HEADER]):
        text = re.sub(r"\\(.)", r"\1", m[4]) if m[4] is not None else (m[5] or "").strip().strip("'")
        pieces.setdefault(m[1].lower(), []).append((text, bool(m[3]) or m[2] == "*"))
    params: dict[str, str] = {}
    for key, texts in pieces.items():
        if any(coded for _, coded in texts):
            params[key] = _percent("".join(t for t, _ in texts))
        else:
            params[key] = header_text("".join(t for t, _ in texts))
    return main.strip().lower(), params


def _percent(text: str) -> str:
    from urllib.parse import unquote_to_bytes

    charset, mark, rest = text.partition("'")
    if mark and "'" in rest:
        return decoded(unquote_to_bytes(rest.partition("'")[2]), charset)
    return decoded(unquote_to_bytes(text))


def read(data: bytes) -> Mail:
    """A whole mail."""
    if b"\n" not in data[:4096] and b"\r" in data[:4096]:
        data = data.replace(b"\r", b"\n")
    headers, body = split(data)
    fields: dict[str, str] = {}
    received: list[str] = []
    delivered: list[str] = []
    for name, value in headers:
        if name == "received":
            received.append(value)
        elif name == "delivered-to":
            delivered.append(value)
        else:
            if name == "x-gmail-labels" and name in fields:
                value = f"{fields.pop(name)},{value}"
            fields.setdefault(name, value)
    mail = Mail(fields, received, delivered, [])
    for part in _leaves(fields, data[body:], 0, "", mail):
        if len(mail.parts) >= PARTS:
            break
        mail.parts.append(part)
    return mail


def _leaves(fields: dict[str, str], body: bytes, depth: int, group: str, mail: Mail) -> Iterator[Part]:
    mime, params = value_and_params(fields.get("content-type", ""))
    if "/" not in mime:
        mime = "message/rfc822" if group == "multipart/digest" else "text/plain"
    if mime.startswith("multipart/"):
        mail.encrypted |= mime == "multipart/encrypted"
        mail.report |= mime == "multipart/report"
        boundary = params.get("boundary", "")
        pieces = _pieces(body, boundary) if boundary and depth < DEEPEST else []
        if pieces:
            for piece in pieces:
                inner, at = split(piece) if not piece.startswith((b"\n", b"\r\n")) else ([], 0)
                first: dict[str, str] = {}
                for name, value in inner:
                    first.setdefault(name, value)
                yield from _leaves(first, piece[at:], depth + 1, mime, mail)
            return
        mime, params = "text/plain", {}  # no boundary, or it never comes: it is shown as it stands
    disposition, more = value_and_params(fields.get("content-disposition", ""))
    name = more.get("filename") or params.get("name") or ""
    encoding = fields.get("content-transfer-encoding", "").strip().lower().partition(";")[0]
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    yield Part(mime, params, encoding, disposition, name, body, fields.get("content-id", ""), group)


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """What lies between the boundary lines; the last piece may never be closed."""
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    found: list[bytes] = []
    start, at = -1, 0
    while len(found) < PARTS:
        at = body.find(mark, at)
        if at < 0:
            break
        if at and body[at - 1 : at] != b"\n":
            at += len(mark)
            continue
        after = at + len(mark)
        end = body.find(b"\n", after)
        rest = body[after : end if end >= 0 else len(body)].strip()
        if rest not in (b"", b"--"):  # a longer boundary that begins alike
            at = after
            continue
        if start >= 0:
            found.append(body[start : max(start, at - (2 if body[at - 2 : at - 1] == b"\r" else 1))])
        start = -1 if rest == b"--" or end < 0 else end + 1
        if start < 0:
            return found
        at = end
    if start >= 0:
        found.append(body[start:])
    return found


@lru_cache(maxsize=16384)
def addresses(value: str) -> tuple[tuple[str, str], ...]:
    """(address in lower case, display name) of each in a header; names are decoded after the commas were found."""
    out: list[tuple[str, str]] = []
    for piece in _listed(value[:HEADER]):
        name, angle, rest = piece.rpartition("<") if "<" in piece else ("", "", piece)
        address = rest.partition(">")[0] if angle else rest
        if not angle and "(" in address:
            address, _, name = address.partition("(")
            name = name.rpartition(")")[0] or name
        if not angle and "@" not in address:
            name, address = address, ""
        name = " ".join(header_text(re.sub(r"\\(.)", r"\1", name.strip())).split()).strip()
        for _ in "\"'":
            if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
                name = name[1:-1].strip()
        address = header_text(address.strip().strip("\"'")).removeprefix("mailto:").strip().lower()
        if " " in address and "@" in address:
            address = address.replace(" ", "")
        if address or name:
            out.append((address or name, "" if not address or name.lower() == address else name))
    return tuple(out)


def _listed(value: str) -> Iterator[str]:
    """Pieces between commas and semicolons that stand outside of quotes, brackets and comments."""
    if not any(c in value for c in ',;":('):
        yield value
        return
    piece: list[str] = []
    quoted = angle = skip = at_sign = False
    comment = 0
    for c in value:
        if skip:
            skip = False
        elif c == "\\":
            skip = True
        elif c == '"' and not comment:
            quoted = not quoted
        elif quoted:
            pass
        elif c == "(":
            comment += 1
        elif c == ")" and comment:
            comment -= 1
        elif c == "<":
            angle = True
        elif c == ">":
            angle = False
        elif c in ",;" and not comment and not angle:
            yield "".join(piece)
            piece, at_sign = [], False
            continue
        elif c == ":" and not angle and not comment and not at_sign:
            piece = []  # the name of a group
            continue
        elif c == "@":
            at_sign = True
        piece.append(c)
    yield "".join(piece)
