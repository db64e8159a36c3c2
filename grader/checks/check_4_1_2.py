"""Checks for 4.1.2, neural separation."""

from functools import cache

import numpy as np

from grader.datasets import banknotes
from grader.engine.evidence import Call, evidence_faults
from grader.expect.evidence import Evidence, Model
from grader.expect.figures import figures
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.expect.training import (
    Known,
    binary_accuracy,
    epochs_run,
    expect_epochs,
    expect_reported_accuracy,
    expect_trained_on,
    fits,
)
from grader.expect.values import expect_shape

HINTS = (
    "fit goes on from the weights that the model has. So twenty-one trainings of one epoch are "
    "one training of twenty-one, with time to look in between.",
    "Everything but the training stands under the `if`. What `inp_to_out` returns is a list, "
    "and evaluate returns the loss before the accuracy.",
    "Call `model.fit` with the training notes, `batch_size=16` and `epochs=1`. Then "
    "`layer_output` is the first item of `inp_to_out([X_test])`, `test_accuracy` the second "
    "one of `model.evaluate` on the test notes, and `plot()` takes nothing.",
)

PLOTTED = (0, 4, 8, 12, 16, 20)
TOLERANCE = 1e-3
"""How far a plotted or kept value may lie off: three digits are enough. They go up to about 4."""


@cache
def _data() -> Known:
    names = ("X_train", "y_train", "X_test", "y_test")
    return dict(zip(names, banknotes.load_split(), strict=True))


def _first_layer(model: Model) -> np.ndarray:
    """Return what a model's first layer makes of the test notes, (412, 2)."""
    weights, biases = model.keras.get_weights()[:2]
    notes = _data()["X_test"].astype(np.float32)
    if weights.shape != (4, 2):
        raise CheckFailed(
            expected="the given network: 4 measurements, then 2 neurons",
            got=f"a first layer with weights of shape {weights.shape}",
            message="Train the network that is given, as it is.",
            line=model.line,
            cause="network",
        )
    return np.asarray(np.maximum(notes @ weights + biases, 0))


def _states(evidence: Evidence) -> list[np.ndarray]:
    """Return what the first layer made of the test notes after each epoch, as far as is known."""
    model = evidence.model()
    found = []
    for call in fits(evidence, model):
        if call.weights_after:
            found += [_first_layer(model.with_weights(call.weights_after))] * epochs_run(call)
    return found


def _batch(call: Call) -> int:
    with evidence_faults():
        found = call.arguments["batch_size"]
        return 32 if found["kind"] == "none" else int(found["value"])


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training notes."""
    expect_trained_on(evidence, evidence.model(), "X_train", "y_train", _data())


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """The training took 21 epochs."""
    expect_epochs(evidence, evidence.model(), len(range(21)))


@check(points=1)
def test_batch_size(evidence: Evidence) -> None:
    """Each batch had 16 notes."""
    for call in fits(evidence, evidence.model()):
        if _batch(call) != 16:
            raise CheckFailed(
                expected="batches of 16 notes",
                got=f"batches of {_batch(call)}",
                message="fit takes the size of a batch by name; on its own it takes 32.",
                line=call.line,
            )


def _same_points(points: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether the same points were drawn, in any order."""
    if points.shape != wanted.shape:
        return False
    # Sorted by each coordinate alone, small errors cannot move a point far.
    return all(
        np.allclose(np.sort(points[:, axis]), np.sort(wanted[:, axis]), atol=TOLERANCE)
        for axis in (0, 1)
    ) and np.allclose(np.sort(points.sum(axis=1)), np.sort(wanted.sum(axis=1)), atol=2 * TOLERANCE)


def _drawn(evidence: Evidence) -> list[np.ndarray]:
    """Return the points of each figure that has any."""
    found = []
    for figure in figures(evidence):
        with evidence_faults():
            parts = [scatter.points for axes in figure.axes for scatter in axes.scatters]
            parts += [
                np.column_stack([curve.x, curve.y]) for axes in figure.axes for curve in axes.curves
            ]
            if parts:
                found.append(np.vstack(parts).astype(float))
    return found


@check(points=4, needs=("epochs",))
def test_plots(evidence: Evidence) -> None:
    """There is a plot of the first layer's output for epochs 0, 4, 8, 12, 16 and 20."""
    states, drawn = _states(evidence), _drawn(evidence)
    if len(states) < 21:
        raise CheckSkipped("the network's weights were not kept after each epoch")
    shown = []
    for points in drawn:
        here = [epoch for epoch, state in enumerate(states) if _same_points(points, state)]
        # The same picture can belong to several epochs, if nothing was learned between them.
        wanted = [epoch for epoch in here if epoch in PLOTTED and epoch not in shown]
        shown.append((wanted or here or [-1])[0])
    if tuple(shown) == PLOTTED:
        return
    if evidence.ended_early and len(drawn) < len(PLOTTED):
        raise CheckSkipped(f"{evidence.ended_early}, before all plots were drawn")
    lines = [figure.line for figure in figures(evidence)]
    words = ["another picture" if epoch < 0 else str(epoch) for epoch in shown]
    missing = [epoch for epoch in PLOTTED if epoch not in shown]
    if not drawn:
        message = "No plot shows what the first layer makes of the test notes."
    elif -1 in shown or len(set(shown)) < len(shown):
        message = "A plot shows `layer_output` as it is then. Compute it anew before each plot."
    elif missing:
        message = "Plot in every fourth epoch, from the first to the last."
    else:
        message = "These are plots of more epochs than asked. The `if` chooses every fourth."
    raise CheckFailed(
        expected=f"plots of epochs {', '.join(map(str, PLOTTED))}",
        got=f"plots of epochs {', '.join(words[:25])}" if words else "no plot",
        message=message,
        line=lines[-1] if lines else None,
    )


@check(points=2)
def test_layer_output(evidence: Evidence) -> None:
    """`layer_output` is what the first layer makes of the test notes in the end."""
    true = _first_layer(evidence.model())
    got = expect_shape(
        evidence,
        "layer_output",
        true.shape,
        "`layer_output` has a row for each test note and a column for each of the two neurons. "
        "The function returns a list; take what is in it.",
    ).astype(float)
    if not np.allclose(got, true, atol=TOLERANCE):
        place = tuple(
            int(index) for index in np.argwhere(~np.isclose(got, true, atol=TOLERANCE))[0]
        )
        raise CheckFailed(
            expected=f"{true[place]:.4f} at {place}",
            got=f"{got[place]:.4f}",
            message="This is not what the first layer makes of the test notes after the last "
            "epoch. Compute it after the training, from `X_test`.",
            line=evidence.line_of("layer_output"),
        )


@check(points=2)
def test_test_accuracy(evidence: Evidence) -> None:
    """`test_accuracy` is the accuracy on the test notes in the end."""
    expect_reported_accuracy(
        evidence,
        evidence.model(),
        _data(),
        train=("X_train", "y_train"),
        test=("X_test", "y_test"),
        measure=binary_accuracy,
        name="test_accuracy",
    )
