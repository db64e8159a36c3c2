"""Checks for 2.4.2, early stopping your model."""

from grader.datasets import banknotes
from grader.expect.callbacks import (
    expect_epochs_asked,
    expect_patience,
    expect_stopped_by,
    expect_watches_val_accuracy,
)
from grader.expect.findings import Evidence
from grader.expect.outcome import check
from grader.expect.training import (
    Known,
    expect_callback_passed,
    expect_trained_on,
    expect_validated_on,
)

HINTS = (
    "The callback needs two things: the name of the number that it watches, and how many "
    "epochs it waits for something better.",
    "The metric is called `accuracy`, and validation puts `val_` in front. fit takes a list of "
    "callbacks, and the data to validate on as a pair.",
    'Make `EarlyStopping(monitor="val_accuracy", patience=5)`. Give fit `epochs=1000`, '
    "`validation_data` with the two test arrays, and `callbacks` with your callback in a list.",
)
TIMEOUT = 240


def _data() -> Known:
    return dict(
        zip(("X_train", "y_train", "X_test", "y_test"), banknotes.load_split(), strict=True)
    )


@check(points=3)
def test_monitor(evidence: Evidence) -> None:
    """`monitor_val_acc` watches the accuracy on the validation data."""
    callback = evidence.callback("monitor_val_acc", "EarlyStopping")
    expect_watches_val_accuracy(evidence, evidence.model(), "monitor_val_acc", callback)


@check(points=2)
def test_patience(evidence: Evidence) -> None:
    """`monitor_val_acc` waits 5 epochs for something better."""
    callback = evidence.callback("monitor_val_acc", "EarlyStopping")
    expect_patience(evidence, "monitor_val_acc", callback, 5)


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training banknotes."""
    expect_trained_on(evidence, evidence.model(), "X_train", "y_train", _data())


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """The training was validated on the test banknotes."""
    expect_validated_on(evidence, evidence.model(), "X_test", "y_test", _data())


@check(points=1)
def test_epochs_asked(evidence: Evidence) -> None:
    """The training was asked for 1000 epochs."""
    expect_epochs_asked(evidence, evidence.model(), 1000, least=1000)


@check(points=2)
def test_passed_to_fit(evidence: Evidence) -> None:
    """`fit` was given the callback."""
    callback = evidence.callback("monitor_val_acc", "EarlyStopping")
    expect_callback_passed(evidence, evidence.model(), "monitor_val_acc", callback)


@check(points=3, needs=("passed_to_fit", "monitor", "validation"))
def test_stopped_early(evidence: Evidence) -> None:
    """The callback ended the training."""
    callback = evidence.callback("monitor_val_acc", "EarlyStopping")
    call = expect_callback_passed(evidence, evidence.model(), "monitor_val_acc", callback)
    expect_stopped_by(call, "monitor_val_acc", callback)
