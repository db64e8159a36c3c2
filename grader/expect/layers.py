"""What layers a model has, told apart by what they compute and not by how they were written.

`Dense(4, activation="relu")`, a linear `Dense(4)` before `Activation("relu")`, `ReLU()`
or `keras.activations.relu(x)`, a nested block, a functional model: all are one layer here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import keras

from grader.expect.settings import layer_settings

_ACTIVATION_KINDS = {
    "ReLU": "relu", "Relu": "relu", "Softmax": "softmax", "Sigmoid": "sigmoid", "Tanh": "tanh",
    "LeakyReLU": "leaky_relu", "LeakyRelu": "leaky_relu", "ELU": "elu", "Elu": "elu",
    "Softplus": "softplus", "Selu": "selu", "Gelu": "gelu", "Silu": "silu",
}  # fmt: skip
TAKES_ACTIVATION = {"Dense", "Conv1D", "Conv2D", "Conv3D", "SimpleRNN"}
SHOWN_SETTINGS = {
    "Dense": ("units",),
    "Conv2D": ("filters", "kernel_size"),
    "Conv1D": ("filters", "kernel_size"),
    "LSTM": ("units",),
    "GRU": ("units",),
    "SimpleRNN": ("units",),
    "Embedding": ("input_dim", "output_dim"),
    "Dropout": ("rate",),
    "MaxPooling1D": ("pool_size",),
    "MaxPooling2D": ("pool_size",),
    "AveragePooling1D": ("pool_size",),
    "AveragePooling2D": ("pool_size",),
    "UpSampling2D": ("size",),
}
DEFAULT_ACTIVATIONS = {"LSTM": "tanh", "GRU": "tanh", "SimpleRNN": "tanh"}


@dataclass(frozen=True)
class Layer:
    """One layer as the checks see it, of a learner's model or of a specification."""

    kind: str
    settings: tuple[Any, ...] = ()
    """The sizes that are shown and compared, `(64,)` for `Dense(64)`."""
    activation: str | None = None
    parameters: int | None = None
    output_shape: tuple[int | None, ...] | None = None
    arithmetic: str = ""
    """How the parameters come about: `(8 + 1) × 4 = 36`."""
    sequences: bool = field(default=False, compare=False)
    """Of a specification: whether a recurrent layer returns all its outputs, not the last only."""
    uses_bias: bool = field(default=True, compare=False)
    told: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)
    """All settings of Keras's layer, as Keras writes them down."""
    name: str = field(default="", compare=False)
    """Of Keras's layer, in its model."""
    activated_by: str = field(default="", compare=False)
    """The same, of the layer or operation that its activation stands in: often the layer itself."""

    def text(self) -> str:
        """Return the layer as it stands in a table: `Dense(64, relu)`."""
        parts = [_plain(setting) for setting in self.settings]
        if self.activation is not None:
            parts.append(self.activation)
        if not self.uses_bias:
            parts.append("no bias")
        return f"{self.kind}({', '.join(parts)})" if parts else self.kind


def _plain(setting: Any) -> str:
    if isinstance(setting, tuple):
        return "×".join(str(part) for part in setting)
    return str(setting)


class NotAChain(Exception):
    """The model's layers do not stand in one line."""


class UsedTwice(Exception):
    """A layer with weights stands in several places, so that all have the same weights.

    Args:
        name: of the layer.
        places: how many.
    """

    def __init__(self, name: str, places: int) -> None:
        super().__init__(name)
        self.places = places


def layers_of(model: keras.Model) -> list[Layer]:
    """Return a model's layers in the order in which data passes through them.

    Input layers, linear activations and nesting are left out.

    Raises:
        NotAChain: a layer has several inputs, or the model several inputs or outputs.
        UsedTwice: see there; its argument is the layer's name.
    """
    found: list[Layer] = []
    for operation in _operations(model):
        activation = _pure_activation(operation)
        if activation == "linear":
            continue
        before = found[-1] if found else Layer("")
        if activation and before.activation == "linear" and before.kind in TAKES_ACTIVATION:
            name = str(operation.name)
            found[-1] = replace(before, activation=activation, activated_by=name)
            continue
        found.append(_describe(operation))
    return found


def keras_layers(model: keras.Model, kind: str) -> list[keras.layers.Layer]:
    """Return a model's layers of one kind, `"Dense"`, in order, those in nested blocks as well.

    Raises:
        NotAChain, UsedTwice: see `layers_of`.
    """
    return [layer for layer in _operations(model) if type(layer).__name__ == kind]


def _operations(model: keras.Model) -> list[Any]:
    """Return layers and other operations in order; each as often as data passes through it."""
    found = []
    for step in model.layers if isinstance(model, keras.Sequential) else _path(model):
        if isinstance(step, keras.Sequential) or type(step).__name__ == "Functional":
            found.extend(_operations(step))
        else:
            found.append(step)
    for step in found:
        places = sum(other is step for other in found)
        if getattr(step, "weights", None) and places > 1:
            raise UsedTwice(step.name, places)
    return found


def _path(model: keras.Model) -> list[Any]:
    """Return what lies between the input and the output of a functional model, in order."""
    if len(model.inputs or []) != 1 or len(model.outputs or []) != 1:
        raise NotAChain
    found: list[Any] = []
    tensor = model.outputs[0]
    while True:
        history = tensor._keras_history
        if isinstance(history.operation, keras.layers.InputLayer):
            return found[::-1]
        found.append(history.operation)
        inputs = _fed_with(history.operation._inbound_nodes[history.node_index])
        if len(inputs) != 1:
            raise NotAChain
        tensor = inputs[0]


def _fed_with(node: Any) -> list[Any]:
    """Return the tensors that a layer computes from; a mask only says which steps to leave out.

    Keras computes it beside the model where an Embedding has `mask_zero`, and hands it on.
    """
    masks = [
        mask
        for name, mask in node.arguments.kwargs.items()
        if name == "mask"
        and isinstance(mask, keras.KerasTensor)
        and not isinstance(mask._keras_history.operation, keras.layers.Layer)
    ]
    return [tensor for tensor in node.input_tensors if all(tensor is not mask for mask in masks)]


def activation_name(function: Any) -> str:
    """Return an activation's plain name, `relu`, for a function or an activation layer."""
    kind = type(function).__name__
    if kind in _ACTIVATION_KINDS:
        return _ACTIVATION_KINDS[kind]
    return str(getattr(function, "__name__", kind))


def _pure_activation(operation: Any) -> str | None:
    """Return the activation that a layer or operation is, if it is nothing else."""
    kind = type(operation).__name__
    if kind == "Activation":
        return activation_name(operation.activation)
    if kind == "Identity":
        return "linear"
    if kind == "Softmax" and (axis := _other_axis(operation)) is not None:
        return f"softmax along axis {axis}"
    if kind in _ACTIVATION_KINDS and _has_plain_settings(operation, kind):
        return _ACTIVATION_KINDS[kind]
    return None


def _other_axis(softmax: Any) -> int | None:
    """Return the axis of a softmax that does not go along the last one, a sample's outputs."""
    axis = getattr(softmax, "axis", -1)
    try:
        last = len(softmax.output.shape) - 1
    except (AttributeError, ValueError):
        last = -1
    return axis if isinstance(axis, int) and axis not in {-1, last} else None


def _has_plain_settings(operation: Any, kind: str) -> bool:
    """Whether `ReLU()` and the like were left as they are; `ReLU(max_value=6)` is not relu."""
    if kind in {"LeakyReLU", "LeakyRelu", "ELU", "Elu"}:
        return True
    slope = getattr(operation, "negative_slope", 0.0)
    ceiling = getattr(operation, "max_value", None)
    return not slope and ceiling is None and not getattr(operation, "threshold", 0.0)


def _describe(operation: Any) -> Layer:
    kind = type(operation).__name__
    name = str(operation.name)
    if not isinstance(operation, keras.layers.Layer):
        return Layer(kind, name=name, activated_by=name)
    if kind == "Reshape" and len(operation.target_shape) == 1:
        kind = "Flatten"  # that is what it does
    settings = tuple(
        tuple(value) if isinstance(value := getattr(operation, name, None), list) else value
        for name in SHOWN_SETTINGS.get(kind, ())
    )
    activation = None
    if hasattr(operation, "activation") and kind != "Activation":
        activation = activation_name(operation.activation)
        if DEFAULT_ACTIVATIONS.get(kind) == activation:
            activation = None
    elif kind == "Activation":
        settings = (activation_name(operation.activation),)
    shape = None
    if operation.built:
        try:
            shape = tuple(operation.output.shape)
        except (AttributeError, ValueError):
            shape = None
    return Layer(
        kind,
        settings,
        activation,
        operation.count_params() if operation.built else None,
        shape,
        uses_bias=bool(getattr(operation, "use_bias", True)),
        told=layer_settings(operation),
        name=name,
        activated_by=name,
    )


def arithmetic(layer: Layer, inputs: tuple[int | None, ...]) -> str:
    """Return how a layer's parameters come about, given the shape of one input sample."""
    total = layer.parameters
    if total is None or not inputs or inputs[-1] is None:
        return ""
    text, result = _product(layer, inputs[-1])
    return f"{text} = {total}" if result == total else str(total)


def _product(layer: Layer, size: int) -> tuple[str, int]:
    """Return how the parameters of a layer with plain settings come about, and what comes out."""
    one, bias = (1, " + 1") if layer.uses_bias else (0, "")
    match layer.kind, layer.settings:
        case "Dense", (units,):
            return f"({size}{bias}) × {units}", (size + one) * units
        case (("Conv1D" | "Conv2D"), (filters, kernel)):
            sides = "×".join(str(side) for side in (*kernel, size))
            return f"({sides}{bias}) × {filters}", (math.prod(kernel) * size + one) * filters
        case "Embedding", (words, length):
            return f"{words} × {length}", words * length
        case "SimpleRNN", (units,):
            return f"({size} + {units}{bias}) × {units}", (size + units + one) * units
        case "LSTM", (units,):
            return f"4 × ({size} + {units}{bias}) × {units}", 4 * (size + units + one) * units
        case "GRU", (units,):
            two = " + 2" if layer.uses_bias else ""
            product = 3 * (size + units + 2 * one) * units
            return f"3 × ({size} + {units}{two}) × {units}", product
        case "LayerNormalization", _:
            return f"2 × {size}", 2 * size
        case _:
            return "", -1
