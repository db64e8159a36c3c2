"""Checks for 1.2.3, build as shown!"""

from grader.expect.findings import Evidence
from grader.expect.layers import dense
from grader.expect.outcome import check
from grader.expect.structure import expect_activations, expect_input, expect_layers

HINTS = (
    "Count the circles, column by column. Which columns compute something, and which one only "
    "stands for the numbers that go in?",
    "Only columns that compute become dense layers. The first column sets the shape of the "
    "input, and the note at the foot of the picture is about the activations.",
    "Two numbers go in, so begin with `Input((2,))`. Then come two `Dense` layers, the first of "
    "3 neurons and the second of 1. Leave their activation out.",
)

LAYERS = [dense(3), dense(1)]


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes as many numbers as the picture has inputs."""
    expect_input(evidence.model(), (2,))


@check(points=3)
def test_layers(evidence: Evidence) -> None:
    """The layers are those of the picture, in the same order."""
    expect_layers(evidence.model(), (2,), LAYERS)


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """No layer has an activation."""
    expect_activations(
        evidence.model(),
        LAYERS,
        {"linear": "The picture's note says that no activation functions are used."},
    )
