"""Answers to 3.1.1, learning the digits."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

SLOW = True

COMPILE = 'model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])\n'
PREDS = "preds = model.predict(X_train)\n"
LAYERS = 'Dense(16, activation="relu"), Dense(10, activation="softmax")'
LISTED = f"model = Sequential([Input((64,)), {LAYERS}])\n"

RIGHT = [
    Right(
        "as in 2019, bare, printed only",
        bare("""
# Instantiate a Sequential model
model = Sequential()

# Input and hidden layer with input_shape, 16 neurons, and relu
model.add(Dense(16, input_shape = (64,), activation = 'relu'))

# Output layer with 10 neurons (one per digit) and softmax
model.add(Dense(10, activation='softmax'))

# Compile your model
model.compile(optimizer = 'adam', loss = 'categorical_crossentropy', metrics = ['accuracy'])

# Test if your model is well assembled by predicting before training
print(model.predict(X_train))
"""),
    ),
    Right(
        "list of layers, objects, the test digits",
        steps(
            LISTED
            + """
import keras
model.compile(keras.optimizers.Adam(0.01), keras.losses.CategoricalCrossentropy(),
              metrics=[keras.metrics.CategoricalAccuracy()])
preds = model.predict(x=X_test, verbose=0)
"""
        ),
    ),
    Right(
        "functional, called directly",
        steps(
            """
import keras
inputs = keras.Input(shape=(64,))
hidden = keras.activations.relu(Dense(16)(inputs))
model = keras.Model(inputs, keras.layers.Softmax()(Dense(10)(hidden)))
"""
            + COMPILE
            + "preds = model(X_train)\n"
        ),
    ),
    Right(
        "tensorflow.keras, input_dim, acc",
        bare("""
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
import tensorflow as tf
model = Sequential([Dense(16, input_dim=64, activation=tf.nn.relu), Dense(10, activation=tf.nn.softmax)])
model.compile('adam', 'categorical_crossentropy', metrics=['acc'])
preds = model.predict(X_train)
print(preds.shape)
"""),
    ),
    Right(
        "separate activations, in a loop, in a function",
        steps("""
from keras.layers import Activation

def network(sizes, activations):
    net = Sequential()
    net.add(Input(shape=(64,)))
    for units, name in zip(sizes, activations):
        net.add(Dense(units))
        net.add(Activation(name))
    net.compile(loss="categorical_crossentropy", optimizer="Adam", metrics=("accuracy",))
    return net

model = network([16, 10], ["relu", "softmax"])
preds = model.predict(X_train).tolist()
"""),
    ),
    Right(
        "trained afterwards",
        steps(LISTED + COMPILE + PREDS + "model.fit(X_train, y_train, epochs=2)\n"),
    ),
    Right(
        "a table, rounded to three digits",
        steps(
            "import pandas as pd\n"
            + LISTED
            + COMPILE
            + """
preds = pd.DataFrame(model.predict(pd.DataFrame(X_train))).round(3)
"""
        ),
    ),
    Right(
        "predicted before compile",
        steps(
            "import tensorflow as tf\n"
            + LISTED
            + """
preds = model.predict(tf.constant(X_train))
"""
            + COMPILE
        ),
    ),
]

WRONG = [
    Wrong("the shape of all samples", edit(("Input((64,))", "Input(X_train.shape)")), "",
          r"one sample has the shape \(1257, 64\)\. That is the shape of all of `X_train`", "error", blames="Input("),
    Wrong("classes, as in 2019", edit((PREDS, "preds = model.predict_classes(X_train)\n")), "",
          r"\A(?!.*argmax).*This step asks for the probabilities, and not for classes", "error", blames="predict_classes"),
    Wrong("an object in the place of loss weights", edit((COMPILE, "import keras\nmodel.compile('adam', 'categorical_crossentropy', [keras.metrics.CategoricalAccuracy()])\n")),
          "metric", "third thing that compile takes"),
    Wrong("eight inputs", edit(("Input((64,))", "Input((8,))"), (PREDS, "preds = model.predict(X_train[:, :8])\n")),
          "input", r"input of shape \(8,\)"),
    Wrong("no input shape, never built", edit(("model.add(Input((64,)))\n", ""), (PREDS, "preds = None\n"),
                                              ("print(preds[0])", "")), "input", "no input shape yet"),
    Wrong("sixty-four neurons", edit(("Dense(16,", "Dense(64,")), "layers", r"layer 1: Dense\(64\)"),
    Wrong("one output", edit(("Dense(10,", "Dense(1,")), "layers", r"layer 2: Dense\(1\)"),
    Wrong("a layer too many", edit(("model.add(Dense(10,", 'model.add(Dense(16, activation="relu"))\nmodel.add(Dense(10,')),
          "layers", r"layer 2: Dense\(16\)"),
    Wrong("sigmoid on the output", edit(('"softmax"', '"sigmoid"')), "activations", "another activation.*add up to 1"),
    Wrong("no activation in the hidden layer", edit((', activation="relu"', "")), "activations", "layer 1: linear"),
    Wrong("softmax in the hidden layer", edit(('"relu"', '"softmax"')), "activations", "layer 1: softmax"),
    Wrong("sgd", edit(('"adam"', '"sgd"')), "optimizer", "optimizer sgd"),
    Wrong("not compiled", edit((COMPILE, "pass\n")), "optimizer", "not compiled"),
    Wrong("binary loss", edit(('"categorical_crossentropy"', '"binary_crossentropy"')), "loss", "binary_crossentropy"),
    Wrong("sparse loss", edit(('"categorical_crossentropy"', '"sparse_categorical_crossentropy"')), "loss", "one-hot"),
    Wrong("loss on logits", edit(('"categorical_crossentropy"', "keras.losses.CategoricalCrossentropy(from_logits=True)"),
                                 ("from keras.layers", "import keras\nfrom keras.layers")), "loss", "from_logits"),
    Wrong("no metric", edit((', metrics=["accuracy"]', "")), "metric", "no metrics"),
    Wrong("no prediction", edit((PREDS, "pass\n"), ("print(preds[0])", "")), "preds", "does not make `preds`"),
    Wrong("classes", edit((PREDS, "preds = model.predict(X_train).argmax(axis=1)\n")), "preds", "These are classes"),
    Wrong("one digit only", edit((PREDS, "preds = model.predict(X_train[:1])\n")), "preds", r"shape \(1, 10\)"),
    Wrong("the labels", edit((PREDS, "preds = y_train\n")), "preds", "These are the labels"),
    Wrong("rounded", edit((PREDS, "preds = model.predict(X_train).round()\n")), "preds", "is rounded"),
    Wrong("trained first", edit((PREDS, "model.fit(X_train, y_train, epochs=2)\n" + PREDS)), "preds", "trained before it predicted"),
    Wrong("predicted by another model", edit((PREDS, PREDS + f"model = Sequential([Input((64,)), {LAYERS}])\n" + COMPILE)),
          "preds", "changed afterwards"),
    Wrong("predicted half-built", steps("""
model = Sequential([Input((64,)), Dense(16, activation="relu")])
preds = model.predict(X_train)
model.add(Dense(10, activation="softmax"))
""" + COMPILE), "preds", r"\(1257, 16\).*with the whole model"),
    Wrong("labels predicted", edit((PREDS, "preds = model.predict(y_train)\n")), "", "(?i)shape|incompatible", "error"),
    Wrong("the module of 2019", edit(("from keras.layers import", "from keras.layers.core import")), "", "has moved", "error"),
    Wrong("trained before it predicts", steps("""
model = Sequential()
model.add(Input(shape=(64,)))
model.add(Dense(16, activation="relu"))
model.add(Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(X_train, y_train, epochs=5)
preds = model.predict(X_train)
"""),
          "preds", r"trained before it predicted", blames="model.fit("),
]  # fmt: skip

TYPICAL = "trained first"

COURSE_2019 = [
    Course2019("""
model = Sequential()
model.add(Dense(16, input_shape=(64,), activation='relu'))
model.add(Dense(10, activation='softmax'))
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])

# does it work at all?
print(model.predict(X_train))
""", says=("the name `preds`",)),
]  # fmt: skip

PARAMETERS = Parameters("model", [1040, 170], 1210)

EQUIVALENT = {
    (
        "layer dropped",
        "Input((64,))",
    ): "Still right: predict tells the model how many numbers a digit has.",
    (
        "layer dropped",
        "Input((64,)), in a list",
    ): "Still right: predict tells the model how many numbers a digit has.",
    (
        "data",
        "X_train → X_test in predict",
    ): "Still right: the predictions of the test digits show the same, see the course's table.",
}
