"""What a verdict tells, as the texts that a learner reads."""

from __future__ import annotations

import msgspec

from grader.places import Places, render
from grader.verdict import CheckResult, Tip, Verdict, capital


def tips_of(verdict: Verdict) -> list[str]:
    """Return the tips, each with its place in front."""
    return [capital(render(tip.words, verdict.places)) for tip in verdict.tips]


def words_of_check(check: CheckResult, places: Places) -> str:
    """Return what one check tells, its table aside."""
    expected, got, message = (
        render(text, places) for text in (check.expected, check.got, check.message)
    )
    told = (f"expected {expected}" if expected else "", f"got {got}" if got else "", message)
    return "; ".join(text for text in told if text)


def words_of(verdict: Verdict) -> str:
    """Return all that is told: the message, the tips, and each check."""
    checks = [
        f"{check.name} {check.status}: {words_of_check(check, verdict.places)} {check.details}"
        for check in verdict.checks
    ]
    return "\n".join([render(verdict.message, verdict.places), *tips_of(verdict), *checks])


def plain(verdict: Verdict) -> Verdict:
    """Return a verdict with its texts as learners read them, its places in them."""
    replace, places = msgspec.structs.replace, verdict.places
    return replace(
        verdict,
        message=render(verdict.message, places),
        tips=tuple(Tip(render(tip.text, places), tip.place) for tip in verdict.tips),
        checks=tuple(
            replace(
                check,
                expected=render(check.expected, places),
                got=render(check.got, places),
                message=render(check.message, places),
            )
            for check in verdict.checks
        ),
    )
