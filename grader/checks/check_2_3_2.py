"""Checks for 2.3.2, training with multiple labels."""

import numpy as np

from grader.datasets import irrigation, networks
from grader.evidence.values import Nothing, Numbers, Sequence, Value
from grader.expect.arrays import expect_shape, first_place, other_numbers
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained, expect_trained_on
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known, sorted_rows
from grader.expect.number_sources import evaluated_losses
from grader.expect.outcome import CheckFailed, check
from grader.expect.quality import binary_accuracy, categorical_accuracy, expect_at_least, measured
from grader.expect.reports import (
    expect_not_only_on,
    expect_reported,
    is_kept_elsewhere,
)
from grader.expect.rewriting import line_changed, predictions_rewritten
from grader.expect.training import Training
from grader.places import OnLine, Said, said
from grader.sizes import shape_text

HINTS = (
    "fit takes sensors first and parcels second. It can set aside a part of them for "
    "validation on its own, if you name the share.",
    "predict gives probabilities. NumPy has a function that rounds a whole array; give its "
    "result a name of its own. evaluate returns a list: the loss, then the accuracy.",
    "Call `model.fit` with the training data, `epochs=100` and `validation_split=0.2`. Then "
    "`model.predict` takes `sensors_test`, `np.round` takes `preds`, and the second value of "
    "`model.evaluate` on the test data is the accuracy.",
)
TIMEOUT = 300

DATA = Known(
    irrigation.load_split, "sensors_train", "parcels_train", "sensors_test", "parcels_test"
)

MINIMUM = 0.86
"""Share of parcels that are right on the test fields. Chosen from the runs in tests/calibration.

Ten epochs are nearly as good as a hundred; those are found by their number.
"""

TOLERANCE = 1e-3
"""How far a probability may lie off."""

NEAR_HALF = 1e-4
"""A probability this near to 0.5 may be rounded either way."""


def quality(evidence: Evidence) -> float:
    """Return the model's share of parcels that are right on the test fields."""
    return measured(evidence.model(), DATA.test, binary_accuracy)


def _pairs(evidence: Evidence, features: Value, labels: Value) -> np.ndarray | None:
    """Return features and labels side by side, sorted by row; None where they do not fit."""
    if not isinstance(features, Numbers) or not isinstance(labels, Numbers):
        return None
    arrays = [evidence.load(features), evidence.load(labels)]
    if any(array.ndim != 2 for array in arrays) or len(arrays[0]) != len(arrays[1]):
        return None
    return np.hstack(arrays).astype(np.float32)


def _set_aside(training: Training) -> float | None:
    """Return the share of the training fields that a learner set aside by hand, if so."""
    wanted = np.hstack([DATA.train.x, DATA.train.y]).astype(np.float32)
    match training.validation_data:
        case Sequence(items=[features, labels, *_]):
            validation = _pairs(training.evidence, features, labels)
        case _:
            return None
    mine = _pairs(training.evidence, training.features, training.labels)
    if mine is None or validation is None or mine.shape[1] != validation.shape[1]:
        return None
    together = np.vstack([mine, validation])
    if together.shape != wanted.shape:
        return None
    same = np.array_equal(sorted_rows(together), sorted_rows(wanted))
    return len(validation) / len(wanted) if same else None


def _validated_on(training: Training) -> list[str]:
    """Return what a training was validated on, in words."""
    match training.validation_data:
        case Sequence(items=[features, labels, *_]):
            return [DATA.name_of(features), DATA.name_of(labels)]
        case _:
            return ["other data"]


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training fields."""
    model = evidence.model()
    if all(_set_aside(training) is not None for training in expect_trained(model)):
        return
    expect_trained_on(model, DATA.train)


@check(points=1)
def test_epochs(evidence: Evidence) -> None:
    """The training took 100 epochs."""
    expect_epochs(evidence.model(), 100)


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """A fifth of the training fields was set aside for validation."""
    training = expect_trained(evidence.model())[-1]
    share = _set_aside(training)
    own = not isinstance(training.validation_data, Nothing)
    if own and share is None:
        raise CheckFailed(
            expected="validation on 0.2 of the training fields",
            got=f"validation on {' and '.join(_validated_on(training))}",
            message="Validate on a part of the training fields; the test fields are for the end.",
            line=training.line,
        )
    got = share if own else training.number("validation_split")
    if got is None or abs(got - 0.2) > 0.001:
        raise CheckFailed(
            expected="validation on 0.2 of the training fields",
            got=f"validation on {got:g}" if got else "no validation",
            message="`validation_split` is the share that is set aside, not the one to train on."
            if got is not None and abs(got - 0.8) < 0.001 and not own
            else "train_on_batch sets nothing aside. Train with fit, and tell it which share."
            if training.is_loop
            else "Tell fit which share of the training data to set aside.",
            line=training.line,
        )


@check(points=3, needs=("training_data", "epochs"))
def test_quality(evidence: Evidence) -> None:
    """The trained model knows which parcels of new fields need water."""
    model = evidence.model()
    expect_as_given(model, networks.irrigation_network())
    expect_at_least("accuracy on the test fields", quality(evidence), MINIMUM, model)


@check(points=2)
def test_preds(evidence: Evidence) -> None:
    """`preds` are the model's probabilities for the test fields."""
    true = evidence.model().predict(DATA.test.x)
    why = "`preds` must have one row for each test field and one column for each parcel."
    rewritten = predictions_rewritten(evidence, "preds", true, TOLERANCE)
    try:
        preds = expect_shape(evidence, "preds", true.shape, why).astype(float)
    except CheckFailed as failure:
        if rewritten and evidence.has("preds"):
            failure.line, failure.message = rewritten
        raise
    off = ~(np.abs(preds - true) <= TOLERANCE)
    if not off.any():
        return
    message: Said = "`preds` is not what the trained model predicts for the test fields."
    if line := _predicted_too_early(evidence):
        message = said(
            "`preds` is what the model gave ", OnLine(line), ", before its training was over."
        )
    changed, line = line_changed(evidence, "preds"), evidence.line_of("preds")
    if np.isin(preds, (0, 1)).all():
        line = changed or line
        what = "`preds` holds" if changed is None else "`preds` itself is changed here, and holds"
        message = (
            f"{what} rounded numbers in the end. Keep the probabilities as predict gives them, "
            "and let the rounded ones be a new array."
        )
        for other, since in evidence.written.second_names("preds").items():
            second = said(f"`{other}` is no new array: it was made a second name of `preds` ")
            message = said(second, OnLine(since), ". ", message)
    elif rewritten:
        line, message = rewritten
    raise other_numbers(preds, true, off, message, line)


def _predicted_too_early(evidence: Evidence) -> int | None:
    """Return the line of the call that gave `preds`, where fit came after it."""
    model, preds = evidence.model(), evidence.values.get("preds")
    trained = max((training.position for training in model.trainings), default=0)
    return next(
        (
            call.line
            for call in evidence.calls("predict", model)
            if call.result == preds and call.position < trained
        ),
        None,
    )


def _expect_no_choice(evidence: Evidence, true: np.ndarray, line: int | None) -> None:
    """Expect that `preds_rounded` is not the largest probability's place, or 1 for it alone."""
    got = evidence.array("preds_rounded")
    alone = (true == true.max(axis=1, keepdims=True)).astype(float)
    choices = [true.argmax(axis=1), true.argmax(axis=1)[:, None], true.argmax(axis=0), alone]
    rounded = (true > 0.5).astype(float)
    for choice in choices:
        if got.shape != choice.shape or not np.array_equal(got, choice):
            continue
        if np.array_equal(choice, rounded):
            return
        raise CheckFailed(
            expected=f"0 or 1 for each of the 3 parcels of {len(true)} fields",
            got="1 for the largest probability alone"
            if choice is alone
            else f"where the largest probability stands, shape {shape_text(got.shape)}",
            message="This chooses one of them, as argmax does. But the parcels do not exclude "
            "each other: each probability is rounded on its own.",
            line=line,
        )


@check(points=2, needs=("preds",))
def test_preds_rounded(evidence: Evidence) -> None:
    """`preds_rounded` are 0 and 1: the probabilities, rounded."""
    true = evidence.model().predict(DATA.test.x)
    line = evidence.line_of("preds_rounded")
    _expect_no_choice(evidence, true, line)
    rounded = expect_shape(evidence, "preds_rounded", true.shape).astype(float)
    if not np.isin(rounded, (0, 1)).all():
        place = first_place(~np.isin(rounded, (0, 1)))
        raise CheckFailed(
            expected="only 0 and 1",
            got=f"{rounded[place]:.4g} at {place}",
            message="Round the probabilities to whole numbers.",
            line=line,
        )
    off = (rounded != (true > 0.5)) & (np.abs(true - 0.5) > NEAR_HALF)
    if off.any():
        place = first_place(off)
        raise CheckFailed(
            expected=f"{int(true[place] > 0.5)} at {place}, where the probability is "
            f"{true[place]:.4f}",
            got=f"{rounded[place]:.0f}",
            message="What stands behind the point was cut off, which makes 0 also of 0.99. Round "
            "the probabilities to the nearest whole number."
            if not rounded[true < 1 - 1e-6].any()
            else "Above 0.5 a probability becomes 1, below it 0.",
            line=line,
        )


@check(points=2)
def test_accuracy(evidence: Evidence) -> None:
    """`accuracy` is the share of parcels that are right, over all test fields."""
    model = evidence.model()
    true = measured(model, DATA.test, binary_accuracy)
    if is_kept_elsewhere(model, "accuracy", true):
        return
    expect_not_only_on(model, "accuracy", DATA.train.x, "the training fields")
    expect_reported(
        evidence,
        "accuracy",
        true,
        others={
            "the accuracy on the training fields": measured(model, DATA.train, binary_accuracy),
            "the share of fields where all three parcels are right at once": measured(
                model, DATA.test, _whole_rows
            ),
            "a comparison of whole rows, as if only one parcel could need water": measured(
                model, DATA.test, categorical_accuracy
            ),
            **evaluated_losses(model),
        },
        pair=DATA.test,
    )


def _whole_rows(labels: np.ndarray, outputs: np.ndarray) -> float:
    """Return the share of fields where all parcels are right at once."""
    return float(np.mean(((outputs > 0.5) == (labels > 0.5)).all(axis=1)))
