"""Answers to 4.2.1, building a CNN model."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

FIRST = 'Conv2D(32, kernel_size=3, activation="relu")'
SECOND = 'Conv2D(16, kernel_size=3, activation="relu")'
LAST = 'model.add(Dense(10, activation="softmax"))'

RIGHT = [
    Right("under another name", edit(("model.summary()", "cnn = model\ndel model"))),
    Right(
        "as in 2019, bare",
        bare("""
# Import the Conv2D and Flatten layers and instantiate model
from keras.layers import Conv2D,Flatten
model = Sequential()

# Add a convolutional layer of 32 filters of size 3x3
model.add(Conv2D(32, kernel_size = 3, input_shape = (28, 28, 1), activation = 'relu'))

# Add a convolutional layer of 16 filters of size 3x3
model.add(Conv2D(16, kernel_size = 3, activation = 'relu'))

# Flatten the previous layer output
model.add(Flatten())

# Add as many outputs as classes with softmax activation
model.add(Dense(10, activation = 'softmax'))
"""),
    ),
    Right(
        "input shape said twice, bare",
        bare("""
from keras.layers import Conv2D, Flatten
model = Sequential()
model.add(Conv2D(filters=32, input_shape=(28, 28, 1), kernel_size=3, activation='relu'))
model.add(Conv2D(filters=16, input_shape=(28, 28, 1), kernel_size=3, activation='relu'))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
"""),
    ),
    Right(
        "functional",
        steps("""
inputs = Input((28, 28, 1))
x = Conv2D(32, (3, 3), activation="relu")(inputs)
x = Conv2D(16, (3, 3), activation="relu")(x)
model = keras.Model(inputs, Dense(10, activation="softmax")(Flatten()(x)))
"""),
    ),
    Right(
        "activations on their own, functional",
        steps("""
inputs = Input((28, 28, 1))
x = keras.layers.ReLU()(Conv2D(32, 3)(inputs))
x = keras.activations.relu(Conv2D(16, 3)(x))
x = Flatten()(x)
model = keras.Model(inputs, keras.layers.Softmax()(Dense(10)(x)))
"""),
    ),
    Right(
        "compiled, tensorflow.keras, a list",
        steps("""
import tensorflow as tf
layers = tf.keras.layers
model = tf.keras.Sequential([
    layers.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, 3, activation=tf.nn.relu),
    layers.Conv2D(16, 3, strides=1, padding="valid", activation=tf.nn.relu),
    layers.Flatten(),
    layers.Dense(10, activation=tf.nn.softmax),
])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
"""),
    ),
    Right(
        "a loop, activation layers",
        steps("""
model = Sequential([Input((28, 28, 1))])
for filters in (32, 16):
    model.add(Conv2D(filters, (3, 3)))
    model.add(keras.layers.Activation("relu"))
model.add(Flatten())
model.add(Dense(10))
model.add(keras.layers.Activation("softmax"))
"""),
    ),
    Right("laid flat by a reshape", edit(("Flatten()", "keras.layers.Reshape((-1,))"))),
    Right(
        "a block of convolutions",
        steps("""
def convolutions():
    return Sequential([Conv2D(32, 3, activation="relu"), Conv2D(16, 3, activation="relu")])

model = Sequential([Input((28, 28, 1)), convolutions(), Flatten(), Dense(10, activation="softmax")])
"""),
    ),
    Right(
        "batch size said, no summary",
        edit(
            ("Input((28, 28, 1))", "Input(batch_shape=(None, 28, 28, 1))"),
            ("model.summary()\n", ""),
        ),
    ),
]

WRONG = [
    Wrong("layers called on tensors", steps("""
model = Sequential()
x = keras.Input((28, 28, 1))
x = Conv2D(32, 3, activation="relu")(x)
x = Flatten()(x)
"""), "input", r"No layer was added to `model`. `Conv2D\(…\)\(x\)` gives", blames="Conv2D("),
    Wrong("no number for a pixel, the input", edit(("Input((28, 28, 1))", "Input((28, 28))")), "input", r"The tip on line \d+ says what is wrong",
          "error", blames="Input("),
    Wrong("no number for a pixel, the tip", edit(("Input((28, 28, 1))", "Input((28, 28))")), "", "The axis for the colours, the last one, is missing",
          "error", blames="Input("),
    Wrong("no number for a pixel", edit(("Input((28, 28, 1))", "Input((28, 28))")), "", "(?i)expected min_ndim=4|ndim", "error"),
    Wrong("flat input", edit(("Input((28, 28, 1))", "Input((784,))")), "", "(?i)ndim", "error"),
    Wrong("colours", edit(("Input((28, 28, 1))", "Input((28, 28, 3))")), "input", r"(?s)\(28, 28, 3\).*no colours"),
    Wrong("channels first", edit(("Input((28, 28, 1))", "Input((1, 28, 28))")), "", "negative.*28 colours.*The tip on line", "error"),
    Wrong("larger images", edit(("Input((28, 28, 1))", "Input((32, 32, 1))")), "input", r"\(32, 32, 1\)"),
    Wrong("no input shape", edit(("model.add(Input((28, 28, 1)))\n", ""), ("model.summary()", "")), "input", "no input shape yet"),
    Wrong("second layer missing", edit((f"model.add({SECOND})\n", "pass\n")), "layers", "layer 2: Flatten"),
    Wrong("filters swapped", edit((FIRST, FIRST.replace("32", "16 ")), (SECOND, SECOND.replace("16", "32"))), "layers",
          r"layer 1: Conv2D\(16, 3×3\)"),
    Wrong("64 filters", edit((FIRST, FIRST.replace("32", "64"))), "layers", r"(?s)Conv2D\(64, 3×3\).*number of filters is not"),
    Wrong("filters of 5 by 5", edit((SECOND, SECOND.replace("=3", "=5"))), "layers", r"layer 2: Conv2D\(16, 5×5\)"),
    Wrong("three positional numbers", edit((FIRST, 'Conv2D(32, 3, 3, activation="relu")'),
                                           (SECOND, 'Conv2D(16, 3, 3, activation="relu")')), "layers", r"(?s)output \(9, 9, 32\).*how far the filter moves"),
    Wrong("padded", edit((FIRST, FIRST.replace(")", ', padding="same")'))), "layers", r"(?s)output \(28, 28, 32\).*padded"),
    Wrong("second padded", edit((SECOND, SECOND.replace(")", ', padding="same")'))), "layers", r"(?s)layer 2.*output \(26, 26, 16\).*padded"),
    Wrong("strides", edit((SECOND, SECOND.replace(")", ", strides=2)"))), "layers", "not move pixel by pixel"),
    Wrong("pooling added", edit(("model.add(Flatten())", "model.add(keras.layers.MaxPooling2D())\nmodel.add(Flatten())")),
          "layers", r"layer 3: MaxPooling2D"),
    Wrong("dropout added", edit(("model.add(Flatten())", "model.add(Flatten())\nmodel.add(keras.layers.Dropout(0.2))")),
          "layers", "Dropout"),
    Wrong("not flat", edit(("model.add(Flatten())", "pass")), "layers", "missing before this one"),
    Wrong("pooled instead of flat", edit(("Flatten()", "keras.layers.GlobalAveragePooling2D()")), "layers", "in place of Flatten"),
    Wrong("dense layers only", steps("""
model = Sequential([Input((28, 28, 1)), Flatten(), Dense(32, activation="relu"), Dense(16, activation="relu"),
                    Dense(10, activation="softmax")])
"""), "layers", "layer 1: Flatten"),
    Wrong("one output", edit((LAST, 'model.add(Dense(1, activation="softmax"))')), "layers", r"Dense\(1\)"),
    Wrong("nine outputs", edit((LAST, 'model.add(Dense(9, activation="softmax"))')), "layers", r"\(9216 \+ 1\) × 9 = 82953"),
    Wrong("hidden dense layer", edit((LAST, 'model.add(Dense(64, activation="relu"))\n' + LAST)), "layers", r"Dense\(64\)"),
    Wrong("no biases", edit((FIRST, FIRST.replace(")", ", use_bias=False)"))), "layers", "without its biases"),
    Wrong("sigmoid on the output", edit((LAST, LAST.replace("softmax", "sigmoid"))), "activations", "add up to 1"),
    Wrong("no relu in the first", edit((FIRST, "Conv2D(32, kernel_size=3)")), "activations", "layer 1: linear"),
    Wrong("tanh in the second", edit((SECOND, SECOND.replace("relu", "tanh"))), "activations", "layer 2: tanh"),
    Wrong("two under other names", edit(("model.summary()", "cnn, other = model, Sequential([Input((28, 28, 1))])\ndel model")), "input", "does not make `model`"),
    Wrong("model is None", edit(("model.summary()", "model = model.summary()")), "input", "None"),
    Wrong("kernel misspelt", edit((FIRST, FIRST.replace("kernel_size", "kernel"))), "", "kernel", "error"),
    Wrong("imports of 2019", bare("""
from keras.layers.convolutional import Conv2D
model = Sequential()
"""), "", "`keras.layers.convolutional` has moved", "error"),
]  # fmt: skip

TYPICAL = "not flat"

COURSE_2019 = [
    Course2019("""
from keras.models import Sequential
from keras.layers import Dense, Conv2D, Flatten

model = Sequential()
model.add(Conv2D(32, kernel_size=3, input_shape=(28, 28, 1), activation='relu'))
model.add(Conv2D(16, kernel_size=3, activation='relu'))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
"""),
    Course2019("""
from keras.models import Sequential
from keras.layers.core import Dense, Flatten
from keras.layers.convolutional import Conv2D

model = Sequential()
model.add(Conv2D(32, kernel_size=(3, 3), input_shape=(28, 28, 1), activation='relu'))
model.add(Conv2D(16, kernel_size=(3, 3), activation='relu'))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
""", "error", ("Line 3: `keras.layers.core` has moved. Write `from keras.layers", "Line 4: `keras.layers.convolutional` has moved"),
           (("keras.layers.core", "keras.layers"), ("keras.layers.convolutional", "keras.layers"))),
]  # fmt: skip

PARAMETERS = Parameters("model", [320, 4624, 0, 92170], 97114)

UNNAMED = {
    (
        "layer moved",
        'Conv2D(16, kernel_size=3, activation="relu") behind its next',
    ): "The file stops there, and the tip says that a Flatten leaves no rows and columns to it.",
}
