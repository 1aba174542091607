"""What every test stands on: no network, and no vault, language or passphrase taken from the person who runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from afterword import Workspace
from afterword.app.demo import stories
from no_network import nothing_leaves_this_computer, pytest_sessionfinish

__all__ = ["no_settings_from_outside", "nothing_leaves_this_computer", "pytest_sessionfinish", "told_story"]


# No test is timed: what takes long on a busy machine is no fault.
settings.register_profile("afterword", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("afterword")

PASSPHRASE = "a made up passphrase"


@pytest.fixture(scope="session", params=["en", "zh"])
def told_story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, Any]]:
    """(workspace, story) with the persona of a shipped story in it. For reading only."""
    story = stories()[request.param]
    home = tmp_path_factory.mktemp(f"story-{story.lang}") / "vault"
    with Workspace(home, passphrase=PASSPHRASE, zone=story.zone, lang=story.lang) as w:
        w.create(
            [story.file],
            name=story.subject,
            me=story.me,
            subject=story.subject,
            about=story.about,
            traits=story.traits,
            lang=story.lang,
        )
        yield w, story


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A test that forgets to name a vault gets an empty one of its own, never somebody's real one."""
    home: Path = tmp_path_factory.getbasetemp() / "nobody"
    monkeypatch.setenv("AFTERWORD_HOME", str(home / "vault"))
    monkeypatch.setenv("AFTERWORD_LANG", "en")
    monkeypatch.delenv("AFTERWORD_PASSPHRASE_FILE", raising=False)
    monkeypatch.delenv("AFTERWORD_DEBUG", raising=False)
