"""Functions of the learner's own: told by what they compute, never by their names alone."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

import keras
import pytest
from keras import ops

from grader.evidence.rebuilding import CannotRebuild, refuse_foreign
from grader.learner.own_functions import name_activations, named_functions


def _functions(module: types.ModuleType) -> Iterator[Any]:
    """Yield Keras's functions in a module, those with several names once."""
    found = {value.__name__: value for value in vars(module).values() if callable(value)}
    for name, function in found.items():
        if isinstance(function, types.FunctionType) and name not in {
            "get",
            "serialize",
            "deserialize",
        }:
            yield pytest.param(function, id=name)


def _wrapped(function: Any, name: str = "mine") -> Any:
    """Return a function of one's own that computes the same."""

    def mine(*args: Any) -> Any:
        return function(*args)

    mine.__name__ = name
    return mine


def _config_with(activation: Any) -> Any:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation=activation)])
    config = keras.saving.serialize_keras_object(model)
    name_activations(model, config)
    return config


def _stored(activation: Any) -> Any:
    return _config_with(activation)["config"]["layers"][-1]["config"]["activation"]


_NEEDS_MORE, _TWINS = {"glu", "threshold"}, {"celu": "elu"}


@pytest.mark.parametrize(
    "function", [part for part in _functions(keras.activations) if part.id not in _NEEDS_MORE]
)
def test_an_own_activation_gets_the_name_of_the_one_that_computes_the_same(function: Any) -> None:
    name = _TWINS.get(function.__name__, function.__name__)
    assert keras.activations.get(_stored(_wrapped(function))).__name__ == name


def test_activations_of_keras_are_left_alone() -> None:
    assert _stored("relu") == "relu"
    assert _stored(keras.activations.softmax) == "softmax"
    assert _stored(keras.layers.LeakyReLU(0.1))["class_name"] == "LeakyReLU"


def test_a_name_alone_does_not_make_an_activation() -> None:
    assert _stored(_wrapped(keras.activations.sigmoid, "softmax")) == "sigmoid"
    config = _config_with(_wrapped(lambda x: ops.relu(x) / 2, "relu"))
    with pytest.raises(CannotRebuild, match="`relu` does not compute what Keras's `relu` does"):
        refuse_foreign(config)


def test_an_activation_that_fails_or_returns_something_else_is_refused() -> None:
    for odd in (lambda x: x[:, :1], lambda x: ops.sum(x)):
        with pytest.raises(CannotRebuild, match="lambda"):
            refuse_foreign(_config_with(odd))


# With one-hot labels the divergence is the crossentropy. The others take other arguments.
_SAME = {"kl_divergence": "categorical_crossentropy"}
_NOT_TRIED = {"ctc", "categorical_generalized_cross_entropy"}


@pytest.mark.parametrize(
    "function",
    [
        part
        for module in (keras.losses, keras.metrics)
        for part in _functions(module)
        if part.id not in _NOT_TRIED
    ],
)
def test_an_own_loss_or_metric_gets_the_name_of_the_one_that_computes_the_same(
    function: Any,
) -> None:
    known = named_functions(_wrapped(function), {"class_name": "function", "config": "mine"})
    assert known == _SAME.get(function.__name__, function.__name__)


def test_settings_of_keras_are_left_alone() -> None:
    config = {"module": "builtins", "class_name": "function", "config": "binary_crossentropy"}
    assert named_functions(keras.losses.binary_crossentropy, config) is config
    assert named_functions("mse", "mse") == "mse"
    assert named_functions(None, None) is None
    assert named_functions(["accuracy", keras.metrics.AUC()], ["accuracy", {}]) == ["accuracy", {}]


def test_own_functions_are_found_in_lists_and_dictionaries() -> None:
    def half(true: Any, guess: Any) -> Any:
        return guess / 2

    mse = _wrapped(keras.losses.mean_squared_error, "binary_accuracy")
    assert named_functions([half, [mse]], ["?", ["?"]]) == [
        "half of your own",
        ["mean_squared_error"],
    ]
    assert named_functions({"out": mse}, {"out": "?"}) == {"out": "mean_squared_error"}
