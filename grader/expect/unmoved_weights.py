"""Layers whose weights a training has left as they were, and why."""

from __future__ import annotations

import keras

from grader.expect.course import Course

_COUNTED = "moving_mean", "moving_variance", "seed_generator_state"


def all_is_frozen(course: Course) -> str:
    """Tell that no layer can learn; "" where that is not so."""
    learning, still = _learning_and_still(course)
    if not still or still != learning or any(layer.trainable for layer in still):
        return ""
    return "All layers are frozen (`trainable` is False): training does not change their weights."


def rate_is_0(course: Course) -> str:
    """Tell that nothing was learned because the rate is 0; "" where that is not so."""
    learning, still = _learning_and_still(course)
    if not still or still != learning or course.rate != 0:
        return ""
    return "The learning rate is 0: training does not change the weights."


def parts_are_frozen(course: Course) -> str:
    """Tell which layers cannot learn, where others do; "" where that is not so."""
    learning, still = _learning_and_still(course)
    frozen = [layer for layer in still if not layer.trainable]
    if not frozen or len(frozen) == len(learning):
        return ""
    names = ", ".join(f"`{layer.name}`" for layer in frozen[:6])
    return (
        f"Layers ({names}) are frozen (`trainable` is False): training does not change their "
        "weights."
    )


def _learning_and_still(
    course: Course,
) -> tuple[list[keras.layers.Layer], list[keras.layers.Layer]]:
    """Return the layers that could learn, and those whose weights the training has left alone."""
    if course.network is None:
        return [], []
    learning = [layer for layer in course.network._flatten_layers() if _can_learn(layer)]
    return learning, [layer for layer in learning if _kept_its_weights(course, layer)]


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
    return bool(_learned_by(layer)) and not isinstance(layer, keras.layers.Normalization)


def _learned_by(layer: keras.layers.Layer) -> list[keras.Variable]:
    """Return a layer's own weights, without its parts' and without what is only counted."""
    own = [*layer._trainable_variables, *layer._non_trainable_variables]
    return [variable for variable in own if not variable.name.startswith(_COUNTED)]
