"""Checks for 2.1.2, a binary classification model."""

from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.specifications import dense

HINTS = (
    "Four measurements in, one probability out, and nothing between them.",
    "The output must lie between 0 and 1. The loss is the one for two classes, and the optimizer "
    "is the plain one, stochastic gradient descent.",
    'After `Input((4,))` comes `Dense(1, activation="sigmoid")`. Compile with '
    '`optimizer="sgd"`, `loss="binary_crossentropy"` and a list of metrics.',
)
WITHHELD = ("grader.datasets.networks.banknote_network", "grader.datasets.trained.load")

NETWORK = Network(
    input=(4,),
    layers=[dense(1, "sigmoid")],
    optimizer="sgd",
    loss="binary_crossentropy",
    metrics=("accuracy", "binary_accuracy"),
    why={
        "sigmoid": "The one output must be a probability, between 0 and 1 for each note.",
        "binary_crossentropy": "There is one output for two classes: the loss must compare a "
        "probability with 0 or 1.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes the 4 measurements of a note."""
    NETWORK.expect_input(evidence.model())


@check(points=1)
def test_layers(evidence: Evidence) -> None:
    """The model is one dense layer of 1 neuron."""
    NETWORK.expect_layers(evidence.model())


@check(points=2, needs=("layers",))
def test_activation(evidence: Evidence) -> None:
    """The output is a probability."""
    NETWORK.expect_activations(evidence.model())


@check(points=1)
def test_optimizer(evidence: Evidence) -> None:
    """The model is compiled with sgd."""
    NETWORK.expect_optimizer(evidence.model())


@check(points=2)
def test_loss(evidence: Evidence) -> None:
    """The loss fits one output for two classes."""
    NETWORK.expect_loss(evidence.model())


@check(points=1)
def test_metric(evidence: Evidence) -> None:
    """Training reports the accuracy."""
    NETWORK.expect_metric(evidence.model())
