"""Checks for 1.2.2, counting parameters."""

from grader.expect.arrays import expect_answer
from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.specifications import dense

HINTS = (
    "Draw the network: 3 inputs, 5 hidden neurons, 1 output. How many lines end at each hidden "
    "neuron?",
    "Every hidden neuron has a weight for each line that ends there, and one bias besides. The "
    "output layer is not part of the question.",
    'Build it from `Input((3,))`, `Dense(5, activation="relu")` and a `Dense` layer of 1 neuron. '
    "Then count: 3 weights and 1 bias for each of 5 neurons.",
)

NETWORK = Network(
    input=(3,),
    layers=[dense(5, "relu"), dense(1)],
    why={
        "relu": "The hidden layer is the one that needs an activation; look at its name.",
        "linear": "The output layer gives its number as it is, without an activation.",
    },
)

OPTIONS = {
    1: "You have counted the connections, 3 × 5 = 15. The neurons have biases as well.",
    2: "The weights are right, the biases are not: they belong to the neurons of the layer. Inputs "
    "have none.",
    3: "Right. 3 inputs × 5 neurons make 15 weights, and 5 neurons have 5 biases: 20 in all.",
    4: "That is the whole network. The question is about the hidden layer only.",
}
RIGHT = 3


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes 3 numbers."""
    NETWORK.expect_input(evidence.model())


@check(points=2)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    NETWORK.expect_layers(evidence.model())


@check(points=1, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """Each layer has the right activation."""
    NETWORK.expect_activations(evidence.model())


@check(points=3)
def test_answer(evidence: Evidence) -> None:
    """`answer` names the right number of parameters in the hidden layer."""
    expect_answer(evidence, OPTIONS, RIGHT)
