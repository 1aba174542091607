"""Texts that nobody wrote to anybody. In: a text and its file's name. Out: what it is, "" for what may be a note or a letter.

A folder of documents holds licences, manuals, logs, tables, programs and books, and all of them end in txt, md or pdf.
None may become a keepsake of a person. Each rule names one kind and asks for several signs of it, for people do write
about programs, copy a line of a song or note a command; a salutation counts more than all of them. What is refused
stands in the report as unknown, and can be taken with --importer.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath

from afterword.importers.notes.writing import is_letter

_NAMES = re.compile(
    r"(?:read[ _-]?me(?:[ _.-]?(?:first|1st|\w{2,3}))?|lisez-?moi|liesmich|leeme|licen[sc]es?(?:[ _.-].*)?|.*[_-]licen[sc]e|mit-licen[sc]e|un-?licen[sc]e|copying(?:[ _.-].*)?|copyrights?"
    r"|notice|third[ _-]?party.*|eula(?:[ _.-].*)?|authors|contributors|maintainers|contributing|code[_-]of[_-]conduct|change[ _-]?log(?:[ _.-].*)?|release[ _-]?notes?|releases"
    r"|requirements(?:[ _.-].*)?|constraints|top_level|entry_points|dependency_links|sources|installed-files|cmakelists|cmakecache|robots|llms(?:-full)?|ads|humans|manifest"
    r"|security|support|pull_request_template|bug_report|feature_request|issue_template|privacy[ _-]?policy|terms(?: of (?:use|service))?|index_search|wordlist|stop-?words|words|dictionary"
    r"|说明书|使用说明|安装说明|使用必读|使用须知|免责声明|必读|用户协议|隐私政策|下载说明|更新日志|更新说明|许可协议)\Z",
    re.I,
)
_LICENCE = re.compile(
    r"permission is hereby granted|redistribution and use in source|without warranties? (?:or conditions )?of any kind|warranty of any kind|apache license|licensed under"
    r"|general public licen[sc]e|creative commons|mozilla public licen[sc]e|limitation of liability|merchantability|all rights reserved|spdx-license|contributor covenant"
    r"|licen[sc]e agreement|terms (?:and conditions|of (?:use|service))|privacy policy|the software is provided|用户协议|许可协议|隐私政策|免责声明|最终用户|版权所有|服务条款",
    re.I,
)
_COPYRIGHT = re.compile(r"^\W{0,4}(?:copyright\b|\(c\)|©)[^\n]{0,12}(?:19|20)\d\d", re.I | re.M)
_GUTENBERG = re.compile(r"project gutenberg|内容简介|\bISBN[ :-]", re.I)
_CHAPTER = re.compile(
    r"^[#\s　]*(?:第\s?[〇零一二三四五六七八九十百千两\d]{1,6}\s?[章回节節卷部集話话]|chapter\s+(?:[IVXLC]+|\d+|one|two|three)\b|kapitel\s+\d|chapitre\s+[\dIVX]|cap[ií]tulo\s+[\dIVX]|глава\s+[\dIVX])",
    re.I | re.M,
)
_VERSION = re.compile(
    r"^[#=*\s\[]{0,6}(?:version |release |what's new in |changes in |v)?\[?v?\d+\.\d+(?:\.\d+)*(?:[-.]?\w{1,8})?\]?(?:\s*[-–(/:,].{0,40})?\s*:?\s*$",
    re.I | re.M,
)
_BILL = re.compile(
    r"invoice (?:no|number|date|#)|rechnungs(?:nummer|datum|betrag)|rechnung nr|kundennummer|facture n|n° de facture|factura n|order (?:no|number|#)|amount due|total due|subtotal|zwischensumme"
    r"|\bIBAN\b|\bVAT\b|\bMwSt\b|\bUSt\b|\bTVA\b|steuernummer|tax id|account (?:number|statement)|kontoauszug|opening balance|closing balance|发票号码|发票代码|价税合计|税率|订单号|订单编号|账单|开户行|纳税人识别号",
    re.I,
)
_CHANGES = re.compile(
    r"^\W{0,4}(?:bug ?fixes|fixes|changes|updates|what's new|enhancements)(?: since| in| for)? v?\d+\.\d|^\W{0,4}(?:新增|修复|优化)[:：]",
    re.I | re.M,
)
_MODELINE = re.compile(r"\b(?:vim?|ex): ?(?:set )?\w+[=:]|-\*- (?:mode|coding)", re.I)
_SECTION = re.compile(
    r"^(?:#{1,4}\s*|\*\*|\d\.\s+)?[^\w\n]{0,4}(?:installation|install(?:ing)?|usage|getting started|quick ?start|prerequisites|requirements|dependencies|building|build|contributing|licen[sc]es?"
    r"|documentation|api(?: reference)?|configuration|synopsis|options|examples?|table of contents|changelog|troubleshooting|features|testing|parameters|arguments|see also|description"
    r"|安装|使用方法|快速开始|使用说明|环境要求|运行环境|依赖|许可证|贡献|更新日志|项目结构|功能特性|配置)\s*(?:\*\*|:|：)?\s*#*\s*$",
    re.I | re.M,
)
_SHOWN = re.compile(
    r"\[!\[|img\.shields\.io|\b(?:npm|yarn|pnpm) (?:install|i|run|add)\b|\bpip3? install\b|\bgit clone\b|\bsudo \w+|\bapt(?:-get)? install\b|\bcargo (?:build|add|install)\b|\bdocker (?:run|compose|build)\b"
    r"|\bmake install\b|\./configure|^\.\. [\w-]+::|^\s*\$ \w|^:[\w-]+:`?|^(?:usage|synopsis): \S",
    re.I | re.M,
)
_TOKEN = re.compile(
    r"`[^`\n]+`|(?<![\w-])--?[a-z][\w-]{2,}|\b\w+\(\)|\b[A-Za-z]\w*_\w+\b|\b\w+::\w+|\b[a-z]+[A-Z]\w+\b|(?<!\w)[\w~.]*/[\w.-]+/[\w./-]+|\b[\w-]+\.(?:py|js|ts|c|h|cc|cpp|rs|go|java|sh|json|ya?ml|toml|exe|dll|so|conf|ini)\b"
    r"|\b(?:github|gitlab)\.\w+|\b[A-Z]{2,}_[A-Z_]+\b|[<>]\w+[<>]|\bRFC ?\d{3,}"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CODE = re.compile(
    r"\s*(?:(?:import|from) [\w.]+(?:\s|;|$)|(?:def|class|fn|func|function|struct|enum|interface) \w+.*[:{(]|#(?:include|define|if|endif|pragma)|(?:public|private|static|const|let|var|return|package|using|namespace)\b.*[;{=]"
    r"|(?:INSERT INTO|CREATE TABLE|SELECT .* FROM|DROP TABLE|UPDATE \w+ SET)\b|.*[;{}]\s*$|@\w+\b.*\(|(?:if|for|while) ?\(.*|end$|</?\w+[^>]*>|%\w+|set\(|add_|[\w.\[\]]+ ?(?::?=|\+=|=>) ?\S)"
)
_LEVEL = re.compile(
    r"\b(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|TRACE|NOTICE)\b|^\s*at [\w.$<>]+\(|^\s*File \".+\", line \d", re.M
)
_CUE = re.compile(r"\d\d:\d\d[.,]\d{2,3}\s*-->|^\[\d\d:\d\d[.:]\d\d\d?\]|^Dialogue: \d", re.M)
_SETTING = re.compile(
    r"\s*[\w.\-/$]+\s*(?:=|:=)\s*\S*.*\Z|\s*\[[\w .:\"-]+\]\s*\Z|\s*[#;].*\Z|\s*-?\s*[a-z][\w.-]*:(?:\s+\S+)?\Z"
)
_SINGLE = re.compile(r"[!-~]+\Z")
_MARKED = re.compile(r"[=_/\\<>{}@]|\d\.\d|--|\w\.\w")
_UNTYPED = re.compile(r"\x1b\[|[\x01-\x08\x0e-\x1f]")
_LONG = re.compile(r"[A-Za-z0-9+/=]{120,}|(?:[0-9a-fA-F]{2}[ :]){16,}")
_FENCED = re.compile(r"^(```|~~~)[^\n]*\n.*?(?:^\1|\Z)", re.M | re.S)


def what(text: str, filename: str = "") -> str:
    """What a text is instead of a note: the name of its kind."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines or is_letter([line.strip() for line in lines[:5] + lines[-5:]]):
        return ""
    n = len(lines)
    if _NAMES.match(PurePosixPath(filename).stem.strip()):
        return "a file about other files"
    if len(_UNTYPED.findall(text)) > 2 or _LONG.search(text):
        return "data"
    if len(_CUE.findall(text)) > 2:
        return "subtitles"
    if len({m.casefold() for m in _LICENCE.findall(text)}) > 1 or len(_COPYRIGHT.findall(text)) > (n > 12):
        return "a licence or its terms"
    if len({m.casefold() for m in _BILL.findall(text)}) > 1:
        return "a bill or a statement"
    chapters = len(_CHAPTER.findall(text))
    if chapters > 2 or chapters and _GUTENBERG.search(text) or "*** START OF TH" in text:
        return "a book"
    if (levels := len(_LEVEL.findall(text))) > 2 and levels * 5 >= n:
        return "a log"
    if (versions := len(_VERSION.findall(text))) > 2 and versions * 25 >= n or _CHANGES.search(text) and n > 5:
        return "a list of changes"
    if _tabular(lines):
        return "a table"
    if n > 2 and sum(1 for line in lines if _CODE.match(line)) * 10 >= n * 4:
        return "a program"
    if n > 2 and sum(1 for line in lines if _SETTING.match(line)) * 10 >= n * 7:
        return "settings"
    single = [line for line in lines if _SINGLE.match(line.strip())]
    if len(single) * 10 >= n * 9 and (n > 60 or sum(1 for s in single if _MARKED.search(s)) * 3 >= n):
        return "a list for a program"
    if len(text) > 200 and sum(c.isalpha() for c in text) * 4 < sum(not c.isspace() for c in text):
        return "data"
    return "a manual" if _MODELINE.search(text) or _technical(text) else ""


def _tabular(lines: list[str]) -> bool:
    """Lines of the same number of separators. Of "|" only where no Markdown table says so."""
    for mark in (",", ";", "|"):
        if len(lines) < 4 or mark == "|" and any(re.match(r"\s*\|?\s*:?-{3,}", line) for line in lines):
            continue
        count, times = Counter(line.count(mark) for line in lines).most_common(1)[0]
        if (
            count > 1
            and times * 10 >= len(lines) * 8
            and not any(line.rstrip()[-1] in ".!?。！？" for line in lines[:3])
        ):
            return True
    return False


def _technical(text: str) -> bool:
    """Sections, commands and names of things in programs, against the words between them."""
    bare = _FENCED.sub("`code`\n", text)
    words = len(_WORD.findall(bare)) + len(_HAN.findall(bare)) // 2
    tokens = len(_TOKEN.findall(bare))
    sections, shown = len(_SECTION.findall(bare)), len(_SHOWN.findall(text))
    if sections + min(shown, 3) > 2 and (sections > 1 or tokens * 40 >= words):
        return True
    return tokens > 3 and tokens * 12 >= words or tokens > 12 and tokens * 30 >= words
