"""Training in compiled loops gives what Keras gives: numbers, names, shapes, orders."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import chain
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras import layers
from keras_twice import (
    CLASSES,
    X,
    Y,
    assert_fast_is_same,
    fitted,
    keras_as_it_is,
    keras_with_fast_fit,
    network,
)
from scipy.stats import ks_2samp

from grader.engine import fast_fit

Made = Callable[[], Any]
WEIGHTS = np.linspace(0, 2, len(X))

OPTIONS = {
    "as it is": {},
    "batches of 1": {"batch_size": 1, "epochs": 1},
    "a short last batch": {"batch_size": 8},
    "batches of one size": {"batch_size": np.int64(10)},
    "a batch larger than the data": {"batch_size": 5_000_000_000},
    "a split": {"validation_split": 0.3, "validation_batch_size": 7, "validation_freq": 2},
    "validation": {"validation_data": (X[:20], Y[:20]), "validation_freq": [1, 3], "epochs": 3},
    "validation, weighted": {"validation_data": [X, Y, WEIGHTS], "sample_weight": WEIGHTS[::-1]},
    "validation, one row": {"validation_data": (X[:1], Y[:1], None)},
    "class weights": {"class_weight": {0: 1.0, 1: 5.0}, "validation_split": 0.2},
    "a later first epoch": {"initial_epoch": 2, "epochs": 4},
}


def test_every_option_of_fit() -> None:
    def case() -> dict[str, Any]:
        model = network(metrics=["accuracy"], weighted_metrics=["mae"])
        return {name: fitted(model, X, Y, **options) for name, options in OPTIONS.items()}

    assert_fast_is_same(case)


FRAME = pd.DataFrame(X.astype("float64"), columns=list("abc")).assign(b=range(len(X)))
COLUMN = Y[:, None]
DATA = {
    "float64 and bool": (X.astype("float64"), COLUMN > 0),
    "float16 and bytes": (X.astype("float16"), COLUMN.astype("uint8")),
    "tensors": (tf.constant(X), tf.constant(COLUMN)),
    "a list of one": ([X], [COLUMN]),
    "frames": (FRAME, pd.Series(Y, index=range(7, 57))),
    "rows not in order": (FRAME.sample(frac=1, random_state=1), pd.DataFrame({"y": Y})),
    "arrays not in one piece": (np.repeat(X, 2, axis=0)[::2], COLUMN[::-1]),
    "one row": (X[:1], COLUMN[:1]),
    "not a number": (np.where(X > 1, np.nan, X), COLUMN),
}


@pytest.mark.filterwarnings("ignore:The structure of `inputs` doesn't match")
def test_every_kind_of_array() -> None:
    def case() -> dict[str, Any]:
        model, found = network(), {}
        for name, (features, labels) in DATA.items():
            found[name] = [
                fitted(model, features, labels, epochs=1),
                model.predict(features, verbose=0),
            ]
        return found

    assert_fast_is_same(case)


def test_every_way_to_evaluate_and_predict() -> None:
    def case() -> list[Any]:
        model = network(metrics=["accuracy"], weighted_metrics=["mae"])
        return [
            model.evaluate(X, COLUMN, verbose=0),
            model.evaluate(X, COLUMN, 7, verbose=0, return_dict=True),
            model.evaluate(FRAME, COLUMN, batch_size=50, verbose=0),
            model.evaluate(X, COLUMN, sample_weight=WEIGHTS, verbose=0, return_dict=True),
            model.evaluate(X[:1], COLUMN[:1], verbose=0),
            *(model.predict(rows, verbose=0, batch_size=7) for rows in (X, X[:1], [X], FRAME)),
        ]

    assert_fast_is_same(case)


METRICS = [
    "binary_accuracy",
    keras.metrics.AUC,
    keras.metrics.Precision,
    lambda y, predicted: keras.ops.mean(predicted),
]
COMPILED: dict[str, tuple[Made, Any]] = {
    "sgd, clipped": (
        lambda: network(
            optimizer=keras.optimizers.SGD(0.1, momentum=0.9, clipnorm=0.2), metrics=["mae", "mse"]
        ),
        Y,
    ),
    "rmsprop": (
        lambda: network(
            3,
            "softmax",
            hidden=4,
            optimizer="rmsprop",
            loss="categorical_crossentropy",
            metrics=["accuracy"],
        ),
        np.eye(3)[CLASSES],
    ),
    "adadelta": (
        lambda: network(
            3,
            "softmax",
            optimizer=keras.optimizers.Adadelta(1.0),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        ),
        CLASSES,
    ),
    "adam": (
        lambda: network(
            optimizer="adam",
            loss="binary_crossentropy",
            metrics=[metric() if isinstance(metric, type) else metric for metric in METRICS],
        ),
        COLUMN,
    ),
    "nadam, a loss of one's own": (
        lambda: network(optimizer="nadam", loss=lambda y, p: keras.ops.mean(keras.ops.abs(y - p))),
        COLUMN.astype("float32"),
    ),
    "adagrad, averaged": (
        lambda: network(
            optimizer=keras.optimizers.Adagrad(use_ema=True, ema_overwrite_frequency=3)
        ),
        Y,
    ),
    "a rate that decays": (
        lambda: network(
            optimizer=keras.optimizers.Adam(
                keras.optimizers.schedules.ExponentialDecay(0.5, 2, 0.5),
                gradient_accumulation_steps=2,
            ),
        ),
        Y,
    ),
    "divergence": (lambda: network(1, "linear", optimizer=keras.optimizers.SGD(1e30)), Y),
}


@pytest.mark.parametrize(("make", "labels"), COMPILED.values(), ids=COMPILED)
def test_optimizers_losses_and_metrics(make: Made, labels: np.ndarray) -> None:
    assert_fast_is_same(lambda: fitted(make(), X, labels, batch_size=8))


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
    "two by two": (lambda: _two_by_two(False), [X, FRAME[["a", "b"]]], (X[:, 0], CLASSES)),
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
    "a state from batch to batch": (
        _sequential(
            lambda: keras.Input(batch_shape=(10, 7, 1)),
            lambda: layers.LSTM(3, stateful=True),
            lambda: layers.Dense(1),
        ),
        WORDS[:, :, None],
        Y,
    ),
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


# Shuffling

SORTED = np.argsort(X[:, 0])


def _shuffled_runs(model: keras.Model, seeds: range, *, shuffle: bool = True) -> np.ndarray:
    """Return the losses of two epochs and two weights, for each seed, from the same start."""
    start, found = model.get_weights(), []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        model.set_weights(start)
        # Sorted rows and large steps: the order in which they come matters much.
        history = model.fit(
            X[SORTED], CLASSES[SORTED], epochs=2, batch_size=10, shuffle=shuffle, verbose=0
        )
        kernel = model.get_weights()[0]
        found.append([*history.history["loss"], kernel[0, 0], kernel[1, 1]])
    model.set_weights(start)
    return np.array(found)


def test_shuffled_training_has_the_same_distribution() -> None:
    def softmax() -> keras.Model:
        keras.utils.set_random_seed(3)
        rate = keras.optimizers.SGD(0.5)
        return network(3, "softmax", optimizer=rate, loss="sparse_categorical_crossentropy")

    with keras_as_it_is():
        plain = _shuffled_runs(softmax(), range(30))
    with keras_with_fast_fit() as run:
        model = softmax()
        fast = _shuffled_runs(model, range(100, 130))
        again = _shuffled_runs(model, range(100, 102))
        unshuffled = np.repeat(_shuffled_runs(model, range(1), shuffle=False), 30, axis=0)
    assert run.loops == [True]
    for number in range(4):
        assert ks_2samp(fast[:, number], plain[:, number]).pvalue > 0.05
        # The test is one that can tell: without shuffling, nothing is left of the spread.
        assert ks_2samp(unshuffled[:, number], plain[:, number]).pvalue < 1e-3
        assert len(np.unique(fast[:, number])) == 30
    np.testing.assert_allclose(again, fast[:2], rtol=1e-6, err_msg="the same seed, other numbers")


def test_every_row_is_used_once_an_epoch_in_an_order_of_its_own() -> None:
    batches: list[list[int]] = []

    def note(rows: np.ndarray) -> np.ndarray:
        batches.append(rows[:, 0].astype(int).tolist())
        return rows

    def seen(rows: tf.Tensor) -> tf.Tensor:
        noted = tf.numpy_function(note, [rows], tf.float32)
        return tf.ensure_shape(noted, rows.shape)

    with keras_with_fast_fit() as run:
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((1,)), layers.Lambda(seen), layers.Dense(1)])
        model.compile("sgd", "mse")
        numbers = np.arange(50, dtype="float32")[:, None]
        for shuffle in (True, False):
            model.fit(numbers, numbers, batch_size=8, epochs=2, shuffle=shuffle, verbose=0)
        model.evaluate(numbers, numbers, batch_size=8, verbose=0)
    assert run.loops == [True, True]
    assert [len(batch) for batch in batches] == [8, 8, 8, 8, 8, 8, 2] * 5
    epochs = [list(chain(*batches[start : start + 7])) for start in range(0, 35, 7)]
    assert all(sorted(epoch) == list(range(50)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 3, "two shuffled orders and one that is not"
    assert epochs[2] == epochs[3] == epochs[4] == list(range(50))


# Cost


def test_a_model_is_compiled_once_and_nothing_is_kept_of_the_data() -> None:
    with keras_with_fast_fit() as run:
        model = network()
        for rows in (50, 48, 33, 1):
            for _ in range(3):
                model.fit(X[:rows], Y[:rows], validation_split=0.2 * (rows > 1), verbose=0)
                model.evaluate(X[:rows], Y[:rows], batch_size=rows, verbose=0)
        assert run.loops == [True, True], "one loop to train, one to evaluate"
        model.compile("sgd", "mse")
        model.fit(X, Y, verbose=0)
        assert run.loops == [True] * 3
        model.predict(X, verbose=0)
    gc.collect()
    assert not [kept for kept in gc.get_objects() if isinstance(kept, fast_fit._Epoch)]
