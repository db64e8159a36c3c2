"""Which checks a verdict tells of: many that wait for the same one take one line."""

from __future__ import annotations

from grader.places import InFile
from grader.show.terminal import as_text
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict


def _shown(*waits_for: str) -> str:
    failed = CheckResult("c0", CheckStatus.FAILED, "It works.", "1", "2", "Look there.")
    waiting = [
        CheckResult(
            f"c{number}",
            CheckStatus.SKIPPED,
            f"Part {number} works.",
            message=f"Not looked at: needs the check `{needed}`, which did not pass.",
            waits_for=needed,
            max_points=2,
        )
        for number, needed in enumerate(waits_for, start=1)
    ]
    passed = CheckResult("last", CheckStatus.PASSED, "The end is there.")
    verdict = Verdict("1.2.1", "Hello", Outcome.FAILED, (failed, *waiting, passed))
    assert verdict.max_points == 2 + 2 * len(waiting)
    return as_text(verdict, InFile("answer.py"))


def test_many_checks_that_wait_for_the_same_one_take_one_line() -> None:
    lines = _shown("c0", "c0", "c2", "c2").splitlines()
    assert '  - Not looked at, as "It works" did not pass: 4 checks.  (8 points)' in lines
    assert not any("Part" in line or "needs" in line or not line for line in lines)
    assert lines.index("  ✓ The end is there.") == 6


def test_a_few_are_told_one_by_one() -> None:
    shown = _shown("c0", "c0", "c2")
    assert shown.count("Not looked at: needs the check `c0`") == 2
    assert shown.count("Not looked at: needs the check `c2`") == 1
