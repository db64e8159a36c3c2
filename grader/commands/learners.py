"""A learner's day: which exercises there are, the next one, hints, files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.catalogue import chapter_titles, exercises, find
from grader.commands.application import ExerciseId, app, out
from grader.verdict import Outcome
from grader.workspace import NoWorkspace, chapter_progress, find_workspace, lay_out


@app.command("list")
def list_exercises() -> None:
    """List all exercises, and which of yours have passed."""
    try:
        progress = find_workspace().progress()
    except NoWorkspace:
        progress = {}
    done = chapter_progress(progress)
    marks = {
        Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.ERROR: "✗", Outcome.TIMEOUT: "✗",
    }  # fmt: skip
    for number, title in chapter_titles().items():
        _, passed, count = done[number]
        out.print(f"\n[bold]Chapter {number}: {escape(title)}[/]  {passed} of {count} passed")
        for exercise in exercises():
            if exercise.chapter == number:
                known = progress.get(exercise.id)
                mark = marks.get(known.status, " ") if known else " "
                points = f"{exercise.points} point{'s' if exercise.points != 1 else ''}"
                out.print(f"  {mark} {exercise.id}  {escape(exercise.title)}  [dim]{points}[/]")


@app.command("next")
def next_exercise() -> None:
    """Show the first exercise that you have not passed yet."""
    workspace = find_workspace()
    progress = workspace.progress()
    for exercise in exercises():
        if exercise.id not in progress or progress[exercise.id].status is not Outcome.PASSED:
            out.print(f"[bold]{exercise.id}[/] {escape(exercise.title)}")
            print(workspace.file_of(exercise))
            return
    out.print("All exercises have passed. Well done!")


@app.command()
def hint(
    id: ExerciseId,
    level: Annotated[
        int, typer.Option(min=1, max=3, help="From 1, a nudge, to 3, nearly the answer.")
    ] = 1,
) -> None:
    """Give a hint."""
    exercise = find(id)
    out.print(f"Hint {level} of {len(exercise.hints)} for {exercise.id}:", style="bold")
    out.print(escape(exercise.hints[level - 1]))
    if level < len(exercise.hints):
        out.print(f"More: `grade hint {exercise.id} --level {level + 1}`", style="dim")


@app.command()
def path(id: ExerciseId) -> None:
    """Print the path of your file for an exercise."""
    exercise = find(id)
    print(find_workspace().file_of(exercise))


@app.command()
def show(id: ExerciseId) -> None:
    """Show an exercise's task."""
    exercise = find(id)
    print(exercise.task)
    points = ", ".join(f"{name} {points}" for name, points in exercise.check_points.items())
    out.print(f"\n{exercise.points} points: {escape(points)}", style="dim")


@app.command()
def reset(id: ExerciseId) -> None:
    """Bring an exercise's stub back; your own file is kept beside it."""
    exercise = find(id)
    workspace = find_workspace()
    kept = workspace.reset(exercise)
    out.print(f"{workspace.file_of(exercise)} is the stub again.", soft_wrap=True)
    if kept is not None:
        out.print(f"Your file was kept as {kept.name}.", soft_wrap=True)


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Lay out a workspace with all exercises. Files that are there stay as they are."""
    try:
        new, kept = lay_out(folder)
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be written to: {error.strerror}") from None
    stayed = f", {kept} stayed as they were" if kept else ""
    out.print(f"{new} new files in {folder / 'exercises'}{stayed}.", soft_wrap=True)
    out.print(f"Go there with `cd {folder}`, then `grade next`.", soft_wrap=True)
