"""Checks for 3.1.1, learning the digits."""

import numpy as np

from grader.datasets import digits
from grader.evidence.record import Raised
from grader.expect.arrays import other_numbers
from grader.expect.findings import Evidence
from grader.expect.model import Model
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check
from grader.expect.specifications import dense
from grader.sizes import shape_text
from grader.verdict import Fact

HINTS = (
    "One sample has 64 numbers and there are ten digits to choose from. That settles both ends "
    "of the network; the task says what stands between them.",
    "The outputs must add up to 1, so the last activation has to look at all ten together. Of "
    "the crossentropies, take the one for one-hot labels of several classes.",
    'Add `Input((64,))`, `Dense(16, activation="relu")` and `Dense(10, activation="softmax")`. '
    "compile takes `optimizer`, `loss` and a list of `metrics`. Then keep what `model.predict` "
    "says of `X_train`.",
)
WITHHELD = ("grader.datasets.networks.digits_network", "grader.datasets.trained.load")

NETWORK = Network(
    input=(64,),
    layers=[dense(16, "relu"), dense(10, "softmax")],
    optimizer="adam",
    loss="categorical_crossentropy",
    metrics=("accuracy", "categorical_accuracy"),
    why={
        "softmax": "An image shows exactly one digit, so the ten outputs must be "
        "probabilities that add up to 1.",
        "categorical_crossentropy": "The labels are one-hot rows of 10 classes; the loss must "
        "compare whole rows.",
    },
)

TOLERANCE = 1e-3
"""How far a probability may lie off: three digits are raw enough."""


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes the 64 pixels of a digit."""
    NETWORK.expect_input(evidence.model())


@check(points=2)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    NETWORK.expect_layers(evidence.model())


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """Each layer has the right activation."""
    NETWORK.expect_activations(evidence.model())


@check(points=1)
def test_optimizer(evidence: Evidence) -> None:
    """The model is compiled with adam."""
    NETWORK.expect_optimizer(evidence.model())


@check(points=2)
def test_loss(evidence: Evidence) -> None:
    """The loss fits one-hot labels of several classes."""
    NETWORK.expect_loss(evidence.model())


@check(points=1)
def test_metric(evidence: Evidence) -> None:
    """Training reports the accuracy."""
    NETWORK.expect_metric(evidence.model())


def _preds(model: Model) -> np.ndarray:
    """Return `preds`; where the file only printed them, what predict returned."""
    evidence = model.evidence
    calls = evidence.calls("predict", model)
    ended = evidence.record.ended
    if isinstance(ended, Raised) and "predict_classes'" in ended.message:
        evidence.tip(
            "`.predict_classes` is gone. This step asks for the probabilities, and not for "
            "classes: `model.predict` gives them.",
            ended.line,
            Fact.METHOD_GONE,
        )
    if "preds" in evidence.values or not calls:
        return evidence.array("preds")
    evidence.tip("Give what predict returns the name `preds`, so that you can go on with it.")
    return evidence.to_array("preds", calls[0].result)


def _untrained(model: Model) -> Model:
    """Return the model as it was before any training."""
    return next((training.before for training in model.trainings if training.start), model)


@check(points=3, needs=("input",))
def test_preds(evidence: Evidence) -> None:
    """`preds` are the untrained model's outputs for the digits."""
    model = evidence.model()
    X_train, y_train, X_test, _ = digits.load_split()
    preds = _preds(model).astype(float)
    line = evidence.line_of("preds")
    of_test = preds.shape[:1] == X_test.shape[:1]
    features = X_test if of_test else X_train
    true = _untrained(model).predict(features)
    if preds.shape != true.shape:
        raise CheckFailed(
            expected=f"outputs of shape {shape_text(true.shape)}",
            got=f"an array of shape {shape_text(preds.shape)}",
            message=("These are classes. " * np.array_equal(preds, np.round(preds)))
            + "Keep all the probabilities, as predict gives them."
            if preds.shape in {true.shape[:1], (*true.shape[:1], 1)}
            else "Predict all the digits in `X_train`, with the whole model.",
            line=line,
        )
    off = ~(np.abs(preds - true) <= TOLERANCE)
    if not off.any():
        if of_test:
            evidence.tip(
                f"`preds` has {len(X_test)} rows: these are the test digits. The step names "
                "`X_train`, the training digits; for a first try both are right."
            )
        return
    if np.abs(preds - model.predict(features)).max() <= TOLERANCE:
        why = "The model was trained before it predicted. No step of this task trains it."
        line = model.trainings[0].line if model.trainings else line
    elif preds.shape == y_train.shape and np.array_equal(preds, y_train):
        why = "These are the labels. Ask the model what it makes of the pixels."
    elif np.array_equal(preds, np.round(preds)):
        why = "`preds` is rounded. Keep the probabilities as predict gives them."
    else:
        why = "`preds` is not what `model` gives for these digits. Was it changed afterwards?"
    raise other_numbers(preds, true, off, why, line)
