"""Answers to 4.1.1, it's a flow of tensors."""

from corpus import Course2019, Right, Wrong, bare, edit, steps

SLOW = True

INP = "inp = model.layers[0].input"
OUT = "out = model.layers[0].output"
FUNCTION = "inp_to_out = keras.Function([inp], [out])"
OUTPUT = "layer_output = inp_to_out([X_test])[0]"
PRINT = "print(layer_output)"

RIGHT = [
    Right(
        "without lists",
        edit(
            (FUNCTION, "inp_to_out = keras.Function(inp, out)"),
            (OUTPUT, "layer_output = inp_to_out(X_test)"),
        ),
    ),
    Right(
        "a model",
        edit(
            (FUNCTION, "inp_to_out = keras.Model(inp, out)"),
            (OUTPUT, "layer_output = inp_to_out.predict(X_test)"),
        ),
    ),
    Right(
        "a model with lists, called",
        edit(
            (FUNCTION, "inp_to_out = keras.Model(inputs=[inp], outputs=[out])"),
            (OUTPUT, "import tensorflow as tf\nlayer_output = inp_to_out([tf.constant(X_test)])"),
        ),
    ),
    Right(
        "as in the course, with today's function, bare",
        bare("""
# Input tensor from the 1st layer of the model
inp = model.layers[0].input

# Output tensor from the 1st layer of the model
out = model.layers[0].output

# Define a function from inputs to outputs
inp_to_out = keras.Function([inp], [out])

# Print the results of passing X_test through the 1st layer
print(inp_to_out([X_test]))
"""),
    ),
    Right(
        "bare, a model, printed",
        bare("""
from tensorflow.keras.models import Model
inp = model.layers[0].input
out = model.layers[0].output
inp_to_out = Model(inputs=inp, outputs=out)
print(inp_to_out.predict(X_test))
"""),
    ),
    Right("the list kept", edit((OUTPUT, "layer_output = inp_to_out([X_test])"))),
    Right(
        "a slice of the network",
        steps("""
first = keras.Sequential([keras.Input((4,)), *model.layers[:1]])
inp, out = first.inputs[0], first.outputs[0]
inp_to_out = first
layer_output = first.predict(X_test)
"""),
    ),
    Right(
        "a slice that is built when it predicts",
        edit(
            (FUNCTION, "inp_to_out = keras.Sequential(model.layers[:1])"),
            (OUTPUT, "layer_output = inp_to_out.predict(X_test)"),
        ),
    ),
    Right(
        "the network's own inputs, the layer by its name",
        edit(
            (INP, "inp = model.inputs"),
            (OUT, 'out = model.get_layer("dense").output'),
            (FUNCTION, "inp_to_out = keras.Function(inp, [out])"),
        ),
    ),
    Right(
        "an input of one's own",
        edit(
            (INP, "inp = keras.Input((4,))"),
            (OUT, "out = model.layers[0](inp)"),
        ),
    ),
    Right(
        "a function of one's own",
        edit(
            (
                FUNCTION,
                "def inp_to_out(arrays):\n    return [model.layers[0](array).numpy() for array in arrays]",
            ),
        ),
    ),
    Right(
        "the layer itself, a DataFrame",
        edit(
            (FUNCTION, "inp_to_out = model.layers[0]"),
            (
                OUTPUT,
                "import pandas as pd\nlayer_output = pd.DataFrame(inp_to_out(X_test).numpy()).round(3)",
            ),
        ),
    ),
    Right(
        "computed by hand as well",
        edit(
            (
                OUTPUT,
                """
print(inp_to_out([X_test]))
weights, biases = model.layers[0].get_weights()
layer_output = (X_test @ weights + biases).clip(0)
""",
            )
        ),
    ),
]

WRONG = [
    Wrong("the first note of an array", edit((FUNCTION, "inp_to_out = keras.Function([inp], out)")), "layer_output",
          "`inp_to_out` was not made with a list of outputs"),
    Wrong("as in 2019, bare", bare("""
# Import keras backend
import keras.backend as K

# Input tensor from the 1st layer of the model
inp = model.layers[0].input

# Output tensor from the 1st layer of the model
out = model.layers[0].output

# Define a function from inputs to outputs
inp_to_out = K.function([inp], [out])

# Print the results of passing X_test through the 1st layer
print(inp_to_out([X_test]))
"""), "", r"`K.function`, is gone. Write `keras.Function\(\[inp\], \[out\]\)`", "error"),
    Wrong("as in 2019, through TensorFlow", bare("""
from tensorflow.keras import backend as k
inp = model.layers[0].input
out = model.layers[0].output
inp_to_out = k.function([inp], [out])
"""), "", "`K.function`, is gone", "error"),
    Wrong("as in 2019, the function imported", bare("""
from keras.backend import function
inp = model.layers[0].input
out = model.layers[0].output
inp_to_out = function([inp], [out])
"""), "", r"Line 2: `keras.backend.function` has moved. Write `keras.Function", "error"),
    Wrong("the network's input", edit((INP, "inp = model.input")), "", r"A Sequential has no `.input`", "error"),
    Wrong("the array for the tensor", edit((INP, "inp = X_test"), (FUNCTION, "inp_to_out = keras.Function(model.inputs, [out])")),
          "inp", "(?s)an array of shape.*only stand for"),
    Wrong("the layer for its input", edit((INP, "inp = model.layers[0]"),
                                          (FUNCTION, "inp_to_out = keras.Function([inp.input], [out])")), "inp", "one of its attributes"),
    Wrong("input and output swapped", edit((INP, INP.replace(".input", ".output")), (OUT, OUT.replace(".output", ".input")),
                                           (FUNCTION, "inp_to_out = keras.Function([out], [inp])")),
          "inp", "(?s)the output of the layer 'dense'.*What flows in"),
    Wrong("the second layer's input", edit((INP, "inp = model.layers[1].input"),
                                           (FUNCTION, "inp_to_out = keras.Function(model.inputs, [out])")), "inp", "flows out of the first"),
    Wrong("no input tensor", edit((INP, "pass"), (FUNCTION, "inp_to_out = keras.Function(model.inputs, [out])")), "inp", "does not make `inp`"),
    Wrong("the last layer", edit((OUT, "out = model.layers[-1].output")), "out", "(?s)'dense_1'.*other end"),
    Wrong("the second layer", edit((OUT, "out = model.layers[1].output")), "out", r"\(None, 1\)"),
    Wrong("the network's outputs", edit((OUT, "out = model.outputs[0]")), "out", "end of the network"),
    Wrong("input for output", edit((OUT, "out = model.layers[0].input")), "out", "What flows out"),
    Wrong("the layer for its output", edit((OUT, "out = model.layers[0]"),
                                           (FUNCTION, "inp_to_out = keras.Function([inp], [out.output])")), "out", "output tensor is one of its attributes"),
    Wrong("the network for its output", edit((OUT, "out = model"), (FUNCTION, "inp_to_out = keras.Function([inp], out.outputs)")),
          "out", "Go to its first layer"),
    Wrong("output misspelt", edit((OUT, "outp = model.layers[0].output"), (FUNCTION, FUNCTION.replace("out])", "outp])"))), "out",
          "You have `outp`"),
    Wrong("the whole network as the function", edit((FUNCTION, "inp_to_out = model"), (OUTPUT, "layer_output = inp_to_out.predict(X_test)")),
          "inp_to_out", "(?s)1 number a note.*stop after the first layer"),
    Wrong("the class itself", edit((FUNCTION, "inp_to_out = keras.Function"), (OUTPUT, "layer_output = inp_to_out([inp], [out])([X_test])[0][:2]")),
          "inp_to_out", "class Function"),
    Wrong("a function that does nothing", edit((FUNCTION, "inp_to_out = lambda arrays: arrays")), "inp_to_out", "Let `keras.Function` make"),
    Wrong("a new layer, untrained", edit((FUNCTION, "layer = keras.layers.Dense(2, activation='relu')\n"
                                          "inp_to_out = keras.Function([inp], [layer(inp)])")), "inp_to_out", "does not compute what the given"),
    Wrong("the function's result for the function", edit((FUNCTION, "inp_to_out = keras.Function([inp], [out])([X_test])"),
                                                         (OUTPUT, "layer_output = inp_to_out[0]")), "inp_to_out", "(?s)a list of 1.*Let `keras"),
    Wrong("no function", edit((FUNCTION, "pass"), (OUTPUT, "layer_output = model.layers[0](X_test)")), "inp_to_out", "does not make"),
    Wrong("no list", edit((OUTPUT, "layer_output = inp_to_out(X_test)[0]")), "", "invalid input structure", "error"),
    Wrong("training notes", edit((OUTPUT, OUTPUT.replace("X_test", "X_train"))), "layer_output",
          r"(?s)\(960, 2\).*what the first layer makes of `X_train`. The step asks for the test notes"),
    Wrong("one index too many", edit((OUTPUT, OUTPUT + "[0]")), "layer_output", r"(?s)\(2,\).*single note"),
    Wrong("a single neuron", edit((OUTPUT, OUTPUT + "[:, 0]")), "layer_output", r"(?s)\(412,\).*single neuron"),
    Wrong("the measurements", edit((OUTPUT, "layer_output = X_test")), "layer_output", "Nothing has flowed"),
    Wrong("the whole network's output", edit((OUTPUT, "layer_output = model.predict(X_test)")), "layer_output", "whole network"),
    Wrong("without the activation", edit((OUTPUT, "weights, biases = model.layers[0].get_weights()\nlayer_output = X_test @ weights + biases")),
          "layer_output", "activation is missing"),
    Wrong("columns swapped", edit((OUTPUT, OUTPUT + "[:, ::-1]")), "layer_output", "neurons are swapped"),
    Wrong("notes in reverse", edit((OUTPUT, OUTPUT + "[::-1]")), "layer_output", "not what the given network's"),
    Wrong("rounded", edit((OUTPUT, OUTPUT + ".numpy().round(1)")), "layer_output", "are rounded"),
    Wrong("trained once more in between", edit((OUTPUT, "model.fit(X_train, y_train, verbose=0)\n" + OUTPUT)), "inp_to_out",
          "does not compute what the given"),
    Wrong("not kept, on other notes", edit((OUTPUT, "print(inp_to_out([X_train]))"), (PRINT, "")), "layer_output", "does not make `layer_output`"),
    Wrong("printed, not returned", edit((OUTPUT, "layer_output = print(inp_to_out([X_test]))")), "layer_output", "is None"),
    Wrong("layers in round brackets", steps("""
inp = model.layers(0).input
out = model.layers(0).output
inp_to_out = keras.Function([inp], [out])
layer_output = inp_to_out([X_test])[0]
"""),
          "", r"`model.layers` is a list. What is in it is asked for with brackets", "error", blames="layers(0)"),
    Wrong("layers without an index", steps("""
inp = model.layers.input
out = model.layers[0].output
inp_to_out = keras.Function([inp], [out])
layer_output = inp_to_out([X_test])[0]
"""),
          "", r"This is a list of layers. `input` belongs to one of them", "error", blames=".input"),
]  # fmt: skip

TYPICAL = edit(
    ("keras.Function([inp], [out])", "keras.backend.function([inp], [out])"),
)

COURSE_2019 = [
    Course2019("""
import keras.backend as K

inp = model.layers[0].input
out = model.layers[0].output
inp_to_out = K.function([inp], [out])
print(inp_to_out([X_test]))
""", "error", (r"Line 6: .*`K.function`, is gone. Write `keras.Function\(\[inp\], \[out\]\)`",),
           (("import keras.backend as K", "import keras"), ("K.function", "keras.Function"))),
]  # fmt: skip

EQUIVALENT = {
    (
        "setting",
        "layer_output = inp_to_out([X_test])[0]: 0 → -1",
    ): "Still right: there is one item, which is the first and the last.",
}
