"""Checks for 2.2.3, training on dart throwers."""

from grader.datasets import darts, networks
from grader.expect.findings import Evidence
from grader.expect.fitting import (
    expect_epochs,
    expect_trained,
    expect_trained_on,
    expect_validated_on,
)
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check
from grader.expect.quality import categorical_accuracy, expect_at_least, measured
from grader.expect.reports import expect_measured_on, expect_reported_accuracy
from grader.expect.specifications import dense

HINTS = (
    "Training takes the features first and the labels second. Which of the four arrays are for "
    "learning, and which did you set aside?",
    "fit takes the number of epochs by name. evaluate returns a list of two numbers. Print it: "
    "which of the two can be a share of the throws, and is not the loss?",
    "Call `model.fit` with `coord_train`, `competitors_train` and `epochs=200`. Then call "
    "`model.evaluate` with the two test arrays; the accuracy is the second value.",
)
TIMEOUT = 240

DATA = Known(darts.load_split, "coord_train", "competitors_train", "coord_test", "competitors_test")

NETWORK = Network(
    input=(2,),
    layers=[dense(128, "relu"), dense(64, "relu"), dense(32, "relu"), dense(4, "softmax")],
    why={
        "softmax": "The given network ends with softmax: its four outputs add up to 1. Train "
        "that one.",
    },
)
"""The given one."""

MINIMUM = 0.73
"""Accuracy on the test throws. Chosen from the runs in tests/calibration."""


def quality(evidence: Evidence) -> float:
    """Return the model's accuracy on the test throws."""
    return measured(evidence.model(), DATA.test, categorical_accuracy)


@check(points=1)
def test_network(evidence: Evidence) -> None:
    """`model` is still the given network, layer by layer."""
    model = evidence.model()
    NETWORK.expect_layers(model)
    NETWORK.expect_activations(model)


@check(points=2)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training throws."""
    model = evidence.model()
    expect_trained_on(model, DATA.train)
    for training in model.trainings:
        share = training.share_held_back
        if share:
            evidence.tip(f"From the {share:.0%} of the throws held back the model does not learn.")


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """The training took 200 epochs."""
    expect_epochs(evidence.model(), 200)


@check(points=2, needs=("network", "training_data", "epochs"))
def test_quality(evidence: Evidence) -> None:
    """The trained model recognises the throwers of new throws."""
    model = evidence.model()
    expect_as_given(model, networks.darts_network())
    expect_at_least(
        "accuracy on the test throws",
        quality(evidence),
        MINIMUM,
        model,
        "Data and epochs are right, and yet the model has learned too little. Look at what else "
        "you tell fit, and whether you compiled the model anew.",
    )


@check(points=1)
def test_tested(evidence: Evidence) -> None:
    """The trained model was measured on the test throws."""
    model = evidence.model()
    expect_trained(model)
    try:  # fit measures as well
        expect_validated_on(model, DATA.test)
    except CheckFailed:
        expect_measured_on(model, DATA.test)


@check(points=3, needs=("tested",))
def test_accuracy(evidence: Evidence) -> None:
    """`accuracy` is the model's accuracy on the test throws."""
    expect_reported_accuracy(evidence.model(), DATA, categorical_accuracy)
