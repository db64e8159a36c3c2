"""Checks for 2.2.1, a multi-class model."""

from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.specifications import dense

HINTS = (
    "Count what goes in and what comes out: a throw is two numbers, and there are four friends "
    "to choose from. The layers between shrink from 128 to 32.",
    "An activation that squashes each output on its own cannot make them add up to 1. You need "
    "the one that looks at all outputs of the layer together.",
    'Add `Input((2,))`, then `Dense(128, activation="relu")` and so on down to 32. The last '
    "layer has 4 neurons and the softmax activation. compile takes `optimizer`, `loss` and a "
    "list of `metrics`.",
)
WITHHELD = ("grader.datasets.networks.darts_network", "grader.datasets.trained.load")

NETWORK = Network(
    input=(2,),
    layers=[dense(128, "relu"), dense(64, "relu"), dense(32, "relu"), dense(4, "softmax")],
    optimizer="adam",
    loss="categorical_crossentropy",
    metrics=("accuracy", "categorical_accuracy"),
    why={
        "softmax": "A throw has exactly one thrower, so the four outputs must be "
        "probabilities that add up to 1.",
        "categorical_crossentropy": "The labels are one-hot rows of 4 classes; the loss must "
        "compare whole rows.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes the 2 coordinates of a throw."""
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
