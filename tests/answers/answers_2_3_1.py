"""Answers to 2.3.1, an irrigation machine."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

OUT = 'Dense(3, activation="sigmoid")'
HIDDEN = 'Dense(64, activation="relu")'
COMPILE = 'model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["binary_accuracy"])'

RIGHT = [
    Right(
        "classes in place of objects",
        edit(
            ('loss="binary_crossentropy"', "loss=keras.losses.BinaryCrossentropy"),
            ('["binary_accuracy"]', "[keras.metrics.BinaryAccuracy]"),
            ("model = Sequential", "import keras\nmodel = Sequential"),
        ),
    ),
    Right(
        "as in 2019, bare",
        bare("""
model = Sequential()
model.add(Dense(64, input_shape=(20,), activation='relu'))
model.add(Dense(3, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.summary()
"""),
    ),
    Right(
        "objects",
        steps("""
import keras
model = Sequential([Input((20,)), Dense(64, "relu"), Dense(3, "sigmoid")])
model.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(),
              metrics=[keras.metrics.BinaryAccuracy(name="accuracy")])
"""),
    ),
    Right(
        "functional",
        steps(f"""
import keras
sensors = keras.Input((20,))
hidden = keras.layers.ReLU()(Dense(64)(sensors))
model = keras.Model(inputs=sensors, outputs=keras.activations.sigmoid(Dense(3)(hidden)))
{COMPILE}
"""),
    ),
    Right(
        "separate activations",
        steps(f"""
from keras.layers import Activation
model = Sequential([Input((20,)), Dense(64), Activation("relu"), Dense(3), Activation("sigmoid")])
{COMPILE}
"""),
    ),
    Right(
        "own sigmoid, loss and metric that compute the same",
        edit(
            (OUT, "Dense(3, activation=squash)"),
            ('loss="binary_crossentropy"', "loss=own_loss"),
            ('["binary_accuracy"]', "[hits]"),
            (
                "model = Sequential",
                """from keras import ops

def squash(x):
    return 1 / (1 + ops.exp(-x))

def own_loss(true, guess):
    return -ops.mean(true * ops.log(guess + 1e-7) + (1 - true) * ops.log(1 - guess + 1e-7), axis=-1)

def hits(true, guess):
    return ops.mean(ops.cast(ops.equal(true, ops.cast(guess > 0.5, true.dtype)), "float32"), axis=-1)

model = Sequential""",
            ),
        ),
    ),
    Right(
        "metrics function",
        edit(
            ('["binary_accuracy"]', "[binary_accuracy]"),
            ("from keras.layers", "from keras.metrics import binary_accuracy\nfrom keras.layers"),
        ),
    ),
]

WRONG = [
    Wrong("softmax", edit((OUT, OUT.replace("sigmoid", "softmax"))), "activations", "Several parcels"),
    Wrong("linear output", edit((OUT, "Dense(3)")), "activations", "linear"),
    Wrong("no relu", edit((HIDDEN, "Dense(64)")), "activations", "layer 1: linear"),
    Wrong("one output", edit((OUT, OUT.replace("3", "1"))), "layers", r"Dense\(1\)"),
    Wrong("eight outputs, one for each combination", edit((OUT, OUT.replace("3", "8"))), "layers", r"Dense\(8\)"),
    Wrong("hidden layer missing", edit(("model.add(" + HIDDEN + ")\n", "")), "layers", "layer 1"),
    Wrong("32 neurons", edit((HIDDEN, HIDDEN.replace("64", "32"))), "layers", r"Dense\(32\)"),
    Wrong("two inputs", edit(("Input((20,))", "Input((2,))")), "input", r"\(2,\)"),
    Wrong("no input", edit(("[Input((20,))]", "")), "input", "no input shape"),
    Wrong("sgd", edit(('"adam"', '"sgd"')), "optimizer", "optimizer sgd"),
    Wrong("a loss chosen by the shapes", edit(('loss="binary_crossentropy"', 'loss="crossentropy"')), "loss", "categorical_crossentropy"),
    Wrong("loss of exclusive classes", edit(('loss="binary_crossentropy"', 'loss="categorical_crossentropy"')), "loss",
          "by itself"),
    Wrong("squared error", edit(('loss="binary_crossentropy"', 'loss="mse"')), "loss", "mean_squared_error"),
    Wrong("squared error under another name", edit(('loss="binary_crossentropy"', "loss=binary_crossentropy"), ("model = Sequential", """import keras
def binary_crossentropy(true, guess):
    return keras.losses.mean_squared_error(true, guess)

model = Sequential""")), "loss", "mean_squared_error"),
    Wrong("a loss that nobody knows, under another name", edit(('loss="binary_crossentropy"', "loss=binary_crossentropy"), ("model = Sequential", """
def binary_crossentropy(true, guess):
    return guess ** 2

model = Sequential""")), "loss", "binary_crossentropy of your own"),
    Wrong("a metric that is always 1", edit(('["binary_accuracy"]', "[binary_accuracy]"), ("model = Sequential", """
def binary_accuracy(true, guess):
    return guess * 0 + 1

model = Sequential""")), "metric", "binary_accuracy of your own"),
    Wrong("another threshold", edit(('["binary_accuracy"]', "[keras.metrics.BinaryAccuracy(threshold=0.9)]"), ("model = Sequential", "import keras\nmodel = Sequential")),
          "metric", "from 0.9 on"),
    Wrong("no metric", edit((', metrics=["binary_accuracy"]', "")), "metric", "no metrics"),
    Wrong("metric of exclusive classes", edit(('["binary_accuracy"]', '["categorical_accuracy"]')), "metric", "categorical"),
    Wrong("not compiled", edit((COMPILE, "pass")), "optimizer", "not compiled"),
    Wrong("the metric of classes", edit((COMPILE, COMPILE.replace("binary_acc", "categorical_acc"))), "metric",
          "`categorical_accuracy` only looks which output is the largest"),
]  # fmt: skip

TYPICAL = "softmax"

COURSE_2019 = [
    Course2019("""
model = Sequential()
model.add(Dense(64, input_shape=(20,), activation='relu'))
model.add(Dense(3, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.summary()
""", says=("binary_accuracy",)),
]  # fmt: skip

PARAMETERS = Parameters("model", [1344, 195], 1539)
