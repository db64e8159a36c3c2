"""The settings of a call of fit: none that a task does not ask for."""

from __future__ import annotations

import inspect

import keras

from grader.evidence.values import Mapping, Nothing, Number, Numbers, Text, Value
from grader.expect.extra_callbacks import expect_no_rate_changed
from grader.expect.outcome import CheckFailed
from grader.expect.settings import deviations
from grader.expect.training import Training
from grader.expect.value_words import kind_text


def expect_plain_fit(training: Training) -> None:
    """Expect a training without settings of fit that are not asked for; see `settings`."""
    found = {name: _told(training, name) for name in training.call.arguments}
    wanted = dict(_FIT)
    if training.is_loop:  # what train_on_batch does not take is the learner's own affair
        wanted = {name: default for name, default in _FIT.items() if name in found}
    if training.batch_size >= _rows(training.features):
        wanted["shuffle"] = found.get("shuffle")  # there is one batch, with all samples in it
    for one in deviations(found, wanted, "fit"):
        raise CheckFailed(
            expected=f"{training.method} with {one.expected}",
            got=f"{training.method} with {one.got}",
            message=one.why,
            line=training.line,
        )
    expect_no_rate_changed(training)


_FIT = {
    name: parameter.default
    for name, parameter in inspect.signature(keras.Model.fit).parameters.items()
    if parameter.default is not parameter.empty
}
"""What fit takes where it is not told."""


def _told(training: Training, name: str) -> object:
    """Return what fit was told; weights that are 1 for all samples or classes as None."""
    match training.argument(name):
        case Nothing():
            return None
        case Number(value=value) | Text(value=value):
            return value
        case Numbers(file=str()) as found if name == "sample_weight":
            weights = training.evidence.load(found)
            return None if (weights == 1).all() else _Words(f"{found.size} numbers")
        case Mapping(items=items):
            parts = [value.value if isinstance(value, Number) else value for _, value in items]
            return None if all(part == 1 for part in parts) else _Words(f"{len(items)} weights")
        case found:
            return _Words(kind_text(found))


class _Words(str):
    """What a value is, in words; shown as it is, without quotes."""

    def __repr__(self) -> str:
        return str(self)


def _rows(value: Value) -> float:
    """Return how many samples an array has; more than any batch where that is not known."""
    return value.shape[0] if isinstance(value, Numbers) and value.shape else float("inf")
