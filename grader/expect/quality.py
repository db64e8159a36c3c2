"""How good a model is, computed here, and expectations on that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from grader.expect.diagnosis import why_missed
from grader.expect.known_data import Pair
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.training import Training

Measure: TypeAlias = Callable[[np.ndarray, np.ndarray], float]
"""A quality of a model's outputs, of labels and outputs: `binary_accuracy`."""


def binary_accuracy(labels: np.ndarray, outputs: np.ndarray) -> float:
    """Return the share of single outputs on the right side of 0.5, over all of them."""
    return float(np.mean((outputs > 0.5) == (labels > 0.5)))


def categorical_accuracy(labels: np.ndarray, outputs: np.ndarray) -> float:
    """Return the share of rows whose largest output is at the label's one."""
    return float(np.mean(outputs.argmax(axis=1) == labels.argmax(axis=1)))


def outputs_on(model: Model, pair: Pair) -> np.ndarray:
    """Return what a model makes of these features, in the labels' shape.

    Raises:
        CheckFailed: it gives outputs of another shape.
    """
    outputs = model.predict(pair.x)
    if outputs.shape not in {pair.y.shape, (*pair.y.shape, 1)}:
        raise CheckFailed(
            expected=f"outputs of shape {pair.y.shape}",
            got=f"outputs of shape {outputs.shape}",
            message=f"`{model.name}` is not the network of this exercise any more.",
            line=model.line,
            cause="another network",
        )
    return outputs.reshape(pair.y.shape)


def measured(model: Model, pair: Pair, measure: Measure) -> float:
    """Return a quality of a model on these data, computed here."""
    return measure(pair.y, outputs_on(model, pair))


def expect_at_least(what: str, got: float, minimum: float, model: Model, why: str = "") -> None:
    """Expect a quality that was computed here to reach its calibrated minimum."""
    if not got >= minimum:
        message, line = why_missed(
            model.trainings,
            why
            or "The model has learned less than it should have. Look at how it is trained: "
            "data, epochs, loss.",
            model.trainings[-1].line if model.trainings else model.line,
        )
        raise CheckFailed(
            expected=f"{what} of at least {minimum:.3f}",
            got=f"{got:.3f}",
            message=message,
            line=line,
        )


def binary_gain(trainings: list[Training], pair: Pair) -> float:
    """Return by which share these trainings of a model have lowered its binary crossentropy.

    Args:
        trainings: in order, all of the same model, which has one output.
        pair: to compute the loss on; the labels are 0 and 1, shape (n,).
    """
    before, after = (
        np.clip(outputs_on(model, pair).astype(float), 1e-7, 1 - 1e-7)
        for model in (trainings[0].before, trainings[-1].after)
    )
    losses = [-np.mean(np.log(np.where(pair.y > 0.5, p, 1 - p))) for p in (before, after)]
    return float(1 - losses[1] / losses[0])


def expect_gain(got: float, least: float, model: Model) -> None:
    """Expect that training has lowered the loss by a share; see `binary_gain`."""
    if not got >= least:
        message, line = why_missed(
            model.trainings,
            "The model has hardly learned; it was only lucky to start out well. Look at how it is "
            "compiled and trained.",
            model.line,
        )
        raise CheckFailed(
            expected=f"training that lowers the loss by {least:.0%} or more",
            got=f"{got:.1%}",
            message=message,
            line=line,
        )
