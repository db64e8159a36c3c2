"""What runs on Gradescope for each submission: grade it, and write `results.json`.

python -m grader.teaching.autograder CONFIG SUBMISSION RESULTS
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from grader import __version__
from grader.catalogue import Exercise, find
from grader.files import printable, whole_file
from grader.grading.pipeline import Options
from grader.identity import versions
from grader.places import Places, render
from grader.sandbox.limits import read_limits
from grader.sandbox.trial import instructor_rules
from grader.teaching.class_folder import ClassWork, HandedIn, find_work
from grader.teaching.lanes import Lanes, grade_in_lane
from grader.verdict import WORDS, CheckResult, CheckStatus, Outcome, Verdict, capital

Json = dict[str, Any]
"""What is written for Gradescope."""

_FAULT = "The grader failed, not you, and nothing was marked"


class Configuration(Struct, frozen=True):
    """What `config.json` beside the wheel says."""

    exercises: list[str]
    timeout: float | None = None
    seed: int = 0
    require: tuple[str, ...] = ()
    """Layers of confinement without which nothing is graded."""
    limits: tuple[str, ...] = ()
    """What a submission may use up: `memory=8GB`."""


def main(arguments: list[str]) -> None:
    """Grade the submission that the arguments name."""
    config, submission, results = (Path(argument) for argument in arguments)
    started = time.monotonic()
    found = grade_submission(
        msgspec.json.decode(config.read_bytes(), type=Configuration), submission
    )
    found["execution_time"] = round(time.monotonic() - started)
    with whole_file(results / "results.json") as stream:
        json.dump(found, stream, indent=1)


def grade_submission(config: Configuration, submission: Path) -> Json:
    """Return the results in the form that Gradescope documents.

    One test per check. An exercise that the grader failed at has no scores; the others keep
    theirs. Where it failed at all of them there are no scores at all: Gradescope shows such a
    submission to the instructor, and no student as one with 0 points.
    """
    exercises = [find(id) for id in config.exercises]
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
    for exercise in exercises:
        told, entries = _told(exercise, handed_in.get(exercise.id), verdicts, work)
        words.append(told)
        tests += entries
    return {
        **result,
        "score": sum(test.get("score", 0) for test in tests),
        "output": printable("\n\n".join(words)),
        "tests": tests,
    }


def _verdicts(work: ClassWork, config: Configuration) -> dict[str, Verdict]:
    confinement = instructor_rules(config.require, print, read_limits(config.limits))
    options = Options(seed=config.seed, timeout=config.timeout, confinement=confinement)
    with Lanes() as lanes:
        return {
            one.exercise.id: grade_in_lane(one.submission, lanes, options) for one in work.handed_in
        }


def _told(
    exercise: Exercise, one: HandedIn | None, verdicts: dict[str, Verdict], work: ClassWork
) -> tuple[str, list[Json]]:
    """Return what is said of an exercise, and its tests."""
    if one is None:
        why = _why_missing(work, exercise)
        return f"{exercise.id} {exercise.title}: {why}", [
            _entry(exercise, exercise.statements[name], 0, points, why)
            for name, points in exercise.check_points.items()
        ]
    verdict = verdicts[exercise.id]
    if verdict.status is Outcome.GRADER_ERROR:
        name = f"{exercise.id} {exercise.title}"
        why = f"{_FAULT} for this exercise. Tell your instructor."
        text = printable(f"{why}\n{render(verdict.message, one.places)}")
        return f"{name}: {why}", [{"name": name, "output": text, "visibility": "visible"}]
    return _summary(verdict, one.places), [
        _test(exercise, check, one.places) for check in verdict.checks if check.counts
    ]


def _why_missing(work: ClassWork, exercise: Exercise) -> str:
    for problem in work.problems:
        if problem.exercise == exercise.id:
            return problem.sentence
    prefix = exercise.id.replace(".", "_")
    return f"No file for it was handed in. Its name has to start with {prefix}."


def _summary(verdict: Verdict, places: Places) -> str:
    points = f"{verdict.points} of {verdict.max_points} points"
    text = f"{verdict.id} {verdict.title}: {WORDS[verdict.status].lower()}, {points}."
    left_out = [check.message for check in verdict.checks if not check.counts]
    said = [render(words, places) for words in (verdict.message, *left_out)]
    tips = [capital(render(tip.words, places)) for tip in verdict.tips]
    return "\n".join(filter(None, [text, *said, *tips]))


def _test(exercise: Exercise, check: CheckResult, places: Places) -> Json:
    lines = [render(check.message, places), check.details]
    if check.status is CheckStatus.FAILED:
        expected, got = render(check.expected, places), render(check.got, places)
        place = "" if check.line is None else places.alone(check.line)
        lines = [f"expected: {expected}", f"got:      {got}", *lines, place]
    text = "\n".join(filter(None, lines))
    passed = check.status is CheckStatus.PASSED
    return _entry(exercise, check.statement, check.points, check.max_points, text, passed=passed)


def _entry(
    exercise: Exercise, statement: str, score: int, most: int, text: str, *, passed: bool = False
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
