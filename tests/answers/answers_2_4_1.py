"""Answers to 2.4.1, the history callback."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from plans import Plan

SLOW = True

FIT = "history = model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))\n"
TWO = ("epochs=50", "epochs=2")
LOSS = 'plot_loss(history.history["loss"], history.history["val_loss"])'
ACCURACY = 'plot_accuracy(history.history["accuracy"], history.history["val_accuracy"])'

RIGHT = [
    Right(
        "accuracy first, as arrays",
        edit(
            (
                LOSS,
                """curves = {name: np.array(values, np.float32) for name, values in history.history.items()}
plot_accuracy(val_acc=curves["val_accuracy"], acc=curves["accuracy"])""",
            ),
            (ACCURACY, 'plot_loss(val_loss=curves["val_loss"], loss=curves["loss"])'),
        ),
    ),
    Right(
        "own plots, two figures",
        steps(
            FIT
            + """
for key in ["loss", "accuracy"]:
    fig, ax = plt.subplots()
    ax.plot(history.history[key], label="train")
    ax.plot(history.history["val_" + key], "--", label="test")
    ax.set_title(key)
    ax.legend()
plt.show()
"""
        ),
    ),
    Right(
        "two axes in one figure, dictionary",
        steps("""
history = model.fit(X_train, y_train, epochs=50, validation_data=[X_test, y_test], verbose=0).history
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
epochs = range(1, 51)
left.plot(epochs, history["loss"])
left.plot(epochs, history["val_loss"])
right.plot(epochs, history["accuracy"])
right.plot(epochs, history["val_accuracy"])
"""),
    ),
    Right(
        "as in 2019, bare, today's key",
        bare("""
# Train your model and save its history
h_callback = model.fit(X_train, y_train, epochs = 50,
               validation_data=(X_test, y_test))

# Plot train vs test loss during training
plot_loss(h_callback.history['loss'], h_callback.history['val_loss'])

# Plot train vs test accuracy during training
plot_accuracy(h_callback.history['accuracy'], h_callback.history['val_accuracy'])
"""),
    ),
    Right(
        "datasets",
        steps("""
import tensorflow as tf
train = tf.data.Dataset.from_tensor_slices((X_train, y_train)).shuffle(2000).batch(32).prefetch(1)
test = tf.data.Dataset.from_tensor_slices((X_test, y_test)).batch(32)
history = model.fit(train, epochs=50, validation_data=test)
plot_loss(history.history["loss"], history.history["val_loss"])
plot_accuracy(history.history["accuracy"], history.history["val_accuracy"])
"""),
    ),
    Right(
        "pandas plots",
        steps("""
import pandas as pd
history = pd.DataFrame(model.fit(pd.DataFrame(X_train), y_train, epochs=50,
                                 validation_data=(pd.DataFrame(X_test), y_test)).history)
history[["loss", "val_loss"]].plot()
history[["accuracy", "val_accuracy"]].plot()
"""),
    ),
    Right(
        "history not kept, keywords, functions",
        steps("""
def train():
    model.fit(x=X_train, y=y_train, validation_data=(X_test, y_test), epochs=50)
    return model.history.history

record = train()
plot_loss(loss=record["loss"], val_loss=record["val_loss"])
plot_accuracy(acc=np.array(record["accuracy"]), val_acc=np.array(record["val_accuracy"]))
"""),
    ),
    Right(
        "validation first, but labelled, and another plot before",
        steps(
            """
plt.hist(X_train.ravel())
plt.show()
"""
            + FIT
            + """
plt.plot(history.history["val_loss"])
plt.plot(history.history["loss"])
plt.legend(["validation", "training"])
plt.show()
plt.plot(history.history["val_accuracy"], label="Val accuracy")
plt.plot(history.history["accuracy"], label="Accuracy")
plt.show()
"""
        ),
    ),
    Right(
        "metric acc, keys as in 2019",
        steps("""
import keras
model.compile("adam", "binary_crossentropy", metrics=[keras.metrics.BinaryAccuracy(name="acc")])
history = model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))
plot_loss(history.history["loss"], history.history["val_loss"])
plot_accuracy(history.history["acc"], history.history["val_acc"])
"""),
    ),
]

WRONG = [
    Wrong("ten epochs", edit(("epochs=50", "epochs=10")), "epochs", "10 epochs"),
    Wrong("no validation", edit((", validation_data=(X_test, y_test)", ""), TWO,
                                (LOSS, "pass"), (ACCURACY, "pass")), "validation", "no validation data"),
    Wrong("no validation, and its record read", edit((", validation_data=(X_test, y_test)", ""), TWO), "",
          "'val_loss' is measured on validation data, and fit was given none", "error", blames=".fit("),
    Wrong("a split instead", edit(("validation_data=(X_test, y_test)", "validation_split=0.2"), TWO),
          "validation", "% of the training data"),
    Wrong("validated on the training fields",
          edit(("validation_data=(X_test, y_test)", "validation_data=(X_train, y_train)"), TWO),
          "validation", "`X_train`"),
    Wrong("trained on the test fields", edit(("fit(X_train, y_train", "fit(X_test, y_test"), TWO),
          "training_data", "can no longer be tested"),
    Wrong("not trained", edit((FIT, "history = {}\n"), (LOSS, "pass"), (ACCURACY, "pass")),
          "training_data", "fit was not called"),
    Wrong("history is an evaluation", edit((ACCURACY, ACCURACY + "\nhistory = model.evaluate(X_test, y_test)"), TWO),
          "history", "a list of 2"),
    Wrong("history of another model", edit((ACCURACY, ACCURACY + """
other = networks.irrigation_network()
history = other.fit(X_train, y_train, epochs=1)
"""), TWO), "history", "1 epoch of"),
    Wrong("history is None", edit((ACCURACY, ACCURACY + "\nhistory = None"), TWO), "history", "None"),
    Wrong("loss swapped", edit((LOSS, 'plot_loss(history.history["val_loss"], history.history["loss"])'), TWO),
          "loss_plot", "val_loss, loss; The|training comes first"),
    Wrong("loss twice", edit((LOSS, 'plot_loss(history.history["loss"], history.history["loss"])'), TWO),
          "loss_plot", "loss, loss"),
    Wrong("validated now and then", edit(("validation_data=", "validation_freq=2, validation_data="), TWO, (LOSS, "pass"), (ACCURACY, "pass")),
          "validation", "(?s)after each epoch.*validation_freq=2"),
    Wrong("loss not plotted", edit((LOSS, "pass"), TWO), "loss_plot", "only a plot of accuracy, val_accuracy"),
    Wrong("nothing plotted", edit((LOSS, "pass"), (ACCURACY, "pass"), TWO), "loss_plot", "no plot"),
    Wrong("accuracy not plotted", edit((ACCURACY, "pass"), TWO), "accuracy_plot", "only a plot of loss, val_loss"),
    Wrong("accuracy swapped",
          edit((ACCURACY, 'plot_accuracy(history.history["val_accuracy"], history.history["accuracy"])'), TWO),
          "accuracy_plot", "training comes first"),
    Wrong("accuracy against loss",
          edit((ACCURACY, 'plot_accuracy(history.history["accuracy"], history.history["val_loss"])'), TWO),
          "accuracy_plot", "accuracy, val_loss"),
    Wrong("numbers of one's own", edit((ACCURACY, "plot_accuracy([0.5, 0.9], [0.5, 0.9])"), TWO),
          "accuracy_plot", "another line"),
    Wrong("training line twice, validation missing", edit((ACCURACY, 'plt.plot(history.history["accuracy"])'), TWO),
          "accuracy_plot", "a plot of accuracy"),
    Wrong("all in one plot", steps("""
history = model.fit(X_train, y_train, epochs=2, validation_data=(X_test, y_test))
for key in ("loss", "val_loss", "accuracy", "val_accuracy"):
    plt.plot(history.history[key], label=key)
plt.legend()
plt.show()
"""), "two_plots", "all lines in one plot"),
    Wrong("keys of 2019", bare("""
h_callback = model.fit(X_train, y_train, epochs = 2, validation_data=(X_test, y_test))
plot_loss(h_callback.history['loss'], h_callback.history['val_loss'])
plot_accuracy(h_callback.history['acc'], h_callback.history['val_acc'])
"""), "", "Line 4: The history keeps a metric under its own name: 'accuracy', not 'acc'", "error"),
    Wrong("no second plot", steps("""
history = model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))
plot_loss(history.history["loss"], history.history["val_loss"])
plt.show()
"""),
          "accuracy_plot", r"only a plot of loss, val_loss"),
    Wrong("each plot of half of both", steps("""
history = model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))
plot_loss(history.history["loss"], history.history["accuracy"])
plot_accuracy(history.history["val_loss"], history.history["val_accuracy"])
"""),
          "accuracy_plot", r"got a plot of val_loss, val_accuracy|a plot of val_loss, val_accuracy", blames="plot_accuracy("),
]  # fmt: skip

TYPICAL = edit(('"accuracy"]', '"acc"]'), ('"val_accuracy"]', '"val_acc"]'))

COURSE_2019 = [
    Course2019("""
history = model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))
plot_loss(history.history['loss'], history.history['val_loss'])
plot_accuracy(history.history['acc'], history.history['val_acc'])
""", "error", ("Line 4: .*'accuracy', not 'acc'",),
           (("['acc']", "['accuracy']"), ("['val_acc']", "['val_accuracy']"))),
]  # fmt: skip

PLAN = Plan()
