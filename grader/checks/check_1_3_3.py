"""Checks for 1.3.3, predicting the orbit."""

import numpy as np

from grader.datasets import trained
from grader.evidence.values import ModelRef, Numbers, Sequence
from grader.expect.figures import figures, is_series
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check, counted

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
    got = evidence.array(name).astype(float)
    if got.shape[:1] != true.shape or got.size != true.size:  # (21,), (21, 1), one by one
        raise CheckFailed(
            expected=f"{2 * half + 1} positions, from minute {-half} to minute {half}",
            got=f"an array of shape {tuple(int(size) for size in got.shape)}",
            message="Look at where the range of minutes starts and ends.",
            line=evidence.line_of(name),
        )
    mix_up = ""
    if isinstance(evidence.values.get("model"), ModelRef) and evidence.model().trainings:
        mix_up = " You trained `model` again, so it is no longer the given one."
    elif np.allclose(got.ravel(), np.arange(-half, half + 1) ** 2, atol=1e-3):
        mix_up = " These are the squares of the minutes, which is the true orbit."
    off = ~(np.abs(got.ravel() - true) <= 1e-2 + 1e-3 * np.abs(true))  # no number is off, too
    if off.any():
        place = int(np.argmax(off))
        raise CheckFailed(
            expected=f"{true[place]:.4g} at minute {place - half}",
            got=f"{got.ravel()[place]:.4g}",
            message=f"`{name}` is not what the given model predicts for these minutes.{mix_up}",
            line=evidence.line_of(name),
        )


def _expect_plot(evidence: Evidence, name: str, half: int) -> None:
    """Expect a line or points that show the true predictions, or what the learner has as NAME."""
    wanted = [_true(half)]
    if isinstance(evidence.values.get(name), Numbers | Sequence):
        wanted.append(evidence.array(name))  # wrong predictions can be plotted rightly
    drawn = figures(evidence)
    axes = [axes for figure in drawn for axes in figure.axes]
    shown = [curve.y for part in axes for curve in part.curves]
    shown += [scatter.points[:, 1] for part in axes for scatter in part.scatters]
    if any(is_series(values, series, 1e-3) for values in shown for series in wanted):
        return
    if evidence.ended_early:
        raise evidence.not_before(f"`{name}` was plotted")
    raise CheckFailed(
        expected=f"a plot of `{name}`, minute {-half} to minute {half}",
        got=f"{counted(len(drawn), 'plot')}, without it" if drawn else "no plot",
        message=f"No figure shows `{name}`. Give it to plot_orbit.",
        line=evidence.line_of(name),
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
    """A figure shows `twenty_min_orbit`."""
    _expect_plot(evidence, "twenty_min_orbit", 10)


@check(points=1)
def test_eighty_min_plot(evidence: Evidence) -> None:
    """A figure shows `eighty_min_orbit`."""
    _expect_plot(evidence, "eighty_min_orbit", 40)
