"""Answers to 4.1.3, building an autoencoder."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

COMPILE = 'autoencoder.compile(optimizer="adadelta", loss="binary_crossentropy")'
ENCODER = 'autoencoder.add(Dense(32, activation="relu"))\n'
DECODER = 'autoencoder.add(Dense(784, activation="sigmoid"))\n'

RIGHT = [
    Right(
        "under another name",
        edit(
            (COMPILE, COMPILE + "\nauto_encoder = autoencoder"),
            ("autoencoder.summary()", "del autoencoder"),
        ),
    ),
    Right(
        "list of layers, objects",
        steps("""
import keras
autoencoder = Sequential([Input((784,)), Dense(32, "relu"), Dense(784, keras.activations.sigmoid)])
autoencoder.compile(keras.optimizers.Adadelta(), keras.losses.BinaryCrossentropy())
"""),
    ),
    Right(
        "the rate of old",
        edit(
            ('"adadelta"', "keras.optimizers.Adadelta(learning_rate=1.0)"),
            ("from keras import Input", "import keras\nfrom keras import Input"),
        ),
    ),
    Right(
        "functional, activations as layers",
        steps(
            """
import keras
pixels = Input(shape=(784,))
code = keras.layers.ReLU()(Dense(32)(pixels))
image = keras.layers.Activation("sigmoid")(Dense(784)(code))
autoencoder = keras.Model(pixels, image)
"""
            + COMPILE
        ),
    ),
    Right(
        "encoder and decoder, nested",
        steps(
            """
encoder = Sequential([Input((784,)), Dense(32, activation="relu")])
decoder = Sequential([Input((32,)), Dense(784, activation="sigmoid")])
autoencoder = Sequential([encoder, decoder])
"""
            + COMPILE
        ),
    ),
    Right(
        "as in 2019, bare",
        bare("""
# Start with a sequential model
autoencoder = Sequential()
autoencoder.add(Dense(32, input_shape=(784, ), activation="relu"))
autoencoder.add(Dense(784, activation = "sigmoid"))
autoencoder.compile(optimizer = 'adadelta', loss = 'binary_crossentropy')
autoencoder.summary()
"""),
    ),
    Right(
        "tensorflow.keras, a function, metrics",
        bare("""
import tensorflow as tf
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, InputLayer

def build(pixels, code):
    model = Sequential()
    model.add(InputLayer(shape=(pixels,)))
    model.add(Dense(code, activation=tf.nn.relu))
    model.add(Dense(pixels, activation=tf.nn.sigmoid))
    return model

autoencoder = build(28 * 28, 32)
autoencoder.compile("Adadelta", "binary_crossentropy", metrics=["mse"])
"""),
    ),
    Right(
        "tried out on noise",
        edit(
            (
                COMPILE,
                COMPILE
                + """
import numpy as np
images = np.random.rand(64, 784)
autoencoder.fit(images, images, epochs=1, verbose=0)
""",
            )
        ),
    ),
]

WRONG = [
    Wrong("compile without parentheses", steps("""
autoencoder = Sequential([Input((784,)), Dense(32, activation="relu"), Dense(784, activation="sigmoid")])
autoencoder.compile
"""), "optimizer", "`autoencoder.compile` is not called here: it needs parentheses", blames="autoencoder.compile"),
    Wrong("a second model of that name", steps("""
autoencoder = Sequential([Input((784,)), Dense(32, activation="relu")])
autoencoder = Sequential([Input((32,)), Dense(784, activation="sigmoid")])
autoencoder.compile(optimizer="adadelta", loss="binary_crossentropy")
"""), "input", "`autoencoder` is made anew on line"),
    Wrong("an image of rows and columns", edit(("Input((784,))", "Input((28, 28))")), "input", "A sample has them in one row"),
    Wrong("a larger code", edit(("Dense(32,", "Dense(64,")), "layers", r"layer 1: Dense\(64\)"),
    Wrong("one pixel too few", edit(("Dense(784,", "Dense(783,")), "layers", r"layer 2: Dense\(783\)"),
    Wrong("as many outputs as numbers between", edit(("Dense(784,", "Dense(32,")), "layers", r"layer 2: Dense\(32\)"),
    Wrong("the decoder forgotten", edit((DECODER, "pass\n")), "layers", "1 layer"),
    Wrong("the encoder forgotten", edit((ENCODER, "pass\n")), "layers", r"layer 1: Dense\(784\)"),
    Wrong("the wrong way round", steps("""
autoencoder = Sequential([Input((784,)), Dense(784, activation="sigmoid"), Dense(32, activation="relu")])
""" + COMPILE), "layers", r"layer 1: Dense\(784\)"),
    Wrong("a layer too many", edit((ENCODER, ENCODER + 'autoencoder.add(Dense(32, activation="relu"))\n')), "layers",
          r"layer 2: Dense\(32\)"),
    Wrong("no biases", edit(("Dense(784,", "Dense(784, use_bias=False,")), "layers", "without its biases"),
    Wrong("an image that is not laid flat", edit(("Input((784,))", "Input((28, 28))")), "input", r"\(28, 28\)"),
    Wrong("no input", edit(("autoencoder.add(Input((784,)))\n", ""), ("autoencoder.summary()", "")), "input",
          "no input shape yet"),
    Wrong("sigmoid in the encoder", edit(('"relu"', '"sigmoid"')), "activations", "layer 1: sigmoid"),
    Wrong("relu on the pixels", edit(('"sigmoid"', '"relu"')), "activations", "brightness"),
    Wrong("softmax on the pixels", edit(('"sigmoid"', '"softmax"')), "activations", "layer 2: softmax"),
    Wrong("linear pixels", edit((', activation="sigmoid"', "")), "activations", "layer 2: linear"),
    Wrong("adam", edit(('"adadelta"', '"adam"')), "optimizer", "optimizer adam"),
    Wrong("adagrad", edit(('"adadelta"', '"adagrad"')), "optimizer", "optimizer adagrad"),
    Wrong("squared errors", edit(('"binary_crossentropy"', '"mse"')), "loss", "mean_squared_error"),
    Wrong("categorical", edit(('"binary_crossentropy"', '"categorical_crossentropy"')), "loss", "on its own"),
    Wrong("loss on logits", edit(('"binary_crossentropy"', "keras.losses.BinaryCrossentropy(from_logits=True)"),
                                 ("from keras import Input", "import keras\nfrom keras import Input")), "loss",
          "from_logits"),
    Wrong("not compiled", edit((COMPILE, "pass")), "optimizer", "not compiled"),
    Wrong("two under other names", edit((COMPILE, COMPILE + "\nauto_encoder, other = autoencoder, Sequential([Input((784,)), Dense(784)])"), ("autoencoder.summary()", "del autoencoder")),
          "input", "does not make `autoencoder`"),
]  # fmt: skip

TYPICAL = "relu on the pixels"

COURSE_2019 = [
    Course2019("""
autoencoder = Sequential()
autoencoder.add(Dense(32, input_shape=(784,), activation='relu'))
autoencoder.add(Dense(784, activation='sigmoid'))
autoencoder.compile(optimizer='adadelta', loss='binary_crossentropy')
autoencoder.summary()
"""),
]  # fmt: skip

PARAMETERS = Parameters("autoencoder", [25120, 25872], 50992)
