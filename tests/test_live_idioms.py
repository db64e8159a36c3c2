"""Answers in the spelling of 2019, graded: each is told its line and what to write today."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from corpus import Change, answer_source, bare, edit, steps
from old_spellings import (
    ACC,
    ADADELTA,
    BUILD_FN,
    BUILT,
    CLASSES,
    CLASSIFIER,
    FIT,
    FUNCTION,
    KERAS_FILE,
    LAYERS,
    LENGTH,
    ONE_HOT,
    PROBABILITIES,
    RATE,
    RATE_OF,
    SEARCHED,
    TOKENIZER,
    VAL_ACC,
    VAL_ACC_WATCHED,
    WEIGHTS_FILE,
)
from words import tips_of, words_of

from grader.catalogue import find
from grader.places import Line
from grader.verdict import Verdict


@dataclass(frozen=True)
class Old:
    """An answer in the spelling of 2019, in the exercise where it fits.

    Args:
        name: of the idiom.
        exercise: id.
        change: from the reference solution.
        tip: that must come first, without its line.
        at: words of the line that it must name.
        status: of the verdict.
    """

    name: str
    exercise: str
    change: Change
    tip: str
    at: str
    status: str = "error"


def optimizer(new: str) -> Change:
    """Return a change of how 3.4.1 makes its optimizer, with a call so that it is made."""
    return steps(f"""
def create_model(learning_rate, activation):
    {new}
    return Sequential([Input((30,)), Dense(1)])

create_model(0.1, "relu")
""")


STOP = 'monitor_val_acc = EarlyStopping(monitor="val_accuracy", patience=5)'
CHECKPOINT = '"best_banknote_model.keras"'
SHORT = ("epochs=50", "epochs=1")
KEYS = 'history.history["accuracy"], history.history["val_accuracy"]'
CHOSEN = "preds_chosen = np.argmax(preds, axis=1)"
FUNCTION_LINE = "inp_to_out = keras.Function([inp], [out])"
SEARCH = """
model = KerasClassifier(model=create_model, verbose=0)
search = RandomizedSearchCV(model, {}, n_iter=1, cv=KFold(3))
search.fit(X[:30], y[:30])
"""
LIVE = [
    Old("rate", "3.4.1", optimizer("opt = Adam(lr=learning_rate)"), RATE, "lr="),
    Old("rate, hidden in settings", "3.4.1", optimizer("kwargs = {'lr': 0.1}; Adam(**kwargs)"), RATE, "**"),
    Old("rate, of a renamed class", "3.4.1", optimizer("made = [Adam]; made[0](decay=0.1, lr=0.1)"), RATE, "made"),
    Old("rate of the optimizer", "2.1.3", steps("print(model.optimizer.lr)"), RATE_OF, "lr"),
    Old("rate of the optimizer, by getattr", "2.1.3", steps("print(getattr(model.optimizer, 'l' + 'r'))"), RATE_OF, "getattr"),
    Old("val_acc watched", "2.4.2", edit((STOP, STOP.replace("accuracy", "acc"))), VAL_ACC_WATCHED, "EarlyStopping("),
    Old("val_acc watched, put together", "2.4.2", edit((STOP, STOP.replace('"val_accuracy"', '"val_" + "acc"'))),
        VAL_ACC_WATCHED, "model.fit("),
    Old("key acc", "2.4.1", edit(SHORT, (KEYS, KEYS.replace("accuracy", "acc"))), ACC, "plot_accuracy(h"),
    Old("key acc, in a loop", "2.4.1", edit(SHORT, (f"plot_accuracy({KEYS})", """
for key in ("acc", "val_acc"):
    print(history.history[key])
""")), ACC, "history[key]"),
    Old("key val_acc, in a table", "2.4.1", edit(SHORT, (f"plot_accuracy({KEYS})", """
import pandas as pd
curves = pd.DataFrame(history.history)
print(curves["val_acc"])
""")), VAL_ACC, "curves["),
    Old("hdf5", "2.4.3", edit((CHECKPOINT, CHECKPOINT.replace(".keras", ".hdf5"))), KERAS_FILE, "hdf5"),
    Old("hdf5, under a name", "2.4.3", edit((f"ModelCheckpoint({CHECKPOINT}, ", "ModelCheckpoint(path, "),
                                            ("modelCheckpoint = ", f"path = {CHECKPOINT.replace('keras', 'hdf5')}\nmodelCheckpoint = ")),
        KERAS_FILE, "(path"),
    Old("hdf5 for weights", "2.4.3", edit((f"{CHECKPOINT}, ", '"best" + ".h5", save_weights_only=True, ')), WEIGHTS_FILE, "h5"),
    Old("K.function", "4.1.1", edit((FUNCTION_LINE, "import keras.backend as K\ninp_to_out = K.function([inp], [out])")),
        FUNCTION, "= K"),
    Old("K.function, through TensorFlow", "4.1.1",
        edit((FUNCTION_LINE, "import tensorflow as tf\ninp_to_out = tf.keras.backend.function([inp], [out])")), FUNCTION, "= tf"),
    Old("K.function, by getattr", "4.1.1", edit((FUNCTION_LINE, "inp_to_out = getattr(keras.backend, 'function')([inp], [out])")),
        FUNCTION, "getattr"),
    Old("K.function, imported", "4.1.1", edit((FUNCTION_LINE, "from keras.backend import function\nfunction([inp], [out])")),
        "`keras.backend.function` has moved. Write `keras.Function", "from keras.backend"),
    Old("scikit_learn", "3.4.3", edit(("from scikeras.wrappers", "from keras.wrappers.scikit_learn")), CLASSIFIER, "scikit_learn"),
    Old("scikit_learn, through TensorFlow", "3.4.3", edit(("from scikeras.wrappers", "from tensorflow.keras.wrappers.scikit_learn")),
        CLASSIFIER, "scikit_learn"),
    Old("scikit_learn, by its name", "3.4.3", steps("import importlib\nimportlib.import_module('keras.wrappers.scikit' + '_learn')"),
        CLASSIFIER, "import_module"),
    Old("a search of names that are not declared", "3.4.2", steps(SEARCH.format("{'learning_rate': [0.1, 0.01]}")), SEARCHED,
        "model = KerasClassifier("),
    Old("such a search, put together", "3.4.2", steps(SEARCH.format("dict([('learning_rate', [0.1, 0.01])])")),
        "Name the parameter when you make the KerasClassifier", "search.fit(X["),
    Old("Tokenizer", "4.3.1", edit(("from tensorflow.keras", "from keras")), TOKENIZER, "text import"),
    Old("Tokenizer, by its full name", "4.3.1", edit(("Tokenizer()", "keras.preprocessing.text.Tokenizer()"), ("from grader", "import keras\nfrom grader")),
        TOKENIZER, "keras.preprocessing.text.Tokenizer()"),
    Old("input_length", "4.3.2", edit(("model.add(Input((3,)))\n", ""), ("vocab_size, 8)", "vocab_size, 8, input_length=3)"),
                                      ("model.summary()", "model.count_params()")), LENGTH, "input_length"),
    Old("input_length, among settings", "4.3.2", edit(("model.add(Input((3,)))\n", ""), ("vocab_size, 8)", "vocab_size, 8, **{'input_length': 3})"),
                                                      ("model.summary()", "model.count_params()")), "Put `keras.Input` in front", "count_params"),
    Old("layers.core", "2.1.2", edit(("from keras.layers import", "from keras.layers.core import")), LAYERS, "core"),
    Old("normalization", "3.3.2", bare("from keras.layers.normalization import BatchNormalization\n"), LAYERS, "normalization"),
    Old("normalization, by getattr", "3.3.2", steps("import keras\ngetattr(keras.layers, 'normalization')"), LAYERS, "getattr"),
    Old("np_utils", "2.2.2", edit(("from keras.utils import to_categorical", "from keras.utils import np_utils")), ONE_HOT, "np_utils"),
    Old("np_utils, the module", "2.2.2", steps("import keras\ncompetitors = keras.utils.np_utils.to_categorical([1])"), ONE_HOT, "np_utils"),
    Old("predict_classes", "2.2.4", edit((CHOSEN, "preds_chosen = model.predict_classes(coords_small_test)")), CLASSES, "_classes"),
    Old("predict_classes, by getattr", "2.2.4", edit((CHOSEN, "preds_chosen = getattr(model, 'predict_' + 'classes')(coords_small_test)")),
        CLASSES, "getattr"),
    Old("predict_proba", "2.2.4", edit(("model.predict(", "model.predict_proba(")), PROBABILITIES, "_proba"),
    Old("fit_generator", "2.1.3", edit(("model.fit(X_train, y_train", "model.fit_generator(zip(X_train, y_train)")), FIT, "_generator"),
    # what runs today, but otherwise than it did
    Old("accuracy of several outputs", "2.3.1", edit(('"binary_accuracy"]', '"accuracy"]')), "'binary_accuracy'|`binary_accuracy`|\"binary_accuracy\"", "",
        "passed"),
    Old("build_fn", "3.4.3", edit(("model=create_model, epochs=50", "build_fn=create_model, epochs=1")), BUILD_FN, "build_fn", "failed"),
    Old("a network that is built", "3.4.3", edit(("model=create_model, epochs=50", "model=create_model(), epochs=1")), BUILT, "create_model()", "failed"),
    Old("adadelta", "4.1.3", edit(("autoencoder.summary()", "import numpy as np\nX = np.zeros((9, 784))\nautoencoder.fit(X, X)")),
        ADADELTA, "autoencoder.compile(", "passed"),
]  # fmt: skip


@pytest.mark.parametrize("old", LIVE, ids=lambda old: old.name)
def test_an_answer_of_2019_is_told_what_to_write_today(
    old: Old, grade_source: Callable[..., Verdict]
) -> None:
    exercise = find(old.exercise)
    source = answer_source(exercise.solution.read_text("utf-8"), old.change)
    verdict = grade_source(exercise, source)
    told = words_of(verdict)
    assert verdict.status == old.status, told
    assert "Traceback (most recent call last)" not in told
    assert verdict.tips, told
    tips = tips_of(verdict)
    if not old.at:
        assert re.search(old.tip, tips[0]), tips
        return
    lines = source.splitlines()
    line = next(number for number, text in enumerate(lines, 1) if old.at in text)
    assert old.tip in tips[0], tips
    assert verdict.tips[0].place == Line(line), (line, tips)
    assert len(set(tips)) == len(tips)


def test_what_a_check_tells_of_an_old_spelling_is_no_tip_too(
    grade_source: Callable[..., Verdict],
) -> None:
    exercise = find("2.4.2")
    watched = STOP.replace("accuracy", "acc").replace("patience", 'mode="max", patience')
    change = edit((STOP, watched), ("epochs=1000", "epochs=2"))
    source = answer_source(exercise.solution.read_text("utf-8"), change)
    verdict = grade_source(exercise, source)
    monitor = next(check for check in verdict.checks if check.name == "monitor")
    assert (verdict.status, monitor.status) == ("failed", "failed"), words_of(verdict)
    assert "It measures 'val_accuracy'" in str(monitor.message)
    line = 1 + source.splitlines().index(watched)
    assert monitor.line == line
    assert not [tip for tip in tips_of(verdict) if "val_acc" in tip]
