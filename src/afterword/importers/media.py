"""What an attachment is. In: the MIME type that its app wrote. Out: its kind, None where it is a file and no more."""

from __future__ import annotations

from afterword.model import Kind

_KINDS = {"image": Kind.IMAGE, "video": Kind.VIDEO, "audio": Kind.VOICE}


def kind_of_mime(mime: str) -> Kind | None:
    return _KINDS.get(mime.partition("/")[0])
