"""Checks for 2.4.2, early stopping your model."""

from grader.datasets import banknotes, networks
from grader.expect.callbacks import (
    NamedCallback,
    expect_callback_passed,
    expect_epochs_asked,
    expect_patience,
    expect_stopped_by,
    expect_watches_val_accuracy,
    named_callback,
)
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_trained_on, expect_validated_on
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known
from grader.expect.outcome import check

HINTS = (
    "The callback needs two things: the name of the number that it watches, and how many "
    "epochs it waits for something better.",
    "The metric is called `accuracy`, and validation puts `val_` in front. fit takes a list of "
    "callbacks, and the data to validate on as a pair.",
    'Make `EarlyStopping(monitor="val_accuracy", patience=5)`. Give fit `epochs=1000`, '
    "`validation_data` with the two test arrays, and `callbacks` with your callback in a list.",
)
TIMEOUT = 240
MOST_EPOCHS = 150
"""The validation accuracy stops rising within a hundred; a loss may fall for thousands."""

DATA = Known(banknotes.load_split, "X_train", "y_train", "X_test", "y_test")


def _monitor(evidence: Evidence) -> NamedCallback:
    return named_callback(evidence, "monitor_val_acc", "EarlyStopping")


@check(points=3)
def test_monitor(evidence: Evidence) -> None:
    """`monitor_val_acc` waits for a higher accuracy on the validation data."""
    expect_watches_val_accuracy(_monitor(evidence), evidence.model())


@check(points=2)
def test_patience(evidence: Evidence) -> None:
    """`monitor_val_acc` has a patience of 5 epochs."""
    expect_patience(_monitor(evidence), 5)


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training banknotes."""
    expect_trained_on(evidence.model(), DATA.train)
    expect_as_given(evidence.model(), networks.banknote_network())


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """The training was validated on the test banknotes."""
    expect_validated_on(evidence.model(), DATA.test)


@check(points=1)
def test_epochs_asked(evidence: Evidence) -> None:
    """The training was asked for 1000 epochs."""
    expect_epochs_asked(evidence.model(), 1000, least=1000)


@check(points=2)
def test_passed_to_fit(evidence: Evidence) -> None:
    """`fit` was given the callback."""
    expect_callback_passed(_monitor(evidence), evidence.model())


@check(points=3, needs=("passed_to_fit", "monitor", "validation"))
def test_stopped_early(evidence: Evidence) -> None:
    """The callback ended the training."""
    monitor = _monitor(evidence)
    expect_stopped_by(monitor, expect_callback_passed(monitor, evidence.model()))
