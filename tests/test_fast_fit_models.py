"""Every kind of model that a course trains: layers, inputs and outputs, precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers
from keras_twice import CLASSES, X, Y, assert_fast_is_same, assert_same, fitted, network, twice

Made = Callable[[], Any]


def _compiled(model: keras.Model, loss: Any = "mse", **settings: Any) -> keras.Model:
    model.compile(settings.pop("optimizer", "sgd"), loss, **settings)
    return model


def _sequential(*parts: Any, loss: str = "mse", **settings: Any) -> Made:
    return lambda: _compiled(keras.Sequential([make() for make in parts]), loss, **settings)


def _two_by_two(names: bool) -> keras.Model:
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    hidden = layers.Dense(4)(layers.Concatenate()([a, b]))
    first = layers.Dense(1, name="first")(hidden)
    second = layers.Dense(3, activation="softmax", name="second")(hidden)
    losses = {"first": "mse", "second": "sparse_categorical_crossentropy"}
    metrics: Any = {"first": ["mae"], "second": ["accuracy"]}
    if not names:
        model = keras.Model([a, b], [first, second])
        return _compiled(model, list(losses.values()), metrics=metrics, loss_weights=[1.0, 0.5])
    model = keras.Model({"a": a, "b": b}, {"first": first, "second": second})
    return _compiled(model, losses, metrics=metrics)


class Aside(keras.Model):  # type: ignore[misc]
    """Some of its weights are used in training only."""

    def __init__(self) -> None:
        super().__init__()
        self.aside, self.norm = layers.Dense(3), layers.BatchNormalization()
        self.out = layers.Dense(1)

    def call(self, x: Any, training: bool = False) -> Any:
        return self.out(self.norm(self.aside(x) if training else x, training=training))


class Penalty(layers.Layer):  # type: ignore[misc]
    """Adds to the loss, keeps a metric, and draws from the global source of chance."""

    def __init__(self) -> None:
        super().__init__()
        self.mean = keras.metrics.Mean(name="size")

    def call(self, x: Any, training: bool = False) -> Any:
        self.add_loss(keras.ops.mean(x**2))
        self.mean.update_state(x)
        return x + keras.random.normal(keras.ops.shape(x)) if training else x


IMAGES = np.random.default_rng(2).random((40, 8, 8, 1)).astype("float32")
WORDS = np.random.default_rng(1).integers(0, 10, (50, 7))
TEXTS = np.array(["a b", "b c", "c c d", "a", "d a b"] * 10, dtype=object)


def _reads_texts() -> keras.Model:
    words = layers.TextVectorization(output_sequence_length=4)
    words.adapt(TEXTS)
    parts = [keras.Input((1,), dtype="string"), words, layers.Embedding(10, 3), layers.Flatten()]
    return _compiled(keras.Sequential([*parts, layers.Dense(1)]))


MODELS: dict[str, tuple[Made, Any, Any]] = {
    "two by two": (lambda: _two_by_two(False), [X, pd.DataFrame(X[:, :2])], (X[:, 0], CLASSES)),
    "two by two, named": (
        lambda: _two_by_two(True),
        {"b": X[:, :2], "a": X},
        {"first": X[:, 0], "second": CLASSES},
    ),
    "an autoencoder": (
        _sequential(
            lambda: layers.Dense(2, activation="relu", activity_regularizer="l1"),
            lambda: layers.GaussianNoise(0.1),
            lambda: layers.Dense(3),
        ),
        X,
        X,
    ),
    "words": (
        _sequential(
            lambda: layers.Embedding(10, 4, mask_zero=True),
            lambda: layers.LSTM(3),
            lambda: layers.Dense(1, activation="sigmoid"),
            loss="binary_crossentropy",
            optimizer="rmsprop",
            metrics=["accuracy"],
        ),
        WORDS,
        Y,
    ),
    "texts": (_reads_texts, TEXTS, Y),
    "layers that do much": (
        _sequential(Penalty, lambda: layers.Lambda(lambda x: x * 2), lambda: layers.Dense(1)),
        X,
        Y,
    ),
    "weights for training only": (lambda: _compiled(Aside()), X, Y),
    "a frozen layer": (
        _sequential(
            lambda: keras.Input((3,)),
            lambda: layers.Dense(4, trainable=False),
            lambda: layers.Dense(1),
        ),
        X,
        Y,
    ),
}


@pytest.mark.parametrize(("make", "features", "labels"), MODELS.values(), ids=MODELS)
def test_models(make: Made, features: Any, labels: Any) -> None:
    assert_fast_is_same(lambda: fitted(make(), features, labels, batch_size=10))


def test_a_state_from_batch_to_batch() -> None:
    """Keras 3.12 and 3.13 cannot compile that for batches of any size: they train on their own."""

    def case() -> dict[str, Any]:
        parts = [keras.Input(batch_shape=(10, 7, 1)), layers.LSTM(3, stateful=True)]
        model = _compiled(keras.Sequential([*parts, layers.Dense(1)]))
        return fitted(model, WORDS[:, :, None], Y, batch_size=10)

    plain, fast = twice(case)
    assert fast.error is plain.error is None
    assert_same(fast.result, plain.result)
    assert fast.loops == [not keras.__version__.startswith(("3.12.", "3.13."))]


def test_layers_that_do_something_else_in_training() -> None:
    def case() -> list[Any]:
        parts = [
            layers.RandomFlip(seed=5),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Dropout(0.4),
            layers.Flatten(),
            layers.Dense(3, activation="softmax", kernel_regularizer="l2"),
        ]
        model = keras.Sequential([keras.Input((8, 8, 1)), *parts])
        _compiled(model, "sparse_categorical_crossentropy", metrics=["accuracy"])
        return [
            fitted(model, IMAGES, CLASSES[:40], validation_split=0.2, batch_size=10),
            model.evaluate(IMAGES, CLASSES[:40], verbose=0),
            model.predict(IMAGES, verbose=0),
        ]

    assert_fast_is_same(case)


@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
def test_a_model_that_is_all_frozen_stays_as_it_is() -> None:
    def case() -> list[Any]:
        model = network()
        model.trainable = False
        model.compile("adam", "mse")
        before = model.get_weights()
        found = fitted(model, X, Y)
        assert all(map(np.array_equal, model.get_weights(), before))
        return [found, len(model.optimizer.variables)]

    assert_fast_is_same(case)


@pytest.mark.parametrize(("rows", "batch_size"), [(50, 32), (48, 16), (50, 64)])
def test_a_model_without_an_input_layer_is_built_as_keras_builds_it(
    rows: int, batch_size: int
) -> None:
    def case() -> list[Any]:
        model = keras.Sequential([layers.Dense(2), layers.Dense(1)])
        model.compile("sgd", "mse")
        found = fitted(model, X[:rows], Y[:rows], batch_size=batch_size)
        summary: list[str] = []
        model.summary(print_fn=lambda line, **_: summary.append(line))
        return [found, summary, model.get_config(), model.get_build_config(), model.input_shape]

    assert_fast_is_same(case)


def test_lower_precision() -> None:
    def case() -> dict[str, Any]:
        keras.config.set_dtype_policy("mixed_float16")
        try:
            return {"history": fitted(network(hidden=4), X, Y)["history"]}
        finally:
            keras.config.set_dtype_policy("float32")

    assert_fast_is_same(case)
