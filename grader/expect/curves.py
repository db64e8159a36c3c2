"""Expectations on plots that compare series of numbers, each drawn as a line or as points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.expect.figures import Axes, figures, same_values
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed

Series = Mapping[str, Sequence[float] | np.ndarray]
"""What may be drawn, by the name that the learner knows it under."""


@dataclass(frozen=True)
class Drawn:
    """What is drawn in one plot, in order: the series' names, and how each is labelled."""

    names: tuple[str, ...]
    """`""` stands for something that is none of the exercise's series."""
    labels: tuple[str, ...]
    line: int | None
    """The learner's line that drew the plot."""


def drawn_plots(evidence: Evidence, series: Series) -> list[Drawn]:
    """Return every plot with lines or points in it, and which of the series each one shows."""
    return [
        _drawn(axes, series, figure.line)
        for figure in figures(evidence)
        for axes in figure.axes
        if axes.curves or axes.scatters
    ]


def _drawn(axes: Axes, series: Series, line: int | None) -> Drawn:
    values = [curve.y for curve in axes.curves]
    values += [scatter.points[:, 1] for scatter in axes.scatters]
    labels = [curve.label for curve in axes.curves] + [part.label for part in axes.scatters]
    if any(label.startswith("_") for label in labels) and len(axes.legend) >= len(labels):
        labels = list(axes.legend[-len(labels) :])
    return Drawn(
        tuple(_name_of(shown, series) for shown in values),
        tuple("" if label.startswith("_") else label for label in labels),
        line,
    )


def _name_of(values: np.ndarray, series: Series) -> str:
    return next((name for name, wanted in series.items() if same_values(values, wanted)), "")


def _text(names: Sequence[str]) -> str:
    return ", ".join(name or "another line" for name in names)


def expect_pair(
    evidence: Evidence,
    series: Series,
    wanted: tuple[str, str],
    *,
    second_words: tuple[str, ...],
    how: str,
    line: int | None = None,
) -> None:
    """Expect a plot of two series, in this order, or with labels that tell them apart.

    Args:
        evidence: of the run.
        series: all that might be drawn, by name, so that a mix-up can be named.
        wanted: the two names.
        second_words: one of them in a label means the second series, in lower case: `("val",)`.
        how: what to tell where the plot is missing.
        line: of the learner's file, where nothing was drawn.

    Raises:
        CheckFailed: no such plot, or its lines are swapped.
        CheckSkipped: there is none because the file stopped.
    """
    plots = drawn_plots(evidence, series)
    for plot in plots:
        found = [name for name in dict.fromkeys(plot.names) if name in wanted]
        if len(found) == 2 and (found == list(wanted) or _labels_tell(plot, wanted, second_words)):
            return
    if not plots and evidence.ended_early:
        raise evidence.not_before("the plot was drawn")
    near = max(plots, key=lambda plot: len(set(wanted) & set(plot.names)), default=None)
    both = near is not None and set(wanted) <= set(near.names)
    raise CheckFailed(
        expected=f"a plot of {_text(wanted)}",
        got=f"a plot of {_text(near.names[:6])}" if near else "no plot",
        message=f"The line of `{wanted[0]}` comes first, then that of `{wanted[1]}`."
        if both
        else how,
        line=near.line if near else line,
    )


def _labels_tell(plot: Drawn, wanted: tuple[str, str], second_words: tuple[str, ...]) -> bool:
    """Whether the lines' own labels say rightly which one is the second."""
    return all(
        label and any(word in label.lower() for word in second_words) == (name == wanted[1])
        for name, label in zip(plot.names, plot.labels, strict=True)
        if name in wanted
    )
