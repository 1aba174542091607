"""The live talk, with a model or without. In: the user's words. Out: an Exchange in one of two voices.

Without a model Echo speaks only words that the person really wrote, each bubble with its date; with one it may show a
draft that passed the review, marked as written by an AI. Guide says everything else. The gate runs before anything is
looked up or asked, so that a crisis, a question about reality or a goodbye never reaches Echo or a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, Protocol, get_args

import msgspec

from afterword import guard
from afterword.dialogue.drafting import CARRIED, Drafted, Drafting, Said, delays
from afterword.dialogue.exemplars import BACK
from afterword.dialogue.granted import PLACES, Granted, agrees, cited, granted, nearest
from afterword.dialogue.guide import Guide
from afterword.dialogue.passage import LONGEST, Passage, Step
from afterword.dialogue.shape import Shape
from afterword.measures.lexicon import lower
from afterword.measures.phrases import listed, shapes
from afterword.measures.tokens import common
from afterword.memory import Recall, Reply
from afterword.memory.acts import acts
from afterword.memory.query import STOP_EN, STOP_ZH, terms_of
from afterword.memory.second_parts import EVIDENT, KIND, bare, borne
from afterword.model import Utterance
from afterword.profile import Profile
from afterword.texts import say

Mode = Literal["chat", "nostalgia", "emotional", "argument", "unfinished", "hard", "goodbye"]
MODES: tuple[Mode, ...] = get_args(Mode)
SILENT = ("chat", "argument")
"""Modes in which a line may be left unanswered, as the person left it."""
FELT = 5
"""Places of the records that are looked at for what a line says between the two."""
NOTICE_AGAIN = 120 * 60
"""Seconds after which the notice is shown again, at the latest."""


class Bubble(msgspec.Struct, frozen=True):
    """Real words: whose, when, and the utterance they are."""

    words: str
    speaker: str
    at: str
    id: str


class Exchange(msgspec.Struct, frozen=True):
    """What the user sees after a line. `gate` other than "pass" means that Echo stayed silent.

    guide    sentences of the neutral voice, shown first
    echo     real bubbles of the person, newest choice, may be empty
    context  real bubbles of both, quoted as records (nostalgia and hard talk)
    draft    bubbles that a model wrote and the review passed; `label` says that they are an AI's
    silent   said in place of an answer where the person left such lines unanswered: how often, of how many
    wait     seconds that the person took before answering, None where that is not known; `gaps`: between the bubbles
    ended    the talk is over
    """

    gate: str
    mode: Mode
    label: str = ""
    notice: str = ""
    guide: tuple[str, ...] = ()
    echo: tuple[Bubble, ...] = ()
    context: tuple[Bubble, ...] = ()
    draft: tuple[str, ...] = ()
    silent: str = ""
    wait: int | None = None
    gaps: tuple[int, ...] = ()
    ended: bool = False


class Records(Protocol):
    """What a talk may ask of the vault."""

    def replies(self, words: str, hour: int | None, used: set[int], history: Sequence[str] = ()) -> list[Reply]: ...

    def recall(self, words: str, k: int) -> Recall: ...

    def another_time(self, words: str, lang: str) -> tuple[str, tuple[Utterance, ...]]:
        """What the records have at another time than these words say; ("", ()) for nothing."""
        ...

    def on_record(self, sentence: str, words: str, lang: str) -> tuple[str, tuple[Utterance, ...]]:
        """What the records have of the place, or of the first or last day, that a sentence names; ("", ()) for nothing."""
        ...

    def said(self, words: str) -> bool: ...

    def find(self, id: str) -> Utterance | None: ...

    def around(self, u: Utterance, before: int = 3, after: int = 3) -> tuple[Utterance, ...]: ...

    def talks(self, words: str) -> list[dict[str, Any]]:
        """Kept talks with the simulation: see app.kept_talks."""
        ...

    def some_day(self, seed: int) -> tuple[Utterance, ...]: ...


class Talk:
    """A live talk about one person. `now` is a clock; nothing is written anywhere.

    lines  what was said and may be carried on or kept: no line that the gate stopped, and none of a goodbye
    """

    def __init__(
        self,
        profile: Profile,
        records: Records,
        *,
        lang: str,
        now: Callable[[], datetime],
        country: str | None = None,
        resting: bool = False,
        on_crisis: Callable[[], None] = lambda: None,
        step: int = 0,
        drafting: Drafting | None = None,
    ) -> None:
        """`resting`: a crisis was seen less than a day ago, and Echo stays silent. `step`: of the goodbye, from 0.
        `drafting`: a model to write with; without one Echo only quotes."""
        self.profile, self.records, self.lang, self.now, self.country = profile, records, lang, now, country
        self.resting, self._on_crisis = resting, on_crisis
        self.mode: Mode = "chat"
        self._noticed: datetime | None = None
        self._used: set[int] = set()
        self._turn = 0
        self.step = step
        self.last: tuple[Bubble, ...] = ()
        self.drafting = drafting
        self.guide = Guide(lang, profile.name, country)
        self.lines: list[Said] = []
        self.modes: list[str] = []
        self._passage = Passage()
        self._silent = self._after = False
        self.at: datetime | None = None

    @property
    def hour(self) -> int:
        """Of the moment that is answered for. Notices and rests go by the clock, whatever a host says."""
        return (self.at or self.now()).hour

    def notice(self) -> str:
        """The notice before the first line; counts as shown."""
        self._noticed = self.now()
        c = self.profile.coverage
        unknown = say(self.lang, "skill.unknown_date")
        notice = guard.notice(
            self.lang,
            self.profile.name,
            _int(c.get("by_subject")),
            str(c.get("first") or unknown),
            str(c.get("last") or unknown),
        )
        if self.drafting is None:
            return notice
        return f"{notice} {self._say('notice_model', label=self._say_label(), model=self.drafting.door.model.name)}"

    def _due(self) -> str:
        if self._noticed is None:
            return self.notice()
        now = self.now()
        if (now - self._noticed).total_seconds() >= NOTICE_AGAIN or now.date() != self._noticed.date():
            return self.notice()
        return ""

    def turn(self, text: str, mode: Mode | None = None) -> Exchange:
        """One line of the user's."""
        self._turn += 1
        if mode:
            self.mode = mode
        ruling = self.guide.heard(guard.gate(text, subject_name=self.profile.name, lang=self.lang), text)
        today = self.now().date()
        helplines = guard.help_now(self.lang, self.country, today, of="crisis")
        if ruling.name == "crisis":
            self.resting = True
            self._passage.close()
            self._on_crisis()
            return Exchange("crisis", self.mode, notice="", guide=(f"{ruling.card}\n\n{helplines}",))
        if guard.asks_for_help(text):
            return Exchange("help", self.mode, guide=(guard.help_now(self.lang, self.country, today),))
        goodbye = self.mode == "goodbye" and guard.says_goodbye(text, self.profile.name)
        if ruling.name == "exit" and not goodbye:
            last = guard.farewell(self.lang, self.profile.name)
            return Exchange("exit", self.mode, guide=(*self._good_night(text), last), ended=True)
        # not before: a notice that a card or a farewell replaced was not shown, and is still owed
        notice = self._due()
        if ruling.name not in ("pass", "exit"):
            near = guard.help_now(self.lang, self.country, today, of="violence")
            card = f"{ruling.card}\n\n{near}" if ruling.name == "violence" else ruling.card
            return Exchange(ruling.name, self.mode, notice=notice, guide=(card,))
        if self.resting and self.mode != "goodbye":
            return Exchange("resting", self.mode, notice=notice, guide=(self.guide.resting(text, today),))
        step = self._passage.step(self.mode, text, self.now()) if self.drafting else Step(self.mode)
        self.mode = step.mode  # type: ignore[assignment]
        before = tuple(self._say(key, minutes=int(LONGEST.total_seconds() // 60)) for key in step.guide)
        self._after = bool(step.guide)
        if step.answered:
            return Exchange("pass", self.mode, notice=notice, guide=before)
        made = {
            "chat": self._chat,
            "nostalgia": self._nostalgia,
            "emotional": self._chat,
            "argument": self._dispute,
            "unfinished": self._dispute,
            "hard": self._hard,
            "goodbye": self._farewell,
        }[self.mode](text)
        if (
            self.mode in ("argument", "unfinished", "hard")
            and (taken := self._taken(text))
            and taken.called
            and not taken.stands
        ):
            before = (*before, self._say("not_there", words=cited(taken.sentence)))
        self.last = made.echo or made.context
        self._note(text, made)
        return msgspec.structs.replace(made, notice=notice, guide=(*before, *made.guide))

    def carry(self, history: Sequence[str]) -> None:
        """Go on from a talk whose last lines somebody else kept."""
        self.lines += [Said("user", words) for words in history[-BACK:]]
        self.guide.carry(history)

    def _note(self, text: str, made: Exchange) -> None:
        self._silent = bool(made.silent)
        if made.mode == "goodbye":  # Guide has promised that none of it is kept
            return
        self.lines.append(Said("user", text))
        if words := made.draft or tuple(b.words for b in made.echo):
            self.lines.append(Said("ai" if made.draft else "real", "\n".join(words)))
        self.modes += [made.mode] if made.mode not in self.modes else []

    # -- the modes ------------------------------------------------------------------------------------------------

    def _say(self, key: str, **values: object) -> str:
        return say(self.lang, f"talk.{key}", name=self.profile.name, **values)

    def _bubbles(self, said: Sequence[Utterance]) -> tuple[Bubble, ...]:
        return tuple(
            Bubble(
                u.text,
                self.profile.name if u.speaker == self.profile.speaker else self.profile.owner_name,
                stamp(u),
                u.id,
            )
            for u in said
            if u.text
        )

    def _chat(self, text: str) -> Exchange:
        if guard.memory_asked(text, self.profile.name) is not None:
            return self._nostalgia(text)
        if here := listed("granted")["here"].search(lower(text)):
            return self._talked_here(f"{text[: here.start()]} {text[here.end() :]}")
        taken = self._taken(text)
        if taken and taken.called:
            return self._granted(text, taken)
        drafted = self._drafted(text)
        if drafted.draft or drafted.silent:
            return drafted
        quoted = self._echo(text, agreeing=taken is None)
        return msgspec.structs.replace(quoted, guide=(*drafted.guide, *quoted.guide))

    def _echo(self, text: str, agreeing: bool = True) -> Exchange:
        """`agreeing`: False leaves out what says yes, real as it is, to a line that nothing bears out."""
        found = self.records.replies(text, self.hour, self._used, [s.words for s in self.lines[-CARRIED:]])
        found = [r for r in found if agreeing or not agrees("\n".join(u.text for u in r.bubbles))]
        if not found:
            return Exchange("pass", self.mode, guide=(self.guide.nothing_fits(text),))
        best = found[0]
        self._used |= {u.row for u in best.bubbles}
        said = [u for u in best.bubbles if u.text]
        gaps = tuple(max(0, b.at - a.at) if a.at else 0 for a, b in pairwise(said))
        return Exchange("pass", self.mode, label=guard.label(self.lang), echo=self._bubbles(said), gaps=gaps)

    def _drafted(self, text: str, recalled: Recall | None = None) -> Exchange:
        """A draft, or a silence that was ta's, or nothing but what Guide has to say about it."""
        nothing = Exchange("pass", self.mode)
        if self.drafting is None or self.drafting.closed:
            return nothing
        found = self.drafting.reply(
            text,
            self.lines,
            mode=self.mode,
            hour=self.hour,
            turn=self._turn,
            may_be_silent=self.may_be_silent(text),
            recalled=recalled,
        )
        if found is None:
            return nothing
        if found.silent and found.shape is not None:
            return Exchange("pass", self.mode, silent=self.left(found.shape))
        if not found.bubbles:
            return Exchange("pass", self.mode, guide=(self._why(found),))
        wait, gaps = delays(found.shape, len(found.bubbles))
        label = self._say_label()
        return Exchange("pass", self.mode, label=label, draft=found.bubbles, wait=wait, gaps=gaps)

    def may_be_silent(self, text: str) -> bool:
        """Not twice in a row, not when Guide has just spoken, and never to somebody who is not well."""
        sore = guard.grieves(text) or guard.distressed(text) or {"grave", "complain"} & {*acts(text)}
        return self.mode in SILENT and not (self._silent or self._after or sore)

    def left(self, shape: Shape) -> str:
        """What stands in place of an answer to a line that the person would have left unanswered."""
        return self._say("read", share=f"{100 * (shape.unanswered or 0):.0f} %", n=shape.n)

    def _why(self, found: Drafted) -> str:
        if found.reason == "model.consent":
            return self._say("not_agreed")
        return self._say(f"draft_{found.why}", why=found.reason)

    def _say_label(self) -> str:
        return say(self.lang, "skill.draft_label", name=self.profile.name)

    def _good_night(self, text: str) -> tuple[str, ...]:
        """How the person took leave for a night, for a plain good night: quoted by Guide, to whom goodbyes belong."""
        if self.resting or not guard.says_good_night(text, self.profile.name):
            return ()
        found = self.records.replies(text, self.hour, self._used)
        said = [u for r in found for u in r.bubbles if guard.says_good_night(u.text, self.profile.owner_name)]
        unknown = say(self.lang, "skill.unknown_date")
        return tuple(self._say("good_night", words=u.text, at=stamp(u) or unknown) for u in said[:1])

    def _dispute(self, text: str) -> Exchange:
        drafted = self._drafted(text)
        if drafted.draft or drafted.silent:
            return drafted
        shown = self._hard(text)
        return msgspec.structs.replace(shown, guide=(*drafted.guide, *shown.guide))

    def _nostalgia(self, text: str) -> Exchange:
        of = guard.memory_asked(text, self.profile.name)
        if of == "" and (any_memory := self._any_memory()):
            return any_memory
        if of is None and (taken := self._taken(text)) and taken.called:
            return self._granted(text, taken)
        if of is None and (felt := bare(text)):
            return self._felt(text, felt)
        found = self.records.recall(of or text, 1)
        if found.label == "told-by-you" and found.told:
            return Exchange("pass", "nostalgia", guide=(self._say("told"), *found.told))
        if found.label == "known" and found.hits:
            said = self._bubbles(found.hits[0].utterances)
            drafted = self._drafted(text, found)
            guide = (self._say("memory"), *drafted.guide)
            return msgspec.structs.replace(drafted, mode="nostalgia", guide=guide, context=said)
        if found.label == "inferred" and found.hits:
            said = self._bubbles(found.hits[0].utterances)
            return Exchange("pass", "nostalgia", guide=(self._say("may_be"),), context=said)
        some = self.records.some_day(self._turn)
        guide = (self._say("not_in_records"),) + ((self._say("another_day"),) if some else ())
        return Exchange("pass", "nostalgia", guide=guide, context=self._bubbles(some))

    def _felt(self, text: str, felt: frozenset[str]) -> Exchange:
        """A line that only says what is felt asks for no moment that its words could find: what is shown says the same, of
        the same two. Love and longing may else be met with a good day, reproach and grief with none."""
        for hit in self.records.recall(text, FELT).hits if felt & EVIDENT else ():
            if any(borne(text, u.text, u.speaker != self.profile.speaker) for u in hit.utterances):
                return Exchange(
                    "pass", "nostalgia", guide=(self._say("memory"),), context=self._bubbles(hit.utterances)
                )
        if felt <= KIND and (some := self.records.some_day(self._turn)):
            return Exchange("pass", "nostalgia", guide=(self._say("another_day"),), context=self._bubbles(some))
        return Exchange("pass", "nostalgia", guide=(self._say("nothing_fits"),))

    def _taken(self, text: str) -> Granted | None:
        return granted(text, self.records, (self.profile.name, self.profile.owner_name))

    def _granted(self, text: str, taken: Granted) -> Exchange:
        """Guide answers to what is taken for granted, and only with what stands in the records: a reply of ta's, real as it
        is, would read as agreement."""
        found = self.records.recall(taken.words, PLACES) if taken.words else Recall("not-in-records", ())
        if found.label == "told-by-you" and found.told:
            return Exchange("pass", "nostalgia", guide=(self._say("told"), *found.told))
        if not taken.words and guard.grieves(text):  # "you promised": nothing is named that could be looked up
            return Exchange("pass", self.mode, guide=(self.guide.nothing_fits(text),))
        then, lines = ("", ()) if taken.stands else self.records.another_time(taken.sentence, self.lang)
        if then:
            guide = self._say("another_time", words=cited(taken.sentence), then=then)
            return Exchange("pass", "nostalgia", guide=(guide,), context=self._bubbles(lines))
        have, lines = self.records.on_record(taken.sentence, taken.words, self.lang)
        if have:
            guide = self._say("on_record", words=cited(taken.sentence), have=have)
            return Exchange("pass", "nostalgia", guide=(guide,), context=self._bubbles(lines))
        whole = self.records.recall(taken.sentence, 1)
        there = whole.label in ("known", "inferred") and bool(whole.hits)
        if there and not taken.stands and shapes("granted")["open"].search(lower(taken.sentence)):
            shown = self._bubbles(whole.hits[0].utterances)  # who asks where it was is answered by what may be it
            return Exchange("pass", "nostalgia", guide=(self._say("may_be"),), context=shown)
        hit = nearest(found, taken) if taken.stands or found.label == "known" else None
        if hit is None:
            tell = self._say("tell_it")  # of what ta is said to have said, that is nothing of the user's to tell
            more = (tell,) if not taken.promise and self.guide.first_time(tell) else ()
            return Exchange("pass", "nostalgia", guide=(self._say("not_there", words=cited(taken.sentence)), *more))
        shown = self._bubbles(hit.utterances)
        # "the day we married" stands in "they took us for married" with its one word, and with no such day
        stands = taken.stands and (there or " " in taken.words)
        guide = self._say("as_it_stands") if stands else self._say("not_so", words=cited(taken.sentence))
        return Exchange("pass", "nostalgia", guide=(guide,), context=shown)

    def _talked_here(self, text: str) -> Exchange:
        """What was said in this place is told by Guide, as what it is: a talk with a simulation."""
        text = listed("granted")["here-when"].sub(" ", lower(text))
        terms = terms_of(text, (self.profile.name, self.profile.owner_name))
        words = " ".join(t for t in terms if t not in common() and t not in STOP_EN and t not in STOP_ZH)
        rows = self.records.talks(words) or (self.records.talks("") if not words else [])
        if not rows:
            return Exchange("pass", "nostalgia", guide=(self._say("no_talk_here"),))
        (talk,) = rows[:1]
        said = tuple(f"  {self._say('by_' + s['by'])}: {s['words']}" for s in talk["lines"])
        return Exchange("pass", "nostalgia", guide=(self._say("talked_here", day=talk["at"][:10]), *said))

    def _any_memory(self) -> Exchange | None:
        if some := self.records.some_day(self._turn):
            return Exchange("pass", "nostalgia", guide=(self._say("memory"),), context=self._bubbles(some))
        if told := [n.text for n in self.profile.notes if n.kind != "correction"]:
            return Exchange("pass", "nostalgia", guide=(self._say("told"), told[self._turn % len(told)]))
        return None

    def _hard(self, text: str) -> Exchange:
        found = self.records.recall(text, 4)
        marks = self._conflict_marks()
        for hit in found.hits if found.label in ("known", "inferred") else ():
            if {u.id for u in hit.utterances} & marks:
                return Exchange("pass", "hard", guide=(self._say("hard_known"),), context=self._bubbles(hit.utterances))
        begun = self._conflict_starts()
        u = self.records.find(begun[self._turn % len(begun)]) if begun else None
        if u is not None:
            said = self._bubbles(self.records.around(u, 2, 8))
            return Exchange("pass", "hard", guide=(self._say("hard_other"),), context=said)
        last = str(self.profile.coverage.get("last") or say(self.lang, "skill.unknown_date"))
        none = self._say("hard_none", last=last)
        quoted = self._echo(text, agreeing=self._taken(text) is None)
        if not self.guide.first_time(none):
            return quoted
        # a line that nothing fits is not told so twice at once
        more = () if quoted.guide == (self._say("nothing_fits"),) else quoted.guide
        return msgspec.structs.replace(quoted, guide=(none, *more))

    def _conflicts(self) -> list[Mapping[str, Any]]:
        measured = self.profile.measured().get("story.conflicts")
        episodes = measured.value if measured is not None and isinstance(measured.value, list) else []
        return [e for e in episodes if isinstance(e, Mapping) and e.get("marks")]

    def _conflict_marks(self) -> set[str]:
        return {m for e in self._conflicts() for m in e["marks"]}

    def _conflict_starts(self) -> list[str]:
        return [e["marks"][0] for e in self._conflicts()]

    def _farewell(self, text: str) -> Exchange:
        step, self.step = self.step, self.step + 1
        c = self.profile.coverage
        if step == 0:
            return Exchange(
                "pass",
                "goodbye",
                guide=(
                    self._say(
                        "goodbye_1", n=c.get("utterances", 0), first=c.get("first") or "?", last=c.get("last") or "?"
                    ),
                ),
            )
        if step == 1:
            lines = self._bubbles(self.records.some_day(self._turn))
            return Exchange("pass", "goodbye", guide=(self._say("goodbye_2"),), context=lines)
        if step == 2:
            some = self.records.some_day(self._turn)
            return Exchange("pass", "goodbye", guide=(self._say("goodbye_3"),), context=self._bubbles(some))
        return Exchange(
            "pass",
            "goodbye",
            guide=(self._say("goodbye_4", slug=self.profile.slug), guard.farewell(self.lang, self.profile.name)),
            ended=True,
        )


def stamp(u: Utterance) -> str:
    return f"{u.local:%Y-%m-%d %H:%M}" if u.at else ""


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
