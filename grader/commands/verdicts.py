"""Grading files: `grade ID` and `grade verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit
from rich.markup import escape

from grader.catalogue import select
from grader.commands.application import (
    ALL_PASSED,
    FAULT,
    NOT_PASSED,
    complete_words,
    exercise_ids,
    jobs_option,
    json_option,
    limit_option,
    limits_of,
    seed_option,
    server_option,
    timeout_option,
    told_if_not_written,
)
from grader.commands.consoles import err, out
from grader.selection import Chosen, choose
from grader.source_file import NotAFile
from grader.submission import Submission, read_submission
from grader.verdict import Outcome, Verdict
from grader.workspace import find_workspace

if TYPE_CHECKING:
    from grader.grading.pipeline import Options
    from grader.processes.workers import Workers

_PATH = click.Path(path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("words", metavar="ID|FILE...", nargs=-1, shell_complete=complete_words)
@click.option("--file", type=_PATH, help="Grade this file in place of the workspace's.")
@click.option("--solution", is_flag=True, help="Grade the reference.")
@json_option
@click.option("--junit", type=_FILE, help="Write JUnit XML into this file, too.")
@click.option("--html", type=_FILE, help="Write a page into this file, too.")
@timeout_option
@limit_option
@seed_option
@jobs_option
@click.option("--fresh", is_flag=True, help="Grade anew, also what has not changed.")
@click.option("--output", is_flag=True, help="Show all that the file printed.")
@server_option
def run(
    words: tuple[str, ...],
    file: Path | None,
    solution: bool,
    json: bool,
    junit: Path | None,
    html: Path | None,
    timeout: float | None,
    limit: tuple[str, ...],
    seed: int,
    jobs: int | None,
    fresh: bool,
    output: bool,
    server: bool,
) -> None:
    """Grade exercises or files; the word `run` may be left out."""
    limits = limits_of(limit)
    chosen = choose(words)
    _check(chosen, file, solution)
    work: dict[tuple[str, Path], Submission] = {}  # an id and its file may both be named
    for one in chosen:
        path = file or (one.exercise.solution if solution else _own_file(one))
        key = one.exercise.id, path.resolve()
        if key not in work:
            work[key] = read_submission(one.exercise, path)
    from grader.evidence.messages import Confinement
    from grader.grading.pipeline import Options
    from grader.last_runs import workspace_of
    from grader.show.terminal import show_verdict

    verdicts = grade_files(
        list(work.values()),
        Options(seed=seed, timeout=timeout, confinement=Confinement(limits=limits), sights=True),
        jobs=jobs,
        server=server,
        fresh=fresh,
        show=None if json else lambda verdict: show_verdict(verdict, out, whole_output=output),
    )
    _show_all(verdicts, json)
    for submission, verdict in zip(work.values(), verdicts, strict=True):
        if home := workspace_of(submission):
            home.remember([verdict])
    _write_files(list(work.values()), verdicts, junit, html)
    raise Exit(exit_code(verdicts))


def _check(chosen: Sequence[Chosen], file: Path | None, solution: bool) -> None:
    if not chosen:
        raise click.BadParameter("name an exercise, a lesson, a chapter, a file, or `all`")
    if file is not None and len(chosen) != 1:
        raise click.BadParameter("--file goes with one exercise")
    if file is not None and solution:
        raise click.BadParameter("--file and --solution do not go together")
    if (file is not None or solution) and any(one.file for one in chosen):
        option = "--solution" if solution else "--file"
        raise click.BadParameter(f"{option} goes with ids, not with files")


def _write_files(
    submissions: list[Submission], verdicts: list[Verdict], junit: Path | None, html: Path | None
) -> None:
    if junit is not None:
        from grader.show.junit import Suite, write_junit

        with told_if_not_written(junit):
            write_junit(junit, [Suite(f"{one.id} {one.title}", [one]) for one in verdicts])
    if html is not None:
        from grader.last_runs import hints_read, run_of
        from grader.show.entries import entry_of
        from grader.show.html import write_verdicts

        pairs = zip(submissions, verdicts, strict=True)
        entries = [entry_of(run_of(one, verdict), hints_read(one)) for one, verdict in pairs]
        with told_if_not_written(html):
            write_verdicts(html, entries)


def _own_file(one: Chosen) -> Path:
    if one.file is not None:
        return one.file
    path = find_workspace().file_of(one.exercise)
    if not path.exists():
        raise NotAFile(
            f"There is no file {path}. `grade reset {one.exercise.id}` brings its stub back."
        )
    return path


def exit_code(verdicts: list[Verdict]) -> int:
    """Return the exit code of a command that found these verdicts."""
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
    keep: bool = True,
    show: Callable[[Verdict], None] | None = None,
) -> list[Verdict]:
    """Grade files; show each verdict as soon as it and those before it are there.

    Without WORKERS it opens some, and closes them in the end. With FRESH it looks for no stored
    verdicts, without KEEP it stores none. Where the options ask for what the runs gave to see, each
    is kept as its exercise's last one.
    """
    from grader import last_runs
    from grader.grading import verdict_store
    from grader.grading.batch import cores, grade_all
    from grader.processes.opening import open_workers
    from grader.processes.server import wanted
    from grader.sandbox.system_calls import hide_memory
    from grader.show.live_line import LiveLine

    hide_memory()
    keys = [verdict_store.key_of(one, options) for one in work]
    found = [None if fresh else verdict_store.load(key) for key in keys]
    to_do = [one for one, verdict in zip(work, found, strict=True) if verdict is None]
    verdicts = []
    with ExitStack() as stack:
        live = stack.enter_context(LiveLine(err, len(to_do)))
        new: Iterator[Verdict] = iter(())
        if to_do:
            if workers is None:
                workers = stack.enter_context(open_workers(server=server and wanted()))
            # closed before the workers are, so that nothing runs on when we are interrupted
            new = stack.enter_context(
                closing(grade_all(to_do, workers, options, jobs or cores(), live.update))
            )
        for one, key, verdict in zip(work, keys, found, strict=True):
            if verdict is None:
                verdict = next(new)
                if keep:
                    verdict_store.keep(key, verdict)
            if options.sights:
                verdict = last_runs.keep(one, verdict)
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


@click.command()
@exercise_ids
@json_option
@seed_option
@jobs_option
@server_option
def verify(ids: tuple[str, ...], json: bool, seed: int, jobs: int | None, server: bool) -> None:
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
        keep=False,
        show=None if json else show,
    )
    stubs = grade_files(
        [read_submission(exercise, exercise.stub) for exercise in chosen],
        options,
        server=False,
        fresh=True,
        keep=False,
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
    code = exit_code(verdicts)
    if code == ALL_PASSED and blank < len(chosen):
        code = NOT_PASSED
    raise Exit(code)
