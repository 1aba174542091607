"""What LINE writes where there were no words, in the languages of its app."""

from __future__ import annotations

import re

from afterword.model import Attachment, Kind

_IN_BRACKETS = {
    Kind.STICKER: "sticker stickers スタンプ 貼圖 贴图 表情贴图 スタンプ・絵文字 สติกเกอร์ สติ๊กเกอร์ 스티커 stiker autocollant aufkleber adesivo figurinha наклейка",
    Kind.IMAGE: (
        "photo photos image picture 写真 画像 照片 圖片 图片 相片 รูป รูปภาพ ภาพ 사진 foto fotos gambar imagem imagen album アルバム 相簿 相册 "
        "อัลบั้ม 앨범 gif фото ảnh"
    ),
    Kind.VIDEO: "video videos 動画 影片 视频 視頻 วิดีโอ 동영상 비디오 vídeo vidéo видео",
    Kind.VOICE: (
        "voice_message voice_messages audio voice ボイスメッセージ 音声 語音訊息 语音信息 语音消息 語音 语音 ข้อความเสียง 음성메시지 음성_메시지 pesan_suara "
        "mensaje_de_voz message_vocal sprachnachricht"
    ),
    Kind.FILE: "file files ファイル 檔案 文件 ไฟล์ 파일 berkas archivo fichier datei arquivo файл",
    Kind.LOCATION: "null location 位置情報 位置訊息 位置資訊 位置信息 位置 ตำแหน่งที่ตั้ง ตำแหน่ง 위치정보 위치_정보 위치 lokasi ubicación position standort",
    Kind.CONTACT: (
        "contact contacts contact_info 連絡先 聯絡資訊 聯絡人資訊 聯絡人 联系人信息 联系人 名片 รายชื่อติดต่อ รายชื่อผู้ติดต่อ ข้อมูลติดต่อ 연락처 kontak "
        "contacto kontakt"
    ),
    Kind.POLL: "poll polls 投票 โพล โพลล์ 투표 日程調整 event イベント 活動 กิจกรรม 이벤트",
    Kind.TRANSFER: "gift プレゼント ギフト 禮物 礼物 ของขวัญ 선물 line_pay 送金 轉帳 line_gift",
    Kind.LINK: "note notes ノート 記事本 记事本 โน้ต 노트 link リンク 連結 flex_message flexメッセージ",
}
BRACKETED = {w.replace("_", " "): k for k, words in _IN_BRACKETS.items() for w in words.split()}
# The app for computers writes some of them bare; only those that nobody would say so.
BARE = {
    w: BRACKETED[w]
    for w in ("画像", "スタンプ", "動画", "圖片", "贴图", "貼圖", "影片", "สติกเกอร์", "รูป", "stickers", "photos")
}
MARK = re.compile(r"\[([^\[\]\n]{1,24})\](?: ([^\n]*))?")
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)\b")

_GONE = (
    r"unsent an? (?:message|photo|video|sticker|file|voice message|album|note|location|contact)",
    r"(?:が|は)?メッセージの送信を取り消しました",
    r"(?:已)?收回(?:了)?(?:一則)?(?:訊息|讯息)",
    r"(?:已)?(?:撤回|收回)了?一?条?消息",
    r"取消了?(?:消息|訊息)(?:的)?(?:发送|傳送)",
    r"(?:ได้)?ยกเลิก(?:การส่ง)?ข้อความ(?:แล้ว)?",
    r"(?:님이|이|가) ?메시지(?: 보내기)?를 ?(?:취소|삭제)(?:했습니다|하였습니다)",
    r"메시지 보내기를 취소했습니다",
    r"membatalkan pengiriman pesan",
)
UNSENT = re.compile(rf"(?:(.+?) ?)??(?:{'|'.join(_GONE)})[.。]?")
_HINT = re.compile("unsent|取り消|收回|撤回|取消|ยกเลิก|취소|삭제|membatalkan")
_ITSELF = frozenset({"You", "you", "您", "你", "คุณ", "Anda", ""})

_MOVES = (
    r"(?: has)? (?:joined|left)(?: the)? (?:chat|group|room|conversation)",
    r" (?:added|invited|removed) .{1,80}?(?: (?:to|from) the (?:chat|group))?",
    r" (?:changed|created|deleted|set|canceled) the .{1,80}",
    r"(?:が|は).{0,80}(?:参加|退出|退会|招待|追加|変更|作成|削除)しました",
    r"(?:已)?(?:加入|離開|离开|退出)(?:了)?(?:聊天|群組|群组|社群|群聊)?",
    r"(?:已)?(?:邀請|邀请|新增|將|将).{1,80}",
    r" ?(?:님이|이|가) .{0,60}(?:참여|입장|퇴장|초대|나갔|변경)(?:했습니다|하였습니다|습니다)",
    r" ?(?:เข้าร่วม|ออกจาก|เพิ่ม|เชิญ).{0,80}",
)
MOVED = re.compile(rf".{{1,60}}?(?:{'|'.join(_MOVES)})[.。]?")
"""Somebody came, left or changed something: in the form for computers such a line looks like a message."""
MOVE = re.compile(rf"(?:{'|'.join(_MOVES)})[.。]?")
"""What stands behind the name in such a line."""

_HEADINGS: tuple[tuple[str, bool], ...] = (
    (r"(?:\[LINE\] ?)?[「\"]?(.+?)[」\"]?とのトーク履歴", True),
    (r"(?:\[LINE\] ?)?[「\"]?(.+?)[」\"]?のトーク履歴", False),
    (r"\[LINE\] ?[與与] ?(.+?) ?的聊天(?:[記紀记][錄录])?", True),
    (r"\[LINE\] ?(.+?) ?的?聊天[記紀记][錄录]", False),
    (r"(?:\[LINE\] ?)?Chat history with (.+)", True),
    (r"(?:\[LINE\] ?)?Chat history in (.+)", False),
    (r"\[LINE\] ?Chat with (.+)", True),
    (r"(?:\[LINE\] ?)?ประวัติ(?:การ)?(?:แชท|แชต|สนทนา)กับ ?(.+)", True),
    (r"(?:\[LINE\] ?)?ประวัติ(?:การ)?(?:แชท|แชต|สนทนา)ใน(?:กลุ่ม)? ?\"?(.+?)\"?", False),
    (r"\[LINE\] ?(.+?) ?님과의 ?(?:대화|채팅).*", True),
    (r"\[LINE\] ?(.+?)의? ?(?:대화|채팅) ?(?:내용|기록|방).*", False),
    (r"\[LINE\] ?Riwayat (?:obrolan|chat) dengan (.+)", True),
    (r"\[LINE\] ?Riwayat (?:obrolan|chat) di (.+)", False),
)
HEADINGS = tuple((re.compile(p, re.S), direct) for p, direct in _HEADINGS)
SAVED = re.compile(
    r"(?:保存日時|儲存日期|储存日期|保存日期|Saved on|Save date|Saved|บันทึก(?:เมื่อ|วันที่)?|저장 ?(?:일시|한 날짜)|Disimpan(?: pada)?) ?[:：]? ?(?:[RH]|令和|平成)?\d"
)


def heading(line: str) -> tuple[str, bool | None] | None:
    """(title, direct) of a first line; None when it is none."""
    line = line.strip()
    for pattern, direct in HEADINGS:
        if m := pattern.fullmatch(line):
            return m[1], direct
    return (line[6:].strip(), None) if line.startswith("[LINE]") else None


def unsent(text: str) -> str | None:
    """Who took a message back ("" when the line does not name them); None when the line says something else."""
    m = UNSENT.fullmatch(text) if len(text) < 120 and _HINT.search(text) else None
    if not m:
        return None
    who = (m[1] or "").strip()
    return "" if who in _ITSELF else who


def told(text: str) -> tuple[Kind, str, tuple[Attachment, ...]]:
    """(kind, words, file) of a body that begins with a mark or a telephone."""
    if text[0] == "☎":
        m = CLOCK.search(text)
        if not m:
            return Kind.CALL, "", ()
        return Kind.CALL, "", (Attachment(seconds=float(int(m[1] or 0) * 3600 + int(m[2]) * 60 + int(m[3]))),)
    m = MARK.fullmatch(text)
    kind = BRACKETED.get(m[1].strip().lower()) if m else None
    if m is None or kind is None:
        return Kind.TEXT, text, ()
    rest = m[2] or ""
    if kind in (Kind.FILE, Kind.IMAGE, Kind.VIDEO, Kind.VOICE):
        return kind, "", (Attachment(rest),) if rest else ()
    return kind, rest, ()
