"""Checks for 1.3.3, predicting the orbit."""

import numpy as np

from grader.datasets import trained
from grader.evidence.values import ModelRef, Nothing, Numbers, Sequence
from grader.expect.figures import Figure, figures, is_series
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check, counted
from grader.expect.rewriting import predictions_rewritten
from grader.places import OnLine, Said, said

HINTS = (
    "The network answers to minutes. Make an array of all the minutes that you want to ask for.",
    "np.arange leaves its end out. If the last minute should be 10, where must the range end?",
    "`model.predict(np.arange(-10, 11))` gives the first 21 positions. The other 81 run from -40 "
    "to 40. Give each result to `plot_orbit`.",
)


HALVES = {"twenty_min_orbit": 10, "eighty_min_orbit": 40}
"""How many minutes each array goes back, and as many on."""


def _true(half: int) -> np.ndarray:
    minutes = np.arange(-half, half + 1, dtype=np.float32)[:, None]
    return np.asarray(trained.load("orbit")(minutes, training=False)).ravel()


def _minutes(evidence: Evidence, name: str) -> np.ndarray | None:
    """Return what the model was asked for what NAME holds; None where that is not known."""
    for call in evidence.calls("predict"):
        asked = call.arguments.get("x")
        if call.result == evidence.values.get(name) and isinstance(asked, Numbers):
            minutes = evidence.load(asked).ravel() if asked.file else np.array([])
            return minutes if minutes.size else None
    return None


def _wrong_number(minutes: np.ndarray | None, half: int) -> str:
    """Return what to say of too few or too many positions."""
    if minutes is None:
        return "Look at how many minutes there are, and where they start and end."
    first, last = float(minutes[0]), float(minutes[-1])
    if (first, last) != (-half, half):
        where = "starts and ends" if first != -half else "ends"
        return f"The minutes go from {first:g} to {last:g}. Look at where their range {where}."
    return (
        f"The minutes start and end where they should, and there are {minutes.size} of them. "
        "Ask for whole minutes, each of them once."
    )


ROUNDING = 0.1
"""How far a position may lie off that the network gave: they go up to 1600."""


def _expect_orbit(evidence: Evidence, name: str) -> None:
    half = HALVES[name]
    true = _true(half)
    try:
        got = evidence.array(name).astype(float)
    except CheckFailed as failure:
        if isinstance(evidence.values.get(name), Nothing):
            failure.cause = "no positions"  # one slip, made for both names
        raise
    rewritten = predictions_rewritten(evidence, name, true, ROUNDING)
    if got.shape[:1] != true.shape or got.size != true.size:  # (21,), (21, 1), one by one
        message: Said = _wrong_number(_minutes(evidence, name), half)
        if got.size == true.size:
            message = "There is a position for each minute, but they do not stand in a column."
        elif rewritten:
            message = rewritten.message
        emptied = evidence.written.line_emptied_in_loop(name) if got.size == 1 else None
        if emptied is not None:
            message = "This line makes the list empty again in each turn. Make it once."
        raise CheckFailed(
            expected=f"{2 * half + 1} positions, from minute {-half} to minute {half}",
            got=f"an array of shape {tuple(int(size) for size in got.shape)}",
            message=message,
            line=emptied or (rewritten.line if rewritten else evidence.line_of(name)),
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
            message=rewritten.message
            if rewritten
            else f"`{name}` is not what the given model predicts for these minutes.{mix_up}",
            line=rewritten.line if rewritten else evidence.line_of(name),
        )


def _showing(evidence: Evidence, name: str) -> list[Figure]:
    """Return figures with a line or points of the true predictions, or of what NAME holds."""
    wanted = [_true(HALVES[name])]
    if isinstance(evidence.values.get(name), Numbers | Sequence):
        wanted.append(evidence.array(name))  # wrong predictions can be plotted rightly
    found = []
    for figure in figures(evidence):
        shown = [curve.y for curve in figure.curves]
        shown += [scatter.points[:, 1] for axes in figure.axes for scatter in axes.scatters]
        if any(is_series(values, series, 1e-3) for values in shown for series in wanted):
            found.append(figure)
    return found


def _expect_plot(evidence: Evidence, name: str) -> None:
    half, drawn = HALVES[name], figures(evidence)
    if _showing(evidence, name):
        return
    if evidence.ended_early:
        raise evidence.not_before(f"`{name}` was plotted")
    other = next(one for one in HALVES if one != name)
    twice = _showing(evidence, other)[1:]
    if twice and (line := twice[-1].line) is not None:
        raise CheckFailed(
            expected=f"a plot of `{name}`, minute {-half} to minute {half}",
            got=f"{counted(len(drawn), 'plot')}, without it",
            message=said("The figure drawn ", OnLine(line), f" shows `{other}` once more."),
            line=line,
        )
    raise CheckFailed(
        expected=f"a plot of `{name}`, minute {-half} to minute {half}",
        got=f"{counted(len(drawn), 'plot')}, without it" if drawn else "no plot",
        message=f"No figure shows `{name}`. Give it to plot_orbit.",
        line=evidence.line_of(name),
    )


@check(points=2)
def test_twenty_min_orbit(evidence: Evidence) -> None:
    """`twenty_min_orbit` holds the model's positions from minute -10 to minute 10."""
    _expect_orbit(evidence, "twenty_min_orbit")


@check(points=2)
def test_eighty_min_orbit(evidence: Evidence) -> None:
    """`eighty_min_orbit` holds the model's positions from minute -40 to minute 40."""
    _expect_orbit(evidence, "eighty_min_orbit")


@check(points=1)
def test_twenty_min_plot(evidence: Evidence) -> None:
    """The prediction for `twenty_min_orbit` was plotted."""
    _expect_plot(evidence, "twenty_min_orbit")


@check(points=1)
def test_eighty_min_plot(evidence: Evidence) -> None:
    """The prediction for `eighty_min_orbit` was plotted."""
    _expect_plot(evidence, "eighty_min_orbit")
