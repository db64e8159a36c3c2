"""The examiner's process: read the evidence of a script that is no exercise, tell of its trainings.

Like the checks, it sees only the evidence, never the learner's code.
"""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.evidence.reading import DamagedEvidence, read_record
from grader.evidence.values import ModelRef, Record
from grader.explanation import TrainingSummary, Trend
from grader.processes.jobs import DamagedRun, Examined, ExamineJob

if TYPE_CHECKING:
    from grader.expect.course import Course
    from grader.expect.findings import Evidence

_LOOKED_AT = 30
"""How many courses; as many models are kept in the evidence."""

_NUMBERS = 4
"""How many of the numbers that a training measures are told."""

_NOT_TOLD = {"learning_rate", "lr"}


def run(job: ExamineJob, send: Callable[[DamagedRun | Examined], None]) -> None:
    """Look at one run."""
    logging.disable(logging.CRITICAL)
    os.chdir(job.folder)
    folder = Path(job.evidence)
    try:
        record = read_record(folder)
    except DamagedEvidence as error:
        send(DamagedRun(str(error)))
        return
    trainings: list[TrainingSummary] = []
    more = 0
    can_look = importlib.util.find_spec("grader.expect.course") is not None
    if can_look:  # learners' bundles have no `expect`
        from grader.expect.course import courses
        from grader.expect.findings import Evidence

        evidence = Evidence(record, folder, job.lines)
        found = courses(evidence.trainings)
        more = max(0, len(found) - _LOOKED_AT)
        trainings = _gathered([_summary(course, evidence) for course in found[:_LOOKED_AT]])
    by_batches = any(call.name == "train_on_batch" for call in record.calls)
    send(Examined(record.ended, trainings, more, by_batches, can_look))


def _summary(course: Course, evidence: Evidence) -> TrainingSummary:
    from grader.expect.diagnosis import diagnose

    last = course.last
    summary = TrainingSummary(last.line, _name_of(last.call.model, evidence.record), 0, ())
    try:
        summary = msgspec.structs.replace(
            summary,
            epochs=sum(training.epochs for training in course.trainings),
            measured=_measured(course),
        )
        finding = diagnose(course)
        nothing_known = not finding and course.simplest_loss is None
        return msgspec.structs.replace(
            summary, finding=finding, open=_why_open(course) if nothing_known else ""
        )
    except DamagedEvidence:
        return msgspec.structs.replace(summary, open="its record is not complete")


def _name_of(model: int | None, record: Record) -> str:
    """Return the first name that the file has for a model at its end."""
    return next(
        (
            name
            for name, value in record.values.items()
            if isinstance(value, ModelRef)
            and record.copy_of.get(value.number, value.number) == model
        ),
        "",
    )


def _measured(course: Course) -> tuple[Trend, ...]:
    """Return what the epochs measured, at the first and at the last; the loss comes first."""
    first, last = (course.trainings[n].history.metrics for n in (0, -1))
    names = sorted(first.keys() & last.keys(), key=lambda name: (name != "loss", "val_" in name))
    return tuple(
        Trend(name, first[name][0], last[name][-1])
        for name in [n for n in names if first[n] and last[n] and n not in _NOT_TOLD][:_NUMBERS]
    )


def _why_open(course: Course) -> str:
    """Return why it is not known what a course has led to, as the end of a sentence."""
    if course.labels is None:
        return "its labels are too many to be kept, or are no plain array of numbers"
    if course.weighs_rows:
        return "its rows, or classes, have weights of their own"
    return "its loss is of a kind that is not looked at, or its labels are few"


def _gathered(found: list[TrainingSummary]) -> list[TrainingSummary]:
    """Put those of a loop together: on one line, with nothing to tell apart."""
    gathered: list[TrainingSummary] = []
    for one in found:
        before = gathered[-1] if gathered else None
        alike = before is not None and (before.line, bool(before.finding), before.open) == (
            one.line,
            bool(one.finding),
            one.open,
        )
        if before is not None and alike:
            one = msgspec.structs.replace(one, models=before.models + 1)
            gathered.pop()
        gathered.append(one)
    return gathered
