"""A learner's day: which exercises there are, the next one, hints, files."""

from __future__ import annotations

import os
import shlex
import shutil
import textwrap
from contextlib import suppress

import click

from grader.catalogue import Exercise, chapter_titles, exercises
from grader.commands.application import emphasised, one_exercise, some_exercises
from grader.selection import exercises_named, one_named
from grader.usage import WrongUsage
from grader.verdict import Outcome
from grader.workspace import (
    NoWorkspace,
    Standing,
    chapter_progress,
    find_workspace,
    next_exercise_of,
)

ALL_DONE = "All exercises have passed. Well done!"

_MARKS = {
    Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.ERROR: "✗", Outcome.TIMEOUT: "✗",
}  # fmt: skip


@click.command("list")
def list_exercises() -> None:
    """List all exercises, and which of yours have passed."""
    try:
        progress = find_workspace().progress()
    except NoWorkspace:
        progress = {}
    print_list(progress)


def print_list(progress: dict[str, Standing], only: str | None = None) -> None:
    """Print all chapters with their exercises; of others than ONLY, if given, just their titles."""
    done = chapter_progress(progress)
    for number, title in chapter_titles().items():
        _, passed, count = done[number]
        heading = emphasised(f"Chapter {number}: {title}", bold=True)
        print(f"\n{heading}  {passed} of {count} passed")
        for exercise in exercises():
            if exercise.chapter == number and only in {None, number}:
                known = progress.get(exercise.id)
                mark = _MARKS.get(known.status, " ") if known else " "
                points = f"{exercise.points} point{'s' if exercise.points != 1 else ''}"
                print(f"  {mark} {exercise.id}  {exercise.title}  {emphasised(points, dim=True)}")


@click.command("next")
def next_exercise() -> None:
    """Show the first exercise that you have not passed yet."""
    workspace = find_workspace()
    exercise = next_exercise_of(workspace.progress())
    if exercise is None:
        print(ALL_DONE)
        return
    print(f"{emphasised(exercise.id, bold=True)} {exercise.title}")
    print(workspace.file_of(exercise))


@click.command()
@one_exercise
@click.option(
    "--level",
    type=click.IntRange(1, 3),
    default=1,
    help="From 1, a nudge, to 3, nearly the answer.",
)
def hint(word: str, level: int) -> None:
    """Give a hint."""
    exercise = one_named(word)
    print_hint(exercise, level)
    with suppress(NoWorkspace):
        find_workspace().remember_hint(exercise, level)
    if level < len(exercise.hints):
        print(emphasised(f"More: `grade hint {exercise.id} --level {level + 1}`", dim=True))


def print_hint(exercise: Exercise, level: int) -> None:
    """Print one of the hints to an exercise; level 1 is the first."""
    heading = f"Hint {level} of {len(exercise.hints)} for {exercise.id}:"
    print(emphasised(heading, bold=True))
    width = shutil.get_terminal_size().columns
    for line in exercise.hints[level - 1].splitlines():
        print(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False))


@click.command()
@some_exercises
def path(words: tuple[str, ...]) -> None:
    """Print the paths of your files."""
    workspace = find_workspace()
    for exercise in exercises_named(words):
        print(workspace.file_of(exercise))


@click.command()
@some_exercises
@click.option("--mine", is_flag=True, help="Show the task's network, and yours of the last run.")
def show(words: tuple[str, ...], mine: bool) -> None:
    """Show what exercises ask for, and their points."""
    for number, exercise in enumerate(exercises_named(words)):
        if mine:
            _show_mine(exercise)
            continue
        points = ", ".join(f"{name} {points}" for name, points in exercise.check_points.items())
        print("\n" * bool(number) + exercise.task)
        print(emphasised(f"\n{exercise.points} points: {points}", dim=True))


def _show_mine(exercise: Exercise) -> None:
    """Show the networks of the last run of the workspace's file."""
    from grader import last_runs

    run = last_runs.load(find_workspace(), exercise)
    if run is None:
        print(f"No run of yours is kept of {exercise.id} yet. `grade {exercise.id}` makes one.")
        return
    from grader.commands.consoles import out
    from grader.show.comparison import show_networks

    show_networks(run.verdict.sights, run.verdict.places, out)


@click.command()
@some_exercises
def reset(words: tuple[str, ...]) -> None:
    """Bring stubs back; your own files are kept beside them."""
    chosen, workspace = exercises_named(words), find_workspace()
    for exercise in chosen:
        kept = workspace.reset(exercise)
        print(f"{workspace.file_of(exercise)} is the stub again.")
        if kept is not None:
            print(f"Your file was kept as {kept.name}.")


@click.command()
@some_exercises
def edit(words: tuple[str, ...]) -> None:
    """Open your files in $VISUAL, $EDITOR or VS Code."""
    chosen, workspace = exercises_named(words), find_workspace()
    editor = editor_command()
    files = [workspace.file_of(exercise) for exercise in chosen]
    for file, exercise in zip(files, chosen, strict=True):
        if not file.exists():
            raise WrongUsage(
                f"There is no file {file}. `grade reset {exercise.id}` brings its stub back."
            )
    click.edit(filename=[str(file) for file in files], editor=editor)


def editor_command() -> str:
    """Return the command that opens files, with its arguments.

    Raises:
        WrongUsage: none is set, or there is no such command.
    """
    for name in ("VISUAL", "EDITOR"):
        if editor := os.environ.get(name):
            if shutil.which(shlex.split(editor)[0]) is None:
                raise WrongUsage(f"{name} is set to {editor!r}, but there is no such command.")
            return editor
    if found := shutil.which("code"):
        return shlex.quote(found)
    raise WrongUsage(
        "No editor is set. Set the environment variable EDITOR, `export EDITOR=nano` say, or let "
        "VS Code install its command `code`."
    )
