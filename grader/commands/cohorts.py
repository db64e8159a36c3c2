"""Whole classes: grade what they hand in, and make what is given to them and to platforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from grader.catalogue import select
from grader.commands.application import (
    ALL_PASSED,
    NOT_PASSED,
    USAGE,
    course_option,
    exercise_ids,
    jobs_option,
    layer_names,
    limit_option,
    limits_of,
    need_checks,
    require_option,
    say,
    seed_option,
    timeout_option,
)
from grader.commands.class_news import show_news
from grader.commands.consoles import err, out
from grader.commands.courses import syllabus_here

if TYPE_CHECKING:
    from grader.marking.exports import Columns
    from grader.teaching.cohort import Settings, Summary

_SHOWN_PROBLEMS = 20
NO_RESULTS = 4
"""The exit code of a run that did not come to its end; 3 is a fault of the grader elsewhere."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@exercise_ids
@click.option(
    "--out",
    "results",
    metavar="OUT",
    type=click.Path(path_type=Path),
    default="results",
    help="The folder for the results.",
)
@course_option
@click.option(
    "--roster",
    "roster_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A csv of your platform's with all students: who handed in nothing is told.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(["csv", "canvas", "moodle"]),
    multiple=True,
    help="Write marks and feedback that this platform imports, too.",
)
@click.option("--assignment", metavar="TITLE", help="What Canvas calls what is marked.")
@click.option(
    "--columns",
    type=click.Choice(["total", "exercises"]),
    help="What Canvas gets: one assignment with the total, or one for each exercise.",
)
@click.option("--dry-run", is_flag=True, help="Tell what is set and who is late; grade nothing.")
@jobs_option
@click.option("--dask", metavar="ADDRESS", help="Grade on this Dask cluster, tcp://HOST:PORT.")
@timeout_option
@limit_option
@seed_option
@require_option
@click.option("--fresh", is_flag=True, help="Grade anew, also what has not changed.")
def cohort(
    folder: Path,
    ids: tuple[str, ...],
    results: Path,
    course_file: Path | None,
    roster_file: Path | None,
    formats: tuple[str, ...],
    assignment: str | None,
    columns: Columns | None,
    dry_run: bool,
    jobs: int | None,
    dask: str | None,
    timeout: float | None,
    limit: tuple[str, ...],
    seed: int,
    require: str,
    fresh: bool,
) -> None:
    """Grade a class. A run that was interrupted goes on where it was.

    DIR has a folder or an archive (zip, tar.gz, …) per student, or is what Moodle, Canvas,
    Gradescope, Brightspace, Blackboard or Google Classroom let you download.

    Exit code: 0 everybody handed in something, and all of it got a verdict; 1 somebody handed
    in nothing, or something that could not be read or graded; 2 wrong usage; 4 there are no
    results: they could not be written, or the Dask cluster was lost.
    """
    limits_of(limit)
    ids = tuple(exercise.id for exercise in select(ids))
    syllabus = syllabus_here(course_file)[0].with_options(ids, timeout, limit)
    chosen = syllabus.chosen
    need_checks(syllabus.all_exercises)
    if results.exists() and not results.is_dir():
        raise click.BadParameter(f"{results} is a file, not a folder")
    if columns and "canvas" not in formats:
        raise click.BadParameter("--columns is for --format canvas; gradebook.csv has both anyway")
    if columns == "exercises" and assignment:
        raise click.BadParameter("--assignment is for the total; --columns exercises has none")
    from grader.marking.exports import DEFAULT_ASSIGNMENT, read_exports
    from grader.teaching.cohort import Settings, grade_cohort

    roster = roster_file or (Path(syllabus.roster) if syllabus.roster else None)
    title = assignment or syllabus.title or DEFAULT_ASSIGNMENT
    exports = read_exports(formats, roster, title, columns or "total")
    settings = Settings(
        jobs,
        dask,
        syllabus.timeout,
        seed,
        fresh,
        layer_names(require),
        limits_of(syllabus.limits),
        syllabus,
        exports,
    )
    with _told():
        if dry_run:
            _preview(folder, results, settings)
            return
        summary = grade_cohort(folder, results, chosen, settings, err)
    _show(summary, results)
    show_news(summary, results)
    raise Exit(ALL_PASSED if summary.complete else NOT_PASSED)


@contextmanager
def _told() -> Iterator[None]:
    """Tell why a run came to no results, in a line, with the exit code for that."""
    from grader.classwork.class_folder import NothingToGrade
    from grader.marking.earlier_marks import OtherClass
    from grader.sandbox.confinement import NotConfined
    from grader.teaching.cluster import ClusterLost, NoCluster
    from grader.teaching.cohort import CannotWrite, InUse

    try:
        yield
    except (NothingToGrade, NoCluster, InUse, NotConfined, OtherClass) as error:
        say(str(error))
        raise Exit(USAGE) from None
    except CannotWrite as error:
        say(str(error))
        raise Exit(NO_RESULTS) from None
    except ClusterLost as error:
        say(f"{error} What has been graded is kept: the same command goes on from there.")
        raise Exit(NO_RESULTS) from None
    except KeyboardInterrupt:
        err.print(
            "Stopped. What has been graded is kept: the same command goes on from there.",
            soft_wrap=True,
        )
        raise Exit(130) from None


def _preview(folder: Path, results: Path, settings: Settings) -> None:
    """Tell what a run would go by."""
    from grader.marking.preview import arrivals_of, meaning

    syllabus, roster = settings.syllabus, settings.exports.roster
    for line in (*meaning(syllabus), *arrivals_of(folder, syllabus, roster, results)):
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _show(summary: Summary, results: Path) -> None:
    students = f"{summary.students} student{'s' * (summary.students != 1)}"
    files = f"{summary.submissions} submission{'s' * (summary.submissions != 1)}"
    out.print(
        f"{students}, {files}: {summary.graded} graded now, {summary.known} known from before.",
        soft_wrap=True,
    )
    from grader.classwork.students import isolated

    missing = [problem for problem in summary.problems if not problem.graded or problem.in_doubt]
    for problem in missing[:_SHOWN_PROBLEMS]:
        about = " ".join(isolated(text) for text in (problem.exercise, problem.file) if text)
        if problem.exercise and problem.graded:  # a sentence that names the files
            about = f"{problem.exercise}:"
        who = f"{isolated(problem.student)}: " if problem.student else ""
        say(f"{who}{about}{' ' if about else ''}{problem.what}")
    if len(missing) > _SHOWN_PROBLEMS:
        say(f"and {len(missing) - _SHOWN_PROBLEMS} more, see {results / 'problems.csv'}")
    for remark in summary.remarks:
        say(remark)
    for name in ("gradebook.csv", "problems.csv", "results.json", "junit.xml", "report/index.html"):
        out.print(str(results / name), markup=False, soft_wrap=True)
    for path in summary.exported:
        out.print(str(path), markup=False, soft_wrap=True)


@click.command()
@click.argument("path", metavar="OUT.zip", type=click.Path(path_type=Path))
@exercise_ids
@course_option
@timeout_option
@limit_option
@seed_option
@require_option
def gradescope(
    path: Path,
    ids: tuple[str, ...],
    course_file: Path | None,
    timeout: float | None,
    limit: tuple[str, ...],
    seed: int,
    require: str,
) -> None:
    """Write an autograder for Gradescope, for these exercises, or for those of the course."""
    limits_of(limit)
    ids = tuple(exercise.id for exercise in select(ids))
    syllabus = syllabus_here(course_file)[0].with_options(ids, timeout, limit)
    chosen = syllabus.all_exercises
    need_checks(chosen)
    if path.suffix != ".zip" or path.is_dir():
        raise click.BadParameter(f"{path} is no name for a zip archive: call it autograder.zip")
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}")
    from grader.marking.marks import in_figures
    from grader.teaching.gradescope import write_autograder
    from grader.teaching.wheel import CannotPack

    try:
        write_autograder(path, syllabus, seed=seed, require=layer_names(require))
    except (CannotPack, OSError) as error:
        say(f"{path} cannot be written: {error}")
        raise Exit(NOT_PASSED) from None
    out.print(
        f"{path} grades {len(chosen)} exercise{'s' * (len(chosen) != 1)}, for "
        f"{in_figures(sum(map(syllabus.worth, chosen)))} points.",
        markup=False,
        soft_wrap=True,
    )
    out.print(
        "On Gradescope: Programming Assignment, Configure Autograder, upload it, choose Ubuntu "
        "24.04.",
        soft_wrap=True,
    )


@click.command()
@click.argument("folder", metavar="OUT", type=click.Path(path_type=Path))
@course_option
def release(folder: Path, course_file: Path | None) -> None:
    """Write bundles for learners (no checks), for machines that grade, and for instructors."""
    syllabus, found = syllabus_here(course_file)
    from grader.teaching.release import CannotRelease
    from grader.teaching.release import release as write_bundles
    from grader.teaching.wheel import CannotPack

    try:
        learners, graders, instructors = write_bundles(folder, syllabus, found)
    except CannotRelease as reason:
        say(str(reason))
        raise Exit(USAGE) from None
    except (CannotPack, OSError) as error:
        say(f"{folder} cannot be written: {error}")
        raise Exit(NOT_PASSED) from None
    out.print(f"{learners}  for learners: no solutions, no checks", markup=False, soft_wrap=True)
    out.print(
        f"{graders}  for machines that grade: checks, no solutions", markup=False, soft_wrap=True
    )
    out.print(f"{instructors}  for you: everything", markup=False, soft_wrap=True)
