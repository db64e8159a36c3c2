"""ResNet50 without a download: its real weights where they are at hand, else a stand-in.

Keras fetches 103 MB when it makes the network. Here a file of the user's own is taken,
from the folder of `real` or from Keras's cache. Where there is none, the network gets
random weights, always the same ones, and says loudly that it is a stand-in.
"""

from __future__ import annotations

import json
from functools import cache, wraps
from pathlib import Path
from typing import Any

import keras
import numpy as np
from grader.datasets import real

WEIGHTS = "resnet50_weights_tf_dim_ordering_tf_kernels.h5"
NAMES = "imagenet_class_index.json"
CLASSES = 1000
SHAPE = (224, 224, 3)

_SEED = 50
_STAND_IN = """
***********************************************************************
This is not the real ResNet50. It is a stand-in: the same layers, but
random weights, so what it says of a picture means nothing. The real
weights, 103 MB, are not here. `grade data fetch resnet50` gets them.
***********************************************************************"""
_NEUTRAL = "The names of the classes are not here, either: they are called class_0000 and so on."


def find(name: str) -> Path | None:
    """Return the user's own file of that name, `WEIGHTS` or `NAMES`, if there is one."""
    return real.find_download("models", name)


def at_hand() -> bool:
    """Whether the real weights are."""
    return find(WEIGHTS) is not None


@cache
def class_names() -> list[tuple[str, str]]:
    """Return the id and the name of each class, `("n01440764", "tench")`, or neutral ones.

    Raises:
        BadData: the user's own file is damaged or holds something else.
    """
    path = find(NAMES)
    if path is None:
        return [(f"id_{number:04}", f"class_{number:04}") for number in range(CLASSES)]
    try:
        found = json.loads(path.read_text("utf-8"))
        names = [tuple(found[str(number)]) for number in range(CLASSES)]
        if any([type(part) for part in pair] != [str, str] for pair in names):
            raise ValueError("a class is not an id and a name")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"{type(error).__name__}, {error}"
        raise real.BadData(f"{path} is damaged or no list of the classes: {why}") from None
    return names


def fill(network: keras.Model) -> None:
    """Give a whole ResNet50 the weights that `weights="imagenet"` stands for on this machine.

    Raises:
        BadData: the user's own file is damaged or holds other weights.
    """
    path = find(WEIGHTS)
    if path is None:
        network.set_weights(_random_weights(network))
        return
    try:
        network.load_weights(str(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = (str(error).splitlines() or [""])[0][:200]
        raise real.BadData(f"{path} is damaged or no weights of ResNet50: {why}") from None


def _random_weights(network: keras.Model) -> list[np.ndarray]:
    """Return weights with which the outputs are probabilities of some variety."""
    rng = np.random.default_rng(_SEED)
    found = []
    for weight in network.weights:
        kind, shape = weight.path.rpartition("/")[2], tuple(weight.shape)
        if kind == "kernel":
            # He's initialisation, but for the last layer: no class should take it all.
            limit = np.sqrt(6 / np.prod(shape[:-1])) * (0.02 if len(shape) == 2 else 1)
            values = (2 * rng.random(shape, dtype=np.float32) - 1) * np.float32(limit)
        elif kind in {"gamma", "moving_variance"}:
            # A block changes its input by a little, so that 16 of them do not blow it up.
            values = np.full(shape, 0.1 if weight.path.endswith("3_bn/gamma") else 1, np.float32)
        else:
            values = np.zeros(shape, np.float32)
        found.append(values)
    return found


def install() -> None:
    """Let Keras make ResNet50, and name its classes, without a download.

    However the functions are imported, and whether before this or after it. To install
    again what is installed changes nothing.
    """
    from keras.src.applications import imagenet_utils, resnet

    if hasattr(resnet.ResNet, "asks_no_network"):
        return
    imagenet_utils.CLASS_INDEX = {
        str(number): list(pair) for number, pair in enumerate(class_names())
    }
    original = resnet.ResNet

    @wraps(original)
    def make(stack_fn: Any, *args: Any, **settings: Any) -> keras.Model:
        if settings.get("weights_name") != "resnet50" or not _would_load(settings):
            return original(stack_fn, *args, **settings)
        network = original(stack_fn, *args, **{**settings, "weights": None})
        if settings["include_top"]:
            fill(network)
        else:
            whole = keras.applications.ResNet50(weights=None)
            fill(whole)
            network.set_weights(whole.get_weights()[: len(network.weights)])
        if not at_hand():
            print(_STAND_IN)
            print(_NEUTRAL if find(NAMES) is None else "")
        return network

    make.asks_no_network = True  # type: ignore[attr-defined]
    resnet.ResNet = make


def _would_load(settings: dict[str, Any]) -> bool:
    """Whether Keras would load weights with these settings; it has an error for some others."""
    if settings["weights"] != "imagenet":
        return False
    shape = settings["input_shape"] and tuple(settings["input_shape"])
    if not settings["include_top"]:
        return shape is None or shape[-1] == SHAPE[-1]
    activation = keras.activations.get(settings["classifier_activation"])
    return (
        settings["classes"] == CLASSES
        and shape in (None, SHAPE)
        and activation in (keras.activations.softmax, keras.activations.linear)
    )
