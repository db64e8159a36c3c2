"""Models as they can be written down: whole, and without a layer that was refused."""

from __future__ import annotations

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
