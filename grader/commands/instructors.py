"""For instructors: courses and classes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.commands.application import ALL_PASSED, NOT_PASSED, app, out, say


@app.command()
def nbgrader(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the course is laid out.")],
    force: Annotated[
        bool, typer.Option("--force", help="Write the course's files anew where they differ.")
    ] = False,
) -> None:
    """Lay out an nbgrader course: a notebook per exercise, an assignment per lesson."""
    from grader.teaching.nbgrader_course import NoCourse, lay_out_course

    try:
        done = lay_out_course(folder, force=force)
    except NoCourse as error:
        raise typer.BadParameter(str(error)) from None
    except OSError as error:
        say(f"{folder} cannot be written: {error}")
        raise typer.Exit(NOT_PASSED) from None
    out.print(
        f"{folder}: {len(done.lessons)} assignments, from {done.lessons[0]} to "
        f"{done.lessons[-1]}; {done.written} files written, {done.unchanged} were there.",
        markup=False,
        soft_wrap=True,
    )
    for path in done.replaced:
        out.print(f"The file that was there before: {path}", markup=False, soft_wrap=True)
    lesson = done.lessons[0]
    out.print(
        f"Next, in {folder}:\n"
        f"  nbgrader generate_assignment {lesson}   # for learners: release/{lesson}\n"
        f"  nbgrader autograde {lesson}             # of submitted/STUDENT/{lesson}\n"
        f"  nbgrader generate_feedback {lesson}\n"
        "  nbgrader export",
        markup=False,
        soft_wrap=True,
    )
    raise typer.Exit(ALL_PASSED)
