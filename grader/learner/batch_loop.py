"""Trainings in a loop of the learner's own: what train_on_batch gets, taken together as epochs.

Runs in the learner's process. A loop that goes through its rows again and again is recorded as
fit would be that goes through them as often.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from grader.learner.encoding import as_array

MAX_BATCHES = 200_000
MAX_KEPT_BYTES = 64_000_000
"""Of the first batches, for the rows of an epoch; those of later ones are only compared."""

_DATA = ("x", "y")
_WEIGHTS = ("sample_weight", "class_weight")


class BatchLoop:
    """The batches that one model was trained on in a row."""

    def __init__(self, model: keras.Model, call: int) -> None:
        """Begin without any.

        Args:
            model: that is trained.
            call: the number of its record.
        """
        self.model = model
        self.call = call
        self._sums = {0: 0}
        """What all rows so far add up to, by their number; the same rows in any order are alike."""
        self._kept: list[dict[str, np.ndarray]] = []
        self._room = MAX_KEPT_BYTES
        self._weights: dict[str, Any] = {}
        self._is_known = True
        self.batches = 0
        """How many there are."""

    def add(self, given: Mapping[str, Any]) -> None:
        """Add what a call was given, by name."""
        self.batches += 1
        data = {name: as_array(given[name]) for name in _DATA if given.get(name) is not None}
        arrays = [array for array in data.values() if array is not None and array.size]
        rows = len(arrays[0]) if arrays and arrays[0].ndim else 0
        whole = len(arrays) == len(data) and all(array.shape[:1] == (rows,) for array in arrays)
        self._is_known = self._is_known and whole and self.batches <= MAX_BATCHES
        if not self._is_known:
            return
        before, total = next(reversed(self._sums.items()))
        self._sums[before + rows] = total + _sum_of(arrays)
        self._room -= sum(array.nbytes for array in arrays)
        if self._room >= 0:  # the learner may write into an array again
            self._kept.append(dict(zip(data, map(np.array, arrays), strict=True)))
        for name in _WEIGHTS:
            if name not in self._weights and _counts(given.get(name)):
                self._weights[name] = given[name]

    def as_fit(self) -> dict[str, Any] | None:
        """Return what fit would have been given for the same; None where that cannot be told.

        An epoch is as short as it can be for all epochs to have the same rows.
        """
        if not self._is_known:
            return None
        rows = next(reversed(self._sums))
        if not rows:
            return None
        size = next(size for size in self._sums if size and self._comes_again(size, rows))
        number = list(self._sums).index(size)
        first = self._kept[:number]
        if len(first) < number or len({*map(tuple, first)}) > 1:
            return None
        if any(len({batch[name].shape[1:] for batch in first}) > 1 for name in first[0]):
            return None
        data = {name: np.concatenate([batch[name] for batch in first]) for name in first[0]}
        epochs = rows // size
        return (
            data | {"epochs": epochs, "batch_size": self._batch_size(size, epochs)} | self._weights
        )

    def _comes_again(self, size: int, rows: int) -> bool:
        """Whether each SIZE rows are the same as the first ones."""
        if rows % size:
            return False
        first = self._sums[size]
        return all(
            self._sums.get(turn * size) == turn * first for turn in range(2, rows // size + 1)
        )

    def _batch_size(self, size: int, epochs: int) -> int | None:
        """Return how many rows all batches have but the last of an epoch; None if they differ."""
        of_one = next(rows for rows in self._sums if rows)
        even = all(rows % size % of_one == 0 for rows in self._sums)
        return of_one if even and self.batches == epochs * -(-size // of_one) else None


def _sum_of(arrays: list[np.ndarray]) -> int:
    """Return the sum of one number for each row, made of all that stands in it."""
    with np.errstate(all="ignore"):
        tables = [
            np.ascontiguousarray(array, dtype=np.float32).reshape(len(array), -1)
            for array in arrays
        ]
    rows = [table.view(f"V{table.strides[0]}").ravel().tolist() for table in tables]
    return sum(map(hash, zip(*rows, strict=True)))


def _counts(weights: object) -> bool:
    """Whether weights of rows or classes make any count more than another."""
    if weights is None:
        return False
    numbers = list(weights.values()) if isinstance(weights, Mapping) else as_array(weights)
    return numbers is None or bool(np.any(np.asarray(numbers) != 1))
