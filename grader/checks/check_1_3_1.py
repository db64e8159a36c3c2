"""Checks for 1.3.1, specifying a model."""

from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.specifications import dense

HINTS = (
    "One number goes in, the minute, and one comes out, the position. Between them stand three "
    "layers that look the same.",
    "Only the hidden layers have an activation. A layer without one can give any number, also a "
    "large one.",
    'After `Input((1,))`, add `Dense(50, activation="relu")` three times and then `Dense(1)`.',
)
WITHHELD = ("grader.datasets.networks.orbit_network", "grader.datasets.trained.load")

NETWORK = Network(
    input=(1,),
    layers=[dense(50, "relu"), dense(50, "relu"), dense(50, "relu"), dense(1)],
    why={
        "linear": "A position may be any number. An activation on the output would keep "
        "the model from giving some of them.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes 1 number, the minute."""
    NETWORK.expect_input(evidence.model())


@check(points=3)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    NETWORK.expect_layers(evidence.model())


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """The hidden layers have relu, the output has no activation."""
    NETWORK.expect_activations(evidence.model())
