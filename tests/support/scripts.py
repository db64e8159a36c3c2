"""Keras scripts that are no exercises, and that learn; parts of which others are made.

They were written before anybody looked at what is said of them.
"""

from __future__ import annotations

IRIS = """
from sklearn.datasets import load_iris
import keras
X, y = load_iris(return_X_y=True)
"""
RANDOM = """
import numpy as np, keras
rng = np.random.default_rng(0)
X = rng.normal(size=(400, 3))
"""
THREE_CLASSES = """
model = keras.Sequential([
    keras.Input((4,)), keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(3, activation="softmax")])
"""
ONE_NUMBER = """
model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
"""

LEARN = {
    "a schedule for the rate, and raw scores": IRIS + """
rate = keras.optimizers.schedules.CosineDecay(0.05, 250)
model = keras.Sequential([keras.layers.Dense(10, activation="relu"), keras.layers.Dense(3)])
model.compile(keras.optimizers.SGD(rate),
              keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(X, y, epochs=50)
""",
    "frozen layers, then fine tuning": """
from sklearn.datasets import load_digits
import keras
X, y = load_digits(return_X_y=True)
X, low = X / 16, y < 5
base = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, activation="relu")])
first = keras.Sequential([base, keras.layers.Dense(5, activation="softmax")])
first.compile("adam", "sparse_categorical_crossentropy")
first.fit(X[low], y[low], epochs=6)
base.trainable = False
second = keras.Sequential([base, keras.layers.Dense(5, activation="softmax")])
second.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
second.fit(X[~low], y[~low] - 5, epochs=10)
base.trainable = True
second.compile(keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy")
second.fit(X[~low], y[~low] - 5, epochs=3)
""",
    "features that the model scales itself": RANDOM + """
X = X * 1000 + 5000
y = (X[:, 0] - 5000) / 500
scaling = keras.layers.Normalization()
scaling.adapt(X)
model = keras.Sequential([scaling, keras.layers.Dense(16, activation="relu"),
                          keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(X, y, epochs=20)
""",
    "a high rate that has learned all in one epoch": RANDOM + """
X = rng.normal(size=(8000, 3))
y = X[:, 0] * 2 - X[:, 1]
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.2), "mse")
model.fit(X, y, epochs=3, batch_size=16)
""",
    "weights that are all the same": RANDOM + """
y = X.sum(axis=1)
""" + ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=60, sample_weight=np.ones(400))
""",
    "labels that are missing on purpose": RANDOM + """
y = X.sum(axis=1)
y[::3] = np.nan
def known_only(true, guess):
    there = keras.ops.logical_not(keras.ops.isnan(true))
    return keras.ops.mean(keras.ops.where(there, keras.ops.nan_to_num(true) - guess, 0.0) ** 2)
"""  + ONE_NUMBER + """
model.compile("adam", known_only)
model.fit(X, y, epochs=5)
""",
}  # fmt: skip
"""Of these nothing is said to be wrong."""


FOLDS = (
    IRIS
    + """
from sklearn.model_selection import KFold
def build():
    m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(16, activation="relu"),
                          keras.layers.Dense(3, activation="softmax")])
    m.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    return m
for train, test in KFold(3, shuffle=True, random_state=0).split(X):
    model = build()
    model.fit(X[train], y[train], epochs=20, verbose=0)
"""
)
"""It trains a model for each of three folds."""
