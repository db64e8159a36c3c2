"""What a grade is: outcomes, check results, and their JSON form."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA = 1


class Outcome(StrEnum):
    """How an exercise came out."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    ERROR = "error"
    TIMEOUT = "timeout"
    GRADER_ERROR = "grader_error"


class CheckStatus(StrEnum):
    """How one check came out."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


WORDS = {
    Outcome.PASSED: "PASSED",
    Outcome.FAILED: "NOT YET",
    Outcome.NOT_ATTEMPTED: "NOT ATTEMPTED",
    Outcome.ERROR: "ERROR",
    Outcome.TIMEOUT: "OUT OF TIME",
    Outcome.GRADER_ERROR: "GRADER ERROR",
}
"""How an outcome is told to people."""

MARKS = {CheckStatus.PASSED: "✓", CheckStatus.FAILED: "✗", CheckStatus.SKIPPED: "-"}


@dataclass
class CheckResult:
    """One check: what it looks at, what it expected and what it got."""

    name: str
    status: CheckStatus
    statement: str = ""
    """What is checked, in one neutral sentence."""
    expected: str = ""
    got: str = ""
    message: str = ""
    """Where to look, or why the check was skipped."""
    details: str = ""
    """A table with the whole picture, where one helps."""
    line: int | None = None
    """The learner's line that the fault stands in."""
    points: int = 0
    max_points: int = 1
    counts: bool = True
    """False where a check needs what this machine lacks: then nobody loses its points."""

    @property
    def worth(self) -> str:
        """What a check that did not pass would have given, `(2 points)`."""
        points = f"{self.max_points} point{'s' if self.max_points != 1 else ''}"
        return f"({points})" if self.counts else f"({points}, not counted)"


@dataclass
class Verdict:
    """What came of grading one exercise."""

    id: str
    title: str
    status: Outcome
    max_points: int
    message: str = ""
    seconds: float = 0.0
    checks: list[CheckResult] = field(default_factory=list)
    tips: list[str] = field(default_factory=list)
    line: int | None = None
    file: str = ""
    stored: bool = False
    """Whether it was found earlier, for the same file, and only shown again."""

    @property
    def points(self) -> int:
        """The points of the checks that passed."""
        return sum(check.points for check in self.checks)

    @property
    def told_checks(self) -> list[CheckResult]:
        """The checks to tell of: none where all were left out, and for the same reason."""
        reasons = {check.message for check in self.checks}
        untouched = all(check.status is CheckStatus.SKIPPED for check in self.checks)
        return [] if untouched and len(reasons) == 1 else self.checks

    def to_json(self) -> dict[str, Any]:
        """Return the document that `grade --json` prints for one exercise."""
        return {
            "id": self.id,
            "title": self.title,
            "status": str(self.status),
            "points": self.points,
            "max_points": self.max_points,
            "seconds": round(self.seconds, 3),
            "message": self.message,
            "line": self.line,
            "tips": self.tips,
            "file": self.file,
            "stored": self.stored,
            "checks": [asdict(check) for check in self.checks],
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Verdict:
        """Return the verdict that `to_json` made a document of.

        Raises:
            KeyError, TypeError, ValueError: it is no such document.
        """
        rest = {key: value for key, value in found.items() if key != "points"}
        rest["status"] = Outcome(found["status"])
        rest["checks"] = [
            CheckResult(**{**check, "status": CheckStatus(check["status"])})
            for check in found["checks"]
        ]
        return cls(**rest)


def skipped_checks(
    statements: dict[str, str], points: dict[str, int], why: str
) -> list[CheckResult]:
    """Return every check of an exercise as skipped, for a reason that all share."""
    return [
        CheckResult(
            name,
            CheckStatus.SKIPPED,
            statement=statements[name],
            message=why,
            max_points=points[name],
        )
        for name in points
    ]
