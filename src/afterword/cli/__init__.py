"""The command line. Parses, calls the Workspace, shows; it holds no rule of its own.

Everything heavy is imported inside the commands: host agents call this dozens of times in one talk.
"""

from __future__ import annotations

import io
import sys
import traceback
from pathlib import Path

import click

from afterword.cli.shared import HelpPage, fail, out
from afterword.errors import AfterwordError, BadInput
from afterword.texts import say, user_lang
from afterword.version import VERSION


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=say(user_lang(), "cli.about"),
)
@click.version_option(VERSION, prog_name="afterword")
def afterword() -> None:
    pass


def _register() -> None:
    from afterword.cli import create, likeness, memories, models, people, scenes, skills, talking, vault

    for module in (create, likeness, memories, models, people, scenes, skills, talking, vault):
        for command in module.COMMANDS:
            afterword.add_command(command)


def main() -> None:
    """The one boundary at which an unforeseen error becomes a sentence and an exit code."""
    _register()
    click.Context.formatter_class = HelpPage
    for stream in (sys.stdin, sys.stdout):  # between programs it is UTF-8; a terminal keeps its own encoding
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        afterword.main(standalone_mode=False)
    except AfterwordError as e:
        fail(e)
    except click.exceptions.Abort:
        sys.stderr.write("\n")
        sys.exit(130)
    except click.ClickException as e:
        if "--json" in sys.argv:
            usage = e.ctx.command_path if isinstance(e, click.UsageError) and e.ctx else "afterword"
            out(BadInput("usage", e.format_message(), next_step=f"{usage} --help").as_json())
        else:
            e.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as e:  # noqa: BLE001 - the door's boundary; a traceback would show people's words
        from afterword.errors import Bug

        place = [f for f in traceback.extract_tb(e.__traceback__) if "afterword" in f.filename]
        where = f" in {Path(place[-1].filename).name} line {place[-1].lineno}" if place else ""
        fail(Bug("bug", f"{type(e).__name__}{where}", next_step=say(user_lang(), "cli.bug")), e)
