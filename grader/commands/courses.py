"""A course's settings: telling what they mean, and beginning a file of them."""

from __future__ import annotations

from pathlib import Path

import click
from click.exceptions import Exit

from grader.commands.application import NOT_PASSED, say
from grader.marking.syllabus import Syllabus
from grader.marking.syllabus_file import FILE_NAME, SKELETON, find_syllabus
from grader.usage import WrongUsage


def syllabus_here(path: Path | None) -> tuple[Syllabus, Path | None]:
    """Return what PATH sets, or `course.toml` in this folder, and that file; tell of it.

    Raises:
        BadSyllabus: it cannot be used.
    """
    syllabus, found = find_syllabus(path, Path())
    if found is not None:
        say(f"going by {found}")
    return syllabus, found


@click.command()
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@click.option("--init", is_flag=True, help=f"Write a {FILE_NAME} to begin with.")
@click.option("--dry-run", is_flag=True, hidden=True, help="It never does anything else.")
def course(path: Path | None, init: bool, dry_run: bool) -> None:
    """Tell what a course sets: exercises, points, deadlines, feedback, limits.

    It stands in FILE, or in `course.toml` in this folder. `cohort`, `nbgrader`, `gradescope`,
    `release` and `ci` go by it.
    """
    from grader.marking.preview import meaning

    if init:
        _begin(path or Path(FILE_NAME))
        return
    syllabus, found = find_syllabus(path, Path())
    if found is None:
        raise WrongUsage(f"There is no {FILE_NAME} here. `grade course --init` writes one.")
    for line in meaning(syllabus):
        print(line)


def _begin(path: Path) -> None:
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(SKELETON)
    except FileExistsError:
        raise WrongUsage(f"{path} is there already.") from None
    except OSError as error:
        say(f"{path} cannot be written: {error.strerror}")
        raise Exit(NOT_PASSED) from None
    print(f"{path}: fill it in, then `grade course` tells what it means.")
