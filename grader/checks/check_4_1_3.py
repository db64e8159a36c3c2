"""Checks for 4.1.3, building an autoencoder."""

from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.specifications import dense

HINTS = (
    "What comes out of an autoencoder has the form of what goes in. So two of the three sizes "
    "are the same, and the one between them is small.",
    "Two dense layers are enough. Only the first one needs to know about the input, and the "
    "model can be told of it by an Input of its own. Each layer takes its activation by name.",
    'Add `Input((784,))`, `Dense(32, activation="relu")` and `Dense(784, activation="sigmoid")`. '
    "compile takes `optimizer` and `loss`, both as texts.",
)
WITHHELD = ("grader.datasets.networks.autoencoder_network", "grader.datasets.trained.load")

NETWORK = Network(
    input=(784,),
    layers=[dense(32, "relu"), dense(784, "sigmoid")],
    optimizer="adadelta",
    loss="binary_crossentropy",
    why={
        "relu": "Look at the activation of the encoder, the small layer.",
        "sigmoid": "The decoder gives pixels. Each has a brightness of its own, from 0 to 1.",
        "binary_crossentropy": "Each of the 784 outputs is compared with a pixel, on its own.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The autoencoder takes the 784 pixels of an image."""
    NETWORK.expect_input(evidence.model("autoencoder"))


@check(points=3)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    NETWORK.expect_layers(evidence.model("autoencoder"))


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """Each layer has the right activation."""
    NETWORK.expect_activations(evidence.model("autoencoder"))


@check(points=1)
def test_optimizer(evidence: Evidence) -> None:
    """The autoencoder is compiled with adadelta."""
    NETWORK.expect_optimizer(evidence.model("autoencoder"))


@check(points=2)
def test_loss(evidence: Evidence) -> None:
    """The loss is the binary crossentropy, pixel by pixel."""
    NETWORK.expect_loss(evidence.model("autoencoder"))
