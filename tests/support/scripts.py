"""Keras scripts that are no exercises: such that learn, and such with one fault each.

They were written before anybody looked at what is said of them.
"""

from __future__ import annotations

from dataclasses import dataclass

_IRIS = """
from sklearn.datasets import load_iris
import keras
X, y = load_iris(return_X_y=True)
"""
_RANDOM = """
import numpy as np, keras
rng = np.random.default_rng(0)
X = rng.normal(size=(400, 3))
"""
_THREE_CLASSES = """
model = keras.Sequential([
    keras.Input((4,)), keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(3, activation="softmax")])
"""
_ONE_NUMBER = """
model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
"""

LEARN = {
    "a schedule for the rate, and raw scores": _IRIS + """
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
    "features that the model scales itself": _RANDOM + """
X = X * 1000 + 5000
y = (X[:, 0] - 5000) / 500
scaling = keras.layers.Normalization()
scaling.adapt(X)
model = keras.Sequential([scaling, keras.layers.Dense(16, activation="relu"),
                          keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(X, y, epochs=20)
""",
    "a high rate that has learned all in one epoch": _RANDOM + """
X = rng.normal(size=(8000, 3))
y = X[:, 0] * 2 - X[:, 1]
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.2), "mse")
model.fit(X, y, epochs=3, batch_size=16)
""",
    "weights that are all the same": _RANDOM + """
y = X.sum(axis=1)
""" + _ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=60, sample_weight=np.ones(400))
""",
    "labels that are missing on purpose": _RANDOM + """
y = X.sum(axis=1)
y[::3] = np.nan
def known_only(true, guess):
    there = keras.ops.logical_not(keras.ops.isnan(true))
    return keras.ops.mean(keras.ops.where(there, keras.ops.nan_to_num(true) - guess, 0.0) ** 2)
"""  + _ONE_NUMBER + """
model.compile("adam", known_only)
model.fit(X, y, epochs=5)
""",
}  # fmt: skip
"""Of these nothing is said to be wrong."""


FOLDS = (
    _IRIS
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


@dataclass(frozen=True)
class Fault:
    """A script with one fault, and a pattern that what is said of it must match."""

    source: str
    says: str
    status: str = "ran"


_SPARSE = '"sparse_categorical_crossentropy"'

FAULTS = {
    "a rate too high": Fault(
        _IRIS + _THREE_CLASSES + f"""
model.compile(keras.optimizers.Adam(5.0), {_SPARSE})
model.fit(X, y, epochs=10)
""",
        "learning rate is high: 5",
    ),
    "a rate too low": Fault(
        _IRIS + _THREE_CLASSES + f"""
model.compile(keras.optimizers.SGD(1e-6), {_SPARSE})
model.fit(X, y, epochs=10)
""",
        "learning rate is low: 1e-06",
    ),
    "features not scaled": Fault(
        _RANDOM + """
X = 2000 + 900 * X
y = X[:, 0] * 110
""" + _ONE_NUMBER + """
model.compile("sgd", "mse")
model.fit(X, y, epochs=5)
""",
        "features are not scaled: they go from",
    ),
    "frozen": Fault(
        _IRIS + _THREE_CLASSES + f"""
for layer in model.layers:
    layer.trainable = False
model.compile("adam", {_SPARSE})
model.fit(X, y, epochs=5)
""",
        "All layers are frozen",
    ),
    "missing values": Fault(
        _RANDOM + "X[::17, 1] = np.nan\ny = X[:, 0]\n" + _ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=3)
""",
        r"features that fit was given, 24 are NaN \(no number\): all in column 1 \(counted from 0\)",
    ),
    "one missing value of a table": Fault(
        _RANDOM + """
import pandas as pd
table = pd.DataFrame(X, columns=["a", "b", "c"])
table.loc[17, "b"] = np.nan
""" + _ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(table, X[:, 0], epochs=1)
""",
        r"1 is NaN \(no number\): in column `b`, row 17 \(counted from 0\)",
    ),
    "labels from one on": Fault(
        _RANDOM + """
y = (X[:, 0] > 0) + 1
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(X, y, epochs=3)
""",
        "labels go from 1 to 2",
    ),
    "softmax of one output": Fault(
        _RANDOM + """
y = X[:, 0] > 0
model = keras.Sequential([keras.layers.Dense(1, activation="softmax")])
model.compile("adam", "binary_crossentropy")
model.fit(X, y, epochs=3)
""",
        "one output, and softmax makes 1 of it",
    ),
    "relu where numbers below 0 are wanted": Fault(
        _RANDOM + """
y = X[:, 0] - 10
model = keras.Sequential([keras.layers.Dense(1, activation="relu", bias_initializer="ones")])
model.compile(keras.optimizers.SGD(0.1), "mse")
model.fit(X, y, epochs=3)
""",
        "labels go from .* and the last layer has relu, which gives nothing below 0",
    ),
    "labels far away": Fault(
        _RANDOM + "y = 150_000 + 90_000 * X[:, 0]\n" + _ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=3)
""",
        "learned next to nothing.*loss is .*the same for every row gives",
    ),
    "labels that are not one-hot": Fault(
        _IRIS + _THREE_CLASSES + """
model.compile("adam", "categorical_crossentropy")
model.fit(X, y, epochs=3)
""",
        "stopped on line 11.*must be one-hot",
        "error",
    ),
    "no Flatten": Fault(
        _RANDOM + """
X = rng.normal(size=(40, 8, 8))
y = np.eye(3)[rng.integers(0, 3, 40)]
model = keras.Sequential([keras.Input((8, 8)), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(X, y, epochs=3)
""",
        "a Flatten layer before the last",
        "error",
    ),
    "old spellings": Fault(
        _RANDOM + """
y = X[:, 0] > 0
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile(keras.optimizers.Adam(lr=0.01), "binary_crossentropy")
model.fit(X, y, epochs=2)
print(model.predict_classes(X))
""",
        "`lr=` is called `learning_rate=` today.*`.predict_classes` is gone",
        "error",
    ),
    "nothing that would end it": Fault(
        _RANDOM + "y = X[:, 0]\n" + _ONE_NUMBER + """
model.compile("adam", "mse")
stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=3)
model.fit(X, y, epochs=1_000_000, callbacks=[stop])
""",
        "EarlyStopping watches `val_loss`, but training measures `loss`",
        "stopped",
    ),
    "far too many epochs": Fault(
        _RANDOM + "y = X[:, 0]\n" + _ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=1_000_000)
""",
        "epochs would take about .*`--timeout` allows more",
        "stopped",
    ),
    "texts among the features": Fault(
        _RANDOM + """
import pandas as pd
df = pd.DataFrame({"size": [1.0, 2.0], "colour": ["red", "blue"], "y": [1, 0]})
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(df[["size", "colour"]].values, df["y"].values, epochs=2)
""",
        "Keras computes with numbers, and the features are an array that holds something else",
        "error",
    ),
    "a word that the Embedding does not know": Fault(
        _RANDOM + """
X = rng.integers(0, 500, size=(400, 5))
model = keras.Sequential([
    keras.layers.Embedding(100, 4),
    keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(X, X[:, 0] > 50, epochs=1)
""",
        r"InvalidArgumentError: Graph execution error:\nindices.*Line 8: The Embedding provides for "
        "the numbers 0 to 99.*is 100. It got",
        "error",
    ),
    "classes counted from 1": Fault(
        _IRIS + _THREE_CLASSES + f"""
model.compile("adam", {_SPARSE})
model.fit(X, y + 1, epochs=1)
""",
        "a label 3, and the model gives 3 numbers, for the classes 0 to 2. .* begin with 1, subtract 1",
        "error",
    ),
    "a dataset without batches": Fault(
        _RANDOM + """
import tensorflow as tf
samples = tf.data.Dataset.from_tensor_slices((X, X[:, 0]))
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(samples, epochs=1)
""",
        "`samples` gives one sample at a time",
        "error",
    ),
    "one array for two inputs": Fault(
        _RANDOM + """
a, b = keras.Input((1,)), keras.Input((2,))
both = keras.layers.Concatenate()([a, b])
model = keras.Model([a, b], keras.layers.Dense(1)(both))
model.compile("adam", "mse")
model.fit(X, X[:, 0], epochs=1)
""",
        "has 2 inputs, and `fit` got 1 for them",
        "error",
    ),
    "lists of different lengths": Fault(
        _RANDOM + """
texts = np.array([[1, 2], [3], [4, 5, 6]], dtype=object)
model = keras.Sequential([keras.layers.Embedding(10, 2), keras.layers.LSTM(2)])
model.compile("adam", "mse")
model.fit(texts, np.zeros((3, 2)))
""",
        "lists of different lengths.*pad_sequences",
        "error",
    ),
    "an output of other rows than the labels": Fault(
        _RANDOM + """
images = rng.random((20, 4, 6))
model = keras.Sequential([
    keras.Input((4, 6)), keras.layers.Flatten(), keras.layers.Dense(24)])
model.compile("adam", "mse")
model.fit(images, images, epochs=1)
""",
        "24 numbers for each sample in both, in other rows. A Reshape",
        "error",
    ),
    "a class that does not begin": Fault(
        """
import keras
class Net(keras.Model):
    def __init__(self):
        self.last = keras.layers.Dense(1)
net = Net()
net.compile("adam", "mse")
""",
        r"Line 4: `__init__` of `Net` does not call `super\(\).__init__\(\)`",
        "error",
    ),
    "a callback that takes too little": Fault(
        _RANDOM + """
class Shout(keras.callbacks.Callback):
    def on_epoch_end(self, epoch):
        print(epoch)
""" + _ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, X[:, 0], epochs=1, callbacks=[Shout()])
""",
        r"Line 7: Keras calls `on_epoch_end` with .*`def on_epoch_end\(self, epoch, logs=None\)`",
        "error",
    ),
    "an old name in a callback": Fault(
        _RANDOM + """
class Shout(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(logs["acc"])
""" + _ONE_NUMBER + """
model.compile("adam", "mse", metrics=["accuracy"])
model.fit(X, X[:, 0], epochs=1, callbacks=[Shout()])
""",
        "`logs` has a metric under its own name: 'accuracy'",
        "error",
    ),
    "a Reshape that does not fit": Fault(
        """
import keras
model = keras.Sequential([
    keras.Input((12,)),
    keras.layers.Reshape((4, 4))])
""",
        r"Line 5: The Reshape gets 12 numbers for each sample, and the shape \(4, 4\) holds 16",
        "error",
    ),
    "a layer for what it gives": Fault(
        """
import keras
inputs = keras.Input((3,))
hidden = keras.layers.Dense(4)
outputs = keras.layers.Dense(1)(hidden)
""",
        "Line 4: `hidden` is a layer, and what a layer gives is wanted here",
        "error",
    ),
    "a layer twice": Fault(
        """
import keras
same = keras.layers.Dense(4)
model = keras.Sequential([keras.Input((3,)), same])
model.add(same)
""",
        "Line 5: The Dense that is made on line 3 has its weights already, for 3 numbers, and the "
        "Dense before it gives 4",
        "error",
    ),
    "TensorFlow on what has no numbers yet": Fault(
        "import keras, tensorflow as tf\ntf.reduce_mean(keras.Input((3,)))\n",
        r"has no numbers yet, so `tf.reduce_mean` does not take it.*keras\.ops",
        "error",
    ),
    "class weights by name": Fault(
        _IRIS + _THREE_CLASSES + f"""
model.compile("adam", {_SPARSE})
model.fit(X, y, epochs=2, class_weight={{"setosa": 2.0, "other": 1.0}})
""",
        "keys of `class_weight` are 'setosa', 'other', .* none of the weights has any effect",
    ),
    "a dataset that begins anew for ever": Fault(
        _RANDOM + """
import tensorflow as tf
ds = tf.data.Dataset.from_tensor_slices((X, X[:, 0])).batch(20).repeat()
""" + _ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(ds, epochs=2)
""",
        "dataset begins anew for ever, because of a `repeat.*`steps_per_epoch`",
        "stopped",
    ),
    "a file that is not there": Fault(
        'import pandas as pd\ndf = pd.read_csv("train.csv")\n',
        "There is no such file or folder",
        "error",
    ),
    "data that would be downloaded": Fault(
        'import urllib.request\nurllib.request.urlopen("https://example.org/data.csv")\n',
        "without a network: nothing can be downloaded",
        "error",
    ),
}  # fmt: skip
