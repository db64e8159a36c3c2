"""For instructors: courses and classes."""

from __future__ import annotations

from pathlib import Path

import click
from click.exceptions import Exit

from grader.commands.application import ALL_PASSED, NOT_PASSED, course_option, say
from grader.commands.courses import syllabus_here


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@course_option
@click.option("--force", is_flag=True, help="Write the course's files anew where they differ.")
def nbgrader(folder: Path, course_file: Path | None, force: bool) -> None:
    """Lay out an nbgrader course: a notebook per exercise, an assignment per lesson.

    Called again, it writes its part of nbgrader_config.py anew, and leaves yours as it is.
    """
    from grader.teaching.nbgrader_course import NoCourse, lay_out_course

    syllabus, _ = syllabus_here(course_file)
    try:
        done = lay_out_course(folder, syllabus, force=force)
    except NoCourse as error:
        raise click.BadParameter(str(error)) from None
    except OSError as error:
        say(f"{folder} cannot be written: {error}")
        raise Exit(NOT_PASSED) from None
    print(
        f"{folder}: {len(done.lessons)} assignments, from {done.lessons[0]} to "
        f"{done.lessons[-1]}; {done.written} files written, {done.unchanged} were there."
    )
    for path in done.replaced:
        print(f"The file that was there before: {path}")
    for remark in done.remarks:
        say(remark)
    lesson = done.lessons[0]
    print(
        f"Next, in {folder}:\n"
        f"  nbgrader generate_assignment {lesson}   # for learners: release/{lesson}\n"
        f"  nbgrader autograde {lesson}             # of submitted/STUDENT/{lesson}\n"
        f"  nbgrader generate_feedback {lesson}\n"
        "  nbgrader export"
    )
    raise Exit(ALL_PASSED)
