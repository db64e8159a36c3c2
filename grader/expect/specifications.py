"""The layers that a task asks for, as its checks declare them."""

from __future__ import annotations

from dataclasses import replace

import keras

from grader.expect.layers import SHOWN_SETTINGS, TAKES_ACTIVATION, Layer, arithmetic, layers_of


def dense(units: int, activation: str = "linear") -> Layer:
    """Specify a fully connected layer of UNITS neurons."""
    return Layer("Dense", (units,), activation)


def conv2d(filters: int, kernel: int, activation: str = "linear") -> Layer:
    """Specify a 2D convolution with FILTERS square kernels of KERNEL pixels a side."""
    return Layer("Conv2D", (filters, (kernel, kernel)), activation)


def conv1d(filters: int, kernel: int, activation: str = "linear") -> Layer:
    """Specify a 1D convolution with FILTERS kernels of KERNEL steps."""
    return Layer("Conv1D", (filters, (kernel,)), activation)


def max_pooling1d(size: int = 2) -> Layer:
    """Specify a layer that keeps the largest of each SIZE steps."""
    return Layer("MaxPooling1D", ((size,),))


def max_pooling2d(size: int = 2) -> Layer:
    """Specify a layer that keeps the largest of each square of SIZE pixels a side."""
    return Layer("MaxPooling2D", ((size, size),))


def average_pooling1d(size: int = 2) -> Layer:
    """Specify a layer that keeps the mean of each SIZE steps."""
    return Layer("AveragePooling1D", ((size,),))


def average_pooling2d(size: int = 2) -> Layer:
    """Specify a layer that keeps the mean of each square of SIZE pixels a side."""
    return Layer("AveragePooling2D", ((size, size),))


def global_max_pooling1d() -> Layer:
    """Specify a layer that keeps the largest of all steps, for each channel."""
    return Layer("GlobalMaxPooling1D")


def global_max_pooling2d() -> Layer:
    """Specify a layer that keeps the largest of all pixels, for each channel."""
    return Layer("GlobalMaxPooling2D")


def global_average_pooling1d() -> Layer:
    """Specify a layer that keeps the mean of all steps, for each channel."""
    return Layer("GlobalAveragePooling1D")


def global_average_pooling2d() -> Layer:
    """Specify a layer that keeps the mean of all pixels, for each channel."""
    return Layer("GlobalAveragePooling2D")


def up_sampling2d(size: int = 2) -> Layer:
    """Specify a layer that makes a square of SIZE pixels a side of each pixel."""
    return Layer("UpSampling2D", ((size, size),))


def dropout(rate: float) -> Layer:
    """Specify a layer that drops this share of its inputs while it trains."""
    return Layer("Dropout", (rate,))


def flatten() -> Layer:
    """Specify a layer that lays its input out flat."""
    return Layer("Flatten")


def batch_normalization() -> Layer:
    """Specify a batch normalisation."""
    return Layer("BatchNormalization")


def layer_normalization() -> Layer:
    """Specify a layer normalisation."""
    return Layer("LayerNormalization")


def embedding(words: int, size: int) -> Layer:
    """Specify an embedding of WORDS words as vectors of SIZE numbers."""
    return Layer("Embedding", (words, size))


def lstm(units: int, *, sequences: bool = False) -> Layer:
    """Specify an LSTM of UNITS units, which returns its last output, or all as SEQUENCES."""
    return Layer("LSTM", (units,), sequences=sequences)


def gru(units: int, *, sequences: bool = False) -> Layer:
    """Specify a GRU of UNITS units, which returns its last output, or all as SEQUENCES."""
    return Layer("GRU", (units,), sequences=sequences)


def simple_rnn(units: int, *, sequences: bool = False) -> Layer:
    """Specify a simple recurrent layer, which returns its last output, or all as SEQUENCES."""
    return Layer("SimpleRNN", (units,), sequences=sequences)


def complete(layers: list[Layer], input_shape: tuple[int | None, ...]) -> list[Layer]:
    """Return a specification's layers with their parameters, shapes and arithmetic.

    Args:
        layers: as `dense()`, `conv2d()` and so on make them.
        input_shape: of one sample, without the batch: `(2,)`, `(28, 28, 1)`.
    """
    model = keras.Sequential([keras.Input(input_shape)])
    for layer in layers:
        model.add(_build(layer))
    done = []
    size = input_shape
    for layer, built in zip(layers, layers_of(model), strict=True):
        done.append(
            replace(
                layer,
                parameters=built.parameters,
                output_shape=built.output_shape,
                arithmetic=arithmetic(built, size),
                told=built.told,
            ),
        )
        size = tuple(built.output_shape or ())[1:]
    return done


def _build(layer: Layer) -> keras.layers.Layer:
    settings = dict(zip(SHOWN_SETTINGS.get(layer.kind, ()), layer.settings, strict=True))
    if layer.activation is not None and layer.kind in TAKES_ACTIVATION:
        settings["activation"] = layer.activation
    if layer.sequences:
        settings["return_sequences"] = True
    built: keras.layers.Layer = getattr(keras.layers, layer.kind)(**settings)
    return built
