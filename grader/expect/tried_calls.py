"""Calls of a learner's function that never came to their end when the grader tried it."""

from __future__ import annotations

from grader.evidence.record import (
    Endless,
    EndlessData,
    NoSuchFunction,
    NotTried,
    Raised,
    Returned,
    StillRunning,
    Tried,
)
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, NotReached


def expect_ended(
    evidence: Evidence, outcome: Tried, call: str, expected: str, work: str = ""
) -> Returned | Raised:
    """Expect a call of a function to have come to its end, whatever came of it.

    Args:
        evidence: of the run.
        outcome: of the call.
        call: as a learner would write it, `predict_text("it is")`.
        expected: what it should give.
        work: what the function is to do, as a sentence; "" where there is nothing to add.

    Raises:
        CheckFailed: it went on for ever, or trained for far too long.
        CheckSkipped: it was not tried to its end.
    """
    name = call.partition("(")[0]
    line = evidence.line_of(name)
    match outcome:
        case Returned() | Raised():
            return outcome
        case StillRunning():
            line = outcome.line or line
            got = f"still running after {outcome.seconds:.0f} s"
            message = f"{call} was stopped then. Look for a loop in `{name}` that never ends."
        case Endless():
            line = outcome.line or line
            got = f"a training of {outcome.asked:,} epochs"
            message = f"`{name}` trains for {outcome.asked:,} epochs each time it is called."
        case EndlessData():
            line = outcome.line or line
            got = "a training whose first epoch never ends"
            message = f"`{name}` trains on data that go on and on."
        case NotTried() | NoSuchFunction():
            raise NotReached(f"there was no time left to try {call}")
    raise CheckFailed(
        expected=expected,
        got=got,
        message=f"{message} {work}".strip(),
        line=line,
        cause=f"{name} has no end",
    )
