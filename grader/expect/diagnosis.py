"""Why a training has taught a model little: decided from its record, or not said at all.

Each rule looks for one cause and speaks only where the record shows it. Those of `_ALWAYS` are
facts that no right training has; the others also need that the model has learned too little,
which a check has measured. `tests/test_diagnosis.py` says how often they are right. Too few
epochs are no such cause: the checks count them, and the loss still falls in right trainings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import Numbers, StoredModel, Value
from grader.expect import spellings
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped
from grader.expect.training import Training

RATES = {
    "sgd": 0.01, "adam": 0.001, "rmsprop": 0.001, "nadam": 0.001, "adamax": 0.001,
    "adamw": 0.001, "adagrad": 0.001, "adadelta": 0.001,
}  # fmt: skip
"""The learning rate that each optimizer has on its own."""

_FAR = 20
"""How many times its own rate an optimizer must have for it to be called high, or low."""

_LARGE = 100
"""Features beyond this are called large; those of the exercises are within."""

_ROWS = 500
"""That a model is looked at with."""

_SATURATED = 1e-4
_COUNTED = "moving_mean", "moving_variance", "seed_generator_state"


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
        """The learning rate; None where it was not written down.

        It is that of the end, but for a callback that changes it and writes it down.
        """
        written = self.trainings[0].history.metrics.get("learning_rate")
        if written:
            return written[0]
        stored = self.last.model.stored
        return stored.learning_rate if isinstance(stored, StoredModel) else None

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
            found = part(self.features[:_ROWS], training=False)
        except Exception:  # layers that stand in no line, data that do not fit
            return []
        return [np.asarray(one) for one in (found if isinstance(found, list) else [found])]


Rule = Callable[[Course], str]


def array_of(evidence: Evidence, found: Value) -> np.ndarray | None:
    """Return recorded data as an array; None where they were not kept, or are something else."""
    if not isinstance(found, Numbers) or found.file is None or not found.size:
        return None
    return evidence.load(found)


def courses(trainings: Sequence[Training]) -> list[Course]:
    """Return the last course of each model, of all these trainings."""
    found: dict[int | None, list[Training]] = {}
    for training in trainings:
        course = found.setdefault(training.call.model, [])
        if course and course[-1].end != training.start:
            course.clear()
        course.append(training)
    return [Course(tuple(course)) for course in found.values()]


def why_not_learned(course: Course, *, missed: bool) -> str:
    """Return why a model has learned little, in a sentence or two; "" where nothing shows.

    Args:
        course: its trainings.
        missed: whether a check has measured that it has learned too little.
    """
    for rule in (*_ALWAYS, *(_IF_MISSED if missed else ())):
        if told := rule(course):
            return told
    return ""


def why_missed(trainings: Sequence[Training], otherwise: str) -> str:
    """Return why a model that these trained has learned less than it should have.

    Args:
        trainings: of the model, in order.
        otherwise: what to tell where nothing shows.
    """
    found = courses(trainings)
    return (found and why_not_learned(found[-1], missed=True)) or otherwise


def _no_numbers_given(course: Course) -> str:
    for what, array in (("features", course.features), ("labels", course.labels)):
        if array is not None and array.dtype.kind == "f" and not np.isfinite(array).all():
            kind = "NaN (no number)" if np.isnan(array).any() else "infinite"
            return f"Some of the {what} that fit was given are {kind}. No loss comes of that."
    return ""


def _loss_is_no_number(course: Course) -> str:
    epoch = next((n for n, loss in enumerate(course.losses, 1) if not np.isfinite(loss)), None)
    if epoch is None:
        return ""
    text = f"From epoch {epoch} on the loss is no number (NaN or infinite)."
    return f"{text} {_too_high(course) or _large_features(course)}".strip()


def _nothing_moves(course: Course) -> str:
    if course.network is None:
        return ""
    learning = [layer for layer in course.network._flatten_layers() if _can_learn(layer)]
    still = [layer for layer in learning if _kept_its_weights(course, layer)]
    frozen = [layer for layer in still if not layer.trainable]
    if frozen:
        names = ", ".join(f"`{layer.name}`" for layer in frozen[:6])
        which = "All layers" if len(frozen) == len(learning) else f"Layers ({names})"
        return f"{which} are frozen (`trainable` is False): training does not change their weights."
    if still and still == learning and course.rate == 0:
        return "The learning rate is 0: training does not change the weights."
    return ""


def _kept_its_weights(course: Course, layer: keras.layers.Layer) -> bool:
    """Whether a layer has the same weights after the last training as before."""
    assert course.network is not None
    mine = {id(variable) for variable in _learned_by(layer)}
    weights = course.network.weights
    before, after = course.last.start, course.last.end
    if not len(weights) == len(before) == len(after):
        return False
    return all(
        before[place] == after[place]
        for place, variable in enumerate(weights)
        if id(variable) in mine
    )


def _can_learn(layer: keras.layers.Layer) -> bool:
    return bool(_learned_by(layer))


def _learned_by(layer: keras.layers.Layer) -> list[keras.Variable]:
    """Return a layer's own weights, without its parts' and without what is only counted."""
    own = [*layer._trainable_variables, *layer._non_trainable_variables]
    return [variable for variable in own if not variable.name.startswith(_COUNTED)]


def _units_are_dead(course: Course) -> str:
    if course.network is None:
        return ""
    layers = [layer for layer in course.network.layers if _is_relu(layer)]
    for layer, output in zip(layers, course.outputs_of(layers), strict=False):
        if output.size and output.max() <= 0:
            text = (
                f"All relu units of the layer `{layer.name}` are dead: they give 0 for each row "
                "that was tried, so nothing of the features gets through."
            )
            return f"{text} {_too_high(course) or _large_features(course)}".strip()
    return ""


def _is_relu(layer: keras.layers.Layer) -> bool:
    activation = getattr(layer, "activation", None)
    return isinstance(layer, keras.layers.ReLU) or activation is keras.activations.relu


def _outputs_are_saturated(course: Course) -> str:
    network, labels = course.network, course.labels
    last = network.layers[-1] if network is not None and network.layers else None
    activation = getattr(last, "activation", None)
    if activation not in (keras.activations.sigmoid, keras.activations.softmax) or labels is None:
        return ""
    for output in course.outputs_of([last]):
        if output.size != labels[: len(output)].size or course.features is None:
            return ""
        right = labels[: len(output)].reshape(output.shape)
        at_an_end = np.mean(np.minimum(output, 1 - output) < _SATURATED)
        wrong = np.mean((output > 0.5) != (right > 0.5))
        if at_an_end > 0.9 and wrong > 0.1:
            text = (
                f"The outputs are saturated: {at_an_end:.0%} of them are nearly 0 or 1, and "
                f"{wrong:.0%} are on the wrong side. Weights or features that are too large do "
                "that."
            )
            return f"{text} {_too_high(course) or _large_features(course)}".strip()
    return ""


def _too_high(course: Course) -> str:
    old_adadelta = course.optimizer == "adadelta" and (course.rate or 0) <= 1  # as a tip advises
    if course.times_its_own_rate < _FAR or old_adadelta:
        return ""
    return (
        f"The learning rate is high: {course.rate:g}, where {course.optimizer} has "
        f"{RATES[course.optimizer]:g} on its own."
    )


def _rate_is_too_high(course: Course) -> str:
    text = _too_high(course)
    if text and course.hardly_falls:
        return (
            f"{text} The loss does not fall: it is {course.losses[0]:.4g} in the first epoch and "
            f"{course.losses[-1]:.4g} in the last."
        )
    return f"{text} The loss jumps from epoch to epoch." if text and course.jumps else ""


def _rate_is_too_low(course: Course) -> str:
    if not 0 < course.times_its_own_rate <= 1 / _FAR or not course.hardly_falls:
        return ""
    return (
        f"The learning rate is low: {course.rate:g}, where {course.optimizer} has "
        f"{RATES[course.optimizer]:g} on its own. The loss hardly falls: "
        f"{course.losses[0]:.4g} in the first epoch, {course.losses[-1]:.4g} in the last."
    )


def _large_features(course: Course) -> str:
    if course.features is None or course.features.dtype.kind not in "fiu":
        return ""
    if any(
        type(layer) is keras.layers.Embedding for layer in getattr(course.network, "layers", [])
    ):
        return ""
    low, high = float(course.features.min()), float(course.features.max())
    if max(-low, high) < _LARGE:
        return ""
    return (
        f"The features are not scaled: they go from {low:.4g} to {high:.4g}. A network learns "
        "best from numbers around 0 and 1."
    )


def _labels_out_of_range(course: Course) -> str:
    layers = getattr(course.network, "layers", None)
    activation = getattr(layers[-1], "activation", None) if layers else None
    if activation not in (keras.activations.sigmoid, keras.activations.softmax):
        return ""
    setting = (course.last.model.compiled or {}).get("loss")
    if course.labels is None or "sparse" in (spellings.loss_name(setting) or ""):
        return ""
    low, high = float(course.labels.min()), float(course.labels.max())
    if low >= -1e-6 and high <= 1 + 1e-6:
        return ""
    return (
        f"The labels go from {low:.4g} to {high:.4g}, but the model's outputs only from 0 to 1: "
        "they can never get there."
    )


def _rate_is_high(course: Course) -> str:
    return _too_high(course)


def _rate_is_low(course: Course) -> str:
    if not 0 < course.times_its_own_rate <= 1 / _FAR:
        return ""
    return (
        f"The learning rate is low: {course.rate:g}, where {course.optimizer} has "
        f"{RATES[course.optimizer]:g} on its own. In so many epochs it does not get far."
    )


def _loss_is_flat(course: Course) -> str:
    losses = course.losses
    if len(losses) < 3 or not max(losses) - min(losses) < 0.02 * max(losses):
        return ""
    return (
        f"The loss is flat: {losses[0]:.4g} in the first epoch, {losses[-1]:.4g} in the last. "
        "The model has learned next to nothing."
    )


_ALWAYS: tuple[Rule, ...] = (
    _no_numbers_given,
    _nothing_moves,
    _loss_is_no_number,
    _labels_out_of_range,
    _units_are_dead,
    _outputs_are_saturated,
    _rate_is_too_high,
    _rate_is_too_low,
)
_IF_MISSED: tuple[Rule, ...] = (
    _rate_is_high,
    _rate_is_low,
    _large_features,
    _loss_is_flat,
)
