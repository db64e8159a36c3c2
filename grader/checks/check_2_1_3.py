"""Checks for 2.1.3, is this dollar bill fake."""

from grader.datasets import banknotes, networks
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained, expect_trained_on
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known
from grader.expect.outcome import check
from grader.expect.quality import (
    binary_accuracy,
    binary_gain,
    expect_at_least,
    expect_gain,
    measured,
)
from grader.expect.reports import expect_measured_on, expect_reported_accuracy

HINTS = (
    "Learn from one part of the notes, test with the other. Which arrays belong together?",
    "fit takes measurements, labels and the number of epochs. evaluate returns a list; the "
    "accuracy is not its first value.",
    "Call `model.fit` with `X_train`, `y_train` and `epochs=20`, then `model.evaluate` with the "
    "two test arrays, and take its second value.",
)

DATA = Known(banknotes.load_split, "X_train", "y_train", "X_test", "y_test")

MINIMUM = 0.72
"""Accuracy on the test notes. Chosen from the runs in tests/calibration, as the next one."""

GAIN = 0.15
"""By how much the training lowers the loss on the training notes, as a share of what it was.

A single neuron may start out well, so its accuracy alone does not tell that it has learned.
"""


def quality(evidence: Evidence) -> float:
    """Return the model's accuracy on the test notes."""
    return measured(evidence.model(), DATA.test, binary_accuracy)


def gain(evidence: Evidence) -> float:
    """Return by which share the training has lowered the loss on the training notes."""
    return binary_gain(expect_trained(evidence.model()), DATA.train)


@check(points=2)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training notes."""
    expect_trained_on(evidence.model(), DATA.train)


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """The training took 20 epochs."""
    expect_epochs(evidence.model(), 20)


@check(points=2, needs=("training_data", "epochs"))
def test_quality(evidence: Evidence) -> None:
    """The trained model tells most new notes apart."""
    model = evidence.model()
    expect_as_given(model, networks.banknote_network())
    expect_at_least("accuracy on the test notes", quality(evidence), MINIMUM, model)
    expect_gain(gain(evidence), GAIN, model)


@check(points=1)
def test_tested(evidence: Evidence) -> None:
    """The model was measured on the test notes."""
    expect_measured_on(evidence.model(), DATA.test)


@check(points=3, needs=("tested",))
def test_accuracy(evidence: Evidence) -> None:
    """`accuracy` is the model's accuracy on the test notes."""
    expect_reported_accuracy(evidence.model(), DATA, binary_accuracy)
