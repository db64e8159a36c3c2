"""What runs on Gradescope for each submission: grade it, and write `results.json`.

python -m grader.teaching.autograder CONFIG SUBMISSION RESULTS METADATA
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from grader import __version__
from grader.catalogue import Exercise
from grader.classwork.arrivals import UNKNOWN, Arrival
from grader.classwork.class_folder import ClassWork, HandedIn, find_work
from grader.files import printable, whole_file
from grader.grading.pipeline import Options
from grader.identity import versions
from grader.marking.briefing import brief
from grader.marking.lateness import Lateness, lateness
from grader.marking.marks import GivenMark, in_figures, mark_of, rounded, shares
from grader.marking.syllabus import Syllabus
from grader.places import Places, render
from grader.sandbox.limits import read_limits
from grader.sandbox.trial import instructor_rules
from grader.teaching.lanes import Lanes, grade_in_lane
from grader.verdict import WORDS, CheckResult, CheckStatus, Outcome, Verdict, capital

Json = dict[str, Any]
"""What is written for Gradescope."""

_FAULT = "The grader failed, not you, and nothing was marked"


class Configuration(Struct, frozen=True):
    """What `config.json` beside the wheel says."""

    syllabus: Syllabus
    """Exercises, points, deadlines, feedback, time and limits."""
    seed: int = 0
    require: tuple[str, ...] = ()
    """Layers of confinement without which nothing is graded."""


class _Metadata(Struct):
    """What Gradescope tells of a submission, as far as it is of use here."""

    created_at: datetime


def main(arguments: list[str]) -> None:
    """Grade the submission that the arguments name."""
    config, submission, results, metadata = (Path(argument) for argument in arguments)
    started = time.monotonic()
    found = grade_submission(
        msgspec.json.decode(config.read_bytes(), type=Configuration),
        submission,
        arrival_of(metadata),
    )
    found["execution_time"] = round(time.monotonic() - started)
    with whole_file(results / "results.json") as stream:
        json.dump(found, stream, indent=1)


def arrival_of(metadata: Path) -> Arrival:
    """Return when something was handed in, by Gradescope's `submission_metadata.json`."""
    try:
        found = msgspec.json.decode(metadata.read_bytes(), type=_Metadata)
    except (OSError, msgspec.MsgspecError, RecursionError):
        return UNKNOWN
    return Arrival(found.created_at.timestamp(), "platform")


def grade_submission(config: Configuration, submission: Path, arrival: Arrival = UNKNOWN) -> Json:
    """Return the results in the form that Gradescope documents.

    One test per check, with the points that the course gives it. What lateness costs is taken
    off the score of all. An exercise that the grader failed at has no scores; the others keep
    theirs. Where it failed at all of them there are no scores at all: Gradescope shows such a
    submission to the instructor, and no student as one with 0 points.
    """
    syllabus = config.syllabus
    exercises = syllabus.all_exercises
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        work = find_work(submission, Path(folder), exercises)
    handed_in = {one.exercise.id: one for one in work.handed_in}
    verdicts = _verdicts(work, config)
    result: Json = {
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "grader": __version__,
            "versions": versions(),
            "exercises": [v.to_json(handed_in[id].places) for id, v in verdicts.items()],
        },
    }
    faults = [v for v in verdicts.values() if v.status is Outcome.GRADER_ERROR]
    if faults and len(faults) == len(verdicts):
        words = [f"{v.id}: {render(v.message, v.places)}" for v in faults]
        told = f"{_FAULT}. Tell your instructor.\n\n"
        return {**result, "output": printable(told + "\n".join(words))}
    words = [problem.sentence for problem in work.problems if not problem.exercise]
    tests: list[Json] = []
    score = 0.0
    for exercise in exercises:
        late = lateness(exercise, arrival, syllabus)
        told, entries = _told(exercise, handed_in.get(exercise.id), verdicts, work, syllabus)
        words.append(told)
        tests += entries
        verdict = verdicts.get(exercise.id)
        if verdict and verdict.status is not Outcome.GRADER_ERROR:
            score += mark_of(verdict, exercise, syllabus, late).points
            words += [f"{exercise.id}: {late.note}"] if late.note else []
    return {
        **result,
        "score": rounded(score),
        "output": printable("\n\n".join(words)),
        "tests": tests,
    }


def _verdicts(work: ClassWork, config: Configuration) -> dict[str, Verdict]:
    syllabus = config.syllabus
    confinement = instructor_rules(config.require, print, read_limits(syllabus.limits))
    options = Options(seed=config.seed, timeout=syllabus.timeout, confinement=confinement)
    with Lanes() as lanes:
        return {
            one.exercise.id: grade_in_lane(one.submission, lanes, options) for one in work.handed_in
        }


def _told(
    exercise: Exercise,
    one: HandedIn | None,
    verdicts: dict[str, Verdict],
    work: ClassWork,
    syllabus: Syllabus,
) -> tuple[str, list[Json]]:
    """Return what is said of an exercise, and its tests."""
    worth = syllabus.worth(exercise)
    if one is None:
        why = _why_missing(work, exercise)
        each = shares(worth, list(exercise.check_points.values()))
        return f"{exercise.id} {exercise.title}: {why}", [
            _entry(exercise, exercise.statements[name], 0, points, why)
            for name, points in zip(exercise.check_points, each, strict=True)
        ]
    verdict = verdicts[exercise.id]
    if verdict.status is Outcome.GRADER_ERROR:
        name = f"{exercise.id} {exercise.title}"
        why = f"{_FAULT} for this exercise. Tell your instructor."
        text = printable(f"{why}\n{render(verdict.message, one.places)}")
        return f"{name}: {why}", [{"name": name, "output": text, "visibility": "visible"}]
    if syllabus.feedback.is_brief():
        verdict = brief(verdict)
    checks = [check for check in verdict.checks if check.counts]
    each = shares(worth, [check.max_points for check in checks])
    mark = mark_of(verdict, exercise, syllabus, Lateness())
    return _summary(verdict, mark, one.places), [
        _test(exercise, check, one.places, most) for check, most in zip(checks, each, strict=True)
    ]


def _why_missing(work: ClassWork, exercise: Exercise) -> str:
    for problem in work.problems:
        if problem.exercise == exercise.id:
            return problem.sentence
    prefix = exercise.id.replace(".", "_")
    return f"No file for it was handed in. Its name has to start with {prefix}."


def _summary(verdict: Verdict, mark: GivenMark, places: Places) -> str:
    points = f"{in_figures(mark.points)} of {in_figures(mark.most)} points"
    text = f"{verdict.id} {verdict.title}: {WORDS[verdict.status].lower()}, {points}."
    left_out = [check.message for check in verdict.checks if not check.counts]
    said = [render(words, places) for words in (verdict.message, *left_out)]
    tips = [capital(render(tip.words, places)) for tip in verdict.tips]
    return "\n".join(filter(None, [text, *said, *tips]))


def _test(exercise: Exercise, check: CheckResult, places: Places, most: float) -> Json:
    lines = [render(check.message, places), check.details]
    if check.status is CheckStatus.FAILED and check.compares:
        expected, got = render(check.expected, places), render(check.got, places)
        place = "" if check.line is None else places.alone(check.line)
        lines = [f"expected: {expected}", f"got:      {got}", *lines, place]
    text = "\n".join(filter(None, lines))
    passed = check.status is CheckStatus.PASSED
    return _entry(exercise, check.statement, most if passed else 0, most, text, passed=passed)


def _entry(
    exercise: Exercise,
    statement: str,
    score: float,
    most: float,
    text: str,
    *,
    passed: bool = False,
) -> Json:
    return {
        "name": f"{exercise.id} {' '.join(statement.split())}",
        "score": score,
        "max_score": most,
        "status": "passed" if passed else "failed",
        "output": printable(text),
        "visibility": "visible",
    }


if __name__ == "__main__":
    main(sys.argv[1:])
