"""Answers to 2.4.2, early stopping your model."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from plans import Plan

SLOW = True

THREE = ("epochs=1000", "epochs=3")
MONITOR = 'monitor="val_accuracy"'
VALIDATION = "    validation_data=(X_test, y_test),\n"

RIGHT = [
    Right(
        "alone, not in a list; best weights back",
        edit(
            ("callbacks=[monitor_val_acc]", "callbacks=monitor_val_acc"),
            ("patience=5", 'patience=5, mode="max", restore_best_weights=True, verbose=1'),
        ),
    ),
    Right(
        "patience from NumPy",
        edit(
            ("patience=5", "patience=np.int64(5)"),
            ("import keras\n", "import keras\nimport numpy as np\n"),
        ),
    ),
    Right("a baseline that is soon passed", edit(("patience=5", "patience=5, baseline=0.1"))),
    Right(
        "more epochs, another callback, list of data",
        steps("""
monitor_val_acc = keras.callbacks.EarlyStopping(patience=5, monitor="val_accuracy")
history = model.fit(X_train, y_train, epochs=5000, verbose=0, validation_data=[X_test, y_test],
                    callbacks=[keras.callbacks.TerminateOnNaN(), monitor_val_acc])
"""),
    ),
    Right(
        "tensorflow.keras, positional",
        steps("""
from tensorflow.keras.callbacks import EarlyStopping
monitor_val_acc = EarlyStopping("val_accuracy", 0, 5)
model.fit(X_train, y_train, 32, 1000, callbacks=(monitor_val_acc,), validation_data=(X_test, y_test))
"""),
    ),
    Right(
        "as in 2019, bare, today's name",
        bare("""
# Import the early stopping callback
from keras.callbacks import EarlyStopping

# Define a callback to monitor val_acc
monitor_val_acc = EarlyStopping(monitor='val_accuracy',
                       patience=5)

# Train your model using the early stopping callback
model.fit(X_train, y_train,
           epochs=1000, validation_data=(X_test, y_test),
           callbacks=[monitor_val_acc])
"""),
    ),
    Right(
        "metric acc, watched as val_acc",
        steps("""
from keras.callbacks import EarlyStopping
model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["acc"])
monitor_val_acc = EarlyStopping(monitor="val_acc", patience=5)
model.fit(X_train, y_train, epochs=1000, validation_data=(X_test, y_test), callbacks=[monitor_val_acc])
"""),
    ),
    Right(
        "DataFrames, in a function",
        steps("""
import pandas as pd
from keras.callbacks import EarlyStopping

def train(callbacks):
    return model.fit(pd.DataFrame(X_train), y_train[:, None], epochs=2000, callbacks=callbacks,
                     validation_data=(pd.DataFrame(X_test), pd.DataFrame(y_test)))

monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=5, min_delta=0.0001, start_from_epoch=2)
train([monitor_val_acc])
"""),
    ),
]

WRONG = [
    Wrong("watches the training's loss", edit((MONITOR, 'monitor="loss"'), THREE), "monitor", "watches the loss"),
    Wrong("watches the loss, by default", edit((MONITOR + ", ", "")), "",
          "EarlyStopping watches `val_loss`, as it does where no `monitor` is named, and after 150.*monitor failed: .*This is why your file was stopped", "error"),
    Wrong("watches the training's accuracy", edit((MONITOR, 'monitor="accuracy"'), THREE), "monitor",
          "model trains on"),
    Wrong("watches a name of 2019", edit((MONITOR, 'monitor="val_acc"')), "",
          "There is no metric 'val_acc' to watch: it is called 'val_accuracy'", "error"),
    Wrong("watches a name of 2019, with its mode", edit((MONITOR, 'monitor="val_acc", mode="max"'), THREE),
          "monitor", "never measures 'val_acc'"),
    Wrong("watches what nobody measures", edit((MONITOR, 'monitor="val_auc", mode="max"'), THREE), "monitor",
          "nothing of that name"),
    Wrong("waits for less", edit((MONITOR, MONITOR + ', mode="min"')), "monitor", "waits for a lower one"),
    Wrong("patience of 3", edit(("patience=5", "patience=3")), "patience", "a patience of 3"),
    Wrong("no patience", edit((", patience=5", "")), "patience", "waits for none"),
    Wrong("not passed to fit", edit(("    callbacks=[monitor_val_acc],\n", ""), THREE), "passed_to_fit",
          "fit does not know of it"),
    Wrong("another one passed to fit",
          edit(("callbacks=[monitor_val_acc]", "callbacks=[EarlyStopping(monitor='val_accuracy', patience=5)]")),
          "passed_to_fit", "fit without it"),
    Wrong("no validation", edit((VALIDATION, ""), THREE), "validation", "no validation data"),
    Wrong("no validation, to the end", edit((VALIDATION, "")), "",
          "measured on validation data, and fit was given none", "error"),
    Wrong("a split instead", edit((VALIDATION, "    validation_split=0.2,\n"), THREE), "validation",
          "% of the training data"),
    Wrong("validated on the training banknotes",
          edit(("validation_data=(X_test, y_test)", "validation_data=(X_train, y_train)"), THREE),
          "validation", "`X_train`"),
    Wrong("trained on the test banknotes", edit(("    X_train,\n    y_train,", "    X_test,\n    y_test,"), THREE),
          "training_data", "can no longer be tested"),
    Wrong("a hundred epochs", edit(("epochs=1000", "epochs=100")), "epochs_asked", "fit asked for 100"),
    Wrong("a baseline out of reach", edit(("patience=5", "patience=5, baseline=0.999")), "stopped_early", "(?s)0.999 was not reached.*baseline"),
    Wrong("over before it could stop", edit(("epochs=1000", "epochs=4")), "stopped_early", "all 4 epochs run"),
    Wrong("ended by another callback",
          edit(("callbacks=[monitor_val_acc]",
                "callbacks=[monitor_val_acc, EarlyStopping(monitor='loss', min_delta=9)]")),
          "stopped_early", "Something else"),
    Wrong("two of them, under other names",
          edit(("monitor_val_acc = ", "monitor = "), ("[monitor_val_acc]", "[monitor, EarlyStopping(patience=9)]"), THREE),
          "monitor", "does not make `monitor_val_acc`"),
    Wrong("not trained", steps("""
from keras.callbacks import EarlyStopping
monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=5)
"""), "training_data", "fit was not called"),
    Wrong("made and not given to fit", edit(("    callbacks=[monitor_val_acc],\n", "")), "", "fit was given no EarlyStopping, and after 150", "error"),
    Wrong("the name before its module", steps("""
import EarlyStopping from keras.callbacks
monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=5)
model.fit(X_train, y_train, epochs=1000, validation_data=(X_test, y_test), callbacks=[monitor_val_acc])
"""),
          "", r"`from module import name`", "error"),
]  # fmt: skip

TYPICAL = edit(("val_accuracy", "val_acc"))

COURSE_2019 = [
    Course2019("""
from keras.callbacks import EarlyStopping

monitor_val_acc = EarlyStopping(monitor='val_acc', patience=5)
model.fit(X_train, y_train, epochs=1000, validation_data=(X_test, y_test), callbacks=[monitor_val_acc])
""", "error", ("Line 4: There is no metric 'val_acc' to watch: it is called 'val_accuracy'",), (("'val_acc'", "'val_accuracy'"),)),
]  # fmt: skip

EQUIVALENT = {
    (
        "epochs",
        "fit: 1000 → 1001",
    ): "Still right: the callback ends the training long before either number.",
}

PLAN = Plan(data=("banknotes.csv",))
