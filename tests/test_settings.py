"""Every setting of a layer, an optimizer or a loss counts, unless it is harmless."""

from __future__ import annotations

from typing import Any

import keras
import pytest

from grader.expect.settings import MAY_DIFFER, config_of, defaults_of, deviations, layer_settings


def _of_layer(made: keras.layers.Layer, wanted: keras.layers.Layer) -> list[str]:
    return [one.name for one in deviations(layer_settings(made), layer_settings(wanted), "layer")]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("trainable", False),
        ("kernel_regularizer", "l2"),
        ("bias_regularizer", "l1"),
        ("activity_regularizer", "l2"),
        ("kernel_constraint", "non_neg"),
        ("bias_constraint", "unit_norm"),
    ],
)
def test_setting_of_a_dense_layer_counts(setting: str, value: Any) -> None:
    made = keras.layers.Dense(4, **{setting: value})
    assert _of_layer(made, keras.layers.Dense(4)) == [setting]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("name", "first"),
        ("dtype", "float64"),
        ("activation", "relu"),  # has a check of its own
        ("kernel_initializer", "he_normal"),
        ("bias_initializer", "ones"),
        ("kernel_regularizer", None),
    ],
)
def test_harmless_setting_of_a_dense_layer(setting: str, value: Any) -> None:
    made = keras.layers.Dense(4, **{setting: value})
    assert _of_layer(made, keras.layers.Dense(4)) == []


@pytest.mark.parametrize(
    ("kind", "sizes", "setting", "value"),
    [
        ("Conv2D", (8, 3), "padding", "same"),
        ("Conv2D", (8, 3), "strides", 2),
        ("Conv2D", (8, 3), "dilation_rate", 2),
        ("Conv2D", (8, 3), "groups", 2),
        ("LSTM", (8,), "dropout", 0.2),
        ("LSTM", (8,), "recurrent_dropout", 0.2),
        ("LSTM", (8,), "recurrent_activation", "relu"),
        ("LSTM", (8,), "unit_forget_bias", False),
        ("LSTM", (8,), "return_sequences", True),
        ("LSTM", (8,), "go_backwards", True),
        ("LSTM", (8,), "stateful", True),
        ("BatchNormalization", (), "gamma_regularizer", "l2"),
        ("BatchNormalization", (), "axis", 1),
        ("Embedding", (9, 2), "embeddings_regularizer", "l2"),
        ("MaxPooling2D", (2,), "padding", "same"),
        ("Dropout", (0.5,), "noise_shape", [1, 4]),
    ],
)
def test_setting_of_another_layer_counts(
    kind: str, sizes: tuple[Any, ...], setting: str, value: Any
) -> None:
    layer = getattr(keras.layers, kind)
    assert _of_layer(layer(*sizes, **{setting: value}), layer(*sizes)) == [setting]


def _of_object(made: Any, module: Any, of: str) -> list[str]:
    written = keras.saving.serialize_keras_object(made)
    return [one.name for one in deviations(config_of(written), defaults_of(written, module), of)]


@pytest.mark.parametrize(
    ("made", "counts"),
    [
        (keras.optimizers.Adam(), []),
        (keras.optimizers.Adam(learning_rate=0.1, name="mine"), []),
        (keras.optimizers.Adam(clipnorm=1.0), ["clipnorm"]),
        (keras.optimizers.Adam(weight_decay=0.1), ["weight_decay"]),
        (keras.optimizers.Adam(beta_1=0.5), ["beta_1"]),
        (keras.optimizers.Adam(use_ema=True), ["use_ema"]),
        (keras.optimizers.SGD(momentum=0.9), ["momentum"]),
    ],
)
def test_settings_of_an_optimizer(made: keras.optimizers.Optimizer, counts: list[str]) -> None:
    assert _of_object(made, keras.optimizers, "optimizer") == counts


@pytest.mark.parametrize(
    ("made", "counts"),
    [
        (keras.losses.BinaryCrossentropy(), []),
        (keras.losses.BinaryCrossentropy(name="mine", reduction="mean"), []),
        (keras.losses.BinaryCrossentropy(reduction="sum"), ["reduction"]),
        (keras.losses.CategoricalCrossentropy(label_smoothing=0.1), ["label_smoothing"]),
        (keras.losses.CategoricalCrossentropy(axis=0), ["axis"]),
    ],
)
def test_settings_of_a_loss(made: keras.losses.Loss, counts: list[str]) -> None:
    assert _of_object(made, keras.losses, "loss") == counts


def test_bare_name_has_the_defaults() -> None:
    assert deviations(config_of("adam"), defaults_of("adam", keras.optimizers), "optimizer") == []


def test_a_deviation_says_what_it_is() -> None:
    (one,) = deviations({"trainable": False}, {"trainable": True}, "layer")
    assert (one.expected, one.got) == ("trainable=True", "trainable=False")
    assert "cannot learn" in one.why


def test_each_harmless_setting_has_its_reason() -> None:
    for free in MAY_DIFFER.values():
        assert all(reason for reason in free.values())
