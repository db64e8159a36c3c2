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

from grader.learner import fast_fit

Made = Callable[[], Any]
WEIGHTS = np.linspace(0, 2, len(X))

OPTIONS: dict[str, dict[str, Any]] = {
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


@pytest.mark.filterwarnings("ignore:The structure of `inputs` doesn't match")
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


@pytest.mark.by_turns
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
