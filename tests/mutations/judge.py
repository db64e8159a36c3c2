"""What became of an answer: rejected or not, and whether the words name the fault."""

from __future__ import annotations

import re
from dataclasses import dataclass

from words import tips_of

from grader.places import render
from grader.verdict import CheckStatus, Outcome, Verdict
from mutations.mutants import Mutant

REJECTED = {Outcome.FAILED, Outcome.ERROR, Outcome.TIMEOUT}


@dataclass(frozen=True)
class Judgement:
    """What a verdict says of a mutant."""

    killed: bool
    """Whether the answer was rejected, by the checks, by an error or by the time limit."""
    named: bool
    """Whether the words name the fault."""


def blame(verdict: Verdict) -> str:
    """Return what a learner is told of what is wrong; the quoted line of theirs left out.

    A quoted line would match any pattern made of what stands in it.
    """
    first, *rest = render(verdict.message, verdict.places).split("\n")
    if rest and re.match(r"Your file stopped on line \d+:$", first):
        rest = rest[1:]
    lines = [first, *rest, *tips_of(verdict)]
    for check in verdict.checks:
        if check.status is CheckStatus.FAILED:
            expected, got, message = (
                render(text, verdict.places) for text in (check.expected, check.got, check.message)
            )
            lines += [f"[{check.name}] expected {expected}", f"got {got}", message, check.details]
    return "\n".join(lines)


def judge(mutant: Mutant, verdict: Verdict) -> Judgement:
    """Return whether a mutant was rejected, and whether its fault was named.

    A file that stops on the very line of the fault is told so, with Python's or Keras's
    own reason: that names the fault as well.
    """
    killed = verdict.status in REJECTED and verdict.points <= verdict.max_points
    on_the_line = verdict.status is Outcome.ERROR and verdict.line in mutant.lines
    named = on_the_line or re.search(mutant.change.says, blame(verdict)) is not None
    return Judgement(killed, killed and named)
