"""Keras scripts that are no exercises, with one fault each.

They were written before anybody looked at what is said of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts import IRIS, ONE_NUMBER, RANDOM, THREE_CLASSES


@dataclass(frozen=True)
class Fault:
    """A script with one fault, and a pattern that what is said of it must match."""

    source: str
    says: str
    status: str = "ran"


_SPARSE = '"sparse_categorical_crossentropy"'

FAULTS = {
    "a rate too high": Fault(
        IRIS + THREE_CLASSES + f"""
model.compile(keras.optimizers.Adam(5.0), {_SPARSE})
model.fit(X, y, epochs=10)
""",
        "learning rate is high: 5",
    ),
    "a rate too low": Fault(
        IRIS + THREE_CLASSES + f"""
model.compile(keras.optimizers.SGD(1e-6), {_SPARSE})
model.fit(X, y, epochs=10)
""",
        "learning rate is low: 1e-06",
    ),
    "features not scaled": Fault(
        RANDOM + """
X = 2000 + 900 * X
y = X[:, 0] * 110
""" + ONE_NUMBER + """
model.compile("sgd", "mse")
model.fit(X, y, epochs=5)
""",
        "features are not scaled: they go from",
    ),
    "frozen": Fault(
        IRIS + THREE_CLASSES + f"""
for layer in model.layers:
    layer.trainable = False
model.compile("adam", {_SPARSE})
model.fit(X, y, epochs=5)
""",
        "All layers are frozen",
    ),
    "missing values": Fault(
        RANDOM + "X[::17, 1] = np.nan\ny = X[:, 0]\n" + ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=3)
""",
        r"features that fit was given, 24 are NaN \(no number\): all in column 1 \(counted from 0\)",
    ),
    "one missing value of a table": Fault(
        RANDOM + """
import pandas as pd
table = pd.DataFrame(X, columns=["a", "b", "c"])
table.loc[17, "b"] = np.nan
""" + ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(table, X[:, 0], epochs=1)
""",
        r"1 is NaN \(no number\): in column `b`, row 17 \(counted from 0\)",
    ),
    "labels from one on": Fault(
        RANDOM + """
y = (X[:, 0] > 0) + 1
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(X, y, epochs=3)
""",
        "labels go from 1 to 2",
    ),
    "softmax of one output": Fault(
        RANDOM + """
y = X[:, 0] > 0
model = keras.Sequential([keras.layers.Dense(1, activation="softmax")])
model.compile("adam", "binary_crossentropy")
model.fit(X, y, epochs=3)
""",
        "one output, and softmax makes 1 of it",
    ),
    "relu where numbers below 0 are wanted": Fault(
        RANDOM + """
y = X[:, 0] - 10
model = keras.Sequential([keras.layers.Dense(1, activation="relu", bias_initializer="ones")])
model.compile(keras.optimizers.SGD(0.1), "mse")
model.fit(X, y, epochs=3)
""",
        "labels go from .* and the last layer has relu, which gives nothing below 0",
    ),
    "labels far away": Fault(
        RANDOM + "y = 150_000 + 90_000 * X[:, 0]\n" + ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=3)
""",
        "learned next to nothing.*loss is .*the same for every row gives",
    ),
    "labels that are not one-hot": Fault(
        IRIS + THREE_CLASSES + """
model.compile("adam", "categorical_crossentropy")
model.fit(X, y, epochs=3)
""",
        "stopped on line 11.*must be one-hot",
        "error",
    ),
    "no Flatten": Fault(
        RANDOM + """
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
        RANDOM + """
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
        RANDOM + "y = X[:, 0]\n" + ONE_NUMBER + """
model.compile("adam", "mse")
stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=3)
model.fit(X, y, epochs=1_000_000, callbacks=[stop])
""",
        "EarlyStopping watches `val_loss`, but training measures `loss`",
        "stopped",
    ),
    "far too many epochs": Fault(
        RANDOM + "y = X[:, 0]\n" + ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, y, epochs=1_000_000)
""",
        "epochs would take about .*`--timeout` allows more",
        "stopped",
    ),
    "texts among the features": Fault(
        RANDOM + """
import pandas as pd
df = pd.DataFrame({"size": [1.0, 2.0], "colour": ["red", "blue"], "y": [1, 0]})
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(df[["size", "colour"]].values, df["y"].values, epochs=2)
""",
        "Keras computes with numbers, and the column 'colour' of the features has none. Leave it out",
        "error",
    ),
    "a word that the Embedding does not know": Fault(
        RANDOM + """
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
        IRIS + THREE_CLASSES + f"""
model.compile("adam", {_SPARSE})
model.fit(X, y + 1, epochs=1)
""",
        "a label 3, and the model gives 3 numbers, for the classes 0 to 2. .* begin with 1, subtract 1",
        "error",
    ),
    "a dataset without batches": Fault(
        RANDOM + """
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
        RANDOM + """
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
        RANDOM + """
texts = np.array([[1, 2], [3], [4, 5, 6]], dtype=object)
model = keras.Sequential([keras.layers.Embedding(10, 2), keras.layers.LSTM(2)])
model.compile("adam", "mse")
model.fit(texts, np.zeros((3, 2)))
""",
        "lists of different lengths.*pad_sequences",
        "error",
    ),
    "an output of other rows than the labels": Fault(
        RANDOM + """
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
        RANDOM + """
class Shout(keras.callbacks.Callback):
    def on_epoch_end(self, epoch):
        print(epoch)
""" + ONE_NUMBER + """
model.compile("adam", "mse")
model.fit(X, X[:, 0], epochs=1, callbacks=[Shout()])
""",
        r"Line 7: Keras calls `on_epoch_end` with .*`def on_epoch_end\(self, epoch, logs=None\)`",
        "error",
    ),
    "an old name in a callback": Fault(
        RANDOM + """
class Shout(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(logs["acc"])
""" + ONE_NUMBER + """
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
        "Line 4: `hidden` is a layer; line 5 needs what it gives. Call it on `inputs`: "
        r"`Dense\(…\)\(inputs\)`",
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
        IRIS + THREE_CLASSES + f"""
model.compile("adam", {_SPARSE})
model.fit(X, y, epochs=2, class_weight={{"setosa": 2.0, "other": 1.0}})
""",
        "keys of `class_weight` are 'setosa', 'other', .* none of the weights has any effect",
    ),
    "a dataset that begins anew for ever": Fault(
        RANDOM + """
import tensorflow as tf
ds = tf.data.Dataset.from_tensor_slices((X, X[:, 0])).batch(20).repeat()
""" + ONE_NUMBER + """
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
