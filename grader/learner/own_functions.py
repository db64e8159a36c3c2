"""Naming the functions that a learner wrote in place of Keras's own.

Runs in the learner's process, where the functions are. `def my_relu(x): …` or
`lambda x: keras.ops.relu(x)` cannot be rebuilt elsewhere: a function carries code. But
what it computes can be told, and where that is what one of Keras's own computes, the
model is stored with that one. A function that only has the name of Keras's is not
taken for it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from grader.evidence.configurations import OWN_MODULE, nodes_of
from grader.evidence.values import Settings

_SETTINGS = ("activation", "recurrent_activation")
_TRIED = np.linspace(-8, 8, 40, dtype="float32").reshape(5, 8)
"""Rows, as softmax and its like look at whole rows; wide enough to tell relu from relu6."""

_RARE_TWINS = {"celu"}
"""Found only where the usual name, elu, does not fit: the two compute the same."""

_CLASSES = np.arange(12) % 8
_LABELS = (np.eye(8, dtype="float32")[_CLASSES], _CLASSES[:, None])
"""What losses and metrics are tried on: one-hot labels, and classes by their number."""

_GUESSES = np.random.default_rng(0).dirichlet(np.ones(8), 12).astype("float32")
"""Some are right and some wrong, so that no two functions give the same."""


def name_activations(model: keras.Model, config: Settings) -> None:
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
            known = _same(function, _outputs, keras.activations)
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
            if not _is_of(function, keras.activations):
                yield (layer.name, setting), function


def named_functions(setting: Any, config: Any) -> Any:
    """Return the configuration of a model's losses or metrics with own functions named.

    Args:
        setting: what compile was given: one, or several in lists and dictionaries.
        config: the same as Keras writes it down.
    """
    if isinstance(setting, types.FunctionType):
        if _is_of(setting, keras.losses) or _is_of(setting, keras.metrics):
            return config
        known = _same(setting, _scores, keras.losses) or _same(setting, _scores, keras.metrics)
        return known or f"{setting.__name__} of your own"
    if isinstance(setting, list | tuple) and isinstance(config, list):
        return [named_functions(*pair) for pair in zip(setting, config, strict=False)]
    if isinstance(setting, dict) and isinstance(config, dict):
        return {key: named_functions(setting.get(key), part) for key, part in config.items()}
    return config


def _is_of(function: Any, module: types.ModuleType) -> bool:
    """Whether a function is the one that Keras has under its name."""
    return getattr(module, str(getattr(function, "__name__", "")), None) is function


def _same(
    function: Any, try_out: Callable[[Any], list[np.ndarray] | None], module: types.ModuleType
) -> str | None:
    """Return the name of the function in MODULE that computes the same; None if there is none."""
    values = try_out(function)
    if values is None:
        return None
    for name in sorted(dir(module), key=lambda name: name in _RARE_TWINS):
        known = getattr(module, name)
        if not isinstance(known, types.FunctionType):
            continue
        wanted = try_out(known)
        if wanted is not None and _agree(values, wanted):
            return name
    return None


def _agree(values: list[np.ndarray], wanted: list[np.ndarray]) -> bool:
    """Whether values are the wanted ones, wherever Keras's function gives any."""
    return all(
        np.isnan(theirs).all() or np.allclose(mine, theirs, rtol=1e-3, atol=1e-5)
        for mine, theirs in zip(values, wanted, strict=True)
    )


def _outputs(activation: Any) -> list[np.ndarray] | None:
    """Return what an activation makes of the numbers that are tried."""
    try:
        values = np.asarray(activation(keras.ops.convert_to_tensor(_TRIED)))
    except Exception:
        return None
    return [values] if values.shape == _TRIED.shape and values.dtype.kind == "f" else None


def _scores(function: Any) -> list[np.ndarray] | None:
    """Return the means of what a loss or metric gives for labels of each kind."""
    found = []
    for labels in _LABELS:
        try:
            tensors = [keras.ops.convert_to_tensor(array) for array in (labels, _GUESSES)]
            found.append(np.mean(np.asarray(function(*tensors), dtype=float)))
        except Exception:  # one-hot losses do not take numbers of classes, and the other way round
            found.append(np.float64("nan"))
    return None if np.isnan(found).all() else found
