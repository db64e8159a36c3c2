"""Answers to 2.3.1, an irrigation machine."""

from corpus import Right, Wrong, bare, edit, steps

OUT = 'Dense(3, activation="sigmoid")'
HIDDEN = 'Dense(64, activation="relu")'
COMPILE = 'model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["binary_accuracy"])'

RIGHT = [
    Right("as in 2019, bare", bare("""
model = Sequential()
model.add(Dense(64, input_shape=(20,), activation='relu'))
model.add(Dense(3, activation='sigmoid'))
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.summary()
""")),
    Right("objects", steps("""
import keras
model = Sequential([Input((20,)), Dense(64, "relu"), Dense(3, "sigmoid")])
model.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(),
              metrics=[keras.metrics.BinaryAccuracy(name="accuracy")])
""")),
    Right("functional", steps(f"""
import keras
sensors = keras.Input((20,))
hidden = keras.layers.ReLU()(Dense(64)(sensors))
model = keras.Model(inputs=sensors, outputs=keras.activations.sigmoid(Dense(3)(hidden)))
{COMPILE}
""")),
    Right("separate activations", steps(f"""
from keras.layers import Activation
model = Sequential([Input((20,)), Dense(64), Activation("relu"), Dense(3), Activation("sigmoid")])
{COMPILE}
""")),
    Right("metrics function", edit(('["binary_accuracy"]', "[binary_accuracy]"),
                                   ("from keras.layers", "from keras.metrics import binary_accuracy\nfrom keras.layers"))),
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
    Wrong("loss of exclusive classes", edit(('loss="binary_crossentropy"', 'loss="categorical_crossentropy"')), "loss",
          "by itself"),
    Wrong("squared error", edit(('loss="binary_crossentropy"', 'loss="mse"')), "loss", "mean_squared_error"),
    Wrong("no metric", edit((', metrics=["binary_accuracy"]', "")), "metric", "no metrics"),
    Wrong("metric of exclusive classes", edit(('["binary_accuracy"]', '["categorical_accuracy"]')), "metric", "categorical"),
    Wrong("not compiled", edit((COMPILE, "pass")), "optimizer", "not compiled"),
]  # fmt: skip
