"""Expectations on numbers, arrays and answers to questions."""

from __future__ import annotations

import numpy as np

from grader.evidence.values import Number, Text
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed
from grader.expect.quiz import judge_answer
from grader.expect.value_words import kind_text
from grader.places import Said
from grader.sizes import shape_text


def expect_shape(
    evidence: Evidence, name: str, shape: tuple[int, ...], why: str = ""
) -> np.ndarray:
    """Expect an array of SHAPE under NAME; return it."""
    array = evidence.array(name)
    if array.shape != shape:
        raise CheckFailed(
            expected=f"`{name}` of shape {shape_text(shape)}",
            got=f"shape {shape_text(array.shape)}",
            message=why or f"Look at what goes into `{name}`: how many rows, how many columns.",
            line=evidence.line_of(name),
        )
    return array


def first_place(off: np.ndarray) -> tuple[int, ...]:
    """Return the first place where an array of truths is true, `(0, 3)`."""
    return tuple(int(index) for index in np.argwhere(off)[0])


def other_numbers(
    got: np.ndarray, true: np.ndarray, off: np.ndarray, message: Said, line: int | None
) -> CheckFailed:
    """Return the failure that shows the first place where an array has other numbers.

    Args:
        got: what the learner has, of the shape of TRUE.
        true: what it should be, computed here.
        off: true where they differ too much, somewhere at least.
        message: what to tell of it.
        line: of the learner's file, to blame.
    """
    place = first_place(off)
    return CheckFailed(
        expected=f"{true[place]:.4f} at {place}",
        got=f"{got[place]:.4f}",
        message=message,
        line=line,
    )


def expect_answer(evidence: Evidence, options: dict[int, str], right: int) -> None:
    """Expect `answer` to name the right option; tell of a wrong one why it is wrong."""
    found = evidence.value("answer", "a number")
    value = found.value if isinstance(found, Number | Text) else None
    if isinstance(found, Number) and found.type.startswith("bool"):
        value = bool(value)
    judge_answer(value, kind_text(found), options, right, evidence.line_of("answer"))
