"""Export guides: how a person gets the file. In: a source's name. Out: a short page, English or Chinese.

A guide is a Markdown file `guides/<lang>/<name>.md` in the package: its first line is the title. Adding one edits nothing.
"""

from __future__ import annotations

from importlib.resources import files

from afterword.errors import NotFound


def guides(lang: str) -> dict[str, str]:
    """name → title, by name."""
    folder = files("afterword") / "guides" / lang
    pages = sorted((p for p in folder.iterdir() if p.name.endswith(".md")), key=lambda p: p.name)
    return {
        p.name.removesuffix(".md"): p.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ").strip() for p in pages
    }


def guide(name: str, lang: str) -> str:
    """The page. NotFound with the names there are."""
    known = guides(lang)
    wanted = name.strip().casefold()
    if wanted not in known:
        raise NotFound("guide.unknown", f"There is no guide {name!r}.", next_step="One of: " + ", ".join(known))
    return (files("afterword") / "guides" / lang / f"{wanted}.md").read_text(encoding="utf-8")
