"""Students' repositories on CI services: what they need there, and what they call."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.exceptions import Exit

from grader.catalogue import select
from grader.commands.application import (
    ALL_PASSED,
    FAULT,
    NOT_PASSED,
    SuggestingGroup,
    exercise_ids,
    layer_names,
    limit_option,
    limits_of,
    require_option,
    say,
    seed_option,
    timeout_option,
)
from grader.commands.consoles import err, out
from grader.verdict import Outcome

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
@_INSTALL
def github(folder: Path, ids: tuple[str, ...], install: str) -> None:
    """Write a workflow for GitHub Actions into the repository DIR."""
    _write(folder, "github", ids, install)


@ci.command()
@_FOLDER
@exercise_ids
@_INSTALL
def gitlab(folder: Path, ids: tuple[str, ...], install: str) -> None:
    """Write a pipeline for GitLab into the repository DIR."""
    _write(folder, "gitlab", ids, install)


@ci.command()
@_FOLDER
@exercise_ids
@_INSTALL
def classroom50(folder: Path, ids: tuple[str, ...], install: str) -> None:
    """Write an autograder for Classroom 50 into DIR, CLASSROOM/autograders/ASSIGNMENT."""
    _write(folder, "classroom50", ids, install)


def _write(folder: Path, name: str, ids: tuple[str, ...], install: str) -> None:
    for exercise in select(ids or ["all"]):
        _ = exercise.checks  # a learners' bundle has none, and says so
    from grader.teaching.wheel import CannotPack
    from grader.teaching.workflows import NoWorkflow, write_workflow

    try:
        written = write_workflow(folder, name, ids, install)
    except NoWorkflow as reason:
        raise click.BadParameter(str(reason)) from None
    except (CannotPack, OSError) as error:
        say(f"{folder} cannot be written: {error}")
        raise Exit(NOT_PASSED) from None
    for path in written:
        out.print(str(path), markup=False, soft_wrap=True)


@ci.command()
@exercise_ids
@click.option("--junit", type=_FILE, help="Write JUnit XML into this file.")
@click.option("--summary", type=_FILE, help="Write Markdown into this file.")
@click.option("--result", type=_FILE, help="Write Classroom 50's result.json into this file.")
@timeout_option
@limit_option
@seed_option
@require_option
def run(
    ids: tuple[str, ...],
    junit: Path | None,
    summary: Path | None,
    result: Path | None,
    timeout: float | None,
    limit: tuple[str, ...],
    seed: int,
    require: str,
) -> None:
    """Grade the repository that one stands in.

    Exit code: 0 everything passed, 1 not, 2 wrong usage, 3 a fault of the grader: then there is no
    result.json.
    """
    chosen = select(ids or ["all"])
    for exercise in chosen:
        _ = exercise.checks
    from grader.sandbox.confinement import NotConfined
    from grader.show.terminal import show_summary, show_verdict
    from grader.teaching.repository import grade_repository

    for path in filter(None, (junit, summary, result)):
        path.unlink(missing_ok=True)  # no student's own file is taken for a result
    try:
        found = grade_repository(
            Path(),
            chosen,
            timeout=timeout,
            seed=seed,
            require=layer_names(require),
            limits=limits_of(limit),
            say=lambda text: err.print(text, markup=False, soft_wrap=True),
        )
    except NotConfined as error:
        raise click.BadParameter(str(error)) from None
    for verdict, places in found.exercises:
        show_verdict(verdict, out, places)
    for note in found.notes:
        out.print(note, markup=False, soft_wrap=True)
    verdicts = [verdict for verdict, _ in found.exercises]
    show_summary(verdicts, out)
    failed = any(verdict.status is Outcome.GRADER_ERROR for verdict in verdicts)
    try:
        if junit is not None:
            from grader.show.junit import Suite, write_junit

            write_junit(
                junit,
                [
                    Suite(f"{one.id} {one.title}", [one], places={one.id: places})
                    for one, places in found.exercises
                ],
            )
        if summary is not None:
            from grader.files import whole_file
            from grader.show.markdown import as_markdown

            with whole_file(summary) as stream:
                stream.write(as_markdown(found.exercises, found.notes))
        if result is not None and not failed:
            import json

            from grader.files import whole_file
            from grader.teaching.classroom import classroom_result

            with whole_file(result) as stream:
                json.dump(classroom_result(verdicts, os.environ), stream, indent=1)
    except OSError as error:
        raise click.BadParameter(f"{error.filename} cannot be written: {error.strerror}") from None
    if failed:
        raise Exit(FAULT)
    passed = all(verdict.status is Outcome.PASSED for verdict in verdicts)
    raise Exit(ALL_PASSED if passed else NOT_PASSED)
