"""One training of a model: a call of fit, what it was given, and what it left behind.

A loop of train_on_batch is recorded as one as well: the call of fit that would do the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import Call
from grader.evidence.values import Callback, History, Nothing, Number, Numbers, Sequence, Value

if TYPE_CHECKING:
    from grader.expect.findings import Evidence
    from grader.expect.model import Model

KERAS_BATCH_SIZE = 32
"""What `fit` takes where it is given no `batch_size`."""


@dataclass(frozen=True)
class Training:
    """A call of fit that ran to its end."""

    call: Call = field(repr=False)
    evidence: Evidence = field(repr=False)

    @property
    def line(self) -> int | None:
        """The learner's line that called fit."""
        return self.call.line

    @property
    def is_loop(self) -> bool:
        """Whether it is a loop of train_on_batch."""
        return self.call.batches > 0

    @property
    def method(self) -> str:
        """What the learner called: fit, or train_on_batch."""
        return "train_on_batch" if self.is_loop else "fit"

    @property
    def position(self) -> int:
        """Among all recorded calls of the file."""
        return self.call.position

    @property
    def model(self) -> Model:
        """The model that was trained, as it is at the end of the file."""
        if self.call.model is None:
            raise DamagedEvidence("a training has no model")
        return self.evidence.model_by_number(self.call.model)

    @property
    def before(self) -> Model:
        """The model as it was right before; raises CheckSkipped where that was not kept."""
        return self.model.with_weights(self.call.weights_before)

    @property
    def after(self) -> Model:
        """The model as it was right after; raises CheckSkipped where that was not kept."""
        return self.model.with_weights(self.call.weights_after)

    @property
    def start(self) -> tuple[str, ...]:
        """What is the same for the same weights before; empty where they were not kept."""
        return _marks(self.call.weights_before)

    @property
    def end(self) -> tuple[str, ...]:
        """What is the same for the same weights after; empty where they were not kept."""
        return _marks(self.call.weights_after)

    @property
    def features(self) -> Value:
        """What it was given to learn from, as recorded."""
        return self.argument("x")

    @property
    def rows(self) -> int:
        """How many rows these have; 0 where that is not known."""
        found = self.features
        return found.shape[0] if isinstance(found, Numbers) and found.shape else 0

    @property
    def labels(self) -> Value:
        """What it was told to learn, as recorded."""
        return self.argument("y")

    @property
    def validation_data(self) -> Value:
        """What it was validated on, as recorded: a pair, or `Nothing`."""
        return self.argument("validation_data")

    @property
    def callbacks(self) -> list[Callback]:
        """The callbacks that it was given; lists within the list count, as they do for Keras."""
        return list(_callbacks_in(self.argument("callbacks")))

    @property
    def epochs(self) -> int:
        """How many epochs it ran; early stopping makes it fewer than asked."""
        result = self.call.result
        return len(result.epochs) if isinstance(result, History) else self.epochs_asked

    @property
    def epochs_asked(self) -> int:
        """How many epochs it was asked for."""
        epochs = self.number("epochs")
        if epochs is None:
            raise DamagedEvidence("a training has no number of epochs")
        return int(epochs)

    @property
    def batch_size(self) -> int:
        """How many rows there were in a batch; -1 where it cannot be told, or batches differ."""
        if self.is_loop and isinstance(self.argument("batch_size"), Nothing):
            return -1
        if isinstance(self.argument("batch_size"), Nothing):
            return KERAS_BATCH_SIZE
        size = self.number("batch_size")
        return -1 if size is None else int(size)

    @property
    def what_sets_epochs(self) -> str:
        """What to look at where their number is wrong, in words."""
        if self.is_loop:
            return "how often your loop goes through the data"
        return "the number of epochs that you give to fit"

    @property
    def share_held_back(self) -> float:
        """Which share of its data it held back by `validation_split`."""
        share = self.number("validation_split") or 0.0
        return float(share) if 0 < share < 1 else 0.0

    @property
    def history(self) -> History:
        """What fit returned; of a loop, one with nothing in it."""
        if self.is_loop:
            return History(-1, [], {})
        if not isinstance(self.call.result, History):
            raise DamagedEvidence("a training has no history")
        return self.call.result

    def argument(self, name: str) -> Value:
        """Return what fit was given under this name; `Nothing` where it was given nothing."""
        return self.call.arguments.get(name, Nothing())

    def number(self, name: str) -> int | float | None:
        """Return an argument that is a number, and no infinite one; None for any other."""
        found = self.argument(name)
        return found.value if isinstance(found, Number) and math.isfinite(found.value) else None


def written_number(trainings: list[Training], number: float) -> str:
    """Return which number of their histories this is, in words; "" where it is none of them."""
    if number in (0, 1):  # they may be of anything
        return ""
    for key, values in _written(trainings):
        epochs = [epoch for epoch, one in enumerate(values, 1) if _is_close(number, one)]
        if epochs:
            place = "the last epoch" if epochs[-1] == len(values) else f"epoch {epochs[0]}"
            return f"the {_measure(key)} {_of_data(key)}, as fit wrote it down in {place}"
    return ""


def written_list(trainings: list[Training], numbers: list[float]) -> str:
    """Return which list of their histories this is, in words; "" where it is none of them."""
    for key, values in _written(trainings):
        if len(values) == len(numbers) and all(map(_is_close, numbers, values)):
            return (
                f"a list: the {_measure(key)} {_of_data(key)} in each epoch, as fit wrote it down"
            )
    return ""


def _written(trainings: list[Training]) -> Iterator[tuple[str, list[float]]]:
    """Go through all that trainings wrote down: what it is of, and the numbers of the epochs."""
    for training in trainings:
        if isinstance(training.call.result, History):
            yield from training.history.metrics.items()


def _is_close(number: float, written: float) -> bool:
    return math.isclose(number, written, rel_tol=1e-6)  # a file may keep it as float32


def _measure(key: str) -> str:
    """Return in a word what a history has under this name."""
    plain = key.removeprefix("val_")
    return "accuracy" if plain == "acc" or plain.endswith("accuracy") else plain


def _of_data(key: str) -> str:
    return f"on the {'validation' if key.startswith('val_') else 'training'} data"


def _marks(weights: list[Numbers] | None) -> tuple[str, ...]:
    return tuple(weight.digest for weight in weights or [])


def _callbacks_in(found: Value) -> Iterator[Callback]:
    for part in found.items if isinstance(found, Sequence) else [found]:
        if isinstance(part, Sequence):
            yield from _callbacks_in(part)
        elif isinstance(part, Callback):
            yield part
