"""Profile to Agent Skill folder. Pure text in, text out."""

from afterword.skill.lint import lint
from afterword.skill.slug import safe_name, slug_of
from afterword.skill.write import Example, Happened, SkillInput, write

__all__ = ["Example", "Happened", "SkillInput", "lint", "safe_name", "slug_of", "write"]
