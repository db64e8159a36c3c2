"""Turning a learner's values into evidence: plain JSON, and arrays as `.npy` files.

Runs in the learner's process. `grader.engine.evidence` reads the result back and
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

Json = Any

MAX_ARRAY_BYTES = 16_000_000
MAX_STORED_BYTES = 200_000_000
MAX_ITEMS = 5_000
MAX_DEPTH = 5


class Store:
    """The evidence folder: arrays by the hash of their content, objects by a number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects: dict[int, tuple[int, object]] = {}
        self.models: list[keras.Model] = []
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

    def array(self, value: np.ndarray) -> Json:
        """Store an array of numbers once; return its shape, type and file.

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
        if plain.nbytes <= MAX_ARRAY_BYTES and self._bytes + plain.nbytes <= MAX_STORED_BYTES:
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
        return {"kind": "model", "model": store.model_number(value)}
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
    return {"kind": "other", "type": type(value).__qualname__}


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
        for name, value in vars(callback).items()
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


def encode_model(model: keras.Model, store: Store) -> Json:
    """Return a model as its configuration, its compile settings and its weights."""
    try:
        config = keras.saving.serialize_keras_object(model)
    except Exception as error:
        return {"type": type(model).__name__, "problem": f"{type(error).__name__}: {error}"[:500]}
    config.pop("compile_config", None)
    try:
        compiled = model.get_compile_config() if model.compiled else None
    except Exception as error:
        compiled = {"problem": f"{type(error).__name__}: {error}"[:500]}
    return {
        "type": type(model).__name__,
        "config": config,
        "compiled": compiled,
        "built": bool(model.built),
        "weights": [store.array(np.asarray(weight)) for weight in model.get_weights()],
    }
