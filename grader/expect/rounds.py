"""Expectations on several trainings of one file, and on the models as each one left them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import Call, Number, Numbers, Sequence
from grader.expect.arrays import shape_text
from grader.expect.findings import Evidence, kind_text
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, CheckSkipped
from grader.places import Said, said

MixUps = dict[str, tuple[Said, list[float]]]
"""Numbers that a mix-up gives: by its cause, what they are in words, and the numbers."""


def model_after(evidence: Evidence, call: Call) -> Model:
    """Return a training's model as it was right after it."""
    return _model(evidence, call).with_weights(call.weights_after)


def model_before(evidence: Evidence, call: Call) -> Model:
    """Return a training's model as it was right before it."""
    return _model(evidence, call).with_weights(call.weights_before)


def _model(evidence: Evidence, call: Call) -> Model:
    if call.model is None:
        raise DamagedEvidence("a training has no model")
    return evidence.model_by_number(call.model)


def _marks(weights: list[Numbers] | None) -> tuple[str, ...]:
    """Return something that is the same for the same weights; nothing of weights not kept."""
    return tuple(weight.digest for weight in weights or [])


def binary_gain(
    evidence: Evidence, calls: list[Call], features: np.ndarray, labels: np.ndarray
) -> float:
    """Return by which share these trainings of a model have lowered its binary crossentropy.

    Args:
        evidence: of the run.
        calls: of fit, in order, all of the same model.
        features: to compute the loss on, a row each.
        labels: 0 and 1, shape (n,).
    """
    before, after = (
        np.clip(model.predict(features).ravel().astype(float), 1e-7, 1 - 1e-7)
        for model in (model_before(evidence, calls[0]), model_after(evidence, calls[-1]))
    )
    losses = [-np.mean(np.log(np.where(labels > 0.5, p, 1 - p))) for p in (before, after)]
    return float(1 - losses[1] / losses[0])


def expect_gain(got: float, least: float, model: Model) -> None:
    """Expect that training has lowered the loss by a share; see `binary_gain`."""
    if not got >= least:
        raise CheckFailed(
            expected=f"training that lowers the loss by {least:.0%} or more",
            got=f"{got:.1%}",
            message="The model has hardly learned; it was only lucky to start out well. Look at "
            "how it is compiled and trained.",
            line=model.line,
        )


def expect_same_start(evidence: Evidence, calls: list[Call]) -> None:
    """Expect all these trainings to start from the same weights, those of an untrained model.

    Raises:
        CheckFailed: one goes on where an earlier one ended, or starts from other weights.
        CheckSkipped: there are not two of them, or their weights were not kept.
    """
    if len(calls) < 2:
        raise CheckSkipped("there is only one training")
    if any(call.weights_before is None for call in calls):
        raise CheckSkipped("the weights of this training were not kept")
    everything = evidence.calls("fit")
    first = everything[0] if everything[0].model == calls[0].model else calls[0]
    start = _marks(first.weights_before)
    for number, call in enumerate(calls, start=1):
        before = _marks(call.weights_before)
        if before == start != ():
            continue
        goes_on = before != () and before in [_marks(other.weights_after) for other in everything]
        raise CheckFailed(
            expected=f"training {number} starts from the initial weights",
            got="it starts where an earlier training ended"
            if goes_on
            else "it starts from other weights",
            message="The model still knows what it learned before. Set its weights back before "
            "each training."
            if goes_on
            else "These are new random weights. The trainings can only be compared if all of them "
            "start from the same ones.",
            line=call.line,
        )


def _is_close(got: float, true: float) -> bool:
    return abs(got - true) <= 0.002 or got == round(true, 2)


def _all_close(got: np.ndarray, true: list[float]) -> bool:
    return len(got) == len(true) and all(map(_is_close, got, true))


def _losses(evidence: Evidence) -> list[float]:
    results = [call.result for call in evidence.calls("evaluate")]
    first = [result.items[0] for result in results if isinstance(result, Sequence) and result.items]
    return [float(loss.value) for loss in first if isinstance(loss, Number)]


def expect_accuracies(
    evidence: Evidence,
    name: str,
    true: list[float],
    *,
    after: list[str],
    mix_ups: Callable[[], MixUps],
    line: int | None,
) -> None:
    """Expect NAME to hold these accuracies, one of each training.

    Args:
        evidence: of the run.
        name: of the learner's list.
        true: what the learner's own models give.
        after: what each training was, for the message: "125 digits".
        mix_ups: returns what the usual mix-ups give; it is called only for a wrong list.
        line: of the learner's file, to blame.

    Raises:
        CheckFailed: another number of accuracies, or other ones.
        CheckSkipped: some are missing because the file stopped.
    """
    found = evidence.value(name, f"{len(true)} accuracies")
    empty = isinstance(found, Sequence) and found.type == "list" and not found.length
    got = np.array([]) if empty else evidence.array(name).astype(float)
    if got.shape != (len(true),):
        if got.size == len(true) - 1 and evidence.ended_early:  # only the last is still to come
            raise evidence.not_before(f"`{name}` was complete")
        shape = f"shape {shape_text(got.shape)}" if got.ndim else kind_text(found)
        raise CheckFailed(
            expected=f"`{name}` with {len(true)} numbers, one of each training",
            got="an empty list" if empty else shape,
            message="evaluate gives the loss and the accuracy. Keep only the accuracy."
            if got.shape == (len(true), 2)
            else f"Add one accuracy to `{name}` in each round of the loop.",
            line=line,
        )
    off = [not _is_close(*pair) for pair in zip(got, true, strict=True)]
    if not any(off):
        return
    if _all_close(got / 100, true):
        evidence.tip(f"`{name}` is in per cent. Keras gives accuracies between 0 and 1.")
        return
    message: Said = f"`{name}` is not what the model gives after each training. Use evaluate."
    cause = ""
    if all(any(abs(value - loss) < 1e-5 for loss in _losses(evidence)) for value in got):
        message = f"`{name}` holds losses. The accuracy is what evaluate gives second."
    for mix_up, (description, values) in mix_ups().items():
        if _all_close(got, values):
            message, cause = said(f"`{name}` holds ", description, "."), mix_up
            break
    place = off.index(True)
    raise CheckFailed(
        expected=f"{true[place]:.4f} after {after[place]}",
        got=f"{got[place]:.4f}",
        message=message,
        line=line,
        cause=cause,
    )
