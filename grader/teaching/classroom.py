"""The form of a result that Classroom 50 takes: `result.json`, of version 1.

It is documented in Classroom 50's wiki, "Advanced Autograding". What the result is of stands in
environment variables that its runner sets; elsewhere those fields are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from grader.verdict import CheckStatus, Verdict

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
    verdicts: Iterable[Verdict], environment: Mapping[str, str], now: datetime | None = None
) -> dict[str, Any]:
    """Return the document: whole numbers, and a test per check that counts."""
    tests = [
        {
            "test-name": f"{verdict.id} {check.name}: {check.statement}",
            "passed": check.status is CheckStatus.PASSED,
            "score": check.points,
            "max-score": check.max_points,
        }
        for verdict in verdicts
        for check in verdict.checks
        if check.counts
    ]
    facts = {name: environment[key] for name, key in _FACTS.items() if environment.get(key)}
    if "commit" in facts:
        facts.setdefault("review", facts["commit"])
    return {
        "schema": _SCHEMA,
        **facts,
        "datetime": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
