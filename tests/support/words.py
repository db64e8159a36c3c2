"""What a verdict tells, as the texts that a learner reads."""

from __future__ import annotations

from grader.places import Places, render
from grader.verdict import CheckResult, Verdict, capital


def tips_of(verdict: Verdict) -> list[str]:
    """Return the tips, each with its place in front."""
    return [capital(render(tip.words, verdict.places)) for tip in verdict.tips]


def words_of_check(check: CheckResult, places: Places) -> str:
    """Return what one check tells, its table aside."""
    expected, got, message = (
        render(text, places) for text in (check.expected, check.got, check.message)
    )
    return f"expected {expected}; got {got}; {message}"


def words_of(verdict: Verdict) -> str:
    """Return all that is told: the message, the tips, and each check."""
    checks = [
        f"{check.name} {check.status}: {words_of_check(check, verdict.places)} {check.details}"
        for check in verdict.checks
    ]
    return "\n".join([render(verdict.message, verdict.places), *tips_of(verdict), *checks])
