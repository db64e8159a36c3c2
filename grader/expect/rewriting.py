"""Values that were right, and were changed or replaced: since when a name holds something else."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from grader.evidence.values import Frame, Numbers, Series, Value
from grader.expect.findings import Evidence
from grader.names import Change
from grader.places import OnLine, Said, said


class Rewritten(NamedTuple):
    """A name that once held what it should."""

    line: int | None
    """That changed what it holds, or gave it something else."""
    message: Said


def line_changed(evidence: Evidence, name: str) -> int | None:
    """Return the first line that changes what NAME holds in the end; None where none does."""
    bound = evidence.line_of(name) or 0
    lines = [change.line for change in _changes(evidence, name) if change.line >= bound]
    return min(lines, default=None)


def _changes(evidence: Evidence, name: str) -> list[Change]:
    return evidence.written.changes.get(name, [])


def predictions_rewritten(
    evidence: Evidence, name: str, true: np.ndarray, tolerance: float
) -> Rewritten | None:
    """Return what became of predictions that NAME does not hold any more.

    Args:
        evidence: of the run.
        name: that should hold them.
        true: what they are, sides of length 1 aside.
        tolerance: how far a number may lie off.

    Returns:
        None where NAME never held them, as far as the record shows.
    """
    for call in evidence.calls("predict"):
        line = call.line
        if line is None or not evidence.binds(name, line):
            continue
        if not _are(evidence, call.result, true, tolerance):
            continue
        changed, bound = line_changed(evidence, name), evidence.line_of(name)
        came = said(f"The predictions came into `{name}` ", OnLine(line))
        if bound is not None and bound > line:
            end = ", and this line puts something else in their place. Keep both, each under a "
            return Rewritten(bound, said(came, end, "name of its own."))
        if changed is not None:
            end = ", and this line changes them there. Keep them as they are, and let what you "
            return Rewritten(changed, said(came, end, "make of them be a new array."))
    return None


def _are(evidence: Evidence, found: Value, true: np.ndarray, tolerance: float) -> bool:
    if not isinstance(found, Numbers) or found.file is None:
        return False
    got, wanted = np.squeeze(evidence.load(found)), np.squeeze(true)
    return got.shape == wanted.shape and bool(np.all(np.abs(got - wanted) <= tolerance))


def line_of_numbers(evidence: Evidence, numbers: np.ndarray, before: int | None) -> int | None:
    """Return the first line that gave a name, or a column of a table, these numbers in a row.

    Args:
        evidence: of the run.
        numbers: shape (n,).
        before: a line, of which later ones are not looked at.

    Returns:
        None where nothing holds them, or it is not known where they came from.
    """
    lines = [
        _line_of_column(evidence, name, column)
        for name, found in evidence.values.items()
        for column, values in _columns_of(found)
        if isinstance(values, Numbers) and _hold(evidence, values, numbers)
    ]
    known = [line for line in lines if line is not None and (before is None or line < before)]
    return min(known, default=None)


def _columns_of(found: Value) -> list[tuple[str, Value]]:
    """Return the columns of a table with their names; of anything else itself, without a name."""
    match found:
        case Frame(columns=columns):
            return [(column.name, column.values) for column in columns]
        case Series(column=column):
            return [("", column.values)]
        case _:
            return [("", found)]


def _hold(evidence: Evidence, values: Numbers, numbers: np.ndarray) -> bool:
    right_size = values.file is not None and values.size == len(numbers)
    return right_size and np.array_equal(evidence.load(values).ravel(), numbers)


def _line_of_column(evidence: Evidence, name: str, column: str) -> int | None:
    """Return the last line that made a column of the table NAME; without one, that made NAME."""
    if not column:
        return evidence.line_of(name)
    lines = [change.line for change in _changes(evidence, name) if change.part == column]
    return max(lines, default=None)


def line_of_another_order(evidence: Evidence) -> int | None:
    """Return the only line that gives a table's rows another order; None where several do."""
    names = ("sort_values", "sort_index", "sample")
    lines = [call.line for name in names for call in evidence.written.calls(name)]
    return lines[0] if len(lines) == 1 else None
