"""Expectations on numbers, arrays and answers to questions."""

from __future__ import annotations

import numpy as np

from grader.evidence.values import Number, Text
from grader.expect.findings import Evidence, kind_text
from grader.expect.outcome import CheckFailed
from grader.quiz import judge_answer


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as Python shows it."""
    return str(tuple(int(size) for size in shape))


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


def expect_close(
    evidence: Evidence,
    name: str,
    true: np.ndarray,
    *,
    tolerance: float,
    why: str,
) -> None:
    """Expect the array in NAME to equal TRUE, of the same shape, within TOLERANCE.

    Args:
        evidence: of the run.
        name: of the produced array.
        true: what it should hold, computed here.
        tolerance: the largest difference that rounding explains, in the array's own unit.
        why: what to tell of a difference.

    Raises:
        CheckFailed: naming the first place where they differ.
    """
    array = expect_shape(evidence, name, true.shape)
    off = ~(np.abs(array.astype(float) - true.astype(float)) <= tolerance)
    if off.any():
        place = tuple(int(index) for index in np.argwhere(off)[0])
        raise CheckFailed(
            expected=f"{true[place]:.4g} at {place}",
            got=f"{float(array[place]):.4g}",
            message=why,
            line=evidence.line_of(name),
        )


def expect_answer(evidence: Evidence, options: dict[int, str], right: int) -> None:
    """Expect `answer` to name the right option; tell of a wrong one why it is wrong."""
    found = evidence.value("answer", "the number of an option")
    value = found.value if isinstance(found, Number | Text) else None
    if isinstance(found, Number) and found.type.startswith("bool"):
        value = bool(value)
    judge_answer(value, kind_text(found), options, right, evidence.line_of("answer"))
