"""Models as they can be written down: whole, and without a layer that was refused."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras


def without_refused(model: keras.Model) -> keras.Model:
    """Return a model without the last layer, where that one did not take what it got.

    Keras keeps a layer that `add` could not put behind the others; with it there is no model.
    """
    if not isinstance(model, keras.Sequential) or model.built or len(model.layers) < 1:
        return model
    *before, _ = model._layers
    if not before or not isinstance(before[0], keras.layers.InputLayer):
        return model
    try:
        # of a model without an Input, Keras makes one of the data that it is given
        data = before[0].batch_shape[0] is not None
        return keras.Sequential(model.layers if data else before, name=model.name)
    except Exception:
        return model


def written_whole(model: keras.Model) -> keras.Model:
    """Return a model that computes the same, and whose configuration has all of it.

    Of a Sequential that has a layer twice, Keras writes down the first place only. A class
    of the learner's own that is a Sequential could not be found where the model is rebuilt.
    """
    if not isinstance(model, keras.Sequential) or not model.built:
        return model
    layers = list(model.layers)
    twice = len({id(layer) for layer in layers}) < len(layers)
    own = type(model) is not keras.Sequential and type(model).call is keras.Sequential.call
    return keras.Model(model.inputs, model.outputs) if twice or own else model


def configuration_of(model: keras.Model) -> dict[str, Any]:
    """Return a model's configuration without what it, and models in it, were compiled with.

    Raises:
        Exception: whatever Keras raises where a layer cannot be written down.
    """
    # Model has it from one of its bases, so taking ours away brings Keras's own back
    keras.Model.get_compile_config = lambda model: None
    try:
        config: dict[str, Any] = keras.saving.serialize_keras_object(model)
    finally:
        del keras.Model.get_compile_config
    return config


def compile_settings_of(model: keras.Model) -> Any:
    """Return what a model was compiled with as Keras writes it down; None if it was not.

    A class of losses or metrics, which `compile` takes as well, counts as an object of it:
    Keras makes one itself, but does not write it down.
    """
    if not model.compiled or not hasattr(model, "_compile_config"):
        return None
    return keras.saving.serialize_keras_object(_objects(model._compile_config.config))


def _objects(setting: Any) -> Any:
    kinds = (keras.losses.Loss, keras.metrics.Metric)
    if inspect.isclass(setting) and issubclass(setting, kinds):
        return setting()
    if isinstance(setting, list | tuple):
        return [_objects(part) for part in setting]
    if isinstance(setting, Mapping):
        return {key: _objects(part) for key, part in setting.items()}
    return setting
