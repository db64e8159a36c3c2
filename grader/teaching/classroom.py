"""The form of a result that Classroom 50 takes: `result.json`, of version 1.

It is documented in Classroom 50's wiki, "Advanced Autograding". What the result is of stands in
environment variables that its runner sets; elsewhere those fields are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from grader.marking.marks import rounded, shares
from grader.teaching.repository import GradedExercise
from grader.verdict import CheckStatus

_SCHEMA = "classroom50/result/v1"
_FACTS = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
"""Fields, and the variables that have them."""


def classroom_result(
    graded: Iterable[GradedExercise], environment: Mapping[str, str], now: datetime | None = None
) -> dict[str, Any]:
    """Return the document: whole numbers, and a test per check that counts.

    What lateness costs is taken off the score of all.
    """
    tests: list[dict[str, Any]] = []
    lost = 0.0
    for one in graded:
        lost += one.lost
        checks = [check for check in one.verdict.checks if check.counts]
        each = shares(one.mark.most, [check.max_points for check in checks], parts=1)
        for check, most in zip(checks, each, strict=True):
            passed = check.status is CheckStatus.PASSED
            tests.append(
                {
                    "test-name": f"{one.verdict.id} {check.name}: {check.statement}",
                    "passed": passed,
                    "score": int(most) if passed else 0,
                    "max-score": int(most),
                }
            )
    score = sum(test["score"] for test in tests) - int(rounded(lost, 1))
    facts = {name: environment[key] for name, key in _FACTS.items() if environment.get(key)}
    if "commit" in facts:
        facts.setdefault("review", facts["commit"])
    return {
        "schema": _SCHEMA,
        **facts,
        "datetime": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": max(0, score),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
