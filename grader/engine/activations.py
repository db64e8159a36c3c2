"""Naming the activations that a learner wrote as functions of their own.

Runs in the learner's process, where the function is. `def my_relu(x): …` and
`lambda x: keras.ops.relu(x)` cannot be rebuilt elsewhere: a function carries code. But
what it computes can be told, and where that is what one of Keras's own computes, the
model is stored with that one. A function that only has the name of Keras's is not
taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

Json = Any

OWN_MODULE = "__main__"
"""Stands in a configuration beside the name of a function that computes something else."""

_SETTINGS = ("activation", "recurrent_activation")
_TRIED = np.linspace(-8, 8, 40, dtype="float32").reshape(5, 8)
"""Rows, as softmax and its like look at whole rows; wide enough to tell relu from relu6."""


def name_activations(model: keras.Model, config: Json) -> None:
    """Put Keras's names of own activations into the model's configuration, in place."""
    own = dict(_own_activations(model))
    if not own:
        return
    for node in nodes_of(config):
        settings = node.get("config")
        if not isinstance(settings, dict):
            continue
        for setting in _SETTINGS:
            function = own.get((str(settings.get("name")), setting))
            if function is None or setting not in settings:
                continue
            known = _name_of(function)
            if known is not None:
                settings[setting] = known
            elif isinstance(settings[setting], str):
                name = {"class_name": "function", "config": settings[setting]}
                settings[setting] = {"module": OWN_MODULE, **name}


def _own_activations(model: keras.Model) -> Iterator[tuple[tuple[str, str], Callable[..., Any]]]:
    """Yield layers' names and settings that hold a function which is not Keras's own."""
    for layer in model._flatten_layers():
        for setting in _SETTINGS:
            function = getattr(layer, setting, None)
            if not callable(function) or isinstance(function, keras.layers.Layer):
                continue
            if getattr(keras.activations, getattr(function, "__name__", ""), None) is not function:
                yield (layer.name, setting), function


def _name_of(function: Callable[..., Any]) -> str | None:
    """Return the name of Keras's activation that computes the same; None if there is none."""
    values = _values(function)
    if values is None:
        return None
    for name in dir(keras.activations):
        wanted = _values(getattr(keras.activations, name))
        if wanted is not None and np.allclose(values, wanted, rtol=1e-4, atol=1e-5):
            return name
    return None


def _values(function: Any) -> np.ndarray | None:
    """Return what a function makes of the numbers that are tried."""
    try:
        values = np.asarray(function(keras.ops.convert_to_tensor(_TRIED)))
    except Exception:
        return None
    return values if values.shape == _TRIED.shape and values.dtype.kind == "f" else None


def nodes_of(config: Json) -> list[dict[str, Json]]:
    """Return every dictionary in a configuration, at any depth."""
    found, waiting = [], [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found.append(node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found
