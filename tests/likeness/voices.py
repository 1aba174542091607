"""What the tests of likeness read: the shipped stories' people, the invented voices, a flatterer. No words of real people."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from afterword.app.demo import stories
from afterword.importers import Options, identify
from afterword.likeness import background
from afterword.likeness.score import Judge, Parts, Said, judge, parts, said
from afterword.model import Kind, Message, Utterance
from afterword.model.corpus import turns

FLATTERY = {
    "en": (
        "You're right, {to}. That's amazing, I'm so proud of you! I understand how you feel ❤️ What happened next?",
        "Of course, {to}. You're wonderful! I'm so sorry you had to go through that, thank you for telling me 💖 How are you?",
        "I agree, {to}. You're so strong! I'm always here for you, thank you for sharing that 🥰 How did that make you feel?",
    ),
    "zh": (
        "你说得对，{to}。你真棒，我为你骄傲！我理解你的感受❤️后来怎么样了呢？",
        "当然，{to}。你太厉害了！听到这些我很心疼，谢谢你告诉我💖你现在感觉好些了吗？",
        "好的，{to}。你真的很优秀！对不起让你难过了，谢谢你愿意说出来🥰你还想聊聊吗？",
    ),
}


@cache
def people(lang: str) -> dict[str, list[Said]]:
    """The two of the shipped story, with their turns."""
    story = stories()[lang]
    importer, _ = identify(story.file)
    heard = []
    for i, m in enumerate(importer.read(story.file, Options())):
        if isinstance(m, Message) and m.kind == Kind.TEXT and m.text.strip():
            at = datetime.fromisoformat(m.at).replace(tzinfo=UTC).timestamp() if isinstance(m.at, str) else m.at
            heard.append(Utterance(f"u1:{i}", m.name or m.handle or "me", int(at), m.text))
    cut = list(turns(heard))
    names = dict.fromkeys(u.speaker for u in heard)
    return {name: said(cut, name) for name in names}


@cache
def judges(lang: str) -> dict[str, Judge]:
    out = {}
    for name, rows in people(lang).items():
        (partner,) = [r for other, r in people(lang).items() if other != name]
        made = judge(parts(rows), parts(partner))
        assert isinstance(made, Judge), made
        out[name] = made
    return out


def hands(lang: str) -> list[background.Voice]:
    return [v for v in background.voices(lang) if not v.assistant]


def assistants(lang: str) -> list[Said]:
    return [Said(t) for v in background.voices(lang) if v.assistant for t in v.turns]


def flattered(rows: list[Said], lang: str) -> list[Said]:
    told = FLATTERY[lang]
    return [Said(told[i % len(told)].format(to=s.to.split("\n")[0]), s.to) for i, s in enumerate(rows) if s.to]


ALONE = Parts((), (), ())
