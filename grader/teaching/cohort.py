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
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console

from grader.catalogue import Exercise
from grader.classwork.class_folder import (
    ClassWork,
    HandedIn,
    NothingToGrade,
    Problem,
    find_submissions,
)
from grader.classwork.likeness import Alike, find_alike
from grader.classwork.same_content import groups_of, verdict_of_other
from grader.evidence.messages import Confinement, Limits
from grader.grading.batch import cores
from grader.grading.pipeline import Options
from grader.identity import identity
from grader.marking.earlier_marks import (
    Move,
    marks_of,
    moves,
    read_marks,
    refuse_another_class,
    write_marks,
    write_moves,
)
from grader.marking.exports import Exports, enrol, export_marks
from grader.marking.lateness import unknown_times
from grader.marking.records import Records, StoredVerdict
from grader.marking.results import Results, columns_of, write_results
from grader.marking.syllabus import Syllabus
from grader.places import render
from grader.sandbox.trial import instructor_rules
from grader.show.tally import Tally
from grader.submission import Submission
from grader.teaching.cluster import Cluster
from grader.teaching.lanes import Lanes, grade_in_lane
from grader.verdict import Outcome, Verdict

_WORK = ".work"
_LOCK = ".lock"
_FULL = {errno.ENOSPC, errno.EDQUOT}

Numbered = tuple[int, Submission]
Graded = tuple[int, Verdict]


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
    require: tuple[str, ...] = ()
    """Layers of confinement without which nothing is graded."""
    limits: Limits = field(default_factory=Limits)
    """What a submission may use up."""
    syllabus: Syllabus = field(default_factory=Syllabus)
    """What the course sets beside these: points, deadlines, feedback."""
    exports: Exports = field(default_factory=Exports)
    """For which platforms marks and feedback are written, and who is on the roster."""


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
    exported: list[Path] = field(default_factory=list)
    """Files for platforms."""
    remarks: list[str] = field(default_factory=list)
    """What the instructor should know of those, a sentence each."""
    shared: int = 0
    """Of those graded in this run: got the verdict on another's file with the same content."""
    moves: list[Move] = field(default_factory=list)
    """Marks that are other ones than after the last run."""
    gone: list[str] = field(default_factory=list)
    """Students of the last run who are not in this one."""
    alike: list[Alike] = field(default_factory=list)
    """Who has handed in answers that are alike."""

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
        NotConfined: a layer that is required does not hold on this machine.
        NoCluster: the Dask cluster cannot be used.
        ClusterLost: the Dask scheduler was lost meanwhile.
        InUse: another run writes into OUT.
        OtherClass: OUT has the results of another class.
        CannotWrite: the disk is full, or OUT may not be written to.
    """
    if not folder.exists():
        raise NothingToGrade(f"There is no folder {folder}.")
    run = _Run(out, settings, console)
    try:
        with ExitStack() as stack:
            out.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_alone(out))
            run.records.clear_away_parts()
            zone = settings.syllabus.zone
            work = _read_all(folder, out, chosen, zone)
            attendance = enrol(work, settings.exports.roster, zone)
            before = read_marks(out)
            refuse_another_class(out, before, (student.label for student in work.students))
            run.grade(work)
            columns = columns_of(work, chosen)
            results = Results(work, run.faults, columns, run.records, settings.syllabus, attendance)
            now = marks_of(results, work.handed_in)
            moved = moves(before, now, (exercise.id for exercise in columns))
            alike = find_alike(work.handed_in)
            problems = write_results(out, results, moved, alike)
            exported = export_marks(out, results, settings.exports)
            unknown = unknown_times(work, settings.syllabus)
            write_moves(out / "changes.csv", moved)
            write_marks(out, before, now)
            return Summary(
                len(work.students),
                len(work.handed_in),
                run.graded,
                run.known,
                problems,
                exported.files,
                [unknown, *exported.remarks] if unknown else exported.remarks,
                run.shared,
                moved,
                sorted(before.keys() - now.keys()),
                alike,
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
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(out / _LOCK, timeout=0))
        except Timeout:
            raise InUse(f"Another run of `grade cohort` writes to {out}.") from None
        yield


def _read_all(
    folder: Path, out: Path, chosen: Sequence[Exercise] | None, zone: tzinfo | None
) -> ClassWork:
    """Read all that was handed in. No copy lies on the disk any more when the first one runs."""
    temporary = out / _WORK
    shutil.rmtree(temporary, ignore_errors=True)  # of a run that was killed
    temporary.mkdir(mode=0o700)
    try:
        return find_submissions(folder, temporary, chosen, out, zone)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class _Run:
    """One run: what is known already, what is graded now, what failed."""

    def __init__(self, out: Path, settings: Settings, console: Console) -> None:
        self._settings = settings
        self._console = console
        self.records = Records(out)
        self.faults: list[Problem] = []
        self.known = self.graded = self.shared = 0

    def grade(self, work: ClassWork) -> None:
        """Grade what has no verdict yet, and store each verdict as it comes."""
        settings = self._settings
        waiting: dict[int, str] = {}  # the keys that their verdicts will have
        for number, one in enumerate(work.handed_in):
            key = one.submission.key(identity(), settings.seed, settings.timeout, settings.limits)
            if not settings.fresh and key == self._kept_key(one):
                self.known += 1
            else:
                waiting[number] = key
        if not waiting:
            return
        of = [one.submission for one in work.handed_in]
        others = groups_of((number, of[number]) for number in waiting)
        alone: list[int] = []
        with Tally(self._console, len(waiting)) as tally:

            def keep(number: int, verdict: Verdict) -> None:
                self._keep(work.handed_in[number], waiting[number], verdict)
                tally.advance()

            with ExitStack() as stack:
                for number, verdict in self._verdicts(of, list(others), stack):
                    keep(number, verdict)
                    for other in others[number]:
                        shared = verdict_of_other(verdict, of[number], of[other])
                        if shared is None:
                            alone.append(other)
                        else:
                            self.shared += 1
                            keep(other, shared)
            with ExitStack() as stack:
                for number, verdict in self._verdicts(of, alone, stack):
                    keep(number, verdict)

    def _verdicts(
        self, submissions: Sequence[Submission], numbers: Sequence[int], stack: ExitStack
    ) -> Iterator[Graded]:
        """Grade the submissions of these numbers."""
        if not numbers:
            return iter(())
        numbered = ((number, submissions[number]) for number in numbers)
        options = Options(
            seed=self._settings.seed,
            timeout=self._settings.timeout,
            confinement=self._confinement(),
        )
        if self._settings.dask:
            cluster = stack.enter_context(Cluster(self._settings.dask))
            return stack.enter_context(contextlib.closing(cluster.grade(numbered, options)))
        jobs = min(self._settings.jobs or cores(), len(numbers))
        if jobs > 1:
            options = replace(options, threads=max(1, cores() // jobs))
        verdicts = _grade_here(numbered, stack.enter_context(Lanes()), options, jobs)
        return stack.enter_context(contextlib.closing(verdicts))

    def _confinement(self) -> Confinement:
        """Return what holds submissions; machines of a cluster find out for themselves."""
        settings = self._settings
        if settings.dask:
            return Confinement("instructor", require=settings.require, limits=settings.limits)
        return instructor_rules(settings.require, self._say, settings.limits)

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def _kept_key(self, one: HandedIn) -> str | None:
        record = self.records.load(one.student, one.exercise.id)
        return record.key if record else None

    def _keep(self, one: HandedIn, key: str, verdict: Verdict) -> None:
        """Store a verdict; a fault of the grader's is none, and is tried again by the next run."""
        if verdict.status is Outcome.GRADER_ERROR:
            self._note_fault(one, render(verdict.message, one.places))
            return
        id = one.exercise.id
        try:
            self.records.keep(
                StoredVerdict(key, one.student, id, one.file, one.notes, verdict, one.cells)
            )
        except UnicodeEncodeError as error:  # one odd text must not end the whole run
            self._note_fault(one, f"The grader failed, not the student. {error}")
        else:
            self.graded += 1

    def _note_fault(self, one: HandedIn, why: str) -> None:
        self.records.forget(one.student, one.exercise.id)
        self.faults.append(Problem(one.student, one.file, why, one.exercise.id))


def _grade_here(
    numbered: Iterator[Numbered], lanes: Lanes, options: Options, jobs: int
) -> Generator[Graded, None, None]:
    """Grade on this machine, in threads: they only wait for the processes that do the work."""
    from joblib import Parallel, delayed

    def one(number: int, submission: Submission) -> Graded:
        return number, grade_in_lane(submission, lanes, options)

    parallel = Parallel(
        n_jobs=jobs,
        backend="threading",
        batch_size=1,
        pre_dispatch=2 * jobs,
        return_as="generator_unordered",
    )
    results = parallel(delayed(one)(number, submission) for number, submission in numbered)
    try:
        yield from results
    except BaseException:
        lanes.closing = True
        raise
    finally:
        with warnings.catch_warnings(action="ignore"):  # of those that are not waited for
            results.close()
