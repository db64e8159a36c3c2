"""Checks for 4.3.2, build your LSTM model."""

import numpy as np

from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check
from grader.expect.specifications import dense, embedding, lstm
from grader.sizes import shape_text

HINTS = (
    "Go through the four layers of the task one by one: each is a layer of Keras, and the task "
    "names them all. What goes in is three numbers, one for each word.",
    "An embedding takes two sizes: how many different numbers there are, and how long its "
    "vectors are. The last layer chooses one word of many, as softmax does.",
    'Add `Input((3,))`, `Embedding(vocab_size, 8)`, `LSTM(32)`, `Dense(32, activation="relu")`, '
    "and a `Dense` layer of `vocab_size` neurons with the softmax activation.",
)
WITHHELD = ("grader.datasets.networks.text_network", "grader.datasets.trained.load")

WORDS = 44
NETWORK = Network(
    input=(3,),
    layers=[embedding(WORDS, 8), lstm(32), dense(32, "relu"), dense(WORDS, "softmax")],
    besides=frozenset({"return_sequences", "go_backwards"}),  # `output` says what they do
    why={
        "relu": "The task names the activation of the hidden layer.",
        "softmax": "Exactly one word comes next, so the outputs must be probabilities that "
        "add up to 1.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes 3 numbers, one for each word."""
    model = evidence.model()
    if model.input_shape == (None,):  # three are right among others
        evidence.tip("Your model takes any number of words. `Input((3,))` says that it is three.")
        return
    NETWORK.expect_input(model)


@check(points=3)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    NETWORK.expect_layers(evidence.model())


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """Each layer has the right activation."""
    model = evidence.model()
    reader = model.layers[1]
    if reader.activation is not None:
        raise CheckFailed(
            expected="layer 2: an LSTM as Keras makes it",
            got=f"layer 2: {reader.text()}",
            message="The step names no activation for the LSTM; it has its own, tanh.",
            line=model.line_of_layer(reader.activated_by),
        )
    NETWORK.expect_activations(model)


@check(points=2, needs=("layers",))
def test_output(evidence: Evidence) -> None:
    """The model gives one row of probabilities for three words."""
    model = evidence.model()
    for layer in model.keras._flatten_layers():
        if getattr(layer, "go_backwards", False):
            raise CheckFailed(
                expected="an LSTM that reads the words one after the other",
                got="one with go_backwards=True",
                message="It reads the last word first. Let it begin with the first one.",
                line=model.line_of_layer(layer.name),
            )
    got = model.predict(np.array([[1, 2, 3], [4, 5, 6]])).shape
    if got == (2, 3, WORDS):
        layers = model.keras._flatten_layers()
        told = [one for one in layers if getattr(one, "return_sequences", False)]
        raise CheckFailed(
            expected=f"outputs of shape {shape_text((2, WORDS))} for 2 prompts",
            got=f"outputs of shape {shape_text(got)}",
            message="With `return_sequences=True` the LSTM gives a vector after every word. The "
            "layers behind it need only the one after the last word.",
            line=model.line_of_layer(told[-1].name) if told else model.line,
        )
    if got != (2, WORDS):
        raise CheckFailed(
            expected=f"outputs of shape {shape_text((2, WORDS))} for 2 prompts",
            got=f"outputs of shape {shape_text(got)}",
            message="There should be one row of probabilities for each prompt of three words.",
            line=model.line,
        )
