"""Students' repositories on CI services: what they need there, and what they call."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from grader.catalogue import select
from grader.commands.application import (
    FAULT,
    NOT_PASSED,
    SuggestingGroup,
    course_option,
    exercise_ids,
    layer_names,
    limit_option,
    limits_of,
    need_checks,
    require_option,
    say,
    seed_option,
    timeout_option,
)
from grader.commands.consoles import err, out
from grader.commands.courses import syllabus_here
from grader.commands.verdicts import exit_code
from grader.marking.syllabus_file import FILE_NAME

if TYPE_CHECKING:
    from grader.teaching.repository import GradedRepository

_FOLDER = click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
_INSTALL = click.option(
    "--install",
    metavar="WHAT",
    default="",
    help="What pip installs there, in place of a wheel that is put into the repository.",
)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=SuggestingGroup)
def ci() -> None:
    """Let a CI service grade students' repositories."""


@ci.command()
@_FOLDER
@exercise_ids
@course_option
@_INSTALL
def github(folder: Path, ids: tuple[str, ...], course_file: Path | None, install: str) -> None:
    """Write a workflow for GitHub Actions into the repository DIR."""
    _write(folder, "github", ids, course_file, install)


@ci.command()
@_FOLDER
@exercise_ids
@course_option
@_INSTALL
def gitlab(folder: Path, ids: tuple[str, ...], course_file: Path | None, install: str) -> None:
    """Write a pipeline for GitLab into the repository DIR."""
    _write(folder, "gitlab", ids, course_file, install)


@ci.command()
@_FOLDER
@exercise_ids
@course_option
@_INSTALL
def classroom50(folder: Path, ids: tuple[str, ...], course_file: Path | None, install: str) -> None:
    """Write an autograder for Classroom 50 into DIR, CLASSROOM/autograders/ASSIGNMENT."""
    _write(folder, "classroom50", ids, course_file, install)


def _write(
    folder: Path, name: str, ids: tuple[str, ...], course_file: Path | None, install: str
) -> None:
    syllabus, found = syllabus_here(course_file)
    need_checks(select(ids) or syllabus.all_exercises)
    from grader.teaching.wheel import CannotPack
    from grader.teaching.workflows import NoWorkflow, write_workflow

    try:
        own = folder / FILE_NAME
        is_there = found is not None and own.exists() and own.samefile(found)
        course = found.read_bytes() if found and not is_there else None
        written = write_workflow(folder, name, ids, install, course)
    except NoWorkflow as reason:
        raise click.BadParameter(str(reason)) from None
    except (CannotPack, OSError) as error:
        say(f"{folder} cannot be written: {error}")
        raise Exit(NOT_PASSED) from None
    for path in written:
        out.print(str(path), markup=False, soft_wrap=True)


@contextlib.contextmanager
def _no_commands() -> Iterator[None]:
    """Let GitHub take no line of its log for a command: verdicts quote what students wrote.

    See https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        yield
    finally:
        print(f"::{token}::", flush=True)


@ci.command()
@exercise_ids
@course_option
@click.option("--junit", type=_FILE, help="Write JUnit XML into this file.")
@click.option("--summary", type=_FILE, help="Write Markdown into this file.")
@click.option("--result", type=_FILE, help="Write Classroom 50's result.json into this file.")
@timeout_option
@limit_option
@seed_option
@require_option
def run(
    ids: tuple[str, ...],
    course_file: Path | None,
    junit: Path | None,
    summary: Path | None,
    result: Path | None,
    timeout: float | None,
    limit: tuple[str, ...],
    seed: int,
    require: str,
) -> None:
    """Grade the repository that one stands in, as its course.toml sets.

    Exit code: 0 everything passed, 1 not, 2 wrong usage, 3 a fault of the grader: then there is no
    result.json.
    """
    limits_of(limit)
    ids = tuple(exercise.id for exercise in select(ids))
    syllabus = syllabus_here(course_file)[0].with_options(ids, timeout, limit)
    need_checks(syllabus.all_exercises)
    from grader.sandbox.confinement import NotConfined
    from grader.show.terminal import show_summary, show_verdict
    from grader.teaching.pushes import arrival_of_push
    from grader.teaching.repository import grade_repository

    for path in filter(None, (junit, summary, result)):
        path.unlink(missing_ok=True)  # no student's own file is taken for a result
    try:
        found = grade_repository(
            Path(),
            syllabus,
            arrival_of_push(os.environ),
            seed=seed,
            require=layer_names(require),
            say=lambda text: err.print(text, markup=False, soft_wrap=True),
        )
    except NotConfined as error:
        raise click.BadParameter(str(error)) from None
    verdicts = [one.verdict for one in found.exercises]
    with _no_commands():
        for one in found.exercises:
            show_verdict(one.verdict, out, one.places)
        for note in found.notes:
            out.print(note, markup=False, soft_wrap=True)
        show_summary(verdicts, out)
        if any(one.counts_otherwise for one in found.exercises):
            out.print(f"It counts {_total(found)} points.", soft_wrap=True)
    code = exit_code(verdicts)
    try:
        _write_results(found, junit, summary, None if code == FAULT else result)
    except OSError as error:
        raise click.BadParameter(f"{error.filename} cannot be written: {error.strerror}") from None
    raise Exit(code)


def _total(found: GradedRepository) -> str:
    from grader.marking.marks import in_figures

    return f"{in_figures(found.points)} of {in_figures(found.most)}"


def _write_results(
    found: GradedRepository, junit: Path | None, summary: Path | None, result: Path | None
) -> None:
    if junit is not None:
        from grader.show.junit import Suite, write_junit

        write_junit(
            junit,
            [
                Suite(
                    f"{one.verdict.id} {one.verdict.title}",
                    [one.verdict],
                    places={one.verdict.id: one.places},
                )
                for one in found.exercises
            ],
        )
    if summary is not None:
        from grader.files import whole_file
        from grader.marking.marks import in_figures
        from grader.show.markdown import as_markdown

        with whole_file(summary) as stream:
            told = (
                (
                    one.verdict,
                    one.places,
                    f"{in_figures(one.mark.points)} of {in_figures(one.mark.most)}",
                )
                for one in found.exercises
            )
            stream.write(as_markdown(told, _total(found), found.notes))
    if result is not None:
        import json

        from grader.files import whole_file
        from grader.teaching.classroom import classroom_result

        with whole_file(result) as stream:
            json.dump(classroom_result(found.exercises, os.environ), stream, indent=1)
