"""Grading files: `grade ID` and `grade verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from grader.catalogue import Exercise, select
from grader.commands.application import (
    ALL_PASSED,
    FAULT,
    NOT_PASSED,
    ExerciseIds,
    Jobs,
    Json,
    LimitTexts,
    Seed,
    Server,
    Timeout,
    app,
    err,
    limits_of,
    out,
)
from grader.submission import NotAFile, Submission, read_submission
from grader.verdict import Outcome, Verdict
from grader.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from grader.grading.pipeline import Options
    from grader.processes.workers import Workers


@app.command()
def run(
    ids: ExerciseIds = None,
    file: Annotated[
        Path | None, typer.Option(help="Grade this file in place of the workspace's.")
    ] = None,
    solution: Annotated[bool, typer.Option("--solution", help="Grade the reference.")] = False,
    json: Json = False,
    junit: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write JUnit XML into this file, too.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write a page into this file, too.")
    ] = None,
    timeout: Timeout = None,
    limit: LimitTexts = None,
    seed: Seed = 0,
    jobs: Jobs = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Grade anew, also what has not changed.")
    ] = False,
    server: Server = True,
) -> None:
    """Grade exercises; the word `run` may be left out."""
    limits = limits_of(limit)
    chosen = select(ids or [])
    if not chosen:
        raise typer.BadParameter("name an exercise, a lesson, a chapter, or `all`")
    if file is not None and len(chosen) != 1:
        raise typer.BadParameter("--file goes with one exercise")
    if file is not None and solution:
        raise typer.BadParameter("--file and --solution do not go together")
    workspace = None if file is not None or solution else find_workspace()
    submissions = [
        read_submission(one, (one.solution if solution else file) or _own_file(workspace, one))
        for one in chosen
    ]
    from grader.evidence.messages import Confinement
    from grader.grading.pipeline import Options
    from grader.show.terminal import show_verdict

    verdicts = grade_files(
        submissions,
        Options(seed=seed, timeout=timeout, confinement=Confinement(limits=limits)),
        jobs=jobs,
        server=server,
        fresh=fresh,
        show=None if json else lambda verdict: show_verdict(verdict, out),
    )
    _show_all(verdicts, json)
    if workspace is not None:
        workspace.remember(verdicts)
    _write_files(verdicts, junit, html)
    raise typer.Exit(_exit_code(verdicts))


def _write_files(verdicts: list[Verdict], junit: Path | None, html: Path | None) -> None:
    try:
        if junit is not None:
            from grader.show.junit import Suite, write_junit

            write_junit(junit, [Suite(f"{one.id} {one.title}", [one]) for one in verdicts])
        if html is not None:
            from grader.show.html import write_verdicts

            write_verdicts(html, verdicts)
    except OSError as error:
        raise typer.BadParameter(f"{error.filename} cannot be written: {error.strerror}") from None


def _own_file(workspace: Workspace | None, exercise: Exercise) -> Path:
    assert workspace is not None
    path = workspace.file_of(exercise)
    if not path.exists():
        raise NotAFile(
            f"There is no file {path}. `grade reset {exercise.id}` brings its stub back."
        )
    return path


def _exit_code(verdicts: list[Verdict]) -> int:
    if any(verdict.status is Outcome.GRADER_ERROR for verdict in verdicts):
        return FAULT
    passed = all(verdict.status is Outcome.PASSED for verdict in verdicts)
    return ALL_PASSED if passed else NOT_PASSED


def grade_files(
    work: Sequence[Submission],
    options: Options,
    *,
    jobs: int | None = None,
    server: bool = True,
    workers: Workers | None = None,
    fresh: bool = False,
    show: Callable[[Verdict], None] | None = None,
) -> list[Verdict]:
    """Grade files; show each verdict as soon as it and those before it are there.

    Without WORKERS it opens some, and closes them in the end.
    """
    from grader.grading import verdict_store
    from grader.grading.batch import cores, grade_all
    from grader.processes.opening import open_workers
    from grader.processes.server import wanted
    from grader.sandbox.system_calls import hide_memory
    from grader.show.live_line import LiveLine

    hide_memory()
    keys = [None if fresh else verdict_store.key_of(one, options) for one in work]
    found = [verdict_store.load(key) if key else None for key in keys]
    to_do = [one for one, verdict in zip(work, found, strict=True) if verdict is None]
    verdicts = []
    with ExitStack() as stack:
        live = stack.enter_context(LiveLine(err, len(to_do)))
        new: Iterator[Verdict] = iter(())
        if to_do:
            if workers is None:
                workers = stack.enter_context(open_workers(server=server and wanted()))
            new = grade_all(to_do, workers, options, jobs or cores(), live.update)
        for key, verdict in zip(keys, found, strict=True):
            if verdict is None:
                verdict = next(new)
                if key:
                    verdict_store.keep(key, verdict)
            verdicts.append(verdict)
            if show:
                with live.one_done():
                    show(verdict)
    return verdicts


def _show_all(verdicts: list[Verdict], json: bool) -> None:
    from grader.show.terminal import show_summary, to_json

    if json:
        print(to_json(verdicts, ascii_only=out.options.ascii_only))
    else:
        show_summary(verdicts, out)


@app.command()
def verify(
    ids: ExerciseIds = None,
    json: Json = False,
    seed: Seed = 0,
    jobs: Jobs = None,
    server: Server = True,
) -> None:
    """Prove that every reference passes every check, and that no stub does."""
    from grader.evidence.messages import Confinement
    from grader.grading.pipeline import Options
    from grader.show.terminal import show_verdict

    chosen = select(ids or ["all"])

    def show(verdict: Verdict) -> None:
        if verdict.status is Outcome.PASSED:
            title = escape(verdict.title)
            out.print(f"{verdict.id}  passed  {verdict.seconds:.1f} s  {title}")
        else:
            show_verdict(verdict, out)

    # By the stricter rules: what passes so passes on a learner's own machine as well.
    options = Options(seed=seed, confinement=Confinement("instructor"))
    verdicts = grade_files(
        [read_submission(exercise, exercise.solution) for exercise in chosen],
        options,
        jobs=jobs,
        server=server,
        fresh=True,
        show=None if json else show,
    )
    stubs = grade_files(
        [read_submission(exercise, exercise.stub) for exercise in chosen],
        options,
        server=False,
        fresh=True,
    )
    for stub in stubs:
        if stub.status is not Outcome.NOT_ATTEMPTED:
            err.print(f"{stub.id}: the stub is {stub.status}, not not_attempted")
    _show_all(verdicts, json)
    passed = sum(verdict.status is Outcome.PASSED for verdict in verdicts)
    blank = sum(stub.status is Outcome.NOT_ATTEMPTED for stub in stubs)
    if not json:
        out.print(
            f"{passed} of {len(chosen)} references passed, "
            f"{blank} of {len(chosen)} stubs are not_attempted.",
        )
    code = _exit_code(verdicts)
    if code == ALL_PASSED and blank < len(chosen):
        code = NOT_PASSED
    raise typer.Exit(code)
