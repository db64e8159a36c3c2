"""Mutants that were looked at one by one: not wrong after all, or wrong and hard to name.

Each is known by exercise, kind and what is changed; a test sees to it that none of
these has gone out of date.
"""

from __future__ import annotations

Key = tuple[str, str, str]

_ANY_DIGIT = "Still right: the task leaves it open which digit is shown."
_ANY_START = "Still right: the task leaves it open with which value the parameter is declared."
_LOUD = "Still right: how much fit prints is the learner's own choice."
_OPEN_FIGURE = (
    "Not observable: figures that are open at the end count as shown, as in a notebook and in the "
    "course's own editor."
)
_ONLY_ITEM = "Still right: there is one item, which is the first and the last."
_ONE_EPOCH = "Still right: fit trains for one epoch by itself."
_BUILT_BY_PREDICT = "Still right: predict tells the model how many numbers a digit has."

EQUIVALENT: dict[Key, str] = {
    ("2.1.1", "deleted", "plt.show()"): _OPEN_FIGURE,
    ("2.4.2", "epochs", "fit: 1000 → 1001"): (
        "Still right: the callback ends the training long before either number."
    ),
    ("2.4.3", "epochs", "fit: 10_000_000 → 9999999"): "Still right: any 1000 epochs or more are.",
    ("2.4.3", "epochs", "fit: 10_000_000 → 10000001"): "Still right: any 1000 epochs or more are.",
    ("3.1.1", "layer dropped", "Input((64,))"): _BUILT_BY_PREDICT,
    ("3.1.1", "layer dropped", "Input((64,)), in a list"): _BUILT_BY_PREDICT,
    ("3.1.1", "data", "X_train → X_test in predict"): (
        "Still right: the predictions of the test digits show the same, see the course's table."
    ),
    ("3.2.3", "deleted", "plt.show()"): _OPEN_FIGURE,
    ("3.2.3", "deleted", "plt.show() (2)"): _OPEN_FIGURE,
    ("3.3.1", "data", "X_train → y_train in len"): "Still right: there are as many labels as dots.",
    ("3.4.2", "setting", "learning_rate: 0.001 → 0.002"): _ANY_START,
    ("3.4.2", "setting", "learning_rate: 0.001 → 0.0005"): _ANY_START,
    ("3.4.3", "setting", "verbose: 0 → 1"): _LOUD,
    ("3.4.3", "setting", "verbose: 0 → -1"): _LOUD,
    ("4.2.4", "setting", "top3 = decode_predictions(preds, top=3)[0]: 0 → -1"): _ONLY_ITEM,
    ("4.3.3", "setting", "pred = model.predict(test_seq).argmax(axis=1)[0]: 0 → -1"): _ONLY_ITEM,
    ("4.2.4", "argument", 'ResNet50 without weights="imagenet"'): (
        "Still right: these are the weights that Keras takes on its own."
    ),
    ("4.1.1", "setting", "layer_output = inp_to_out([X_test])[0]: 0 → -1"): _ONLY_ITEM,
    ("4.1.2", "setting", "layer_output = inp_to_out([X_test])[0]: 0 → -1"): _ONLY_ITEM,
    ("4.1.2", "argument", "fit without epochs=1"): _ONE_EPOCH,
    ("4.1.2", "setting", "verbose: 0 → 1"): _LOUD,
    ("4.1.2", "setting", "verbose: 0 → -1"): _LOUD,
    ("4.1.4", "argument", "show_encodings without number=4"): _ANY_DIGIT,
    ("4.1.4", "setting", "number: 4 → 5"): _ANY_DIGIT,
    ("4.1.4", "setting", "number: 4 → 3"): _ANY_DIGIT,
}
"""Still right, or not observable; with the reason. They must pass."""

_ENDLESS = (
    "The training never ends, so the time limit ends it, and the checks see nothing of what fit "
    "was given. The message says that there were too many epochs."
)
UNNAMED: dict[Key, str] = {
    ("2.4.3", "setting", 'monitor: "val_accuracy" → "val_loss"'): _ENDLESS,
    ("2.4.3", "argument", 'EarlyStopping without monitor="val_accuracy"'): _ENDLESS,
    ("2.4.3", "argument", "fit without validation_data=(X_test, y_test)"): _ENDLESS,
    ("2.4.3", "argument", "fit without callbacks=[monitor_val_acc, modelCheckpoint]"): _ENDLESS,
    ("3.3.1", "other name", "model = accuracy_batch_1"): (
        "The second training stops the file: a number has no fit. The message quotes the line."
    ),
    ("3.3.2", "layer moved", "BatchNormalization() behind its next"): (
        "The layers are made in a loop, so six of seven are wrong; the first of them is shown."
    ),
    ("3.4.1", "units", 'Dense(1, activation="sigmoid"): 1 → 0'): (
        "Keras itself refuses it, and its words are shown."
    ),
    ("4.2.3", "setting", "axis: 0 → 1"): "The message shows both shapes, and speaks of the size.",
    ("4.3.3", "deleted", "return False"): "The message says that the function goes on.",
}
"""Rejected by a message that does not name the fault; with the reason."""

MAX_UNNAMED = 0.05
"""The share of mutants that may stand in `UNNAMED`."""
