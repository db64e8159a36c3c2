"""What the commands share: the group that loads them, exit codes, common options.

Nothing here is slow to import: each command's module is loaded when that command is called.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.usage import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

    from grader.catalogue import Exercise
    from grader.evidence.messages import Limits

ALL_PASSED, NOT_PASSED, USAGE, FAULT = 0, 1, 2, 3

COMMANDS = {
    "run": "verdicts.run",
    "list": "learners.list_exercises",
    "next": "learners.next_exercise",
    "show": "learners.show",
    "hint": "learners.hint",
    "edit": "learners.edit",
    "report": "standings.report",
    "watch": "watcher.watch",
    "explain": "scripts.explain",
    "path": "learners.path",
    "reset": "learners.reset",
    "init": "beginnings.init",
    "completion": "beginnings.completion",
    "doctor": "upkeep.doctor",
    "data": "upkeep.data",
    "server": "upkeep.server",
    "verify": "verdicts.verify",
    "cohort": "cohorts.cohort",
    "course": "courses.course",
    "nbgrader": "instructors.nbgrader",
    "gradescope": "cohorts.gradescope",
    "release": "cohorts.release",
    "ci": "ci.ci",
    "guide": "guides.guide",
    "new": "authors.new",
    "build": "authors.build",
}
"""Each command, and the function in a module of `grader.commands` that it is."""


class LazyGroup(click.Group):
    """Imports a command's module when it is called; what is no command is given to `run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names in the order in which `--help` lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(".")
        found = getattr(importlib.import_module(f"grader.commands.{module}"), function)
        assert isinstance(found, click.Command)
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` in front where it was left out: `grade 2.2.1`, `grade --json 2.2.1`."""
        own = {option for param in self.get_params(ctx) for option in param.opts}
        if args and args[0] not in {*COMMANDS, *own}:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return commands, and what `run` takes."""
        return [
            *super().shell_complete(ctx, incomplete),
            *complete_words(ctx, self, incomplete),
        ]


class SuggestingGroup(click.Group):
    """Says which of its commands is meant, as Click itself does from 8.5 on."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; None where no name is near.

        Raises:
            UsageError: there is none of that name; it says which one is near.
        """
        from difflib import get_close_matches

        near = get_close_matches(cmd_name, self.commands, 1)
        if near and cmd_name not in self.commands:
            raise click.UsageError(f"No such command {cmd_name!r}. Did you mean {near[0]!r}?", ctx)
        return super().get_command(ctx, cmd_name)


def complete_ids(ctx: click.Context, _: object, incomplete: str) -> list[CompletionItem]:
    """Return the exercises whose ids begin like that, with their titles as help."""
    from click.shell_completion import CompletionItem

    from grader.catalogue import exercises

    return [
        CompletionItem(one.id, help=one.title)
        for one in exercises()
        if one.id.startswith(incomplete)
    ]


def complete_words(ctx: click.Context, param: object, incomplete: str) -> list[CompletionItem]:
    """Return ids; where none begins like that, let the shell look for files."""
    from click.shell_completion import CompletionItem

    found = complete_ids(ctx, param, incomplete)
    if not found and incomplete and not incomplete.startswith("-"):
        found = [CompletionItem(incomplete, type="file")]
    return found


def say(message: str) -> None:
    """Print on standard error what is wrong, in one line."""
    print(f"grade: {message}", file=sys.stderr)


@contextmanager
def told_if_not_written(path: Path) -> Iterator[None]:
    """Tell as wrong usage that a file that was asked for cannot be written within the block."""
    try:
        yield
    except OSError as error:
        raise WrongUsage(f"{path} cannot be written: {error.strerror}.") from None


def emphasised(text: str, *, bold: bool = False, dim: bool = False) -> str:
    """Return a text that stands out, or back, where standard output is a terminal that can."""
    shown = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return click.style(text, bold=bold or None, dim=dim or None) if shown else text


one_exercise = click.argument("word", metavar="ID", shell_complete=complete_words)
exercise_id = click.argument("id", metavar="ID")
some_exercises = click.argument(
    "words", metavar="ID...", nargs=-1, required=True, shell_complete=complete_words
)
exercise_ids = click.argument("ids", metavar="[ID]...", nargs=-1, shell_complete=complete_ids)
json_option = click.option("--json", is_flag=True, help="Print one JSON document and nothing else.")
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    help="Seconds that the file may run; the exercise sets how many, if not.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(min=1), help="Files graded at a time; as many as cores."
)
server_option = click.option(
    "--server/--no-server", default=True, help="Keep TensorFlow loaded for the next call."
)
require_option = click.option(
    "--require",
    metavar="LAYER,…",
    default="",
    help="Refuse to start without these layers of confinement; `grade doctor` lists them.",
)
limit_option = click.option(
    "--limit",
    "limit",
    metavar="NAME=VALUE,…",
    multiple=True,
    help="What a file may use up. Without it: memory=4GB,processes=64,disk=500MB,output=1MB.",
)
course_option = click.option(
    "--course",
    "course_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the course sets, as `grade course` tells it; `course.toml` in this folder.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0, max=2**32 - 1),
    default=0,
    help="Seed for the random numbers.",
)


def limits_of(texts: Iterable[str]) -> Limits:
    """Return the limits that `--limit` sets; wrong ones are wrong usage."""
    from grader.sandbox.limits import BadLimit, read_limits

    try:
        return read_limits(texts)
    except BadLimit as error:
        raise click.BadParameter(f"--limit: {error}") from None


def layer_names(require: str) -> tuple[str, ...]:
    """Return the layers that `--require` names."""
    return tuple(name for part in require.split(",") if (name := part.strip()))


def need_checks(chosen: Iterable[Exercise]) -> None:
    """Look for the checks before anything is begun; a learners' bundle has none.

    Raises:
        NoChecks: it says who has them.
    """
    for exercise in chosen:
        _ = exercise.checks
