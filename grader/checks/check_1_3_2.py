"""Checks for 1.3.2, training."""

import numpy as np

from grader.datasets import networks, orbit
from grader.evidence.values import Mapping as Dictionary
from grader.evidence.values import Nothing, Number, Sequence
from grader.expect.compilation import expect_loss, expect_optimizer
from grader.expect.diagnosis import why_missed
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained, expect_trained_on
from grader.expect.given_models import expect_given_layers
from grader.expect.known_data import Known, has_same_rows
from grader.expect.model import Model
from grader.expect.number_sources import features_of, labels_in_words
from grader.expect.outcome import CheckFailed, check
from grader.expect.reports import reported_number

HINTS = (
    "Three methods of the model in a row: one sets up the training, one trains, one measures.",
    "compile wants `optimizer` and `loss`. fit and evaluate both want the minutes first and the "
    "positions second; fit wants the number of epochs, too.",
    'Call `model.compile(optimizer="adam", loss="mse")`, then fit with `epochs=30`, and give '
    "the name `loss` to what `model.evaluate(time_steps, y_positions)` returns.",
)
TIMEOUT = 120

DATA = Known(orbit.load, "time_steps", "y_positions")

MAXIMUM = 5.0
"""Mean squared error after training. Chosen from the runs in tests/calibration."""


@check(points=1)
def test_optimizer(evidence: Evidence) -> None:
    """The model is compiled with adam."""
    expect_optimizer(evidence.model(), "adam")


@check(points=1)
def test_loss(evidence: Evidence) -> None:
    """The model is compiled with the mean squared error."""
    expect_loss(
        evidence.model(),
        "mean_squared_error",
        "Positions are numbers, not classes: the loss must measure distances, squared.",
    )


@check(points=2)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on all 2000 measurements."""
    model = evidence.model()
    expect_trained_on(model, DATA.train)
    for training in expect_trained(model):
        share = training.share_held_back
        if share:
            raise CheckFailed(
                expected="fit on all 2000 measurements",
                got=f"{share:.0%} of them held back for validation",
                message="What validation_split holds back, the model does not learn from.",
                line=training.line,
            )


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """The training took 30 epochs."""
    expect_epochs(evidence.model(), 30)


@check(points=3, needs=("training_data", "epochs"))
def test_quality(evidence: Evidence) -> None:
    """The trained model is close to the measurements."""
    expect_given_layers(evidence.model(), networks.orbit_network())
    got = quality(evidence)
    if not got <= MAXIMUM:
        model = evidence.model()
        otherwise = "The model has not learned the orbit. Look at how it is trained."
        message, line = why_missed(model.trainings, otherwise, model.line)
        raise CheckFailed(
            expected=f"a mean squared error of at most {MAXIMUM:g}",
            got=f"{got:.4g}",
            message=message,
            line=line,
        )


@check(points=1, needs=("loss",))
def test_reported(evidence: Evidence) -> None:
    """`loss` has the mean squared error that the training came to."""
    true, model = quality(evidence), evidence.model()
    got = _as_evaluate_returned_it(model)
    if got is None:
        got = reported_number(model, "loss")
    of_history = _last_losses(model)[-1:]
    if _is_close(got, true):
        return
    if _is_close(got, *of_history):
        evidence.tip(
            f"`loss` is what the last epoch wrote down, {got:.4g}: the mean over its batches, "
            "after each of which the model changed. Of the trained model, evaluate gives "
            f"{true:.4g}."
        )
        return
    raise CheckFailed(
        expected=f"{true:.4g}",
        got=f"{got:.4g}",
        message=_measured_on_other_data(model)
        or "`loss` is not how far off your model is. Take what evaluate returns after training.",
        line=evidence.line_of("loss"),
    )


def _is_close(got: float, *wanted: float) -> bool:
    return bool(np.isclose(got, wanted, rtol=0.01, atol=0.006, equal_nan=True).any())


def _last_losses(model: Model) -> list[float]:
    """Return the loss in the last epoch of each training on the measurements."""
    losses = [
        training.history.metrics.get("loss")
        for training in expect_trained(model)
        if has_same_rows(
            model.evidence, [training.features, training.labels], [DATA.train.x, DATA.train.y]
        )
    ]
    return [loss[-1] for loss in losses if loss]


def _measured_on_other_data(model: Model) -> str:
    """Return what evaluate was given, where that were never the measurements; else nothing."""
    given = [
        (
            DATA.name_of(features_of(call)),
            labels_in_words(model.evidence, call.arguments.get("y", Nothing()), DATA),
        )
        for call in model.evidence.calls("evaluate", model)
    ]
    if not given or ("`time_steps`", "`y_positions`") in given:
        return ""
    return (
        f"evaluate was given {' and '.join(given[-1])}. Measure the model on `time_steps` and "
        "`y_positions`, the minutes first."
    )


def _as_evaluate_returned_it(model: Model) -> float | None:
    """Return the loss in a `loss` that holds all that evaluate gave, its metrics included."""
    evidence = model.evidence
    found = evidence.values.get("loss")
    if not any(call.result == found for call in evidence.calls("evaluate", model)):
        return None
    match found:
        case Sequence(type="list", items=[first, *_]):
            loss = first
        case Dictionary(items=items):
            loss = dict(items).get("loss", Nothing())
        case _:
            return None
    if not isinstance(loss, Number):
        return None
    evidence.tip(
        "`loss` holds several values here, as the model measures more than its loss. The loss "
        "alone is the first of them.",
        evidence.line_of("loss"),
    )
    return float(loss.value)


def quality(evidence: Evidence) -> float:
    """Return the model's mean squared error on the measurements."""
    time_steps, y_positions = DATA.train.x, DATA.train.y
    outputs = evidence.model().predict(time_steps).ravel().astype(float)
    if outputs.shape != y_positions.shape:
        raise CheckFailed(
            expected="one position for each minute",
            got=f"{outputs.size} numbers for {y_positions.size} minutes",
            message="`model` is not the network of this exercise any more.",
            line=evidence.model().line,
            cause="another network",
        )
    return float(np.mean((outputs - y_positions) ** 2))
