"""What a learner has plotted: figures, axes, the data of their lines and points.

`Drawn` is a plot that compares series of numbers, each drawn as a line or as points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import DrawnAxes, DrawnPoints
from grader.evidence.values import Numbers, Value
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, counted

NamedSeries = Mapping[str, Sequence[float] | np.ndarray]
"""What may be drawn, by the name that the learner knows it under."""


@dataclass(frozen=True)
class Curve:
    """A line in a plot."""

    label: str
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Scatter:
    """Points in a plot, shape (n, 2)."""

    label: str
    points: np.ndarray
    colours: tuple[tuple[float, ...], ...]
    """Red, green, blue and opacity, from 0 to 1; none where the points follow a scale."""
    colour_of: tuple[int, ...]
    """Which of the colours each point has."""


@dataclass(frozen=True)
class Axes:
    """One plot in a figure."""

    title: str
    xlabel: str
    ylabel: str
    legend: tuple[str, ...]
    curves: tuple[Curve, ...]
    scatters: tuple[Scatter, ...]
    bars: int
    areas: int
    images: tuple[np.ndarray, ...]

    @property
    def points(self) -> np.ndarray:
        """All points of the plot, shape (n, 2)."""
        return np.concatenate([np.empty((0, 2)), *(scatter.points for scatter in self.scatters)])

    @property
    def points_by_colour(self) -> list[np.ndarray]:
        """The points of each colour, shape (n, 2), also where several scatters share one."""
        found: dict[tuple[float, ...], list[np.ndarray]] = {}
        for scatter in self.scatters:
            for colour, point in zip(scatter.colour_of, scatter.points, strict=False):
                found.setdefault(scatter.colours[colour], []).append(point)
        return [np.stack(points) for points in found.values()]


@dataclass(frozen=True)
class Figure:
    """One figure, in the order in which they were drawn."""

    line: int | None
    axes: tuple[Axes, ...]
    legend: tuple[str, ...]

    @property
    def curves(self) -> list[Curve]:
        """All lines of the figure."""
        return [curve for axes in self.axes for curve in axes.curves]


def figures(evidence: Evidence) -> list[Figure]:
    """Return the figures that the file drew, in order, as they were when last shown."""
    return [
        Figure(
            figure.line,
            tuple(_axes(axes, evidence) for axes in figure.axes),
            tuple(figure.legend),
        )
        for figure in evidence.record.figures
    ]


def _numbers(found: Value, evidence: Evidence) -> np.ndarray:
    if isinstance(found, Numbers):
        return evidence.load(found).astype(float)
    return np.array([], dtype=float)  # a line over texts or dates


def _scatter(found: DrawnPoints, evidence: Evidence) -> Scatter:
    flat = evidence.load(found.points).astype(float)
    if flat.size % 2:
        raise DamagedEvidence("points have another number of coordinates than two")
    points = flat.reshape(-1, 2)
    colours, colour_of = tuple(found.colours), tuple(found.colour_of)
    if colour_of and (
        len(colour_of) != len(points) or not set(colour_of) <= set(range(len(colours)))
    ):
        raise DamagedEvidence("points have impossible colours")
    return Scatter(found.label, points, colours, colour_of)


def _axes(found: DrawnAxes, evidence: Evidence) -> Axes:
    return Axes(
        found.title,
        found.xlabel,
        found.ylabel,
        tuple(found.legend),
        tuple(
            Curve(line.label, _numbers(line.x, evidence), _numbers(line.y, evidence))
            for line in found.lines
        ),
        tuple(_scatter(scatter, evidence) for scatter in found.scatters),
        found.bars,
        found.areas,
        tuple(evidence.load(image) for image in found.images),
    )


def expect_figures(evidence: Evidence, count: int, what: str) -> list[Figure]:
    """Expect at least COUNT figures; return all of them.

    Args:
        evidence: of the run.
        count: how many the step asks for.
        what: they show, for the message: "two orbits".

    Raises:
        CheckFailed: there are fewer.
        CheckSkipped: there are fewer because the file stopped.
    """
    found = figures(evidence)
    if len(found) < count:
        if evidence.ended_early:
            raise evidence.not_before(f"{what} was drawn")
        raise CheckFailed(
            expected=f"{counted(count, 'figure')}: {what}",
            got=counted(len(found), "figure") if found else "no figure",
            message="Look at whether each plot is drawn in a figure of its own."
            if found
            else f"Nothing was drawn. The step asks for {what}.",
            line=found[-1].line if found else None,
            cause="figures",
        )
    return found


def is_series(
    curve: np.ndarray, series: Sequence[float] | np.ndarray, tolerance: float = 1e-4
) -> bool:
    """Whether a plotted line shows this series, up to the rounding of float32."""
    wanted = np.asarray(series, dtype=float).ravel()
    return curve.shape == wanted.shape and bool(
        np.allclose(curve, wanted, rtol=tolerance, atol=tolerance)
    )


@dataclass(frozen=True)
class Drawn:
    """What is drawn in one plot, in order: the series' names, and how each is labelled."""

    names: tuple[str, ...]
    """`""` stands for something that is none of the exercise's series."""
    labels: tuple[str, ...]
    line: int | None
    """The learner's line that drew the plot."""


def drawn_plots(evidence: Evidence, series: NamedSeries) -> list[Drawn]:
    """Return every plot with lines or points in it, and which of the series each one shows."""
    return [
        _drawn(axes, series, figure.line)
        for figure in figures(evidence)
        for axes in figure.axes
        if axes.curves or axes.scatters
    ]


def _drawn(axes: Axes, series: NamedSeries, line: int | None) -> Drawn:
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


def _name_of(values: np.ndarray, series: NamedSeries) -> str:
    return next((name for name, wanted in series.items() if is_series(values, wanted)), "")


def _text(names: Sequence[str]) -> str:
    return ", ".join(name or "another line" for name in names)


def expect_pair_plotted(
    evidence: Evidence,
    series: NamedSeries,
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
