"""Rebuilding a learner's model from its configuration and weights, in the trusted process.

A configuration can name any class, and some classes run code or read files when they
are made. So every class in it must be one of Keras's own that does neither; what is
not known is refused before Keras sees it.
"""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np

from grader.evidence.configurations import OWN_MODULE, nodes_of
from grader.evidence.reading import DamagedEvidence, load_numbers
from grader.evidence.record import StoredModel, UnstoredModel

MAX_CONFIG_BYTES = 2_000_000
MAX_SIZE = 1_000_000
"""The largest number that a layer's setting may have: no honest answer is near it."""

MAX_INPUT_LENGTH = 10_000
MAX_PARTS = 6_000
"""Layers, initializers and the like; ResNet50 has about 1,000."""
MAX_WEIGHTS = 300_000_000
"""Of a model; twelve times those of ResNet50."""
MAX_OUTPUTS = 20_000_000
"""Numbers that a layer may give for one sample."""

_REFUSED_CLASSES = {
    "Lambda", "TorchModuleWrapper", "TFSMLayer", "JaxLayer", "FlaxLayer", "Pipeline",
    "StringLookup", "IntegerLookup", "TextVectorization", "FeatureSpace", "HashedCrossing",
    "__lambda__", "__typespec__",
}  # fmt: skip
_PUBLIC_MODULES = {
    "keras", "keras.layers", "keras.models", "keras.initializers", "keras.regularizers",
    "keras.constraints", "keras.optimizers", "keras.optimizers.schedules", "keras.losses",
    "keras.metrics", "keras.activations", "keras.random", "keras.dtype_policies",
}  # fmt: skip
_INTERNAL_MODULES = ("keras.src.models.", "keras.src.activations.", "keras.src.ops.")
_PLAIN_MARKS = {"__keras_tensor__", "__tuple__", "__ellipsis__", "__slice__", "__numpy__"}


class CannotRebuild(Exception):
    """The model is of a kind that is not rebuilt. The message is for the learner."""


def rebuild(stored: StoredModel | UnstoredModel, folder: Path) -> keras.Model:
    """Return the learner's model, made anew from what it said of itself.

    Raises:
        CannotRebuild: it holds layers or functions of the learner's own.
        DamagedEvidence: its parts do not fit together.
    """
    if isinstance(stored, UnstoredModel):
        raise CannotRebuild(
            f"Your {stored.type[:60]} could not be saved. "
            "Build the model from Keras's own layers, with Sequential or the functional API.",
        )
    try:
        config = copy.deepcopy(stored.config)
        size = len(msgspec.msgpack.encode(config))
    except RecursionError as error:
        raise DamagedEvidence("a model's configuration is nested too deeply") from error
    if size > MAX_CONFIG_BYTES:
        raise DamagedEvidence("a model's configuration is too large")
    refuse_foreign(config)
    parts = sum("class_name" in node for node in nodes_of(config))
    if parts > MAX_PARTS:
        raise CannotRebuild(f"Your model consists of {parts:,} parts: too many to check.")
    claimed = sum(array.size for array in stored.weights)
    try:
        with _no_more_weights_than(claimed):
            model = keras.saving.deserialize_keras_object(config, safe_mode=True)
    except CannotRebuild:
        raise
    except Exception as error:
        raise DamagedEvidence(f"a model's configuration makes no model: {error}") from error
    if not isinstance(model, keras.Model):
        raise DamagedEvidence("a model's configuration makes something else")
    _expect_small(model)
    shapes = [tuple(weight.shape) for weight in model.weights]
    arrays = stored.weights
    if shapes != [array.shape for array in arrays]:
        raise DamagedEvidence("a model's weights do not fit its layers")
    if arrays and all(array.file is not None for array in arrays):
        values = [load_numbers(array, folder) for array in arrays]
        if not all(value.dtype.kind in "fiub" for value in values):
            raise DamagedEvidence("a model's weights are no numbers")
        model.set_weights([np.asarray(value) for value in values])
    if not arrays and stored.input_length is not None:
        _build(model, stored.input_length)
    return model


def _build(model: keras.Model, length: int) -> None:
    """Build a model that was told its input's length in the way of Keras 2, if it can be built."""
    if not 0 < length <= MAX_INPUT_LENGTH:
        raise DamagedEvidence("a model has an impossible input length")
    with contextlib.suppress(Exception), _no_more_weights_than(MAX_WEIGHTS):
        model.build((None, length))  # if it cannot, it is of layers that do not fit: checks say so


@contextlib.contextmanager
def _no_more_weights_than(claimed: int) -> Iterator[None]:
    """Let no model be built that needs more memory than it claims: it would be taken first.

    Raises:
        CannotRebuild: so many weights are too many for any model.
        DamagedEvidence: the layers have more than are claimed.
    """
    if claimed > MAX_WEIGHTS:
        raise CannotRebuild(f"Your model has {claimed:,} weights: too many to check.")
    left = 2 * claimed + 1_000_000  # a layer may make some for itself alone
    original = keras.Layer.add_weight

    def add_weight(layer: keras.Layer, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= math.prod(shape if isinstance(shape, Iterable) else (shape or 1,))
        if left < 0:
            raise DamagedEvidence("a model's weights do not fit its layers")
        return original(layer, shape, *args, **kwargs)

    keras.Layer.add_weight = add_weight
    try:
        yield
    finally:
        keras.Layer.add_weight = original


def _expect_small(model: keras.Model) -> None:
    """Expect that no layer gives more for a sample than could be computed here.

    Raises:
        CannotRebuild: one does.
    """
    for layer in model._flatten_layers():
        for node in getattr(layer, "_inbound_nodes", ()):
            for tensor in node.output_tensors:
                size = math.prod(axis or 1 for axis in tensor.shape)
                if size > MAX_OUTPUTS:
                    raise CannotRebuild(
                        f"A layer gives {size:,} numbers for a sample: too many to check."
                    )


def refuse_foreign(config: object) -> None:
    """Refuse a configuration that names anything but harmless classes of Keras.

    Raises:
        CannotRebuild: naming the class in question.
    """
    for node in nodes_of(config):
        for key, value in node.items():
            sizes = value if isinstance(value, list) else [value]
            if key != "seed" and any(type(size) is int and abs(size) > MAX_SIZE for size in sizes):
                raise CannotRebuild(f"A layer has {key} = {value}: that is too large to check.")
        if _is_lambda(node.get("activation")):
            raise CannotRebuild(
                "An activation is a lambda that computes what none of Keras's activations does. "
                "Take one of Keras's own.",
            )
        if "class_name" not in node:
            continue
        name, module = str(node["class_name"]), node.get("module")
        registered = node.get("registered_name")
        if name == "function" and module == OWN_MODULE:
            raise CannotRebuild(
                f"Your function `{node.get('config')}` does not compute what Keras's `"
                f"{node.get('config')}` does. Take one of Keras's own.",
            )
        if name == "function" and module == "builtins":
            function = str(node.get("config"))
            if not any(
                hasattr(part, function) for part in (keras.activations, keras.losses, keras.metrics)
            ):
                raise CannotRebuild(
                    f"`{function}` is no function of Keras's. The grader does not run functions "
                    "that travel inside a model: take one of Keras's own.",
                )
        elif name in _PLAIN_MARKS and module is None:
            continue
        elif (
            name in _REFUSED_CLASSES
            or not (str(module) in _PUBLIC_MODULES or str(module).startswith(_INTERNAL_MODULES))
            or (registered is not None and registered != name)
        ):
            raise CannotRebuild(
                f"`{name}` is not one of Keras's own layers and models. "
                "Build the model from Keras's layers, with Sequential or the functional API.",
            )


def _is_lambda(activation: object) -> bool:
    """Whether this is how Keras writes down a lambda: its byte code, defaults and closure."""
    return isinstance(activation, dict) and activation.keys() == {"value"}
