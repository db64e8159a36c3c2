"""What a grade is: outcomes, check results and tips, with the places that they speak of."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from grader.places import InCells, InFile, Line, Lines, Places, Said, render, said
from grader.sights import Sights

SCHEMA = 2


class Outcome(StrEnum):
    """How an exercise came out."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    UNFINISHED = "unfinished"
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
    Outcome.UNFINISHED: "UNFINISHED",
    Outcome.ERROR: "ERROR",
    Outcome.TIMEOUT: "OUT OF TIME",
    Outcome.GRADER_ERROR: "GRADER ERROR",
}
"""How an outcome is told to people."""

MARKS = {CheckStatus.PASSED: "✓", CheckStatus.FAILED: "✗", CheckStatus.SKIPPED: "-"}


class Fact(StrEnum):
    """What checks and tips may both find out, so that it is told once."""

    FROZEN = "layers are frozen"
    OTHER_DATA = "fit was given other data, and it is known how they differ"
    NOT_CALLED = "a function is not called"
    NOTHING = "a name holds None"
    OTHER_KIND = "a name holds another kind of value"
    NOT_MEASURED = "a callback watches what training does not measure"
    INPUT_AXES = "a model's input has other axes than its samples"
    RENAMED = "a result has another name than the task's"
    UNDECLARED = "a KerasClassifier does not know a parameter that is searched for"
    TEXT_FOR_BIAS = "a layer got a text that says whether it has biases"
    METHOD_GONE = "a method that Keras had is called"
    EPOCHS_ELSEWHERE = "another argument of fit got the number of epochs"
    BUILT = "a KerasClassifier got a network that is made already"
    RATE = "the optimizer of a training has another learning rate"
    NOT_VALIDATED = "fit was given no data to validate on"
    ONE_MODEL = "a layer is taken out of a model that has two names"
    ONE_IMAGE = "the row of one image was taken out of the predictions"
    WORD_NUMBERS = "a network was given other numbers than those of three words"
    FUNCTION_RAISED = "a function of the learner's stopped with an error when it was tried"
    PUT_NOWHERE = "a layer is made and put nowhere"
    NOT_ENDED = "why nothing would have ended a training"


class Tip(Struct, frozen=True):
    """Something worth knowing that costs no points."""

    text: Said
    place: Line | Lines | None = None
    tells: Fact | None = None
    """The fact that it tells, if checks or other tips may tell it as well."""
    of: str = ""
    """The learner's name that this is about."""

    @property
    def line_numbers(self) -> tuple[int, ...]:
        """The lines that it speaks of; none where it is about the whole."""
        if self.place is None:
            return ()
        return self.place.numbers if isinstance(self.place, Lines) else (self.place.number,)

    @property
    def words(self) -> Said:
        """The tip with its place in front: `Line 12: …`; `Lines 12, 14: …`."""
        return self.text if self.place is None else said(self.place, ": ", self.text)


class CheckResult(Struct, frozen=True):
    """One check: what it looks at, what it expected and what it got."""

    name: str
    status: CheckStatus
    statement: str = ""
    """What is checked, in one neutral sentence."""
    expected: Said = ""
    got: Said = ""
    message: Said = ""
    """Where to look, or why the check was skipped."""
    details: str = ""
    """A table with the whole picture, where one helps."""
    line: int | None = None
    """The learner's line that the fault stands in."""
    max_points: int = 1
    counts: bool = True
    """False where a check needs what this machine lacks: then nobody loses its points."""
    reached: bool = True
    """False where the file ended before what the check looks at: nothing is known of it."""
    waits_for: str = ""
    """The check that did not pass and must, before this one can be looked at."""
    tells: Fact | None = None
    """The fact that it tells, if tips may tell it as well."""

    @property
    def points(self) -> int:
        """All of them where it passed, else none."""
        return self.max_points if self.status is CheckStatus.PASSED else 0

    @property
    def compares(self) -> bool:
        """Whether it tells what was expected, and what there was; brief feedback does not."""
        return bool(self.expected or self.got)

    @property
    def worth(self) -> str:
        """What a check that did not pass would have given, `(2 points)`."""
        points = f"{self.max_points} point{'s' if self.max_points != 1 else ''}"
        return f"({points})" if self.counts else f"({points}, not counted)"


_MANY = 4
"""As many checks that wait for the same one are told in one line."""


def _folded(checks: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Put one entry in the place of many checks that wait for the same one."""
    by_name = {check.name: check for check in checks}

    def root(check: CheckResult) -> str:
        needed = by_name.get(check.waits_for)
        return root(needed) if needed and needed.waits_for else check.waits_for

    told: list[CheckResult] = []
    done: set[str] = set()
    for check in checks:
        first = root(check)
        waiting = [one for one in checks if first and root(one) == first]
        if len(waiting) < _MANY:
            told.append(check)
        elif first not in done:
            done.add(first)
            needed = by_name[first].statement.rstrip(".")
            told.append(
                CheckResult(
                    first,
                    CheckStatus.SKIPPED,
                    f'Not looked at, as "{needed}" did not pass: {len(waiting)} checks.',
                    max_points=sum(one.max_points for one in waiting),
                )
            )
    return tuple(told)


class Verdict(Struct, frozen=True):
    """What came of grading one exercise."""

    id: str
    title: str
    status: Outcome
    checks: tuple[CheckResult, ...]
    message: Said = ""
    tips: tuple[Tip, ...] = ()
    line: int | None = None
    file: str = ""
    seconds: float = 0.0
    stored: bool = False
    """Whether it was found earlier, for the same file, and only shown again."""
    sights: Sights = Sights()
    """What the run gave to see, where somebody asked for that."""
    kept: str = ""
    """The folder where that is kept for people to open; "" where it is not."""
    cells: InCells | None = None
    """Where lines stand in the notebook that was graded, if it was one."""

    @property
    def points(self) -> int:
        """The points of the checks that passed."""
        return sum(check.points for check in self.checks)

    @property
    def max_points(self) -> int:
        """The points of all checks that this machine can make."""
        return sum(check.max_points for check in self.checks if check.counts)

    @property
    def stopped(self) -> bool:
        """Whether something stopped the file, which is told before everything else."""
        return self.status in {Outcome.ERROR, Outcome.TIMEOUT}

    @property
    def places(self) -> Places:
        """How places in what was graded are told."""
        return self.cells or InFile(Path(self.file).name)

    @property
    def told_checks(self) -> tuple[CheckResult, ...]:
        """The checks to tell of: none where all were left out, and for the same reason.

        Where many wait for the same check, one entry tells of them.
        """
        reasons = {check.message for check in self.checks}
        untouched = all(check.status is CheckStatus.SKIPPED for check in self.checks)
        if untouched and len(reasons) == 1:
            return ()
        return _folded(tuple(check for check in self.checks if check.reached))

    @property
    def unreached(self) -> str:
        """One line on all checks that the file did not reach; "" where there are none."""
        later = [check for check in self.checks if not check.reached]
        if not later:
            return ""
        points = sum(check.max_points for check in later)
        many = f"{len(later)} check{'s' if len(later) != 1 else ''}"
        worth = f"{points} point{'s' if points != 1 else ''}"
        return f"Not looked at, as the file did not run to its end: {many} ({worth})."

    def to_json(self, places: Places | None = None) -> dict[str, Any]:
        """Return the document that `grade --json` prints for one exercise."""
        where = places or self.places
        return {
            "id": self.id,
            "title": self.title,
            "status": str(self.status),
            "points": self.points,
            "max_points": self.max_points,
            "seconds": round(self.seconds, 3),
            "message": render(self.message, where),
            "line": self.line,
            "place": self.line and where.alone(self.line),
            "tips": [capital(render(tip.words, where)) for tip in self.tips],
            "file": self.file,
            "stored": self.stored,
            "printed": self.sights.printed,
            "kept": self.kept,
            "checks": [
                {
                    "name": check.name,
                    "status": str(check.status),
                    "statement": check.statement,
                    "expected": render(check.expected, where),
                    "got": render(check.got, where),
                    "message": render(check.message, where),
                    "details": check.details,
                    "line": check.line,
                    "place": check.line and where.alone(check.line),
                    "points": check.points,
                    "max_points": check.max_points,
                    "counts": check.counts,
                    "reached": check.reached,
                }
                for check in self.checks
            ],
        }


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def skipped_checks(
    statements: dict[str, str], points: dict[str, int], why: Said
) -> tuple[CheckResult, ...]:
    """Return every check of an exercise as skipped, for a reason that all share."""
    return tuple(
        CheckResult(
            name,
            CheckStatus.SKIPPED,
            statement=statements[name],
            message=why,
            max_points=points[name],
        )
        for name in points
    )
