"""Checks for 1.3.3, predicting the orbit."""

import numpy as np

from grader.datasets import trained
from grader.expect.evidence import Evidence
from grader.expect.figures import expect_figures, same_values
from grader.expect.outcome import CheckFailed, check

HINTS = (
    "The network answers to minutes. Make an array of all the minutes that you want to ask for.",
    "np.arange leaves its end out. If the last minute should be 10, where must the range end?",
    "`model.predict(np.arange(-10, 11))` gives the first 21 positions. The other 81 run from -40 "
    "to 40. Give each result to `plot_orbit`.",
)


def _true(half: int) -> np.ndarray:
    minutes = np.arange(-half, half + 1, dtype=np.float32)[:, None]
    return np.asarray(trained.load("orbit")(minutes, training=False)).ravel()


def _expect_orbit(evidence: Evidence, name: str, half: int) -> None:
    true = _true(half)
    got = evidence.array(name)
    if got.shape not in {(2 * half + 1, 1), (2 * half + 1,)}:
        raise CheckFailed(
            expected=f"{2 * half + 1} positions, from minute {-half} to minute {half}",
            got=f"an array of shape {tuple(int(size) for size in got.shape)}",
            message="Look at where the range of minutes starts and ends.",
            line=evidence.line_of(name),
        )
    off = np.abs(got.ravel().astype(float) - true) > 1e-2 + 1e-3 * np.abs(true)
    if off.any():
        place = int(np.argmax(off))
        raise CheckFailed(
            expected=f"{true[place]:.4g} at minute {place - half}",
            got=f"{got.ravel()[place]:.4g}",
            message=f"`{name}` is not what the given model predicts for these minutes.",
            line=evidence.line_of(name),
        )


def _expect_plot(evidence: Evidence, half: int, position: int) -> None:
    true = _true(half)
    figures = expect_figures(evidence, 1, "two orbits")
    if any(same_values(curve.y, true, 1e-2) for figure in figures for curve in figure.curves):
        return
    raise CheckFailed(
        expected=f"a plot of the predictions from minute {-half} to minute {half}",
        got="another plot" if len(figures) > position else "no such plot",
        message="Give plot_orbit the predictions for these minutes.",
        line=figures[min(position, len(figures) - 1)].line,
    )


@check(points=2)
def test_twenty_min_orbit(evidence: Evidence) -> None:
    """`twenty_min_orbit` holds the model's positions from minute -10 to minute 10."""
    _expect_orbit(evidence, "twenty_min_orbit", 10)


@check(points=2)
def test_eighty_min_orbit(evidence: Evidence) -> None:
    """`eighty_min_orbit` holds the model's positions from minute -40 to minute 40."""
    _expect_orbit(evidence, "eighty_min_orbit", 40)


@check(points=1)
def test_twenty_min_plot(evidence: Evidence) -> None:
    """The 21 positions are plotted."""
    _expect_plot(evidence, 10, 0)


@check(points=1)
def test_eighty_min_plot(evidence: Evidence) -> None:
    """The 81 positions are plotted."""
    _expect_plot(evidence, 40, 1)
