"""What KakaoTalk writes where there were no words, in Korean and English."""

from __future__ import annotations

import re

from afterword.model import Attachment, Kind

_EXACT_KO = {
    Kind.IMAGE: "사진|<사진>|앨범|<사진 읽지 않음>",
    Kind.VIDEO: "동영상|<동영상>",
    Kind.STICKER: "이모티콘|(이모티콘)|(emoticon)|스티커",
    Kind.VOICE: "음성메시지|음성 메시지|보이스메시지",
    Kind.FILE: "파일",
    Kind.CONTACT: "연락처|카카오톡 프로필",
    Kind.LOCATION: "지도|위치",
    Kind.POLL: "투표|일정",
    Kind.TRANSFER: "송금|선물|카카오페이",
}
_EXACT_EN = {
    Kind.IMAGE: "Photo|Photos|photo|<Photo>|Image|Album",
    Kind.VIDEO: "Video|Videos|<Video>",
    Kind.STICKER: "Emoticon|Emoticons|(emoticon)|Sticker|Stickers",
    Kind.VOICE: "Voice Message|Voice message|Voice Note|Audio",
    Kind.FILE: "File",
    Kind.CONTACT: "Contact|KakaoTalk Profile",
    Kind.LOCATION: "Map|Location",
    Kind.POLL: "Poll|Event",
    Kind.TRANSFER: "Gift|KakaoPay",
}
KO = {w: k for k, words in _EXACT_KO.items() for w in words.split("|")}
EN = {w: k for k, words in _EXACT_EN.items() for w in words.split("|")}
EXACT = {"ko": KO, "en": EN, "": KO | EN}

_NAMED = re.compile(
    r"(파일|File|연락처|Contact|지도|Map|위치|Location|샵검색|#검색|Search|음성메시지|Voice Message|투표|Poll|일정|Event) ?: ?(\S[^\n]*)"
)
_NAMED_KINDS = {
    "파일": Kind.FILE, "File": Kind.FILE, "연락처": Kind.CONTACT, "Contact": Kind.CONTACT, "지도": Kind.LOCATION,
    "Map": Kind.LOCATION, "위치": Kind.LOCATION, "Location": Kind.LOCATION, "음성메시지": Kind.VOICE,
    "Voice Message": Kind.VOICE, "투표": Kind.POLL, "Poll": Kind.POLL, "일정": Kind.POLL, "Event": Kind.POLL,
}  # fmt: skip
_MANY = re.compile(r"(?:사진|동영상|Photos?|Videos?) \d+(?:장|개)?|\d+ [Pp]hotos|\d+ [Vv]ideos")
_CALL = re.compile(
    r"(?:보이스톡|페이스톡|라이브톡|보이스룸|그룹콜|그룹 ?보이스톡|그룹 ?페이스톡|통화|Voice ?Talk|Face ?Talk|Live ?Talk|Voice [Cc]all|Video [Cc]all|Group [Cc]all"
    r"|Missed (?:voice |video )?call)"
    r"(?: ?(?:해요|부재중|취소|응답 ?없음|종료|시작|(?:을|이|가) .{1,20}|started|ended|missed|canceled|cancelled|no answer|declined))*"
    r"(?: ?(?:(\d{1,3}):)?(\d{1,2}):(\d\d))?\.?"
)
_MONEY = re.compile(
    r"[\d,]{1,15}원(?:을|이)? ?(?:받으세요|보냈어요|보냈습니다|받기 완료|받았어요|송금|정산)[^\n]{0,120}"
)
_FILE = re.compile(
    r"([^\s/:]{1,200}\.(?:(jpe?g|png|gif|webp|heic|bmp)|(mp4|mov|avi|mkv|3gp)|(m4a|mp3|aac|ogg|wav|amr)))", re.I
)
_GONE = re.compile(
    r"(?:이 메시지는 )?삭제(?:된|되었던) 메시지입니다\.?|(?:이 )?메시지(?:가|는) 삭제되었습니다\.?"
    r"|(?:This|The) message (?:was|has been|is) deleted\.?|Deleted message\.?|Message deleted\.?"
)
SYSTEM = re.compile(
    r".{1,80}?님(?:이|과|을|를|께서|에게|의)? ?(?:.{1,200}?님?(?:을|를|에게)? ?)??"
    r"(?:들어왔습니다|나갔습니다|초대(?:하였|했)습니다|내보냈습니다|퇴장(?:하였|했)습니다|입장(?:하였|했)습니다|가렸습니다|강퇴(?:하였|했)습니다"
    r"|방장이 되(?:었|셨)습니다|부방장이 되(?:었|셨)습니다|임명(?:하였|했)습니다|참여했습니다)\.?"
    r"|채팅방 관리자가 메시지를 가렸습니다\.?|운영정책을 위반한 메시지로.*"
    r"|.{1,80} (?:has )?(?:left|joined|entered)(?: this)? (?:chatroom|chat room|the chat|chat)\.?"
    r"|.{1,80} (?:was|has been) (?:removed|kicked)(?: from)?(?: this| the)? (?:chatroom|chat room|chat)\.?"
    r"|.{1,80} (?:has )?invited .{1,200}(?: \.| and\.| to (?:this|the) chat(?:room)?\.)",
)
_HINT = re.compile("습니다|운영정책|chat|invited")
BOTS = frozenset({"오픈채팅봇", "방장봇", "OpenChat Bot", "Openchat Bot"})
OWNER = frozenset({"회원님", "you"})
SERVICE = frozenset({"", "시스템", "System", "system"})


def by_service(text: str) -> bool:
    """Somebody came or left, or a manager did something."""
    return len(text) < 300 and _HINT.search(text) is not None and SYSTEM.fullmatch(text) is not None


def told(text: str, language: str) -> tuple[Kind, str, tuple[Attachment, ...]]:
    """(kind, words, file) of a body of one line."""
    kind = EXACT[language].get(text.rstrip(" "))
    if kind is not None:
        return kind, "", ()
    if len(text) > 200:
        return Kind.TEXT, text, ()
    if _GONE.fullmatch(text):
        return Kind.RECALLED, "", ()
    if m := _NAMED.fullmatch(text):
        kind = _NAMED_KINDS.get(m[1], Kind.LINK)
        return (kind, "", (Attachment(m[2]),)) if kind in (Kind.FILE, Kind.VOICE) else (kind, m[2], ())
    if m := _CALL.fullmatch(text):
        seconds = float(int(m[1] or 0) * 3600 + int(m[2]) * 60 + int(m[3])) if m[2] else None
        return Kind.CALL, "", (Attachment(seconds=seconds),) if seconds else ()
    if m := _MANY.fullmatch(text):
        return Kind.VIDEO if "동영상" in text or "ideo" in text else Kind.IMAGE, "", ()
    if m := _FILE.fullmatch(text):
        return Kind.IMAGE if m[2] else Kind.VIDEO if m[3] else Kind.VOICE, "", (Attachment(m[1]),)
    if _MONEY.fullmatch(text):
        return Kind.TRANSFER, text, ()
    return Kind.TEXT, text, ()


# A character that one of the marks above begins with; nearly all bodies are over with one look.
_FIRST = frozenset("사앨<동이(스음보파연카지위투일송선PIAVESFCMLGK#샵페라그통Tt삭메DHp" + "0123456789")
_DOT = re.compile(r"\.\w{3,4}\Z")


def maybe(text: str) -> bool:
    return text[:1] in _FIRST or _DOT.search(text) is not None
