"""Turning a learner's values into evidence: plain JSON, and arrays as `.npy` files.

Runs in the learner's process. `grader.evidence.reading` reads the result back and
believes nothing of it that it can establish for itself.
"""

from __future__ import annotations

import hashlib
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from grader.learner import searches
from grader.learner.own_functions import name_activations, named_functions

Json = Any

MAX_ARRAY_BYTES = 16_000_000
MAX_STORED_BYTES = 200_000_000
MAX_MODEL_BYTES = 64_000_000
"""Of the weights of a larger model only shapes and digests are stored."""

MAX_ITEMS = 5_000
MAX_DEPTH = 5


class Store:
    """The evidence folder: arrays by the hash of their content, objects by a number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects: dict[int, tuple[int, object]] = {}
        self.models: list[keras.Model] = []
        self.named: set[int] = set()
        self._written: set[str] = set()
        self._bytes = 0

    def number_of(self, value: object) -> int:
        """Return the same small number for the same object, and keep it alive."""
        return self.objects.setdefault(id(value), (len(self.objects), value))[0]

    def model_number(self, model: keras.Model) -> int:
        """Return the number under which a model will be stored."""
        for number, known in enumerate(self.models):
            if known is model:
                return number
        self.models.append(model)
        return len(self.models) - 1

    def name_model(self, model: keras.Model) -> int:
        """Number a model that a value or a file leads to; these are stored before all others."""
        number = self.model_number(model)
        self.named.add(number)
        return number

    def array(self, value: np.ndarray, *, keep: bool = True) -> Json:
        """Store an array of numbers once, if it is to be kept; return its shape, type and file.

        `digest` is the hash of the values as float32, so that the same data counts as
        the same whether it came as float64, as integers, as a tensor or as a DataFrame.
        """
        plain = np.ascontiguousarray(value)
        with np.errstate(all="ignore"):
            digest = hashlib.sha256(
                np.ascontiguousarray(plain, dtype=np.float32).tobytes()
            ).hexdigest()
        found: Json = {
            "kind": "array",
            "shape": list(plain.shape),
            "dtype": str(plain.dtype),
            "digest": digest,
        }
        if keep and plain.nbytes <= min(MAX_ARRAY_BYTES, MAX_STORED_BYTES - self._bytes):
            name = f"{hashlib.sha256(repr((plain.shape, plain.dtype)).encode()).hexdigest()[:8]}"
            name = f"{digest[:24]}{name}.npy"
            if name not in self._written:
                np.save(self.folder / name, plain, allow_pickle=False)
                self._written.add(name)
                self._bytes += plain.nbytes
            found["file"] = name
        return found


def as_array(value: object) -> np.ndarray | None:
    """Return a value as an array of numbers, or None where it is none."""
    try:
        if isinstance(value, keras.Variable) or (hasattr(value, "numpy") and callable(value.numpy)):
            value = value.numpy()
        elif hasattr(value, "to_numpy"):
            value = value.to_numpy()
        array = np.asarray(value)
    except Exception:
        return None
    return array if array.dtype.kind in "biuf" else None


def encode(value: object, store: Store, depth: int = 0) -> Json:
    """Return a value as JSON; what has no JSON form is named by its type."""
    if value is None:
        return {"kind": "none"}
    if isinstance(value, str):
        return {"kind": "text", "value": str(value)[:100_000]}
    if isinstance(value, bool | int | float | np.bool_ | np.number):
        return _encode_number(value)
    if isinstance(value, keras.Model):
        return {"kind": "model", "model": store.name_model(value)}
    if isinstance(value, keras.Function):
        return _encode_graph(value, store)
    if isinstance(value, keras.KerasTensor):
        return _encode_symbol(value)
    if isinstance(value, keras.callbacks.Callback):
        return _encode_callback(value, store)
    if isinstance(value, types.ModuleType | types.FunctionType | types.BuiltinFunctionType | type):
        return {"kind": "function", "name": getattr(value, "__name__", "")}
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, pandas.DataFrame | pandas.Series):
        return _encode_table(value, store)
    if isinstance(value, Mapping) and depth < MAX_DEPTH:
        items = list(value.items())[:MAX_ITEMS]
        return {
            "kind": "dict",
            "items": [[str(key), encode(item, store, depth + 1)] for key, item in items],
        }
    if isinstance(value, list | tuple) and depth < MAX_DEPTH:
        return _encode_sequence(value, store, depth)
    if isinstance(value, np.ndarray) and value.dtype.kind in "OUS":
        return {"kind": "texts", "shape": list(value.shape), "items": _texts(value.ravel())}
    array = as_array(value)
    if array is not None and not isinstance(value, list | tuple):
        return store.array(array)
    words = getattr(value, "__dict__", {}).get("word_index")
    if isinstance(words, dict):
        return _encode_tokenizer(value, words)
    known = searches.library_type(value)
    if known is not None and depth < MAX_DEPTH:
        settings = searches.settings_of(value)
        return {
            "kind": "estimator",
            "type": known,
            "settings": {name: encode(part, store, depth + 1) for name, part in settings.items()},
        }
    return {"kind": "other", "type": type(value).__qualname__}


def _encode_tokenizer(value: object, words: dict[Any, Any]) -> Json:
    """Return what Keras's Tokenizer, or an object like it, has numbered the words with."""
    return {
        "kind": "tokenizer",
        "type": type(value).__qualname__,
        "words": [
            [word, int(number)]
            for word, number in list(words.items())[:MAX_ITEMS]
            if isinstance(word, str) and isinstance(number, int | np.integer)
        ],
    }


def _encode_graph(function: keras.Function, store: Store) -> Json:
    """Return a `keras.Function` as the model that computes the same."""
    try:
        inputs, outputs = function.inputs, function.outputs
        model = keras.Model(
            inputs[0] if len(inputs) == 1 else inputs,
            outputs[0] if len(outputs) == 1 else outputs,
        )
    except Exception:
        return {"kind": "other", "type": type(function).__qualname__}
    return {"kind": "graph", "model": store.name_model(model)}


def _encode_symbol(tensor: keras.KerasTensor) -> Json:
    """Return what a tensor without values stands for: the output of which layer."""
    layer = getattr(getattr(tensor, "_keras_history", None), "operation", None)
    return {
        "kind": "symbol",
        "shape": [None if size is None else int(size) for size in tensor.shape],
        "layer": str(getattr(layer, "name", "")),
        "layer_type": type(layer).__name__,
    }


def _encode_number(value: Any) -> Json:
    try:
        whole = isinstance(value, bool | int | np.bool_ | np.integer)
        return {
            "kind": "number",
            "value": int(value) if whole else float(value),
            "type": type(value).__name__,
        }
    except (OverflowError, ValueError):
        return {"kind": "other", "type": type(value).__qualname__}


def _encode_sequence(value: list[Any] | tuple[Any, ...], store: Store, depth: int) -> Json:
    kind = "tuple" if isinstance(value, tuple) else "list"
    numbers = value and all(
        isinstance(item, bool | int | float | np.bool_ | np.number) for item in value
    )
    if numbers and len(value) > 20:
        array = as_array(value)
        if array is not None:
            return store.array(array) | {"from": kind}
    items = [encode(item, store, depth + 1) for item in value[:MAX_ITEMS]]
    return {"kind": kind, "items": items, "length": len(value)}


def _texts(values: Any) -> list[str]:
    return [str(value) for value in list(values)[:MAX_ITEMS]]


def _encode_table(table: Any, store: Store) -> Json:
    frame = table.to_frame() if table.ndim == 1 else table
    frame = frame.iloc[:MAX_ITEMS, :200]
    columns = []
    for position in range(frame.shape[1]):
        column = frame.iloc[:, position]
        array = as_array(column) if column.dtype.kind in "biuf" else None
        columns.append(
            {
                "name": str(frame.columns[position]),
                "dtype": str(column.dtype),
                "values": {"kind": "texts", "items": _texts(column)}
                if array is None
                else store.array(array),
            },
        )
    return {
        "kind": "frame" if table.ndim == 2 else "series",
        "shape": list(table.shape),
        "index": _texts(frame.index),
        "columns": columns,
    }


def _encode_callback(callback: keras.callbacks.Callback, store: Store) -> Json:
    if isinstance(callback, keras.callbacks.History):
        return {
            "kind": "history",
            "object": store.number_of(callback),
            "epochs": [int(epoch) for epoch in getattr(callback, "epoch", [])],
            "history": {
                str(key): [float(np.mean(value)) for value in values]
                for key, values in getattr(callback, "history", {}).items()
            },
        }
    known = [base.__name__ for base in type(callback).__mro__ if "keras" in base.__module__]
    settings = {
        name.lstrip("_"): value
        for name, value in _plain_settings(callback)
        if isinstance(value, str | bool | int | float) and len(str(value)) < 1000
    }
    return {
        "kind": "callback",
        "object": store.number_of(callback),
        "type": known[0] if known else "Callback",
        "settings": {
            name: None if isinstance(value, float) and not np.isfinite(value) else value
            for name, value in settings.items()
        },
    }


def _plain_settings(callback: keras.callbacks.Callback) -> list[tuple[str, Any]]:
    """Return a callback's attributes, NumPy's numbers as Python's."""
    return [
        (name, value.item() if isinstance(value, np.generic) else value)
        for name, value in vars(callback).items()
    ]


def encode_model(model: keras.Model, store: Store) -> Json:
    """Return a model as its configuration, its compile settings and its weights."""
    try:
        whole = _whole(model)
        config = keras.saving.serialize_keras_object(whole)
        name_activations(whole, config)
    except Exception as error:
        return {"type": type(model).__name__, "problem": f"{type(error).__name__}: {error}"[:500]}
    config.pop("compile_config", None)
    try:
        compiled = model.get_compile_config() if model.compiled else None
        if compiled:
            compiled["loss"] = named_functions(model.loss, compiled.get("loss"))
            asked = model._compile_metrics and model._compile_metrics._user_metrics
            compiled["metrics"] = named_functions(asked, compiled.get("metrics"))
    except Exception as error:
        compiled = {"problem": f"{type(error).__name__}: {error}"[:500]}
    weights = [np.asarray(weight) for weight in model.get_weights()]
    size = sum(weight.nbytes for weight in weights)
    return {
        "type": type(model).__name__,
        "config": config,
        "compiled": compiled,
        "built": bool(model.built),
        "layers": len(model.layers),
        "input_length": _input_length(model),
        "learning_rate": _learning_rate(model),
        "weights": [store.array(weight, keep=size <= MAX_MODEL_BYTES) for weight in weights],
    }


def _whole(model: keras.Model) -> keras.Model:
    """Return a model that computes the same, and whose configuration has all of it.

    Of a Sequential that has a layer twice, Keras writes down the first place only. A class
    of the learner's own that is a Sequential could not be found where the model is rebuilt.
    """
    if not isinstance(model, keras.Sequential) or not model.built:
        return model
    layers = list(model.layers)
    twice = len({id(layer) for layer in layers}) < len(layers)
    own = type(model) is not keras.Sequential and type(model).call is keras.Sequential.call
    return keras.Model(model.inputs, model.outputs) if twice or own else model


def _learning_rate(model: keras.Model) -> float | None:
    """Return the rate that the model's optimizer has now; compile settings tell only its start."""
    try:
        return float(np.asarray(model.optimizer.learning_rate))
    except Exception:
        return None


def _input_length(model: keras.Model) -> int | None:
    """Return the `input_length` of an Embedding in front, which told Keras 2 the input's shape.

    Keras still takes it, and forgets it; only its private copy of the arguments has it.
    """
    layers = getattr(model, "layers", None)
    if not layers or not isinstance(layers[0], keras.layers.Embedding):
        return None
    arguments = getattr(getattr(layers[0], "_auto_config", None), "config", None)
    length = arguments.get("input_length") if isinstance(arguments, dict) else None
    return length if type(length) is int else None
