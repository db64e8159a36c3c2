"""Data that come in batches: the arrays that a dataset or a generator holds.

Runs in the learner's process. So that checks need not care in which form the data came,
a call with batches is recorded as if it had been given the arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import GeneratorType
from typing import Any

import keras
import numpy as np
import tensorflow as tf

MAX_BATCHES = 100_000
MAX_BYTES = 64_000_000
"""What is read in advance at most; MNIST's pixels as they come take 47 MB."""

_PARTS = ("x", "y", "sample_weight")

Batch = tuple[np.ndarray, ...]


def as_arrays(arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a call's arguments as Keras is to get them, and with arrays in place of batches.

    What Keras gets differs in generators only: these can be read but once, so that others
    which yield the same take their place.

    Args:
        arguments: of `fit`, `evaluate` or `predict`, by name, defaults included.
    """
    given, plain = dict(arguments), dict(arguments)
    if _holds_batches(arguments.get("x")):
        steps = arguments.get("steps_per_epoch") or arguments.get("steps")
        given["x"], batches = _read(arguments["x"], steps)
        if arrays := _joined(batches):
            found: dict[str, Any] = dict(zip(_PARTS, arrays, strict=False))
            found |= {"batch_size": len(batches[0][0]), "steps_per_epoch": None}
            plain |= {name: value for name, value in found.items() if name in plain}
    if _holds_batches(arguments.get("validation_data")):
        data = arguments["validation_data"]
        given["validation_data"], batches = _read(data, arguments.get("validation_steps"))
        if arrays := _joined(batches):
            plain["validation_data"] = arrays
    return given, plain


def is_endless(data: Any) -> bool:
    """Whether this is a dataset that is known to have no end."""
    if not isinstance(data, tf.data.Dataset):
        return False
    return bool(tf.data.experimental.cardinality(data) == tf.data.INFINITE_CARDINALITY)


def _holds_batches(data: Any) -> bool:
    return isinstance(data, tf.data.Dataset | keras.utils.PyDataset | GeneratorType)


def _joined(batches: list[Batch]) -> Batch:
    """Return the batches' parts, each as one array; nothing if they do not fit together."""
    try:
        return tuple(np.concatenate(part) for part in zip(*batches, strict=True))
    except ValueError:
        return ()


def _read(data: Any, steps: Any) -> tuple[Any, list[Batch]]:
    """Return the data for Keras to read from the start, and the batches of one epoch.

    No batches where these have no end, are too large, or hold something else.

    Args:
        data: a dataset or a generator.
        steps: how many batches make an epoch; None for all.
    """
    limit = int(steps) if isinstance(steps, int | np.integer) and steps > 0 else None
    seen: list[Any] = []
    batches: list[Batch] = []
    size = 0
    error: Exception | None = None
    reader = iter(data)
    try:
        for element in islice(reader, limit):
            seen.append(element)
            batches.append(_as_batch(element))
            size += sum(part.nbytes for part in batches[-1])
            if not batches[-1] or size > MAX_BYTES or len(batches) > MAX_BATCHES:
                batches = []
                break
    except Exception as raised:  # Keras will come to it again, and tell
        batches, error = [], raised
    if isinstance(data, GeneratorType):
        data = _again(seen, error, reader)
    return data, batches


def _as_batch(element: Any) -> Batch:
    """Return features, labels and so on as arrays; nothing if these are something else."""
    parts = element if isinstance(element, tuple) else (element,)
    try:
        arrays = tuple(np.asarray(keras.ops.convert_to_numpy(part)) for part in parts)
    except Exception:
        return ()
    return arrays if all(array.ndim for array in arrays) else ()


def _again(seen: list[Any], error: Exception | None, rest: Iterator[Any]) -> Iterator[Any]:
    """Yield what was read already, and then what follows."""
    yield from seen
    if error is not None:
        raise error
    yield from rest
