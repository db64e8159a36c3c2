"""The way of one submission to its verdict: read, run, check."""

from __future__ import annotations

import ast
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from grader.bare import injection, missing_names
from grader.catalogue import Exercise
from grader.evidence.messages import Confinement, LearnerJob, Progress, Stage
from grader.evidence.record import Probe
from grader.grading import judgement
from grader.grading.endings import CHECK_SECONDS
from grader.handouts import borrowed, names_of
from grader.loops import given_functions, waiting
from grader.processes.jobs import Checked, CheckJob, ExamineJob, PickedProbes, ProbeJob
from grader.processes.permissions import secret_folders
from grader.processes.workers import GraderFault, Run, Workers
from grader.requirements import expect_installed
from grader.sandbox.folders import remove_folder
from grader.sights import Sights, plain_output
from grader.source_file import Script, Unreadable
from grader.submission import FileBeside, Submission
from grader.verdict import Verdict

MAX_PRINTED = 400_000
"""Letters of what a file prints that are kept for it."""
MOST_BATCHES = 10_000
"""In one epoch of a generator that is told no number of steps. The largest data of the course in
batches of 32 make 1,875; a generator that gives all batches of 200 epochs at once, some 5,000."""
GRACE_SECONDS = 10.0
"""What a file that is interrupted in time has for its end; then its process is ended."""

_PRELOAD_WORDS = {
    "pandas": ("pandas", "pd."),
    "seaborn": ("seaborn", "sns."),
    "matplotlib.pyplot": ("matplotlib", "plt.", "plot_", "seaborn"),
    "sklearn": ("sklearn",),
    "scikeras.wrappers": ("scikeras",),
}
"""Modules that are imported before processes are forked, where a file has one of the words."""

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Options:
    """What a caller may choose for a grade."""

    seed: int = 0
    timeout: float | None = None
    """Seconds for the learner's code; None takes the exercise's own limit."""

    threads: int | None = None
    """Threads that TensorFlow may use; None leaves that to TensorFlow."""

    fast_fit: bool = True
    """Whether training may run in compiled loops; see `learner.fast_fit`."""

    confinement: Confinement = field(default_factory=Confinement)
    """What holds the learner's process."""

    sights: bool = False
    """Whether the verdict comes with what the run gave to see: for learners, not for a class."""


def grade(
    submission: Submission,
    workers: Workers,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
) -> Verdict:
    """Grade one submission. Faults of the grader come back as a verdict, too.

    Raises:
        NotInstalled: it has to run, and TensorFlow is not there.
    """
    started = time.monotonic()
    try:
        verdict = _grade(submission, workers, options or Options(), on_progress)
    except GraderFault as fault:
        expect_installed("tensorflow", "keras")
        verdict = judgement.of_fault(submission.exercise, f"The grader failed, not you. {fault}")
    return msgspec.structs.replace(
        verdict,
        seconds=time.monotonic() - started,
        file=submission.file.path or submission.name,
        cells=submission.file.cells,
    )


def _grade(
    submission: Submission,
    workers: Workers,
    options: Options,
    on_progress: OnProgress | None,
) -> Verdict:
    exercise = submission.exercise
    try:
        script = submission.script()
    except Unreadable as error:
        return judgement.of_unreadable(exercise, error)
    early = judgement.before_running(exercise, script)
    if early is not None:
        return early
    blanks = script.blanks()
    if blanks:  # what is filled in counts already
        script = script.until(blanks[0])
    workers.preload(_modules_to_share(exercise, script.source))
    with run_folder() as folder:
        verdict = _run_and_check(
            submission,
            script,
            folder,
            workers,
            options,
            on_progress,
            blank=blanks[0] if blanks else None,
        )
    return judgement.unfinished(exercise, verdict, blanks) if blanks else verdict


@contextlib.contextmanager
def run_folder() -> Iterator[Path]:
    """Give a folder for one run, with empty ones in it for what comes of it."""
    folder = Path(tempfile.mkdtemp(prefix="grade-"))
    try:
        for name in ("evidence", "scratch", "checks"):
            Path(folder, name).mkdir(mode=0o700)
        yield folder
    finally:
        remove_folder(folder)


def _written(files: Iterable[FileBeside], folder: Path) -> Path:
    """Write the files beside an answer into a folder of the run; return it."""
    folder.mkdir(mode=0o700)
    for name, data in files:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return folder


def _run_and_check(
    submission: Submission,
    script: Script,
    folder: Path,
    workers: Workers,
    options: Options,
    on_progress: OnProgress | None,
    *,
    blank: int | None,
) -> Verdict:
    exercise = submission.exercise
    job = _learner_job(submission, script, folder, _probes_of(exercise, workers), options)
    run = run_file(workers, job, on_progress)
    remove_folder(folder / "scratch")
    early = judgement.after_running(exercise, script, run, job)
    if early is not None:
        return early
    if on_progress:
        on_progress(Stage("check"))
    report = look(
        workers,
        CheckJob(
            evidence=job.evidence,
            folder=str(folder / "checks"),
            checks=str(exercise.checks),
            results=list(judgement.not_looked_at(exercise, "it did not run")),
            probes=job.probes,
            bindings=script.bindings,
            inside=script.inside,
            anew=script.anew,
            source=script.source,
            blank=blank,
            names=names_of(exercise),
            task=exercise.stub_source if options.sights else None,
        ),
    )
    verdict = judgement.of_checks(exercise, script, job, run, report)
    return _with_sights(verdict, run, report) if options.sights else verdict


def run_file(workers: Workers, job: LearnerJob, on_progress: OnProgress | None) -> Run:
    """Run the learner's file; once more where a signal has ended its process before it began."""
    seconds = job.seconds + GRACE_SECONDS
    run = workers.run(job, seconds, on_progress)
    if run.exit_code < 0 and not (run.began or run.timed_out or run.exceeded):
        run = workers.run(job, seconds, on_progress)
    return run


def look(workers: Workers, job: CheckJob | ExamineJob) -> Run:
    """Let a process look at what a run left behind; once more where a signal has ended it."""
    report = workers.run(job, CHECK_SECONDS)
    if report.exit_code < 0 and not report.timed_out:
        report = workers.run(job, CHECK_SECONDS)
    return report


def _with_sights(verdict: Verdict, run: Run, report: Run) -> Verdict:
    """Return a verdict with what the run printed, and what else there is to see of it."""
    found = [reply.sights for reply in report.replies if isinstance(reply, Checked)]
    sights = msgspec.structs.replace(
        found[0] if found else Sights(),
        printed=plain_output(run.output[:MAX_PRINTED]),
    )
    return msgspec.structs.replace(verdict, sights=sights)


def _learner_job(
    submission: Submission, script: Script, folder: Path, probes: list[Probe], options: Options
) -> LearnerJob:
    exercise = submission.exercise
    others = borrowed(exercise, missing_names(script.tree))
    given, names = injection(script.tree, exercise.stub_source, others)
    path = Path(submission.file.path).absolute() if submission.file.path else None
    beside = str(path.parent) if path and options.confinement.rules == "own" else ""
    if submission.beside:
        beside = str(_written(submission.beside, folder / "beside"))
    return LearnerJob(
        source=script.source,
        file=str(path or submission.name),
        evidence=str(folder / "evidence"),
        scratch=str(folder / "scratch"),
        seed=options.seed,
        seconds=options.timeout or exercise.timeout,
        most_epochs=exercise.facts.most_epochs,
        most_batches=MOST_BATCHES,
        given_lines=tuple(given_functions(script.tree, exercise.stub_source)),
        waiting_loops=tuple(waiting(script.tree)),
        fast_fit=options.fast_fit,
        threads=options.threads,
        given=given,
        given_file=str(exercise.stub),
        names=names,
        watch=list(exercise.facts.watch),
        withheld=list(exercise.facts.withheld),
        install=list(exercise.facts.install),
        probes=probes,
        beside=beside,
        secret=secret_folders(),
        confinement=options.confinement,
        pictures=options.sights,
    )


def modules_named_in(words: str) -> list[str]:
    """Return the libraries beside Keras that a source seems to import."""
    return [
        module for module, signs in _PRELOAD_WORDS.items() if any(sign in words for sign in signs)
    ]


def _modules_to_share(exercise: Exercise, source: str) -> list[str]:
    """Return what both processes of a grade will import; it is imported once, before they are."""
    stub = exercise.stub_source
    found = modules_named_in(stub + source)
    for text in (stub, exercise.checks.read_text("utf-8")):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == "grader.datasets":
                found += [f"grader.datasets.{name.name}" for name in node.names]
    return found + [path.rpartition(".")[0] for path in exercise.facts.withheld]


def _probes_of(exercise: Exercise, workers: Workers) -> list[Probe]:
    """Return the calls to try on the learner's functions, picked anew for each run."""
    if not exercise.has_probes:
        return []
    report = workers.run(ProbeJob(str(exercise.checks)), CHECK_SECONDS)
    for reply in report.replies:
        if isinstance(reply, PickedProbes):
            return reply.probes
    raise GraderFault(f"The checks of {exercise.id} cannot be loaded. {report.last_words}")
