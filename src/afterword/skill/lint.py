"""The strictest reading of the Agent Skills specification and of what hosts do to a SKILL.md before a model sees it.

In: a folder's files. Out: faults, empty when the skill is safe everywhere. The union of all validators' rules, since
they disagree: five fields only, one-line double-quoted description, block YAML, no `<`, `>` or `---` inside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from afterword.guard import skill_traps

FIELDS = {"name", "description", "license", "allowed-tools", "metadata"}
NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
LINES, CHARACTERS = 500, 20_000


def lint(folder: str, files: Mapping[str, str]) -> list[str]:
    """Faults of a skill folder given as {relative path: text}."""
    faults: list[str] = []
    text = files.get("SKILL.md")
    if text is None:
        return ["SKILL.md is missing"]
    lines = text.split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        return ["SKILL.md has no front matter"]
    end = lines.index("---", 1)
    fields: dict[str, str] = {}
    for line in lines[1:end]:
        if line and not line.startswith(" "):
            key, _, value = line.partition(":")
            fields[key] = value.strip()
    faults += [f"front matter field {f!r} is not in the specification" for f in fields if f not in FIELDS]
    name, description = fields.get("name", ""), fields.get("description", "")
    if not NAME.match(name) or len(name) > 64:
        faults.append(f"name {name!r} is not 1-64 of a-z, 0-9 and single hyphens")
    if name != folder:
        faults.append(f"name {name!r} differs from its folder {folder!r}")
    if not (description.startswith('"') and description.endswith('"') and 3 <= len(description) <= 1026):
        faults.append("description must be one double-quoted line of 1-1024 characters")
    if re.search(r"[<>]|---|\\", description) or '"' in description[1:-1]:
        faults.append("description holds a character that some host refuses")
    if any(re.search(r":\s*[{\[]", line) for line in lines[1:end]):
        faults.append("front matter uses flow YAML")
    if len(lines) >= LINES or len(text) > CHARACTERS:
        faults.append(f"SKILL.md is too long ({len(lines)} lines, {len(text)} characters)")
    faults += [f"SKILL.md holds {t}" for t in skill_traps(text)]
    linked = set(re.findall(r"\]\(([^)]+)\)", text))
    faults += [f"{path} is linked but missing" for path in linked if path not in files]
    faults += [f"{path} is not linked from SKILL.md" for path in files if path != "SKILL.md" and path not in linked]
    for path in files:
        if ".." in path.split("/") or path.startswith("/") or path.count("/") > 1:
            faults.append(f"{path} lies deeper than one level")
        if not path.endswith((".md", ".json")):
            faults.append(f"{path}: only text files may be in a persona")
    return faults
