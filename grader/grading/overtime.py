"""What is said of a file that was still running when its time was over, and was stopped."""

from __future__ import annotations

import ast

from grader.evidence.messages import LearnerJob
from grader.evidence.record import OutOfTime
from grader.loops import is_repeated, never_ends, tested_names, whiles_around
from grader.places import ForFiles, OnLine, Said, said
from grader.source_file import Script

_SHOWN = 100
"""Letters of a loop's test."""


def out_of_time(ended: OutOfTime, script: Script, job: LearnerJob) -> Said:
    """Return what is said of a file that was stopped: where, and what to look for."""
    where: tuple[str | OnLine, ...] = (".",)
    code = script.text_of_line(ended.line)
    if ended.line is not None and code is not None:
        where = (" ", OnLine(ended.line), f":\n    {code[:200]}\n")
    doing, more_time_helps = _what_it_did(ended, script, job.seconds)
    return said(
        f"Your code was still running after {job.seconds:.0f} s and was stopped",
        *where,
        "" if code is not None else " ",
        doing,
        allows_more("timeout", job) if more_time_helps else "",
    )


def allows_more(option: str, job: LearnerJob) -> Said:
    """Tell of the option that allows more; in an instructor's run no student has it."""
    if job.confinement.rules == "instructor":
        return ""
    return said(ForFiles(f" `--{option}` allows more."))


def _what_it_did(ended: OutOfTime, script: Script, seconds: float) -> tuple[Said, bool]:
    """Return what a file was at, and whether it would have come further in more time."""
    lines = ended.lines or ([] if ended.line is None else [ended.line])
    loops = whiles_around(script.tree, lines)
    endless = next((loop for loop in loops if never_ends(loop, script.tree)), None)
    if endless is not None:
        return _endless(endless), False
    if ended.training:
        long = ended.epochs > 0 and ended.asked * ended.seconds / ended.epochs > seconds
        if long:
            return _long_training(ended), True
        return _short_training(ended, loops, repeated=is_repeated(script.tree, lines))
    if loops:
        line = OnLine(loops[0].lineno)
        return said("It was in the `while` loop ", line, ". Look at what ends this loop."), False
    return "Look for a loop that never ends, or for work that takes very long.", True


def _endless(loop: ast.While) -> Said:
    """Return what is said of a loop that nothing inside it can end."""
    names = tested_names(loop)
    where = said("The `while` loop ", OnLine(loop.lineno))
    if not names:
        return said(where, " has nothing in it that ends it, such as a `break`.")
    test = ast.unparse(loop.test)
    test = test if len(test) <= _SHOWN else f"{test[:_SHOWN]} …"
    changed = " or ".join(f"`{name}`" for name in names[:3])
    return said(
        where,
        f" goes on as long as `{test}`, and nothing in it changes {changed}. Where one turn is "
        "enough, it is an `if`.",
    )


def _long_training(ended: OutOfTime) -> Said:
    epochs = f"{ended.epochs:,} of its {ended.asked:,} epochs had taken {ended.seconds:.0f} s"
    return f"It was in a training: {epochs}. Look at what ends it: its epochs, or a callback."


def _short_training(
    ended: OutOfTime, loops: list[ast.While], *, repeated: bool
) -> tuple[Said, bool]:
    """Return what is said of a training that is not known to be long itself."""
    before = ended.trained_before
    others = f"{before:,} {'other' if before == 1 else 'others'} on the same line"
    after = f", after {others}" if before else ""
    if loops:
        within = said("It was in a training, in the `while` loop ", OnLine(loops[0].lineno), after)
        return said(within, ". Look at what ends this loop."), False
    if before and repeated:
        return (
            f"It was in a training{after}. Look at what ends the loop around it, and at how long "
            "each training takes.",
            True,
        )
    if before:
        return (
            f"It was in a training{after}. Look at how often this line trains, and at how long "
            "each training takes.",
            True,
        )
    if not ended.epochs:
        return (
            "It was in a training whose first epoch had not come to its end. Look at how much "
            "there is in an epoch.",
            True,
        )
    return "It was in a training. Look at what else the file does that takes long.", True
