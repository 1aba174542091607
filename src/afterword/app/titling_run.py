"""Having scenes told by the user's own model. In: which scenes, a budget, a yes. Out: how many were told, and what fell."""

from __future__ import annotations

from typing import Any

import msgspec

from afterword.app.model_run import ModelRun, Progress, Start, model_of
from afterword.app.models import Agreed
from afterword.app.people import People
from afterword.app.remembering import Memories
from afterword.app.titling import Titled, requests
from afterword.distill import BUDGET
from afterword.errors import BadInput
from afterword.llm import Model


class Titlings(Memories):
    """What was lived through, and the operation that has it told."""

    def distill_scenes(
        self,
        person: str | None = None,
        *,
        kind: str | None = None,
        since: str | None = None,
        until: str | None = None,
        budget: int = BUDGET,
        again: bool = False,
        model: Model | None = None,
        start: Start = lambda estimate: False,
        agreed: Agreed = lambda preview: False,
        progress: Progress = lambda done, of: None,
    ) -> dict[str, Any]:
        """Ask the model that was set for a title and a summary of each scene that `episodes` lists, the fullest first, as
        far as the budget goes: {"scenes", "titled", "refused": [why], "failed", …}. See `distill_run` for the rest."""
        profile, library = self.personas.profile(person)
        asked_of = model_of(self.vault, model)
        rows = self.episodes(person, kind=kind, since=since, until=until)["episodes"]
        rows.sort(key=lambda r: (r["grain"] != "thread", -len(r["kinds"]), r["start"]))
        made = requests(rows, profile, library, People(self.vault).owner(None), self.lang)
        inside, left = [], budget
        for request in made:
            left -= request.tokens
            if left < 0:
                break
            inside.append(request)
        if made and not inside:
            raise BadInput(
                "distill.budget",
                f"{budget} tokens are too few for one scene.",
                next_step=f"At least --budget {made[0].tokens}; usual is {BUDGET}.",
            )
        run = ModelRun(
            self.vault,
            library,
            profile,
            asked_of,
            inside,
            lang=self.lang,
            budget=budget,
            purpose="scenes",
            again=again,
            about={"scenes": len(made)},
        )
        run.go(start, agreed, progress)
        answers = [*run.answers.values()]
        told = [msgspec.convert(f, Titled) for a in answers for f in a.findings]
        return run.report() | {
            "person": profile.slug,
            "scenes": len(made),
            "titled": sum(bool(t.title.says) for t in told),
            "sentences": sum(len(t.summary) for t in told),
            "refused": [why for t in told for why in t.refused],
            "failed": sum(bool(a.failed) for a in answers),
        }
