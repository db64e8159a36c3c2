"""What was written otherwise in the Keras of 2019, and what is said of it today."""

from __future__ import annotations

import re

from msgspec import Struct

from grader.tips.renamed import old_name
from grader.verdict import Fact


class Idiom(Struct, frozen=True):
    """Something that was written otherwise, or meant something else."""

    name: str
    """What is old. An error may tell of it in other words than its line does: two texts then."""
    text: str
    """What is said of it."""
    tells: Fact | None = None
    """The fact that this is, if checks may tell it as well."""


class Sighting(Struct, frozen=True):
    """An idiom, and the line that it stands in."""

    line: int
    idiom: Idiom


_LAYER_MODULES = (
    "core|normalization|convolutional|convolutional_recurrent|recurrent|embeddings|"
    "advanced_activations|merge|pooling|noise|local|wrappers"
)
_MODULES = {
    r"(tensorflow\.)?keras\.wrappers\.scikit_learn": (
        "`from scikeras.wrappers import KerasClassifier`"
    ),
    r"keras\.preprocessing\.text": "`from tensorflow.keras.preprocessing.text import Tokenizer`",
    rf"(tensorflow\.)?keras\.layers\.({_LAYER_MODULES})": "`from keras.layers import …`",
    r"(tensorflow\.)?keras\.utils\.np_utils": "`from keras.utils import to_categorical`",
    r"(tensorflow\.)?keras\.utils\.(vis_utils|generic_utils)": "`from keras.utils import …`",
    r"(tensorflow\.)?keras\.engine": "`from keras import …`",
    r"(tensorflow\.)?keras\.backend\.function": "`keras.Function([inp], [out])`",
}
METHODS = {
    "predict_classes": "`model.predict(X).argmax(axis=1)` for softmax, or "
    "`(model.predict(X) > 0.5).astype(int)` for sigmoid",
    "predict_proba": "`model.predict(X)`",
    "fit_generator": "`model.fit(…)`",
    "evaluate_generator": "`model.evaluate(…)`",
    "predict_generator": "`model.predict(…)`",
}
"""Methods of models that are gone, and what to write."""

HISTORY_KEYS = {"acc": "accuracy", "val_acc": "val_accuracy"}

LR = Idiom("lr=", "`lr=` is called `learning_rate=` today.")
LR_OF_OPTIMIZER = Idiom(".lr", "`.lr` of an optimizer is called `.learning_rate` today.")
FUNCTION = Idiom(
    "K.function",
    "`keras.backend.function`, or `K.function`, is gone. Write `keras.Function([inp], [out])`.",
)
MODEL_FILE = Idiom(
    "file of a model", "Keras saves whole models in files that end in `.keras` today."
)
WEIGHTS_FILE = Idiom(
    "file of weights", "Keras saves weights in files that end in `.weights.h5` today."
)
CHECKPOINT_OF_WEIGHTS = Idiom(
    "save_weights_only=",
    "With `save_weights_only`, Keras saves the weights alone, in files that end in `.weights.h5` "
    "today. Without it, Keras saves the whole model.",
)
INPUT_LENGTH = Idiom(
    "input_length=",
    "`input_length=` does nothing any more. Put `keras.Input((length,))` in front.",
)
UNBUILT = Idiom(
    INPUT_LENGTH.name,
    "The model does not know yet how many numbers it takes. Put `keras.Input` in front.",
)
ADADELTA = Idiom(
    "adadelta",
    "`adadelta` learns slowly today: its rate is 0.001 where it used to be 1.0. "
    "`Adadelta(learning_rate=1.0)` is the old one.",
)
BUILD_FN = Idiom("build_fn=", "`build_fn=` of KerasClassifier is called `model=` today.")
BUILT = Idiom(
    "network that is built",
    "Give KerasClassifier the function itself. A network that is made already is copied "
    "for each part, with the same weights to start from.",
    Fact.BUILT,
)
NO_NETWORK = Idiom(
    "KerasClassifier without a network",
    "Tell KerasClassifier what makes its networks; that is its `model`.",
)
UNDECLARED = Idiom(
    "parameters that are not declared",
    "Name the parameter when you make the KerasClassifier, with a value to start from.",
    Fact.UNDECLARED,
)


def moved(name: str, *, contents: bool = False) -> Idiom | None:
    """Return what is said of a module's full name; None where it is still there.

    With CONTENTS also of the name of something in the module.
    """
    rest = r"(\..*)?" if contents else ""
    for pattern, today in _MODULES.items():
        if re.fullmatch(pattern + rest, name):
            return Idiom(name, f"`{name}` has moved. Write {today}.")
    return None


def gone(name: str) -> Idiom | None:
    """Return what is said of the full name of something that is gone, or called otherwise."""
    text = old_name(name)
    return Idiom(name, text) if text else None


def method_gone(name: str) -> Idiom:
    """Return what is said of a method of models, one of METHODS."""
    return Idiom(f".{name}", f"`.{name}` is gone. Write {METHODS[name]}.", Fact.METHOD_GONE)


def history_key(key: str) -> Idiom:
    """Return what is said of a History's key, one of HISTORY_KEYS."""
    return Idiom(
        f"history[{key!r}]",
        "The history keeps a metric under its own name: "
        # who writes one of them writes the other, too
        + ", and ".join(f"{new!r}, not {old!r}" for old, new in HISTORY_KEYS.items())
        + ".",
    )


def logged(key: str) -> Idiom:
    """Return what is said of such a key, of what a callback is told."""
    return Idiom(
        f"logs[{key!r}]",
        f"`logs` has a metric under its own name: {HISTORY_KEYS[key]!r}, not {key!r}.",
    )


def metric_to_watch(key: str) -> Idiom:
    """Return what is said of such a key, given to a callback."""
    return Idiom(
        f"monitor={key!r}",
        f"There is no metric {key!r} to watch: it is called {HISTORY_KEYS[key]!r}.",
        Fact.NOT_MEASURED,
    )


def undeclared(parameters: list[str]) -> Idiom:
    """Return what is said of parameters that a search cannot find in a KerasClassifier."""
    words = " and ".join(f"`{parameter}`" for parameter in parameters)
    return Idiom(
        UNDECLARED.name,
        f"A search cannot find {words} in this KerasClassifier. Name "
        f"{'each of them' if len(parameters) > 1 else 'it'} there, with a value to start from.",
        Fact.UNDECLARED,
    )
