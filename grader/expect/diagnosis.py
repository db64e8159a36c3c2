"""Why a training has taught a model little: decided from its record, or not said at all.

Each rule looks for one cause and speaks only where the record shows it. Those of `_ALWAYS` are
facts that no right training has; the others also need that the model has learned too little. In
an exercise a check has measured that. Of a script that is none, it is known only where the model
is hardly better than the same answer for every row; see `diagnose`. `tests/test_diagnosis.py` and
`tests/test_explain.py` say how often they are right. Too few epochs are no such cause: the checks
count them, and the loss still falls in right trainings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import keras
import numpy as np

from grader.evidence.values import Mapping
from grader.expect import spellings
from grader.expect.compilation import compile_line
from grader.expect.course import RATES, Course, courses
from grader.expect.training import Training
from grader.expect.unmoved_weights import all_is_frozen, parts_are_frozen, rate_is_0
from grader.verdict import Fact

_FAR = 20
"""How many times its own rate an optimizer must have for it to be called high, or low."""

_LARGE = 100
"""Features beyond this are called large; those of the exercises are within."""

_FEW_UPDATES = 20
"""Below so many changes of the weights, a loss that is flat says nothing."""
_SATURATED = 1e-4
_PASSING_ON = (
    keras.layers.InputLayer, keras.layers.Flatten, keras.layers.Reshape, keras.layers.Permute,
    keras.layers.Dropout, keras.layers.GaussianNoise, keras.layers.ZeroPadding1D,
    keras.layers.ZeroPadding2D, keras.layers.Masking, keras.layers.RepeatVector, keras.Sequential,
)  # fmt: skip
_COMPUTING = (
    keras.layers.Dense, keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.LSTM,
    keras.layers.GRU, keras.layers.SimpleRNN, keras.layers.Bidirectional,
    keras.layers.TimeDistributed,
)  # fmt: skip
"""Layers that features pass as they are, and layers that compute with weights of their own."""


Rule = Callable[[Course], str]


def why_not_learned(course: Course, *, missed: bool) -> tuple[str, Fact | None]:
    """Return why a model has learned little, in a sentence or two; "" where nothing shows.

    With it comes the fact that this tells, if checks may tell it as well.

    Args:
        course: its trainings.
        missed: whether a check has measured that it has learned too little.
    """
    rules = (parts_are_frozen, *_ALWAYS, *_RATES, *(_IF_MISSED if missed else ()))
    return _first(rules, course)


def _first(rules: Sequence[Rule], course: Course) -> tuple[str, Fact | None]:
    for rule in rules:
        if told := rule(course):
            return told, _FACTS.get(rule)
    return "", None


def diagnose(course: Course) -> str:
    """Return what is known to be wrong with a training of any script; "" where nothing is.

    Nobody says there what is wanted. Layers may be frozen on purpose, and features need not be
    scaled, where the model has learned.
    """
    # a loss that does not fall, or jumps, may be as low as one could wish
    known = course.simplest_loss is not None and not course.has_learned
    told, _ = _first((*_ALWAYS, *(_RATES if known else ())), course)
    if told:
        return told
    if not course.has_missed:
        return ""
    measured = (
        "It has learned next to nothing: on rows that it was trained on, its loss is "
        f"{course.final_loss:.4g}, and the best answer that is the same for every row gives "
        f"{course.simplest_loss:.4g}."
    )
    why, _ = _first((parts_are_frozen, *_IF_MISSED[:-1]), course)  # a flat loss is no news then
    return f"{measured} {why}".strip()


def why_missed(
    trainings: Sequence[Training], otherwise: str, line: int | None
) -> tuple[str, int | None]:
    """Return why a model that these trained has learned less than it should have; and the line.

    Args:
        trainings: of the model, in order.
        otherwise: what to tell where nothing shows.
        line: to blame where none is known to be at fault.
    """
    found = courses(trainings)
    if not found:
        return otherwise, line
    why, fact = why_not_learned(found[-1], missed=True)
    if fact is Fact.RATE:
        line = compile_line(found[-1].last.model)
    return why or otherwise, line


def _no_numbers_given(course: Course) -> str:
    for what, array in (("features", course.features), ("labels", course.labels)):
        if array is not None and array.dtype.kind == "f" and not np.isfinite(array).all():
            if course.losses and np.isfinite(course.losses).all():
                return ""  # the loss, or a layer, is made for that
            nan = np.isnan(array)
            kind = "NaN (no number)" if nan.any() else "infinite"
            odd = np.argwhere(nan if nan.any() else ~np.isfinite(array))
            names = course.last.call.columns if what == "features" else []
            return (
                f"Of the {what} that {course.last.method} was given, {len(odd)} "
                f"{'is' if len(odd) == 1 else 'are'} {kind}: {_where(odd, names)}. No loss "
                "can be computed from that."
            )
    return ""


def _where(places: np.ndarray, names: list[str]) -> str:
    """Return where in an array these indices point to, in words."""
    rows, columns = {int(place[0]) for place in places}, {int(place[-1]) for place in places}
    row, column, counted = f"row {min(rows)}", "", " (counted from 0)"
    if places.shape[1] == 2:
        number = int(places[0][1])
        named = number < len(names)
        column = f"column `{names[number]}`" if named else f"column {number}"
        if len(places) > 1 and len(columns) == 1:
            return f"all in {column}{'' if named else counted}"
    if len(places) > 1 and len(rows) == 1:
        return f"all in {row}{counted}"
    begin = "in" if len(places) == 1 else "the first in"
    return f"{begin} {f'{column}, ' if column else ''}{row}{counted}"


def _loss_is_no_number(course: Course) -> str:
    epoch = next((n for n, loss in enumerate(course.losses, 1) if not np.isfinite(loss)), None)
    if epoch is None:
        return ""
    counted = ", counted from the first training on," if len(course.trainings) > 1 else ""
    text = f"From epoch {epoch} on{counted} the loss is no number (NaN or infinite)."
    return f"{text} {_too_high(course) or _large_features(course)}".strip()


def _units_are_dead(course: Course) -> str:
    network = course.network
    layers = [layer for layer in network.layers if _is_relu(layer)] if network else []
    if network is None or not layers:
        return ""
    *outputs, end = course.outputs_of([*layers, network.layers[-1]]) or [np.empty(0)]
    # The same numbers, computed for other rows at a time, may differ in their last digit.
    if not end.size or np.ptp(end.reshape(len(end), -1), axis=0).max() > 1e-5 * np.abs(end).max():
        return ""  # something gets around them, or only some units are dead
    for layer, output in zip(layers, outputs, strict=True):
        if output.size and output.max() <= 0:
            if layer is network.layers[-1] and (text := _never_below_0(course)):
                return text
            text = (
                f"All relu units of the layer `{layer.name}` are dead: they give 0 for each row "
                "that was tried, so nothing of the features gets through."
            )
            why = _too_high(course) or _large_features(course) or _low_biases(course, layer)
            return f"{text} {why}".strip()
    return ""


def _low_biases(course: Course, layer: keras.layers.Layer) -> str:
    """Tell of biases that were far below 0 when the training began; a new layer's are 0."""
    before = course.last.call.weights_before or []
    network = course.network
    if network is None or len(before) != len(network.weights):
        return ""
    for weight, stored in zip(network.weights, before, strict=True):
        if weight is getattr(layer, "bias", None) and stored.file is not None:
            biases = course.last.evidence.load(stored)
            if biases.size and biases.max() < -1:
                return (
                    f"When the training began, its biases were between {biases.min():.4g} and "
                    f"{biases.max():.4g}, where those of a new layer are 0.{_set_by_hand(course)}"
                )
    return ""


def _set_by_hand(course: Course) -> str:
    """Tell of the file's call that gave the model its weights; "" where it has not just one."""
    written = course.last.evidence.written
    owners = {one.owner for one in written.calls("fit") if one.line == course.last.line}
    sets = [one for one in written.calls("set_weights") if one.owner in owners]
    if len(sets) != 1 or sets[0].line > (course.last.line or 0):
        return ""
    return f" Look at the weights that `{sets[0].owner}.set_weights` gives the model."


def _never_below_0(course: Course) -> str:
    """Tell of labels below 0 for a model whose last layer has relu."""
    if course.labels is None or not course.labels.size or course.labels.max() > 0:
        return ""
    low, high = float(course.labels.min()), float(course.labels.max())
    return (
        f"The labels go from {low:.4g} to {high:.4g}, and the last layer has relu, which gives "
        "nothing below 0: the model can never get there."
    )


def _is_relu(layer: keras.layers.Layer) -> bool:
    activation = getattr(layer, "activation", None)
    return isinstance(layer, keras.layers.ReLU) or activation is keras.activations.relu


def _outputs_are_saturated(course: Course) -> str:
    last, labels = _last_layer(course), course.labels
    activation = getattr(last, "activation", None)
    if activation not in (keras.activations.sigmoid, keras.activations.softmax) or labels is None:
        return ""
    right = course.some(labels)
    for output in course.outputs_of([last]):
        if activation is keras.activations.softmax and output.shape[-1] == 1:
            return (
                "The last layer has one output, and softmax makes 1 of it whatever the features "
                "are. Softmax is for several outputs: it turns them into shares that add up to 1."
            )
        if output.size != right.size:
            return ""
        at_an_end = np.minimum(output, 1 - output) < _SATURATED
        wrong = at_an_end & ((output > 0.5) != (right.reshape(output.shape) > 0.5))
        if at_an_end.mean() > 0.9 and wrong.mean() > 0.1:
            small = course.features is not None and _meets_them_as_they_are(course)
            what = "Weights" if small else "Weights or features"  # see `_large_features`
            why = _too_high(course) or _large_features(course)
            why = why or f"{what} that are too large do that.{_set_by_hand(course)}"
            return (
                f"The outputs are saturated: {at_an_end.mean():.0%} of them are nearly 0 or 1, and "
                f"{wrong.mean():.0%} are nearly 0 where the label is 1, or the other way round. "
                f"{why}"
            )
    return ""


def _last_layer(course: Course) -> keras.layers.Layer | None:
    """Return the layer that gives the network's output; None where there are several."""
    network = course.network
    if network is None or not network.layers or len(network.outputs) != 1:
        return None
    return network.layers[-1]


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
    low = 0 < course.times_its_own_rate <= 1 / _FAR
    if not low or not course.hardly_falls:
        return ""
    return (
        f"The learning rate is low: {course.rate:g}, where {course.optimizer} has "
        f"{RATES[course.optimizer]:g} on its own. The loss hardly falls: "
        f"{course.losses[0]:.4g} in the first epoch, {course.losses[-1]:.4g} in the last."
    )


def _large_features(course: Course) -> str:
    if course.features is None or course.features.dtype.kind not in "fiu":
        return ""
    if not _meets_them_as_they_are(course):
        return ""
    low, high = float(course.features.min()), float(course.features.max())
    if not _LARGE <= max(-low, high) < np.inf:
        return ""
    return (
        f"The features are not scaled: they go from {low:.4g} to {high:.4g}. A network learns "
        "best from numbers around 0 and 1."
    )


def _meets_them_as_they_are(course: Course) -> bool:
    """Whether the first layer that computes with weights gets the features as fit got them."""
    if course.network is None:
        return False
    for layer in course.network._flatten_layers(include_self=False):
        if isinstance(layer, _COMPUTING):
            return True
        if not isinstance(layer, _PASSING_ON):
            return False
    return False


def _weights_of_no_class(course: Course) -> str:
    given = course.last.argument("class_weight")
    keys = [key for key, _ in given.items] if isinstance(given, Mapping) else []
    # True and False are numbers, too
    if not keys or any(re.fullmatch(r"-?\d+(\.0*)?|True|False", key) for key in keys):
        return ""
    return (
        f"The keys of `class_weight` are {', '.join(map(repr, keys[:3]))}"
        f"{', …' if len(keys) > 3 else ''}, and {course.last.method} looks for the "
        "numbers of classes: so none of the weights has any effect."
    )


def _labels_out_of_range(course: Course) -> str:
    activation = getattr(_last_layer(course), "activation", None)
    if activation not in (keras.activations.sigmoid, keras.activations.softmax):
        return ""
    setting = (course.last.model.compiled or {}).get("loss")
    loss = spellings.loss_name(setting) or ""
    if course.labels is None or "sparse" in loss or not hasattr(keras.losses, loss):
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
    if 0 < course.updates < _FEW_UPDATES:
        return ""  # so few steps may lead nowhere, whatever the model
    return (
        f"The loss is flat: {losses[0]:.4g} in the first epoch, {losses[-1]:.4g} in the last. "
        "The model has learned next to nothing."
    )


_FACTS: dict[Rule, Fact] = {
    parts_are_frozen: Fact.FROZEN,
    all_is_frozen: Fact.FROZEN,
    rate_is_0: Fact.RATE,
    _rate_is_too_high: Fact.RATE,
    _rate_is_too_low: Fact.RATE,
    _rate_is_high: Fact.RATE,
    _rate_is_low: Fact.RATE,
}
"""What rules tell that checks may tell as well."""

_ALWAYS: tuple[Rule, ...] = (
    _no_numbers_given,
    all_is_frozen,
    rate_is_0,
    _loss_is_no_number,
    _labels_out_of_range,
    _weights_of_no_class,
    _units_are_dead,
    _outputs_are_saturated,
)
_RATES: tuple[Rule, ...] = (
    _rate_is_too_high,
    _rate_is_too_low,
)
_IF_MISSED: tuple[Rule, ...] = (
    _rate_is_high,
    _rate_is_low,
    _large_features,
    _loss_is_flat,
)
