"""Answers to 3.4.1, preparing a model for tuning."""

from corpus import Course2019, Parameters, Right, Wrong, bare, edit, steps

SLOW = True

OPTIMIZER = "    optimizer = Adam(learning_rate=learning_rate)\n"
COMPILE = (
    '    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])\n'
)
DEF = "def create_model(learning_rate, activation):"
HIDDEN = "    model.add(Dense(256, activation=activation))\n"
OUTPUT = '    model.add(Dense(1, activation="sigmoid"))\n'

RIGHT = [
    Right(
        "defaults, the rate by position, bare",
        bare("""
def create_model(learning_rate=0.01, activation='relu'):

    # Create an Adam optimizer with the given learning rate
    opt = Adam(learning_rate)

    # Create your binary classification model
    model = Sequential()
    model.add(Dense(128, input_shape=(30,), activation=activation))
    model.add(Dense(256, activation=activation))
    model.add(Dense(1, activation='sigmoid'))

    # Compile your model with your optimizer, loss, and metrics
    model.compile(optimizer=opt, loss='binary_crossentropy', metrics=['acc'])
    return model
"""),
    ),
    Right(
        "functional, activations on their own",
        steps("""
import keras

def create_model(learning_rate, activation):
    inputs = keras.Input((30,))
    x = inputs
    for units in (128, 256):
        x = Dense(units)(x)
        x = keras.layers.Activation(activation)(x)
    outputs = keras.ops.sigmoid(Dense(1)(x))
    model = keras.Model(inputs, outputs)
    model.compile(keras.optimizers.Adam(learning_rate), keras.losses.BinaryCrossentropy(), metrics=[keras.metrics.BinaryAccuracy()])
    return model

print(create_model(0.01, "tanh").count_params())
"""),
    ),
    Right(
        "the activation as a function",
        steps("""
import keras

def create_model(learning_rate: float, activation: str):
    function = keras.activations.get(activation)
    model = Sequential([Input((30,)), Dense(128, function), Dense(256, function), Dense(1, "sigmoid")])
    model.compile(loss="binary_crossentropy", optimizer=Adam(learning_rate=learning_rate), metrics=["accuracy"])
    return model
"""),
    ),
    Right("names in another order", edit((DEF, "def create_model(activation, learning_rate):"))),
    Right(
        "by name only", edit((DEF, "def create_model(*, learning_rate=0.001, activation='relu'):"))
    ),
    Right(
        "any names",
        edit(
            (
                DEF,
                "def create_model(**settings):\n    learning_rate, activation = settings['learning_rate'], settings['activation']",
            )
        ),
    ),
    Right(
        "a helper function, more parameters",
        steps("""
import tensorflow as tf

def network(activation, sizes):
    layers = [tf.keras.Input((30,))]
    for size in sizes:
        layers.append(tf.keras.layers.Dense(size, activation=activation))
    return tf.keras.Sequential([*layers, tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)])

def create_model(learning_rate=0.001, activation="relu", sizes=(128, 256)):
    model = network(activation, sizes)
    model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=learning_rate), loss="bce", metrics=["binary_accuracy"])
    return model
"""),
    ),
    Right(
        "the rate set later",
        steps("""
def create_model(learning_rate, activation):
    model = Sequential([Input((30,)), Dense(128, activation), Dense(256, activation), Dense(1, "sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.optimizer.learning_rate = learning_rate
    return model
"""),
    ),
    Right(
        "a lambda",
        steps("""
def build(rate, function):
    model = Sequential([Input((30,)), Dense(128, function), Dense(256, function), Dense(1, "sigmoid")])
    model.compile(optimizer=Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model
create_model = lambda learning_rate, activation: build(learning_rate, activation)
create_model(0.01, "tanh").summary()
"""),
    ),
]

WRONG = [
    Wrong("the text adam", edit((COMPILE, COMPILE.replace("optimizer=optimizer", 'optimizer="adam"'))), "learning_rate",
          r'rate of 0.001\n.*`optimizer`, made on line \d+ with `learning_rate`, is used nowhere. Compile gets the text "adam", which stands for an Adam of 0.001\.$', blames='optimizer="adam"'),
    Wrong("the parameter in quotes", edit((HIDDEN, HIDDEN.replace("=activation", '="activation"'))), "function", "`activation` stands in quotes"),
    Wrong("as in the course, bare, lr", bare("""
# Creates a model given an activation and learning rate
def create_model(learning_rate, activation):

    # Create an Adam optimizer with the given learning rate
    opt = Adam(lr = learning_rate)

    # Create your binary classification model
    model = Sequential()
    model.add(Dense(128, input_shape = (30,), activation = activation))
    model.add(Dense(256, activation = activation))
    model.add(Dense(1, activation = 'sigmoid'))

    # Compile your model with your optimizer, loss, and metrics
    model.compile(optimizer = opt, loss = 'binary_crossentropy', metrics = ['accuracy'])
    return model
"""), "function", r"(?s)not recognized: \{'lr'.*stopped with this error"),
    Wrong("nothing returned", edit(("    return model\n", "")), "function", "(?s)None.*return the model"),
    Wrong("the optimizer returned, too", edit(("return model", "return model, optimizer")), "function", "a tuple of 2"),
    Wrong("the class returned", edit(("return model", "return Sequential")), "function", "function or class Sequential"),
    Wrong("printed instead of returned", edit(("return model", "print(model)")), "function", "None"),
    Wrong("a name that does not exist", edit(("optimizer=optimizer", "optimizer=opt")), "function", "NameError: name 'opt'"),
    Wrong("an older edition's mistake", edit((OPTIMIZER, "    optimizer = Adam(learning_rate=activation)\n")), "function", "ValueError|TypeError"),
    Wrong("compiled without a result", edit(("    model.compile(", "    model = model.compile(")), "function", "None"),
    Wrong("one model for all calls", steps("""
model = Sequential([Input((30,)), Dense(128, "relu"), Dense(256, "relu"), Dense(1, "sigmoid")])
def create_model(learning_rate, activation):
    model.compile(optimizer=Adam(learning_rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model
"""), "function", "(?s)same model twice.*inside the function"),
    Wrong("a model for each pair of settings, kept", edit((DEF, "import functools\n\n@functools.cache\n" + DEF)), "function",
          "(?s)same model twice.*inside the function"),
    Wrong("no parameters", edit((DEF, "learning_rate, activation = 0.01, 'relu'\ndef create_model():")), "function", "unexpected keyword|positional"),
    Wrong("a model instead of a function", edit(("    return model\n", "    return model\ncreate_model = create_model(0.01, 'relu')\n")),
          "function", "(?s)a function that makes models.*a Keras model"),
    Wrong("a number instead of a function", edit(("    return model\n", "    return model\ncreate_model = 3\n")),
          "function", "the number 3"),
    Wrong("misspelt", edit((DEF, DEF.replace("create_model", "creat_model"))), "function", "You have `creat_model`"),
    Wrong("one name differs", edit((DEF, "def create_model(lr, activation):\n    learning_rate = lr")), "names",
          r"(?s)learning_rate=…, activation=….*unexpected keyword.*by their names"),
    Wrong("both names differ", edit((DEF, "def create_model(rate, act):\n    learning_rate, activation = rate, act")), "names", "unexpected keyword"),
    Wrong("thirty-one measurements", edit(("Input((30,))", "Input((31,))")), "input", r"\(31,\)"),
    Wrong("no input", edit(("    model.add(Input((30,)))\n", "")), "input", "no input shape yet"),
    Wrong("a layer missing", edit((HIDDEN, "")), "layers", r"layer 2: Dense\(1\)"),
    Wrong("layers in reverse", edit(("Dense(128", "Dense(PLACE"), ("Dense(256", "Dense(128"), ("Dense(PLACE", "Dense(256")), "layers",
          r"layer 1: Dense\(256\)"),
    Wrong("two outputs", edit((OUTPUT, OUTPUT.replace("1", "2"))), "layers", r"layer 3: Dense\(2\)"),
    Wrong("relu whatever is given", edit((HIDDEN, HIDDEN.replace("=activation", '="relu"')),
                                         ("Dense(128, activation=activation)", 'Dense(128, activation="relu")')), "activation",
          "same whatever `activation` is"),
    Wrong("tanh in the second layer", edit((HIDDEN, HIDDEN.replace("=activation", '="tanh"'))), "activation", "(?s)layer 2 of.*tanh.*same whatever"),
    Wrong("no activation in the second layer", edit((HIDDEN, HIDDEN.replace(", activation=activation", ""))), "activation", "layer 2 of.*: linear"),
    Wrong("the activation overwritten", edit((OPTIMIZER, OPTIMIZER + '    activation = "sigmoid"\n')), "activation", "sigmoid"),
    Wrong("the given activation on the output", edit((OUTPUT, "    model.add(Dense(1, activation=activation))\n")), "output", "between 0 and 1"),
    Wrong("no activation on the output", edit((OUTPUT, "    model.add(Dense(1))\n")), "output", "linear"),
    Wrong("an Adam for nobody", edit(("optimizer=optimizer", "optimizer=Adam()")), "learning_rate", "`optimizer`, made .* is used nowhere. Compile does not get it.$"),
    Wrong("no Adam at all", edit(("optimizer=optimizer", 'optimizer="adam"'), (OPTIMIZER, "")), "learning_rate",
          'Compile gets the text "adam", which .* Look at what the parameter `learning_rate` of `create_model` is used for.$'),
    Wrong("a rate of one's own", edit((OPTIMIZER, "    optimizer = Adam(learning_rate=0.01)\n")), "learning_rate", "(?s)rate of 0.01\n.*the same whatever"),
    Wrong("Adam without a rate", edit((OPTIMIZER, "    optimizer = Adam()\n")), "learning_rate", "same whatever"),
    Wrong("the rate halved", edit((OPTIMIZER, "    optimizer = Adam(learning_rate / 2)\n")), "learning_rate", "another learning rate"),
    Wrong("sgd", edit((OPTIMIZER, "    import keras\n    optimizer = keras.optimizers.SGD(learning_rate)\n")), "optimizer", "sgd"),
    Wrong("not compiled", edit((COMPILE, "")), "optimizer", "(?s)not compiled.*`model.compile`"),
    Wrong("the loss of several classes", edit(("binary_crossentropy", "categorical_crossentropy")), "loss", "categorical"),
    Wrong("mse", edit(("binary_crossentropy", "mse")), "loss", "mean_squared_error"),
    Wrong("no metric", edit((', metrics=["accuracy"]', "")), "metric", "no metrics"),
    Wrong("what compile returns", steps("""
def create_model(learning_rate, activation):
    opt = Adam(learning_rate=learning_rate)
    model = Sequential([
        Input(shape=(30,)),
        Dense(128, activation=activation),
        Dense(256, activation=activation),
        Dense(1, activation="sigmoid"),
    ])
    return model.compile(optimizer=opt, loss="binary_crossentropy", metrics=["accuracy"])
"""),
          "function", r"compile changes the model, and returns nothing", blames="return model.compile("),
    Wrong("parameters overwritten", steps("""
def create_model(learning_rate, activation):
    learning_rate = 0.001
    activation = "relu"
    opt = Adam(learning_rate=learning_rate)
    model = Sequential()
    model.add(Input(shape=(30,)))
    model.add(Dense(128, activation=activation))
    model.add(Dense(256, activation=activation))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer=opt, loss="binary_crossentropy", metrics=["accuracy"])
    return model
create_model(0.01, "tanh").summary()
"""),
          "activation", r"This line gives `activation` a new value", blames="activation = "),
    Wrong("an optimizer from outside", steps("""
opt = Adam(learning_rate=0.01)
def create_model(learning_rate, activation):
    model = Sequential([
        Input(shape=(30,)),
        Dense(128, activation=activation),
        Dense(256, activation=activation),
        Dense(1, activation="sigmoid"),
    ])
    model.compile(optimizer=opt, loss="binary_crossentropy", metrics=["accuracy"])
    return model
create_model(0.01, "tanh").summary()
"""),
          "learning_rate", r"`opt` is made on line \d+, outside of `create_model`"),
]  # fmt: skip

TYPICAL = "relu whatever is given"

COURSE_2019 = [
    Course2019("""
def create_model(learning_rate=0.01, activation='relu'):
    opt = Adam(lr=learning_rate)
    model = Sequential()
    model.add(Dense(128, input_shape=(30,), activation=activation))
    model.add(Dense(256, activation=activation))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(optimizer=opt, loss='binary_crossentropy', metrics=['accuracy'])
    return model
""", "failed", ("Line 3: `lr=` is called `learning_rate=` today",), (("lr=", "learning_rate="),)),
]  # fmt: skip

PARAMETERS = Parameters("create_model(0.01, 'relu')", [3968, 33024, 257], 37249)

UNNAMED = {
    (
        "units",
        'Dense(1, activation="sigmoid"): 1 → 0',
    ): "Keras itself refuses it, and its words are shown.",
}
