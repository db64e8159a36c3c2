"""What a learner has done to the data of an exercise before giving them to fit."""

from __future__ import annotations

import numpy as np

from grader.expect.course import array_of
from grader.expect.known_data import KnownPair, has_same_rows, is_same
from grader.expect.training import Training

_ALIKE = 1 - 1e-5
"""The correlation of numbers with the same numbers on another scale."""

_FEW = 64
"""Columns that may each have a scale of their own."""


def how_data_differ(training: Training, pair: KnownPair) -> str:
    """Return in a sentence or two how fit's data come from these; "" where that cannot be told."""
    evidence = training.evidence
    same_rows = [
        has_same_rows(evidence, [found], [array])
        for found, array in ((training.features, pair.x), (training.labels, pair.y))
    ]
    if all(same_rows):
        return (
            f"The rows do not belong together any more: `{pair.features}` and `{pair.labels}` "
            "are in different orders. Each label must stand in the row of its features."
        )
    x, y = (array_of(evidence, found) for found in (training.features, training.labels))
    labels = "" if y is None or is_same(training.labels, pair.y) else _labels(y, pair)
    if labels:
        return labels
    if x is not None and not same_rows[0] and (scale := _scale(x, pair.x)):
        return f"The features are `{pair.features}` on another scale: they go {scale}."
    return ""


def _labels(labels: np.ndarray, pair: KnownPair) -> str:
    if labels.size != pair.y.size:
        return ""
    mine, right = labels.reshape(pair.y.shape), pair.y
    if set(np.unique(right)) <= {0, 1} and np.array_equal(mine, 1 - right):
        return f"The labels are `{pair.labels}` with 0 and 1 in each other's place."
    if right.ndim == 2 and right.shape[1] > 1 and _is_columns_of(mine, right):
        return f"The labels are `{pair.labels}` with the columns, the classes, in another order."
    scale = _scale(mine, right)
    return f"The labels are `{pair.labels}` on another scale: they go {scale}." if scale else ""


def _is_columns_of(mine: np.ndarray, right: np.ndarray) -> bool:
    columns = sorted(map(bytes, np.ascontiguousarray(right.T, dtype=np.float32)))
    return sorted(map(bytes, np.ascontiguousarray(mine.T, dtype=np.float32))) == columns


def _scale(mine: np.ndarray, right: np.ndarray) -> str:
    """Return the range of the same numbers on another scale; "" where they are not the same."""
    if mine.size != right.size or not np.isfinite(mine.astype(float)).all():
        return ""
    rows = len(right)
    tables = [array.reshape(rows, -1).astype(float) for array in (mine, right)]
    columns = tables[0].shape[1]
    parts = range(columns) if 1 < columns <= _FEW else ()
    alike = _correlation(tables[0], tables[1]) > _ALIKE or (
        bool(parts) and all(_correlation(tables[0][:, n], tables[1][:, n]) > _ALIKE for n in parts)
    )
    if not alike:
        return ""
    return (
        f"from {mine.min():.4g} to {mine.max():.4g} in place of {right.min():.4g} "
        f"to {right.max():.4g}"
    )


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return how much numbers go together, or against each other; 1 where neither ever changes."""
    first, second = one - one.mean(), other - other.mean()
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    if size == 0:
        return float(not first.any() and not second.any())
    return abs(float((first * second).sum() / size))
