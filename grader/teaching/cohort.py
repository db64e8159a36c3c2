"""Grading a whole class: many files at a time, in a run that can be interrupted.

Each verdict is on the disk as soon as it is found, so a run that was ended in whatever way
is gone on with by the same command. The results are written when all verdicts are there.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grader.catalogue import Exercise
from grader.grading.batch import cores
from grader.teaching.cells import retold
from grader.teaching.class_folder import (
    Found,
    NothingToGrade,
    Problem,
    Submission,
    find_submissions,
)
from grader.teaching.cluster import Cluster
from grader.teaching.lanes import Lanes, Task, file_name, grade_task
from grader.teaching.records import Records
from grader.teaching.results import Results, columns_of, write_results
from grader.verdict import Outcome, Verdict

_WORK = ".work"
_LOCK = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT}

Numbered = tuple[int, Task]
Graded = tuple[int, dict[str, Any]]


class CannotWrite(Exception):
    """The results cannot be written; says why, and what is safe."""


class InUse(Exception):
    """Another run writes into the same folder."""


@dataclass(frozen=True)
class Settings:
    """What a caller may choose."""

    jobs: int | None = None
    """Files graded at a time on this machine; None for as many as cores."""
    dask: str | None = None
    """A Dask scheduler's address, where a cluster shall grade."""
    timeout: float | None = None
    seed: int = 0
    fresh: bool = False
    """Whether to grade anew what has been graded."""


@dataclass
class Summary:
    """How a run came out."""

    students: int = 0
    submissions: int = 0
    graded: int = 0
    """Graded in this run."""
    known: int = 0
    """Graded in an earlier run."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything that was handed in got its verdict."""
        return all(problem.graded for problem in self.problems)


def grade_cohort(
    folder: Path,
    out: Path,
    chosen: Sequence[Exercise] | None,
    settings: Settings,
    console: Console,
) -> Summary:
    """Grade what a class handed in; write the results into OUT.

    Args:
        folder: the class's folder or archive, see `submissions`.
        out: the folder for the results, made where it is missing.
        chosen: the exercises to grade; all for None.
        settings: how.
        console: that shows the progress.

    Raises:
        NothingToGrade: there is no work of a class in FOLDER.
        NoCluster: the Dask cluster cannot be used.
        ClusterLost: the Dask scheduler was lost meanwhile.
        InUse: another run writes into OUT.
        CannotWrite: the disk is full, or OUT may not be written to.
    """
    if not folder.exists():
        raise NothingToGrade(f"There is no folder {folder}.")
    run = _Run(out, settings, console)
    try:
        with ExitStack() as stack:
            out.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_alone(out))
            shutil.rmtree(out / _WORK, ignore_errors=True)  # of a run that was killed
            run.records.clear_away_parts()
            (out / _WORK).mkdir(mode=0o700)
            stack.callback(shutil.rmtree, out / _WORK, ignore_errors=True)
            found = find_submissions(folder, out / _WORK, chosen, leave_out=out)
            run.grade(found)
            results = Results(found, run.faults, columns_of(found, chosen), run.records)
            return Summary(
                len(found.students),
                len(found.submissions),
                run.graded,
                run.known,
                write_results(out, results),
            )
    except OSError as error:
        what = "the disk is full" if error.errno in _FULL else str(error)
        raise CannotWrite(
            f"The results cannot be written to {out}: {what}. What was graded before is safe; "
            "the same command goes on from there."
        ) from error


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Keep two runs from writing to the same folder; the system forgets a killed run's lock."""
    try:
        import fcntl
    except ImportError:  # on Windows there is no such lock
        yield
        return
    lock: IO[str]
    with (out / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"Another run of `grade cohort` writes to {out}.") from None
        yield


class _Run:
    """One run: what is known already, what is graded now, what failed."""

    def __init__(self, out: Path, settings: Settings, console: Console) -> None:
        self._out = out
        self._settings = settings
        self._console = console
        self.records = Records(out)
        self.faults: list[Problem] = []
        self.known = self.graded = 0

    def grade(self, found: Found) -> None:
        """Grade what has no verdict yet, and store each verdict as it comes."""
        waiting: dict[int, str] = {}  # the keys that their verdicts will have
        for number, submission in enumerate(found.submissions):
            key = self._task(submission).key()
            if not self._settings.fresh and key == self._kept_key(submission):
                self.known += 1
            else:
                waiting[number] = key
        if not waiting:
            return
        tasks = ((number, self._task(found.submissions[number])) for number in waiting)
        columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with ExitStack() as stack:
            bar = stack.enter_context(
                Progress(
                    *columns,
                    console=self._console,
                    transient=True,
                    disable=not self._console.is_terminal,
                    speed_estimate_period=3600,
                )
            )
            shown = bar.add_task("", total=len(waiting))
            if self._settings.dask:
                cluster = stack.enter_context(Cluster(self._settings.dask))
                results = cluster.grade(tasks)
            else:
                jobs = min(self._settings.jobs or cores(), len(waiting))
                results = _grade_here(tasks, stack.enter_context(Lanes()), jobs)
            with contextlib.closing(results):
                for number, verdict in results:
                    self._keep(found.submissions[number], waiting[number], verdict)
                    bar.advance(shown)

    def _task(self, submission: Submission) -> Task:
        return Task(
            submission.exercise.id,
            file_name(submission.exercise, submission.file),
            submission.path.read_bytes(),
            self._settings.seed,
            self._settings.timeout,
        )

    def _kept_key(self, submission: Submission) -> str | None:
        return self.records.key_of(submission.student, submission.exercise.id)

    def _keep(self, submission: Submission, key: str, found: dict[str, Any]) -> None:
        """Store a verdict; a fault of the grader's is none, and is tried again by the next run."""
        verdict = Verdict.from_json(found)
        student, exercise = submission.student, submission.exercise.id
        if verdict.status is Outcome.GRADER_ERROR:
            self.records.forget(student, exercise)
            self.faults.append(Problem(student, submission.file, verdict.message, exercise))
            return
        verdict, places = retold(submission, verdict)
        self.records.keep(
            {
                "key": key,
                "student": student,
                "exercise": exercise,
                "file": submission.file,
                "notes": list(submission.notes),
                "places": places,
                "verdict": verdict.to_json(),
            }
        )
        self.graded += 1


def _grade_here(
    tasks: Iterator[Numbered], lanes: Lanes, jobs: int
) -> Generator[Graded, None, None]:
    """Grade on this machine, in threads: they only wait for the processes that do the work."""
    from joblib import Parallel, delayed

    threads = max(1, cores() // jobs) if jobs > 1 else None

    def one(number: int, task: Task) -> Graded:
        return number, grade_task(task, lanes, threads)

    parallel = Parallel(
        n_jobs=jobs,
        backend="threading",
        batch_size=1,
        pre_dispatch=2 * jobs,
        return_as="generator_unordered",
    )
    results = parallel(delayed(one)(number, task) for number, task in tasks)
    try:
        yield from results
    except BaseException:
        lanes.closing = True
        raise
    finally:
        with warnings.catch_warnings(action="ignore"):  # of tasks that are not waited for
            results.close()
