"""Afterword: from the chats somebody left behind to an evidence-backed persona you can talk with, and let go.

The public class is `afterword.Workspace`; it is loaded on first use so that the command line starts fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterword.version import VERSION as __version__

__all__ = ["Workspace", "__version__"]

if TYPE_CHECKING:
    from afterword.app.workspace import Workspace


def __getattr__(name: str) -> Any:
    if name == "Workspace":
        from afterword.app.workspace import Workspace

        return Workspace
    raise AttributeError(name)
