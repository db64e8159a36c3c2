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
MAX_SEEN_BYTES = 256_000_000
"""What may be read of a generator to find out whether it ends; slices of an array take nothing."""

_PARTS = ("x", "y", "sample_weight")

Batch = tuple[np.ndarray, ...]


class NoEnd(Exception):
    """Data went on after more batches than an epoch may have, and no call says how many it has."""

    def __init__(self, holder: str, batches: int) -> None:
        super().__init__()
        self.holder = holder
        self.batches = batches
        self.validation = False


def as_arrays(
    arguments: dict[str, Any], most_batches: int | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a call's arguments as Keras is to get them, and with arrays in place of batches.

    What Keras gets differs in generators only: these can be read but once, so that others
    which yield the same take their place.

    Args:
        arguments: of `fit`, `evaluate` or `predict`, by name, defaults included.
        most_batches: that an epoch may have where nothing tells how many it has; 0 for any number
            that has an end, None for data without one as well.

    Raises:
        NoEnd: there are more.
    """
    given, plain = dict(arguments), dict(arguments)
    if _holds_batches(arguments.get("x")):
        steps = arguments.get("steps_per_epoch") or arguments.get("steps")
        given["x"], batches = _read(arguments["x"], steps, most_batches)
        if arrays := _joined(batches):
            parts: dict[str, Any] = dict(zip(_PARTS, arrays, strict=False))
            parts |= {"batch_size": len(batches[0][0]), "steps_per_epoch": None}
            plain |= {name: value for name, value in parts.items() if name in plain}
    if _holds_batches(arguments.get("validation_data")):
        data = arguments["validation_data"]
        try:
            found = _read(data, arguments.get("validation_steps"), most_batches)
        except NoEnd as error:
            error.validation = True
            raise
        given["validation_data"], batches = found
        if arrays := _joined(batches):
            plain["validation_data"] = arrays
    return given, plain


def _is_endless(data: Any) -> bool:
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


def _read(data: Any, steps: Any, most: int | None) -> tuple[Any, list[Batch]]:
    """Return the data for Keras to read from the start, and the batches of one epoch.

    No batches where these have no end, are too large, or hold something else.

    Args:
        data: a dataset or a generator.
        steps: how many batches make an epoch; None for all.
        most: how many may make one where STEPS is None; see `as_arrays`.

    Raises:
        NoEnd: there are more.
    """
    limit = int(steps) if isinstance(steps, int | np.integer) and steps > 0 else None
    most = None if limit else most
    if limit is None and _is_endless(data):
        if most is not None:
            raise NoEnd("dataset", 0)
        return data, []
    again = isinstance(data, GeneratorType)
    seen: list[Any] = []
    batches: list[Batch] = []
    number = size = held = 0
    counts_only = False
    error: Exception | None = None
    reader = iter(data)
    try:
        for number, element in enumerate(islice(reader, limit), 1):
            if again:
                seen.append(element)
                held += _bytes_of_its_own(element) if most else 0
            if most and number > most:
                break
            if not counts_only:
                batches.append(_as_batch(element))
                size += sum(part.nbytes for part in batches[-1])
                counts_only = not batches[-1] or size > MAX_BYTES or len(batches) > MAX_BATCHES
            if counts_only:
                batches = []
                if not most or held > MAX_SEEN_BYTES:
                    break
    except Exception as raised:  # Keras will come to it again, and tell
        batches, error = [], raised
    if most and number > most:
        raise NoEnd(_holder(data), most)
    if again:
        data = _again(seen, error, reader)
    return data, batches


def _holder(data: Any) -> str:
    if isinstance(data, tf.data.Dataset):
        return "dataset"
    return "generator" if isinstance(data, GeneratorType) else "PyDataset"


def _bytes_of_its_own(element: Any) -> int:
    """Return what a batch takes beside the arrays that it is cut from."""
    parts = element if isinstance(element, tuple | list) else (element,)
    return sum(
        0 if isinstance(part, np.ndarray) and part.base is not None else _size(part)
        for part in parts
    )


def _size(part: Any) -> int:
    try:
        return int(np.prod(part.shape)) * 8
    except (AttributeError, TypeError, ValueError):
        return 1_000


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
