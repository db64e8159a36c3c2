"""Plots of points, whether they are drawn as points or as a line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.expect.figures import Curve, figures
from grader.expect.findings import Evidence

TOLERANCE = 1e-3
"""How far a point may lie off: three digits are enough. The numbers go up to about 4."""


@dataclass(frozen=True)
class DottedPlot:
    """One plot that has points."""

    title: str
    points: np.ndarray
    """Of shape (n, 2)."""


def dotted_plots(evidence: Evidence) -> list[DottedPlot]:
    """Return each plot that has points."""
    found = []
    for axes in (axes for figure in figures(evidence) for axes in figure.axes):
        parts = [scatter.points for scatter in axes.scatters]
        parts = parts or [_points(curve) for curve in axes.curves]
        if parts:
            found.append(DottedPlot(axes.title, np.vstack(parts).astype(float)))
    return found


def _points(curve: Curve) -> np.ndarray:
    """Return a line's points; none of one over texts, which has no numbers for them."""
    if curve.x.ndim != 1 or curve.x.shape != curve.y.shape:
        return np.empty((0, 2))
    return np.column_stack([curve.x, curve.y])


def same_points(points: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether these are the same points, shape (n, 2), in any order."""
    if points.shape != wanted.shape:
        return False
    # Sorted by each coordinate alone, small errors cannot move a point far.
    return all(
        np.allclose(np.sort(points[:, axis]), np.sort(wanted[:, axis]), atol=TOLERANCE)
        for axis in (0, 1)
    ) and np.allclose(np.sort(points.sum(axis=1)), np.sort(wanted.sum(axis=1)), atol=2 * TOLERANCE)


def epochs_shown(
    drawn: Sequence[np.ndarray], states: Mapping[int, np.ndarray], asked: Collection[int]
) -> list[int]:
    """Return after which epoch each plot shows the points; -1 for none.

    What a plot within a training shows cannot be told. It counts for the next epoch that
    is asked for, if no plot before it shows the same.

    Args:
        drawn: the points of each plot, shape (n, 2).
        states: the points after each epoch that is known.
        asked: the epochs that are asked for, in order.
    """
    sizes = {state.shape for state in states.values()}
    shown: list[int] = []
    for place, points in enumerate(drawn):
        here = [epoch for epoch, state in states.items() if same_points(points, state)]
        missing = [epoch for epoch in asked if epoch not in shown]
        unknown = [epoch for epoch in missing if epoch not in states]
        again = any(same_points(points, other) for other in drawn[:place])
        if not here and not again and points.shape in sizes:
            here = unknown
        # The same picture can belong to several epochs, if nothing was learned between them.
        shown.append(([epoch for epoch in here if epoch in missing] or here or [-1])[0])
    return shown
