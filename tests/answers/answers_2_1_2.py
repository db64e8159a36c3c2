"""Answers to 2.1.2, a binary classification model."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

DENSE = 'Dense(1, activation="sigmoid")'
COMPILE = 'model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])'

RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(1, input_shape=(4,), activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.summary()
"""),
    ),
    Right(
        "a loss that Keras chooses by the shapes",
        steps(f"""
model = Sequential([Input((4,)), {DENSE}])
model.compile("sgd", "crossentropy", metrics=["ce", "acc"])
"""),
    ),
    Right(
        "objects",
        steps("""
import keras
model = Sequential([Input((4,)), Dense(1, activation=keras.activations.sigmoid)])
model.compile(keras.optimizers.SGD(0.05), keras.losses.BinaryCrossentropy(), metrics=[keras.metrics.BinaryAccuracy()])
"""),
    ),
    Right(
        "functional",
        steps(f"""
import keras
notes = keras.Input(shape=(4,))
model = keras.Model(notes, keras.layers.Activation("sigmoid")(Dense(1)(notes)))
{COMPILE}
"""),
    ),
    Right(
        "tf.nn and acc",
        steps("""
import tensorflow as tf
model = tf.keras.models.Sequential()
model.add(tf.keras.layers.Input(shape=(4,)))
model.add(tf.keras.layers.Dense(1, tf.nn.sigmoid))
model.compile("SGD", "bce", metrics=["acc"])
"""),
    ),
    Right(
        "in a function",
        steps(f"""
def build():
    network = Sequential()
    network.add(Input((4,)))
    network.add({DENSE})
    {COMPILE.replace("model", "network")}
    return network
model = build()
"""),
    ),
]

WRONG = [
    Wrong("softmax on one output", edit((DENSE, DENSE.replace("sigmoid", "softmax"))), "activation", "softmax"),
    Wrong("linear output", edit((DENSE, "Dense(1)")), "activation", "linear"),
    Wrong("relu output", edit((DENSE, DENSE.replace("sigmoid", "relu"))), "activation", "between 0 and 1"),
    Wrong("two outputs", edit((DENSE, DENSE.replace("1,", "2,"))), "layers", r"Dense\(2\)"),
    Wrong("a hidden layer", edit((DENSE, 'Dense(4, activation="relu"))\nmodel.add(' + DENSE)), "layers", r"Dense\(4\)"),
    Wrong("three inputs", edit(("Input((4,))", "Input((3,))")), "input", r"\(3,\)"),
    Wrong("no input", edit(("[Input((4,))]", "")), "input", "no input shape"),
    Wrong("adam", edit(('"sgd"', '"adam"')), "optimizer", "optimizer adam"),
    Wrong("loss of several classes", edit(('"binary_crossentropy"', '"categorical_crossentropy"')), "loss", "categorical"),
    Wrong("squared error", edit(('"binary_crossentropy"', '"mse"')), "loss", "mean_squared_error"),
    Wrong("loss on logits", edit(('loss="binary_crossentropy"', "loss=BCE(from_logits=True)"),
                                 ("from keras.layers", "from keras.losses import BinaryCrossentropy as BCE\nfrom keras.layers")),
          "loss", "from_logits"),
    Wrong("metrics without their name", edit(('optimizer="sgd", loss="binary_crossentropy", metrics=', '"sgd", "binary_crossentropy", ')),
          "metric", "(?s)no metrics.*weights of losses.*`metrics`"),
    Wrong("no metric", edit((', metrics=["accuracy"]', "")), "metric", "no metrics"),
    Wrong("metric of several classes", edit(('["accuracy"]', '["categorical_accuracy"]')), "metric", "categorical_accuracy"),
    Wrong("not compiled", edit((COMPILE, "pass")), "optimizer", "not compiled"),
    Wrong("compile in a comment", steps("""
model = Sequential()
model.add(Input((4,)))
model.add(Dense(1, activation="sigmoid"))
model.summary()
# model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
"""),
          "optimizer", r"stands in a comment here"),
]  # fmt: skip

TYPICAL = "softmax on one output"

COURSE_2019 = [
    Course2019("""
from keras.models import Sequential
from keras.layers import Dense

model = Sequential()
model.add(Dense(1, input_shape=(4,), activation='sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.summary()
"""),
]  # fmt: skip

PARAMETERS = Parameters("model", [5], 5)
