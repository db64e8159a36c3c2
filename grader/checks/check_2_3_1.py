"""Checks for 2.3.1, an irrigation machine."""

from grader.expect import spellings
from grader.expect.compilation import compile_settings
from grader.expect.findings import Evidence
from grader.expect.network import Network
from grader.expect.outcome import check
from grader.expect.specifications import dense

HINTS = (
    "Twenty sensors in, three parcels out, and one hidden layer. Several parcels may need water "
    "at the same time.",
    "An activation that makes the outputs share one whole would let only one parcel win. Take "
    "the one that looks at each output alone. The loss is of the same kind.",
    'After `Input((20,))` come `Dense(64, activation="relu")` and a layer of 3 neurons with '
    "sigmoid. compile takes adam, binary_crossentropy and a list with binary_accuracy.",
)
WITHHELD = ("grader.datasets.networks.irrigation_network", "grader.datasets.trained.load")

NETWORK = Network(
    input=(20,),
    layers=[dense(64, "relu"), dense(3, "sigmoid")],
    optimizer="adam",
    loss="binary_crossentropy",
    # Keras makes of "accuracy" what fits outputs and labels, here the categorical accuracy. The
    # course of 2019 asked for it by this name, when it was the binary one: it counts, with a tip.
    # Who asks for the categorical one by its own name has chosen it.
    metrics=("binary_accuracy", "accuracy"),
    why={
        "sigmoid": "Several parcels may need water at once, so each output must be a "
        "probability of its own, whatever the others are.",
        "binary_crossentropy": "Each parcel is a question of its own with the answer yes or no: "
        "the loss must look at each output by itself.",
    },
)


@check(points=1)
def test_input(evidence: Evidence) -> None:
    """The model takes the 20 sensors."""
    NETWORK.expect_input(evidence.model())


@check(points=2)
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    NETWORK.expect_layers(evidence.model())


@check(points=3, needs=("layers",))
def test_activations(evidence: Evidence) -> None:
    """The hidden layer has relu, and each output is a probability of its own."""
    NETWORK.expect_activations(evidence.model())


@check(points=1)
def test_optimizer(evidence: Evidence) -> None:
    """The model is compiled with adam."""
    NETWORK.expect_optimizer(evidence.model())


@check(points=2)
def test_loss(evidence: Evidence) -> None:
    """The loss looks at each parcel by itself."""
    NETWORK.expect_loss(evidence.model())


@check(points=1)
def test_metric(evidence: Evidence) -> None:
    """Training reports the accuracy."""
    model = evidence.model()
    NETWORK.expect_metric(model)
    if "binary_accuracy" not in spellings.metric_names(compile_settings(model).get("metrics")):
        evidence.tip(
            'What "accuracy" counts, Keras chooses. With 3 outputs it only looks which one is '
            "the largest, as if just one parcel could need water. "
            '"binary_accuracy" counts every parcel.',
        )
