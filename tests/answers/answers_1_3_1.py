"""Answers to 1.3.1, specifying a model."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

THREE = 'model.add(Dense(50, activation="relu"))\n' * 3

RIGHT = [
    Right(
        "a lambda that is relu",
        edit((THREE, "import keras\n" + THREE.replace('"relu"', "lambda x: keras.ops.relu(x)"))),
    ),
    Right(
        "a function that is relu",
        edit(
            (
                THREE,
                "import keras\ndef my_relu(x):\n    return (x + keras.ops.abs(x)) / 2\n"
                + THREE.replace('"relu"', "my_relu"),
            )
        ),
    ),
    Right(
        "a list",
        steps("""
model = Sequential([Input((1,))] + [Dense(50, "relu") for _ in range(3)] + [Dense(1)])
"""),
    ),
    Right(
        "one activation layer for all",
        steps("""
from keras.layers import ReLU
relu = ReLU()
model = Sequential([Input((1,)), Dense(50), relu, Dense(50), relu, Dense(50), relu, Dense(1)])
"""),
    ),
    Right(
        "one activation layer for all, functional",
        steps("""
import keras
relu = keras.layers.Activation("relu")
inputs = x = Input((1,))
for _ in range(3):
    x = relu(Dense(50)(x))
model = keras.Model(inputs, Dense(1)(x))
"""),
    ),
    Right(
        "a loop, explicit linear",
        steps("""
model = Sequential()
model.add(Input(shape=(1,)))
for _ in range(3):
    model.add(Dense(units=50, activation="relu"))
model.add(Dense(1, activation="linear"))
"""),
    ),
    Right(
        "functional",
        steps("""
import keras
minute = keras.Input((1,))
x = minute
for _ in range(3):
    x = keras.layers.ReLU()(Dense(50)(x))
model = keras.Model(minute, Dense(1)(x))
"""),
    ),
    Right(
        "compiled already",
        steps(f"""
model = Sequential([Input((1,))])
{THREE}
model.add(Dense(1))
model.compile("adam", "mse")
"""),
    ),
    Right(
        "as in 2019, bare",
        bare("""
# Instantiate
model = Sequential()
model.add(Dense(50, input_shape=(1,), activation='relu'))
model.add(Dense(50, activation='relu'))
model.add(Dense(50, activation='relu'))
model.add(Dense(1))
"""),
    ),
    Right(
        "input_dim, tf.keras",
        bare("""
import tensorflow as tf
model = tf.keras.Sequential([
    tf.keras.layers.Dense(50, input_dim=1, activation=tf.nn.relu),
    tf.keras.layers.Dense(50, activation=tf.nn.relu),
    tf.keras.layers.Dense(50, activation=tf.nn.relu),
    tf.keras.layers.Dense(1),
])
"""),
    ),
]

WRONG = [
    Wrong("two inputs", edit(("Input((1,))", "Input((2,))")), "input", r"input of shape \(2,\)"),
    Wrong("as many inputs as measurements", edit(("Input((1,))", "Input((2000,))")), "input", "2000"),
    Wrong("no input", edit(("[Input((1,))]", "")), "input", "no input shape yet"),
    Wrong("two hidden layers", edit((THREE, THREE[: len(THREE) // 3 * 2])), "layers", "layer 3"),
    Wrong("a loop that counts from 1", edit((THREE, "for i in range(1, 3):\n    " + THREE[: len(THREE) // 3])), "layers",
          r"makes 2 layers in all. `range\(1, 3\)` counts 1 to 2. Look at how often"),
    Wrong("four hidden layers", edit((THREE, THREE + 'model.add(Dense(50, activation="relu"))\n')), "layers",
          "one too many|size"),
    Wrong("40 neurons", edit((THREE, THREE.replace("50", "40"))), "layers", r"Dense\(40\)"),
    Wrong("no biases", edit((THREE, THREE.replace('"relu"', '"relu", use_bias=False'))), "layers", "without its biases"),
    Wrong("a layer in two places", steps("""
hidden = Dense(50, activation="relu")
model = Sequential([Input((1,)), Dense(50, activation="relu"), hidden, hidden, Dense(1)])
"""), "layers", "(?s)in two places.*share one set"),
    Wrong("a layer in two places, functional", steps("""
import keras
inputs = Input((1,))
hidden = Dense(50, activation="relu")
model = keras.Model(inputs, Dense(1)(hidden(hidden(Dense(50, activation="relu")(inputs)))))
"""), "layers", "(?s)in two places.*share one set"),
    Wrong("no output layer", edit(("model.add(Dense(1))", "pass")), "layers", "layer 4: nothing"),
    Wrong("two outputs", edit(("model.add(Dense(1))", "model.add(Dense(2))")), "layers", r"Dense\(2\)"),
    Wrong("relu on the output", edit(("model.add(Dense(1))", 'model.add(Dense(1, activation="relu"))')),
          "activations", "any number"),
    Wrong("sigmoid on the output", edit(("model.add(Dense(1))", 'model.add(Dense(1, activation="sigmoid"))')),
          "activations", "layer 4: sigmoid"),
    Wrong("no activations", edit((THREE, THREE.replace(', activation="relu"', ""))), "activations", "layer 1: linear"),
    Wrong("tanh", edit((THREE, THREE.replace("relu", "tanh"))), "activations", "tanh"),
    Wrong("a lambda in place of relu", edit((THREE, "import keras\n" + THREE.replace('"relu"', "lambda x: 2 * keras.ops.relu(x)"))),
          "input", "(?s)cannot be rebuilt.*lambda.*one of Keras's own"),
    Wrong("a function in place of relu", edit((THREE, "def my_relu(x):\n    return x * (x > 1)\n" + THREE.replace('"relu"', "my_relu"))),
          "input", "(?s)cannot be rebuilt.*`my_relu`.*one of Keras's own"),
    Wrong("51 neurons", edit((THREE, THREE.replace("50", "51"))), "layers", r"Dense\(51\)"),
    Wrong("under another name, two layers", edit(("model = Sequential", "network = Sequential"), (THREE, "network.add(Dense(50))\n"),
                                 ("model.add(Dense(1))", "network.add(Dense(1))")), "layers", "4 are asked for"),
    Wrong("a loop that runs twice", edit((THREE, 'for _ in range(1, 3):\n    model.add(Dense(50, activation="relu"))\n')), "layers",
          "Your model has 3 layers, 4 are asked for: one is missing before this one"),
    Wrong("a list times three", steps("""
model = Sequential([Input((1,))])
model.add([Dense(50, activation="relu")] * 3)
model.add(Dense(1))
"""),
          "", r"`\*` makes no new layers", "error", blames="* 3"),
]  # fmt: skip

TYPICAL = "relu on the output"

COURSE_2019 = [
    Course2019("""
model = Sequential()
model.add(Dense(50, input_shape=(1,), activation='relu'))
model.add(Dense(50, activation='relu'))
model.add(Dense(50, activation='relu'))
model.add(Dense(1))
"""),
]  # fmt: skip

PARAMETERS = Parameters("model", [100, 2550, 2550, 51], 5251)
