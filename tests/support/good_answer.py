"""A right answer to 2.2.1, and what is put into it."""

from __future__ import annotations

from grader.catalogue import find
from grader.verdict import Verdict

GOOD = find("2.2.1").solution.read_text("utf-8")
COMPILE = "model.compile("


def before_compile(code: str) -> str:
    """Return the answer with more code in front of the call of compile."""
    assert GOOD.count(COMPILE) == 1
    return GOOD.replace(COMPILE, f"{code}\n{COMPILE}")


def statuses(verdict: Verdict) -> dict[str, str]:
    """Return the status of each check by its name."""
    return {check.name: str(check.status) for check in verdict.checks}
