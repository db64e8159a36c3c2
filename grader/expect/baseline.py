"""What a model has over the simplest one: the same answer for every row.

It says whether a training has led anywhere where no task says what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.expect import spellings

_TINY = 1e-7
_LARGEST = 5_000_000
"""How many numbers a table may have that is made here of the numbers of classes."""

Loss = Callable[[np.ndarray, np.ndarray], float]
"""Of labels and outputs, both of shape (rows, columns)."""


def _binary_crossentropy(labels: np.ndarray, outputs: np.ndarray) -> float:
    sure = np.clip(outputs, _TINY, 1 - _TINY)
    return float(-np.mean(labels * np.log(sure) + (1 - labels) * np.log(1 - sure)))


def _categorical_crossentropy(labels: np.ndarray, outputs: np.ndarray) -> float:
    return float(-np.mean(np.sum(labels * np.log(np.clip(outputs, _TINY, 1)), axis=1)))


def _mean_squared_error(labels: np.ndarray, outputs: np.ndarray) -> float:
    return float(np.mean((labels - outputs) ** 2))


def _mean_absolute_error(labels: np.ndarray, outputs: np.ndarray) -> float:
    return float(np.mean(np.abs(labels - outputs)))


def _huber(labels: np.ndarray, outputs: np.ndarray) -> float:
    off = np.abs(labels - outputs)
    return float(np.mean(np.where(off <= 1, off**2 / 2, off - 0.5)))


_LOSSES: dict[str, tuple[Loss, Callable[..., np.ndarray]]] = {
    "mean_squared_error": (_mean_squared_error, np.mean),
    "mean_absolute_error": (_mean_absolute_error, np.median),
    "huber": (_huber, np.median),
    "binary_crossentropy": (_binary_crossentropy, np.mean),
    "categorical_crossentropy": (_categorical_crossentropy, np.mean),
}
"""Each loss, and what gives the best answer for all rows; of Huber's, one that is nearly so."""

_SPARSE = "sparse_categorical_crossentropy"


def simplest_loss(labels: np.ndarray, setting: object) -> float | None:
    """Return the loss of the best answer that is the same for every row.

    Args:
        labels: of some rows.
        setting: the loss, as compile settings tell it.

    Returns:
        None where the loss is another one, or the labels do not fit it.
    """
    found = _table(labels, setting)
    if found is None:
        return None
    name, table = found
    loss, best = _LOSSES[name]
    return loss(table, np.broadcast_to(best(table, axis=0), table.shape))


def loss_of(labels: np.ndarray, outputs: np.ndarray, setting: object) -> float | None:
    """Return the loss of a model's outputs; see `simplest_loss`."""
    found = _table(labels, setting, outputs.shape[-1])
    if found is None or not outputs.size or not np.isfinite(outputs).all():
        return None
    name, table = found
    if spellings.takes_logits(setting):
        outputs = _probabilities(outputs, several=name != "binary_crossentropy")
    if outputs.size != table.size:
        return None
    if name.endswith("crossentropy") and not _are_shares(outputs):
        return None
    return _LOSSES[name][0](table, outputs.reshape(table.shape).astype(float))


def _table(
    labels: np.ndarray, setting: object, classes: int | None = None
) -> tuple[str, np.ndarray] | None:
    """Return which of the losses it is, and the labels as rows and columns that it takes."""
    name = spellings.loss_name(setting) or ""
    labels = np.asarray(labels, float)
    if not labels.size or not np.isfinite(labels).all():
        return None
    if name == _SPARSE:
        numbers = labels.ravel().astype(int)
        count = classes or int(numbers.max()) + 1
        if numbers.min() < 0 or numbers.max() >= count or count * numbers.size > _LARGEST:
            return None
        table = np.zeros((numbers.size, count))
        table[np.arange(numbers.size), numbers] = 1
        return "categorical_crossentropy", table
    if name not in _LOSSES or (name.endswith("crossentropy") and not _are_shares(labels)):
        return None
    columns = labels.shape[-1] if name == "categorical_crossentropy" else labels[0].size
    return name, labels.reshape(-1, columns)


def _are_shares(numbers: np.ndarray) -> bool:
    return bool(numbers.min() >= -_TINY and numbers.max() <= 1 + 1e-4)


def _probabilities(scores: np.ndarray, *, several: bool) -> np.ndarray:
    """Return what raw scores stand for: of several classes, or each for itself."""
    if several:
        found = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares: np.ndarray = found / found.sum(axis=-1, keepdims=True)
        return shares
    alone: np.ndarray = 1 / (1 + np.exp(-np.clip(scores, -60, 60)))
    return alone
