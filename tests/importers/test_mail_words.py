"""Own and quoted words in mails of many programs and languages: nobody's words may become the writer's."""

from __future__ import annotations

import pytest

from afterword.importers.mail.pages import text_of
from afterword.importers.mail.words import parted, unflowed

REPLIES = {
    "gmail": "Mine.\n\nOn Mon, Jan 5, 2018 at 11:00 AM Ada Tuck <ada@example.com> wrote:\n> yours\n",
    "gmail wrapped": "Mine.\n\nOn Mon, Jan 5, 2018 at 11:00 AM, Ada of the Very Long Name\n<ada@example.com> wrote:\n\n> yours\n",
    "gmail, no marks": "Mine.\n\nOn Mon, Jan 5, 2018 at 11:00 AM Ada Tuck <ada@example.com> wrote:\n\nyours\nyours too\n",
    "apple": "Mine.\n\nSent from my iPad\n\n> On 5 Jan 2018, at 11:00, Ada Tuck <ada@example.com> wrote:\n> \n> yours\n",
    "below": "Ada Tuck <ada@example.com> wrote:\n> yours\n\nMine.\n",
    "de": "Mine.\n\nAm 05.01.2018 um 11:00 schrieb Ada Tuck:\n> yours\n\n-- \nMira Halm\n",
    "fr": "Mine.\n\nEnvoyé de mon iPhone\n\nLe 5 janv. 2018 à 11:00, Ada Tuck <ada@example.com> a écrit :\n\n> yours\n",
    "fi wrapped": "Mine.\n\npe 5. tammik. 2018 klo 11.00 Ada Tuck\n<ada@example.com> kirjoitti:\n\nyours\n",
    "pt gmail": "Mine.\n\nAda Tuck <ada@example.com> escreveu no dia sexta, 5/01/2018 à(s) 11:00:\n\n> yours\n",
    "zh wrapped": "Mine.\n\nAda <ada@example.com> 于2018年1月5日周五\n上午11:00写道：\n\nyours\n",
    "outlook fr": "Mine.\n\nTélécharger Outlook pour iOS<https://aka.ms/x>\n________________________________\nDe : Ada\nEnvoyé : vendredi 5 janvier 2018 11:00\nÀ : Mira\nObjet : thé\n\nyours\n",
    "outlook nl": "Mine.\n\nOutlook voor Android downloaden<https://aka.ms/y>\n",
    "es": "Mine.\n\nEl vie., 5 ene. 2018 a las 11:00, Ada Tuck (<ada@example.com>) escribió:\n\n> yours\n",
    "it": "Mine.\n\nIl giorno ven 5 gen 2018 alle ore 11:00 Ada Tuck <ada@example.com> ha scritto:\n> yours\n",
    "ru": "Mine.\n\nпт, 5 янв. 2018 г. в 11:00, Ada Tuck <ada@example.com>:\n\n> yours\n",
    "ja": "Mine.\n\n2018年1月5日(金) 11:00 Ada Tuck <ada@example.com>:\n\n> yours\n",
    "ko": "Mine.\n\n2018년 1월 5일 (금) 오전 11:00, Ada Tuck <ada@example.com>님이 작성:\n> yours\n",
    "zh apple": "Mine.\n\n发自我的iPhone\n\n在 2018年1月5日，上午11:00，Ada <ada@example.com> 写道：\n\nyours\n",
    "zh gmail": "Mine.\n\nAda <ada@example.com> 于2018年1月5日周五 上午11:00写道：\n\n> yours\n",
    "qq": "Mine.\n\n\n------------------ 原始邮件 ------------------\n发件人: \"Ada\";\n发送时间: 2018年1月5日\n收件人: \"Mira\";\n主题: tea\n\nyours\n",
    "netease": 'Mine.\n\nAt 2018-01-05 11:00:00, "Ada" <ada@example.com> wrote:\nyours\n',
    "outlook": "Mine.\n\n________________________________\nFrom: Ada Tuck\nSent: Friday, January 5, 2018 11:00 AM\nTo: Mira\nSubject: tea\n\nyours\n",
    "outlook de": "Mine.\n\nVon: Ada Tuck\nGesendet: Freitag, 5. Januar 2018 11:00\nAn: Mira\nBetreff: Tee\n\nyours\n",
    "outlook zh": "Mine.\n\n发件人: Ada\n日期: 星期五, 2018年1月5日 11:00\n收件人: Mira\n主题: 茶\n\nyours\n",
    "original": "Mine.\n\n-----Original Message-----\nFrom: Ada\n\nyours\n",
    "original, marked": "-----Original Message-----\n> From: Ada\n> yours\n\nMine.\n",
    "pl thunderbird": "Mine.\n\nW dniu 05.01.2018 o 11:00, Ada Tuck pisze:\n\nyours\n",
    "zoho": "Mine.\n\n---- On Fri, 05 Jan 2018 11:00:00 +0100 Ada Tuck <ada@example.com> wrote ----\n\nyours\n",
    "proton": "Mine.\n\n‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Friday, January 5th, 2018 at 11:00 AM, Ada <ada@example.com> wrote:\n\nyours\n",
    "date first": 'Mine.\n\nGesendet: Freitag, 05. Januar 2018 um 11:00 Uhr\nVon: "Ada" <ada@example.com>\nAn: mira@example.com\nBetreff: Tee\n\nyours\n',
    "da": "Mine.\n\n-------- Originalbesked --------\nFra: Ada\nDato: 05.01.2018 11.00\nTil: Mira\nEmne: te\n\nyours\n",
    "list": "Mine.\n_______________________________________________\nPlums mailing list\nplums@lists.example\n",
}  # fmt: skip


@pytest.mark.parametrize("program", REPLIES)
def test_only_the_writers_words_are_the_writers(program: str) -> None:
    own, quoted, forward = parted(REPLIES[program])
    assert own == "Mine."
    assert ("yours" in quoted) == ("yours" in REPLIES[program])
    assert not forward


@pytest.mark.parametrize(
    "text",
    [
        "Here is my list:\n- plums\n- sugar",
        "He wrote:\n\nI will come on Sunday.\n\nAnd so he did.",
        "To sum up:\nFrom: here\nuntil there.",
        "I came on 5 March 2019 and wrote: nothing.\nThen I left.",
        "我写道：\n\n没事。",
    ],
)
def test_a_sentence_that_looks_like_a_quote_stays(text: str) -> None:
    assert parted(text) == (text, "", False)


def test_answers_between_the_lines() -> None:
    own, quoted, _ = parted("> one?\nyes\n> two?\nno\n")
    assert own == "yes\n\nno"
    assert quoted == "> one?\n> two?"


@pytest.mark.parametrize(
    "text",
    [
        "---------- Forwarded message ---------\nFrom: A\n\nyours",
        "Begin forwarded message:\n\nFrom: A\n\nyours",
        "-------- 转发邮件信息 --------\nyours",
    ],
)
def test_what_is_passed_on_is_not_the_writers(text: str) -> None:
    own, quoted, forward = parted(text)
    assert (own, forward) == ("", True)
    assert quoted.endswith("yours")


def test_a_signed_text_loses_its_frame() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nMine.\n- --\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    assert parted(text)[0] == "Mine."


def test_flowed_lines_are_one() -> None:
    assert unflowed("one \ntwo\n> a \n> b\n-- \nMira", False) == "one two\n> a b\n-- \nMira"


def test_quotes_of_a_page_are_marked() -> None:
    page = '<div>Mine.</div><div class="gmail_quote"><div class="gmail_attr">On 5 Jan 2018 Ada wrote:<br></div><blockquote>yours</blockquote></div>'
    assert parted(text_of(page))[:2] == ("Mine.", "> On 5 Jan 2018 Ada wrote:\n> yours")
    indented = '<blockquote style="margin:0 0 0 40px;border:none;padding:0">Mine.</blockquote>'
    assert parted(text_of(indented))[0] == "Mine."


def test_a_page_that_nests_without_end_is_read_in_time() -> None:
    assert text_of("<div>" * 300_000 + "Mine.") == "Mine."
