"""A learner's day: which exercises there are, the next one, hints, files."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from contextlib import suppress
from pathlib import Path

import click

from grader.catalogue import Exercise, exercises
from grader.commands.application import emphasised, one_exercise, some_exercises
from grader.files import as_typed
from grader.notebook.starter import NOTEBOOK
from grader.selection import exercises_named, one_named
from grader.show.guidance import ShownHint, points_of, shown_hint, shown_task
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
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for place, (number, (title, passed, count)) in enumerate(chapter_progress(progress).items()):
        if place and only is None:
            print()
        first, last = f"Chapter {number}: ", f"  {passed} of {count} passed"
        print(emphasised(first + _cut(title, width, first + last), bold=True) + last)
        for exercise in exercises():
            if exercise.chapter == number and only in {None, number}:
                known = progress.get(exercise.id)
                mark = _MARKS.get(known.status, " ") if known else " "
                first = f"  {mark} {exercise.id}  "
                last = f"  {exercise.points} point{'s' if exercise.points != 1 else ''}"
                cut = _cut(exercise.title, width, first + last)
                print(first + cut + emphasised(last, dim=True))


def _cut(title: str, width: int | None, beside: str) -> str:
    """Return as much of a title as fits into a line of WIDTH beside other words."""
    room = len(title) if width is None else max(8, width - len(beside))
    return title if len(title) <= room else f"{title[: room - 1].rstrip()}…"


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
    found = print_hint(exercise, level)
    with suppress(NoWorkspace):
        find_workspace().remember_hint(exercise, level)
    if found.more:
        print(emphasised(found.more, dim=True))


def print_hint(exercise: Exercise, level: int) -> ShownHint:
    """Print one of the hints to an exercise, level 1 is the first, and return it."""
    found = shown_hint(exercise, level, shutil.get_terminal_size().columns)
    print(emphasised(found.heading, bold=True))
    print(found.text)
    return found


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
        print("\n" * bool(number) + shown_task(exercise, shutil.get_terminal_size().columns))
        print(emphasised(f"\n{points_of(exercise)}", dim=True))


def _show_mine(exercise: Exercise) -> None:
    """Show the networks of the last run of the workspace's file."""
    from grader import last_runs

    run = last_runs.load(find_workspace(), exercise)
    if run is None:
        print(f"No run of {exercise.id} is kept yet. `grade {exercise.id}` makes one.")
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
        try:
            kept = workspace.reset(exercise)
        except OSError as error:
            file = workspace.file_of(exercise)
            raise WrongUsage(
                f"{file} cannot be written to: {error.strerror}. It is as it was."
            ) from None
        print(f"{workspace.file_of(exercise)} is the stub again.")
        if kept is not None:
            print(f"Your file was kept as {kept.name}.")


@click.command()
@some_exercises
def edit(words: tuple[str, ...]) -> None:
    """Open your files in $VISUAL, $EDITOR or VS Code; notebooks in VS Code or Jupyter."""
    chosen, workspace = exercises_named(words), find_workspace()
    files = [workspace.file_of(exercise) for exercise in chosen]
    editor = editor_for(files)
    for file, exercise in zip(files, chosen, strict=True):
        if not file.exists():
            raise WrongUsage(
                f"There is no file {file}. `grade reset {exercise.id}` brings its stub back."
            )
    click.edit(filename=[str(file) for file in files], editor=editor)


def editor_for(files: list[Path]) -> str:
    """Return the command that opens files, with its arguments; it opens notebooks as such.

    Raises:
        WrongUsage: none is set, or there is no such command.
    """
    if not any(file.suffix == NOTEBOOK for file in files):
        return _editor_command()
    found = _vs_code() or shutil.which("jupyter-lab") or shutil.which("jupyter-notebook")
    if found:
        return as_typed(found)
    raise WrongUsage(
        f"Open {files[0]} in JupyterLab or VS Code. Neither is installed here as a command; "
        "`pip install jupyterlab` installs the first."
    )


def words_of(command: str) -> list[str]:
    """Return a command's words; on Windows a backslash is part of a path, and quotes nothing."""
    if os.name != "nt":
        return shlex.split(command)
    return [word.strip('"') for word in shlex.split(command, posix=False)]


def _editor_command() -> str:
    for name in ("VISUAL", "EDITOR"):
        if editor := os.environ.get(name, "").strip():
            try:
                program = words_of(editor)[0]
            except ValueError as error:  # a quote that is not closed
                raise WrongUsage(f"{name} is set to {editor!r}: {error}.") from None
            if shutil.which(program) is None:
                raise WrongUsage(f"{name} is set to {editor!r}, but there is no such command.")
            return editor
    if found := _vs_code():
        return as_typed(found)
    raise WrongUsage(
        "No editor is set. Set the environment variable EDITOR, `export EDITOR=nano` say, or let "
        "VS Code install its command `code`."
    )


def _vs_code() -> str | None:
    """Return VS Code's command; in a terminal of code-server, its own opens files in the window."""
    if found := shutil.which("code"):
        return found
    # elsewhere than in its terminal, that command starts a server
    return shutil.which("code-server") if os.environ.get("VSCODE_IPC_HOOK_CLI") else None
