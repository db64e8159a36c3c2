"""Answers to 3.1.2, is the model overfitting."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from plans import Plan

SLOW = True

FIT = "h_callback = model.fit(X_train, y_train, epochs=60, validation_data=(X_test, y_test))\n"
TWO = ("epochs=60", "epochs=2")
PLOT = 'plot_loss(h_callback.history["loss"], h_callback.history["val_loss"])'
ANSWER = "answer = 3"
COURSE = """
# Train your model for 60 epochs, using X_test and y_test as validation data
h_callback = model.fit(X_train, y_train, epochs = 60, validation_data = (X_test, y_test), verbose=0)

# Extract from the h_callback object loss and val_loss to plot the learning curve
plot_loss(h_callback.history['loss'], h_callback.history['val_loss'])
"""

RIGHT = [
    Right("as in 2019, bare, with the answer", bare(COURSE + "answer = 3\n")),
    Right(
        "source shown first, answer as a text",
        bare("""
print(inspect.getsource(plot_loss))
h_callback = model.fit(x=X_train, y=y_train, epochs=60, validation_data=[X_test, y_test])
plot_loss(loss=h_callback.history['loss'], val_loss=h_callback.history['val_loss'])
answer = '3'
"""),
    ),
    Right(
        "own plot, points",
        steps(
            FIT
            + """
epochs = range(1, 61)
plt.scatter(epochs, h_callback.history["loss"], label="training")
plt.scatter(epochs, h_callback.history["val_loss"], label="test")
plt.legend()
plt.savefig("curve.png")
answer = 3.0
"""
        ),
    ),
    Right(
        "pandas, the dictionary kept",
        steps("""
import pandas as pd
h_callback = model.fit(pd.DataFrame(X_train), y_train, epochs=60, validation_data=(pd.DataFrame(X_test), y_test)).history
pd.DataFrame(h_callback)[["val_loss", "loss"]].plot(logy=True)
answer = 3
"""),
    ),
    Right(
        "in two trainings, in a function",
        steps("""
import tensorflow as tf
h_callback = {"loss": [], "val_loss": [], "accuracy": [], "val_accuracy": []}

def train(epochs):
    history = model.fit(tf.constant(X_train), tf.constant(y_train), epochs=epochs,
                        validation_data=(tf.constant(X_test), tf.constant(y_test))).history
    for key in h_callback:
        h_callback[key] += history[key]

for _ in range(2):
    train(30)
plot_loss(h_callback["loss"], h_callback["val_loss"])
answer = 3
"""),
    ),
    Right(
        "the name of 2.4.1, all four lines",
        steps(
            FIT.replace("h_callback", "history")
            + """
for key, values in history.history.items():
    plt.plot(values, label=key)
plt.legend()
plt.show()
answer = 3
"""
        ),
    ),
    Right(
        "the answer computed",
        edit(
            (
                ANSWER,
                """
val_loss = h_callback.history["val_loss"]
answer = 2 if min(val_loss[-10:]) > 2 * min(val_loss) else 3
""",
            )
        ),
    ),
    Right(
        "early stopping that stops nothing, plotted validation first",
        edit(
            (
                "validation_data=(X_test, y_test))",
                "validation_data=(X_test, y_test),\n"
                "    callbacks=[keras.callbacks.EarlyStopping(monitor='val_loss', patience=60)], batch_size=16)",
            ),
            ("import matplotlib.pyplot as plt", "import keras\nimport matplotlib.pyplot as plt"),
            (
                PLOT,
                "plt.plot(h_callback.history['val_loss'], '--', label='Validation')\n"
                "plt.plot(h_callback.history['loss'], label='Training')",
            ),
        ),
    ),
]

WRONG = [
    Wrong("the gap", edit((ANSWER, "answer = 1"), TWO), "answer", "Such a gap alone"),
    Wrong("a turn that is none", edit((ANSWER, "answer = 2"), TWO), "answer", "Where would it turn"),
    Wrong("too small to overfit", edit((ANSWER, "answer = 4"), TWO), "answer", "Only the curve tells"),
    Wrong("in words", edit((ANSWER, 'answer = "no"'), TWO), "answer", "number of the option"),
    Wrong("as in 2019, bare, without the answer", bare(COURSE.replace("60, v", "2, v")), "answer", "does not make `answer`"),
    Wrong("one blank left", edit((ANSWER, "answer = ____")), "", "blank", "unfinished"),
    Wrong("six epochs", edit(("epochs=60", "epochs=6")), "epochs", "6 epochs"),
    Wrong("epochs forgotten", edit((", epochs=60", "")), "epochs", "1 epoch"),
    Wrong("no validation", edit((", validation_data=(X_test, y_test)", ""), TWO,
                                (PLOT, 'plot_loss(h_callback.history["loss"], [])')), "validation", "no validation data"),
    Wrong("a split instead", edit(("validation_data=(X_test, y_test)", "validation_split=0.3"), TWO), "validation",
          "% of the training data"),
    Wrong("validated on the training digits", edit(("validation_data=(X_test, y_test)", "validation_data=(X_train, y_train)"), TWO),
          "validation", "`X_train`"),
    Wrong("trained on the test digits", edit(("fit(X_train, y_train", "fit(X_test, y_test"), TWO), "training_data",
          "can no longer be tested"),
    Wrong("not trained", edit((FIT, "pass\n"), (PLOT, "plot_loss([1, 0.5], [1, 0.6])")), "training_data", "fit was not called"),
    Wrong("labels turned round", edit(("fit(X_train, y_train", "fit(X_train, y_train[::-1]"), TWO), "training_data",
          "an array of shape"),
    Wrong("history is an evaluation", edit((PLOT, PLOT + "\nh_callback = model.evaluate(X_test, y_test)"), TWO), "history",
          "a list of 2"),
    Wrong("history is one list", edit((PLOT, PLOT + '\nh_callback = h_callback.history["loss"]'), TWO), "history",
          "a list of 2"),
    Wrong("lines swapped", edit((PLOT, 'plot_loss(h_callback.history["val_loss"], h_callback.history["loss"])'), TWO), "plot",
          "val_loss, loss.*comes first"),
    Wrong("the training loss twice", edit((PLOT, 'plot_loss(h_callback.history["loss"], h_callback.history["loss"])'), TWO), "plot",
          "a plot of loss, loss"),
    Wrong("accuracies", edit((PLOT, 'plot_loss(h_callback.history["accuracy"], h_callback.history["val_accuracy"])'), TWO), "plot",
          "a plot of accuracy, val_accuracy"),
    Wrong("no plot", edit((PLOT, "pass"), TWO), "plot", "no plot"),
    Wrong("in two plots", edit((PLOT, 'plt.plot(h_callback.history["loss"])\nplt.show()\nplt.plot(h_callback.history["val_loss"])'), TWO),
          "plot", "together, in one plot"),
    Wrong("labels that lie", edit((PLOT, 'plt.plot(h_callback.history["val_loss"], label="train")\n'
                                         'plt.plot(h_callback.history["loss"], label="validation")'), TWO),
          "plot", "comes first"),
    Wrong("the history itself plotted", edit((PLOT, "plot_loss(h_callback, h_callback)"), TWO), "", "TypeError", "error"),
    Wrong("fit twice", steps("""
model.fit(X_train, y_train, epochs=60, validation_data=(X_test, y_test))
h_callback = model.fit(X_train, y_train, epochs=60, validation_data=(X_test, y_test))
plot_loss(h_callback.history["loss"], h_callback.history["val_loss"])
answer = 3
"""),
          "epochs", r"The epochs of all calls of fit add up. It is called on lines \d+, \d+"),
    Wrong("a key behind a dot", steps("""
h_callback = model.fit(
    X_train, y_train, epochs=60, validation_data=(X_test, y_test), verbose=0
)
losses = h_callback.history.loss
val_losses = h_callback.history.val_loss
plot_loss(losses, val_losses)
answer = 3
"""),
          "", r"asked for by its key, in brackets and quotes: `\['loss'\]`", "error", blames=".loss"),
]  # fmt: skip

TYPICAL = edit(("answer = 3", "answer = 1"))

COURSE_2019 = [
    Course2019("""
h_callback = model.fit(X_train, y_train, epochs=60, validation_data=(X_test, y_test), verbose=0)
plot_loss(h_callback.history['loss'], h_callback.history['val_loss'])
answer = 3
"""),
]  # fmt: skip

PLAN = Plan()
