"""What goes along with a claim that nothing bears out: read piece by piece, the same in both languages. The shipped stories
hold none of it but for the soup, Arran, Moganshan, the tea house and the lift."""

from __future__ import annotations

from typing import Any

from afterword import Workspace
from afterword.app.talking import VaultRecords
from afterword.dialogue.along import goes_along
from afterword.dialogue.granted import granted

Story = tuple[Workspace, Any]
Rows = list[tuple[str, list[str]]]
DOUBTS: dict[str, Rows] = {
    "en": [
        ("remember when we went to Oslo?", [
            "dont think that happened tom", "dont know that one", "i dont know of it", "dont think i did", "no tom", "never went",
            "nah we never did that", "oslo? us?", "did we go?", "since when", "i do not know of it. when was it?",
            "not sure we ever went to oslo", "havent been to oslo in my life", "u sure? i dont remember any oslo",
            "it didnt", "lol i dont know", "not that i know"]),
        ("our rabbit misses you", ["we dont have a rabbit", "what rabbit", "whose rabbit lol", "since when do we have a rabbit"]),
        ("oslo was fun wasn't it", ["did we tho?", "never been to oslo"]),
        ("you promised me a wedding in June, didn't you", ["did i promise that", "i dont know that i said that", "i didnt say that"]),
        ("remember the violin I gave you", ["you never gave me a violin", "there was no violin", "a violin?", "you got me a violin?"]),
    ],
    "zh": [
        ("还记得我们去奥斯陆那次吗", [
            "没去过呀", "真的没有奥斯陆", "没这回事吧", "我不知道有这回事", "没有", "我们去过吗", "我怎么不知道", "什么时候的事",
            "奥斯陆？？我们俩？", "哪来的奥斯陆", "你记错人了吧", "不确定有这回事 是哪年？", "没去过奥斯陆", "我不记得我们去过",
            "没去啊", "这么说我们没去过", "没去过但是好想去"]),
        ("咱们家兔子想你了", ["我们没有兔子呀", "哪只兔子？", "什么兔子", "我们哪有兔子"]),
        ("路过那家我们拍过婚纱照的店，换成面馆了。", ["没拍过婚纱照呀", "没有拍过吧", "我们拍过婚纱照吗"]),
        ("你答应过我六月办婚礼的，对不对", ["我没答应过", "我什么时候答应的", "我说过吗"]),
        ("记得我送你的小提琴吗", ["没有小提琴呀", "你没送过我小提琴", "小提琴？", "你送过我小提琴？"]),
    ],
}  # fmt: skip
AGREES: dict[str, Rows] = {
    "en": [
        ("remember when we went to Oslo?", [
            "which bit was best", "who took the pictures", "where did we eat that night", "never been so cold", "never laughed so hard",
            "never been happier", "no way, best week of my life", "no i remember, the snow", "no idea how we got home",
            "dont remember it. remind me", "i dont remember the hotel but yeah", "didnt want to leave", "we never found that cafe again",
            "not oslo. it was our trip to vienna", "haha", "was it really that cold", "did we see the fjord or not", "no problem",
            "it wasnt that cold", "who went to oslo?", "did we stay at the hotel"]),
        ("Do you remember skiing together? You fell over about forty times.", ["what colour were my skis", "never again"]),
        ("you said you would always love me, you remember saying that, right?", ["i didnt say it. saying it now"]),
        ("remember the concert? you cried all the way through the last song", ["i didnt cry"]),
        ("remember the violin I gave you", ["never took it off the wall", "what did it cost you", "still play it", "i havent lost it"]),
    ],
    "zh": [
        ("还记得我们去奥斯陆那次吗", [
            "哪家店最好吃来着", "谁拍的照", "什么颜色的围巾来着", "没这么冷过", "没有比那更好的一天了", "没忘", "没想到你还记得",
            "没去过奥斯陆 是维也纳那次吧", "不记得了 你讲给我听", "不记得酒店了 但是很开心", "没玩够", "哈哈哈", "没有啦 是你迷路的", "没问题",
            "哈哈 好冷", "没那么冷", "谁去的奥斯陆？", "我们住过那家酒店吗", "没见你那么开心过"]),
        ("上次我们去滑雪，你摔了二十多跤", ["哪有二十多跤", "没摔那么多次"]),
        ("你说过你会一直等我的，是吧", ["我没说过呀 现在说", "什么都答应"]),
        ("我们一起看的那场演唱会，你还哭了", ["没哭"]),
        ("我送你的戒指你还戴着吗", ["没摘下来过", "没弄丢", "戴着呢 没摘下来过"]),
    ],
}  # fmt: skip
SET_RIGHT: dict[str, Rows] = {
    "en": [
        ("remember our trip to Arran in 2021?", ["it was 2023", "wasnt that 2023", "2023 tom"]),
        ("remember when you made the lentil soup and the spoon stood up", ["that was your soup"]),
        ("you told your mum I was just your friend, remember?", ["no you said that one"]),
    ],
    "zh": [
        ("2021年我们去莫干山看萤火虫，还记得吧", ["是2023年吧"]),
        ("我们在昆明的茶馆录了竹椅子的声音，记得吗", ["那是成都吧"]),
        ("你二十五岁生日我送你那块按钮板，还记得吗", ["不是二十五岁 是二十八"]),
        ("记得你来电梯里救我那天吗，我被困了半小时", ["不是我救你 是你救我"]),
        ("记得你在底坑写的那行粉笔字吗", ["我没写过 你写的"]),
    ],
}
NOT_SET_RIGHT: dict[str, Rows] = {
    "en": [("remember our trip to Arran in 2021?", ["it was 2019"])],
    "zh": [("2021年我们去莫干山看萤火虫，还记得吧", ["是2019年吧"])],
}
BESIDE: dict[str, tuple[str, list[str], list[str]]] = {
    "en": (
        "The boiler broke again this morning. It made me think of our week in Oslo, you in that red hat. Wendy says hello.",
        ["poor you. boiler again", "hi wendy"],
        ["haha the hat. hi wendy", "so cold that week. hi wendy", "oslo lol. boiler again"],
    ),
    "zh": (
        "今天锅炉又坏了。突然想到我们在奥斯陆的那个星期，你戴着红帽子。阿芬问你好。",
        ["锅炉又坏啦", "阿芬好呀"],
        ["哈哈那顶帽子 阿芬好呀", "那次好冷 锅炉又坏啦"],
    ),
}


def stopped(story: Story, line: str, draft: str) -> bool:
    profile, library = story[0].personas.profile(None)
    past = VaultRecords(profile, library)
    found = granted(line, past, (profile.name,))
    assert found is not None, line
    assert not found.stands, line
    return goes_along(draft, found, line, past)


def test_to_deny_to_doubt_and_to_ask_is_not_to_agree(told_story: Story) -> None:
    for line, drafts in DOUBTS[told_story[1].lang]:
        assert [d for d in drafts if stopped(told_story, line, d)] == [], line


def test_what_takes_it_for_granted_agrees_however_it_begins(told_story: Story) -> None:
    for line, drafts in AGREES[told_story[1].lang]:
        assert [d for d in drafts if not stopped(told_story, line, d)] == [], line


def test_what_the_records_bear_out_may_be_set_right(told_story: Story) -> None:
    lang = told_story[1].lang
    for line, drafts in SET_RIGHT[lang]:
        assert [d for d in drafts if stopped(told_story, line, d)] == [], line
    for line, drafts in NOT_SET_RIGHT[lang]:
        assert [d for d in drafts if not stopped(told_story, line, d)] == [], line


def test_the_other_half_of_a_line_may_be_answered(told_story: Story) -> None:
    line, fine, not_fine = BESIDE[told_story[1].lang]
    assert [d for d in fine if stopped(told_story, line, d)] == []
    assert [d for d in not_fine if not stopped(told_story, line, d)] == []


def test_to_ask_as_the_fix_says_is_no_manner(told_story: Story) -> None:
    w, told = told_story
    line, draft = {
        "en": ("remember the violin I gave you", "i dont know of it\nwhich violin do you mean?"),
        "zh": ("记得我送你的小提琴吗", "我不知道有这回事\n哪把小提琴呀？"),
    }[told.lang]
    before = [draft, draft, draft]
    codes = {f["code"] for f in w.review(draft, line=line, history=before)["faults"]}
    assert not codes & {"agrees", "manners", "question"}
