"""Callbacks that a task does not ask for: those count that change what is learned.

A callback that had no effect in this training is free, as are those that only print, save or wait
for what did not come.
"""

from __future__ import annotations

import numpy as np

from grader.expect.outcome import CheckFailed
from grader.expect.training import Training

_RATES = ("ReduceLROnPlateau", "LearningRateScheduler")
_RATE = "learning_rate"
"""Under which a callback that changes the rate writes it into the history."""


def expect_no_rate_changed(training: Training) -> None:
    """Expect that no callback changed the learning rate, or set weights back, in a training.

    Raises:
        CheckFailed: naming the callback, and what it did.
    """
    for callback in training.callbacks:
        if callback.type in _RATES and (rates := _rates(training)):
            raise CheckFailed(
                expected="a learning rate that stays as it is",
                got=f"{callback.type}, which made it {rates}",
                message="The task does not ask for this callback, and it changes how the model "
                "learns. Leave it out.",
                line=training.line,
            )
        if callback.type == "SwapEMAWeights":
            raise CheckFailed(
                expected="the weights that the training led to",
                got="SwapEMAWeights, which puts averages in their place",
                message="The task does not ask for this callback. Leave it out.",
                line=training.line,
            )
    best = _set_back(training)
    if best is not None:
        raise CheckFailed(
            expected=f"the weights after all {training.epochs} epochs",
            got=f"those of epoch {best}: EarlyStopping has set them back",
            message="`restore_best_weights` puts the weights of the best epoch back, also where "
            "nothing was stopped. The task does not ask for it.",
            line=training.line,
        )


def _rates(training: Training) -> str:
    """Return how the rate of a training went, as its history has it; "" where it stayed."""
    if not training.call.done:
        return ""
    rates = training.history.metrics.get(_RATE, [])
    if len(rates) < 2 or np.allclose(rates, rates[0], rtol=1e-4, atol=0):
        return ""
    return f"go from {rates[0]:.3g} to {rates[-1]:.3g}"


def _set_back(training: Training) -> int | None:
    """Return the epoch whose weights an EarlyStopping put back that stopped nothing."""
    if not training.call.done or training.epochs < training.epochs_asked:
        return None
    for callback in training.callbacks:
        told = callback.settings
        if callback.type == "EarlyStopping" and told.get("restore_best_weights") is True:
            values = training.history.metrics.get(str(told.get("monitor")), [])
            if not values:
                continue
            lowest = told.get("mode") == "min" or (
                told.get("mode") == "auto" and "acc" not in str(told.get("monitor"))
            )
            best = int(np.argmin(values) if lowest else np.argmax(values)) + 1
            if best < len(values):
                return best
    return None


def who_ended(trainings: list[Training], epochs: int) -> str:
    """Return what to say of too few epochs where a callback has ended a training; "" where not.

    Args:
        trainings: of one model.
        epochs: that the task asks for.
    """
    asked = sum(training.epochs_asked for training in trainings)
    ended = [one for one in trainings if one.epochs < one.epochs_asked]
    kinds = [
        callback.type
        for training in ended
        for callback in training.callbacks
        if callback.type in {"EarlyStopping", "TerminateOnNaN"}
    ]
    if asked != epochs or not kinds:
        return ""
    if kinds[0] == "TerminateOnNaN":
        return "TerminateOnNaN has ended the training: its loss became NaN or infinite."
    return (
        f"fit was asked for all of them, and {kinds[0]} has ended the training before. The task "
        "does not ask for this callback."
    )
