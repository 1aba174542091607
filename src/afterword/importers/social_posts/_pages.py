"""Posts in html: WeiBack's and Speechless's pages, and pages of the three sites that a browser has saved. In: a page.

Out: a Keepsake for each post of the page. Class names are the sites' own and change, so each form is one row of a table
here. A site writes "yesterday" or a day without its year beside young posts: that is no date, and none is made of it.
Posts of others stand on such pages too; each has the name that stands beside it, and no page says who its owner is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from afterword.errors import BadInput
from afterword.importers.base import Match, Options, Record
from afterword.importers.markup import DEEPEST, LARGEST, nests, outermost, walk
from afterword.importers.reading import encoding_of
from afterword.importers.social_posts._words import moment, own
from afterword.model import Attachment, FileFacts, Keepsake, Skipped


class Form:
    """Where the parts of a post stand. `drop`: what is somebody else's, or the site's own buttons."""

    def __init__(
        self, name: str, sign: str, post: str, text: str, at: str = "", author: str = "", place: str = "",
        title: str = "", pictures: str = "", drop: str = "",
    ) -> None:  # fmt: skip
        self.name, self.sign, self.post, self.text, self.at = name, re.compile(sign), post, text, at
        self.author, self.place, self.title, self.pictures, self.drop = author, place, title, pictures, drop


FORMS = (
    Form(
        "WeiBack", r"bk-post-wrapper", ".bk-post-wrapper", ".bk-post-text", ".bk-create-detail", ".bk-poster-name",
        ".bk-create-detail", pictures="img.bk-pic", drop=".bk-retweet",
    ),
    Form(
        "Speechless", r"speechless-(?:list|post)", ".speechless-post", ".main .text", ".meta .date", "",
        ".meta .region", pictures=".media img", drop=".retweet",
    ),
    Form(
        "Weibo", r"detail_wbtext|wbpro-feed-content|head-info_time", "article", "[class*=detail_wbtext]",
        "[class*=head-info_time]", "[class*=head_name]", "[class*=head-info_ip]",
        pictures="[class*=picture] img, img[class*=picture]",
        drop="[class*=retweet], .wbpro-feed-reText, [class*=feed_retweet], .expand, [class*=collapse]",
    ),
    Form(
        "Weibo", r"WB_feed_detail|WB_detail|WB_cardwrap", ".WB_feed_detail, .WB_detail", ".WB_text", ".WB_from a",
        ".WB_info a", pictures=".WB_media_wrap img", drop=".WB_expand, .WB_media_expand, .WB_func",
    ),
    Form(
        "Weibo", r"weibo-text|weibo-og", ".card .weibo-main, .card .weibo-member", ".weibo-text", ".time", ".m-text-cut",
        ".from", pictures=".weibo-media img, .m-auto-list img", drop=".weibo-rp",
    ),
    Form("Weibo", r'class="c" id="M_', "div.c[id^=M_]", "", ".ct", ".nk", pictures="img.ib"),
    Form(
        "Douban", r"status-item", ".status-item", ".status-saying blockquote, blockquote, .status-saying", ".created_at",
        ".lnk-people, .hd .text a", title=".block .title a, .content .title a, .title a",
        pictures=".group-pic img, .attachments-pic img", drop=".status-real-wrapper .status-real-wrapper, .actions .btn",
    ),
    Form(
        "Douban", r"note-header|note-container", ".note-container, #content .article", ".note, .note-content",
        ".pub-date", ".note-author", title=".note-header h1, .note-header-container h3 a, h3 a, h1",
        pictures=".note img", drop=".note-footer, .comments, #comments",
    ),
    Form(
        "Douban", r"comment-item|subject-item|list-view|short-note",
        ".grid-view .item, .interest-list .subject-item, .list-view .item", ".comment", ".date", "",
        title=".title em, h2 a, .title a",
    ),
    Form(
        "Douban", r"review-content|review-item|main-review", ".review-item, .main[typeof], #link-report-main",
        ".review-content, .short-content", ".main-meta", "a.name, header a span, .main-hd a span",
        title="h2 a, h1", drop=".unfold, .more-info-ft, .main-panel-useful, .action",
    ),
    Form(
        "Xiaohongshu", r"detail-desc|note-scroller|noteContainer", "#noteContainer, .note-detail-mask, .note-content",
        "#detail-desc, .desc", ".bottom-container .date, .date, .publish-date", ".author-wrapper .username, .username, .name",
        title="#detail-title", pictures=".swiper-slide img, .note-slider-img", drop=".comments-container, .comments-el",
    ),
    Form("Xiaohongshu", r"note-item", ".note-item", "", "", ".author .name", title=".footer .title, .title"),
)  # fmt: skip
_SITE = re.compile(
    r"(?:saved from url=\(\d+\)|\burl: {0,9}|rel=\"?canonical\"?[^>]{0,99}href=\"?|og:url\"?[^>]{0,99}content=\"?)"
    r"https?://(?:[\w-]+\.)*(weibo|douban|xiaohongshu)\.(?:com|cn)\b"
)
_TITLE = re.compile(r"<title[^>]*>[^<]*(微博|豆瓣|小红书|Weibo)[^<]*</title>", re.I)
_NAMES = {"微博": "Weibo", "豆瓣": "Douban", "小红书": "Xiaohongshu"}
_TOOLS = ("WeiBack", "Speechless")
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[T ]+\d{1,2}:\d\d(?::\d\d)?)?(?:\.\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d [+-]\d{4} \d{4}"
)
_STATE = re.compile(r'"noteDetailMap":.{0,20000}?"time":(\d{13})\b', re.S)
_SHARED = re.compile(r"转发理由[:：](.*)\Z", re.S)
_CELLS = re.compile(r"\s*(?:赞\[\d+\]|原图|组图共\d+张).*\Z", re.S)
_MORE = re.compile(r"(?:\.{3}|…)? ?(?:展开(?:全文|c)?|收起(?:全文|d)?|全文)\s*\Z")
_BLOCKS = frozenset("p div li blockquote section article h1 h2 h3 h4 tr".split())
_SILENT = frozenset("script style video audio button svg noscript".split())


def known(text: str) -> Match | None:
    """Is the page one of these? `text`: its beginning."""
    for form in FORMS:
        if form.name in _TOOLS and form.sign.search(text):
            return Match(0.9, f"a page by {form.name}")
    site = _site(text)
    return Match(0.8, f"a page of {site}") if site else None


def _site(text: str) -> str:
    if m := _SITE.search(text):
        return m[1].capitalize()
    m = _TITLE.search(text)
    return _NAMES.get(m[1], "Weibo") if m else ""


def read(path: Path, options: Options) -> Iterator[Record]:
    from selectolax.lexbor import LexborHTMLParser

    if path.stat().st_size > LARGEST:
        raise BadInput(
            "import.html.large",
            f"{path.name} has more than {LARGEST >> 20} MB, too much for one page.",
            next_step="Save it in parts.",
        )
    codec = encoding_of(path, options.encoding)
    yield FileFacts(codec, zone="local")
    text = path.read_bytes().decode(codec, "replace").lstrip("\ufeff")
    if nests(text):
        raise BadInput(
            "import.html.large",
            f"{path.name} nests more than {DEEPEST:,} boxes, which no page does.",
            next_step="Save the page again.",
        )
    tree = LexborHTMLParser(text)
    site = _site(text[:65536])
    for form in FORMS:
        if (
            (form.name == site or form.name in _TOOLS)
            and form.sign.search(text)
            and (found := outermost(tree.css(form.post)))
        ):
            break
    else:
        yield Skipped("page", "no-posts", text[:500])
        return
    state = _STATE.search(text) if len(found) == 1 and form.name == "Xiaohongshu" else None
    cut = "</html" not in text[-4096:].lower()
    for n, node in enumerate(found, 1):
        if cut and n == len(found):
            yield Skipped(f"post:{n}", "truncated", (node.html or "")[:2000])
        else:
            yield _post(node, form, f"post:{n}", moment(state[1]) if state else None)


def _post(node: Any, form: Form, where: str, known_at: float | str | None) -> Record:
    raw = (node.html or "")[:2000]
    shared = bool(form.drop) and any("retweet" in str(d.attributes.get("class")) for d in node.css(form.drop))
    if form.drop:
        for other in node.css(form.drop):
            other.decompose()
    said = _first(node, form.text) if form.text else ""
    if form.name == "Weibo" and not form.text:  # weibo.cn sets everything into one box
        words = _words(node)
        m = _SHARED.search(words)
        said = _CELLS.sub("", m[1]).strip() if m else _first(node, ".ctt").removeprefix(":").strip()
        shared = m is not None
    said = _MORE.sub("", said).strip()
    text = own(said) if form.name != "Douban" else said
    title = _first(node, form.title) if form.title else ""
    at = _moment(node, form)
    pictures = [
        p.attributes.get("src") or p.attributes.get("data-src") or "" for p in node.css(form.pictures or "none")
    ]
    files = tuple(dict.fromkeys(Attachment(p) for p in pictures if p and not p.startswith(("data:", "blob:"))))
    if not text and not title and not files:
        return Skipped(where, "shared-only" if shared or said else "empty", raw)
    return Keepsake(
        where,
        "post",
        known_at if at is None else at,
        author=_first(node, form.author).removesuffix(":").strip() if form.author else "",
        title="" if title and text.startswith(title) else title,
        text=text,
        place=_place(node, form),
        attachments=files,
    )


def _moment(node: Any, form: Form) -> float | str | None:
    """The first full date among what stands at the place of the time: in its title, its epoch or its words."""
    for found in node.css(form.at) if form.at else ():
        epoch = str(found.attributes.get("date") or "")
        if re.fullmatch(r"\d{13}", epoch):
            return moment(epoch)
        for said in (found.attributes.get("title") or "", found.text() or ""):
            if (m := _DATE.search(said)) and (at := moment(m[0].strip())) is not None:
                return at
    return None


def _place(node: Any, form: Form) -> str:
    said = _first(node, form.place) if form.place else ""
    if form.place == form.at:  # WeiBack sets both into one line
        date, _, place = said.partition("发布于")
        said = place or (_DATE.sub("", date, count=1) if _DATE.search(date) else "")
    said = said.strip().removeprefix("发布于").strip()
    return "" if re.match(r"来自", said) or len(said) > 60 else said


def _first(node: Any, where: str) -> str:
    for one in where.split(", "):
        if (found := node.css_first(one)) is not None and (said := _words(found)):
            return said
    return ""


def _words(root: Any) -> str:
    """The words under a node; an emoji that is a picture by its name."""
    out: list[str] = []
    for node, begins in walk(root, lambda node: node.tag in _SILENT):
        tag = node.tag
        if not begins:
            continue
        if tag == "-text":
            out.append(re.sub(r"[ \t\r\n]+", " ", node.text_content or ""))
        elif tag == "br":
            out.append("\n")
        elif tag == "img" and re.fullmatch(r"\[.{1,12}\]", alt := node.attributes.get("alt") or ""):
            out.append(alt)
        elif tag in _BLOCKS and out and out[-1] != "\n":
            out.append("\n")
    return "\n".join(line.strip() for line in "".join(out).split("\n")).strip()
