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

from grader import __version__
from grader.catalogue import Exercise, find
from grader.files import whole_file
from grader.show.html import printable
from grader.teaching.cells import retold
from grader.teaching.class_folder import Found, find_work
from grader.teaching.lanes import Lanes, Task, file_name, grade_task
from grader.verdict import WORDS, CheckResult, CheckStatus, Outcome, Verdict

Json = dict[str, Any]


def main(arguments: list[str]) -> None:
    """Grade the submission that the arguments name."""
    config, submission, results = (Path(argument) for argument in arguments)
    started = time.monotonic()
    found = grade_submission(json.loads(config.read_text("utf-8")), submission)
    found["execution_time"] = round(time.monotonic() - started)
    with whole_file(results / "results.json") as stream:
        json.dump(found, stream, indent=1)


def grade_submission(config: Json, submission: Path) -> Json:
    """Return the results in the form that Gradescope documents.

    One test per check. After a fault of the grader there are no scores at all: Gradescope
    shows such a submission to the instructor, and no student as one with 0 points.
    """
    exercises = [find(str(id)) for id in config["exercises"]]
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        found = find_work(submission, Path(folder), exercises)
        verdicts = _verdicts(found, config)
    faults = [v for v in verdicts.values() if v[0].status is Outcome.GRADER_ERROR]
    words = [problem.sentence for problem in found.problems if not problem.exercise]
    result: Json = {
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "grader": __version__,
            "exercises": [verdict.to_json() for verdict, _ in verdicts.values()],
        },
    }
    if faults:
        words = [f"{verdict.id}: {verdict.message}" for verdict, _ in faults]
        told = "The grader failed, not you, and nothing was marked. Tell your instructor.\n\n"
        return {**result, "output": printable(told + "\n".join(words))}
    tests = []
    for exercise in exercises:
        if exercise.id in verdicts:
            verdict, places = verdicts[exercise.id]
            words.append(_summary(verdict))
            tests += [_test(exercise, check, places) for check in verdict.checks if check.counts]
        else:
            why = _why_missing(found, exercise)
            words.append(f"{exercise.id} {exercise.title}: {why}")
            tests += [
                _entry(exercise, exercise.statements[name], 0, points, why)
                for name, points in exercise.check_points.items()
            ]
    return {
        **result,
        "score": sum(test["score"] for test in tests),
        "output": printable("\n\n".join(words)),
        "tests": tests,
    }


def _verdicts(found: Found, config: Json) -> dict[str, tuple[Verdict, dict[str, str]]]:
    verdicts = {}
    with Lanes() as lanes:
        for submission in found.submissions:
            exercise = submission.exercise
            task = Task(
                exercise.id,
                file_name(exercise, submission.file),
                submission.path.read_bytes(),
                int(config["seed"]),
                config["timeout"],
            )
            verdict = Verdict.from_json(grade_task(task, lanes, threads=None))
            verdicts[exercise.id] = retold(submission, verdict)
    return verdicts


def _why_missing(found: Found, exercise: Exercise) -> str:
    for problem in found.problems:
        if problem.exercise == exercise.id:
            return problem.sentence
    prefix = exercise.id.replace(".", "_")
    return f"No file for it was handed in. Its name has to start with {prefix}."


def _summary(verdict: Verdict) -> str:
    points = f"{verdict.points} of {verdict.max_points} points"
    text = f"{verdict.id} {verdict.title}: {WORDS[verdict.status].lower()}, {points}."
    left_out = [check.message for check in verdict.checks if not check.counts]
    return "\n".join(filter(None, [text, verdict.message, *left_out, *verdict.tips]))


def _test(exercise: Exercise, check: CheckResult, places: dict[str, str]) -> Json:
    lines = [check.message, check.details]
    if check.status is CheckStatus.FAILED:
        place = places.get(str(check.line), "")
        lines = [f"expected: {check.expected}", f"got:      {check.got}", *lines, place]
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
