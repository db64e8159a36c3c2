"""Answers to 2.2.1, a multi-class model."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

COMPILE = 'model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])\n'
HIDDEN = """
model = Sequential([Input((2,)), Dense(128, activation="relu"), Dense(64, activation="relu"),
                    Dense(32, activation="relu"), Dense(4, activation="softmax")])
"""

RIGHT = [
    Right(
        "under another name", edit(("model.compile", "network = model\ndel model\nnetwork.compile"))
    ),
    Right(
        "the class of a loss",
        edit(
            ('"categorical_crossentropy"', "keras.losses.CategoricalCrossentropy"),
            ("model = Sequential", "import keras\nmodel = Sequential"),
        ),
    ),
    Right(
        "a loss that Keras chooses by the shapes",
        edit(('"categorical_crossentropy"', '"CE"')),
    ),
    Right(
        "list of layers, objects",
        steps(
            HIDDEN
            + """
model.compile(keras.optimizers.Adam(), keras.losses.CategoricalCrossentropy(),
              metrics=[keras.metrics.CategoricalAccuracy()])
"""
        ),
    ),
    Right(
        "functional, activations as operations",
        steps(
            """
inputs = Input((2,))
x = inputs
for units in (128, 64, 32):
    x = keras.activations.relu(Dense(units)(x))
outputs = keras.layers.Softmax()(Dense(4)(x))
model = keras.Model(inputs, outputs)
"""
            + COMPILE
        ),
    ),
    Right(
        "separate activation layers, a loop",
        steps(
            """
model = Sequential()
model.add(Input((2,)))
for units in [128, 64, 32]:
    model.add(Dense(units))
    model.add(keras.layers.ReLU())
model.add(Dense(4))
model.add(keras.layers.Activation("softmax"))
"""
            + COMPILE
        ),
    ),
    Right(
        "tf.nn.softmax",
        edit(
            ('activation="softmax"', "activation=tf.nn.softmax"),
            ("import keras\n", "import keras\nimport tensorflow as tf\n"),
        ),
    ),
    Right(
        "activations of one's own that compute what Keras's do",
        steps(
            """
def my_relu(x):
    return keras.ops.maximum(x, 0.0)

def my_softmax(z):
    e = keras.ops.exp(z - keras.ops.max(z, axis=-1, keepdims=True))
    return e / keras.ops.sum(e, axis=-1, keepdims=True)

model = Sequential([Input((2,)), Dense(128, my_relu), Dense(64, my_relu), Dense(32),
                    keras.layers.Activation(lambda x: keras.ops.relu(x)), Dense(4, lambda z: my_softmax(z))])
"""
            + COMPILE
        ),
    ),
    Right(
        "softmax along axis 1, which is the last",
        steps(
            """
model = Sequential([Input((2,)), Dense(128, "relu"), Dense(64, "relu"), Dense(32, "relu"), Dense(4),
                    keras.layers.Softmax(axis=1)])
"""
            + COMPILE
        ),
    ),
    Right(
        "nested block",
        steps(
            """
body = Sequential([Dense(128, activation="relu"), Dense(64, activation="relu"),
                   Dense(32, activation=keras.activations.relu)])
model = Sequential([Input((2,)), body, Dense(4, activation="softmax")])
"""
            + COMPILE
        ),
    ),
    Right(
        "as in 2019, bare",
        bare("""
# Instantiate a sequential model
model = Sequential()
model.add(Dense(128, input_shape=(2,), activation='relu'))
model.add(Dense(64, activation='relu'))
model.add(Dense(32, activation='relu'))
model.add(Dense(4, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['acc'])
"""),
    ),
    Right(
        "tensorflow.keras, input_dim",
        bare("""
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
model = Sequential()
model.add(Dense(128, input_dim=2, activation='relu'))
model.add(Dense(64, activation='relu'))
model.add(Dense(32, activation='relu'))
model.add(Dense(4, activation='softmax'))
model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
"""),
    ),
]

WRONG = [
    Wrong("sigmoid on the output", edit(('"softmax"', '"sigmoid"')), "activations", "softmax.*|add up to 1"),
    Wrong("no activation on the output", edit((', activation="softmax"', "")), "activations", "linear"),
    Wrong("tanh in a hidden layer", edit(('Dense(64, activation="relu")', 'Dense(64, activation="tanh")')),
          "activations", "layer 2: tanh"),
    Wrong("three outputs", edit(("Dense(4,", "Dense(3,")), "layers", r"layer 4: Dense\(3\)"),
    Wrong("a layer missing", edit(('model.add(Dense(64, activation="relu"))\n', "")), "layers", "3 layers|size"),
    Wrong("a layer too many", edit(('model.add(Dense(4, activation="softmax"))',
                                    'model.add(Dense(4, activation="softmax"))\n'
                                    'model.add(Dense(4, activation="softmax"))')), "layers", "one too many"),
    Wrong("layers in reverse", steps("""
model = Sequential([Input((2,)), Dense(32, activation="relu"), Dense(64, activation="relu"),
                    Dense(128, activation="relu"), Dense(4, activation="softmax")])
""" + COMPILE), "layers", r"layer 1: Dense\(32\)"),
    Wrong("no biases", edit(('Dense(32, activation="relu")', 'Dense(32, activation="relu", use_bias=False)')),
          "layers", "without its biases"),
    Wrong("dropout added", edit(('model.add(Dense(32, activation="relu"))',
                                 'model.add(keras.layers.Dropout(0.2))\nmodel.add(Dense(32, activation="relu"))')),
          "layers", "Dropout"),
    Wrong("softmax along the samples, as an operation", steps("""
inputs = x = Input((2,))
for units in (128, 64, 32):
    x = Dense(units, "relu")(x)
model = keras.Model(inputs, keras.ops.softmax(Dense(4)(x), axis=0))
""" + COMPILE), "activations", "(?s)softmax along axis 0.*add up to 1"),
    Wrong("a sigmoid called softmax", edit(('activation="softmax"', "activation=softmax"),
          ("model = Sequential()", "softmax = lambda x: keras.ops.sigmoid(x)\nsoftmax.__name__ = 'softmax'\nmodel = Sequential()")),
          "activations", "(?s)layer 4: sigmoid.*add up to 1"),
    Wrong("half a relu", edit(("import keras\n", "import keras\n\ndef relu(x):\n    return keras.ops.relu(x) / 2\n"),
          ('Dense(32, activation="relu")', "Dense(32, activation=relu)")), "input", "`relu` does not compute what Keras's `relu` does"),
    Wrong("three inputs", edit(("Input((2,))", "Input((3,))")), "input", r"input of shape \(3,\)"),
    Wrong("no input shape", edit(("model.add(Input((2,)))\n", "")), "input", "no input shape yet"),
    Wrong("not compiled", edit((COMPILE, "pass\n")), "optimizer", "not compiled"),
    Wrong("sgd", edit(('optimizer="adam"', 'optimizer="sgd"')), "optimizer", "optimizer sgd"),
    Wrong("binary loss", edit(('"categorical_crossentropy"', '"binary_crossentropy"')), "loss",
          "binary_crossentropy"),
    Wrong("sparse loss", edit(('"categorical_crossentropy"', '"sparse_categorical_crossentropy"')), "loss", "one-hot"),
    Wrong("loss on logits", edit(('"categorical_crossentropy"',
                                  "keras.losses.CategoricalCrossentropy(from_logits=True)")), "loss", "from_logits"),
    Wrong("no metric", edit((', metrics=["accuracy"]', "")), "metric", "no metrics"),
    Wrong("metric of regression", edit(('["accuracy"]', '["mse"]')), "metric", "mean_squared_error"),
    Wrong("metric object of exact matches", edit(('["accuracy"]', "[keras.metrics.Accuracy()]")), "metric",
          "exactly"),
    Wrong("model is None", edit((COMPILE, "model = " + COMPILE)), "input", "None"),
    Wrong("lambda layer", edit(('model.add(Dense(4, activation="softmax"))',
                                'model.add(keras.layers.Lambda(lambda x: x))\n'
                                'model.add(Dense(4, activation="softmax"))')), "input", "Lambda"),
    Wrong("two under other names", edit(("model.compile", "network = model\ndel model\nother = Sequential()\nnetwork.compile")), "input",
          "does not make `model`"),
    Wrong("hidden layers in reverse", edit(("Dense(128,", "Dense(0,"), ("Dense(32,", "Dense(128,"), ("Dense(0,", "Dense(32,")), "layers",
          "This layer and the next 2 are those that are asked for, in reverse order"),
    Wrong("hidden layers turned round", edit(("Dense(128,", "Dense(0,"), ("Dense(64,", "Dense(128,"), ("Dense(32,", "Dense(64,"), ("Dense(0,", "Dense(32,")),
          "layers", "This layer and the next 2 are those that are asked for, in another order"),
    Wrong("relu behind the loop", steps("""
from keras.layers import Activation
model = Sequential([Input((2,))])
for units in [128, 64, 32]:
    model.add(Dense(units))
model.add(Activation('relu'))
model.add(Dense(4, activation='softmax'))
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])
"""),
          "activations", r"The Activation on line \d+ stands behind the loop on line \d+", blames="model.add(Dense(units"),
    Wrong("the loss called", steps("""
model = Sequential()
model.add(Input((2,)))
model.add(Dense(128, activation="relu"))
model.add(Dense(64, activation="relu"))
model.add(Dense(32, activation="relu"))
model.add(Dense(4, activation="softmax"))
model.compile(
    optimizer=keras.optimizers.Adam(),
    loss=keras.losses.categorical_crossentropy(),
    metrics=["accuracy"],
)
"""),
          "", r"its parentheses call it here. `compile` takes the function itself", "error", blames="categorical_crossentropy()"),
    Wrong("the output in the loop", steps("""
model = Sequential()
model.add(Input((2,)))
for neurons in [128, 64, 32]:
    model.add(Dense(neurons, activation="relu"))
    model.add(Dense(4, activation="softmax"))
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
"""),
          "layers", r"stands in the loop on line \d+, so there are 3 of it; it is asked for once", blames="softmax"),
    Wrong("three sizes in one Dense", steps("""
model = Sequential()
model.add(Input((2,)))
model.add(Dense(128, 64, 32, activation="relu"))
model.add(Dense(4, activation="softmax"))
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
"""),
          "", r"A Dense is one layer, with one number of neurons. For 3 layers", "error", blames="Dense(128"),
]  # fmt: skip

TYPICAL = "a layer missing"

COURSE_2019 = [
    Course2019("""
model = Sequential()
model.add(Dense(128, input_shape=(2,), activation='relu'))
model.add(Dense(64, activation='relu'))
model.add(Dense(32, activation='relu'))
model.add(Dense(4, activation='softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
"""),
]  # fmt: skip

PARAMETERS = Parameters("model", [384, 8256, 2080, 132], 10852)
