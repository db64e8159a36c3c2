"""Answers to 4.3.2, build your LSTM model."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

EMBEDDING = "model.add(Embedding(vocab_size, 8))\n"
LSTM = "model.add(LSTM(32))\n"
HIDDEN = 'Dense(32, activation="relu")'
OUTPUT = 'Dense(vocab_size, activation="softmax")'
COURSE = """
# Import the Embedding, LSTM and Dense layer
from keras.layers import Embedding, LSTM, Dense

model = Sequential()

# Add an Embedding layer with the right parameters
model.add(Embedding(input_dim = vocab_size, input_length = 3, output_dim = 8, ))

# Add a 32 unit LSTM layer
model.add(LSTM(32))

# Add a hidden Dense layer of 32 units and an output layer of vocab_size with softmax
model.add(Dense(32, activation='relu'))
model.add(Dense(vocab_size, activation='softmax'))
model.summary()
"""

RIGHT = [
    Right("as in 2019, bare", bare(COURSE)),
    Right(
        "as in 2019, the layers not imported",
        bare(COURSE.replace("from keras.layers import Embedding, LSTM, Dense", "")),
    ),
    Right(
        "tensorflow.keras, bare",
        bare(
            COURSE.replace("from keras", "from tensorflow.keras").replace(
                "vocab_size, input", "44, input"
            )
        ),
    ),
    Right(
        "input_length, an initializer by name",
        edit(
            ("model.add(Input((3,)))\n", ""),
            (
                "Embedding(vocab_size, 8)",
                'Embedding(vocab_size, 8, input_length=3, embeddings_initializer="normal")',
            ),
        ),
    ),
    Right(
        "input_length, built by hand",
        edit(
            ("model.add(Input((3,)))\n", ""),
            ("Embedding(vocab_size, 8)", "Embedding(vocab_size, 8, input_length=3)"),
            ("\nmodel.summary()", "\nmodel.build((None, 3))\nmodel.summary()"),
        ),
    ),
    Right(
        "input_shape",
        edit(
            ("model.add(Input((3,)))\n", ""),
            ("Embedding(vocab_size, 8)", "Embedding(vocab_size, 8, input_shape=(3,))"),
        ),
    ),
    Right(
        "a list of layers, compiled",
        steps(f"""
model = Sequential([Input(shape=(3,), dtype="int32"), Embedding(vocab_size, 8), LSTM(32), {HIDDEN}, {OUTPUT}])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
"""),
    ),
    Right(
        "functional, activations apart",
        steps("""
inputs = Input((3,))
x = Embedding(output_dim=8, input_dim=vocab_size)(inputs)
x = LSTM(units=32)(x)
x = keras.activations.relu(Dense(32)(x))
outputs = keras.layers.Softmax()(Dense(vocab_size)(x))
model = keras.Model(inputs, outputs)
"""),
    ),
    Right(
        "functional, any length",
        steps("""
inputs = Input((None,))
model = keras.Model(inputs, Dense(44, "softmax")(Dense(32, "relu")(LSTM(32)(Embedding(44, 8)(inputs)))))
"""),
    ),
    Right(
        "zero is no word",
        edit(("Embedding(vocab_size, 8)", "Embedding(vocab_size, 8, mask_zero=True)")),
    ),
    Right(
        "tf.nn, nested blocks",
        steps("""
import tensorflow as tf
reader = Sequential([Embedding(vocab_size, 8), LSTM(32, activation="tanh")])
thinker = Sequential([Dense(32, activation=tf.nn.relu), Dense(vocab_size, activation=tf.nn.softmax)])
model = Sequential([Input((3,)), reader, thinker])
"""),
    ),
    Right(
        "built by the first prompt",
        steps(f"""
import numpy as np
model = Sequential([Embedding(vocab_size, 8), LSTM(32), {HIDDEN}, {OUTPUT}])
print(model.predict(np.array([[1, 2, 3]])))
"""),
    ),
    Right(
        "in a function, trained a little",
        steps(f"""
import numpy as np

def network(words, length):
    model = Sequential([Input((length,)), Embedding(words, 8), LSTM(32)])
    for layer in ({HIDDEN}, Dense(words, activation="softmax")):
        model.add(layer)
    model.compile("adam", "sparse_categorical_crossentropy")
    return model

model = network(vocab_size, 3)
model.fit(np.array([[1, 2, 3], [2, 3, 4]]), np.array([4, 5]), epochs=1)
"""),
    ),
]

WRONG = [
    Wrong("an input of one-hot rows", edit(("Input((3,))", "Input((3, vocab_size))")), "", "which is an axis too many: with an input of shape", "error"),
    Wrong("the embedding's sizes swapped", edit((EMBEDDING, "model.add(Embedding(8, vocab_size))\n")), "layers", "two sizes of this layer stand in each other's place"),
    # input
    Wrong("no input", edit(("model.add(Input((3,)))\n", "")), "input", "no input shape yet"),
    Wrong("four words", edit(("Input((3,))", "Input((4,))")), "input", r"input of shape \(4,\)"),
    Wrong("input_length of five, bare", bare(COURSE.replace("input_length = 3", "input_length = 5")), "input", r"input of shape \(5,\)"),
    Wrong("one number at a time", edit(("Input((3,))", "Input((1,))")), "input", r"input of shape \(1,\)"),
    Wrong("words as columns", edit(("Input((3,))", "Input((44,))")), "input", r"input of shape \(44,\)"),
    Wrong("one layer, under another name", steps("network = Sequential([Input((3,)), Embedding(44, 8)])\nnetwork.summary()\n"), "layers", "layer 2: nothing"),
    Wrong("what add returns", edit((LSTM, ""), (EMBEDDING, "model.add(Embedding(vocab_size, 8))\nnet = model\n"),
                                   ('\nmodel.summary()', "\nmodel = net.add(LSTM(32))")), "input", "None"),
    # layers
    Wrong("too few words", edit(("Embedding(vocab_size, 8)", "Embedding(43, 8)")), "layers", r"layer 1: Embedding\(43, 8\), 43 × 8 = 344"),
    Wrong("sizes swapped", edit(("Embedding(vocab_size, 8)", "Embedding(8, vocab_size)")), "layers", r"Embedding\(8, 44\)"),
    Wrong("vectors of three", edit(("Embedding(vocab_size, 8)", "Embedding(vocab_size, 3)")), "layers", r"Embedding\(44, 3\)"),
    Wrong("no embedding", edit(("Input((3,))", "Input((3, 1))"), (EMBEDDING, "")), "layers", r"layer 1: LSTM\(32\)"),
    Wrong("dense in place of the embedding", edit(("Embedding(vocab_size, 8)", "Dense(8)"), ("Input((3,))", "Input((3, 1))")), "layers",
          r"layer 1: Dense\(8\)"),
    Wrong("sixteen units", edit(("LSTM(32)", "LSTM(16)")), "layers", r"layer 2: LSTM\(16\)"),
    Wrong("a GRU", edit(("model.add(LSTM(32))", "model.add(keras.layers.GRU(32))")), "layers", "GRU in place of LSTM"),
    Wrong("a simple RNN", edit(("model.add(LSTM(32))", "model.add(keras.layers.SimpleRNN(32))")), "layers", "SimpleRNN in place of LSTM"),
    Wrong("both directions", edit(("model.add(LSTM(32))", "model.add(keras.layers.Bidirectional(LSTM(32)))")), "layers",
          "Bidirectional in place of LSTM"),
    Wrong("two LSTMs", edit((LSTM, "model.add(LSTM(32, return_sequences=True))\n" + LSTM)), "layers", r"layer 3: LSTM\(32\)"),
    Wrong("flattened, no LSTM", edit((LSTM, "model.add(keras.layers.Flatten())\n")), "layers", "Flatten in place of LSTM"),
    Wrong("no hidden layer", edit((f"model.add({HIDDEN})\n", "")), "layers", r"layer 3: Dense\(44\)"),
    Wrong("32 outputs", edit((OUTPUT, OUTPUT.replace("vocab_size", "32"))), "layers", r"layer 4: Dense\(32\)"),
    Wrong("outputs without 0", edit((OUTPUT, OUTPUT.replace("vocab_size", "vocab_size - 1"))), "layers", r"layer 4: Dense\(43\)"),
    Wrong("no output layer", edit((f"model.add({OUTPUT})\n", "")), "layers", "nothing"),
    Wrong("no biases", edit((HIDDEN, HIDDEN.replace(")", ", use_bias=False)"))), "layers", "without its biases"),
    Wrong("dropout", edit((LSTM, LSTM + "model.add(keras.layers.Dropout(0.2))\n")), "layers", "Dropout"),
    Wrong("32 outputs, bare", bare(COURSE.replace("Dense(vocab_size, activation='softmax')", "Dense(32, activation='softmax')")), "layers",
          r"layer 4: Dense\(32\)"),
    # activations
    Wrong("sigmoid", edit((OUTPUT, OUTPUT.replace("softmax", "sigmoid"))), "activations", "layer 4: sigmoid.*add up to 1"),
    Wrong("softmax along the samples", edit((f"model.add({OUTPUT})", "model.add(Dense(vocab_size))\nmodel.add(keras.layers.Softmax(axis=0))")), "activations",
          "(?s)softmax along axis 0.*add up to 1"),
    Wrong("no output activation", edit((OUTPUT, "Dense(vocab_size)")), "activations", "layer 4: linear"),
    Wrong("no relu", edit((HIDDEN, "Dense(32)")), "activations", "layer 3: linear.*names the activation"),
    Wrong("softmax in both", edit((HIDDEN, HIDDEN.replace("relu", "softmax"))), "activations", "layer 3: softmax"),
    Wrong("an LSTM with relu", edit(("model.add(LSTM(32))", 'model.add(LSTM(32, activation="relu"))')), "activations",
          r"LSTM\(32, relu\).*its own, tanh"),
    # output
    Wrong("read backwards", edit(("model.add(LSTM(32))", "model.add(LSTM(32, go_backwards=True))")), "output", "(?s)go_backwards.*last word first"),
    Wrong("a vector after every word", edit(("model.add(LSTM(32))", "model.add(LSTM(32, return_sequences=True))")), "output",
          r"shape \(2, 3, 44\).*after the last word"),
    Wrong("a vector after every word, input_length", bare(COURSE.replace("LSTM(32)", "LSTM(32, return_sequences=True)")), "output",
          "after the last word"),
    # no check gets to run
    Wrong("a layer misspelt", edit(("model.add(LSTM(32))", "model.add(LTSM(32))")), "", "NameError.*LTSM", "error"),
    Wrong("from the old place", bare(COURSE.replace("from keras.layers import Embedding, LSTM", "from keras.layers.embeddings import Embedding\nfrom keras.layers import LSTM")),
          "", "has moved", "error"),
    Wrong("a given number changed", steps("""
model = Sequential()
model.add(Input(shape=(3,)))
model.add(Embedding(input_dim=vocab_size, output_dim=8))
model.add(LSTM(32))
vocab_size = vocab_size - 1  # 0 is not a word
model.add(Dense(32, activation="relu"))
model.add(Dense(vocab_size, activation="softmax"))
model.summary()
"""),
          "layers", r"`vocab_size` holds 43 from this line on", blames="vocab_size - 1"),
    Wrong("LSTM in front of the Embedding", steps("""
model = Sequential()
model.add(Input((3,)))
model.add(LSTM(32))
model.add(Embedding(vocab_size, 8))
model.add(Dense(32, activation="relu"))
model.add(Dense(vocab_size, activation="softmax"))
model.summary()
"""),
          "", r"The Embedding on line \d+ makes such arrays of numbers of words: it belongs in front", "error", blames="LSTM("),
    Wrong("an Embedding that is put nowhere", steps("""
model = Sequential()
model.add(Input(shape=(3,)))
Embedding(input_dim=vocab_size, output_dim=8)
model.add(LSTM(32))
model.add(Dense(32, activation="relu"))
model.add(Dense(vocab_size, activation="softmax"))
model.summary()
"""),
          "", r"The Embedding that is made on this line would make such rows, and is put nowhere", "error"),
    Wrong("PyTorch's sizes", steps("""
model = Sequential()
model.add(Input(shape=(3,)))
model.add(Embedding(input_dim=vocab_size, output_dim=8))
model.add(LSTM(input_size=8, hidden_size=32))
model.add(Dense(32, activation='relu'))
model.add(Dense(vocab_size, activation='softmax'))
model.summary()
"""),
          "", r"PyTorch's `hidden_size` is called `units` in Keras. `input_size` is not needed", "error", blames="LSTM("),
]  # fmt: skip

TYPICAL = "outputs without 0"

COURSE_2019 = [
    Course2019("""
from keras.layers import Embedding, LSTM, Dense

model = Sequential()
model.add(Embedding(input_dim=vocab_size, output_dim=8, input_length=3))
model.add(LSTM(32))
model.add(Dense(32, activation='relu'))
model.add(Dense(vocab_size, activation='softmax'))
model.summary()
""", says=(r"Line 5: `input_length=` does nothing any more. Put `keras.Input\(\(length,\)\)` in front",)),
]  # fmt: skip

PARAMETERS = Parameters("model", [352, 5248, 1056, 1452], 8108)
