"""The way of a script that is no exercise to its explanation: read, run, look.

It runs as a learner's answer runs. No checks look at it then, but what the tips know of errors and
old spellings, and what the record of a training shows.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from grader.evidence.messages import LearnerJob, Stage
from grader.evidence.record import Ended, Endless, Exited, GivenUp, RanToItsEnd
from grader.explanation import Condition, Explanation
from grader.facts import DEFAULT_TIMEOUT_SECONDS
from grader.grading.endings import (
    Ending,
    ended_on,
    of_damage,
    of_long_look,
    of_record,
    printed_too_much,
    without_evidence,
)
from grader.grading.pipeline import (
    OnProgress,
    Options,
    look,
    modules_named_in,
    run_file,
    run_folder,
)
from grader.loops import waiting
from grader.places import FileName, ForFiles, OnLine, Said, YourFile, said
from grader.processes.jobs import DamagedRun, Examined, ExamineJob
from grader.processes.permissions import secret_folders
from grader.processes.workers import GraderFault, Run, Workers
from grader.requirements import expect_installed
from grader.sandbox.folders import remove_folder
from grader.source_file import MAX_SOURCE_BYTES, Script, SourceFile, Unreadable
from grader.tips.advice import advice, left_out, static_advice
from grader.verdict import Outcome, Tip

_CONDITIONS = {Outcome.ERROR: Condition.ERROR, Outcome.TIMEOUT: Condition.TIMEOUT}
_WITHOUT_FAULT = {"", "0", "None", "False"}
"""What `exit` is given by a script that has done its work."""

_NO_TASK = "Whether that is good enough cannot be told: no task says what is wanted."


def explain(
    file: SourceFile,
    workers: Workers,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
) -> Explanation:
    """Run a script and tell of it. Faults of the grader come back as an explanation, too."""
    started = time.monotonic()
    try:
        found = _explain(file, workers, options or Options(), on_progress)
    except GraderFault as fault:
        expect_installed("tensorflow", "keras")
        found = Explanation(
            "", Condition.GRADER_ERROR, f"The grader failed, not your file. {fault}"
        )
    return msgspec.structs.replace(
        found, file=file.path or file.name, seconds=time.monotonic() - started
    )


def _unreadable(message: Said, line: int | None = None) -> Explanation:
    """Return what is told of what is no Python, or no notebook."""
    return Explanation("", Condition.UNREADABLE, message, line)


def _explain(
    file: SourceFile, workers: Workers, options: Options, on_progress: OnProgress | None
) -> Explanation:
    if file.size is not None:
        size, most = file.size / 1e6, MAX_SOURCE_BYTES // 1_000_000
        return _unreadable(
            said(FileName(), f" has {size:.1f} MB. Files above {most} MB are not run.")
        )
    try:
        script = file.script()
    except Unreadable as error:
        return _unreadable(error.message, error.line)
    workers.preload(modules_named_in(script.source))
    with run_folder() as folder:
        job = _learner_job(file, script, folder, options)
        run = run_file(workers, job, on_progress)
        remove_folder(folder / "scratch")
        if ending := without_evidence(run, job, script):
            return _of_ending(ending, script)
        if on_progress:
            on_progress(Stage("check"))
        report = look(
            workers, ExamineJob(str(folder / "evidence"), str(folder / "checks"), script.bindings)
        )
    for reply in report.replies:
        if isinstance(reply, DamagedRun):
            return _of_ending(of_damage(reply), script)
        if isinstance(reply, Examined):
            return _of_report(script, job, run, reply)
    if ending := of_long_look(report):
        return _of_ending(ending, script)
    raise GraderFault(f"Looking at it failed: {report.last_words or f'code {report.exit_code}'}")


def _learner_job(file: SourceFile, script: Script, folder: Path, options: Options) -> LearnerJob:
    path = Path(file.path).absolute() if file.path else None
    own = path is not None and options.confinement.rules == "own"
    return LearnerJob(
        source=script.source,
        file=str(path or file.name),
        evidence=str(folder / "evidence"),
        scratch=str(folder / "scratch"),
        seed=options.seed,
        seconds=options.timeout or DEFAULT_TIMEOUT_SECONDS,
        most_epochs=0,
        waiting_loops=tuple(waiting(script.tree)),
        fast_fit=options.fast_fit,
        threads=options.threads,
        given="",
        given_file="",
        names=[],
        watch=[],
        withheld=[],
        install=[],
        probes=[],
        beside=str(path.parent) if path is not None and own else "",
        secret=secret_folders(),
        confinement=options.confinement,
    )


def _of_ending(ending: Ending, script: Script) -> Explanation:
    notes = left_out(script)
    tips = tuple(tip for tip in static_advice(script) if tip not in notes)
    return Explanation(
        "",
        _CONDITIONS.get(ending.outcome, Condition.STOPPED),
        ending.message,
        tips=tips if ending.tell_more else (),
        notes=tuple(notes),
    )


def _of_report(script: Script, job: LearnerJob, run: Run, report: Examined) -> Explanation:
    ended = report.ended
    status, message = _how_it_ended(ended, script, job)
    notes: list[Tip] = left_out(script)
    tips = [tip for tip in advice(script, ended, ()) if tip not in notes]
    if much := printed_too_much(run, job, ended):
        notes.append(much)
    return Explanation(
        "",
        status,
        message,
        ended_on(ended),
        tuple(tips),
        tuple(report.trainings),
        tuple(notes),
        _open(report),
    )


def _how_it_ended(ended: Ended, script: Script, job: LearnerJob) -> tuple[Condition, Said]:
    if isinstance(ended, Exited):
        if ended.code in _WITHOUT_FAULT:
            return Condition.RAN, ""
        told = f" ended itself with exit({ended.code[:200]!r})"
        where = (" ", OnLine(ended.line)) if ended.line is not None else ()
        return Condition.STOPPED, said(YourFile(begins=True), told, *where, ".")
    ending = of_record(ended, script, job)
    if ending is None:
        return Condition.RAN, ""
    if isinstance(ended, GivenUp):
        longer = isinstance(ended, Endless) and not ended.monitors
        more = "" if not longer else ForFiles(" `--timeout` allows more.")
        return Condition.STOPPED, said(ending.message, more)
    return _CONDITIONS[ending.outcome], ending.message


def _open(report: Examined) -> tuple[Said, ...]:
    """Return what cannot be told."""
    told: list[Said] = []
    ended, trainings = report.ended, report.trainings
    if isinstance(ended, Exited) and ended.line is not None and ended.code in _WITHOUT_FAULT:
        told.append(said("It ended itself with exit() ", OnLine(ended.line), "."))
    if not report.can_look:
        told.append("This installation looks at errors only, not at trainings.")
    elif not trainings and isinstance(ended, RanToItsEnd):
        what = "It trains nothing with `fit`"
        if report.by_batches:
            what = "It trains batch by batch, with `train_on_batch`"
        told.append(f"{what}, so of what it learns nothing can be told.")
    if any(not training.finding for training in trainings):
        told.append(_NO_TASK)
    if report.more:
        told.append(f"{report.more} further trainings were not looked at.")
    return tuple(told)
