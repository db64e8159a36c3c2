"""Data that come in batches: the arrays that are in a `tf.data.Dataset`.

Runs in the learner's process. So that checks need not care in which form the data came,
a call with a dataset is recorded as if it had been given the arrays.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

MAX_BATCHES = 100_000
MAX_BYTES = 64_000_000
"""What a dataset may hold to be looked through; MNIST's pixels as they come take 47 MB."""

_PARTS = ("x", "y", "sample_weight")


def as_arrays(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a call's arguments with arrays, and the size of a batch, in place of datasets.

    Args:
        arguments: of `fit`, `evaluate` or `predict`, by name, defaults included.
    """
    plain = dict(arguments)
    found = _parts_of(arguments.get("x"))
    if found is not None:
        plain |= {name: part for name, part in zip(_PARTS, found, strict=False) if name in plain}
        if plain.get("batch_size", 0) is None:
            plain["batch_size"] = _batch_size(arguments["x"])
    validation = _parts_of(arguments.get("validation_data"))
    if validation is not None:
        plain["validation_data"] = tuple(validation)
    return plain


def _parts_of(data: Any) -> list[np.ndarray] | None:
    """Return features, labels and so on, a row for each sample, in the order in which they came.

    None for what is no dataset, has no end, does not know it, or is too large.
    """
    if not isinstance(data, tf.data.Dataset) or not 0 < int(data.cardinality()) <= MAX_BATCHES:
        return None
    batches: list[tuple[np.ndarray, ...]] = []
    size = 0
    try:
        for element in data:
            batch = element if isinstance(element, tuple) else (element,)
            batches.append(tuple(keras.ops.convert_to_numpy(part) for part in batch))
            size += sum(part.nbytes for part in batches[-1])
            if size > MAX_BYTES:
                return None
        return [np.concatenate(part) for part in zip(*batches, strict=True)]
    except Exception:  # it holds something else, or ends in an error: Keras will tell
        return None


def _batch_size(data: tf.data.Dataset) -> int:
    first = next(iter(data))
    return len(first[0] if isinstance(first, tuple) else first)
