"""Answers to 3.2.2, comparing activation functions."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from plans import Plan

SLOW = True

GET = "model = get_model(act)"
FIT = "h_callback = model.fit(X_train, y_train, epochs=20, validation_data=(X_test, y_test))"
KEEP = "activation_results[act] = h_callback"
LIST = 'activations = ["relu", "leaky_relu", "sigmoid", "tanh"]'
ONE = ("epochs=20", "epochs=1")
BEFORE = "activation_results = {}\n"

RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
# Activation functions to try
activations = ['relu', 'leaky_relu', 'sigmoid', 'tanh']

# Loop over the activation functions
activation_results = {}

for act in activations:
  # Get a new model with the current activation
  model = get_model(act)
  # Fit the model and store the history results
  h_callback = model.fit(X_train, y_train, validation_data = (X_test, y_test), epochs = 20, verbose = 0)
  activation_results[act] = h_callback
"""),
    ),
    Right(
        "seeded, the argument by its name, the dictionaries kept",
        bare("""
np.random.seed(27)
activation_results = {}
for act in ('tanh', 'sigmoid', 'leaky_relu', 'relu'):
    model = get_model(act_function=act)
    activation_results[act] = model.fit(X_train, y_train, epochs=20, validation_data=[X_test, y_test]).history
"""),
    ),
    Right(
        "a function, a comprehension, one function more",
        steps("""
def train(act):
    return get_model(act).fit(x=X_train, y=y_train, validation_data=(X_test, y_test), epochs=20, verbose=0)

activation_results = {act: train(act) for act in ["relu", "leaky_relu", "sigmoid", "tanh", "elu"]}
"""),
    ),
    Right(
        "networks of one's own, tables",
        steps("""
import keras
import pandas as pd
layers = {"relu": keras.layers.ReLU(), "leaky_relu": keras.layers.LeakyReLU(negative_slope=0.01),
          "sigmoid": keras.layers.Activation("sigmoid"), "tanh": keras.layers.Activation(keras.activations.tanh)}
activation_results = dict()
for name, layer in layers.items():
    net = keras.Sequential([keras.Input((20,)), keras.layers.Dense(64), layer, keras.layers.Dense(3, "sigmoid")])
    net.compile("adam", "binary_crossentropy", metrics=["binary_accuracy"])
    net.fit(pd.DataFrame(X_train), y_train, epochs=20, validation_data=(pd.DataFrame(X_test), y_test))
    activation_results[name] = pd.DataFrame(net.history.history)
"""),
    ),
    Right(
        "written out, models kept in a list",
        steps("""
models = [get_model("relu"), get_model("leaky_relu"), get_model("sigmoid"), get_model("tanh")]
h = [m.fit(X_train, y_train, epochs=20, batch_size=64, validation_data=(X_test, y_test)) for m in models]
activation_results = {"relu": h[0], "leaky_relu": h[1], "sigmoid": h[2], "tanh": h[3]}
"""),
    ),
    Right(
        "tried out first, measured and plotted afterwards",
        edit(
            (BEFORE, "trial = get_model('relu')\ntrial.fit(X_train, y_train, epochs=1)\n" + BEFORE),
            (KEEP, KEEP + "\n    print(model.evaluate(X_test, y_test))"),
            (
                'print("Finished with", act)',
                "import matplotlib.pyplot as plt\n    plt.plot(h_callback.history['val_loss'])",
            ),
        ),
    ),
    Right(
        "another metric, tensors, a default dictionary",
        steps("""
from collections import OrderedDict
import tensorflow as tf
activation_results = OrderedDict()
for act in ["sigmoid", "tanh", "relu", "leaky_relu"]:
    model = get_model(act)
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    h_callback = model.fit(tf.constant(X_train), tf.constant(y_train), epochs=20,
                           validation_data=(tf.constant(X_test), tf.constant(y_test)))
    activation_results.update({act: h_callback})
"""),
    ),
    Right(
        "source shown, rows in another order",
        bare("""
print(inspect.getsource(get_model))
activation_results = {}
for act in ["relu", "leaky_relu", "sigmoid", "tanh"]:
    order = np.random.permutation(len(X_train))
    model = get_model(act)
    activation_results[act] = model.fit(X_train[order], y_train[order], epochs=20, validation_data=(X_test, y_test))
"""),
    ),
]

WRONG = [
    Wrong("the variable's name in quotes", edit((KEEP, 'activation_results["act"] = h_callback'), ONE), "results",
          "under the one name 'act'", blames='results["act"]'),
    Wrong("a new dictionary in each turn", edit((KEEP, "activation_results = {act: h_callback}"), ONE), "results",
          "made anew in each turn of the loop", blames="activation_results = {act"),
    Wrong("one function for all, by name", edit((GET, 'model = get_model("relu")'), ONE), "models",
          "(?s)4 networks with relu.*All four networks have the same function"),
    Wrong("one function left out", edit((LIST, LIST.replace('"sigmoid", ', "")), ONE), "results",
          "entries relu, leaky_relu, tanh.*exact name"),
    Wrong("dictionary made in the loop", edit((BEFORE, ""), (KEEP, "activation_results = {act: h_callback}"), ONE), "results",
          "entries tanh.*made anew in each turn"),
    Wrong("kept after the loop", edit((KEEP, "pass"), ('    print("Finished with", act)', "activation_results[act] = h_callback"), ONE),
          "results", "Only the last one is there"),
    Wrong("nothing kept", edit((KEEP, "pass"), ONE), "results", "an empty dictionary.*inside the loop"),
    Wrong("a list of histories", edit((BEFORE, "activation_results = []\n"), (KEEP, "activation_results.append(h_callback)"), ONE),
          "results", "a list of 4"),
    Wrong("the last history only", edit((KEEP, "pass"), ('    print("Finished with", act)', "activation_results = h_callback"), ONE),
          "results", "a History object"),
    Wrong("other names", edit((KEEP, KEEP.replace("[act]", "[act.title()]")), ONE), "results", "Relu, Leaky_Relu.*exact name"),
    Wrong("models kept", edit((KEEP, KEEP.replace("h_callback", "model")), ONE), "results", "a Keras model.*that fit returns"),
    Wrong("only the loss kept", edit((KEEP, KEEP.replace("h_callback", 'h_callback.history["val_loss"]')), ONE), "results",
          "a list of 1.*Keep the whole object"),
    Wrong("evaluations kept", edit((KEEP, KEEP.replace("h_callback", "model.evaluate(X_test, y_test)")), ONE), "results", "a list of 2"),
    Wrong("a part of the history kept", edit((KEEP, KEEP.replace("h_callback", '{"val_loss": h_callback.history["val_loss"]}')), ONE),
          "results", "No training of this file wrote"),
    Wrong("numbers of one's own", edit((KEEP, KEEP.replace("h_callback", '{"loss": [0.5], "val_loss": [0.5]}')), ONE), "results",
          "No training of this file wrote"),
    Wrong("always relu", edit((GET, 'model = get_model("relu")'), ONE), "models",
          "4 networks with relu.*`get_model`"),
    Wrong("one network for all", edit((GET, "pass"), (BEFORE, BEFORE + 'model = get_model("relu")\n'), ONE), "models",
          "leaky_relu.*that was trained for relu.*new network in each round"),
    Wrong("names mixed up", steps("""
activation_results = {}
for act, name in zip(["relu", "leaky_relu", "sigmoid", "tanh"], ["relu", "leaky_relu", "tanh", "sigmoid"]):
    activation_results[name] = get_model(act).fit(X_train, y_train, epochs=1, validation_data=(X_test, y_test))
"""), "models", "a network with (tanh|sigmoid) under"),
    Wrong("the same history four times", edit(('    print("Finished with", act)',
                                               "activation_results = {name: h_callback for name in activations}"), ONE),
          "models", "the same history as for relu"),
    Wrong("the function on the output", steps("""
import keras
activation_results = {}
for act in ["relu", "leaky_relu", "sigmoid", "tanh"]:
    net = keras.Sequential([keras.Input((20,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(3, act)])
    net.compile("adam", "binary_crossentropy")
    activation_results[act] = net.fit(X_train, y_train, epochs=1, validation_data=(X_test, y_test))
"""), "models", "4 networks with relu"),
    Wrong("trained before", edit((GET, GET + "\n    model.fit(X_train, y_train, epochs=1)"), ONE), "models", "trained before"),
    Wrong("ten epochs", edit(("epochs=20", "epochs=10")), "epochs", "10 epochs"),
    Wrong("epochs forgotten", edit((", epochs=20", "")), "epochs", "1 epoch$|1 epoch\n"),
    Wrong("no validation", edit((", validation_data=(X_test, y_test)", ""), ONE), "validation", "no validation data"),
    Wrong("validated on the training fields", edit(("validation_data=(X_test, y_test)", "validation_data=(X_train, y_train)"), ONE),
          "validation", "`X_train`"),
    Wrong("trained on the test fields", edit(("fit(X_train, y_train", "fit(X_test, y_test"), ONE), "training_data",
          "can no longer be tested"),
    Wrong("never trained", edit((FIT, "h_callback = {}")), "results", "fit was not called"),
    Wrong("a name that Keras does not know", edit((LIST, LIST.replace("leaky_relu", "leaky relu")), ONE), "", "(?i)leaky relu", "error"),
    Wrong("the function forgotten", edit((GET, "model = get_model()")), "", "line 4.*act_function", "error"),
    Wrong("Java's put", steps("""
activations = ["relu", "leaky_relu", "sigmoid", "tanh"]
activation_results = {}
for act in activations:
    model = get_model(act)
    h_callback = model.fit(
        X_train, y_train, epochs=20, validation_data=(X_test, y_test), verbose=0
    )
    activation_results.put(act, h_callback)
    print("Finished with", act)
"""),
          "", r"A dictionary has no `put` in Python", "error", blames="put("),
]  # fmt: skip

TYPICAL = edit(
    ("    model = get_model(act)\n", ""),
    ("activation_results = {}", "activation_results = {}\nmodel = get_model(activations[0])"),
)

COURSE_2019 = [
    Course2019("""
activations = ['relu', 'leaky_relu', 'sigmoid', 'tanh']
activation_results = {}
for act in activations:
    model = get_model(act_function=act)
    history = model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=20, verbose=0)
    activation_results[act] = history
"""),
]  # fmt: skip

PLAN = Plan()
