"""The examiner's process: read the evidence of a script that is no exercise, tell of its trainings.

Like the checks, it sees only the evidence, never the learner's code.
"""

from __future__ import annotations

import importlib.util
import itertools
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.evidence.reading import DamagedEvidence, read_record
from grader.evidence.record import Record
from grader.evidence.values import ModelRef
from grader.explanation import TrainingSummary, Trend
from grader.processes.jobs import DamagedRun, Examined, ExamineJob

if TYPE_CHECKING:
    from grader.expect.course import Course
    from grader.expect.findings import Evidence
    from grader.expect.training import Training

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
        from grader.expect.course import all_courses
        from grader.expect.findings import Evidence

        evidence = Evidence(record, folder, job.bindings)
        found = _told(all_courses(evidence.trainings))
        more = max(0, len(found) - _LOOKED_AT)
        trainings = _gathered(
            [_summaries(course, last, evidence) for course, last in found[:_LOOKED_AT]]
        )
    by_batches = any(call.name == "train_on_batch" for call in record.calls)
    send(Examined(record.ended, trainings, more, by_batches, can_look))


def _told(found: list[Course]) -> list[tuple[Course, bool]]:
    """Return the courses that are told, and whether each is its model's last.

    What was trained on the same lines before the model was set back is told by its last course.
    """
    told: list[tuple[Course, bool]] = []
    lines: dict[int | None, set[int | None]] = {}
    for course in reversed(found):
        model = course.last.call.model
        here = {training.line for training in course.trainings}
        if model not in lines or not here <= lines[model]:
            told.append((course, model not in lines))
        lines.setdefault(model, set()).update(here)
    return told[::-1]


def _summaries(course: Course, last: bool, evidence: Evidence) -> list[TrainingSummary]:
    """Return what is told of a course, line by line; what is wrong, at its end."""
    from grader.expect.diagnosis import diagnose

    parts = [
        list(part)
        for _, part in itertools.groupby(course.trainings, lambda training: training.line)
    ]
    name = _name_of(course.last.call.model, evidence.record)
    told = [
        TrainingSummary(part[-1].line, name, 0, (), calls=_calls(part), goes_on=number > 0)
        for number, part in enumerate(parts)
    ]
    try:
        told = [
            msgspec.structs.replace(one, epochs=sum(map(_epochs, part)), measured=_measured(part))
            for one, part in zip(told, parts, strict=True)
        ]
        if last:
            finding = diagnose(course)
            nothing_known = not finding and course.simplest_loss is None
            why = _why_open(course) if nothing_known else ""
        else:
            finding, why = "", "of a model that is trained anew, only the last training is examined"
    except DamagedEvidence:
        finding, why = "", "its record is not complete"
    told[-1] = msgspec.structs.replace(told[-1], finding=finding, open=why)
    return told


def _calls(part: list[Training]) -> int:
    return sum(training.call.batches or 1 for training in part)


def _epochs(training: Training) -> int:
    """Return how many epochs a training had; 0 for a loop that did not go through its rows again.

    In such a loop, rows may have been drawn by chance.
    """
    return 0 if training.is_loop and training.epochs == 1 else training.epochs


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


def _measured(part: list[Training]) -> tuple[Trend, ...]:
    """Return what the epochs measured, at the first and at the last; the loss comes first."""
    first, last = (part[n].history.metrics for n in (0, -1))
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


def _gathered(found: list[list[TrainingSummary]]) -> list[TrainingSummary]:
    """Put those of a loop together: on the same lines, with nothing to tell apart."""
    gathered: list[list[TrainingSummary]] = []
    for course in found:
        if gathered and _kinds(gathered[-1]) == _kinds(course):
            before = gathered.pop()[0].models
            course = [msgspec.structs.replace(one, models=before + 1) for one in course]
        gathered.append(course)
    return [one for course in gathered for one in course]


def _kinds(course: list[TrainingSummary]) -> list[tuple[int | None, bool, str]]:
    return [(one.line, bool(one.finding), one.open) for one in course]
