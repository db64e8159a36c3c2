"""Answers to 3.3.2, batch normalizing a familiar model."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

COMPILE = 'batchnorm_model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])\n'
IMPORT = "from keras.layers import BatchNormalization\n"
HIDDEN = '    batchnorm_model.add(Dense(50, activation="relu", kernel_initializer="normal"))\n'
NORM = "    batchnorm_model.add(BatchNormalization())\n"
OUTPUT = 'batchnorm_model.add(Dense(10, activation="softmax", kernel_initializer="normal"))\n'

RIGHT = [
    Right(
        "another name",
        edit(("batchnorm_model.summary()", "model = batchnorm_model\ndel batchnorm_model")),
    ),
    Right(
        "as in the course, bare",
        bare("""
# Import batch normalization from keras layers
from tensorflow.keras.layers import BatchNormalization

# Build your deep network
batchnorm_model = Sequential()
batchnorm_model.add(Dense(50, input_shape=(64,), activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(10, activation='softmax', kernel_initializer='normal'))

# Compile your model with sgd
batchnorm_model.compile(optimizer='sgd', loss='categorical_crossentropy', metrics=['accuracy'])
"""),
    ),
    Right(
        "a list, the initializer as an object",
        steps(
            IMPORT
            + """
import keras
normal = keras.initializers.RandomNormal
layers = [Input((64,))]
for _ in range(3):
    layers += [Dense(50, activation=keras.activations.relu, kernel_initializer=normal()), BatchNormalization()]
layers.append(Dense(10, activation="softmax", kernel_initializer=normal(stddev=0.05)))
batchnorm_model = Sequential(layers)
batchnorm_model.compile(keras.optimizers.SGD(), keras.losses.CategoricalCrossentropy(), metrics=["categorical_accuracy"])
"""
        ),
    ),
    Right(
        "functional, activations on their own",
        steps(
            """
import keras
inputs = keras.Input(shape=(64,))
x = inputs
for _ in range(3):
    x = Dense(50, kernel_initializer="RandomNormal")(x)
    x = keras.layers.ReLU()(x)
    x = keras.layers.BatchNormalization()(x)
x = Dense(10, kernel_initializer="random_normal")(x)
batchnorm_model = keras.Model(inputs, keras.activations.softmax(x))
"""
            + COMPILE
        ),
    ),
    Right(
        "blocks, tf.nn",
        steps(
            """
import tensorflow as tf
from tensorflow.keras.layers import BatchNormalization

def block():
    dense = Dense(50, activation=tf.nn.relu, kernel_initializer=tf.keras.initializers.RandomNormal())
    return Sequential([dense, BatchNormalization()])

batchnorm_model = Sequential([Input((64,)), block(), block(), block(),
                              Dense(10, activation=tf.nn.softmax, kernel_initializer="normal")])
"""
            + COMPILE
        ),
    ),
    Right(
        "other settings of the normalization",
        edit(("BatchNormalization())", "BatchNormalization(momentum=0.9))")),
    ),
    Right(
        "input_dim, metric acc",
        steps(
            IMPORT
            + """
batchnorm_model = Sequential()
batchnorm_model.add(Dense(50, input_dim=64, activation="relu", kernel_initializer="normal"))
batchnorm_model.add(BatchNormalization())
for _ in range(2):
    batchnorm_model.add(Dense(50, activation="relu", kernel_initializer="normal"))
    batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(10, "softmax", kernel_initializer="normal"))
batchnorm_model.compile("SGD", loss=["categorical_crossentropy"], metrics=["acc"])
"""
        ),
    ),
    Right(
        "a rate of its own, names, no summary",
        steps(
            IMPORT
            + """
import keras
batchnorm_model = Sequential(name="digits")
batchnorm_model.add(Input(shape=[64], name="pixels"))
for number in range(3):
    batchnorm_model.add(Dense(units=50, kernel_initializer=keras.initializers.RandomNormal(seed=number), name=f"hidden{number}"))
    batchnorm_model.add(keras.layers.Activation("relu"))
    batchnorm_model.add(BatchNormalization(name=f"norm{number}"))
batchnorm_model.add(Dense(10, activation="softmax", kernel_initializer="normal"))
batchnorm_model.compile(keras.optimizers.SGD(learning_rate=0.01), "categorical_crossentropy", metrics=[keras.metrics.CategoricalAccuracy()])
"""
        ),
    ),
    Right(
        "built later",
        steps(
            IMPORT
            + """
batchnorm_model = Sequential()
for _ in range(3):
    batchnorm_model.add(Dense(50, activation="relu", kernel_initializer="normal"))
    batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(10, activation="softmax", kernel_initializer="normal"))
"""
            + COMPILE
            + "batchnorm_model.build((None, 64))\n"
        ),
    ),
]

WRONG = [
    Wrong("an initializer for the biases", edit(('relu", kernel_', 'relu", bias_'), ('softmax", kernel_', 'softmax", bias_')), "initializers",
          "`bias_initializer` is for the biases"),
    Wrong("one normalization for all", edit(("model.add(BatchNormalization())", "model.add(norm)"),
                                            ("batchnorm_model = ", "norm = BatchNormalization()\nbatchnorm_model = ")), "layers",
          "in 3 places.*All places share one set"),
    Wrong("the initializer in third place", edit((HIDDEN, '    batchnorm_model.add(Dense(50, "relu", "normal"))\n'),
                                                 (OUTPUT, 'batchnorm_model.add(Dense(10, "softmax", "normal"))\n')),
          "initializers", r"\ndense layers 1, 2, 3, 4: .*'normal' went into `use_bias`.*The same holds for line \d+\.$", blames='"relu", "normal"'),
    Wrong("no normalization", edit((NORM, "")), "layers", "(?s)3 batch normalizations.*none; its layers are Dense, Dense"),
    Wrong("one normalization", edit((NORM, ""), (OUTPUT, "batchnorm_model.add(BatchNormalization())\n" + OUTPUT)), "layers",
          r"layer 2: Dense\(50\)"),
    Wrong("normalization before the activation", edit((HIDDEN, """
    batchnorm_model.add(Dense(50, kernel_initializer="normal"))
"""), (NORM, NORM + '    batchnorm_model.add(keras.layers.Activation("relu"))\n'), (IMPORT, IMPORT + "import keras\n")), "layers",
          "normalization, then the activation"),
    Wrong("normalization in front", edit((HIDDEN, ""), (NORM, NORM + HIDDEN)), "layers", "layer 1: BatchNormalization"),
    Wrong("two hidden layers", edit(("range(3)", "range(2)")), "layers", r"layer 5: Dense\(10\)"),
    Wrong("four hidden layers", edit(("range(3)", "range(4)")), "layers", r"layer 7: Dense\(50\)"),
    Wrong("normalization behind the output", edit((OUTPUT, OUTPUT + "batchnorm_model.add(BatchNormalization())\n")), "layers",
          "one too many"),
    Wrong("forty neurons", edit(("Dense(50,", "Dense(40,")), "layers", r"layer 1: Dense\(40\)"),
    Wrong("another normalization", edit((IMPORT, "from keras.layers import LayerNormalization as BatchNormalization\n")), "layers",
          "LayerNormalization"),
    Wrong("without scale", edit(("BatchNormalization())", "BatchNormalization(scale=False))")), "layers", "(?s)150 parameters.*without some of its parameters"),
    Wrong("twelve outputs", edit(("Dense(10,", "Dense(12,")), "layers", r"layer 7: Dense\(12\)"),
    Wrong("sigmoid on the output", edit(('"softmax"', '"sigmoid"')), "activations", "add up to 1"),
    Wrong("hidden layers linear", edit(('activation="relu", ', "")), "activations", "layer 1: linear"),
    Wrong("no initializer", edit((', kernel_initializer="normal"))\n    batch', "))\n    batch")), "initializers",
          "(?s)layers 1, 2, 3: weights from GlorotUniform.*not told"),
    Wrong("none on the output", edit(('"softmax", kernel_initializer="normal"', '"softmax"')), "initializers", "\ndense layer 4: .*told of an initializer.$"),
    Wrong("uniform", edit(('"relu", kernel_initializer="normal"', '"relu", kernel_initializer="uniform"')), "initializers",
          "RandomUniform"),
    Wrong("he_normal", edit(('"relu", kernel_initializer="normal"', '"relu", kernel_initializer="he_normal"')), "initializers",
          "HeNormal"),
    Wrong("the biases instead", edit(('"relu", kernel_initializer="normal"', '"relu", bias_initializer="normal"')), "initializers",
          "GlorotUniform"),
    Wrong("frozen normalizations", edit(("BatchNormalization())", "BatchNormalization(trainable=False))")), "learned", "8860.*600"),
    Wrong("frozen", edit((OUTPUT, OUTPUT + "batchnorm_model.layers[0].trainable = False\n")), "learned", "frozen"),
    Wrong("28 by 28 pixels", edit(("Input((64,))", "Input((784,))")), "input", r"\(784,\)"),
    Wrong("no input", edit(("batchnorm_model.add(Input((64,)))\n", ""), ("batchnorm_model.summary()", "")), "input", "no input shape yet"),
    Wrong("adam", edit(('"sgd"', '"adam"')), "optimizer", "adam"),
    Wrong("not compiled", edit(('batchnorm_model.compile(\n    optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"]\n)', "")),
          "optimizer", "not compiled"),
    Wrong("binary loss", edit(('"categorical_crossentropy"', '"binary_crossentropy"')), "loss", "binary"),
    Wrong("sparse loss", edit(('"categorical_crossentropy"', '"sparse_categorical_crossentropy"')), "loss", "one-hot"),
    Wrong("no metric", edit((', metrics=["accuracy"]', "")), "metric", "no metrics"),
    Wrong("two other names", edit(("batchnorm_model.summary()", "model = batchnorm_model\ndel batchnorm_model\nnet = Sequential()")), "input",
          "does not make `batchnorm_model`"),
    Wrong("not imported", edit((IMPORT, "pass\n")), "", "NameError.*BatchNormalization", "error"),
    Wrong("the import of 2019", edit((IMPORT, "from keras.layers.normalization import BatchNormalization\n")), "",
          "`keras.layers.normalization` has moved. Write `from keras.layers import", "error"),
    Wrong("normalized behind the loop", steps("""
from keras.layers import BatchNormalization
batchnorm_model = Sequential()
batchnorm_model.add(Input(shape=(64,)))
for _ in range(3):
    batchnorm_model.add(Dense(50, activation="relu", kernel_initializer="normal"))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(10, activation="softmax", kernel_initializer="normal"))
batchnorm_model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
batchnorm_model.summary()
"""),
          "layers", r"BatchNormalization is missing before this one, and 1 more behind it. The BatchNormalization on line \d+ stands behind the loop", blames="BatchNormalization()"),
    Wrong("each normalization in front", steps("""
from keras.layers import BatchNormalization
batchnorm_model = Sequential()
batchnorm_model.add(Input((64,)))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation="relu", kernel_initializer="normal"))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation="relu", kernel_initializer="normal"))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation="relu", kernel_initializer="normal"))
batchnorm_model.add(Dense(10, activation="softmax", kernel_initializer="normal"))
batchnorm_model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
batchnorm_model.summary()
"""),
          "layers", r"in each other's place. So do 2 more pairs after it", blames="BatchNormalization()"),
]  # fmt: skip

TYPICAL = "normalization before the activation"

COURSE_2019 = [
    Course2019("""
from keras.layers import BatchNormalization

batchnorm_model = Sequential()
batchnorm_model.add(Dense(50, input_shape=(64,), activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(50, activation='relu', kernel_initializer='normal'))
batchnorm_model.add(BatchNormalization())
batchnorm_model.add(Dense(10, activation='softmax', kernel_initializer='normal'))
batchnorm_model.compile(optimizer='sgd', loss='categorical_crossentropy', metrics=['accuracy'])
"""),
]  # fmt: skip

PARAMETERS = Parameters(
    "batchnorm_model", [3250, 200, 2550, 200, 2550, 200, 510], 9460, learned=9160
)

UNNAMED = {
    (
        "layer moved",
        "BatchNormalization() behind its next",
    ): "The layers are made in a loop, so six of seven are wrong; the first of them is shown.",
}
