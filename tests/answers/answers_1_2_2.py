"""Answers to 1.2.2, counting parameters."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

HIDDEN = 'model.add(Dense(5, activation="relu"))'
LISTED = """
model = Sequential([Input((3,)), Dense(5, activation="relu"), Dense(1)])
"""

RIGHT = [
    Right("list of layers, answer as a text", steps(LISTED + 'answer = "3"\n')),
    Right(
        "functional",
        steps("""
inputs = keras.Input(shape=(3,))
hidden = Dense(5)(inputs)
hidden = keras.layers.ReLU()(hidden)
model = keras.Model(inputs, Dense(1)(hidden))
model.summary()
answer = 3
"""),
    ),
    Right(
        "answer looked up",
        steps(
            LISTED
            + """
options = {1: 15, 2: 18, 3: 20, 4: 26}
hidden = model.layers[0].count_params()
answer = next(number for number, total in options.items() if total == hidden)
"""
        ),
    ),
    Right(
        "separate activation, linear by name",
        steps("""
model = Sequential()
model.add(Input((3,)))
model.add(Dense(units=5))
model.add(keras.layers.Activation(keras.activations.relu))
model.add(Dense(units=1, activation="linear"))
answer = 3.0
"""),
    ),
    Right(
        "in a function",
        steps("""
def network(inputs, hidden):
    return Sequential([Input((inputs,)), Dense(hidden, "relu"), Dense(1)])

model = network(3, 5)
answer = (3)
"""),
    ),
    Right("answer first", steps("answer = 3\n" + LISTED)),
    Right(
        "built by the first call",
        steps("""
import numpy as np
model = Sequential([Dense(5, activation="relu"), Dense(1)])
model(np.zeros((1, 3)))
answer = 3
"""),
    ),
    Right(
        "as in 2019, bare",
        bare("""
model = Sequential()
model.add(Dense(5, input_shape=(3,), activation="relu"))
model.add(Dense(1))
model.summary()
answer = 3
"""),
    ),
    Right(
        "tensorflow.keras, input_dim",
        bare("""
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
model = Sequential([Dense(5, input_dim=3, activation='relu'), Dense(1)])
answer = '3'
"""),
    ),
]

WRONG = [
    Wrong("biases forgotten", edit(("answer = 3", "answer = 1")), "answer", "biases as well"),
    Wrong("biases of the inputs", edit(("answer = 3", "answer = 2")), "answer", "they belong to the neurons"),
    Wrong("the whole network", edit(("answer = 3", "answer = 4")), "answer", "whole network"),
    Wrong("the figure, not the option", edit(("answer = 3", "answer = 20")), "answer", "number of the option"),
    Wrong("counted by Keras", edit(("answer = 3", "answer = model.layers[0].count_params()")), "answer",
          "number of the option"),
    Wrong("a truth value", edit(("answer = 3", "answer = model.layers[0].count_params() == 20")), "answer",
          "one of 1, 2, 3, 4"),
    Wrong("no answer", edit(("answer = 3", "pass")), "answer", "does not make `answer`"),
    Wrong("printed only", edit(("answer = 3", "answer = print(3)")), "answer", "None"),
    Wrong("no relu", edit((', activation="relu"', "")), "activations", "layer 1: linear"),
    Wrong("softmax on the output", edit(("Dense(1)", 'Dense(1, activation="softmax")')), "activations",
          "layer 2: softmax"),
    Wrong("tanh in the hidden layer", edit(('"relu"', '"tanh"')), "activations", "layer 1: tanh"),
    Wrong("the output first", edit((HIDDEN, "pass"), ("model.add(Dense(1))", f"model.add(Dense(1))\n{HIDDEN}")), "layers",
          r"(?s)This layer and the next one stand in each other's place.*→ 1 +Dense\(1.*  2 +Dense\(5, relu\).*Dense\(1"),
    Wrong("three neurons", edit(("Dense(5,", "Dense(3,")), "layers", r"layer 1: Dense\(3\)"),
    Wrong("five outputs", edit(("Dense(1)", "Dense(5)")), "layers", r"layer 2: Dense\(5\)"),
    Wrong("no output layer", edit(("model.add(Dense(1))", "pass")), "layers", "nothing"),
    Wrong("a layer for the inputs", edit((HIDDEN, f"model.add(Dense(3))\n{HIDDEN}")), "layers",
          r"layer 1: Dense\(3\)"),
    Wrong("no biases", edit(('Dense(5, activation="relu")', 'Dense(5, activation="relu", use_bias=False)')),
          "layers", "without its biases"),
    Wrong("two inputs", edit(("Input((3,))", "Input((2,))")), "input", r"input of shape \(2,\)"),
    Wrong("inputs and neurons swapped", edit(("Input((3,))", "Input((5,))"), ("Dense(5,", "Dense(3,")),
          "input", r"input of shape \(5,\)"),
    Wrong("no input", edit(("model.add(Input((3,)))\n", "")), "input", "no input shape yet"),
    Wrong("model missing", steps("answer = 3\n"), "input", "does not make `model`"),
    Wrong("one blank left", edit(("answer = 3", "answer = ____")), "", "blank", "unfinished"),
    Wrong("two layers in one add", steps("""
model = Sequential()
model.add(Input((3,)))
model.add(Dense(5, activation="relu"), Dense(1))
answer = 3
model.summary()
"""),
          "layers", r"`add` takes one layer: what comes behind it is left out", blames=".add("),
]  # fmt: skip

TYPICAL = "biases forgotten"

COURSE_2019 = [
    Course2019("""
from keras.models import Sequential
from keras.layers import Dense

model = Sequential()
model.add(Dense(5, input_shape=(3,), activation='relu'))
model.add(Dense(1))
model.summary()
answer = 3
"""),
]  # fmt: skip

PARAMETERS = Parameters("model", [20, 6], 26)
