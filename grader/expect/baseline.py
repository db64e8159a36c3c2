"""What a model has over the simplest one: the same answer for every row.

It says whether a training has led anywhere where no task says what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.expect import spellings

_TINY = 1e-7

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


_LOSSES: dict[str, tuple[Loss, Callable[..., np.ndarray]]] = {
    "mean_squared_error": (_mean_squared_error, np.mean),
    "mean_absolute_error": (_mean_absolute_error, np.median),
    "binary_crossentropy": (_binary_crossentropy, np.mean),
    "categorical_crossentropy": (_categorical_crossentropy, np.mean),
}
"""Each loss, and what gives the best answer for all rows."""

_SPARSE = "sparse_categorical_crossentropy"


def compare(labels: np.ndarray, outputs: np.ndarray, setting: object) -> tuple[float, float] | None:
    """Return a model's loss, and that of the best answer that is the same for every row.

    Args:
        labels: of some rows.
        outputs: of the model for them.
        setting: the loss, as compile settings tell it.

    Returns:
        None where the loss is another one, or the labels do not fit it.
    """
    name = spellings.loss_name(setting) or ""
    labels, outputs = np.asarray(labels, float), np.asarray(outputs, float)
    if spellings.takes_logits(setting):
        outputs = _probabilities(outputs, several=name != "binary_crossentropy")
    if name == _SPARSE:
        if labels.size != outputs.size // outputs.shape[-1]:
            return None
        classes = labels.ravel().astype(int)
        if classes.min() < 0 or classes.max() >= outputs.shape[-1]:
            return None
        name, labels = "categorical_crossentropy", np.eye(outputs.shape[-1])[classes]
    if name not in _LOSSES or labels.size != outputs.size or not np.isfinite(outputs).all():
        return None
    if name.endswith("crossentropy") and (
        min(labels.min(), outputs.min()) < -_TINY or max(labels.max(), outputs.max()) > 1 + 1e-4
    ):
        return None
    columns = outputs.shape[-1] if name == "categorical_crossentropy" else outputs[0].size
    labels, outputs = labels.reshape(-1, columns), outputs.reshape(-1, columns)
    loss, best = _LOSSES[name]
    same = np.broadcast_to(best(labels, axis=0), labels.shape)
    return loss(labels, outputs), loss(labels, same)


def _probabilities(scores: np.ndarray, *, several: bool) -> np.ndarray:
    """Return what raw scores stand for: of several classes, or each for itself."""
    if several:
        found = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares: np.ndarray = found / found.sum(axis=-1, keepdims=True)
        return shares
    alone: np.ndarray = 1 / (1 + np.exp(-np.clip(scores, -60, 60)))
    return alone
