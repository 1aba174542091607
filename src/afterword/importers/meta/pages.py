"""Messenger's and Instagram's chats as html pages. In: a path. Out: one record for each message, in the page's order.

Class names change with every release, so the page is read by its shape: a box whose last part is a moment, whose first
part is a name, and between them what was sent. Times are the account's local time without a zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.markup import DEEPEST, LARGEST, nests, walk
from afterword.importers.meta import pages_2010
from afterword.importers.meta.messages import BOXES, ENDINGS, UNSENT
from afterword.importers.meta.owner import account_names, in_every_thread
from afterword.importers.meta.times import Stamp, order_of, stamp
from afterword.importers.meta.words import SIGN, Spoken
from afterword.importers.reading import encoding_of, head_text
from afterword.model import Attachment, ChatRef, FileFacts, Kind, Message, Skipped

META = re.compile(r'_a6-[gph]|uiBoxWhite|_a706|_5vb_|_2pi0 _2lej|class="_3-95')
_DEEP = re.compile(r'<base[^>]+href="(?:\.\./){3,}')
_OWN = re.compile(r"posts|comments|album|stories|reels|photos|videos|notes|profile|threads|\d+", re.I)
"""Names of the pages that hold what the owner published; what all others list is no words of theirs."""
_PEOPLE = re.compile(
    r"\s*(?:Participants|Teilnehmer|Participantes|Partecipanti|Deelnemers|Uczestnicy|Účastníci|Deltagare|Deltagere"
    r"|Deltakere|Osallistujat|Katılımcılar|Участники|Учасники|Résztvevők|Participanți|Συμμετέχοντες|Người tham gia"
    r"|Peserta|ผู้เข้าร่วม|参与者|參與者|成员|成員|参加者|참가자)\s*[:：]\s*(.{1,4000})",
    re.S,
)
_AND = re.compile(
    r"(?:,\s+|\s+)(?:and|und|et|og|och|en|y|e|i|oraz|ve|ja|és|și|và|dan|và|και|и|та|і)\s+|,\s+(?:a\s+)?|、|，|和|與"
)
_REACTION = re.compile(rf"({SIGN})\s*(.+?)(?:\s*\([^()]*\d[^()]*\))?", re.S)
_MOMENT = re.compile(r"\d[:.h]\d\d")
_SILENT = frozenset("ul script style video audio".split())


class MessengerHtml:
    name = "messenger_html"
    version = 1
    title = "Facebook Messenger or Instagram (html)"

    def sniff(self, head: bytes, filename: str) -> Match | None:
        text = head_text(head)
        if not re.match(r"\s*(?:<!--.*?-->\s*)?(?:<!doctype html|<html)", text[:2000], re.I | re.S):
            return None
        if pages_2010.fits(text):
            return Match(1.0, "Facebook's messages.htm of 2010 to 2018")
        meta = bool(META.search(text))
        if meta and re.fullmatch(r"message(?:s|_\d+)?\.html?", filename, re.I):
            return Match(1.0, "a thread's page of Meta's archive")
        if not meta and not re.search(r">\s*(?:Participants|Teilnehmer|Participantes|参与者|參與者)\s*[:：]", text):
            return None
        page = _Page(text)
        if page.is_thread(deep=bool(_DEEP.search(text))):
            return Match(0.9, "boxes with a name, a text and a moment")
        if meta and "<base" in text and not _OWN.search(filename):
            return Match(0.6, "a page of Meta's archive without messages", companion=True)
        return None

    def read(self, path: Path, options: Options) -> Iterator[Record]:
        page, encoding = _page(path, options)
        if page.old:
            yield from pages_2010.read(page.tree, encoding, page.cut)
            return
        order, decided = order_of([b.when for b in page.boxes], path.name, options)
        yield FileFacts(encoding, order, decided, "local")
        owner = page.owner(path)
        key = _key(path, page)
        spoken = Spoken({*page.people, *(b.sender for b in page.boxes)})
        for n, box in enumerate(page.boxes, 1):
            yield _record(box, f"message:{n}", order, owner, key, spoken)
        if page.cut:
            yield Skipped("end", "truncated", "the page has no end")

    def chats(self, path: Path, options: Options) -> Iterator[ChatRef]:
        page, _ = _page(path, options)
        if page.old:
            yield from pages_2010.Threads(page.tree).chats()
            return
        owner = page.owner(path)
        people = page.people or sorted({b.sender for b in page.boxes if b.sender})
        inside = {*people, *(b.sender for b in page.boxes if b.sender)}
        # A page of a direct chat need not name its people; then its title is one of the two who write.
        direct = len(inside) == 2 if page.people or len(inside) > 2 else True if page.title in inside else None
        other = next((p for p in inside if p != owner), "") if direct and owner else ""
        where = path.parent.as_posix().casefold()
        platform = "instagram" if "instagram" in where or "instagram" in page.links else "facebook"
        yield ChatRef(_key(path, page), page.title, direct, platform, other, other)


class _Box:
    """One message's part of the page."""

    __slots__ = ("body", "node", "sender", "when")

    def __init__(self, sender: str, body: list[Any], when: Stamp, node: Any) -> None:
        self.sender, self.body, self.when, self.node = sender, body, when, node

    def raw(self) -> str:
        return (self.node.html or "")[:2000]


class _Page:
    def __init__(self, text: str) -> None:
        from selectolax.lexbor import LexborHTMLParser

        self.tree = LexborHTMLParser(text)  # kept: its nodes live as long as it does
        heading = self.tree.css_first("title") or self.tree.css_first("h1")
        self.title = " ".join(heading.text().split()) if heading else ""
        self.boxes: list[_Box] = []
        self.headed = False
        self.people: list[str] = []
        self.links = ""
        self.cut = "</html" not in text[-4096:].lower()
        self.old = pages_2010.fits(text)
        body = None if self.old else self.tree.body
        for node in body.traverse(include_text=False) if body else ():
            if node.child is not None and any(True for _ in node.iter()):
                continue
            said = node.text()
            if not self.people and len(said) < 4100 and (m := _PEOPLE.fullmatch(said)):
                self.people = [p.strip() for p in _AND.split(m[1]) if p.strip()]
            elif 10 <= len(said) <= 70 and _MOMENT.search(said) and (when := stamp(said)):
                self._box(node, when)
        for link in self.tree.css("a[href*='instagram'], img[src*='instagram']")[:1]:
            self.links = str(link.attributes)

    def _box(self, node: Any, when: Stamp) -> None:
        """The box that ends with the moment `node`, if there is one."""
        while (parent := node.parent) is not None and parent.tag not in ("body", "html") and _alone(node):
            node = parent
        if parent is None or _sibling(node, False) is not None:
            return
        parts = list(parent.iter())
        if len(parts) < 2 or parent.tag in ("li", "ul"):
            return
        headed = parts[0].tag in ("h1", "h2", "h3", "h4")
        if self.headed and not headed and parent.tag == "section":  # the same person goes on
            self.boxes.append(_Box(self.boxes[-1].sender, parts[:-1], when, parent))
            return
        self.headed = self.headed or headed
        sender = " ".join(parts[0].text().split())
        if len(sender) <= 200:
            self.boxes.append(_Box(sender, parts[1:-1], when, parent))

    def is_thread(self, deep: bool) -> bool:
        """Whether the boxes are messages. Lists of posts, likes and searches have the same boxes, but nobody's name on
        them: the page is not called by one of their first lines, nor do a few of these take turns."""
        senders = [b.sender for b in self.boxes]
        some = {s for s in senders if s}
        if not some or self.people or self.title in some:
            return bool(some)
        turns = sum(a != b for a, b in zip(senders, senders[1:], strict=False))
        return deep and 1 < len(some) <= turns and len(some) * 2 <= len(senders) and all(self._name(s) for s in some)

    @staticmethod
    def _name(said: str) -> bool:
        return len(said) <= 60 and not said.endswith((".", "。", "!"))

    def owner(self, path: Path) -> str:
        inside = {*self.people, *(b.sender for b in self.boxes if b.sender)}
        found = inside & account_names(path.parent)
        if len(found) == 1:
            return found.pop()
        if len(inside) == 2 and self.title in inside:
            return (inside - {self.title}).pop()
        everywhere = in_every_thread(path)
        return everywhere if everywhere in inside else ""


def _sibling(node: Any, before: bool) -> Any:
    """The next element beside a node that holds anything."""
    node = node.prev if before else node.next
    # what the parser has no name for is no element either
    while node is not None and (
        (node.tag or "-").startswith(("-", "_")) or not (node.text().strip() or node.css_first("img"))
    ):
        node = node.prev if before else node.next
    return node


def _alone(node: Any) -> bool:
    return _sibling(node, True) is None and _sibling(node, False) is None


def _page(path: Path, options: Options) -> tuple[_Page, str]:
    text, encoding = page_text(path, options)
    return _Page(text), encoding


def page_text(path: Path, options: Options) -> tuple[str, str]:
    """(a page, its encoding). BadInput when it is too large to be held."""
    if path.stat().st_size > LARGEST:
        raise BadInput(
            "import.html.large",
            f"{path.name} has more than {LARGEST >> 20} MB, too much for one page.",
            next_step="Ask for the archive again as JSON.",
        )
    encoding = encoding_of(path, options.encoding)
    text = path.read_bytes().decode(encoding, "replace").lstrip("\ufeff")
    if nests(text):
        raise BadInput(
            "import.html.large",
            f"{path.name} nests more than {DEEPEST:,} boxes, which no archive does.",
            next_step="Ask for the archive again as JSON.",
        )
    return text, encoding


def _key(path: Path, page: _Page) -> str:
    box = path.parent.parent.name
    return f"{box}/{path.parent.name}" if box in BOXES else page.title


def words_under(root: Any, links: bool = True) -> str:
    """The words under a node, a line for each box; lists hold reactions and are left out, and with `links` False links."""
    silent = _SILENT if links else _SILENT | {"a"}
    out: list[str] = []
    for node, begins in walk(root, lambda node: node.tag in silent):
        if not begins:
            continue
        if node.tag == "-text":
            out.append(node.text_content or node.text() or "")
        elif node.tag == "br" or (node.tag in ("div", "p") and out and out[-1] != "\n"):
            out.append("\n")
    return "".join(out).strip(" \t\r\n")


def _record(box: _Box, where: str, order: str, owner: str, key: str, spoken: Spoken) -> Message | Skipped:
    at = box.when.text(order)
    if at is None:
        return Skipped(where, "no-date", box.raw())
    handle = box.sender
    mine = handle == owner if owner and handle else None
    text, rest, files, links, reactions = "", "", [], [], []
    kind: int | None = None
    for part in box.body:
        own, further = _split(part)
        text = text or own
        rest = rest or further
        for media in part.css("img, video, audio, source"):
            name = media.attributes.get("src") or ""
            if name and not name.startswith("data:") and name not in files:
                files.append(name)
                by_tag = {"video": Kind.VIDEO, "audio": Kind.VOICE}.get(media.tag, Kind.IMAGE)
                if kind is None:
                    kind = Kind.STICKER if "sticker" in name else ENDINGS.get(name.rpartition(".")[2].lower(), by_tag)
        for link in part.css("a[href]"):
            target = link.attributes.get("href") or ""
            if target.startswith(("http://", "https://")):
                links.append(target)
            elif target and "/" in target and target not in files and not link.css_first("img"):
                files.append(target)
                if kind is None:
                    kind = ENDINGS.get(target.rpartition(".")[2].lower(), Kind.FILE)
        for item in part.css("li"):
            if m := _REACTION.fullmatch(item.text().strip()):
                reactions.append((m[2].strip(), m[1]))
    parts = tuple(Attachment(name) for name in (*files, *dict.fromkeys(links)))
    has_parts = bool(parts or rest)
    told = spoken.told(text, handle, has_parts) if text else None
    if UNSENT.fullmatch(text):
        return Message(where, at, handle, "", Kind.RECALLED, "", mine, key, reactions=tuple(reactions))
    if told in (Kind.SYSTEM, Kind.POLL):
        name = "" if told == Kind.SYSTEM else handle
        return Message(where, at, name, text, told, "", mine if name else None, key)
    if told in (Kind.REACTION, Kind.CALL):
        return Message(where, at, handle, "", told, "", mine, key)
    if told is not None:
        text = ""
        kind = told if kind is None and not has_parts else kind
    quoted = "" if rest == text or rest in links else rest
    if text and text not in links:
        edited = text.endswith(" (edited)")
        own = text[:-9] if edited else text
        return Message(
            where, at, handle, own, 0, "", mine, key, "", "", quoted, edited, parts, (), tuple(reactions)
        )  # fmt: skip
    if kind is None and has_parts:
        kind = Kind.LINK
    raw = box.raw() if kind is None else ""
    return Message(
        where, at, handle, text, Kind.UNKNOWN if kind is None else kind, "", mine, key, "", "", quoted, False, parts, (),
        tuple(reactions), raw,
    )  # fmt: skip


def _split(part: Any) -> tuple[str, str]:
    """(the sender's words, the words of what they shared) in the middle of a box.

    The archive's own pages give every field its place, empty or not: the second is the message, what follows is shared.
    """
    inner = part
    while True:
        fields = [f for f in inner.iter() if f.tag not in ("ul", "br", "a", "img", "span")]
        if len(fields) != 1 or inner.child is None or _plain(inner):
            break
        inner = fields[0]
    if len(fields) >= 2 and not fields[0].text().strip() and not fields[0].css_first("img"):
        shared = [s for f in fields[2:] if (s := words_under(f, links=False))]
        return words_under(fields[1]), "\n".join(shared)
    return words_under(part), ""


def _plain(node: Any) -> bool:
    """Whether text stands in the node itself."""
    child = node.child
    while child is not None:
        if child.tag == "-text" and (child.text() or "").strip():
            return True
        child = child.next
    return False


importer = MessengerHtml()
