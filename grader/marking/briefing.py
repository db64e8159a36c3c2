"""Brief feedback: which checks failed, and nothing that tells how to pass them."""

from __future__ import annotations

import msgspec

from grader.verdict import CheckResult, CheckStatus, Verdict


def brief(verdict: Verdict) -> Verdict:
    """Return a verdict without what was expected, what to look at and which line it is.

    What stopped the file is told all the same: it is the file's own error, and no answer.
    """
    return msgspec.structs.replace(
        verdict,
        checks=tuple(_brief(check) for check in verdict.checks),
        tips=verdict.tips if verdict.stopped else (),
    )


def _brief(check: CheckResult) -> CheckResult:
    if check.status is not CheckStatus.FAILED:
        return msgspec.structs.replace(check, details="")
    return msgspec.structs.replace(check, expected="", got="", message="", details="", line=None)
