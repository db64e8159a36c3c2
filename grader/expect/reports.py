"""Expectations on numbers that a file reports: what they are of, and where they come from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.evidence.record import Call
from grader.evidence.values import Number, Sequence
from grader.expect.findings import Evidence
from grader.expect.known_data import Known, KnownPair, is_same, no_longer_given
from grader.expect.model import Model
from grader.expect.number_sources import (
    evaluated_losses,
    evaluations_with,
    features_of,
    loss_and_metrics,
    plain_numbers,
    was_on,
    where_from,
)
from grader.expect.outcome import CheckFailed
from grader.expect.quality import Measure, measured
from grader.expect.training import written_number
from grader.expect.value_words import kind_text
from grader.places import Said, said
from grader.sizes import shape_text

_TOLERANCE = 0.002
"""How far a reported number may lie off. One rounded to two or three digits is right as well."""

MixUps = dict[str, tuple[Said, list[float]]]
"""Numbers that a mix-up gives: by its cause, what they are in words, and the numbers."""


def expect_reported(
    evidence: Evidence,
    name: str,
    true: float,
    *,
    others: dict[Said, float],
    pair: KnownPair | None = None,
) -> None:
    """Expect the number in NAME to be the one that was computed here.

    Args:
        evidence: of the run.
        name: under which the learner reports it.
        true: what the learner's own model gives on the data that the step names.
        others: what a mix-up gives, by its description: `{"the accuracy on …": 0.83}`.
        pair: the data that the step names.

    Raises:
        CheckFailed: another number; the message says which mix-up gives it, if one does.
    """
    got = evidence.number(name)
    if abs(got - true) <= _TOLERANCE or got == round(true, 2) or got == round(true, 3):
        return
    if abs(got - 100 * true) <= 100 * _TOLERANCE:
        evidence.tip(
            f"`{name}` is in per cent. Keras gives accuracies between 0 and 1, and the task asks "
            "for such a number.",
            evidence.line_of(name),
        )
        return
    message = where_from(evidence, name, got, pair)
    for description, value in others.items():
        if _is_number(got, value):
            message = said(f"`{name}` is ", description, ".")
            break
    raise CheckFailed(
        expected=f"{true:.4f}",
        got=f"{got:.4f}",
        message=message,
        line=evidence.line_of(name),
    )


def _is_number(got: float, value: float) -> bool:
    """Whether a number is another one, or that one rounded: close to it is not enough."""
    return abs(got - value) <= 1e-5 or got in {round(value, digits) for digits in (2, 3, 4)}


def is_kept_elsewhere(model: Model, name: str, true: float) -> bool:
    """Whether a number that the file does not keep as NAME is there nevertheless; tell a tip.

    It is, if the file keeps it under one other name, or if it is what evaluate returned for the
    model after its training, and evaluate returned no other accuracy.

    Args:
        model: that was measured.
        name: that the step asks for.
        true: the number, computed here.
    """
    evidence = model.evidence
    if name in evidence.values or evidence.ended_early:
        return False
    others = [
        own
        for own, found in evidence.values.items()
        if evidence.line_of(own) is not None
        and isinstance(found, Number)
        and abs(float(found.value) - true) <= _SAME
    ]
    if len(others) == 1:
        evidence.tip_name(others[0], name)
        return True
    trained = max((training.position for training in model.trainings), default=-1)
    returned = {
        number
        for call in evidence.calls("evaluate", model)
        if call.position > trained
        for number in loss_and_metrics(call.result)[1][:1]
    }
    if others or len(returned) != 1 or abs(returned.pop() - true) > _SAME:
        return False
    evidence.tip(f"Keep the accuracy as `{name}`, so that you can go on with it.")
    return True


_SAME = 0.0005
"""How far two accuracies may lie apart that are the same: a printed one has three digits."""


def reported_number(model: Model, name: str, position: int = 0) -> float:
    """Return the number in NAME; where the file only printed it, what evaluate returned.

    Args:
        model: whose evaluation counts.
        name: that the step asks for.
        position: in what evaluate returns: 0 is the loss, 1 the first metric.
    """
    evidence = model.evidence
    calls = evidence.calls("evaluate", model)
    stopped_here = evidence.ended_early and evidence.binds(name)
    if name in evidence.values or not calls or stopped_here:
        return evidence.number(name)
    result = calls[-1].result
    loss, metrics = loss_and_metrics(result)
    numbers = [float(result.value)] if isinstance(result, Number) else [*loss, *metrics]
    if len(numbers) <= position:
        return evidence.number(name)
    evidence.tip(f"Give what evaluate returns the name `{name}`, so that you can go on with it.")
    return numbers[position]


def expect_reported_accuracy(
    model: Model, data: Known, measure: Measure, name: str = "accuracy"
) -> None:
    """Expect NAME to hold the model's accuracy on the test data; tell the usual mix-ups.

    Args:
        model: that was trained.
        data: of the exercise, to train on and to test with.
        measure: `binary_accuracy` or `categorical_accuracy`.
        name: under which the learner reports it.
    """
    evidence = model.evidence
    on_train, on_test = (measured(model, pair, measure) for pair in (data.train, data.test))
    if is_kept_elsewhere(model, name, on_test):
        return
    expect_not_only_on(model, name, data.train.x, "the training data")
    mix_ups = evaluated_losses(model)
    if any(
        was_on(call, evidence, data.train.x)
        for name_of_call in ("evaluate", "predict")
        for call in evidence.calls(name_of_call, model)
    ):
        mix_ups = {"the accuracy on the training data": on_train, **mix_ups}
    if _measured_too_early(model, name, data.test):
        too_early = "the accuracy on the test data before the training was over"
        mix_ups = {too_early: evidence.number(name), **mix_ups}
    mix_ups |= every_with_every(model, data.test)
    expect_reported(evidence, name, on_test, others=mix_ups, pair=data.test)


def every_with_every(model: Model, pair: KnownPair) -> dict[Said, float]:
    """Return the mean of NumPy's table of all outputs beside all labels, where it makes one."""
    outputs, labels = model.predict(pair.x), pair.y
    if labels.ndim != 1 or outputs.shape != (len(labels), 1):
        return {}
    rows = len(labels)
    words = (
        f"the mean of {rows} × {rows} comparisons: outputs of shape {shape_text(outputs.shape)} "
        f"beside labels of shape {shape_text(labels.shape)} are compared each with each, "
        "as the two differ in shape"
    )
    return {words: float(np.mean((outputs > 0.5) == (labels > 0.5)))}


def expect_measured_on(model: Model, pair: KnownPair, name: str = "accuracy") -> None:
    """Expect that the file let the model see these features through evaluate or predict.

    A number that was typed in as NAME is right only by accident; this is how it is found.

    Raises:
        CheckFailed: neither was called on these data.
        CheckSkipped: none of them ended, because the file stopped.
    """
    evidence, data = model.evidence, pair.features
    calls = [*evidence.calls("evaluate", model), *evidence.calls("predict", model)]
    if any(was_on(call, evidence, pair.x) for call in calls):
        return
    if not calls and evidence.ended_early:
        raise evidence.not_before(f"`{model.name}` was measured")
    used = sorted({pair.known.name_of(features_of(call)) for call in calls})
    changed: Said = ""
    if calls:
        changed = no_longer_given(evidence, pair.known, data, calls[-1], features_of(calls[-1]))
    reported = evidence.values.get(name)
    number = float(reported.value) if isinstance(reported, Number) else 0.0
    elsewhere = evaluations_with(evidence, None, number)
    written = written_number(evidence.trainings, number)
    written = written and f"`{name}` is {written}. "
    if elsewhere and not calls:
        raise CheckFailed(
            expected=f"the trained model measured on `{data}`",
            got="another model was measured",
            message="Call evaluate on the model that was trained for this, after its training.",
            line=elsewhere[-1].line,
        )
    raise CheckFailed(
        expected=f"evaluate or predict on `{data}`",
        got=f"only on {', '.join(used)}" if used else _neither(evidence),
        message=changed or _measure_on(pair, calls, written),
        line=calls[-1].line if calls else evidence.line_of(name),
    )


def _neither(evidence: Evidence) -> str:
    """Return that a model was not measured, also where another one of the file was."""
    others = [*evidence.calls("evaluate"), *evidence.calls("predict")]
    return "neither was called on this model" if others else "neither was called"


def _measure_on(pair: KnownPair, calls: list[Call], written: str) -> str:
    """Return what to say of a model that was measured on other data, or on none.

    Args:
        pair: what it should be measured on.
        calls: that measured it.
        written: a sentence on a history that the number is from; "" where it is from none.
    """
    text = f"{written}Measure the model on `{pair.features}`"
    if written:
        return f"{text}."
    if not calls:
        return f"{text}; a number that is typed in does not count."
    trained_on = [array for name, array in pair.known.items() if name.endswith("train")]
    if any(is_same(features_of(call), array) for call in calls for array in trained_on):
        return f"{text}. What it was trained on it may know by heart."
    return f"{text}, as it is."


def expect_not_only_on(model: Model, name: str, features: np.ndarray, data: str) -> None:
    """Expect that the number in NAME is not just what evaluate returned for FEATURES.

    On these data the model may happen to be about as good as on those that are asked for;
    then the number itself would not tell.

    Args:
        model: that was evaluated.
        name: under which the learner reports the number.
        features: of the data that are not asked for.
        data: what to call them, `"the training data"`.

    Raises:
        CheckFailed: evaluate returned exactly this number, and never for other data.
    """
    evidence = model.evidence
    sources = evaluations_with(evidence, model, evidence.number(name))
    if sources and all(was_on(call, evidence, features) for call in sources):
        raise CheckFailed(
            expected="the accuracy on the test data",
            got=f"{evidence.number(name):.4f}, from {data}",
            message=f"`{name}` is the accuracy on {data}.",
            line=evidence.line_of(name),
        )


def expect_reported_accuracies(
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
    got = _one_of_each_training(evidence, name, len(true), line)
    off = [not _is_close(*pair) for pair in zip(got, true, strict=True)]
    if not any(off):
        return
    if _all_close(got / 100, true):
        evidence.tip(
            f"`{name}` is in per cent. Keras gives accuracies between 0 and 1, and the task asks "
            "for such a number.",
            evidence.line_of(name),
        )
        return
    message, cause = _blame_for_accuracies(evidence, name, got, mix_ups())
    place = off.index(True)
    raise CheckFailed(
        expected=f"{true[place]:.4f} after {after[place]}",
        got=f"{got[place]:.4f}",
        message=message,
        line=line,
        cause=cause,
    )


def _one_of_each_training(
    evidence: Evidence, name: str, count: int, line: int | None
) -> np.ndarray:
    """Expect NAME to hold as many numbers as there were trainings; return them."""
    found = evidence.value(name, f"{count} accuracies")
    empty = isinstance(found, Sequence) and found.type == "list" and not found.length
    got = np.array([]) if empty else evidence.array(name).astype(float)
    if got.shape != (count,):
        if got.size == count - 1 and evidence.ended_early:  # only the last is still to come
            raise evidence.not_before(f"`{name}` was complete")
        shape = f"shape {shape_text(got.shape)}" if got.ndim else kind_text(found)
        raise CheckFailed(
            expected=f"`{name}` with {count} numbers, one of each training",
            got="an empty list" if empty else shape,
            message="evaluate gives the loss and the accuracy. Keep only the accuracy."
            if got.shape == (count, 2)
            else f"Add one accuracy to `{name}` in each round of the loop.",
            line=line,
            absent=got.size < count,
        )
    return got


def _blame_for_accuracies(
    evidence: Evidence, name: str, got: np.ndarray, mix_ups: MixUps
) -> tuple[Said, str]:
    """Return what to say of wrong accuracies, and the cause that other checks share."""
    for mix_up, (description, values) in mix_ups.items():
        if _all_close(got, values):
            return said(f"`{name}` holds ", description, "."), mix_up
    results = [call.result for call in evidence.calls("evaluate")]
    first = [result.items[0] for result in results if isinstance(result, Sequence) and result.items]
    losses = plain_numbers(first)
    if all(any(abs(value - loss) < 1e-5 for loss in losses) for value in got):
        return f"`{name}` holds losses. The accuracy is what evaluate gives second.", ""
    return f"`{name}` is not what the model gives after each training. Use evaluate.", ""


def _is_close(got: float, true: float) -> bool:
    return abs(got - true) <= _TOLERANCE or got == round(true, 2)


def _all_close(got: np.ndarray, true: list[float]) -> bool:
    return len(got) == len(true) and all(map(_is_close, got, true))


def _measured_too_early(model: Model, name: str, pair: KnownPair) -> bool:
    """Whether the number in NAME is what evaluate returned for these data, but fit came later."""
    evidence = model.evidence
    last = max((training.position for training in model.trainings), default=0)
    return any(
        call.position < last and was_on(call, evidence, pair.x)
        for call in evaluations_with(evidence, model, evidence.number(name))
    )
