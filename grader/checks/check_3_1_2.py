"""Checks for 3.1.2, is the model overfitting."""

from grader.datasets import digits, networks
from grader.expect.arrays import expect_answer
from grader.expect.figures import expect_pair_plotted
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained_on, expect_validated_on
from grader.expect.given_models import expect_as_given
from grader.expect.histories import expect_history, recorded_history
from grader.expect.known_data import Known
from grader.expect.outcome import check

HINTS = (
    "fit validates after each epoch if you give it data to validate on, and it returns a record "
    "of the training. For the question, follow the validation line alone, from left to right.",
    "The record has a dictionary called `history`. Two of its lists are the losses; the name of "
    "one begins with `val_`. Overfitting shows where the validation loss turns upward.",
    "Give fit `epochs=60` and `validation_data=(X_test, y_test)`. Give `plot_loss` the lists "
    "`loss` and `val_loss` of `h_callback.history`. Where is the validation line lowest: at its "
    "end, or long before?",
)
TIMEOUT = 300

DATA = Known(digits.load_split, "X_train", "y_train", "X_test", "y_test")

OPTIONS = {
    1: "Nearly every network does somewhat better on the data that it has learned from. Such a gap "
    "alone is no overfitting. Look at whether the validation loss turns.",
    2: "Look at the line of the validation once more, at its right half. Where would it turn?",
    3: "Right. Both losses fall and then level off. The network has learned about all that it can "
    "from these digits, and it has not begun to learn them by heart.",
    4: "A small network can overfit as well, if the training goes on for long or the data are few. "
    "Only the curve tells.",
}
RIGHT = 3
"""Measured on seeds 0 to 29: the validation loss is 2.0 to 5.1 after one epoch, and 0.10 to 0.21
after 60. It is lowest in epoch 53 or later, and in the last 10 at most 15 % above that.
"""


@check(points=2)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training digits."""
    expect_trained_on(evidence.model(), DATA.train)
    expect_as_given(evidence.model(), networks.digits_network())


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """The training took 60 epochs."""
    expect_epochs(evidence.model(), 60)


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """The training was validated on the test digits."""
    expect_validated_on(evidence.model(), DATA.test)


@check(points=1)
def test_history(evidence: Evidence) -> None:
    """`h_callback` is the record of this training."""
    expect_history(evidence.model(), "h_callback")


@check(points=2, needs=("validation", "history"))
def test_plot(evidence: Evidence) -> None:
    """A plot shows the loss on training and validation data."""
    expect_pair_plotted(
        evidence,
        recorded_history(evidence.model()),
        ("loss", "val_loss"),
        second_words=("val", "test"),
        how="Plot the two losses of the history together, in one plot.",
        line=evidence.line_of("h_callback"),
    )


@check(points=3)
def test_answer(evidence: Evidence) -> None:
    """`answer` says rightly whether the network overfits, and why."""
    expect_answer(evidence, OPTIONS, RIGHT)
