"""Checks for 3.3.2, batch normalizing a familiar model."""

from itertools import pairwise

import numpy as np

from grader.expect.findings import Evidence
from grader.expect.layers import keras_layers
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check
from grader.expect.specifications import batch_normalization, dense
from grader.places import Lines, said
from grader.verdict import Fact

HINTS = (
    "Seven layers: dense, normalized, dense, normalized, dense, normalized, and the output. What "
    "does the output have to do with the ten digits?",
    "A batch normalization is a layer like any other: you add it behind the one whose output it "
    "normalizes, and it needs no arguments. The initializer is an argument of each dense layer, "
    "the last one included.",
    'Add `Dense(50, activation="relu", kernel_initializer="normal")` and then '
    "`BatchNormalization()`, three times over. The last layer has 10 neurons, softmax and the "
    'same initializer. compile takes "sgd", "categorical_crossentropy" and a list of metrics.',
)
WITHHELD = ("grader.datasets.networks.deep_digits_network",)

NAME = "batchnorm_model"
NETWORK = Network(
    input=(64,),
    layers=[
        *3 * [dense(50, "relu"), batch_normalization()],
        dense(10, "softmax"),
    ],
    besides=frozenset({"trainable"}),  # `learned` counts the parameters
    optimizer="sgd",
    loss="categorical_crossentropy",
    metrics=("accuracy", "categorical_accuracy"),
    why={
        "softmax": "A picture shows exactly one digit, so the ten outputs must add up to 1.",
        "categorical_crossentropy": "The labels are one-hot rows of 10 classes; the loss must "
        "compare whole rows.",
    },
)
LEARNED, MEASURED = 9160, 300
"""Parameters of the whole network. Measured are mean and variance of 50 numbers, three times."""


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes the 64 pixels of a digit."""
    NETWORK.expect_input(evidence.model(NAME))


@check(points=4)
def test_layers(evidence: Evidence) -> None:
    """Dense layers and batch normalizations have the right size, in the right order."""
    model = evidence.model(NAME)
    kinds = [layer.kind for layer in model.layers]
    if "BatchNormalization" not in kinds:
        raise CheckFailed(
            expected="3 batch normalizations",
            got=f"none; its layers are {', '.join(kinds)}" if kinds else "no layers at all",
            message="Batch normalization is missing. Put one behind each of the hidden layers.",
            line=model.line,
            absent=True,
        )
    order = ("BatchNormalization", "Activation")
    if order in (pairs := list(pairwise(kinds))):
        raise CheckFailed(
            expected="relu, then the batch normalization",
            got="the batch normalization, then the activation",
            message="Some networks are built in this order. Here each dense layer has its "
            "activation first, and what comes out of it is normalized.",
            line=model.line_of_layer(model.layers[pairs.index(order)].name),
        )
    NETWORK.expect_layers(model)


@check(points=2, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """Each dense layer has the right activation."""
    NETWORK.expect_activations(evidence.model(NAME))


@check(points=2, needs=("layers",))
def test_initializers(evidence: Evidence) -> None:
    """Each dense layer starts with normally distributed weights."""
    model = evidence.model(NAME)
    layers = keras_layers(model.keras, "Dense")
    told = [(type(one.kernel_initializer).__name__, one.use_bias) for one in layers]
    wrong = [one for one in told if one[0] != "RandomNormal"]
    if not wrong:
        return
    kind, bias = wrong[0]
    places = [place for place, one in enumerate(told) if one == wrong[0]]
    numbers = ", ".join(str(place + 1) for place in places)
    which = f"dense layer{'s' * (len(places) > 1)} {numbers}"
    lines = [model.line_of_layer(layers[place].name) for place in places]
    as_bias = kind == "GlorotUniform" and isinstance(bias, str)
    message = (
        f"No initializer was given here. {bias[:40]!r} went into `use_bias`, which is what comes "
        "third in `Dense`."
        if as_bias
        else "`bias_initializer` is for the biases. The weights have an initializer of their own."
        if kind == "GlorotUniform" and "bias_initializer" in evidence.written.keywords
        else "This is what a dense layer does if it is not told of an initializer."
        if kind == "GlorotUniform"
        else 'Take the initializer that is called "normal".'
    )
    others = tuple(sorted({line for line in lines if line is not None} - {lines[0]}))
    raise CheckFailed(
        expected=f"{which}: weights from RandomNormal",
        got=f"{which}: weights from {kind}",
        message=said(message, " The same holds for ", Lines(others), ".") if others else message,
        line=lines[0],
        tells=Fact.TEXT_FOR_BIAS if as_bias else None,
    )


@check(points=1, needs=("input", "layers"))
def test_learned(evidence: Evidence) -> None:
    """Of 9460 parameters 9160 are learned, and 300 are measured."""
    model = evidence.model(NAME)
    learned, measured = (
        sum(int(np.prod(weight.shape)) for weight in weights)
        for weights in (model.keras.trainable_weights, model.keras.non_trainable_weights)
    )
    if (learned, measured) != (LEARNED, MEASURED):
        raise CheckFailed(
            expected=f"{LEARNED} parameters that are learned, {MEASURED} that are not",
            got=f"{learned} parameters that are learned, {measured} that are not",
            message="Some layers are frozen: they would not learn. Leave them trainable.",
            line=model.line,
        )


@check(points=1)
def test_optimizer(evidence: Evidence) -> None:
    """The model is compiled with sgd."""
    NETWORK.expect_optimizer(evidence.model(NAME))


@check(points=1)
def test_loss(evidence: Evidence) -> None:
    """The loss fits one-hot labels of several classes."""
    NETWORK.expect_loss(evidence.model(NAME))


@check(points=1)
def test_metric(evidence: Evidence) -> None:
    """Training reports the accuracy."""
    NETWORK.expect_metric(evidence.model(NAME))
