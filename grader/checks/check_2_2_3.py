"""Checks for 2.2.3, training on dart throwers."""

from grader.datasets import darts
from grader.expect.evidence import Evidence
from grader.expect.outcome import check
from grader.expect.training import (
    Known,
    categorical_accuracy,
    expect_at_least,
    expect_epochs,
    expect_reported_accuracy,
    expect_trained_on,
    expect_used,
)

HINTS = (
    "Training takes the features first and the labels second. Which of the four arrays are for "
    "learning, and which did you set aside?",
    "fit takes the number of epochs by name. evaluate returns a list: what stands at which "
    "place? `model.metrics_names` helps.",
    "Call `model.fit` with `coord_train`, `competitors_train` and `epochs=200`. Then call "
    "`model.evaluate` with the two test arrays; the accuracy is the second value.",
)
TIMEOUT = 240

MINIMUM = 0.70
"""Trained references stay above, on every seed tried; ten epochs or wrong data do not reach it."""


def _data() -> Known:
    names = ("coord_train", "competitors_train", "coord_test", "competitors_test")
    return dict(zip(names, darts.load_split(), strict=True))


@check(points=2)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training throws."""
    expect_trained_on(evidence, evidence.model(), "coord_train", "competitors_train", _data())


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """The training took 200 epochs."""
    expect_epochs(evidence, evidence.model(), 200)


@check(points=2)
def test_quality(evidence: Evidence) -> None:
    """The trained model recognises the throwers of new throws."""
    data, model = _data(), evidence.model()
    got = categorical_accuracy(data["competitors_test"], model.predict(data["coord_test"]))
    expect_at_least("accuracy on the test throws", got, MINIMUM, model)


@check(points=1)
def test_tested(evidence: Evidence) -> None:
    """The model was measured on the test throws."""
    expect_used(evidence, evidence.model(), "coord_test", _data())


@check(points=2)
def test_accuracy(evidence: Evidence) -> None:
    """`accuracy` is the model's accuracy on the test throws."""
    expect_reported_accuracy(
        evidence,
        evidence.model(),
        _data(),
        train=("coord_train", "competitors_train"),
        test=("coord_test", "competitors_test"),
        measure=categorical_accuracy,
    )
