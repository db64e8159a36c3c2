"""Checks for 2.3.2, training with multiple labels."""

import numpy as np

from grader.datasets import irrigation
from grader.evidence.values import Call, Nothing, Number, Numbers, Sequence, Value
from grader.expect.arrays import expect_shape
from grader.expect.findings import Evidence
from grader.expect.measurements import (
    binary_accuracy,
    categorical_accuracy,
    evaluated_losses,
    expect_at_least,
    expect_not_only_on,
    expect_reported,
)
from grader.expect.outcome import CheckFailed, check
from grader.expect.structure import expect_given_loss
from grader.expect.training import Known, expect_epochs, expect_trained_on, fits

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

MINIMUM = 0.86
"""Share of parcels that are right on the test fields. Chosen from the runs in tests/calibration.

Ten epochs are nearly as good as a hundred; those are found by their number.
"""

NEAR_HALF = 1e-4
"""A probability this near to 0.5 may be rounded either way."""


def _data() -> Known:
    names = ("sensors_train", "parcels_train", "sensors_test", "parcels_test")
    return dict(zip(names, irrigation.load_split(), strict=True))


def quality(evidence: Evidence) -> float:
    """Return the model's share of parcels that are right on the test fields."""
    data = _data()
    return binary_accuracy(data["parcels_test"], evidence.model().predict(data["sensors_test"]))


def _argument(call: Call, name: str) -> Value:
    return call.arguments.get(name, Nothing())


def _pairs(evidence: Evidence, features: Value, labels: Value) -> np.ndarray | None:
    """Return features and labels side by side, sorted by row; None where they do not fit."""
    if not isinstance(features, Numbers) or not isinstance(labels, Numbers):
        return None
    arrays = [evidence.load(features), evidence.load(labels)]
    if any(array.ndim != 2 for array in arrays) or len(arrays[0]) != len(arrays[1]):
        return None
    return np.hstack(arrays).astype(np.float32)


def _set_aside(evidence: Evidence, call: Call) -> float | None:
    """Return the share of the training fields that a learner set aside by hand, if so."""
    data = _data()
    wanted = np.hstack([data["sensors_train"], data["parcels_train"]]).astype(np.float32)
    match _argument(call, "validation_data"):
        case Sequence(items=[features, labels, *_]):
            validation = _pairs(evidence, features, labels)
        case _:
            return None
    mine = _pairs(evidence, _argument(call, "x"), _argument(call, "y"))
    if mine is None or validation is None or mine.shape[1] != validation.shape[1]:
        return None
    together = np.vstack([mine, validation])
    if together.shape != wanted.shape:
        return None
    same = np.array_equal(together[np.lexsort(together.T)], wanted[np.lexsort(wanted.T)])
    return len(validation) / len(wanted) if same else None


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training fields."""
    model = evidence.model()
    if all(_set_aside(evidence, call) is not None for call in fits(evidence, model)):
        return
    expect_trained_on(evidence, model, "sensors_train", "parcels_train", _data())


@check(points=1)
def test_epochs(evidence: Evidence) -> None:
    """The training took 100 epochs."""
    expect_epochs(evidence, evidence.model(), 100)


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """A fifth of the training fields was set aside for validation."""
    call = fits(evidence, evidence.model())[-1]
    share = _set_aside(evidence, call)
    split = _argument(call, "validation_split")
    own = not isinstance(_argument(call, "validation_data"), Nothing)
    if own and share is None:
        raise CheckFailed(
            expected="validation on 0.2 of the training fields",
            got="validation on other data",
            message="Validate on a part of the training fields; the test fields are for the end.",
            line=call.line,
        )
    got = share if own else split.value if isinstance(split, Number) else None
    if got is None or abs(got - 0.2) > 0.001:
        raise CheckFailed(
            expected="validation on 0.2 of the training fields",
            got=f"validation on {got:g}" if got else "no validation",
            message="Tell fit which share of the training data to set aside.",
            line=call.line,
        )


@check(points=3, needs=("training_data", "epochs"))
def test_quality(evidence: Evidence) -> None:
    """The trained model knows which parcels of new fields need water."""
    model = evidence.model()
    expect_given_loss(model, "binary_crossentropy")
    expect_at_least("accuracy on the test fields", quality(evidence), MINIMUM, model)


@check(points=2)
def test_preds(evidence: Evidence) -> None:
    """`preds` are the model's probabilities for the test fields."""
    data, model = _data(), evidence.model()
    true = model.predict(data["sensors_test"])
    why = "`preds` must have one row for each test field and one column for each parcel."
    preds = expect_shape(evidence, "preds", true.shape, why).astype(float)
    off = ~(np.abs(preds - true) <= 1e-3)
    if not off.any():
        return
    place = tuple(int(index) for index in np.argwhere(off)[0])
    rounded = bool(np.isin(preds, (0, 1)).all())
    raise CheckFailed(
        expected=f"{true[place]:.4f} at {place}",
        got=f"{preds[place]:.4f}",
        message="`preds` is rounded already. Keep the probabilities as predict gives them, and "
        "round them under another name."
        if rounded
        else "`preds` is not what the trained model predicts for the test fields.",
        line=evidence.line_of("preds"),
    )


@check(points=2, needs=("preds",))
def test_preds_rounded(evidence: Evidence) -> None:
    """`preds_rounded` are 0 and 1: the probabilities, rounded."""
    true = evidence.model().predict(_data()["sensors_test"])
    rounded = expect_shape(evidence, "preds_rounded", true.shape).astype(float)
    line = evidence.line_of("preds_rounded")
    if not np.isin(rounded, (0, 1)).all():
        place = tuple(int(index) for index in np.argwhere(~np.isin(rounded, (0, 1)))[0])
        raise CheckFailed(
            expected="only 0 and 1",
            got=f"{rounded[place]:.4g} at {place}",
            message="Round the probabilities to whole numbers.",
            line=line,
        )
    off = (rounded != (true > 0.5)) & (np.abs(true - 0.5) > NEAR_HALF)
    if off.any():
        place = tuple(int(index) for index in np.argwhere(off)[0])
        raise CheckFailed(
            expected=f"{int(true[place] > 0.5)} at {place}, where the probability is "
            f"{true[place]:.4f}",
            got=f"{rounded[place]:.0f}",
            message="Above 0.5 a probability becomes 1, below it 0.",
            line=line,
        )


@check(points=2)
def test_accuracy(evidence: Evidence) -> None:
    """`accuracy` is the share of parcels that are right, over all test fields."""
    data, model = _data(), evidence.model()
    labels = data["parcels_test"]
    outputs = model.predict(data["sensors_test"])
    trained = model.predict(data["sensors_train"])
    expect_not_only_on(evidence, model, "accuracy", data["sensors_train"], "the training fields")
    true = binary_accuracy(labels, outputs)
    outputs = outputs.reshape(labels.shape)
    whole_rows = float(np.mean(((outputs > 0.5) == (labels > 0.5)).all(axis=1)))
    expect_reported(
        evidence,
        "accuracy",
        true,
        others={
            "the accuracy on the training fields": binary_accuracy(data["parcels_train"], trained),
            "the share of fields where all three parcels are right at once": whole_rows,
            "a comparison of whole rows, as if only one parcel could need water": (
                categorical_accuracy(labels, outputs)
            ),
            **evaluated_losses(evidence, model),
        },
    )
