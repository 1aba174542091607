"""How somebody tells of themselves, in both languages: patterns by slot. In: nothing. Out: (slot, pattern); the value is `v`, of a kind `k`.

What a job, a sport, a pet may be stands in `measures/lang/<language>/facts.txt`, food in `food.txt`. The hard choice: "i love"
takes any short thing, since hardly anybody says so of what is none; "i like" and "i hate" only what the lists know, since
one also likes how, hates when and cannot stand people.
"""

from __future__ import annotations

import re
from functools import cache

from afterword.measures.dates import MONTH
from afterword.measures.lexicon import trie_pattern, word_list

_END = (
    r"(?=[.,!?;:~\n…]|$| ?[\U0001f300-\U0001faff❤]| (?:and|but|so|now|at|for|with|since|cause|cuz|because|which|where|who|these|right|anyway|haha|lol|lmao|too|as"
    r"|when|here|though|tho|also|especially|a lot|the most|so much|more|even|in|on|like|like that|it|its|they|they're|theyre|dude|this|unfortunately|if|after|before|during|\()\b| x\b)"
)
_OF = r"(?P<v>[^\W_][\w'’&.-]*(?: [^\W_][\w'’&-]*){0,3}?)"
_THING = (
    r"(?P<v>(?!(?:it|that|this|the|these|those|how|when|what|my|your|his|her|their|our|you|u|me|him+|hi+m+|them|us|to|is|was|a|an|all|every|everything|everyone|one|some|any|being|having"
    r"|getting|taking|going|seeing|making|doing|giving|using|adding|talking|hearing|knowing|learning|eating|drinking|looking|working|living|new|more|most|about|in|for|and|people|fooding|encasing|as|so|both|almost)\b)"
    r"[a-z][a-z'-]+(?: (?!(?:and|but|so|how|when|it|that|you|the|to|for|in|on|at|with|of|is|are|was)\b)[a-z][a-z'-]+){0,2}?)"
)
_I = r"(?:^|[.,!?;:\n] ?|\b(?:and|but|so|cos|cause|cuz|because|since|yeah|yes|yep|ya|well|that|now|ok|oh|ooh|ah|no|nah|same|honestly|personally|umm?|hmm+|mmm?|lol|haha|yum|yo|me too|as for me|actually|also|while) )"
_Q = r"(?:really |absolutely |actually |also |just |usually |always |truly |simply |personally |currently |now |still |only )*"
_AM = r"i(?:'?m| am)"
_IS = r"(?:is|has to be|would be|would have to be|are)"

EN: tuple[tuple[str, str], ...] = (
    ("name", rf"\bmy name(?:'s| is) (?P<v>[^\W\d_]+){_END}"),
    ("age", rf"{_I}{_AM} (?P<v>\d\d)(?: years old| yo)?(?=[.,!?\n]|$)"),
    ("lives", rf"{_I}i {_Q}live in {_OF}{_END}"),
    ("lives", rf"{_I}i(?:'ve| have)?(?: just| recently)? moved (?:in)?to {_OF}{_END}"),
    ("lives", rf"{_I}{_AM} {_Q}(?:living|based) in {_OF}{_END}"),
    ("lives-with", rf"{_I}i {_Q}live with (?P<v>(?:my|two|three|four|some|a) [\w' -]{{2,24}}?){_END}"),
    ("lives-with", rf"{_I}i {_Q}live (?P<v>alone|by myself){_END}"),
    ("from", rf"{_I}{_AM} (?:originally )?from {_OF}{_END}"),
    ("from", rf"{_I}i (?:grew up|was born(?: and raised)?) in {_OF}{_END}"),
    ("works", rf"{_I}i {_Q}work (?:at|for) {_OF}{_END}"),
    ("works", rf"{_I}i {_Q}work in (?P<v>(?:an?|the) [\w' -]{{3,28}}?){_END.replace('here', 'while|here')}"),
    ("works", rf"{_I}i(?:'ve| have)? (?:just )?started (?:working )?at {_OF}{_END}"),
    ("works-as", rf"{_I}{_AM} an? (?P<v>(?:[a-z]+ ){{0,2}}(?:{{job}})){_END}"),
    ("works-as", rf"{_I}i {_Q}work as an? {_OF}{_END}"),
    ("works-as", r"\bas an? (?P<v>(?:{job})) (?:myself,? )?,? ?i\b"),
    ("teaches", rf"{_I}i {_Q}teach (?P<v>(?!you|him|her|them|people|kids)[a-z]+){_END}"),
    ("studies-at", rf"{_I}i {_Q}(?:study|go to (?:uni|school|college)) at {_OF}{_END}"),
    ("studies-at", rf"{_I}{_AM} (?:currently )?an? (?:freshman|sophomore|junior|senior|student) at {_OF}{_END}"),
    ("studies", rf"{_I}(?:{_AM} {_Q}studying|i {_Q}study) (?!at\b|in\b|for\b|with\b|here\b|hard\b|all\b|to\b|a\b|the\b|abroad\b|tips?\b|by\b|every){_OF}{_END}"),
    ("studies", rf"{_I}(?:{_AM} (?:majoring in|doing a (?:degree|phd|masters?) in)|i major in|my major is(?: in)?) {_OF}{_END}"),
    ("speaks", rf"{_I}i {_Q}speak (?:fluent )?(?P<v>{{language}})\b"),
    ("plays", rf"{_I}i {_Q}play (?:the )?(?P<v>{{sport}}|{{instrument}})(?: professionally| competitively)?{_END}"),
    ("plays", rf"{_I}i(?:'ve| have) been playing (?:the )?(?P<v>{{sport}}|{{instrument}}){_END}"),
    ("drives", rf"{_I}i {_Q}drive an? {_OF}{_END}"),
    ("collects", rf"{_I}i {_Q}collect {_THING}{_END}"),
    ("health", rf"{_I}i {_Q}have (?P<v>{{condition}})\b"),
    ("health", rf"{_I}{_AM} (?P<v>lactose intolerant|diabetic|colou?r ?blind|short[- ]sighted|dyslexic)\b"),
    ("allergy", rf"{_I}{_AM} {_Q}allergic to {_OF}{_END}"),
    ("cannot-have", rf"\bi (?:can'?t|cannot) (?:have|eat|drink) (?P<v>{{food}}|{{thing}}){_END}"),
    ("dislikes", rf"\bi {_Q}(?:hate|can'?t stand|don'?t (?:really )?like|do not like|dislike|don'?t eat|do not eat|don'?t drink) (?:eating |drinking )?(?P<v>(?:{{food}}|{{doing}}|{{thing}})s?){_END}"),
    ("dislikes", rf"{_I}{_AM} not (?:really )?(?:a (?:big |huge )?(?:fan of|fond of)|into) {_THING}{_END}"),
    ("likes", rf"\bi {_Q}(?:love|adore) (?:an? )?{_THING}{_END}"),
    ("likes", rf"\bi {_Q}(?:love|enjoy) (?P<v>(?:(?:running|helping|teaching|exploring|visiting) (?:the |my own |my |other )?|learning about |spending time |being (?=around|with|outside|outdoors))[a-z][a-z ]{{3,22}}?){_END}"),
    ("likes", rf"{_I}{_AM} {_Q}into {_THING}{_END}"),
    ("likes", r"(?:^|[.,!?\n] ?|\bjust )(?P<v>(?!(?:this|that|it|which|what|one|he|she|they|these|those|here|there|just|only|my|your)\b)[a-z]+(?: [a-z]+)?)(?: is|'s| are) (?:probably |definitely )?my (?:all[- ]time )?fav(?:es?|ou?rites?)?(?! (?:part|thing|moment|bit|one|of))(?=[.,!?\n]|$| )"),
    ("owns", rf"{_I}i {_Q}(?:own|run) (?P<v>(?:an?|my own|the) (?:[a-z]+ ){{0,2}}(?:shop|store|studio|business|company|restaurant|cafe|farm|bakery|salon|bar)){_END}"),
    ("works-as", rf"{_I}i {_Q}have a (?:[a-z-]+ ){{0,4}}job as an? {_OF}{_END}"),
    ("likes", rf"\bi {_Q}(?:like|enjoy|love) (?:playing |eating |drinking |doing )?(?P<v>(?:{{food}}|{{doing}}|{{thing}}|{{sport}})s?){_END}"),
    ("likes", rf"\bi {_Q}(?:like|love|enjoy) (?P<v>(?:watching|collecting|riding|playing) (?!it\b|them\b|that\b|this\b|the\b|a\b|an\b|your\b|with\b)[a-z]+(?: (?!too\b|so\b|a\b|and\b|with\b)[a-z]+)?){_END}"),
    ("likes", rf"{_I}{_AM} (?:such )?an? (?:big|huge|massive|total|real)? ?(?P<v>[a-z]+(?: [a-z]+){{0,2}}) (?:fan|lover|enthusiast){_END}"),
    ("likes", rf"{_I}{_AM} (?:such )?a (?:big |huge |massive |real )?fan of {_THING}{_END}"),
    ("likes", rf"\bmy fav(?:ou?rite)? (?P<k>(?!(?:part|thing|moment|one|time|memory|memories|piece|ones|bit|is|are|has)\b)[a-z]+(?: team| player| artist| author| character| dish| drink| fruit| ice cream| food)?)(?: [a-z]+ing| ever| of all time)? {_IS} (?:probably |definitely |definetly |actually )?(?:the )?(?!(?:it|that|this|when|an?|my|one|on|in|definitely|probably|also|not|so|very|called|out|gone)\b){_OF}{_END}"),
    ("eats", rf"{_I}{_AM} (?:a )?(?P<v>vegetarian|vegan|pescatarian|gluten free){_END}"),
    ("birthday", rf"\bmy birthday(?:'s| is) (?:on )?(?:the )?(?P<v>(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {{months}})|(?:{{months}} \d{{1,2}}(?:st|nd|rd|th)?)){_END}"),
    ("pet", rf"\bmy (?P<k>{{pet}})(?:'s name is| is called|,) (?P<v>[A-Z]?[a-z]+){_END}"),
    ("pet", rf"{_I}i(?:'ve got| {_Q}have| own) (?:an?|one|two|three|\d) (?:[a-z]+ )?(?P<v>{{pet}}s?){_END}"),
    ("family", rf"\bmy (?P<k>{{kin}}|mum|mom|dad|cousin|uncle|aunt|grandma|grandpa)(?:'s name is| is called) (?P<v>[^\W\d_]+){_END}"),
    ("family", rf"{_I}i(?:'ve got| {_Q}have) (?P<v>(?:an?|one|two|three|four|\d) (?:(?:older|younger|little|big|twin|baby|step) ?)*(?:{{kin}}|siblings?|kid|child)s?|no siblings|two kids|kids|children){_END.replace('who', 'that|who')}"),
    ("family", rf"{_I}{_AM} (?P<v>an only child|the oldest|the youngest|the eldest){_END}"),
)  # fmt: skip

_Z = r"(?P<v>[\u3400-\u9fffA-Za-z]{2,8}?)"
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
_ZEND = r"(?=[了啦呀啊的哈哦喔]?(?:[，。,.!！?？；;\s~～]|$|因为|所以|但是?|不过|可是))"
_ZS = r"(?:^|[，。,.!！；;\s])(?:其实|因为|反正|而且|但是?|不过|所以)?(?:我现在|我目前|我平时|我其实|我也|我)"
_ZQ = r"(?:是|最|很|超|超级|特别|真的|一直|比较|还|也|就|挺|平时|都|蛮|可|老|好)*"
ZH: tuple[tuple[str, str], ...] = (
    ("name", rf"{_ZS}(?:的名字)?叫(?P<v>[{_SURNAMES}][\u3400-\u9fff]{{1,2}}){_ZEND}"),
    ("age", rf"{_ZS}(?:今年)?(?P<v>\d\d)岁"),
    ("lives", rf"{_ZS}(?:住在|家在|住){_Z}(?:这边|那边)?{_ZEND}"),
    ("lives", rf"{_ZS}搬(?:到|去|来){_Z}了"),
    ("lives-with", rf"{_ZS}(?:跟|和)(?P<v>(?!你)[\u3400-\u9fff]{{1,6}}?)(?:一起|合)?住{_ZEND}"),
    ("lives-with", rf"{_ZS}(?P<v>一个人|自己)住{_ZEND}"),
    ("from", rf"{_ZS}是(?P<v>[\u3400-\u9fff]{{2,4}})人{_ZEND}"),
    ("from", rf"{_ZS}老家(?:是|在){_Z}(?:的)?{_ZEND}"),
    ("from", rf"{_ZS}(?:在|从小在){_Z}长大"),
    ("works", rf"{_ZS}在{_Z}(?:上班|工作|做事|实习)"),
    ("works-as", rf"{_ZS}是(?:个|一名|一个|做)(?P<v>[\u3400-\u9fff]{{0,4}}(?:{{job}}|技术))(?:的)?{_ZEND}"),
    ("works-as", rf"{_ZS}是(?P<v>{{job}}){_ZEND}"),
    ("studies", rf"{_ZS}(?:在)?(?:学|读|念)(?P<v>[\u3400-\u9fff]{{1,5}}(?:专业|系|学|法|计算机|会计|设计|金融)){_ZEND}"),
    ("studies", rf"{_ZS}(?:专业)?是(?:学|读){_Z}的"),
    ("studies-at", rf"{_ZS}在{_Z}(?:上学|读书|念书|读研|上大学|读大学)"),
    ("speaks", rf"{_ZS}(?:会|能)(?:说|讲)(?P<v>{{language}})"),
    ("plays", rf"{_ZS}(?:{_ZQ})(?:会|爱|喜欢|经常|常)?(?:打|踢|弹|拉|吹|下)(?P<v>{{sport}}|{{instrument}}){_ZEND}"),
    ("health", rf"{_ZS}有(?P<v>{{condition}}){_ZEND}"),
    ("allergy", rf"{_ZS}对{_Z}过敏"),
    ("cannot-have", rf"{_ZS}(?:不能|不可以)(?:吃|喝|碰)(?P<v>{{food}}|{{thing}}){_ZEND}"),
    ("dislikes", rf"{_ZS}(?:{_ZQ})(?:不吃|不喝|讨厌吃|不爱吃|不喜欢吃|不爱喝){_Z}的?{_ZEND}"),
    ("dislikes", rf"{_ZS}(?:{_ZQ})(?:讨厌|不喜欢|不爱|受不了)(?P<v>{{food}}|{{doing}}|{{thing}}){_ZEND}"),
    ("likes", rf"{_ZS}(?:{_ZQ})(?:喜欢|爱)(?:吃|喝|听|看|玩){_Z}{_ZEND}"),
    ("likes", rf"{_ZS}(?:{_ZQ})(?:喜欢|爱)(?P<v>{{food}}|{{doing}}|{{thing}}|{{sport}}){_ZEND}"),
    ("likes", rf"{_ZS}(?:{_ZQ})喜欢(?P<v>(?![一两几]|就|上|了|过|着|和|跟|给|在|去|说|问|吃|喝|听|看|玩)[^我你他她它这那哪什怎谁的人们\W]{{2,4}})(?:的)?{_ZEND}"),
    ("likes", rf"我最(?:喜欢|爱)的(?P<k>[\u3400-\u9fff]{{1,4}}?)(?:就)?是{_Z}{_ZEND}"),
    ("eats", rf"{_ZS}(?:吃|是)(?P<v>素|素食|清真){_ZEND}"),
    ("birthday", r"我(?:的)?生日(?:是|在)(?P<v>(?:农历|阴历)?\d{1,2}月\d{1,2}[日号]?)"),
    ("pet", r"我(?:家)?(?P<k>{pet})(?:的名字)?叫(?P<v>[\u3400-\u9fff]{1,4}|[A-Za-z]+)"),
    ("pet", rf"{_ZS}(?:养了|养着|有)(?:一|两|三)?[只条个](?P<v>{{pet}}){_ZEND}"),
    ("pet", rf"(?:^|[，。\s])(?:那?就?是)(?:我|我们)的(?P<v>{{pet}}){_ZEND}"),
    ("family", r"我(?P<k>哥|姐|弟弟?|妹妹?|爸|妈|儿子|女儿|表哥|表姐|表弟|表妹|老公|老婆)叫(?P<v>[\u3400-\u9fff]{1,4})"),
    ("family", rf"{_ZS}(?:还)?有(?:一|两|三)?个(?P<v>(?:亲)?(?:{{kin}})){_ZEND}"),
    ("family", rf"{_ZS}(?:家里?)?(?:是|就)(?P<v>独生子女|独生女|独生子|老大|老小|独子|独女){_ZEND}"),
)  # fmt: skip


def listed(language: str, section: str) -> list[str]:
    return [w for w, s, _ in word_list(language, "facts") if s == section]


@cache
def patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    fill = {s: f"(?:{trie_pattern(listed(language, s))})" for s in {s for _, s, _ in word_list(language, "facts")}}
    fill |= {"months": MONTH, "food": f"(?:{trie_pattern(w for w, _, _ in word_list(language, 'food'))})"}

    def filled(pattern: str) -> str:
        for key, words in fill.items():
            pattern = pattern.replace("{{" + key + "}}", words).replace("{" + key + "}", words)
        return pattern

    return tuple((slot, re.compile(filled(p))) for slot, p in (EN if language == "en" else ZH))


@cache
def mine(language: str) -> re.Pattern[str]:
    """ "my sister", 我姐: somebody one has, with the word in `v`. Parents and grandparents everybody has."""
    words = trie_pattern([*listed(language, "kin"), *listed(language, "pet")])
    if language == "en":
        return re.compile(
            rf"\bmy (?:older |younger |little |big |own |twin )?(?P<v>{words})(?:'s)?\b(?! (?:in law|friend))"
        )
    return re.compile(rf"我(?:家|的|们的)?(?P<v>{words})(?![友友朋们\u4e00])")
