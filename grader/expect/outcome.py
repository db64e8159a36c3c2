"""How a check says that it failed, or that it could not be looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from grader.places import Said
from grader.verdict import Fact

CheckFunction = TypeVar("CheckFunction", bound=Callable[..., Any])


class CheckFailed(AssertionError):
    """A check failed. Holds what the learner is told.

    Args:
        expected: what should be there, short.
        got: what is there, in the same form as `expected`.
        message: one sentence on where to look. It names the fault, not the answer's code.
        details: a table with the whole picture, if one helps.
        line: the learner's line, if one is to blame.
        cause: failures with the same cause are told once; later ones are skipped.
        tells: the fact that the message tells, if a tip may find it out as well.
        absent: whether it is about what the file has not done, and not about what it has done
            wrong. Of a file that ended early it says nothing: that may have been still to come.
    """

    def __init__(
        self,
        *,
        expected: Said,
        got: Said,
        message: Said,
        details: str = "",
        line: int | None = None,
        cause: str = "",
        tells: Fact | None = None,
        absent: bool = False,
    ) -> None:
        super().__init__(message)
        self.expected = expected
        self.got = got
        self.message = message
        self.details = details
        self.line = line
        self.cause = cause
        self.tells = tells
        self.absent = absent


class CheckSkipped(Exception):
    """A check cannot be looked at.

    Args:
        why: as the end of `Not looked at: …`.
        waits_for: the check that must pass before.
    """

    def __init__(self, why: Said, waits_for: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.waits_for = waits_for


class NotReached(CheckSkipped):
    """The file ended before what the check looks at."""


class CheckUnavailable(CheckSkipped):
    """A check needs something that this machine lacks. Its points are not counted at all."""


def counted(number: int, thing: str) -> str:
    """Return a number of things in words: `1 epoch`, `5 epochs`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def check(
    *, points: int = 1, needs: tuple[str, ...] = ()
) -> Callable[[CheckFunction], CheckFunction]:
    """Mark a check with its points and the checks without which it makes no sense.

    A check whose needed check did not pass is skipped, and says which one it waits for.
    """

    def mark(function: CheckFunction) -> CheckFunction:
        function.check_points = points  # type: ignore[attr-defined]
        function.check_needs = needs  # type: ignore[attr-defined]
        return function

    return mark
