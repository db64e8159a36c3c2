"""The trainings of one model as one course, and what its record shows: losses, rate, outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import StoredModel
from grader.evidence.values import Mapping, Nothing, Number, Numbers, Value
from grader.expect import spellings
from grader.expect.baseline import loss_of, simplest_loss
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped
from grader.expect.training import Training

RATES = {
    "sgd": 0.01, "adam": 0.001, "rmsprop": 0.001, "nadam": 0.001, "adamax": 0.001,
    "adamw": 0.001, "adagrad": 0.001, "adadelta": 0.001,
}  # fmt: skip
"""The learning rate that each optimizer has on its own."""

_ROWS = 500
"""That a model is looked at with."""

_FEW = 30
"""Rows that tell little: one answer for all of them is nearly right."""

_MUCH, _NEARLY_ALL = 0.5, 0.97
"""Parts of the loss of the simplest answer: below the one a model has learned much, above the
other next to nothing."""


@dataclass(frozen=True)
class Course:
    """Trainings of one model, each going on where the one before it ended."""

    trainings: tuple[Training, ...]

    @property
    def last(self) -> Training:
        """The last of them."""
        return self.trainings[-1]

    @cached_property
    def losses(self) -> list[float]:
        """The loss of each epoch."""
        return [
            loss for training in self.trainings for loss in training.history.metrics.get("loss", [])
        ]

    @property
    def hardly_falls(self) -> bool:
        """Whether the loss is in the end about what it was in the first epoch, or more."""
        return len(self.losses) > 1 and not self.losses[-1] < 0.8 * self.losses[0]

    @property
    def updates(self) -> int:
        """How many times its weights were changed, one for each batch; 0 if unknown."""
        if self.features is None or any(one.batch_size < 1 for one in self.trainings):
            return 0
        batches = (-(-len(self.features) // one.batch_size) * one.epochs for one in self.trainings)
        return sum(batches)

    @property
    def jumps(self) -> bool:
        """Whether the loss rises by half from one epoch to the next."""
        pairs = zip(self.losses, self.losses[1:], strict=False)
        return any(later > 1.5 * earlier for earlier, later in pairs)

    @cached_property
    def optimizer(self) -> str:
        """Its name; "" where it cannot be told."""
        compiled = self.last.model.compiled
        return (compiled and spellings.optimizer_name(compiled.get("optimizer"))) or ""

    @cached_property
    def rate(self) -> float | None:
        """The learning rate; None where it was not written down, or follows a schedule.

        It is that of the end, but for a callback that changes it and writes it down.
        """
        written = self.trainings[0].history.metrics.get("learning_rate")
        if written:
            return written[0]
        stored = self.last.model.stored
        if self._has_a_schedule:
            return None
        return stored.learning_rate if isinstance(stored, StoredModel) else None

    @property
    def _has_a_schedule(self) -> bool:
        optimizer = (self.last.model.compiled or {}).get("optimizer")
        config = optimizer.get("config") if isinstance(optimizer, dict) else None
        return isinstance(config, dict) and isinstance(config.get("learning_rate"), dict)

    @property
    def times_its_own_rate(self) -> float:
        """How many times the optimizer's own rate that is; 1 where nothing is known."""
        own = RATES.get(self.optimizer)
        return 1.0 if own is None or self.rate is None else self.rate / own

    @cached_property
    def features(self) -> np.ndarray | None:
        """What it learned from, flat rows; None where that was not kept."""
        return array_of(self.last.evidence, self.last.features)

    @cached_property
    def labels(self) -> np.ndarray | None:
        """What it was told to learn."""
        return array_of(self.last.evidence, self.last.labels)

    def some(self, array: np.ndarray) -> np.ndarray:
        """Return the rows of its data that it is looked at with, from all over what it saw."""
        seen = max(1, int(len(array) * (1 - self.last.share_held_back)))
        rows: np.ndarray = array[np.unique(np.linspace(0, seen - 1, min(seen, _ROWS)).astype(int))]
        return rows

    @cached_property
    def network(self) -> keras.Model | None:
        """The model as the last training left it; None where it cannot be made again."""
        try:
            return self.last.after.keras
        except (CheckFailed, CheckSkipped, DamagedEvidence):
            return None

    def outputs_of(self, layers: list[keras.layers.Layer]) -> list[np.ndarray]:
        """Return what layers of the network give for some of the features; [] where none do."""
        if self.network is None or self.features is None or not layers:
            return []
        try:
            part = keras.Model(self.network.inputs, [layer.output for layer in layers])
            found = part(self.some(self.features), training=False)
        except Exception:  # layers that stand in no line, data that do not fit
            return []
        outputs = [np.asarray(one) for one in (found if isinstance(found, list) else [found])]
        return outputs if all(output.ndim for output in outputs) else []

    @property
    def weighs_rows(self) -> bool:
        """Whether some of its rows count more than others: its loss is not the plain one then."""
        return any(
            not isinstance(weights, Nothing) and not _are_ones(self.last.evidence, weights)
            for weights in map(self.last.argument, ("class_weight", "sample_weight"))
        )

    @cached_property
    def simplest_loss(self) -> float | None:
        """The loss of the same answer for every row that it learned from; None if unknown."""
        if self.weighs_rows or self.labels is None or len(self.labels) <= _FEW:
            return None
        found = simplest_loss(self.some(self.labels), self._loss)
        return found if found and found > 0 else None

    @cached_property
    def final_loss(self) -> float | None:
        """Its loss on such rows after the last training; None if unknown."""
        network = self.network
        if network is None or self.labels is None or len(network.outputs) != 1:
            return None
        outputs, rows = self.outputs_of(network.layers[-1:]), self.some(self.labels)
        if not outputs or len(outputs[0]) != len(rows):
            return None
        return loss_of(rows, outputs[0], self._loss)

    @property
    def _loss(self) -> object:
        return (self.last.model.compiled or {}).get("loss")

    @property
    def has_learned(self) -> bool:
        """Whether it is known to be far better than the same answer for every row."""
        if self.simplest_loss is None:
            return False
        known = [*self.losses[-1:], *([self.final_loss] if self.final_loss is not None else [])]
        return any(loss < _MUCH * self.simplest_loss for loss in known)

    @property
    def has_missed(self) -> bool:
        """Whether it is known to be hardly better than that, in its training and after it.

        With BatchNormalization a model gives other outputs after a few steps than in training.
        """
        if self.simplest_loss is None or self.final_loss is None or not self.losses:
            return False
        return not min(self.losses[-1], self.final_loss) < _NEARLY_ALL * self.simplest_loss


def _are_ones(evidence: Evidence, weights: Value) -> bool:
    """Whether weights of rows or classes are all 1: none counts more than another."""
    if isinstance(weights, Mapping):
        return all(isinstance(one, Number) and one.value == 1 for _, one in weights.items)
    array = array_of(evidence, weights)
    return array is not None and bool((array == 1).all())


def array_of(evidence: Evidence, found: Value) -> np.ndarray | None:
    """Return recorded data as an array; None where they were not kept, or are something else."""
    if not isinstance(found, Numbers) or found.file is None or not found.shape or not found.size:
        return None
    return evidence.load(found)


def all_courses(trainings: Sequence[Training]) -> list[Course]:
    """Return all courses, in the order in which they begin."""
    found: list[list[Training]] = []
    latest: dict[int | None, list[Training]] = {}
    for training in trainings:
        course = latest.get(training.call.model)
        if course is None or course[-1].end != training.start:
            course = latest[training.call.model] = []
            found.append(course)
        course.append(training)
    return [Course(tuple(course)) for course in found]


def courses(trainings: Sequence[Training]) -> list[Course]:
    """Return the last course of each model, of all these trainings."""
    found: dict[int | None, Course] = {}
    for course in all_courses(trainings):
        found[course.last.call.model] = course
    return list(found.values())
