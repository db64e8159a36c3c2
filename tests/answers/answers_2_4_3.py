"""Answers to 2.4.3, a combination of callbacks."""

from corpus import Course2019, Right, Wrong, bare, edit, steps
from plans import Plan

SLOW = True

THREE = ("epochs=10_000_000", "epochs=3")
MONITOR = 'monitor="val_accuracy"'
CHECKPOINT = 'ModelCheckpoint("best_banknote_model.keras", save_best_only=True)'
END = 'print("Epochs until the end:", len(history.epoch))'

RIGHT = [
    Right(
        "a Path, more options",
        edit(
            (
                CHECKPOINT,
                """ModelCheckpoint(
    filepath=Path("best_banknote_model.keras"), save_best_only=True, mode="min", verbose=1
)""",
            ),
            ("import keras\n", "import keras\nfrom pathlib import Path\n"),
        ),
    ),
    Right(
        "a list of callbacks in the list",
        edit(
            (
                "callbacks=[monitor_val_acc, modelCheckpoint]",
                "callbacks=[[monitor_val_acc, modelCheckpoint]]",
            )
        ),
    ),
    Right("1 for True", edit((CHECKPOINT, CHECKPOINT.replace("=True", "=1")))),
    Right(
        "best by accuracy, from the current folder",
        edit(
            (
                CHECKPOINT,
                'ModelCheckpoint("./best_banknote_model.keras", "val_accuracy", save_best_only=True)',
            ),
            ("patience=3", 'patience=3, mode="max", restore_best_weights=True'),
        ),
    ),
    Right(
        "as in 2019, bare, today's names",
        bare("""
# Import the EarlyStopping and ModelCheckpoint callbacks
from keras.callbacks import EarlyStopping, ModelCheckpoint

# Early stop on validation accuracy
monitor_val_acc = EarlyStopping(monitor = 'val_accuracy', patience = 3)

# Save the best model as best_banknote_model.keras
modelCheckpoint = ModelCheckpoint('best_banknote_model.keras', save_best_only = True)

# Fit your model for a stupid amount of epochs
h_callback = model.fit(X_train, y_train,
                    epochs = 1000000000000,
                    callbacks = [monitor_val_acc, modelCheckpoint],
                    validation_data = (X_test, y_test))
"""),
    ),
    Right(
        "a thousand epochs, a tuple, the dictionary",
        steps("""
modelCheckpoint = keras.callbacks.ModelCheckpoint("best_banknote_model.keras", save_best_only=True)
monitor_val_acc = keras.callbacks.EarlyStopping(patience=3, monitor="val_accuracy")
history = model.fit(X_train, y_train, epochs=1000, validation_data=[X_test, y_test], verbose=0,
                    callbacks=(modelCheckpoint, monitor_val_acc)).history
"""),
    ),
    Right(
        "tensorflow.keras, in a function, loaded again",
        steps("""
import tensorflow as tf
from tensorflow.keras.callbacks import EarlyStopping, ModelCheckpoint

FILE = "best_banknote_model" + ".keras"

def train(callbacks, epochs=10 ** 7):
    return model.fit(x=X_train, y=y_train, epochs=epochs, validation_data=(X_test, y_test), callbacks=callbacks)

monitor_val_acc = EarlyStopping("val_accuracy", patience=3)
modelCheckpoint = ModelCheckpoint(FILE, monitor="val_accuracy", mode="max", save_best_only=True)
history = train([monitor_val_acc, modelCheckpoint])
best = tf.keras.models.load_model(FILE)
print(best.evaluate(X_test, y_test))
"""),
    ),
]

WRONG = [
    Wrong("saves by a name of 2019", edit((", save_best_only=True", ', monitor="val_acc", save_best_only=True')), "judged_by",
          "The tip on line .* says what is wrong", "error", blames="ModelCheckpoint("),
    Wrong("saves every epoch", edit((", save_best_only=True", ""), THREE), "best_only", "better or not.*Where an earlier epoch was better"),
    Wrong("a file of 2019", edit(('model.keras", ', 'model.hdf5", ')), "",
          "Keras saves whole models in files that end in `.keras`", "error"),
    Wrong("another file", edit(('("best_banknote_model.keras', '("best_model.keras'), THREE), "file",
          "other files: best_model.keras"),
    Wrong("a file for each epoch", edit(('("best_banknote_model.keras', '("best_{epoch}.keras'), THREE), "file",
          "exactly this file name"),
    Wrong("file deleted", edit((END, "import os\nos.remove('best_banknote_model.keras')"), THREE), "file",
          "no model file"),
    Wrong("file overwritten with text",
          edit((END, "open('best_banknote_model.keras', 'w').write('the best')"), THREE), "file", "cannot load"),
    Wrong("file overwritten with another model",
          edit((END, "networks.banknote_network().save('best_banknote_model.keras')"), THREE),
          "best_model", "does not hold the best model"),
    Wrong("best is the worst", edit((CHECKPOINT, CHECKPOINT.replace(")", ', mode="max")')), THREE), "judged_by",
          "it keeps the one with the highest loss"),
    Wrong("best accuracy is the lowest",
          edit((CHECKPOINT, CHECKPOINT.replace(")", ', monitor="val_accuracy", mode="min")')),
               ("epochs=10_000_000", "epochs=8")),
          "judged_by", "it keeps the one with the lowest accuracy"),
    Wrong("best by the training's loss", edit((CHECKPOINT, CHECKPOINT.replace(")", ', monitor="loss")')), THREE),
          "judged_by", "best by 'loss'"),
    Wrong("checkpoint not passed", edit(("[monitor_val_acc, modelCheckpoint]", "[monitor_val_acc]"), THREE),
          "checkpoint_passed", "`modelCheckpoint` is made but"),
    Wrong("monitor not passed", edit(("[monitor_val_acc, modelCheckpoint]", "[modelCheckpoint]"), THREE),
          "monitor_passed", "`monitor_val_acc` is made but"),
    Wrong("monitor not passed, to the end", edit(("[monitor_val_acc, modelCheckpoint]", "[modelCheckpoint]")), "",
          "(hours|days), and fit was given no callback that ends the training", "error"),
    Wrong("watches the loss", edit((MONITOR, 'monitor="val_loss"'), THREE), "monitor", "watches the loss"),
    Wrong("watches a name of 2019", edit((MONITOR, 'monitor="val_acc"')), "",
          "There is no metric 'val_acc' to watch: it is called 'val_accuracy'", "error"),
    Wrong("patience of 5", edit(("patience=3", "patience=5"), THREE), "patience", "a patience of 5"),
    Wrong("fifty epochs", edit(("epochs=10_000_000", "epochs=50")), "epochs_asked", "fit asked for 50"),
    Wrong("over before it could stop", edit(("epochs=10_000_000", "epochs=2")), "stopped_early", "all 2 epochs run"),
    Wrong("history is the model's weights", edit((END, "history = model.get_weights()[0]"), THREE), "history",
          "an array of shape"),
    Wrong("history of an earlier training", steps("""
from keras.callbacks import EarlyStopping, ModelCheckpoint
monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=3)
modelCheckpoint = ModelCheckpoint("best_banknote_model.keras", save_best_only=True)
history = networks.banknote_network().fit(X_train, y_train, epochs=1)
model.fit(X_train, y_train, epochs=3, validation_data=(X_test, y_test),
          callbacks=[monitor_val_acc, modelCheckpoint])
"""), "history", "not what fit returned"),
    Wrong("trained on the test banknotes", edit(("    X_train,\n    y_train,", "    X_test,\n    y_test,"), THREE),
          "training_data", "can no longer be tested"),
    Wrong("validated on the training banknotes",
          edit(("validation_data=(X_test, y_test)", "validation_data=(X_train, y_train)"), THREE),
          "validation", "`X_train`"),
    Wrong("no validation", edit(("    validation_data=(X_test, y_test),\n", ""), THREE), "validation",
          "no validation data"),
    Wrong("only the model is saved", edit(("callbacks=[monitor_val_acc, modelCheckpoint]", "callbacks=[modelCheckpoint]")), "",
          r"history skipped: .*on line \d+, before the training ended", "error"),
    Wrong("weights only", steps("""
from keras.callbacks import EarlyStopping, ModelCheckpoint
monitor_val_acc = EarlyStopping(monitor='val_accuracy', patience=3)
modelCheckpoint = ModelCheckpoint(
    'best_banknote_model.keras', save_best_only=True, save_weights_only=True
)
history = model.fit(X_train, y_train, epochs=10_000_000, validation_data=(X_test, y_test), callbacks=[monitor_val_acc, modelCheckpoint])
"""),
          "", r"With `save_weights_only`.*Without it, Keras saves the whole model", "error", blames="ModelCheckpoint("),
    Wrong("the history's dictionary asked for epochs", steps("""
from keras.callbacks import EarlyStopping, ModelCheckpoint
monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=3)
modelCheckpoint = ModelCheckpoint("best_banknote_model.keras", save_best_only=True)
history = model.fit(
    X_train,
    y_train,
    epochs=10_000_000,
    validation_data=(X_test, y_test),
    callbacks=[monitor_val_acc, modelCheckpoint],
)
history = history.history
print("Epochs until the end:", len(history.epoch))
"""),
          "history", r"The tip on line \d+ says what is wrong", "error"),
    Wrong("a mode that keeps the worst", steps("""
from keras.callbacks import EarlyStopping, ModelCheckpoint
monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=3)
modelCheckpoint = ModelCheckpoint("best_banknote_model.keras", monitor="val_accuracy", mode="min", save_best_only=True)
history = model.fit(X_train, y_train, epochs=10_000_000, validation_data=(X_test, y_test), callbacks=[monitor_val_acc, modelCheckpoint])
"""),
          "judged_by", r"it keeps the one with the lowest accuracy\n.*Leave `mode` out", blames="ModelCheckpoint("),
    Wrong("both classes passed", steps("""
from keras.callbacks import EarlyStopping, ModelCheckpoint
monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=3)
modelCheckpoint = ModelCheckpoint("best_banknote_model.keras", save_best_only=True)
history = model.fit(X_train, y_train, epochs=10_000_000, validation_data=(X_test, y_test), callbacks=[EarlyStopping, ModelCheckpoint])
"""),
          "", r"Your file has made an object of each: put `monitor_val_acc` and `modelCheckpoint`", "error"),
    Wrong("callbacks without brackets", steps("""
from keras.callbacks import EarlyStopping, ModelCheckpoint
monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=3)
modelCheckpoint = ModelCheckpoint("best_banknote_model.keras", save_best_only=True)
history = model.fit(
    X_train, y_train, epochs=10_000_000, verbose=0,
    validation_data=(X_test, y_test), callbacks=monitor_val_acc, modelCheckpoint
)
"""),
          "", r"`callbacks=\[monitor_val_acc, modelCheckpoint\]`", "error"),
]  # fmt: skip

TYPICAL = edit(("callbacks=[monitor_val_acc, modelCheckpoint]", "callbacks=[monitor_val_acc]"))

COURSE_2019 = [
    Course2019("""
from keras.callbacks import EarlyStopping, ModelCheckpoint

monitor_val_acc = EarlyStopping(monitor='val_acc', patience=3)
modelCheckpoint = ModelCheckpoint('best_banknote_model.hdf5', save_best_only=True)
history = model.fit(X_train, y_train, epochs=10000000, callbacks=[monitor_val_acc, modelCheckpoint],
                    validation_data=(X_test, y_test))
""", "error", ("Line 5: Keras saves whole models in files that end in `.keras`", "Line 4: .*it is called 'val_accuracy'"),
           (("'val_acc'", "'val_accuracy'"), (".hdf5", ".keras"))),
]  # fmt: skip

EQUIVALENT = {
    ("epochs", "fit: 10_000_000 → 9999999"): "Still right: any 1000 epochs or more are.",
    ("epochs", "fit: 10_000_000 → 10000001"): "Still right: any 1000 epochs or more are.",
}

UNNAMED = {
    (
        "setting",
        'monitor: "val_accuracy" → "val_loss"',
    ): "The training never ends, so the time limit ends it, and the checks see nothing of what fit was given. The message says that there were too many epochs.",
    (
        "argument",
        'EarlyStopping without monitor="val_accuracy"',
    ): "The training never ends, so the time limit ends it, and the checks see nothing of what fit was given. The message says that there were too many epochs.",
    (
        "argument",
        "fit without validation_data=(X_test, y_test)",
    ): "The training never ends, so the time limit ends it, and the checks see nothing of what fit was given. The message says that there were too many epochs.",
    (
        "argument",
        "fit without callbacks=[monitor_val_acc, modelCheckpoint]",
    ): "The training never ends, so the time limit ends it, and the checks see nothing of what fit was given. The message says that there were too many epochs.",
}

MUTANTS_TIMEOUT = 20.0
"""Seconds: where its callback does not stop it, it trains for ever."""

PLAN = Plan(data=("banknotes.csv",))
