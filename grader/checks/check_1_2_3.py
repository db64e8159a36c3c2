"""Checks for 1.2.3, build as shown!"""

from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.specifications import dense

HINTS = (
    "Count the circles, column by column. Which columns compute something, and which one only "
    "stands for the numbers that go in?",
    "Only columns that compute become dense layers. The first column sets the shape of the "
    "input, and the note at the foot of the picture is about the activations.",
    "Two numbers go in, so begin with `Input((2,))`. Then come two `Dense` layers, the first of "
    "3 neurons and the second of 1. Leave their activation out.",
)

NETWORK = Network(
    input=(2,),
    layers=[dense(3), dense(1)],
    why={
        "linear": "The picture's note says that no activation functions are used.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes as many numbers as the picture has inputs."""
    NETWORK.expect_input(evidence.model())


@check(points=3)
def test_layers(evidence: Evidence) -> None:
    """The layers are those of the picture, in the same order."""
    NETWORK.expect_layers(evidence.model())


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """No layer has an activation."""
    NETWORK.expect_activations(evidence.model())
