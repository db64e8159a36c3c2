"""Answers to 1.2.1, hello nets!"""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

HIDDEN = 'model.add(Dense(10, activation="relu"))'
LISTED = """
model = Sequential([Input((2,)), Dense(10, activation="relu"), Dense(1)])
"""

RIGHT = [
    Right("under another name", steps(LISTED.replace("model", "net") + "net.summary()\n")),
    Right("list of layers", steps(LISTED + "model.summary()\n")),
    Right(
        "functional",
        steps("""
inputs = keras.Input(shape=(2,))
hidden = Dense(10, activation=keras.activations.relu)(inputs)
model = keras.Model(inputs=inputs, outputs=Dense(1)(hidden))
model.summary()
"""),
    ),
    Right(
        "functional, relu as an operation",
        steps("""
inputs = Input((2,))
model = keras.Model(inputs, Dense(1)(keras.activations.relu(Dense(10)(inputs))))
model.summary()
"""),
    ),
    Right(
        "separate activation layers",
        steps("""
model = keras.Sequential()
model.add(Input((2,)))
model.add(Dense(units=10))
model.add(keras.layers.Activation("relu"))
model.add(Dense(units=1))
model.add(keras.layers.Activation("linear"))
print(model.summary())
"""),
    ),
    Right(
        "a loop, linear by name",
        steps("""
layers = [(10, "relu"), (1, "linear")]
model = Sequential([Input((2,))])
for units, activation in layers:
    model.add(Dense(units, activation=activation))
model.summary(line_length=80)
"""),
    ),
    Right(
        "ReLU layer, no activation by None",
        steps("""
net = Sequential([Input((2,)), Dense(10), keras.layers.ReLU(), Dense(1, activation=None)])
net.summary()
model = net
"""),
    ),
    Right(
        "in a function, compiled as well",
        steps("""
def build():
    network = Sequential(name="hello")
    network.add(Input((2,)))
    network.add(Dense(10, "relu", name="hidden"))
    network.add(Dense(1, name="out"))
    network.compile("adam", "mse")
    network.summary()
    return network

model = build()
"""),
    ),
    Right(
        "built with build",
        steps("""
model = Sequential([Dense(10, activation="relu"), Dense(1)])
model.build((None, 2))
model.summary()
"""),
    ),
    Right(
        "tf.nn.relu",
        edit(
            ('activation="relu"', "activation=tf.nn.relu"),
            ("import keras\n", "import keras\nimport tensorflow as tf\n"),
        ),
    ),
    Right(
        "nested block",
        steps("""
body = Sequential([Dense(10, activation="relu")])
model = Sequential([Input((2,)), body, Dense(1)])
model.summary(expand_nested=True)
"""),
    ),
    Right(
        "a class of one's own",
        steps("""
class Net(keras.Sequential):
    def __init__(self):
        super().__init__()
        self.add(Input((2,)))
        self.add(Dense(10, activation="relu"))
        self.add(Dense(1))

model = Net()
model.summary()
"""),
    ),
    Right(
        "summary in small pieces",
        edit(
            (
                "model.summary()",
                """
lines = []
model.summary(print_fn=lines.append)
print("\\n".join(lines))
""",
            )
        ),
    ),
    Right(
        "as in 2019, bare",
        bare("""
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(10, input_shape=(2,), activation='relu'))
model.add(Dense(1))
model.summary()
"""),
    ),
    Right(
        "bare, no imports",
        bare("""
model = Sequential()
model.add(Dense(10, input_shape=(2,), activation="relu"))
model.add(Dense(1))
model.summary()
"""),
    ),
    Right(
        "bare, today's Input",
        bare("""
model = Sequential()
model.add(Input((2,)))
model.add(Dense(10, activation="relu"))
model.add(Dense(1))
model.summary()
"""),
    ),
    Right(
        "tensorflow.keras, input_dim",
        bare("""
import tensorflow as tf
model = tf.keras.Sequential()
model.add(tf.keras.layers.Dense(10, input_dim=2, activation='relu'))
model.add(tf.keras.layers.Dense(1))
model.summary()
"""),
    ),
]

WRONG = [
    Wrong("no relu", edit((', activation="relu"', "")), "activations", "hidden layer is the one"),
    Wrong("sigmoid in the hidden layer", edit(('"relu"', '"sigmoid"')), "activations", "layer 1: sigmoid"),
    Wrong("relu on the output", edit(("Dense(1)", 'Dense(1, activation="relu")')), "activations",
          "layer 2: relu"),
    Wrong("sigmoid behind the output", edit(("model.add(Dense(1))",
                                            'model.add(Dense(1))\n'
                                            'model.add(keras.layers.Activation("sigmoid"))')),
          "activations", "as it is"),
    Wrong("leaky relu", edit(('"relu"', '"leaky_relu"')), "activations", "leaky_relu"),
    Wrong("100 neurons", edit(("Dense(10,", "Dense(100,")), "layers", r"layer 1: Dense\(100\)"),
    Wrong("two outputs", edit(("Dense(1)", "Dense(2)")), "layers", r"layer 2: Dense\(2\)"),
    Wrong("no output layer", edit(("model.add(Dense(1))", "pass")), "layers", "nothing"),
    Wrong("no hidden layer", edit((HIDDEN, "pass")), "layers", r"layer 1: Dense\(1\)"),
    Wrong("two hidden layers", edit((HIDDEN, f"{HIDDEN}\n{HIDDEN}")), "layers", r"layer 2: Dense\(10\)"),
    Wrong("the input as a layer of neurons", edit((HIDDEN, f"model.add(Dense(2))\n{HIDDEN}")), "layers",
          r"layer 1: Dense\(2\)"),
    Wrong("layers in reverse", steps("""
model = Sequential([Input((2,)), Dense(1), Dense(10, activation="relu")])
model.summary()
"""), "layers", r"layer 1: Dense\(1\)"),
    Wrong("no biases", edit(("Dense(1)", "Dense(1, use_bias=False)")), "layers", "without its biases"),
    Wrong("dropout added", edit(("model.add(Dense(1))",
                                 "model.add(keras.layers.Dropout(0.5))\nmodel.add(Dense(1))")),
          "layers", "Dropout"),
    Wrong("an empty model", steps("model = Sequential()\nmodel.summary()\n"), "input", "No layer was added"),
    Wrong("ten inputs", edit(("Input((2,))", "Input((10,))")), "input", r"input of shape \(10,\)"),
    Wrong("a table of 2 × 1", edit(("Input((2,))", "Input((2, 1))")), "input", r"\(2, 1\)"),
    Wrong("no input", edit(("model.add(Input((2,)))\n", "")), "input", "no input shape yet"),
    Wrong("no summary", edit(("model.summary()", "print(model)")), "summary", "no summary"),
    Wrong("summary not called", edit(("model.summary()", "model.summary")), "", "is not called here: it needs parentheses"),
    Wrong("summary of another model", edit(("model.summary()",
                                            "Sequential([Input((2,)), Dense(3)]).summary()")),
          "summary", "another model"),
    Wrong("summary of one layer", steps("""
model = Sequential([Input((2,)), Dense(10, activation="relu")])
model.summary()
model.add(Dense(1))
"""),
          "summary", "(?s)all 2 layers.*summary of 1\n.*not finished"),
    Wrong("summary, then made anew", steps(LISTED + "model.summary()\n" + LISTED), "summary",
          "at the end"),
    Wrong("summary kept as the model", edit(("model.summary()", "model = model.summary()")), "input",
          "None"),
    Wrong("two under other names", steps(LISTED.replace("model", "net") + "net.summary()\nsmall = Sequential([Input((2,)), Dense(1)])\n"), "input",
          "does not make `model`"),
    Wrong("a class in place of a model", steps("model = Sequential\n"), "input", "function or class"),
    Wrong("two numbers without a tuple", edit(("Input((2,))", "Input(2)")), "", "line", "error"),
    Wrong("stops before the summary", edit(("model.summary()", "model.summry()")), "", "AttributeError",
          "error"),
    Wrong("layers one by one", steps("""
model = Sequential(
    Input((2,)),
    Dense(10, activation='relu'),
    Dense(1),
)
model.summary()
"""),
          "", r"takes its layers in one list", "error", blames="model = Sequential("),
    Wrong("summary printed and not called", steps("""
model = Sequential()
model.add(Input((2,)))
model.add(Dense(10, activation='relu'))
model.add(Dense(1))
print(model.summary)
"""),
          "summary", r"`model.summary` is not called here", blames="print(model.summary)"),
    Wrong("an arrow of R", steps("""
model <- Sequential()
model.add(Input((2,)))
model.add(Dense(10, activation="relu"))
model.add(Dense(1))
model.summary()
"""),
          "", r"In Python `<-` gives no value", "error", blames="model <-"),
    Wrong("an Input that is put nowhere", steps("""
model = Sequential()
Input((2,))
model.add(Dense(10, activation="relu"))
model.add(Dense(1))
model.summary()
"""),
          "input", r"The `Input` on this line is put nowhere", blames="Input((2,))"),
]  # fmt: skip

TYPICAL = "no relu"

COURSE_2019 = [
    Course2019("""
from keras.models import Sequential
from keras.layers import Dense

# two numbers in, one out
model = Sequential()
model.add(Dense(10, input_shape=(2,), activation='relu'))
model.add(Dense(1))
model.summary()
"""),
]  # fmt: skip

PARAMETERS = Parameters("model", [30, 11], 41)
