"""Words that Meta's servers write into a chat. In: a repaired text and who is in the thread. Out: what kind of line it is.

They are written in the language of the account and begin with a name, the word for "you", or a phrase of their own, and
so does many a real sentence. A line counts as written by the server only when its whole form fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from afterword.model import Kind


def repaired(text: str) -> str:
    """UTF-8 that was written out as Latin-1, put right; any other text as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def words(value: object) -> str:
    """A text of the file, repaired; a number as its digits, everything else is no text."""
    if type(value) is str:
        return value if value.isascii() else repaired(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


SIGN = (
    r"[^\w\s'’\"“”„«».,;:!?()\[\]\-/\\]"  # what an emoji may be made of, keycaps apart
    r"(?:[\u200d\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|[^\w\s'’\"“”„«».,;:!?()\[\]\-/\\]){0,12}"
)
_REACTED = re.compile(
    "|".join(
        (
            rf"(?:Reacted|reacted) {SIGN} to (?:your|a|the|their|[^.]{{1,60}}'s) (?:message|photo|video|story)",
            rf"(?:Hat|hat) (?:mit )?{SIGN} auf (?:deine|Ihre|eine) (?:Nachricht|Story) reagiert",
            rf"(?:Hat|Reagierte|reagierte) mit {SIGN} auf (?:deine|Ihre|eine) (?:Nachricht|Story)(?: reagiert)?",
            rf"(?:Ha reaccionado|Reaccionó|Reaccionaste|reaccionó)(?: con)? {SIGN} a (?:tu|su|un) (?:mensaje|historia)",
            rf"(?:A réagi|a réagi|Avez réagi)(?: avec| par)? {SIGN} à (?:votre|ton|un) (?:message|story)",
            rf"(?:Ha reagito|ha reagito)(?: con)? {SIGN} (?:al tuo|a un) messaggio",
            rf"(?:Reagiu|reagiu)(?: com)? {SIGN} (?:à (?:sua|tua)|ao seu|a uma) (?:mensagem|story)",
            rf"(?:Heeft|heeft|Reageerde|reageerde) (?:met )?{SIGN} op (?:je|jouw|uw|een) bericht(?: gereageerd)?",
            rf"(?:Reaguje|Zareagował\(a\)|Zareagowano|zareagował\(a\))(?: za pomocą)? {SIGN} na (?:Twoją |twoją )?wiadomość",
            rf"(?:Reagoval\(a\)|reagoval\(a\)) (?:pomocí )?{SIGN} na (?:vaši|tvou) zprávu",
            rf"(?:Reagerade|reagerade) med {SIGN} på (?:ditt|ett) meddelande",
            rf"(?:Reagerede|reagerede) med {SIGN} på (?:din|en) besked",
            rf"(?:Reagerte|reagerte) med {SIGN} på (?:meldingen din|en melding)",
            rf"(?:Reagoi|reagoi) {SIGN} viestiisi",
            rf"(?:Mesajına|Mesajınıza|Bir mesaja) {SIGN} (?:ifadesini bıraktı|ifadesi bıraktı|tepkisini verdi)",
            rf"(?:Реакция|Отреагировал\(а\)|отреагировал\(а\)|Поставил\(а\) реакцию)(?: {SIGN})? на ваше сообщение:?(?: {SIGN})?",
            rf"(?:Menanggapi|Memberi reaksi|Bereaksi) {SIGN} (?:pada |ke |terhadap )?pesan Anda",
            rf"Đã bày tỏ cảm xúc {SIGN} (?:về|với) tin nhắn của bạn",
            rf"(?:对你的消息|對你的訊息|对您的消息|對您的訊息|在你的訊息上|对你的信息).{{0,8}}{SIGN}.{{0,6}}",
            rf"(?:用|以) ?{SIGN} ?(?:回应|回應|回复|回覆)(?:了)?(?:你|您)的(?:消息|訊息)",
            rf"(?:あなたの)?メッセージに ?{SIGN} ?(?:と|で)リアクションしました",
            rf"회원님의 메시지에 ?{SIGN} ?(?:공감을 남겼습니다|공감했습니다|반응을 남겼습니다)",
        )
    )
)
_LIKED = frozenset(
    """Liked a message|Liked your message|Likes a message|Loved a message|Gefällt eine Nachricht|Eine Nachricht gefällt
Hat eine Nachricht mit „Gefällt mir“ markiert|Le gustó un mensaje|Le gusta un mensaje|Ha indicado que le gusta un mensaje
Indicó que le gusta un mensaje|Te gusta un mensaje|A aimé un message|J’aime un message|A aimé votre message
Ha messo Mi piace a un messaggio|A qualcuno piace un messaggio|Piace un messaggio|Curtiu uma mensagem
Gostou de uma mensagem|Vindt een bericht leuk|Lubi wiadomość|Polubił(a) wiadomość|Polubiono wiadomość
Olajkolt egy üzenetet|Líbí se zpráva|Gillade ett meddelande|Synes godt om en besked|Likte en melding|Tykkäsi viestistä
Bir mesajı beğendi|Понравилось сообщение|Нравится сообщение|Вподобано повідомлення|Menyukai pesan|Menyukai sebuah pesan
Đã thích một tin nhắn|赞了一条消息|赞了消息|說訊息讚|对消息点了赞|按讚了一則訊息|メッセージに「いいね！」しました|메시지를 좋아합니다
A apreciat un mesaj|Του/Της άρεσε ένα μήνυμα""".replace("\n", "|").split("|")
)
_YOU = (  # noqa: SIM905 - a list of eighty words is read more easily so
    "You|Du|Sie|Tú|Usted|Has|Tu|Vous|Hai|Você|Je|Jij|Ty|Vy|Din|Sinä|Sen|Siz|Вы|Ты|Ви|Ти|Anda|Kamu|Bạn|你|您|あなた|회원님"
    "|A contact|A Messenger user|A Facebook user|Facebook user|Facebook User|Instagram User|Instagram user"
    "|Ein Kontakt|Un contact|Un contacto|Użytkownik|Użytkowniczka|Usuario|El usuario"
).split("|")
_ALONE = (  # noqa: SIM905
    "Reacted |reacted |Hat |Reagiert|Ha |Reaccion|A |Avez |J’aime|Reagiu|Heeft |Reageer|Reaguje|Zareag|Reagoval|Reager"
    "|Reagoi|Mesaj|Bir |Реакц|Отреаг|Постав|Menanggapi|Memberi |Bereaksi|Đã |对|對|在你|用|以|This poll|The |メッセージ|메시지|Liked |Likes "
    "|Loved |Gefällt|Eine Nachricht|Le gust|Indicó|Te gusta|Piace |Curtiu|Gostou|Vindt |Lubi |Polubi|Olajk|Líbí |Gillad"
    "|Synes |Likte|Tykkäsi|Понрав|Нрав|Вподоб|Menyukai|赞了|說|按讚|Video c|Audio c|Call |Missed |Voice call|Sprachanruf"
    "|Videochat|Videoanruf|Anruf|Verpasst|Llamada|Videollamada|Chamada|Appel |Chiamata|Videochiamata|视频|視訊|语音|語音"
    "|未接|通话|通話|错过|Say hi|Messages and calls|Messages you send|Group Invite|Enviaste|Wysłano|Gönder|已傳送|已发送"
    "|Του|Poll|投票|Your |Zmeškan|Oproep|Gemist|Nieodebran|Połączenie|Rozmowa|Пропущ|Звонок|Видеозвонок|Cevapsız|Görüntülü"
).split("|")

_SENT = re.compile(
    "|".join(
        (
            r"mentioned (?:you|.{1,60}) in (?:their|his|her|your|a) story\.?",
            r"(?:sent|shared) (?:an?|the) (attachment|link|post|story|reel|profile|contact|clip|article|message|ad)\.?",
            r"hat (?:einen|eine|ein) (Anhang|Link|Beitrag|Story|Reel|Profil) (?:gesendet|geteilt)\.?",
            r"(?: ?ha|has)? ?(?:envió|enviado|enviaste|compartió|compartido) (?:un|una) "
            r"(archivo adjunto|adjunto|enlace|publicación|historia|reel)\.?",
            r"(?:a|avez|as) (?:envoyé|partagé) (?:une?) (pièce jointe|lien|publication|story|reel)\.?",
            r"(?:ha|hai) (?:inviato|condiviso) un[ao]? ?'?(allegato|link|post|storia|reel)\.?",
            r"(?:enviou|partilhou|compartilhou) (?:um|uma) (anexo|link|publicação|story|reel)\.?",
            r"(?:heeft|hebt) een (bijlage|link|bericht|verhaal|reel) (?:verzonden|verstuurd|gestuurd|gedeeld)\.?",
            r"(?:wysłał\(a\)|wysłał|wysłała|wysłano|przesłał\(a\)|przesyła) (załącznik|link)\.?",
            r"(?:poslal\(a\)|poslal|poslala|odeslal\(a\)) (přílohu|odkaz)\.?",
            r"skickade en (bilaga|länk)\.?",
            r"sendte (?:en|et) (vedhæftning|vedhæftet fil|vedlegg|link|lenke)\.?",
            r"lähetti (liitteen|linkin)\.?",
            r"(?:bir )?(ek|bağlantı) (?:gönderdi|gönderdin|gönderdiniz)\.?",
            r"(?:отправил\(-?а\)|отправил|отправила|отправили|отправляет|надсилає|надіслав\(-ла\)) (вложение|ссылку|вкладення)\.?",
            r"mengirim (?:sebuah )?(lampiran|tautan)\.?",
            r"đã gửi (?:một )?(?:file|tệp|tập tin)? ?(đính kèm|liên kết)\.?",
            r"(?:elküldött|küldött) egy (mellékletet|linket)\.?",
            r"a trimis (?:un )?(fișier atașat|atașament|link)\.?",
            r"έστειλε ένα (συνημμένο)\.?",
            r"(?:已)?(?:发送|發送|傳送|分享)了?(?:一个|一個|一則|一条|1 個)?(附件|链接|連結|貼文|帖子|快拍|限時動態)[。.]?",
            r"(?:さん)?(?:が|は)?(添付ファイル|リンク)を(?:送信|シェア)しました。?",
            r"님이 (첨부 파일|링크)을? ?(?:보냈습니다|공유했습니다)\.?",
            r"(?:ส่ง)(ไฟล์แนบ)\.?",
        )
    )
)
_FILE = re.compile(
    "attachment|Anhang|adjunto|pièce jointe|allegato|anexo|bijlage|załącznik|přílohu|bilaga|vedh|vedlegg|liitteen|ek "
    "|вложение|вкладення|lampiran|đính kèm|mellékletet|ataș|συνημμένο|附件|添付|첨부|ไฟล์แนบ"
)
_MEDIA = (
    (
        re.compile(
            r"unsent a message\.?|hat eine Nachricht (?:zurückgezogen|zurückgerufen)\.?|a retiré un message\.?"
            r"|(?:ha )?anul(?:ó|ado) el envío de un mensaje\.?|(?:撤回|收回)了?(?:一[条則则])?(?:消息|訊息)[。.]?"
        ),
        Kind.RECALLED,
    ),
    (
        re.compile(
            r"(?:sent|shared) (?:an?|\d+) (?:photos?|pictures?|images?)\.?|hat (?:ein|\d+) (?:Foto|Fotos|Bilder) gesendet\.?"
            r"|(?:ha )?envi(?:ó|ado|aste|ou) (?:una|uma|\d+) fotos?\.?|(?:a|avez) envoyé (?:une|\d+) photos?\.?"
            r"|(?:ha|hai) inviato (?:una|\d+) foto\.?|heeft (?:een foto|\d+ foto's) verzonden\.?"
            r"|wysłał\(a\) zdjęcie\.?|(?:发送|發送|傳送)了?(?:\d+|一) ?[张張]?(?:照片|相片|图片|圖片)[。.]?"
            r"|さんが写真を送信しました。?|님이 사진을 보냈습니다\.?"
        ),
        Kind.IMAGE,
    ),
    (
        re.compile(
            r"(?:sent|shared) (?:a|\d+) videos?\.?|hat ein Video gesendet\.?|(?:ha )?envi(?:ó|ado|aste|ou) un v[ií]deo\.?"
            r"|(?:a|avez) envoyé une vidéo\.?|(?:ha|hai) inviato un video\.?"
            r"|(?:发送|發送|傳送)了?(?:一[个個段则則])?(?:视频|視頻|影片)[。.]?"
        ),
        Kind.VIDEO,
    ),
    (
        re.compile(
            r"sent a (?:voice|audio) (?:message|clip)\.?|hat eine Sprachnachricht gesendet\.?"
            r"|(?:ha )?envi(?:ó|ado|aste|ou) (?:un mensaje de voz|uma mensagem de voz)\.?"
            r"|(?:a|avez) envoyé un message vocal\.?|(?:ha|hai) inviato un messaggio vocale\.?"
            r"|(?:发送|發送|傳送)了?(?:一[条則则])?(?:语音|語音)(?:消息|訊息)?[。.]?"
        ),
        Kind.VOICE,
    ),
    (
        re.compile(
            r"sent a (?:sticker|GIF|gif)\.?|hat (?:einen Sticker|ein GIF) gesendet\.?"
            r"|(?:ha )?envi(?:ó|ado|aste|ou) (?:un|uma?) (?:sticker|GIF|figurinha)\.?|(?:a|avez) envoyé un (?:sticker|GIF|autocollant)\.?"
            r"|(?:发送|發送|傳送)了?(?:一[个個张張])?(?:贴图|貼圖|GIF)[。.]?"
        ),
        Kind.STICKER,
    ),
    (
        re.compile(
            r"(?:sent|shared) (?:a|an|their|your|his|her) (?:(?:live|pinned) )?location\.?"
            r"|hat (?:einen|seinen|ihren) (?:Live-)?Standort (?:gesendet|geteilt)\.?"
            r"|(?:发送|發送|傳送|分享)了?(?:一个|一個)?(?:实时|即時)?(?:位置|地點)[。.]?"
        ),
        Kind.LOCATION,
    ),
)
_CALL = re.compile(
    "|".join(
        (
            r"(?:started|joined|left|missed|declined|cancel+ed|ended) (?:an?|the|your)"
            r"(?: (?:audio|video|voice|group))?(?: (?:call|chat|room))(?: (?:from|with) .{1,80})?\.?",
            r"called (?:you|the group|.{1,60})\.",
            r"(?:hat|hast) (?:einen|deinen|den) (?:Audioanruf|Sprachanruf|Videoanruf|Videochat|Anruf)(?: von .{1,60})? "
            r"(?:gestartet|verpasst|begonnen)\.?|(?:hat|hast) (?:dich|.{1,60}) angerufen\.",
            r"(?:inició|iniciaste|ha iniciado|has iniciado|perdió|perdiste|se perdió) (?:una|tu) (?:llamada|videollamada)"
            r"(?: de .{1,60})?\.?|te llamó\.",
            r"(?:a|avez|as) (?:démarré|lancé|manqué|commencé) (?:un|une|votre) (?:appel|chat|discussion)(?: audio| vidéo)?"
            r"(?: de .{1,60})?\.?|vous a appelée?\.",
            r"(?:ha|hai) (?:avviato|iniziato|perso) (?:una|la tua) (?:chiamata|videochiamata|videochat)(?: .{1,60})?\.?",
            r"(?:iniciou|perdeu) uma (?:chamada|videochamada|conversa)(?: (?:de|com) .{1,60})?\.?",
            r"(?:发起|發起|开始|開始|加入|错过|錯過)了?(?:一[个個通])?.{0,20}(?:通话|通話|聊天)[。.]?",
        )
    )
)
_CALL_ALONE = re.compile(
    r"(?:The )?(?:[Vv]ideo|[Aa]udio|[Vv]oice|[Gg]roup)? ?(?:[Cc]all|[Cc]hat) (?:started|ended|has ended)\.?"
    r"|Missed (?:audio|video|voice)? ?(?:call|chat)(?: (?:from|with) .{1,80})?\.?"
    r"|(?:Videochat|Audioanruf|Sprachanruf|Videoanruf|Anruf) beendet\.?"
    r"|Verpasste[rs]? (?:Audioanruf|Sprachanruf|Videoanruf|Videochat|Anruf)(?: von .{1,80})?\.?"
    r"|(?:Videollamada|Llamada|Videochat)(?: de voz)? (?:finalizad[oa]|terminad[oa]|perdida)(?: de .{1,80})?\.?"
    r"|(?:Appel|Chat|Discussion)(?: audio| vidéo| vocal)? (?:terminée?|manqué)(?: de .{1,80})?\.?"
    r"|(?:Videochat|Chiamata|Videochiamata) (?:terminata|persa)\.?"
    r"|Chamada de (?:vídeo|voz|áudio) (?:encerrada|terminada|perdida)\.?"
    r"|(?:未接)?(?:语音|語音|视频|視訊|视讯)(?:通话|通話|聊天)(?:已?结束|已?結束)?[。.]?|未接来电[。.]?"
)
_POLL = re.compile(
    r"(?:created a poll|voted for|changed (?:his|her|their|your) vote|removed (?:his|her|their|your) vote)\b.*"
    r"|added .{1,120} to the poll\.|hat eine Umfrage erstellt.*|(?:创建|建立|發起|发起)了?(?:一[个個])?投票.*",
    re.S,
)
# Each follows the subject at once, and the line ends with a full stop: "Mia left the group chat, why?" is Mia's friend.
_SYSTEM = re.compile(
    "(?:"
    + "|".join(
        (
            r"named the group|changed the (?:group )?(?:name|photo|theme|chat theme|emoji|description)|removed the group",
            r"set the (?:nickname for|quick reaction|emoji|group photo|theme)|cleared (?:the|his|her|their|your) ",
            r"set (?:his|her|their|your) (?:own )?nickname|removed the nickname|set .{1,60} as the word effect",
            r"added .{1,200} to the (?:group|chat)\.|removed .{1,120} from the group\.|left the (?:group|chat|conversation)\.",
            r"joined the (?:group|chat)\.|created (?:the|this) group\.|(?:added|removed) .{1,80} as (?:an? )?(?:group )?admin",
            r"(?:un)?pinned a (?:message|photo|video)\.|turned (?:on|off) (?:member approval|disappearing|vanish mode)",
            r"waved at |(?:are|is) now (?:an? |the )?(?:group )?admin|are now connected on Messenger|created a (?:plan|reminder):",
            r"can now (?:message and call|call) each other|upgraded the security of this chat|(?:started|stopped) sharing (?:video|location|live)",
            r"(?:hat|hast) die Gruppe .{0,80}(?:benannt|genannt|verlassen|erstellt)\.|(?:hat|hast) den (?:Namen|Spitznamen|Gruppennamen)",
            r"(?:hat|hast) .{1,120} zur Gruppe hinzugefügt\.|(?:hat|hast) .{1,120} aus der Gruppe entfernt\.",
            r"(?:hat|hast) das (?:Gruppenfoto|Chat-Design|Design|Thema) .{0,60}geändert\.|(?:hat|hast) (?:deinen|seinen|ihren) Spitznamen",
            r"(?:nombró|llamó) al? grupo|cambió (?:el tema|la foto del grupo|el nombre del grupo)|(?:añadió|agregó) a .{1,120} al grupo",
            r"(?:salió|abandonó) (?:del|el) grupo|(?:estableció|cambió|puso) (?:el|tu|su) apodo|eliminó a .{1,80} del grupo",
            r"a nommé le groupe|a changé (?:le thème|la photo du groupe|le nom du groupe)|a quitté le groupe|a créé le groupe",
            r"a (?:ajouté|supprimé|retiré) .{1,120} (?:au|du) groupe|a (?:défini|modifié) (?:le|son|votre) (?:pseudo|surnom)",
            r"ha (?:chiamato|nominato|creato|abbandonato|lasciato) il gruppo|ha (?:aggiunto|rimosso) .{1,120} (?:al|dal) gruppo",
            r"ha (?:impostato|cambiato) (?:il|la|il tuo) (?:soprannome|tema|foto)|(?:nomeou|criou) o grupo|saiu do grupo",
            r"(?:adicionou|removeu) .{1,120} (?:ao|do) grupo|(?:definiu|alterou|mudou) (?:o|a|seu) (?:apelido|tema|foto|alcunha)",
            r"nadał\(?a?\)? grupie nazwę|zmienił\(?a?\)? (?:motyw|zdjęcie|nazwę)|ustawił\(?a?\)? (?:nick|pseudonim|szybką)",
            r"dodał\(?a?\)? .{1,120} do grupy|opuścił\(?a?\)? grupę|utworzył\(?a?\)? grupę|pojmenoval\(?a?\)? skupinu",
            r"nastavil\(?a?\)? přezdívku|přidal\(?a?\)? .{1,120} do skupiny|opustil\(?a?\)? skupinu",
            r"heeft de groep .{0,80}(?:genoemd|verlaten|gemaakt)|heeft .{1,120} toegevoegd aan de groep|heeft (?:het thema|de bijnaam)",
            r"(?:将|把|將)(?:群组|群組|群聊|此群)(?:名称|名稱)?(?:命名|改|设|設)|(?:更改|修改|设置|設定|更換)了?(?:群组|群組|群聊|聊天)(?:名称|名稱|主题|主題|头像|照片|相片)",
            r"(?:将|將|把|邀请|邀請|新增|添加).{1,60}(?:加入|移出)了?(?:群组|群組|群聊|此群|对话|對話)|(?:退出|离开|離開|创建|建立)了?(?:群组|群組|群聊|此群)",
            r"(?:将|把|將).{1,60}的(?:昵称|暱稱)(?:设|設|改)|さんがグループ(?:名|を)|さんが.{1,60}(?:ニックネームを|をグループに追加)|님이 그룹(?: 이름|을|에)",
            r"(?:назвал|переименовал|покинул|создал)\(?-?а?\)? (?:группу|беседу)|добавил\(?-?а?\)? .{1,80} в группу",
        )
    )
    + r").*(?<=[.。!！])",
    re.S,
)
# Before or after the full stop there may be a quotation mark or the emoji that was set.
_ANNOUNCED = re.compile(
    r"You are now connected on Messenger.*|Say hi to your new Facebook friend.*|Messages and calls are (?:secured|end-to-end).*"
    r"|You can now message and call each other.*|Group Invite Link: .*|This poll is no longer available\."
    r"|Your (?:chat|conversation)s? (?:is|are) .*end-to-end.*",
    re.S,
)


class Spoken:
    """Tells the server's lines of one thread from people's. Made once for a thread; `told` runs for every message."""

    def __init__(self, names: Iterable[str]) -> None:
        subjects = {n for n in names if n}
        subjects |= {n.split()[0] for n in subjects if n.split()} | set(_YOU)
        self._start = re.compile(_either(subjects | set(_ALONE))).match
        self._subject = re.compile(f"(?:{_either(subjects)}) *(?:(?:{_either(subjects)}) +)?").match

    def told(self, text: str, sender: str, has_parts: bool) -> int | None:
        """The kind of a line that the server wrote; None for words of a person.

        `has_parts`: the message carries media or a share, so a line that says something was sent stands for it.
        """
        if not self._start(text) or len(text) > 400:
            return None
        bare = text.strip()
        if bare in _LIKED or _REACTED.fullmatch(bare):
            return Kind.REACTION
        if _CALL_ALONE.fullmatch(bare):
            return Kind.CALL
        if _ANNOUNCED.fullmatch(bare):
            return Kind.POLL if "poll" in bare else Kind.SYSTEM
        m = self._subject(bare)
        if m is None and sender and bare.startswith(sender):
            m = re.match(re.escape(sender) + " *", bare)
        rest = bare[m.end() :] if m else ""
        if not rest or "\n" in rest:
            return None
        if _REACTED.fullmatch(rest.rstrip(".")):
            return Kind.REACTION
        if _SENT.fullmatch(rest):
            return Kind.LINK if has_parts or not _FILE.search(rest) else Kind.FILE
        for pattern, kind in _MEDIA:
            if pattern.fullmatch(rest):
                return kind
        if _CALL.fullmatch(rest):
            return Kind.CALL
        if _POLL.fullmatch(rest):
            return Kind.POLL
        return Kind.SYSTEM if _SYSTEM.fullmatch(rest) else None


def _either(starts: Iterable[str]) -> str:
    return "|".join(re.escape(s) for s in sorted(starts, key=lambda s: (-len(s), s)))
