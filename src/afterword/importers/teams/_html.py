"""Teams' HTML bodies as a person reads them. In: html. Out: own words, quoted words, whether a picture stands in it.

By patterns rather than by a tree: bodies are small, machine-made and come by the hundred thousand.
"""

from __future__ import annotations

import html
import re

_SIMPLE = re.compile(r"<p>([^<>\n\t\r]*)</p>")
_QUOTE = re.compile(r"<blockquote\b[^>]*>((?:(?!</?blockquote\b).)*)</blockquote>", re.S | re.I)
_EMOJI = re.compile(r"<(?:emoji|customemoji)\b[^>]*?\balt=\"([^\"]*)\"[^>]*>(?:</(?:emoji|customemoji)>)?", re.I)
_IMAGE_EMOJI = re.compile(r"<img\b(?=[^>]*(?:emoticon|emoji))[^>]*?\balt=\"([^\"]*)\"[^>]*>", re.I)
_IMAGE = re.compile(r"<img\b[^>]*>", re.I)
_AT = re.compile(r"<at\b[^>]*>(.*?)</at>|<span\b[^>]*schema\.skype\.com/Mention[^>]*>(.*?)</span>", re.S | re.I)
_GONE = re.compile(r"<attachment\b[^>]*>(?:</attachment>)?|<(style|script)\b.*?</\1>|<!--.*?-->", re.S | re.I)
_INLINE = re.compile(r"</?(?:strong|b|i|em|u|s|span|a|font|code|td|th)\b[^>]*>", re.I)
_OPEN = re.compile(r"(?<=[^\s>])\s*<(?:p|div|ul|ol|li|h[1-6]|table|tr|codeblock|pre)\b[^>]*>", re.I)
_BREAK = re.compile(r"\s*<br\s*/?>\s*|\s*</(?:p|div|li|tr|h[1-6]|codeblock|pre)>\s*|\s*<hr\b[^>]*>\s*", re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_SPACE = re.compile(r"[ \t\r\n]+")


def own_and_quoted(body: str) -> tuple[str, str, bool]:
    if m := _SIMPLE.fullmatch(body):
        return html.unescape(m[1]).replace("\u00a0", " ").strip(), "", False
    quoted: list[str] = []
    if "<blockquote" in body:
        while (m := _QUOTE.search(body)) and len(quoted) < 100:
            quoted.append(_plain(m[1]))
            body = body[: m.start()] + body[m.end() :]
    picture = "<img" in body and bool(_IMAGE.search(_IMAGE_EMOJI.sub("", body)))
    return _plain(body), "\n".join(q for q in quoted if q), picture


def _plain(body: str) -> str:
    if "<" not in body:
        return html.unescape(body).replace("\u00a0", " ").strip()
    if "<pre" not in body and "<code" not in body and ("\n" in body or "  " in body or "\t" in body):
        body = _SPACE.sub(" ", body)  # line ends in the markup are no line ends in the words
    if "emoji" in body:
        body = _EMOJI.sub(r"\1", body)
    if "<img" in body:
        body = _IMAGE.sub("", _IMAGE_EMOJI.sub(r"\1", body))
    if "<at" in body or "Mention" in body:
        body = _AT.sub(lambda m: "@" + (m[1] or m[2] or ""), body)
    if "<attachment" in body or "<!--" in body or "<s" in body:
        body = _GONE.sub("", body)
    body = _OPEN.sub("\n", _INLINE.sub("", body))
    body = _TAG.sub("", _BREAK.sub("\n", body))
    return html.unescape(body).replace("\u00a0", " ").strip()
