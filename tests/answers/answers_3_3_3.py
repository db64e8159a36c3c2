"""Answers to 3.3.3, batch normalization effects."""

from corpus import Change, Course2019, Right, Wrong, bare, edit, steps
from grader.datasets import digits
from plans import Limit, Plan, commonest

SLOW = True

FIT_1 = "h1_callback = standard_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10)\n"
FIT_2 = FIT_1.replace("h1_", "h2_").replace("standard", "batchnorm")
PLOT = "compare_histories_acc(h1_callback, h2_callback)"


def change_fit(old: str, new: str, network: str = "standard") -> tuple[str, str]:
    fit = FIT_1 if network == "standard" else FIT_2
    assert fit.count(old) == 1
    return (fit, fit.replace(old, new))


SHORT = (change_fit("epochs=10", "epochs=1"), change_fit("epochs=10", "epochs=1", "batchnorm"))

RIGHT = [
    Right(
        "as in the course, bare",
        bare("""
# Train your standard model, storing its history callback
h1_callback = standard_model.fit(X_train, y_train, validation_data=(X_test,y_test), epochs=10, verbose=0)

# Train the batch normalized model you recently built, store its history callback
h2_callback = batchnorm_model.fit(X_train, y_train, validation_data=(X_test,y_test), epochs=10, verbose=0)

# Call compare_histories_acc passing in both model histories
compare_histories_acc(h1_callback, h2_callback)
"""),
    ),
    Right(
        "names of an older edition, bare",
        bare("""
history1 = standard_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)
history2 = batchnorm_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)
compare_histories_acc(history1, history2)
print(inspect.getsource(compare_histories_acc))
"""),
    ),
    Right(
        "a loop, own plot",
        steps("""
histories = []
for model in (standard_model, batchnorm_model):
    histories.append(model.fit(X_train, y_train, epochs=10, validation_data=[X_test, y_test]))
h1_callback, h2_callback = histories
for history in histories:
    plt.plot(history.history["accuracy"])
    plt.plot(history.history["val_accuracy"])
plt.legend(["train", "test", "train, batch normalization", "test, batch normalization"])
plt.show()
"""),
    ),
    Right(
        "the normalized first, two plots",
        steps(
            FIT_2
            + FIT_1
            + """
fig, axes = plt.subplots(1, 2)
for axis, key in zip(axes, ["accuracy", "val_accuracy"]):
    axis.plot(h2_callback.history[key], label="with BN")
    axis.plot(h1_callback.history[key], label="without")
    axis.legend()
"""
        ),
    ),
    Right(
        "a table, dictionaries",
        steps("""
import pandas as pd
h1_callback = standard_model.fit(X_train, y_train, epochs=10, validation_data=(X_test, y_test)).history
h2_callback = batchnorm_model.fit(X_train, y_train, epochs=10, validation_data=(X_test, y_test)).history
keys = ["accuracy", "val_accuracy"]
table = pd.concat([pd.DataFrame(h1_callback)[keys].add_prefix("standard "),
                   pd.DataFrame(h2_callback)[keys].add_prefix("normalized ")], axis=1)
table.plot()
"""),
    ),
    Right(
        "in a function, by keyword, measured before",
        steps("""
def train(model):
    model.evaluate(X_test, y_test)
    return model.fit(x=X_train, y=y_train, batch_size=32, validation_data=(X_test, y_test), epochs=10, verbose=2)
h1_callback, h2_callback = train(standard_model), train(batchnorm_model)
compare_histories_acc(h2=h2_callback, h1=h1_callback)
"""),
    ),
    Right(
        "losses in another plot",
        edit(
            (
                PLOT,
                PLOT
                + """
plt.plot(h2_callback.history["val_loss"])
plt.plot(h1_callback.history["val_loss"])
plt.show()
""",
            )
        ),
    ),
    Right(
        "tensors",
        steps("""
import tensorflow as tf
train = tf.constant(X_train), tf.constant(y_train)
test = tf.constant(X_test), tf.constant(y_test)
h1_callback = standard_model.fit(*train, epochs=10, validation_data=test)
h2_callback = batchnorm_model.fit(*train, epochs=10, validation_data=test)
compare_histories_acc(h1_callback, h2_callback)
"""),
    ),
]

WRONG = [
    Wrong("one network twice", edit((FIT_2, FIT_2.replace("batchnorm_model", "standard_model"))), "training_data", "Nothing trains `batchnorm_model`"),
    Wrong("ten calls of fit", edit((FIT_1, "for _ in range(10):\n    " + FIT_1.replace(", epochs=10", "")),
                                   (FIT_2, "for _ in range(10):\n    " + FIT_2.replace(", epochs=10", ""))),
          "h1_callback", "The 10 epochs of `standard_model` came in 10 calls of fit, and `h1_callback` is what the last of them returned. Call fit once, with `epochs=10`\\.$"),
    Wrong("two calls of fit", edit((FIT_1, FIT_1.replace("10", "4") + FIT_1.replace("10", "6"))), "h1_callback", "in 2 calls of fit, .* the last of them returned.$"),
    Wrong("one trained twice", edit((FIT_2, "h2_callback = standard_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=1)\n"), SHORT[0]),
          "training_data", "(?s)`standard_model` trained 2 times.*Nothing trains `batchnorm_model`"),
    Wrong("one trained on the test digits", edit(change_fit("X_train, y_train", "X_test, y_test"), SHORT[1]), "training_data",
          "can no longer be tested"),
    Wrong("the second not trained", edit((FIT_2, "h2_callback = h1_callback\n"), SHORT[0]), "training_data",
          "(?s)`batchnorm_model` trained with fit.*another model"),
    Wrong("none trained", edit((FIT_1, "h1_callback = None\n"), (FIT_2, "h2_callback = None\n"), (PLOT, "pass")), "training_data",
          "fit was not called"),
    Wrong("labels in reverse", edit(change_fit("y_train,", "y_train[::-1],", "batchnorm"), SHORT[0]), "training_data", "`X_train` and an array"),
    Wrong("five epochs", edit(change_fit("epochs=10", "epochs=5", "batchnorm")), "epochs", "5 epochs"),
    Wrong("epochs forgotten", edit(change_fit(", epochs=10", "")), "epochs", "1 epoch"),
    Wrong("trained one after the other, both the same", edit((FIT_2, FIT_2.replace("batchnorm", "standard"))), "training_data",
          "2 times.*Nothing trains `batchnorm_model`"),
    Wrong("a split instead", edit(change_fit("validation_data=(X_test, y_test)", "validation_split=0.3"), SHORT[1]), "validation",
          "% of the training data"),
    Wrong("validated on the training digits", edit(change_fit("(X_test, y_test)", "(X_train, y_train)", "batchnorm"), SHORT[0]),
          "validation", "`X_train`"),
    Wrong("no validation", edit(change_fit("validation_data=(X_test, y_test), ", "", "batchnorm")), "validation", "no validation data", "error"),
    Wrong("histories swapped", edit((PLOT, PLOT + "\nh1_callback, h2_callback = h2_callback, h1_callback"), *SHORT), "h1_callback",
          "the history of `batchnorm_model`"),
    Wrong("h2 is h1", edit((PLOT, PLOT + "\nh2_callback = h1_callback"), *SHORT), "h2_callback",
          "(?s)history of `batchnorm_model`.*history of `standard_model`"),
    Wrong("a model as history", edit((PLOT, PLOT + "\nh1_callback = standard_model"), *SHORT), "h1_callback", "a Keras model"),
    Wrong("a list as history", edit((PLOT, PLOT + '\nh2_callback = h2_callback.history["val_accuracy"]'), *SHORT), "h2_callback", "a list of 1"),
    Wrong("an evaluation as history", edit((PLOT, PLOT + "\nh2_callback = batchnorm_model.evaluate(X_test, y_test)"), *SHORT),
          "h2_callback", "a list of 2"),
    Wrong("not plotted", edit((PLOT, "pass"), *SHORT), "plot", "no plot"),
    Wrong("one network plotted twice", edit((PLOT, "compare_histories_acc(h1_callback, h1_callback)"), *SHORT), "plot",
          "lines of standard accuracy, standard val_accuracy\n"),
    Wrong("plotted in reverse", edit((PLOT, "compare_histories_acc(h2_callback, h1_callback)"), *SHORT), "plot", "wants first"),
    Wrong("losses plotted", edit((PLOT, """
for history in (h1_callback, h2_callback):
    plt.plot(history.history["loss"])
    plt.plot(history.history["val_loss"])
"""), *SHORT), "plot", "lines of something else"),
    Wrong("labels swapped", edit((PLOT, """
for history, name in ((h1_callback, "batchnorm"), (h2_callback, "standard")):
    plt.plot(history.history["accuracy"], label=name)
    plt.plot(history.history["val_accuracy"], label=name)
plt.legend()
"""), *SHORT), "plot", "under the other network's name"),
    Wrong("another optimizer for one", edit((FIT_1, 'standard_model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])\n' + FIT_1),
                                            (FIT_2, 'batchnorm_model.optimizer.learning_rate = 1e-4\n' + FIT_2)),
          "effect", "(?s)optimizer sgd.*optimizer adam.*came with this optimizer"),
    Wrong("squared errors for one", edit((FIT_2, 'batchnorm_model.compile("sgd", "mse", metrics=["accuracy"])\n' + FIT_2)),
          "effect", "loss mean_squared_error.*came with this loss"),
    Wrong("both hardly learn", edit((FIT_1, 'standard_model.optimizer.learning_rate = 1e-5\n' + FIT_1),
                                    (FIT_2, 'batchnorm_model.optimizer.learning_rate = 1e-5\n' + FIT_2)),
          "effect", "(?s)learning_rate=1e-05.*other settings than it came with"),
    Wrong("lists to the plot function", edit((PLOT, 'compare_histories_acc(h1_callback.history["accuracy"], h2_callback.history["accuracy"])'), *SHORT),
          "", "'list' object has no attribute 'history'", "error"),
    Wrong("a name misspelt", edit((PLOT, "compare_histories_acc(h1_callback, h2_calback)"), *SHORT), "", "NameError.*h2_calback", "error"),
    Wrong("a model in place of its history", steps("""
h1_callback = standard_model.fit(X_train, y_train, epochs=10, validation_data=(X_test, y_test))
h2_callback = batchnorm_model
batchnorm_model.fit(X_train, y_train, epochs=10, validation_data=(X_test, y_test))
compare_histories_acc(h1_callback, h2_callback)
"""),
          "", r"`h2_callback` is a model here. What its `fit` returns", "error", blames="h2_callback = batchnorm_model"),
]  # fmt: skip

TYPICAL = edit(("h1_callback, h2_callback)", "h2_callback, h1_callback)"))

COURSE_2019 = [
    Course2019("""
h1_callback = standard_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)
h2_callback = batchnorm_model.fit(X_train, y_train, validation_data=(X_test, y_test), epochs=10, verbose=0)
compare_histories_acc(h1_callback, h2_callback)
"""),
]  # fmt: skip

FITS = (FIT_1.rstrip(), FIT_2.rstrip())


def both(change: Change) -> Change:
    return edit(*((fit, change(fit)) for fit in FITS))


PLAN = Plan(
    (
        Limit("standard", "STANDARD_MINIMUM"),
        Limit(
            "normalized",
            "NORMALIZED_MINIMUM",
            best_constant=lambda: commonest(digits.load_split()[3]),
        ),
        Limit("ahead", "AHEAD"),
    ),
    {
        "untrained": both(
            lambda fit: f"{fit[14:].split('.')[0]}.optimizer.learning_rate = 0.0\n{fit}"
        ),
        "one epoch": both(lambda fit: fit.replace("10", "1")),
        "standard network untrained": edit(
            (FITS[0], f"standard_model.optimizer.learning_rate = 0.0\n{FITS[0]}")
        ),
        "shuffled labels": both(
            lambda fit: fit.replace(
                "y_train", "y_train[__import__('numpy').random.permutation(len(y_train))]"
            )
        ),
        "networks swapped": edit(
            ("batch_normalization=False", "batch_normalization=None"),
            ("batch_normalization=True", "batch_normalization=False"),
            ("batch_normalization=None", "batch_normalization=True"),
        ),
    },
)
