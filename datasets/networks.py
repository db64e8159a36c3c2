"""The networks that exercises start from: built and compiled, not yet trained.

What they consist of is in `networks.json`, which is made from the reference solutions:
`python -m grader.datasets.making networks`. Each call makes new random weights.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras

SAVED = (Path(__file__).with_suffix(".json"),)
"""What the networks are made from. An exercise that withholds one of them closes it."""

Parts = dict[str, Any]


def orbit_network(*, compiled: bool = True) -> keras.Model:
    """Return the network of 1.3.1: a minute in, a position out.

    With `compiled` false it is as 1.3.2 gives it, for the learner to compile.
    """
    parts = _parts("orbit")
    return _compiled(parts) if compiled else _built(parts)


def banknote_network() -> keras.Model:
    """Return the network of 2.1.2: 4 measurements in, the probability of a fake out."""
    return _compiled(_parts("banknote"))


def darts_network() -> keras.Model:
    """Return the network of 2.2.1: 2 coordinates in, 4 probabilities out."""
    return _compiled(_parts("darts"))


def irrigation_network(activation: str = "relu") -> keras.Model:
    """Return the network of 2.3.1: 20 sensors in, a probability for each of 3 parcels out.

    Its hidden layer has this activation, relu unless another is named.
    Its metric is called `accuracy` and counts every parcel on its own. With the text
    "accuracy" Keras would compare whole rows, as if only one parcel could need water.
    """
    return _compiled(_with_hidden_activation(_parts("irrigation"), activation))


def text_network() -> keras.Model:
    """Return the network of 4.3.2: the numbers of 3 words in, 44 probabilities out.

    The numbers are below 44; output 0 is for no word at all.
    """
    return _compiled(_parts("text"))


def digits_network() -> keras.Model:
    """Return the network of 3.1.1: 64 pixels in, a probability for each of 10 digits out."""
    return _compiled(_parts("digits"))


def cnn_network() -> keras.Model:
    """Return the network of 4.2.1: an image of 28×28 pixels in, 10 probabilities out."""
    return _compiled(_parts("cnn"))


def neuron_pair_network() -> keras.Model:
    """Return the network of 4.1.2: 4 measurements in, 2 neurons, the probability of a fake out.

    It starts with the same weights whatever the seed is: of two neurons with relu, one is
    easily dead from the start.
    """
    return _compiled(_parts("neuron pair"))


def autoencoder_network() -> keras.Model:
    """Return the network of 4.1.3: 784 pixels in, 32 numbers between, 784 pixels out."""
    return _compiled(_parts("autoencoder"))


def dots_network() -> keras.Model:
    """Return the network of 3.3.1: 2 coordinates in, the probability of a blue dot out."""
    return _compiled(_parts("dots"))


def deep_digits_network(*, batch_normalization: bool) -> keras.Model:
    """Return the network of 3.3.2: 64 pixels in, 10 probabilities out.

    Args:
        batch_normalization: whether each of the three hidden layers is normalised.
    """
    parts = _parts("deep digits")
    if not batch_normalization:
        parts["layers"] = [one for one in parts["layers"] if one[0] != "BatchNormalization"]
    return _compiled(parts)


def cancer_network(learning_rate: float = 0.001, activation: str = "relu") -> keras.Model:
    """Return the network of 3.4.1: 30 measurements in, the probability of a benign tumour out.

    Without arguments it has the settings of 3.4.3, among the best that the search of 3.4.2 tried.

    Args:
        learning_rate: of the adam optimizer.
        activation: of the two hidden layers.
    """
    parts = _with_hidden_activation(_parts("cancer"), activation)
    _, settings = parts["optimizer"]
    settings["learning_rate"] = learning_rate
    return _compiled(parts)


def _parts(name: str) -> Parts:
    """Return what a network consists of: its input, layers, optimizer, loss and metrics.

    A part is its class's name with those settings that are not Keras's own.
    """
    (path,) = SAVED
    parts: Parts = json.loads(path.read_text("utf-8"))[name]
    return parts


def _with_hidden_activation(parts: Parts, activation: str) -> Parts:
    """Return the parts with this activation in all layers but the last."""
    for _, settings in parts["layers"][:-1]:
        settings["activation"] = activation
    return parts


def _built(parts: Parts) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input(tuple(parts["input"])),
            *(getattr(keras.layers, kind)(**settings) for kind, settings in parts["layers"]),
        ]
    )


def _compiled(parts: Parts) -> keras.Model:
    model = _built(parts)
    kind, settings = parts["optimizer"]
    model.compile(
        optimizer=getattr(keras.optimizers, kind)(**settings),
        loss=parts["loss"],
        metrics=[
            one if isinstance(one, str) else getattr(keras.metrics, one[0])(**one[1])
            for one in parts["metrics"]
        ]
        or None,
    )
    return model
