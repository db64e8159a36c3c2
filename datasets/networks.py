"""The networks that exercises start from: built and compiled, not yet trained."""

from __future__ import annotations

import keras
from keras.layers import Dense, Input


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
    if compiled:
        model.compile(optimizer="adam", loss="mse")
    return model


def banknote_network() -> keras.Model:
    """Return the network of 2.1.2: 4 measurements in, the probability of a fake out."""
    model = keras.Sequential([Input((4,)), Dense(1, activation="sigmoid")])
    model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
    return model


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
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def irrigation_network() -> keras.Model:
    """Return the network of 2.3.1: 20 sensors in, a probability for each of 3 parcels out.

    Its metric is called `accuracy` and counts every parcel on its own. With the text
    "accuracy" Keras would compare whole rows, as if only one parcel could need water.
    """
    model = keras.Sequential(
        [Input((20,)), Dense(64, activation="relu"), Dense(3, activation="sigmoid")],
    )
    model.compile(
        optimizer="adam",
        loss="binary_crossentropy",
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy")],
    )
    return model
