"""All tips of one verdict: of old spellings, of the checks, of the error that stopped the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import msgspec

from grader.evidence.record import Ended, Raised
from grader.names import Names
from grader.places import Line, Lines, said
from grader.tips import idioms, mistakes
from grader.tips.failure import ParsedFile
from grader.tips.prohibitions import refusal_behind
from grader.tips.slips import slips
from grader.verdict import Fact, Tip

_ENDLESS = re.compile(r"(\w{200})\w+")
"""A word in which patterns would look for their beginning for seconds; no name is as long."""


def static_advice(submission: ParsedFile) -> tuple[Tip, ...]:
    """Return the tips for a file whose run has left nothing to look at."""
    return (*_static(submission), *left_out(submission))


def advice(
    submission: ParsedFile,
    ended: Ended,
    from_checks: Iterable[Tip],
    names: Names | None = None,
) -> tuple[Tip, ...]:
    """Return the tips for a file that was run and checked; what stopped it comes first.

    Args:
        submission: the file.
        ended: how its run ended.
        from_checks: what the checks tell.
        names: that the exercise knows; None for a file that is for none.
    """
    if isinstance(ended, Raised):
        ended = msgspec.structs.replace(ended, message=_ENDLESS.sub(r"\1", ended.message))
    stopped = Line(ended.line or 0) if isinstance(ended, Raised) else None
    tips = [*idioms.static_tips(submission.tree)]
    # where a file stopped, the error is what matters of its line
    tips += [tip for tip in slips(submission) if stopped is None or tip.place != stopped]
    # a check may know of what the syntax tree has told already, with its line
    told = {tip.text for tip in tips}
    of_checks = [tip for tip in from_checks if tip.text not in told]
    tips += of_checks
    if isinstance(ended, Raised):
        tips = idioms.runtime_tips(ended, submission, tips)
        meant = mistakes.runtime_tips(ended, submission, names or Names())
        meant = [tip for tip in meant if tip not in tips and not _told_as_renamed(ended, tips)]
        tips = [tip for tip in tips if tip in of_checks or not _told_better(tip, meant)]
        if meant:
            here = [tip for tip in tips if tip.place == stopped]
            # a name that is not there stops a line before its arguments matter
            first = meant + here if ended.type == "NameError" else here + meant
            tips = first + [tip for tip in tips if tip not in first]
        refusal = refusal_behind(ended, exercise=names is not None)
        explained = ended.type == "FileNotFoundError" and bool(meant)
        if refusal and not explained and not _raises(submission, ended.line):
            tips.append(Tip(refusal))
    tips = [tip for tip in tips if not _told_better(tip, of_checks)]
    return (*tips, *left_out(submission))


def _told_better(tip: Tip, others: list[Tip]) -> bool:
    """Whether another tells the same of the line: a check, or the error, knows more of it."""
    return any(
        one.tells is tip.tells is not None and one.place == tip.place is not None and one != tip
        for one in others
    )


def _told_as_renamed(ended: Raised, tips: Iterable[Tip]) -> bool:
    """Whether a name is missing that the file has under another one, as a check tells."""
    found = re.fullmatch(r"name '(\w+)' is not defined", ended.message)
    return found is not None and any(
        tip.tells is Fact.RENAMED and tip.of == found[1] for tip in tips
    )


def _raises(submission: ParsedFile, line: int | None) -> bool:
    """Whether the file itself raises an error on that line."""
    return any(
        isinstance(node, ast.Raise) and node.lineno == line for node in ast.walk(submission.tree)
    )


def _static(submission: ParsedFile) -> list[Tip]:
    return [*idioms.static_tips(submission.tree), *slips(submission)]


def left_out(submission: ParsedFile) -> list[Tip]:
    """Return the tip on lines that are for notebooks, if there are any."""
    if not submission.left_out:
        return []
    one = len(submission.left_out) == 1
    words = (
        "is for notebooks only, and was left out."
        if one
        else "are for notebooks only, and were left out."
    )
    return [Tip(said(Lines(submission.left_out), f" {words}"))]
