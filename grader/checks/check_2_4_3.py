"""Checks for 2.4.3, a combination of callbacks."""

from grader.datasets import banknotes, networks
from grader.expect.callbacks import (
    NamedCallback,
    expect_best_model,
    expect_callback_passed,
    expect_epochs_asked,
    expect_patience,
    expect_saved_model,
    expect_stopped_by,
    expect_watches_val_accuracy,
    named_callback,
)
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_trained_on, expect_validated_on
from grader.expect.given_models import expect_as_given
from grader.expect.histories import expect_history
from grader.expect.known_data import Known
from grader.expect.outcome import CheckFailed, check
from grader.verdict import Fact

HINTS = (
    "One callback decides when it is enough, the other what is worth keeping. Both watch "
    "numbers that validation gives; their names begin with `val_`.",
    "The second callback takes the file name first. On its own it saves after every epoch: an "
    "argument limits it to the best. fit takes both callbacks in one list.",
    'Make `EarlyStopping(monitor="val_accuracy", patience=3)` and '
    '`ModelCheckpoint("best_banknote_model.keras", save_best_only=True)`. Give fit '
    "`epochs=10_000_000`, `validation_data` with the two test arrays, and the list of both "
    "callbacks. Keep its result.",
)
TIMEOUT = 240
MOST_EPOCHS = 150
"""The validation accuracy stops rising within a hundred; a loss may fall for thousands."""

DATA = Known(banknotes.load_split, "X_train", "y_train", "X_test", "y_test")

FILE = "best_banknote_model.keras"
_JUDGES = ("val_loss", "val_accuracy", "val_acc", "val_binary_accuracy")


def _monitor(evidence: Evidence) -> NamedCallback:
    return named_callback(evidence, "monitor_val_acc", "EarlyStopping")


def _checkpoint(evidence: Evidence) -> NamedCallback:
    return named_callback(evidence, "modelCheckpoint", "ModelCheckpoint")


@check(points=1)
def test_monitor(evidence: Evidence) -> None:
    """`monitor_val_acc` waits for a higher accuracy on the validation data."""
    expect_watches_val_accuracy(_monitor(evidence), evidence.model())


@check(points=1)
def test_patience(evidence: Evidence) -> None:
    """`monitor_val_acc` has a patience of 3 epochs."""
    expect_patience(_monitor(evidence), 3)


@check(points=2)
def test_best_only(evidence: Evidence) -> None:
    """`modelCheckpoint` saves only what it takes for the best model so far."""
    if not _checkpoint(evidence).found.settings.get("save_best_only"):
        raise CheckFailed(
            expected="a callback that keeps the best model only",
            got="one that saves after every epoch, better or not",
            message="So the file holds the model of the last epoch. Where an earlier epoch was "
            "better, its model is lost. Limit the callback to the best.",
            line=evidence.line_of("modelCheckpoint"),
        )


@check(points=1)
def test_judged_by(evidence: Evidence) -> None:
    """`modelCheckpoint` is told to judge on the validation data, the right way round."""
    monitor = _checkpoint(evidence).text("monitor")
    if monitor == "val_acc" and evidence.ended_early:
        raise CheckFailed(
            expected="a metric that training measures",
            got=f"{monitor!r}",
            message="The model has no metric of that name.",
            line=evidence.line_of("modelCheckpoint"),
            tells=Fact.NOT_MEASURED,
        )
    mode = _checkpoint(evidence).text("mode")
    if mode == ("max" if monitor == "val_loss" else "min"):
        worst = "highest loss" if monitor == "val_loss" else "lowest accuracy"
        raise CheckFailed(
            expected="a callback that keeps the best model",
            got=f"mode {mode!r}: it keeps the one with the {worst}",
            message="A loss is better where it is low, an accuracy where it is high. Leave `mode` "
            "out: Keras knows which.",
            line=evidence.line_of("modelCheckpoint"),
        )
    if monitor not in _JUDGES:
        raise CheckFailed(
            expected="best by the loss or the accuracy on the validation data",
            got=f"best by {monitor[:60]!r}",
            message="On the data that a model trains on, it nearly always gets better. "
            "Only other data tell which state is the best.",
            line=evidence.line_of("modelCheckpoint"),
        )


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training banknotes."""
    expect_trained_on(evidence.model(), DATA.train)
    expect_as_given(evidence.model(), networks.banknote_network())


@check(points=1)
def test_validation(evidence: Evidence) -> None:
    """The training was validated on the test banknotes."""
    expect_validated_on(evidence.model(), DATA.test)


@check(points=1)
def test_epochs_asked(evidence: Evidence) -> None:
    """The training was asked for an absurd number of epochs."""
    expect_epochs_asked(evidence.model(), 10_000_000, least=1000)


@check(points=2)
def test_monitor_passed(evidence: Evidence) -> None:
    """`fit` was given the callback that stops early."""
    expect_callback_passed(_monitor(evidence), evidence.model())


@check(points=2)
def test_checkpoint_passed(evidence: Evidence) -> None:
    """`fit` was given the callback that saves the model."""
    expect_callback_passed(_checkpoint(evidence), evidence.model())


@check(points=1, needs=("monitor_passed", "monitor", "validation"))
def test_stopped_early(evidence: Evidence) -> None:
    """The callback ended the training."""
    monitor = _monitor(evidence)
    expect_stopped_by(monitor, expect_callback_passed(monitor, evidence.model()))


@check(points=1)
def test_history(evidence: Evidence) -> None:
    """`history` is the record of this training."""
    expect_history(evidence.model(), "history")


@check(points=1, needs=("checkpoint_passed",))
def test_file(evidence: Evidence) -> None:
    """The file best_banknote_model.keras holds a model."""
    expect_saved_model(evidence, FILE, "modelCheckpoint")


@check(points=3, needs=("file", "best_only", "judged_by", "validation"))
def test_best_model(evidence: Evidence) -> None:
    """The saved model is the best one of the training."""
    checkpoint = _checkpoint(evidence)
    training = expect_callback_passed(checkpoint, evidence.model())
    saved = expect_saved_model(evidence, FILE, "modelCheckpoint")
    expect_best_model(saved, training, checkpoint, DATA.test)
    for call in evidence.written.calls("save"):
        if call.arguments[:1] == (repr(FILE),) and call.line > (training.line or 0):
            evidence.tip(
                "This puts the model of the last epoch into the file, in place of what "
                "`modelCheckpoint` kept there. Here both are equally good. Leave it out.",
                call.line,
            )
