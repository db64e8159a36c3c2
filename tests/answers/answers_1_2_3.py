"""Answers to 1.2.3, build as shown!"""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

RIGHT = [
    Right("list of layers", steps("model = Sequential([Input((2,)), Dense(3), Dense(1)])\n")),
    Right(
        "functional",
        steps("""
inputs = keras.Input(shape=(2,))
outputs = Dense(1)(Dense(3)(inputs))
model = keras.Model(inputs, outputs)
"""),
    ),
    Right(
        "linear by name",
        steps("""
model = Sequential()
model.add(Input((2,)))
model.add(Dense(3, activation="linear"))
model.add(Dense(1, activation=keras.activations.linear))
"""),
    ),
    Right(
        "linear activation layers",
        steps("""
model = Sequential([Input((2,)), Dense(3), keras.layers.Activation("linear"), Dense(1, activation=None)])
"""),
    ),
    Right(
        "a loop over the columns",
        steps("""
columns = [2, 3, 1]
model = Sequential([Input((columns[0],))])
for neurons in columns[1:]:
    model.add(Dense(units=neurons))
"""),
    ),
    Right(
        "named layers",
        steps("""
model = keras.Sequential(name="as_shown")
model.add(keras.layers.InputLayer(shape=(2,), name="inputs"))
model.add(keras.layers.Dense(3, name="hidden"))
model.add(keras.layers.Dense(1, name="output"))
"""),
    ),
    Right(
        "nested block",
        steps("""
hidden = Sequential([Input((2,)), Dense(3)])
model = Sequential([hidden, Dense(1)])
"""),
    ),
    Right(
        "as in 2019, bare",
        bare("""
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(3, input_shape=(2,)))
model.add(Dense(1))
"""),
    ),
    Right(
        "bare, no imports",
        bare("""
model = Sequential()
model.add(Dense(3, input_shape=(2,)))
model.add(Dense(1))
model.summary()
"""),
    ),
    Right(
        "tensorflow.keras",
        bare("""
from tensorflow import keras
from tensorflow.keras import layers
model = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.Dense(1)])
"""),
    ),
]

WRONG = [
    Wrong("no biases in both", edit(("Dense(3)", "Dense(3, use_bias=False)"), ("Dense(1)", "Dense(1, use_bias=False)")), "layers",
          "made without its biases, as was another one after it"),
    Wrong("relu in the hidden layer", edit(("Dense(3)", 'Dense(3, activation="relu")')), "activations",
          "no activation functions"),
    Wrong("sigmoid on the output", edit(("Dense(1)", 'Dense(1, activation="sigmoid")')), "activations",
          "layer 2: sigmoid"),
    Wrong("relu as a layer", edit(("model.add(Dense(3))", "model.add(Dense(3))\nmodel.add(keras.layers.ReLU())")),
          "activations", "layer 1: relu"),
    Wrong("two hidden neurons", edit(("Dense(3)", "Dense(2)")), "layers", r"layer 1: Dense\(2\)"),
    Wrong("a layer for the inputs", edit(("model.add(Dense(3))", "model.add(Dense(2))\nmodel.add(Dense(3))")),
          "layers", r"layer 1: Dense\(2\)"),
    Wrong("two hidden layers", edit(("model.add(Dense(3))", "model.add(Dense(3))\nmodel.add(Dense(3))")),
          "layers", r"layer 2: Dense\(3\)"),
    Wrong("no output layer", edit(("model.add(Dense(1))", "pass")), "layers", "1 layer, 2 are asked for"),
    Wrong("read from right to left", edit(("Input((2,))", "Input((1,))"), ("Dense(1)", "Dense(2)")), "input",
          r"input of shape \(1,\)"),
    Wrong("two outputs", edit(("Dense(1)", "Dense(2)")), "layers", r"layer 2: Dense\(2\)"),
    Wrong("layers in reverse", steps("model = Sequential([Input((2,)), Dense(1), Dense(3)])\n"), "layers",
          r"layer 1: Dense\(1\)"),
    Wrong("no biases", edit(("Dense(3)", "Dense(3, use_bias=False)")), "layers", "without its biases"),
    Wrong("every line a neuron", edit(("Dense(3)", "Dense(6)"), ("Dense(1)", "Dense(3)")), "layers",
          r"layer 1: Dense\(6\)"),
    Wrong("a line that skips a column", steps("""
inputs = keras.Input((2,))
both = keras.layers.Concatenate()([inputs, Dense(3)(inputs)])
model = keras.Model(inputs, Dense(1)(both))
"""), "layers", "one line"),
    Wrong("three inputs", edit(("Input((2,))", "Input((3,))")), "input", r"input of shape \(3,\)"),
    Wrong("no input", edit(("model.add(Input((2,)))\n", "")), "input", "no input shape yet"),
    Wrong("other name", steps("net = Sequential([Input((2,)), Dense(3), Dense(1)])\nmodel = net.layers\n"), "input",
          "a list of 2"),
    Wrong("relu where none is asked for", edit(("Dense(3)", 'Dense(3, activation="relu")')), "activations", "layer 1: no activation\n"),
    Wrong("made anew for each layer", steps("""
model = Sequential()
model.add(Input((2,)))
model = Sequential()
model.add(Dense(3))
model = Sequential()
model.add(Dense(1))
"""), "input", r"no input shape\n`model` is made anew more than once \(lines \d+, \d+\)"),
    Wrong("made anew behind the hidden layer", steps("""
model = Sequential([Input((2,))])
model.add(Dense(3))
model = Sequential([Input((2,))])
model.add(Dense(1))
"""), "layers", r"`model` is made anew on line \d+"),
    Wrong("made anew in an attempt that was given up", steps("""
model = Sequential([Input((2,))])
model.add(Dense(3))
model = Sequential([Input((2,)), Dense(4), Dense(1)])
"""), "layers", "its size is not"),
    Wrong("the inputs as a layer", steps("""
model = Sequential()
model.add(Input((2,)))
model.add(Dense(2))
model.add(Dense(3))
model.add(Dense(1))
model.summary()
"""),
          "layers", r"one too many here. What the model takes is told by its input", blames="Dense(2"),
    Wrong("None in quotes", steps("""
model = Sequential()
model.add(Input((2,)))
model.add(Dense(3, activation="None"))
model.add(Dense(1, activation="None"))
model.summary()
"""),
          "", r"called 'None'. In quotes it is a text", "error", blames="None"),
    Wrong("two layers in one add", steps("""
model = Sequential()
model.add(Input((2,)))
hidden = Dense(3)
output = Dense(1)
model.add(hidden, output)
model.summary()
"""),
          "layers", r"`add` takes one layer: what comes behind it is left out", blames="model.add(hidden"),
]  # fmt: skip

TYPICAL = "layers in reverse"

COURSE_2019 = [
    Course2019("""
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(3, input_shape=(2,)))
model.add(Dense(1))
"""),
]  # fmt: skip

PARAMETERS = Parameters("model", [9, 4], 13)
