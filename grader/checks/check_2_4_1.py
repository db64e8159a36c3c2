"""Checks for 2.4.1, the history callback."""

import numpy as np

from grader.datasets import irrigation, networks
from grader.expect.figures import Axes, Curve, figures, is_series
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained_on, expect_validated_on
from grader.expect.given_models import expect_as_given
from grader.expect.histories import expect_history, recorded_history
from grader.expect.known_data import Known
from grader.expect.outcome import CheckFailed, check

HINTS = (
    "fit validates after each epoch if you give it data to validate on. And it returns "
    "something: catch it.",
    "The history has an attribute of the same name: a dictionary with a list for each number "
    "that was written down. Print its keys. Which of them begin with `val_`?",
    "Give fit `epochs=50` and `validation_data=(X_test, y_test)`, and keep its result as "
    "`history`. `history.history` has the keys `loss`, `val_loss`, `accuracy` and "
    "`val_accuracy`: the first two go into `plot_loss`, the others into `plot_accuracy`.",
)
TIMEOUT = 240

DATA = Known(irrigation.load_split, "X_train", "y_train", "X_test", "y_test")


def _key_of(curve: Curve, history: dict[str, list[float]]) -> str:
    """Return which list of the history a plotted line shows; "" for none."""
    return next((key for key, values in history.items() if is_series(curve.y, values)), "")


def _accuracy_key(history: dict[str, list[float]]) -> str:
    """Return what the accuracy is called; a model compiled anew may have another name for it."""
    return next(
        (key for key in ("accuracy", "acc", "binary_accuracy") if key in history), "accuracy"
    )


def _keys_of(axes: Axes, history: dict[str, list[float]]) -> list[str]:
    return [_key_of(curve, history) for curve in axes.curves]


def _plots(evidence: Evidence) -> list[Axes]:
    return [axes for figure in figures(evidence) for axes in figure.axes if axes.curves]


def _labels_tell(axes: Axes, history: dict[str, list[float]]) -> bool:
    """Whether the lines' own labels say rightly which one is the validation's."""
    labels = [curve.label for curve in axes.curves]
    if len(axes.legend) >= len(labels) and any(label.startswith("_") for label in labels):
        labels = list(axes.legend[-len(labels) :])
    return all(
        any(word in label.lower() for word in ("val", "test")) == key.startswith("val_")
        and not label.startswith("_")
        for key, label in zip(_keys_of(axes, history), labels, strict=True)
        if key
    )


def _expect_plot(evidence: Evidence, key: str) -> None:
    """Expect a plot of this number, on training and then on validation data."""
    history = recorded_history(evidence.model())
    plots = _plots(evidence)
    wanted = [key, f"val_{key}"]
    for axes in plots:
        found = [name for name in dict.fromkeys(_keys_of(axes, history)) if name in wanted]
        if found == wanted or (sorted(found) == wanted and _labels_tell(axes, history)):
            return
    some = [axes for axes in plots if set(wanted) & set(_keys_of(axes, history))]
    near = some[0 if key == "loss" else -1] if some else None  # in the order of the steps
    shown = [name or "another line" for name in _keys_of(near, history)] if near else []
    if len(plots) < 2 and evidence.ended_early and not set(wanted) <= set(shown):
        raise evidence.not_before("this plot was drawn")
    others = "; ".join(
        ", ".join(name or "another line" for name in _keys_of(axes, history)) for axes in plots
    )
    dots = [axes for axes in plots if any(curve.y.size == 1 for curve in axes.curves)]
    if near is None and dots and len(history.get(key, [])) > 1:
        raise CheckFailed(
            expected=f"a plot of {wanted[0]}, {wanted[1]}",
            got="plots of one number each, which show nothing",
            message="A line needs the numbers of all epochs: the whole list in the history, not "
            "one number taken out of it.",
            line=_line_of(evidence, dots[0]),
            cause="one number",
        )
    raise CheckFailed(
        expected=f"a plot of {wanted[0]}, {wanted[1]}",
        got=f"a plot of {', '.join(shown)}"
        if near
        else (
            f"only {'a plot' if len(plots) == 1 else 'plots'} of {others}" if plots else "no plot"
        ),
        message="The line of the training comes first, then that of the validation."
        if set(wanted) <= set(shown)
        else f"Plot `{wanted[0]}` and `{wanted[1]}` of the history, in a plot of their own.",
        line=_line_of(evidence, near) if near or not plots else None,
    )


def _line_of(evidence: Evidence, plot: Axes | None) -> int | None:
    """Return the line that drew a plot, or the last one where none is to blame."""
    drawn = [(figure.line, figure.axes) for figure in figures(evidence)]
    for line, axes in drawn:
        if plot is not None and any(_is_same_plot(one, plot) for one in axes):
            return line
    return drawn[-1][0] if drawn else evidence.line_of("history")


def _is_same_plot(one: Axes, other: Axes) -> bool:
    return len(one.curves) == len(other.curves) and all(
        np.array_equal(mine.y, its.y) for mine, its in zip(one.curves, other.curves, strict=True)
    )


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training fields."""
    expect_trained_on(evidence.model(), DATA.train)
    expect_as_given(evidence.model(), networks.irrigation_network())


@check(points=1)
def test_epochs(evidence: Evidence) -> None:
    """The training took 50 epochs."""
    expect_epochs(evidence.model(), 50)


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """The training was validated on the test fields."""
    expect_validated_on(evidence.model(), DATA.test)


@check(points=3)
def test_history(evidence: Evidence) -> None:
    """`history` is the record of this training."""
    expect_history(evidence.model(), "history")


@check(points=2, needs=("validation", "history"))
def test_loss_plot(evidence: Evidence) -> None:
    """A plot shows the loss on training and validation data."""
    _expect_plot(evidence, "loss")


@check(points=2, needs=("validation", "history"))
def test_accuracy_plot(evidence: Evidence) -> None:
    """A plot shows the accuracy on training and validation data."""
    _expect_plot(evidence, _accuracy_key(recorded_history(evidence.model())))


@check(points=1, needs=("loss_plot", "accuracy_plot"))
def test_two_plots(evidence: Evidence) -> None:
    """Loss and accuracy each have a plot of their own."""
    history = recorded_history(evidence.model())
    accuracy = _accuracy_key(history)
    pairs = ({"loss", "val_loss"}, {accuracy, f"val_{accuracy}"})
    shown = [set(_keys_of(axes, history)) for axes in _plots(evidence)]
    if sum(any(pair <= keys for pair in pairs) for keys in shown) < len(pairs):
        raise CheckFailed(
            expected="two plots",
            got="all lines in one plot",
            message="Loss and accuracy have different units. Give each a plot of its own.",
            line=evidence.line_of("history"),
        )
