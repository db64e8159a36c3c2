"""Answers to 4.1.2, neural separation."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import banknotes
from plans import Limit, Plan, commonest, usual_ways

SLOW = True

FIT = "model.fit(X_train, y_train, batch_size=16, epochs=1, verbose=0)"
OUTPUT = "layer_output = inp_to_out([X_test])[0]"
ACCURACY = "test_accuracy = model.evaluate(X_test, y_test)[1]"
LOOP = "for i in range(0, 21):"
IF = "if i % 4 == 0:"

RIGHT = [
    Right(
        "as in 2019, bare",
        bare("""
for i in range(0, 21):
    # Train model for 1 epoch
    h = model.fit(X_train, y_train, batch_size=16, epochs=1, verbose=0)
    if i%4==0:
      # Get the output of the first layer
      layer_output = inp_to_out([X_test])[0]

      # Evaluate model accuracy for this epoch
      test_accuracy = model.evaluate(X_test, y_test)[1]

      # Plot 1st vs 2nd neuron output
      plot()
"""),
    ),
    Right(
        "the course of the accuracy plotted as well",
        steps("""
accuracies = []
for i in range(21):
    model.fit(X_train, y_train, batch_size=16)
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test)[1]
        accuracies.append(test_accuracy)
        plot()
plt.plot(accuracies)
plt.show()
"""),
    ),
    Right(
        "a loop of batches",
        steps("""
for i in range(21):
    for start in range(0, len(X_train), 16):
        model.train_on_batch(X_train[start : start + 16], y_train[start : start + 16])
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test)[1]
        plot()
"""),
    ),
    Right(
        "layer called, own accuracy",
        steps("""
for i in range(21):
    model.fit(X_train, y_train, 16, 1)
    if i in (0, 4, 8, 12, 16, 20):
        layer_output = model.layers[0](X_test).numpy()
        test_accuracy = float(((model.predict(X_test).ravel() > 0.5) == y_test).mean())
        plot()
"""),
    ),
    Right(
        "everything in every epoch, plots in every fourth",
        steps("""
for i in range(21):
    model.fit(x=X_train, y=y_train, epochs=1, batch_size=16, verbose=2)
    layer_output = inp_to_out([X_test])[0]
    test_accuracy = round(model.evaluate(X_test, y_test, verbose=0)[1], 3)
    if not i % 4:
        plot()
"""),
    ),
    Right(
        "a model of the first layer, one plot with colours",
        steps("""
encoder = keras.Model(model.inputs, model.layers[0].output)
for i in range(21):
    model.fit(X_train, y_train, batch_size=16, epochs=1)
    if i % 4 == 0:
        layer_output = encoder.predict(X_test)
        loss, test_accuracy = model.evaluate(X_test, y_test)
        plt.figure()
        plt.scatter(layer_output[:, 0], layer_output[:, 1], c=y_test)
        plt.title(i)
plt.show()
"""),
    ),
    Right(
        "a first epoch, then four at a time",
        steps("""
for i in (0, 4, 8, 12, 16, 20):
    for _ in range(4 if i else 1):
        model.fit(X_train, y_train, batch_size=16, epochs=1)
    layer_output = inp_to_out([X_test])[0]
    test_accuracy = model.evaluate(X_test, y_test)[1]
    plot()
"""),
    ),
    Right(
        "shuffled notes, DataFrames",
        steps("""
import numpy as np
import pandas as pd
order = np.random.permutation(len(X_train))
for i in range(0, 21):
    model.fit(pd.DataFrame(X_train[order]), pd.Series(y_train[order]), batch_size=16, epochs=1)
    if i % 4 == 0:
        layer_output = np.array(inp_to_out([X_test])[0])
        test_accuracy = model.evaluate(X_test, y_test, return_dict=True)["accuracy"]
        plot()
"""),
    ),
    Right(
        "six plots in one figure, functions, the source printed",
        steps("""
import inspect
print(inspect.getsource(plot))

def look(axis, outputs):
    axis.scatter(*outputs[y_test == 0].T, label="real")
    axis.scatter(*outputs[y_test == 1].T, label="fake")
    axis.plot([0, 1], [0, 1], "--")

figure, axes = plt.subplots(2, 3)
places = iter(axes.ravel())
for epoch in range(21):
    history = model.fit(X_train, y_train, epochs=1, batch_size=16, verbose=0)
    if epoch % 4 == 0:
        layer_output = inp_to_out([X_test])[0].numpy()
        test_accuracy = model.evaluate(X_test, y_test)[1]
        look(next(places), layer_output)
"""),
    ),
    Right(
        "one training, a callback that looks",
        steps("""
class Look(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        global i, layer_output, test_accuracy
        if epoch % 4 == 0:
            i = epoch
            layer_output = inp_to_out([X_test])[0]
            test_accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
            plot()

model.fit(X_train, y_train, batch_size=16, epochs=21, callbacks=[Look()], verbose=0)
"""),
    ),
    Right(
        "bare, the source shown first, in TensorFlow's Keras",
        bare("""
from tensorflow import keras
print(inspect.getsource(plot))
for i in range(0, 21):
    h = model.fit(X_train, y_train, batch_size=16, epochs=1, verbose=0)
    if i % 4 == 0:
        layer_output = keras.Model(model.layers[0].input, model.layers[0].output).predict(X_test)
        test_accuracy = model.evaluate(X_test, y_test)[1]
        plot()
"""),
    ),
]

WRONG = [
    Wrong("the first layer frozen", edit((LOOP, "model.layers[0].trainable = False\n" + LOOP)), "separation",
          "keeps the weights that it starts with", blames=".trainable = False"),
    Wrong("the accuracy under another name", edit((ACCURACY, ACCURACY.replace("test_accuracy", "acc"))), "",
          "`plot\\(\\)` reads `test_accuracy`.*is called `acc` here", "error"),
    Wrong("one turn too few", edit((LOOP, LOOP.replace("21", "20"))), "epochs", "fit is called 20 times, for one epoch each time"),
    Wrong("more epochs in each turn", edit(("epochs=1", "epochs=2")), "epochs", "once in each turn, but for 2 epochs, not for one"),
    Wrong("trained in every fourth turn", edit((FIT, f"{IF}\n        {FIT}")), "epochs", "Does it stand under the `if`"),
    Wrong("batches of 32", edit((", batch_size=16", "")), "batch_size", "batches of 32"),
    Wrong("batches of 8", edit(("batch_size=16", "batch_size=8")), "batch_size", "batches of 8"),
    Wrong("twenty epochs", edit((LOOP, "for i in range(0, 20):")), "epochs", "20 epochs"),
    Wrong("an epoch too few", edit((LOOP, "for i in range(0, 20):")), "epochs", "20 epochs in 20 calls of fit"),
    Wrong("twenty-one epochs each", edit(("epochs=1,", "epochs=21,")), "epochs", "441 epochs"),
    Wrong("not trained", edit((FIT, "pass")), "training_data", "fit was not called"),
    Wrong("trained on the test notes", edit((FIT, FIT.replace("X_train, y_train", "X_test, y_test"))), "training_data",
          "can no longer be tested"),
    Wrong("a plot in every epoch", edit((IF, "if True:")), "plots", "more epochs than asked"),
    Wrong("every fifth epoch", edit((IF, "if i % 5 == 0:")), "plots", "epochs 0, 5, 10, 15, 20"),
    Wrong("only the last", edit((IF, "if i == 20:")), "plots", "got.*|plots of epochs 20"),
    Wrong("no plot", edit(("        plot()\n", "        pass\n")), "plots", "no plot"),
    Wrong("output computed once", edit((OUTPUT, "layer_output = layer_output if i else inp_to_out([X_test])[0]")), "plots",
          "anew before each plot"),
    Wrong("output of the training notes", edit((OUTPUT, "layer_output = inp_to_out([X_train])[0][:412]")), "layer_output",
          "from `X_test`"),
    Wrong("a list in place of its item", edit((OUTPUT, "layer_output = inp_to_out([X_test])"), ("        plot()\n", "        pass\n")),
          "layer_output", r"\(1, 412, 2\)"),
    Wrong("output of the whole network", edit((OUTPUT, "layer_output = model.predict(X_test)"), ("        plot()\n", "        pass\n")),
          "layer_output", r"\(412, 1\)"),
    Wrong("the loss", edit((ACCURACY, ACCURACY.replace("[1]", "[0]"))), "test_accuracy", "the loss"),
    Wrong("loss and accuracy", edit((ACCURACY, ACCURACY.replace("[1]", "")), ("        plot()\n", "        pass\n")), "test_accuracy",
          "the loss first"),
    Wrong("accuracy of the training", edit((ACCURACY, "test_accuracy = model.evaluate(X_train, y_train)[1]")), "test_accuracy",
          "training data"),
    Wrong("accuracy of the first epoch", edit((ACCURACY, "test_accuracy = test_accuracy if i else model.evaluate(X_test, y_test)[1]")),
          "test_accuracy", "before the training was over"),
    Wrong("plot with an argument", edit(("        plot()\n", "        plot(layer_output)\n")), "", "TypeError", "error"),
    Wrong("started anew in each epoch", edit((LOOP, "start = model.get_weights()\n" + LOOP), (FIT, "model.set_weights(start)\n    " + FIT)),
          "separation", "(?s)at least.*sets the weights back in each turn"),
    Wrong("a new network in each epoch", edit((FIT, "model = networks.neuron_pair_network()\n    " + FIT)), "epochs", "(?s)21 networks.*nothing of the epochs before"),
    Wrong("compiled anew, hardly learning", edit((LOOP, 'model.compile(keras.optimizers.SGD(1e-4), "binary_crossentropy", metrics=["accuracy"])\n' + LOOP)),
          "separation", "sgd with learning_rate=0.0001"),
    Wrong("compiled anew with squared errors", edit((LOOP, 'model.compile("sgd", "mse", metrics=["accuracy"])\n' + LOOP)),
          "separation", "loss mean_squared_error.*came with this loss"),
    Wrong("labels turned round", edit((FIT, FIT.replace("y_train", "1 - y_train"))), "training_data", "0 and 1 in each other.s place"),
    Wrong("looked before the training", edit((f"    {FIT}\n", ""), (LOOP, LOOP + "\n    if i > 0:\n        " + FIT.replace("epochs=1", "epochs=1"))),
          "epochs", "20 epochs"),
    Wrong("output kept from the epoch before", edit((LOOP, "layer_output = inp_to_out([X_test])[0]\n" + LOOP),
                                                    (f"        {OUTPUT}\n", ""),
                                                    (FIT, "layer_output = inp_to_out([X_test])[0]\n    " + FIT)), "plots", "after the training of that epoch"),
    Wrong("training notes plotted", edit(("        plot()\n", "        train_output = inp_to_out([X_train])[0]\n"
                                          "        plt.figure()\n        plt.scatter(train_output[:, 0], train_output[:, 1])\n")),
          "plots", "The plots show the training notes"),
    Wrong("the list given to plot", edit((OUTPUT, "layer_output = inp_to_out([X_test])")), "", "returns a list with one array", "error"),
    Wrong("another name in the loop", edit((LOOP, "for epoch in range(0, 21):"), (IF, "if epoch % 4 == 0:")), "",
          "`plot\\(\\)` reads `i` of this file", "error"),
    Wrong("another name for the output", edit((OUTPUT, "layer_outputs = inp_to_out([X_test])[0]")), "", "reads `layer_output`", "error"),
    Wrong("another network", edit((LOOP, "model = networks.banknote_network()\n" + LOOP)), "plots", "first layer with weights"),
    Wrong("plots in each epoch", steps("""
for i in range(0, 21):
    model.fit(X_train, y_train, epochs=1, batch_size=16, verbose=0)
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
    plot()
"""),
          "plots", r"These are 21 plots, and 6 are asked for", blames="    plot()"),
    Wrong("the whole model's output", steps("""
for i in range(0, 21):
    model.fit(X_train, y_train, epochs=1, batch_size=16, verbose=0)
    if i % 4 == 0:
        layer_output = model.predict(X_test)
        test_accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
        plot()
"""),
          "layer_output", r"what the whole model gives, not its first layer", "error", blames="model.predict"),
    Wrong("all of evaluate's numbers in the title", steps("""
for i in range(0, 21):
    model.fit(X_train, y_train, epochs=1, batch_size=16, verbose=0)
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test)
        plot()
"""),
          "", r"Line \d+: `evaluate` returns a list here", "error", blames="test_accuracy = model.evaluate"),
    Wrong("plot given what it reads", steps("""
for i in range(0, 21):
    model.fit(X_train, y_train, batch_size=16, epochs=1, verbose=0)
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
        plot(layer_output)
"""),
          "", r"`plot` takes nothing in its parentheses", "error", blames="plot(layer_output)"),
    Wrong("weights set back in each turn", steps("""
initial_weights = model.get_weights()
for i in range(0, 21):
    model.set_weights(initial_weights)
    model.fit(X_train, y_train, epochs=1, batch_size=16, verbose=0)
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test, verbose=0)[1]
        plot()
"""),
          "separation", r"sets the weights back in each turn", blames="set_weights("),
]  # fmt: skip

TYPICAL = "a plot in every epoch"

COURSE_2019 = [
    Course2019("""
for i in range(0, 21):
    h = model.fit(X_train, y_train, batch_size=16, epochs=1, verbose=0)
    if i % 4 == 0:
        layer_output = inp_to_out([X_test])[0]
        test_accuracy = model.evaluate(X_test, y_test)[1]
        plot()
"""),
]  # fmt: skip

EQUIVALENT = {
    (
        "setting",
        "layer_output = inp_to_out([X_test])[0]: 0 → -1",
    ): "Still right: there is one item, which is the first and the last.",
    ("argument", "fit without epochs=1"): "Still right: fit trains for one epoch by itself.",
    ("setting", "verbose: 0 → 1"): "Still right: how much fit prints is the learner's own choice.",
    ("setting", "verbose: 0 → -1"): "Still right: how much fit prints is the learner's own choice.",
}

PLAN = Plan(
    (Limit("quality", "MINIMUM", False, lambda: commonest(banknotes.load_split()[3])),),
    usual_ways(FIT, "y_train", 1, loss="'sgd', 'hinge', metrics=['accuracy']", before="    ")
    | {
        "one epoch": edit((LOOP, "for i in range(0, 1):")),
        "weights reset before each epoch": edit(
            (LOOP, f"start = model.get_weights()\n{LOOP}\n    model.set_weights(start)")
        ),
    },
    ("banknotes.csv",),
)
