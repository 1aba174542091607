"""What every test stands on: no network, and no vault, language or passphrase taken from the person who runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from no_network import nothing_leaves_this_computer, pytest_sessionfinish

__all__ = ["no_settings_from_outside", "nothing_leaves_this_computer", "pytest_sessionfinish"]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A test that forgets to name a vault gets an empty one of its own, never somebody's real one."""
    home: Path = tmp_path_factory.getbasetemp() / "nobody"
    monkeypatch.setenv("AFTERWORD_HOME", str(home / "vault"))
    monkeypatch.setenv("AFTERWORD_LANG", "en")
    monkeypatch.delenv("AFTERWORD_PASSPHRASE_FILE", raising=False)
    monkeypatch.delenv("AFTERWORD_DEBUG", raising=False)
