"""Where a number comes from that a file reports: which call returned it, or wrote it down."""

from __future__ import annotations

import numpy as np

from grader.evidence.record import Call
from grader.evidence.values import Mapping as Dictionary
from grader.evidence.values import Nothing, Number, Numbers, Sequence, Value
from grader.expect.findings import Evidence
from grader.expect.known_data import Known, KnownPair, has_same_rows, is_same
from grader.expect.model import Model
from grader.expect.training import written_number
from grader.places import OnLine, Said, said


def where_from(evidence: Evidence, name: str, got: float, pair: KnownPair | None = None) -> Said:
    """Return what is known of a wrong number.

    Args:
        evidence: of the run.
        name: that holds it.
        got: the number.
        pair: what the model should have been measured on.
    """
    sources = evaluations_with(evidence, None, got)
    if sources and (line := sources[-1].line) is not None:
        start = said(f"`{name}` is what evaluate returned ", OnLine(line))
        if pair and (other := _other_labels(evidence, sources[-1], pair)):
            return said(start, f". The labels there are {other}, not `{pair.labels}`.")
        return said(start, ". Look at which model was measured there, on which data, and when.")
    if text := written_number(evidence.trainings, got):
        return f"`{name}` is {text}. How good the trained model is, `evaluate` tells."
    words = f"`{name}` is not what your model gives."
    results = [call.result for call in evidence.calls("evaluate")]
    if results and not any(loss_and_metrics(result)[1] for result in results):
        return words  # it was compiled without an accuracy: evaluate does not give it
    return f"{words} Take the number from evaluate."


def _other_labels(evidence: Evidence, call: Call, pair: KnownPair) -> str:
    """Return what the right features were measured against, where that is something else."""
    labels = call.arguments.get("y", Nothing())
    if not is_same(features_of(call), pair.x) or is_same(labels, pair.y):
        return ""
    return labels_in_words(evidence, labels, pair.known)


def labels_in_words(evidence: Evidence, labels: Value, known: Known) -> str:
    """Return what a model was measured against: the learner's name of it, and whence it comes.

    Args:
        evidence: of the run.
        labels: that evaluate was given.
        known: the exercise's data.
    """
    if any(is_same(labels, array) for array in known.values()):
        return known.name_of(labels)
    own = [f"`{name}`" for name, value in evidence.values.items() if _are_equal(value, labels)]
    words = next(iter(own), known.name_of(labels))
    if any(_are_equal(call.result, labels) for call in evidence.calls("predict")):
        return f"{words}, which predict returned"
    return words


def _are_equal(one: Value, other: Value) -> bool:
    if not isinstance(one, Numbers) or not isinstance(other, Numbers):
        return False
    return one.digest == other.digest and one.size == other.size


def evaluated_losses(model: Model) -> dict[Said, float]:
    """Return the losses that evaluate returned, each with words on where, for a mix-up."""
    return {
        said("the loss that evaluate returns ", OnLine(call.line)): loss
        for call in model.evidence.calls("evaluate", model)
        if call.line is not None
        for loss in loss_and_metrics(call.result)[0]
    }


def evaluations_with(evidence: Evidence, model: Model | None, number: float) -> list[Call]:
    """Return the calls of evaluate, of any model if none is named, with this number as a metric."""
    return [
        call
        for call in evidence.calls("evaluate", model)
        if number in loss_and_metrics(call.result)[1]
    ]


def features_of(call: Call) -> Value:
    """Return what a call of fit, evaluate or predict was given as features, as recorded."""
    return call.arguments.get("x", Nothing())


def was_on(call: Call, evidence: Evidence, features: np.ndarray) -> bool:
    """Whether evaluate or predict was called on these rows, in any order."""
    found = features_of(call)
    return is_same(found, features) or has_same_rows(evidence, [found], [features])


def loss_and_metrics(result: Value) -> tuple[list[float], list[float]]:
    """Return the loss that evaluate returned, if it is one of several numbers, and the others."""
    match result:
        case Sequence(items=items):
            return plain_numbers(items[:1]), plain_numbers(items[1:])
        case Dictionary(items):
            loss = [value for name, value in items if name == "loss"]
            return plain_numbers(loss), plain_numbers(
                [value for name, value in items if name != "loss"]
            )
        case _:
            return [], []


def plain_numbers(found: list[Value]) -> list[float]:
    """Return those of these values that are numbers."""
    return [float(value.value) for value in found if isinstance(value, Number)]
