"""The networks that exercises start from: built and compiled, not yet trained."""

from __future__ import annotations

import keras
from keras.initializers import GlorotUniform
from keras.layers import LSTM, Conv2D, Dense, Embedding, Flatten, Input


def orbit_network(*, compiled: bool = True) -> keras.Model:
    """Return the network of 1.3.1: a minute in, a position out.

    With `compiled` false it is as 1.3.2 gives it, for the learner to compile.
    """
    model = keras.Sequential(
        [
            Input((1,)),
            Dense(50, activation="relu"),
            Dense(50, activation="relu"),
            Dense(50, activation="relu"),
            Dense(1),
        ],
    )
    return _compiled(model, "adam", "mse", accuracy=False) if compiled else model


def banknote_network() -> keras.Model:
    """Return the network of 2.1.2: 4 measurements in, the probability of a fake out."""
    model = keras.Sequential([Input((4,)), Dense(1, activation="sigmoid")])
    return _compiled(model, "sgd", "binary_crossentropy")


def darts_network() -> keras.Model:
    """Return the network of 2.2.1: 2 coordinates in, 4 probabilities out."""
    model = keras.Sequential(
        [
            Input((2,)),
            Dense(128, activation="relu"),
            Dense(64, activation="relu"),
            Dense(32, activation="relu"),
            Dense(4, activation="softmax"),
        ],
    )
    return _compiled(model, "adam", "categorical_crossentropy")


def irrigation_network(activation: str = "relu") -> keras.Model:
    """Return the network of 2.3.1: 20 sensors in, a probability for each of 3 parcels out.

    Its hidden layer has this activation, relu unless another is named.
    Its metric is called `accuracy` and counts every parcel on its own. With the text
    "accuracy" Keras would compare whole rows, as if only one parcel could need water.
    """
    model = keras.Sequential(
        [Input((20,)), Dense(64, activation=activation), Dense(3, activation="sigmoid")],
    )
    model.compile(
        optimizer="adam",
        loss="binary_crossentropy",
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
    )
    return model


def text_network() -> keras.Model:
    """Return the network of 4.3.2: the numbers of 3 words in, 44 probabilities out.

    The numbers are below 44; output 0 is for no word at all.
    """
    model = keras.Sequential(
        [
            Input((3,)),
            Embedding(44, 8),
            LSTM(32),
            Dense(32, activation="relu"),
            Dense(44, activation="softmax"),
        ],
    )
    return _compiled(model, "adam", "categorical_crossentropy")


def digits_network() -> keras.Model:
    """Return the network of 3.1.1: 64 pixels in, a probability for each of 10 digits out."""
    model = keras.Sequential(
        [Input((64,)), Dense(16, activation="relu"), Dense(10, activation="softmax")],
    )
    return _compiled(model, "adam", "categorical_crossentropy")


def cnn_network() -> keras.Model:
    """Return the network of 4.2.1: an image of 28×28 pixels in, 10 probabilities out."""
    model = keras.Sequential(
        [
            Input((28, 28, 1)),
            Conv2D(32, 3, activation="relu"),
            Conv2D(16, 3, activation="relu"),
            Flatten(),
            Dense(10, activation="softmax"),
        ],
    )
    return _compiled(model, "adam", "categorical_crossentropy")


def neuron_pair_network() -> keras.Model:
    """Return the network of 4.1.2: 4 measurements in, 2 neurons, the probability of a fake out.

    It starts with the same weights whatever the seed is: of two neurons with relu, one is
    easily dead from the start.
    """
    model = keras.Sequential(
        [
            Input((4,)),
            Dense(2, activation="relu", kernel_initializer=GlorotUniform(seed=8)),
            Dense(1, activation="sigmoid", kernel_initializer=GlorotUniform(seed=9)),
        ],
    )
    return _compiled(model, "sgd", "binary_crossentropy")


def autoencoder_network() -> keras.Model:
    """Return the network of 4.1.3: 784 pixels in, 32 numbers between, 784 pixels out."""
    model = keras.Sequential(
        [Input((784,)), Dense(32, activation="relu"), Dense(784, activation="sigmoid")],
    )
    model.compile(
        optimizer=keras.optimizers.Adadelta(learning_rate=1.0), loss="binary_crossentropy"
    )
    return model


def dots_network() -> keras.Model:
    """Return the network of 3.3.1: 2 coordinates in, the probability of a blue dot out."""
    model = keras.Sequential(
        [Input((2,)), Dense(4, activation="relu"), Dense(1, activation="sigmoid")],
    )
    return _compiled(model, "sgd", "binary_crossentropy")


def deep_digits_network(*, batch_normalization: bool) -> keras.Model:
    """Return the network of 3.3.2: 64 pixels in, 10 probabilities out.

    Args:
        batch_normalization: whether each of the three hidden layers is normalised.
    """
    model = keras.Sequential([Input((64,))])
    for _ in range(3):
        model.add(Dense(50, activation="relu", kernel_initializer="normal"))
        if batch_normalization:
            model.add(keras.layers.BatchNormalization())
    model.add(Dense(10, activation="softmax", kernel_initializer="normal"))
    return _compiled(model, "sgd", "categorical_crossentropy")


def cancer_network(learning_rate: float = 0.001, activation: str = "relu") -> keras.Model:
    """Return the network of 3.4.1: 30 measurements in, the probability of a benign tumour out.

    Without arguments it has the settings of 3.4.3, among the best that the search of 3.4.2 tried.

    Args:
        learning_rate: of the adam optimizer.
        activation: of the two hidden layers.
    """
    model = keras.Sequential(
        [
            Input((30,)),
            Dense(128, activation=activation),
            Dense(256, activation=activation),
            Dense(1, activation="sigmoid"),
        ],
    )
    return _compiled(model, keras.optimizers.Adam(learning_rate), "binary_crossentropy")


def _compiled(
    model: keras.Model, optimizer: str | keras.Optimizer, loss: str, *, accuracy: bool = True
) -> keras.Model:
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"] if accuracy else None)
    return model
