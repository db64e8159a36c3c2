"""Equivalents that must count as the same, and near misses that must not."""

from __future__ import annotations

import json
from typing import Any

import expectations_list
import keras
import pytest
import tensorflow as tf
from keras import layers as kl

from grader.expect import spellings
from grader.expect.layers import Layer, NotAChain, arithmetic, layers_of
from grader.expect.quiz import chosen
from grader.expect.specifications import (
    average_pooling1d,
    average_pooling2d,
    batch_normalization,
    complete,
    conv1d,
    conv2d,
    dense,
    dropout,
    embedding,
    flatten,
    global_average_pooling1d,
    global_average_pooling2d,
    global_max_pooling1d,
    global_max_pooling2d,
    gru,
    layer_normalization,
    lstm,
    max_pooling1d,
    max_pooling2d,
    simple_rnn,
    up_sampling2d,
)
from grader.learner.own_functions import name_activations


def _functional(*steps: Any) -> keras.Model:
    inputs = keras.Input((2,))
    x = inputs
    for step in steps:
        x = step(x)
    return keras.Model(inputs, x)


def _round_trip(model: keras.Model) -> keras.Model:
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    name_activations(model, config)
    return keras.saving.deserialize_keras_object(config)


SAME = {
    "list": lambda: keras.Sequential([keras.Input((2,)), kl.Dense(3, "relu"), kl.Dense(1)]),
    "input_shape": lambda: keras.Sequential(
        [kl.Dense(3, activation="relu", input_shape=(2,)), kl.Dense(1)]
    ),
    "function": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3, keras.activations.relu), kl.Dense(1)]
    ),
    "tf.nn": lambda: keras.Sequential([keras.Input((2,)), kl.Dense(3, tf.nn.relu), kl.Dense(1)]),
    "Activation": lambda: keras.Sequential(
        [
            keras.Input((2,)),
            kl.Dense(3),
            kl.Activation("relu"),
            kl.Dense(1),
            kl.Activation("linear"),
        ]
    ),
    "ReLU": lambda: keras.Sequential([keras.Input((2,)), kl.Dense(3), kl.ReLU(), kl.Dense(1)]),
    "activation object": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3, activation=kl.ReLU()), kl.Dense(1, activation="linear")]
    ),
    "functional": lambda: _functional(kl.Dense(3, "relu"), kl.Dense(1)),
    "operation": lambda: _functional(kl.Dense(3), keras.activations.relu, kl.Dense(1)),
    "ops": lambda: _functional(kl.Dense(3), keras.ops.relu, kl.Dense(1)),
    "nested": lambda: keras.Sequential(
        [keras.Input((2,)), keras.Sequential([kl.Dense(3), kl.ReLU()]), kl.Dense(1)]
    ),
    "functional in sequential": lambda: keras.Sequential(
        [_functional(kl.Dense(3, "relu")), kl.Dense(1)]
    ),
}


@pytest.mark.parametrize("make", SAME.values(), ids=SAME)
def test_equivalent_models_have_the_same_layers(make: Any) -> None:
    found = layers_of(_round_trip(make()))
    assert [(x.kind, x.settings, x.activation, x.parameters) for x in found] == [
        ("Dense", (3,), "relu", 9),
        ("Dense", (1,), "linear", 4),
    ]


NEAR = {
    "other activation": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3, "relu6"), kl.Dense(1)]
    ),
    "capped ReLU": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3), kl.ReLU(6), kl.Dense(1)]
    ),
    "leaky": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3), kl.LeakyReLU(), kl.Dense(1)]
    ),
    "after normalisation": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3), kl.BatchNormalization(), kl.ReLU(), kl.Dense(1)]
    ),
    "activation first": lambda: keras.Sequential(
        [keras.Input((2,)), kl.ReLU(), kl.Dense(3), kl.Dense(1)]
    ),
    "no bias": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3, "relu", use_bias=False), kl.Dense(1)]
    ),
    "dropout": lambda: keras.Sequential(
        [keras.Input((2,)), kl.Dense(3, "relu"), kl.Dropout(0.1), kl.Dense(1)]
    ),
    "empty": lambda: keras.Sequential([keras.Input((2,))]),
}


@pytest.mark.parametrize("make", NEAR.values(), ids=NEAR)
def test_near_misses_have_other_layers(make: Any) -> None:
    expected = complete([dense(3, "relu"), dense(1)], (2,))
    found = layers_of(_round_trip(make()))
    assert [(x.kind, x.settings, x.activation, x.parameters) for x in found] != [
        (x.kind, x.settings, x.activation, x.parameters) for x in expected
    ]


def test_a_branching_model_is_no_chain() -> None:
    inputs = keras.Input((2,))
    joined = kl.Concatenate()([kl.Dense(2)(inputs), kl.Dense(2)(inputs)])
    with pytest.raises(NotAChain):
        layers_of(_round_trip(keras.Model(inputs, joined)))


@pytest.mark.parametrize(
    ("specification", "shape", "sums"),
    [
        ([dense(4), dense(1)], (8,), ["(8 + 1) × 4 = 36", "(4 + 1) × 1 = 5"]),
        (
            [conv2d(32, 3), conv2d(16, 3), flatten(), dense(10)],
            (28, 28, 1),
            ["(3×3×1 + 1) × 32 = 320", "(3×3×32 + 1) × 16 = 4624", "0", "(9216 + 1) × 10 = 92170"],
        ),
        ([embedding(44, 8), lstm(32)], (3,), ["44 × 8 = 352", "4 × (8 + 32 + 1) × 32 = 5248"]),
        ([dense(50), batch_normalization()], (64,), ["(64 + 1) × 50 = 3250", "200"]),
        ([dense(50), layer_normalization()], (64,), ["(64 + 1) × 50 = 3250", "2 × 50 = 100"]),
        (
            [gru(4, sequences=True), simple_rnn(5, sequences=True), lstm(6)],
            (7, 3),
            ["3 × (3 + 4 + 2) × 4 = 108", "(4 + 5 + 1) × 5 = 50", "4 × (5 + 6 + 1) × 6 = 288"],
        ),
        (
            [conv1d(8, 3), max_pooling1d(), average_pooling1d(), global_max_pooling1d(), dense(2)],
            (20, 4),
            ["(3×4 + 1) × 8 = 104", "0", "0", "0", "(8 + 1) × 2 = 18"],
        ),
        ([conv1d(8, 3), global_average_pooling1d()], (20, 4), ["(3×4 + 1) × 8 = 104", "0"]),
        (
            [conv2d(8, 3), max_pooling2d(), average_pooling2d(3), up_sampling2d(), flatten()],
            (28, 28, 1),
            ["(3×3×1 + 1) × 8 = 80", "0", "0", "0", "0"],
        ),
        ([global_max_pooling2d(), dropout(0.5)], (8, 8, 3), ["0", "0"]),
        ([global_average_pooling2d(), dense(2)], (8, 8, 3), ["0", "(3 + 1) × 2 = 8"]),
    ],
)
def test_the_arithmetic_adds_up(
    specification: Any, shape: tuple[int, ...], sums: list[str]
) -> None:
    done = complete(specification, shape)
    assert [layer.arithmetic for layer in done] == sums
    for layer in done:
        left, _, right = layer.arithmetic.rpartition(" = ")
        if left:
            assert eval(left.replace("×", "*")) == int(right) == layer.parameters


def test_arithmetic_without_biases() -> None:
    model = keras.Sequential([keras.Input((2,)), kl.Dense(3, use_bias=False)])
    assert arithmetic(layers_of(model)[0], (2,)) == "(2) × 3 = 6"


SPECIFIED = {
    "dropout": (kl.Dropout(0.5), dropout(0.5), (4,)),
    "max_pooling1d": (kl.MaxPooling1D(3), max_pooling1d(3), (9, 2)),
    "max_pooling2d": (kl.MaxPooling2D((2, 2)), max_pooling2d(), (8, 8, 1)),
    "average_pooling1d": (kl.AveragePooling1D(2), average_pooling1d(), (9, 2)),
    "average_pooling2d": (kl.AveragePooling2D(4), average_pooling2d(4), (8, 8, 1)),
    "global_max_pooling1d": (kl.GlobalMaxPooling1D(), global_max_pooling1d(), (9, 2)),
    "global_max_pooling2d": (kl.GlobalMaxPool2D(), global_max_pooling2d(), (8, 8, 1)),
    "global_average_pooling1d": (kl.GlobalAveragePooling1D(), global_average_pooling1d(), (9, 2)),
    "global_average_pooling2d": (kl.GlobalAvgPool2D(), global_average_pooling2d(), (8, 8, 1)),
    "up_sampling2d": (kl.UpSampling2D(3), up_sampling2d(3), (8, 8, 1)),
    "layer_normalization": (kl.LayerNormalization(), layer_normalization(), (4,)),
    "conv1d": (kl.Conv1D(8, [3], activation="relu"), conv1d(8, 3, "relu"), (9, 2)),
    "gru": (kl.GRU(5, activation="tanh"), gru(5), (9, 2)),
    "simple_rnn": (kl.SimpleRNN(5), simple_rnn(5), (9, 2)),
    "lstm": (kl.LSTM(5, return_sequences=True), lstm(5, sequences=True), (9, 2)),
}


@pytest.mark.parametrize(("layer", "specified", "shape"), SPECIFIED.values(), ids=SPECIFIED)
def test_a_layer_is_what_was_specified(layer: Any, specified: Layer, shape: Any) -> None:
    model = keras.Sequential([keras.Input(shape), layer])
    (found,), (wanted,) = layers_of(_round_trip(model)), complete([specified], shape)
    assert (found.kind, found.settings, found.activation) == (
        wanted.kind, wanted.settings, wanted.activation,
    )  # fmt: skip
    assert (found.parameters, found.output_shape) == (wanted.parameters, wanted.output_shape)
    assert arithmetic(found, shape) == wanted.arithmetic


def test_arithmetic_that_does_not_add_up_is_not_shown() -> None:
    model = keras.Sequential([keras.Input((8, 8, 4)), kl.Conv2D(4, 3, groups=2)])
    assert arithmetic(layers_of(model)[0], (8, 8, 4)) == "76"


def test_the_list_of_expectations_is_up_to_date() -> None:
    written = expectations_list.LIST.read_text("utf-8")
    assert written == expectations_list.text(), "python tests/expectations_list.py --write"


def _compiled(**settings: Any) -> dict[str, Any]:
    model = keras.Sequential([keras.Input((2,)), kl.Dense(1)])
    model.compile(**settings)
    return dict(json.loads(json.dumps(model.get_compile_config())))


@pytest.mark.parametrize(
    "loss",
    ["mse", "MSE", "mean_squared_error", keras.losses.MeanSquaredError(), keras.losses.mean_squared_error,
     ["mse"], [keras.losses.MeanSquaredError()], tf.keras.losses.MeanSquaredError()],
)  # fmt: skip
def test_spellings_of_a_loss(loss: Any) -> None:
    assert (
        spellings.loss_name(_compiled(optimizer="adam", loss=loss)["loss"]) == "mean_squared_error"
    )


@pytest.mark.parametrize("loss", ["mae", "msle", "binary_crossentropy", keras.losses.Huber()])
def test_other_losses(loss: Any) -> None:
    assert (
        spellings.loss_name(_compiled(optimizer="adam", loss=loss)["loss"]) != "mean_squared_error"
    )


@pytest.mark.parametrize(
    "optimizer", ["adam", "Adam", keras.optimizers.Adam(), tf.keras.optimizers.Adam(0.01)]
)
def test_spellings_of_an_optimizer(optimizer: Any) -> None:
    assert (
        spellings.optimizer_name(_compiled(optimizer=optimizer, loss="mse")["optimizer"]) == "adam"
    )


@pytest.mark.parametrize("optimizer", ["adamw", "sgd", keras.optimizers.Adamax()])
def test_other_optimizers(optimizer: Any) -> None:
    assert (
        spellings.optimizer_name(_compiled(optimizer=optimizer, loss="mse")["optimizer"]) != "adam"
    )


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (["accuracy"], ["accuracy"]),
        (["acc"], ["accuracy"]),
        (["Accuracy"], ["accuracy"]),
        ([["accuracy"]], ["accuracy"]),
        ([keras.metrics.BinaryAccuracy(name="accuracy")], ["binary_accuracy"]),
        ([keras.metrics.binary_accuracy], ["binary_accuracy"]),
        ([keras.metrics.Accuracy()], ["Accuracy()"]),
        (["mae", "accuracy"], ["mean_absolute_error", "accuracy"]),
        (None, []),
    ],
)
def test_spellings_of_metrics(metrics: Any, expected: list[str]) -> None:
    found = _compiled(optimizer="adam", loss="mse", metrics=metrics)["metrics"]
    assert spellings.metric_names(found) == expected


def test_a_loss_on_logits_is_told_apart() -> None:
    logits = keras.losses.BinaryCrossentropy(from_logits=True)
    assert spellings.takes_logits(_compiled(optimizer="adam", loss=logits)["loss"])
    assert not spellings.takes_logits(
        _compiled(optimizer="adam", loss="binary_crossentropy")["loss"]
    )


@pytest.mark.parametrize("answer", [2, "2", " 2 ", 2.0, "(2)", "2."])
def test_ways_to_name_an_option(answer: Any) -> None:
    assert chosen(answer) == 2


@pytest.mark.parametrize("answer", [True, None, "two", 2.5, [2], "", float("nan"), "²", "2222"])
def test_what_names_no_option(answer: Any) -> None:
    assert chosen(answer) is None
