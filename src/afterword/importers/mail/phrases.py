"""What mail programs write between a reply and what it answers, in the languages of their users.

Patterns only; words.py decides. Each was written after the wording of the programs themselves (Gmail, Apple Mail,
Outlook, Thunderbird, QQ, NetEase), which is short and does not change with the mail.
"""

from __future__ import annotations

import re

MARKS = str.maketrans("", "", "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")

_VERB_LAST = "|".join((
    r"on\b.+\b(?:wrote|writes|said|has written)", r"at\b.+\d.+\bwrote", r"in a message dated\b.+\bwrites?", r"in an?\b.+\bwrites",
    r".+@.+\b(?:wrote|writes)(?: on\b.+)?", r".+\bwrote on\b.+\d.*", r"you wrote.+\d.*", r"quoting\b.+", r"zitat von\b.+",
    r"am\b.+\bschrieb\b.*", r"am\b.+\bhat\b.+\bgeschrieben", r".+\bschrieb(?: am\b.+|.+@.+)", r".+@.+\bschrieb.*",
    r"le\b.+\ba écrit", r"el\b.+\bescribi[óo]", r".+@.+\bescribi[óo]", r"il\b.+\bha scritto", r"(?:em|a|no dia)\b.+\bescreveu", r".+@.+\bescreveu (?:no dia|em)\b.+",
    r"op\b.+\b(?:schreef|heeft)\b.*", r".+@.+\bschreef.*", r"(?:den|på|d\.|kl)\b.+\bskrev\b.*", r".+@.+\bskrev.*",
    r".+\bskrev (?:den|følgende den|\d).+", r"w dniu\b.+\b(?:pisze|napisał.*)", r".+\bnapisał(?:a|\(a\))?", r"dne\b.+\bnapsala?(?:\(a\))?", r".+\bnapsal(?:a|\(a\))?",
    r".+\b(?:пишет|писал|написала?|написал\(а\)|пише|написав)", r".+\byazdı", r".+\bşunları yazdı", r".+\bkirjoitti",
    r".+\bírta(?:\b.*)?", r".+\bέγραψε", r".+\ba scris", r"v(?:ào|ao)\b.+\bđã viết", r"pada\b.+\bmenulis", r".+님이 작성",
    r".+(?:写道|寫道|写到|寫到|来信|編寫|撰寫|编写|撰写)", r".+(?:さんは?書きました|が書きました|のメール|からのメール|のメッセージ)",
    r".+(?:כתב/ה|כתבה|כתב|מאת).*", r".+(?:كتب|كتبت).*",
))  # fmt: skip
ATTRIBUTION = re.compile(rf"(?:{_VERB_LAST})\s*[:：]\Z", re.I)
OPENING = re.compile(
    r"(?:on|at|in a|am|le|el|il|em|no dia|op|den|på|dne|w dniu|v[àa]o|pada|quoting|zitat|you wrote|(?:mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс)\b.?)\s|[在於]"
    r"|\d{4}[年년]",
    re.I,
)
"""How the line begins that ends in such a verb."""
DATED = re.compile(r"\d{1,4}[-/.年 ]\s?\d{1,2}|\d{1,2}[:：h.]\d\d|\b(?:19|20)\d\d\b|@")
"""What an attribution holds besides its verb: a date, a time, a year or an address."""
ADDRESSED = re.compile(r"<?[^\s<>]+@[^\s<>]+>?.{0,30}[:：]\Z")
WHEN = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[:：]\d\d")

_ORIGINAL = "|".join((
    "original message", "original appointment", "reply message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht",
    "ursprüngliche mail", "message d'origine", "message d’origine", "message original", "courriel d'origine", "mensaje original",
    "mensagem original", "messaggio originale", "oorspronkelijk bericht", "ursprungligt meddelande", "opprinnelig melding",
    "oprindelig meddelelse", "oryginalna wiadomość", "wiadomość oryginalna", "исходное сообщение", "оригинальное сообщение",
    "orijinal mesaj", "özgün ileti", "alkuperäinen viesti", "původní zpráva", "eredeti üzenet", "mesajul original", "missatge original",
    "αρχικό μήνυμα", "原始邮件", "原邮件", "原始郵件", "原始信件", "原信件", "原始消息", "邮件原件", "元のメッセージ", "原本的訊息",
    "original", "원본 메시지", "원본 메일", "thư gốc", "pesan asli", "الرسالة الأصلية", "הודעה מקורית", "回复的原邮件", "回复邮件",
))  # fmt: skip
_FORWARDED = "|".join((
    "forwarded message", "forwarded email", "fwd message", "weitergeleitete nachricht", "weitergeleitete mail", "message transféré",
    "mensaje reenviado", "mensagem encaminhada", "mensagem reencaminhada", "messaggio inoltrato", "doorgestuurd bericht",
    "vidarebefordrat meddelande", "vidarebefordrat mail", "videresendt melding", "videresendt meddelelse", "videresendt e-post",
    "przekazana wiadomość", "wiadomość przekazana dalej", "пересылаемое сообщение", "пересланное сообщение", "перенаправленное сообщение",
    "yönlendirilmiş mesaj", "iletilmiş mesaj", "edelleenlähetetty viesti", "přeposlaná zpráva", "továbbított üzenet", "mesaj redirecționat",
    "转发邮件信息", "转发的邮件", "转发邮件", "轉寄郵件", "轉寄的郵件", "轉寄訊息", "转发消息", "転送メッセージ", "転送されたメール", "전달된 메일", "전달된 메시지",
    "thư đã chuyển tiếp", "pesan terusan",
))  # fmt: skip
_RULE = r"[-_=—–─*‐]{2,}"
ORIGINAL = re.compile(rf"{_RULE}\s*(?:{_ORIGINAL})\s*[:：]?\s*{_RULE}.{{0,3}}\Z", re.I)
FORWARDED = re.compile(
    rf"{_RULE}\s*(?:{_FORWARDED}|forwarded by .{{1,120}})\s*[:：]?\s*(?:{_RULE})?.{{0,3}}\Z|(?:begin forwarded message|anfang der"
    r" weitergeleiteten (?:e-mail|nachricht)|début du (?:message|courriel) (?:réexpédié|transféré)|inicio del mensaje"
    r" reenviado|inizio (?:del )?messaggio inoltrato|in[ií]cio da mensagem (?:encaminhada|reencaminhada)|begin doorgestuurd bericht"
    r"|vidarebefordrat brev|start på videresendt (?:besked|melding)|начало переадресованного сообщения|开始转发的邮件|开始转发邮件"
    r"|以下是转发的邮件|轉寄郵件開始|以下為轉寄內容|転送されたメッセージ|전달된 메시지 시작)\s*[:：]\Z",
    re.I,
)

FROM = re.compile(
    r"\*?\s*(?:from|von|de|da|van|från|fra|od|от|від|от кого|kimden|gönderen|lähettäjä|expéditeur|de la|feladó|absender|mittente|remitente"
    r"|afzender|发件人|發件人|发信人|寄件者|寄件人|差出人|送信者|보낸 ?사람|보낸이|από|מאת|من|từ|dari)\s*\*?\s*[:：]\s*\*?\s*\S",
    re.I,
)
WHEN_LABEL = re.compile(
    r"\*?\s*(?:sent|date|gesendet|datum|envoyé|date d'envoi|enviad[oa](?: el| em)?|fecha|data|inviato|verzonden|skickat|sendt|dato|wysłano|дата|отправлено"
    r"|gönderme tarihi|tarih|gönderildi|lähetetty|päivämäärä|päiväys|küldve|dátum|odesláno|trimis|ημερομηνία|发送时间|发送日期|发件时间|日期|时间|時間|寄件日期|傳送時間"
    r"|送信日時|日時|日付|보낸 ?날짜|날짜|보낸 ?시간|נשלח|תאריך|تاريخ|đã gửi|ngày|tanggal|dikirim|sent at)\s*\*?\s*[:：]",
    re.I,
)
OTHER_LABEL = re.compile(
    r"\*?\s*(?:to|an|à|a|para|aan|till|til|do|komu|кому|kime|alıcı|vastaanottaja|destinataire|címzett|către|προς|收件人|收件者|宛先|받는 ?사람|받는이|אל"
    r"|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|konu|aihe|předmět|tárgy|subiect|θέμα|主题|主題|主旨|件名|제목|נושא"
    r"|cc|kopie|copie|抄送|副本|reply-to|chủ đề|tới|kepada|subjek|إلى|الموضوع)\s*\*?\s*[:：]",
    re.I,
)

SENT_FROM = re.compile(
    r"(?:sent from|sent via|sent with|sent using|sent by|sent through|get outlook for|download outlook for|sent on the go|von meinem .+ gesendet"
    r"|gesendet (?:mit|von|vom|über|aus)\b|diese nachricht wurde von meinem .+ gesendet|von samsung|envoyé (?:de|depuis|à partir|avec)\b|obtenir outlook"
    r"|enviado (?:desde|con|do|a partir do|via|de)\b|obtener outlook|inviato (?:da|dal|con)\b|scarica outlook|verstuurd (?:vanaf|met)\b"
    r"|verzonden (?:vanaf|met|vanuit)\b|skickat från|skickades från|sendt fra|hentet outlook|wysłane (?:z|za)\b|отправлено (?:с|из)\b|odesláno z"
    r"|lähetetty .+(?:sta|stä|lta|ltä|iphonesta|ipadista)|iphone.{0,5}(?:dan|den) gönderildi|.+ gönderildi|az iphone-omról küldve|trimis de pe|στάλθηκε από"
    r"|发自|發自|来自我的|來自我的|从我的|從我的|发送自|傳送自|寄自|由我的|使用.{1,12}发送|从 ?windows|获取 ?outlook|取得 ?outlook|下载 ?outlook|本邮件(?:由|来自)"
    r"|(?:télécharger|descargar|baixar o|obter o|scaricare|holen sie sich|hämta|hent|pobierz|stáhnout|скачать|загрузить|下載 ?|下载 ?) ?outlook\b"
    r"|(?:.{0,20}\b)?outlook\b.{1,30}<\w+:/+aka\.ms/|outlook (?:für|voor) (?:ios|android) (?:beziehen|downloaden)"
    r"|.{0,12}iphoneから送信|.{0,12}ipadから送信|.{0,20}から送信|나의 .{1,12}에서 보냄|내 .{1,12}에서 보냄|.{1,16}에서 보냄|dikirim dari|được gửi từ|gửi từ)",
    re.I,
)
FOOTER = re.compile(
    r"(?:virus-free\.|this (?:e-?mail|message) has been (?:checked|scanned)|diese e-mail wurde von avast|do you yahoo!\?"
    r"|_{20,}\Z|-{20,}\Z|yahoo! ?mail|get your own .+ free|scanned by|enviado gratis)",
    re.I,
)
RE_PREFIX = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|r|ref|rép|rif|ynt|odp|πρός|回复|回覆|答复|答覆|回信|返信|회신|ответ)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]",
    re.I,
)
FWD_PREFIX = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|i|vb|vl|doorst|pd|vidarebef|ilt|转发|轉寄|轉發|转寄|転送|전달|fs|továbbítás)\s*(?:\[\d+\])?\s*[:：]",
    re.I,
)
SENT = frozenset(
    (
        "sent", "sent mail", "sent items", "sent messages", "sent-mail", "sent_mail", "outbox.sent", "gesendet", "gesendete elemente", "gesendete objekte",
        "gesendete nachrichten", "envoyés", "messages envoyés", "éléments envoyés", "enviados", "elementos enviados", "correo enviado", "mensagens enviadas",
        "itens enviados", "e-mails enviados", "posta inviata", "inviati", "inviata", "verzonden", "verzonden items", "verzonden berichten", "skickat",
        "skickade", "sendt", "sendte elementer", "sendt post", "wysłane", "elementy wysłane", "отправленные", "отправлено", "gönderilmiş öğeler", "gönderilmiş postalar",
        "gönderilen", "lähetetyt", "odeslané", "已发送", "已发邮件", "已发送邮件", "已寄出", "寄件備份", "寄件备份", "已傳送", "已发送的邮件", "送信済み", "送信済みメール",
        "送信済みアイテム", "보낸편지함", "보낸 편지함", "보낸메일함",
        "envoyé", "enviado", "enviada", "inviato", "odeslaná pošta", "elküldött", "elküldött elemek", "απεσταλμένα", "надіслані", "trimise", "terkirim",
        "đã gửi", "thư đã gửi", "จดหมายที่ส่งแล้ว", "ส่งแล้ว", "भेजे गए", "דואר יוצא", "דואר שנשלח", "مرسلة", "البريد المرسل",
    )
)  # fmt: skip
DRAFTS = frozenset(
    "drafts draft entwürfe brouillons borradores bozze rascunhos concepten utkast kladder черновики taslaklar luonnokset koncepty wersje\u00a0robocze"
    " 草稿 草稿箱 下書き 임시보관함".split()
)
SPAM = frozenset("spam junk junk-e-mail 垃圾邮件 垃圾郵件 迷惑メール 스팸함 pourriel спам".split())
