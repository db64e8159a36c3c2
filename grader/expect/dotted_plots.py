"""Plots of points, whether they are drawn as points or as a line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.expect.figures import Curve, figures
from grader.expect.findings import Evidence


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
