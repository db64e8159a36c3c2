"""Answers to 3.1.3, do we need more data."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import digits
from plans import Limit, Plan, commonest, usual_ways

SLOW = True

FRACTION = "X_train_frac, y_train_frac = X_train[:size], y_train[:size]"
RESET = "model.set_weights(initial_weights)"
FIT = "model.fit(X_train_frac, y_train_frac, epochs=50, callbacks=[early_stop])"
ON_TRAIN = "train_accs.append(model.evaluate(X_train_frac, y_train_frac)[1])"
ON_TEST = "test_accs.append(model.evaluate(X_test, y_test)[1])"
PLOT = "\nplot_results(train_accs, test_accs)"
TWO = ("epochs=50", "epochs=2")
COURSE = """
for size in training_sizes:
  \t# Get a fraction of training data (we only care about the training data)
    X_train_frac, y_train_frac = X_train[:size], y_train[:size]

    # Reset the model to the initial weights and train it on the new training data fraction
    model.set_weights(initial_weights)
    model.fit(X_train_frac, y_train_frac, epochs = 50, callbacks = [early_stop])

    # Evaluate and store both: the training data fraction and the complete test set results
    train_accs.append(model.evaluate(X_train_frac, y_train_frac)[1])
    test_accs.append(model.evaluate(X_test, y_test)[1])

# Plot train vs test accuracies
plot_results(train_accs, test_accs)
"""

RIGHT = [
    Right("as in 2019, bare", bare("print(inspect.getsource(plot_results))\n" + COURSE)),
    Right(
        "functions, list comprehensions",
        steps("""
def train(size):
    X, y = X_train[0:size], y_train[0:size]
    model.set_weights(initial_weights)
    model.fit(x=X, y=y, epochs=50, callbacks=early_stop, verbose=0)
    return [model.evaluate(*part, verbose=0)[1] for part in ((X, y), (X_test, y_test))]

pairs = [train(size) for size in training_sizes]
train_accs, test_accs = zip(*pairs)
plot_results(train_accs, test_accs)
"""),
    ),
    Right(
        "reset after the evaluation, rounded, own plot",
        steps("""
import matplotlib.pyplot as plt
for size in training_sizes:
    digits_part = X_train[:size], y_train[:size]
    model.fit(*digits_part, epochs=50, callbacks=[early_stop])
    train_accs += [round(model.evaluate(*digits_part, return_dict=True)["accuracy"], 3)]
    loss, accuracy = model.evaluate(X_test, y_test)
    test_accs += [round(accuracy, 3)]
    model.set_weights(initial_weights)
plt.plot(training_sizes, test_accs, "r-", label="test")
plt.plot(training_sizes, train_accs, "b-", label="training")
plt.legend()
"""),
    ),
    Right(
        "a copy of the network for each size",
        steps("""
import keras
for size in training_sizes:
    net = keras.models.clone_model(model)
    net.set_weights(initial_weights)
    net.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    net.fit(X_train[:size], y_train[:size], epochs=50, callbacks=[early_stop], validation_data=(X_test, y_test))
    train_accs.append(net.evaluate(X_train[:size], y_train[:size])[1])
    test_accs.append(net.evaluate(X_test, y_test)[1])
plot_results(train_accs, test_accs)
"""),
    ),
    Right(
        "counted by hand, arrays",
        steps("""
import numpy as np
train_accs, test_accs = np.zeros(4), np.zeros(4)

def accuracy(X, y):
    return np.mean(model.predict(X).argmax(axis=1) == y.argmax(axis=1))

for number, size in enumerate(training_sizes):
    model.set_weights(initial_weights)
    model.fit(X_train[:size], y_train[:size], epochs=50, callbacks=[early_stop])
    train_accs[number] = accuracy(X_train[:size], y_train[:size])
    test_accs[number] = accuracy(X_test, y_test)
plot_results(train_accs, test_accs)
"""),
    ),
    Right(
        "digits drawn at random, tables, weights in a file",
        steps("""
import numpy as np
import pandas as pd
model.save_weights("start.weights.h5")
for size in training_sizes:
    rows = np.random.permutation(len(X_train))[:size]
    X, y = pd.DataFrame(X_train[rows]), pd.DataFrame(y_train[rows])
    model.load_weights("start.weights.h5")
    model.fit(X, y, epochs=50, callbacks=[early_stop])
    train_accs.append(model.evaluate(X, y)[1])
    test_accs.append(model.evaluate(X_test, y_test)[1])
pd.DataFrame({"train": train_accs, "test": test_accs}, index=training_sizes).plot()
"""),
    ),
    Right(
        "an early stop of one's own, another training before",
        steps(
            """
from keras.callbacks import TerminateOnNaN
model.fit(X_train, y_train, epochs=1)
"""
            + COURSE.replace(
                "[early_stop]", "[EarlyStopping(monitor='loss', patience=1), TerminateOnNaN()]"
            )
        ),
    ),
    Right(
        "plotted in each round, too",
        steps(
            COURSE.replace(
                "\nplot_results",
                """
    import matplotlib.pyplot as plt
    plt.plot(training_sizes[:len(test_accs)], test_accs)
    plt.show()
plot_results""",
            ).replace("# Plot train vs test accuracies", "")
        ),
    ),
]

WRONG = [
    Wrong("one array cut into features and labels", edit((FRACTION, "from sklearn.model_selection import train_test_split\n"
                                                          "    X_train_frac, y_train_frac = train_test_split(X_train, train_size=size)")),
          "", "given `X_train` alone: `X_train_frac` and `y_train_frac` are two parts of that.*one slice for both", "error"),
    Wrong("all digits each time", edit((FRACTION, "X_train_frac, y_train_frac = X_train, y_train"), TWO), "sizes",
          "1257, 1257, 1257, 1257.*Every training took the same"),
    Wrong("digits after the first size", edit((FRACTION, "X_train_frac, y_train_frac = X_train[size:], y_train[size:]"), TWO),
          "sizes", "1132, 755, 378, 2 digits"),
    Wrong("labels of other digits", edit((FRACTION, "X_train_frac, y_train_frac = X_train[:size], y_train[-size:]"), TWO), "sizes",
          "each with its own label.*at the same place"),
    Wrong("trained on the test digits", edit((FRACTION, "X_train_frac, y_train_frac = X_test[:size], y_test[:size]"), TWO), "sizes",
          "can no longer be tested"),
    Wrong("no loop", edit(("for size in training_sizes:", "size = 125\nif size:"), TWO, (PLOT, "\n")), "sizes",
          "one training on 125.*inside the loop"),
    Wrong("fit after the loop", steps("""
for size in training_sizes:
    X_train_frac, y_train_frac = X_train[:size], y_train[:size]
    model.set_weights(initial_weights)
model.fit(X_train_frac, y_train_frac, epochs=2, callbacks=[early_stop])
train_accs.append(model.evaluate(X_train_frac, y_train_frac)[1])
test_accs.append(model.evaluate(X_test, y_test)[1])
"""), "sizes", "one training on 1255 digits"),
    Wrong("sizes from large to small", edit(("in training_sizes:", "in training_sizes[::-1]:"), TWO), "sizes", "in the order of"),
    Wrong("a part held back", edit((FIT, FIT.replace("epochs", "validation_split=0.2, epochs")), TWO), "sizes",
          "holds back 0.2.*validation_split"),
    Wrong("never trained", edit((FIT, "pass"), (PLOT, "\n")), "sizes", "fit was not called"),
    Wrong("not reset", edit((RESET, "pass"), TWO), "reset", "training 2 starts.*where an earlier training ended.*still knows"),
    Wrong("weights read, not set", edit((RESET, "initial_weights = model.get_weights()"), TWO), "reset",
          "`get_weights` reads its weights, and does not set them back", blames="get_weights"),
    Wrong("set_weights not called", edit((RESET, "model.set_weights"), TWO), "reset",
          "`model.set_weights` is not called here", blames="model.set_weights"),
    Wrong("reset to itself, as published", bare(COURSE.replace("set_weights(initial_weights)", "set_weights(model.get_weights())")
                                                .replace("= 50", "= 2")), "reset",
          "`get_weights` in the loop reads what it has learned by then"),
    Wrong("reset once, before the loop", edit((RESET, "pass"), ("# TODO: fill in the loop", RESET + "\n# TODO: fill in the loop"), TWO),
          "reset", "training 2 starts.*stands in no loop, so it runs once", blames=RESET),
    Wrong("reset after the training", edit((RESET, "pass"), (FIT, FIT + "\n    " + RESET), TWO), "train_accs", "untrained model"),
    Wrong("new weights each time", edit((RESET, "model = networks.digits_network()"), TWO), "reset",
          "training 2 starts.*new random weights"),
    Wrong("initial weights taken anew", edit((RESET, RESET + "\n    initial_weights = model.get_weights()"),
                                             (ON_TEST, ON_TEST + "\n    initial_weights = model.get_weights()"), TWO),
          "reset", "training 2 starts"),
    Wrong("no early stop", edit((", callbacks=[early_stop]", ""), TWO), "early_stop", "fit without it"),
    Wrong("another early stop", edit(("callbacks=[early_stop]", "callbacks=[EarlyStopping(monitor='accuracy', patience=5)]"), TWO),
          "early_stop", "watches 'accuracy', with a patience of 5"),
    Wrong("callback never passed, another one is", edit(("[early_stop]", "[keras.callbacks.TerminateOnNaN()]"), TWO,
                                                        ("from grader.datasets.early_stopping", "import keras\nfrom grader.datasets.early_stopping")),
          "early_stop", "does not know of it"),
    Wrong("five epochs", edit(("epochs=50", "epochs=5")), "epochs", "5 epochs"),
    Wrong("losses", edit((ON_TRAIN, ON_TRAIN.replace("[1]", "[0]")), TWO), "train_accs", "holds losses"),
    Wrong("losses and accuracies", edit((ON_TRAIN, ON_TRAIN.replace("[1]", "")), TWO, (PLOT, "\n")), "train_accs",
          r"shape \(4, 2\).*Keep only the accuracy"),
    Wrong("measured on all training digits, as published", bare(
        COURSE.replace("evaluate(X_train_frac, y_train_frac)", "evaluate(X_train, y_train)").replace("= 50", "= 10")),
        "train_accs", "on all of `X_train`"),
    Wrong("training accuracy forgotten", edit((ON_TRAIN, "pass"), (PLOT, "\n")), "train_accs", "an empty list"),
    Wrong("training accuracy of the history", edit((FIT, "h = " + FIT), (ON_TRAIN, 'train_accs.append(h.history["accuracy"][-1])'),
                                                   ("epochs=50", "epochs=5")), "train_accs", "not what the model gives"),
    Wrong("lists swapped", edit((ON_TRAIN, ON_TRAIN.replace("train_accs", "test_accs")), (ON_TEST, ON_TEST.replace("test_accs", "train_accs")),
                                ("epochs=50", "epochs=10")), "train_accs", "accuracies on the test digits"),
    Wrong("test accuracy measured on the training digits", edit((ON_TEST, ON_TEST.replace("X_test, y_test", "X_train_frac, y_train_frac")),
                                                                ("epochs=50", "epochs=10")), "test_accs", "that the model was trained on"),
    Wrong("measured on part of the test digits", edit((ON_TEST, ON_TEST.replace("X_test, y_test", "X_test[:size], y_test[:size]")),
                                                      ("epochs=50", "epochs=10")), "test_accs", "a part of the test digits"),
    Wrong("typed in", edit((ON_TEST, "test_accs = [0.7, 0.9, 0.93, 0.95]"), TWO), "test_accs", "not what the model gives"),
    Wrong("only the last result", edit((ON_TEST, "test_accs = model.evaluate(X_test, y_test)[1]"), TWO, (PLOT, "\n")), "test_accs",
          "with 4 numbers"),
    Wrong("all digits in one batch", edit((FIT, FIT.replace("epochs", "batch_size=size, epochs"))), "growth", "whether you compiled"),
    Wrong("compiled anew with squared errors", edit((FIT, 'model.compile("adam", "mse", metrics=["accuracy"])\n    ' + FIT)),
          "growth", "loss mean_squared_error.*came with this loss"),
    Wrong("a rate of nearly nothing", edit(("# TODO: fill in the loop", "model.optimizer.learning_rate = 1e-5\n# TODO: fill in the loop")),
          "growth", "learning.rate.*1e-05"),
    Wrong("no plot", edit((PLOT, "\n"), TWO), "plot", "no plot.*Give both lists"),
    Wrong("plot swapped", edit((PLOT, "\nplot_results(test_accs, train_accs)"), ("epochs=50", "epochs=10")), "plot", "comes first"),
    Wrong("one list twice", edit((PLOT, "\nplot_results(train_accs, train_accs)"), ("epochs=50", "epochs=10")), "plot",
          "train_accs, train_accs"),
    Wrong("a name misspelt", edit((RESET, "model.set_weights(inital_weights)")), "", "NameError.*inital_weights", "error"),
    Wrong("digits drawn at random", steps("""
for size in training_sizes:
    idx = np.random.choice(len(X_train), size)
    X_train_frac, y_train_frac = X_train[idx], y_train[idx]
    model.set_weights(initial_weights)
    model.fit(X_train_frac, y_train_frac, epochs=50, callbacks=[early_stop], verbose=0)
    train_accs.append(model.evaluate(X_train_frac, y_train_frac, verbose=0)[1])
    test_accs.append(model.evaluate(X_test, y_test, verbose=0)[1])
plot_results(train_accs, test_accs)
"""),
          "sizes", r"\d+ of them, some more than once", blames="X_train_frac, y"),
    Wrong("weights set back before it is measured", steps("""
for size in training_sizes:
    X_train_frac, y_train_frac = X_train[:size], y_train[:size]
    model.fit(X_train_frac, y_train_frac, epochs=50, callbacks=[early_stop], verbose=0)
    model.set_weights(initial_weights)
    train_accs.append(model.evaluate(X_train_frac, y_train_frac, verbose=0)[1])
    test_accs.append(model.evaluate(X_test, y_test, verbose=0)[1])
plot_results(train_accs, test_accs)
"""),
          "train_accs", r"the weights are set back on line \d+, before it is measured"),
]  # fmt: skip

TYPICAL = edit(("    model.set_weights(initial_weights)\n", ""))

COURSE_2019 = [
    Course2019("""
for size in training_sizes:
    X_train_frac, y_train_frac = X_train[:size], y_train[:size]
    model.set_weights(initial_weights)
    model.fit(X_train_frac, y_train_frac, epochs=50, callbacks=[early_stop])
    train_accs.append(model.evaluate(X_train_frac, y_train_frac)[1])
    test_accs.append(model.evaluate(X_test, y_test)[1])

plot_results(train_accs, test_accs)
"""),
]  # fmt: skip

PLAN = Plan(
    (
        Limit("quality", "MINIMUM", False, lambda: commonest(digits.load_split()[3])),
        Limit("growth", "GROWTH", False, lambda: 0.0),
    ),
    usual_ways(FIT, "y_train_frac", 50, loss="'adam', 'mse', metrics=['accuracy']", before="    ")
    | {"all digits in one batch": edit((FIT, FIT.replace("epochs", "batch_size=size, epochs")))},
)
