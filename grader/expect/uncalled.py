"""What a file only names where it should call it: `model.compile`, without parentheses."""

from __future__ import annotations

from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed
from grader.parentheses import not_called_here
from grader.verdict import Fact


def or_not_called(failure: CheckFailed, evidence: Evidence, *texts: str) -> CheckFailed:
    """Return a failure; of a file that only names what it should call, with that in its place.

    Args:
        failure: what a check tells where something was not done.
        evidence: of the run.
        texts: how a learner writes what does it, without parentheses: `model.compile`.
    """
    for text in texts:
        if (line := evidence.written.standing_alone.get(text)) is not None:
            failure.message, failure.line = not_called_here(text), line
            failure.tells = Fact.NOT_CALLED
        elif len(lines := evidence.written.in_comments(f"{text}(")) == 1:
            failure.line = lines[0]
            failure.message = (
                f"`{text}` stands in a comment here, which Python does not read: it begins with #."
            )
    return failure
