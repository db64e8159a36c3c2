"""Expectations on what was measured: qualities computed here, and numbers that a file reports."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.evidence.values import Call, Nothing, Number, Numbers, Sequence, Value
from grader.evidence.values import Mapping as Dictionary
from grader.expect.findings import Evidence
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.training import Known, name_data, same_values
from grader.places import Line, Said, said


def binary_accuracy(labels: np.ndarray, outputs: np.ndarray) -> float:
    """Return the share of single outputs on the right side of 0.5, over all of them."""
    return float(np.mean((outputs.reshape(labels.shape) > 0.5) == (labels > 0.5)))


def categorical_accuracy(labels: np.ndarray, outputs: np.ndarray) -> float:
    """Return the share of rows whose largest output is at the label's one."""
    return float(np.mean(outputs.argmax(axis=1) == labels.argmax(axis=1)))


def expect_reported(
    evidence: Evidence,
    name: str,
    true: float,
    *,
    others: dict[Said, float],
    tolerance: float = 0.002,
) -> None:
    """Expect the number in NAME to be the one that was computed here.

    Args:
        evidence: of the run.
        name: under which the learner reports it.
        true: what the learner's own model gives on the data that the step names.
        others: what a mix-up gives, by its description: `{"the accuracy on …": 0.83}`.
        tolerance: how far a right number may lie off. One rounded to two or three
            digits is right as well.

    Raises:
        CheckFailed: another number; the message says which mix-up gives it, if one does.
    """
    got = evidence.number(name)
    if abs(got - true) <= tolerance or got == round(true, 2) or got == round(true, 3):
        return
    if abs(got - 100 * true) <= 100 * tolerance:
        evidence.tip(f"`{name}` is in per cent. Keras gives accuracies between 0 and 1.")
        return
    message: Said = f"`{name}` is not what your model gives. Take the number from evaluate."
    for description, value in others.items():
        if abs(got - value) <= tolerance:
            message = said(f"`{name}` is ", description, ".")
            break
    raise CheckFailed(
        expected=f"{true:.4f}",
        got=f"{got:.4f}",
        message=message,
        line=evidence.line_of(name),
    )


def _was_on(call: Call, evidence: Evidence, array: np.ndarray) -> bool:
    """Whether evaluate or predict was called on these rows, in any order."""
    found = _features(call)
    if same_values(found, array):
        return True
    if not isinstance(found, Numbers) or found.file is None or found.size != array.size:
        return False
    mine = evidence.load(found).astype(np.float32).reshape(len(array), -1)
    wanted = array.astype(np.float32).reshape(len(array), -1)
    return np.array_equal(mine[np.lexsort(mine.T)], wanted[np.lexsort(wanted.T)])


def _features(call: Call) -> Value:
    return call.arguments.get("x", Nothing())


def expect_used(
    evidence: Evidence, model: Model, data: str, known: Known, name: str = "accuracy"
) -> None:
    """Expect that the file let the model see DATA through evaluate or predict.

    A number that was typed in as NAME is right only by accident; this is how it is found.

    Raises:
        CheckFailed: neither was called on these data.
        CheckSkipped: none of them ended, because the file stopped.
    """
    calls = [*evidence.calls("evaluate", model), *evidence.calls("predict", model)]
    if any(_was_on(call, evidence, known[data]) for call in calls):
        return
    if not calls and evidence.ended_early:
        raise evidence.not_before(f"`{model.name}` was measured")
    used = sorted({name_data(_features(call), known) for call in calls})
    reported = evidence.values.get(name)
    elsewhere = _sources(evidence, None, reported.value) if isinstance(reported, Number) else []
    if elsewhere and not calls:
        raise CheckFailed(
            expected=f"the trained model measured on `{data}`",
            got="another model was measured",
            message="Call evaluate on the model that was trained for this, after its training.",
            line=elsewhere[-1].line,
        )
    raise CheckFailed(
        expected=f"evaluate or predict on `{data}`",
        got=f"only on {', '.join(used)}" if used else "neither was called",
        message=f"Measure the model on `{data}`. What it was trained on it may know by heart."
        if used
        else f"Measure the model on `{data}`; a number that is typed in does not count.",
        line=calls[-1].line if calls else evidence.line_of(name),
    )


def _trained_on_line(model: Model) -> int | None:
    """Return the line of the last training, or where there is none that of the model."""
    calls = model.evidence.calls("fit", model)
    return calls[-1].line if calls else model.line


def expect_at_least(what: str, got: float, minimum: float, model: Model, why: str = "") -> None:
    """Expect a quality that was computed here to reach its calibrated minimum."""
    if not got >= minimum:
        raise CheckFailed(
            expected=f"{what} of at least {minimum:.3f}",
            got=f"{got:.3f}",
            message=why
            or "The model has learned less than it should have. Look at how it is "
            "trained: data, epochs, loss.",
            line=_trained_on_line(model),
        )


def reported_number(evidence: Evidence, name: str, model: Model, position: int = 0) -> float:
    """Return the number in NAME; where the file only printed it, what evaluate returned.

    Args:
        evidence: of the run.
        name: that the step asks for.
        model: whose evaluation counts.
        position: in what evaluate returns: 0 is the loss, 1 the first metric.
    """
    calls = evidence.calls("evaluate", model)
    if name in evidence.values or not calls:
        return evidence.number(name)
    result = calls[-1].result
    loss, metrics = _loss_and_metrics(result)
    measured = [float(result.value)] if isinstance(result, Number) else [*loss, *metrics]
    if len(measured) <= position:
        return evidence.number(name)
    evidence.tip(f"Give what evaluate returns the name `{name}`, so that you can go on with it.")
    return measured[position]


def expect_reported_accuracy(
    evidence: Evidence,
    model: Model,
    known: Known,
    *,
    train: tuple[str, str],
    test: tuple[str, str],
    measure: Callable[[np.ndarray, np.ndarray], float],
    name: str = "accuracy",
) -> None:
    """Expect NAME to hold the model's accuracy on the test data; tell the usual mix-ups.

    Args:
        evidence: of the run.
        model: that was trained.
        known: the exercise's data.
        train: the names of training features and labels.
        test: the names of test features and labels.
        measure: of labels and outputs, `binary_accuracy` or `categorical_accuracy`.
        name: under which the learner reports it.
    """
    expect_not_only_on(evidence, model, name, known[train[0]], "the training data")
    on_train, on_test = (
        measure(known[labels], model.predict(known[features])) for features, labels in (train, test)
    )
    mix_ups: dict[Said, float] = {
        "the accuracy on the training data": on_train,
        **evaluated_losses(evidence, model),
    }
    if _measured_too_early(evidence, model, name, known[test[0]]):
        too_early = "the accuracy on the test data before the training was over"
        mix_ups = {too_early: evidence.number(name), **mix_ups}
    expect_reported(evidence, name, on_test, others=mix_ups)


def expect_not_only_on(
    evidence: Evidence, model: Model, name: str, features: np.ndarray, data: str
) -> None:
    """Expect that the number in NAME is not just what evaluate returned for FEATURES.

    On these data the model may happen to be about as good as on those that are asked for;
    then the number itself would not tell.

    Args:
        evidence: of the run.
        model: that was evaluated.
        name: under which the learner reports the number.
        features: of the data that are not asked for.
        data: what to call them, `"the training data"`.

    Raises:
        CheckFailed: evaluate returned exactly this number, and never for other data.
    """
    sources = _sources(evidence, model, evidence.number(name))
    if sources and all(_was_on(call, evidence, features) for call in sources):
        raise CheckFailed(
            expected="the accuracy on the test data",
            got=f"{evidence.number(name):.4f}, from {data}",
            message=f"`{name}` is the accuracy on {data}.",
            line=evidence.line_of(name),
        )


def _sources(evidence: Evidence, model: Model | None, number: float) -> list[Call]:
    """Return the calls of evaluate, of any model if none is named, with this number as a metric."""
    return [
        call
        for call in evidence.calls("evaluate", model)
        if number in _loss_and_metrics(call.result)[1]
    ]


def _measured_too_early(evidence: Evidence, model: Model, name: str, features: np.ndarray) -> bool:
    """Whether the number in NAME is what evaluate returned for FEATURES, but fit came later."""
    trainings = [call.position for call in evidence.calls("fit", model)]
    return any(
        call.position < max(trainings, default=0) and _was_on(call, evidence, features)
        for call in _sources(evidence, model, evidence.number(name))
    )


def _loss_and_metrics(result: Value) -> tuple[list[float], list[float]]:
    """Return the loss that evaluate returned, if it is one of several numbers, and the others."""
    match result:
        case Sequence(items=items):
            return _numbers(items[:1]), _numbers(items[1:])
        case Dictionary(items):
            loss = [value for name, value in items if name == "loss"]
            return _numbers(loss), _numbers([value for name, value in items if name != "loss"])
        case _:
            return [], []


def _numbers(found: list[Value]) -> list[float]:
    return [float(value.value) for value in found if isinstance(value, Number)]


def evaluated_losses(evidence: Evidence, model: Model) -> dict[Said, float]:
    """Return the losses that evaluate returned, each with words on where, for a mix-up."""
    return {
        said("the loss that evaluate returns on ", Line(call.line)): loss
        for call in evidence.calls("evaluate", model)
        if call.line is not None
        for loss in _loss_and_metrics(call.result)[0]
    }
