"""Errors at run time that an old spelling is to blame for, also where it is well hidden."""

from __future__ import annotations

import re

from grader.evidence.record import Raised
from grader.tips.origins import MODELS, OPTIMIZERS
from grader.tips.renamed import ARGUMENTS, ATTRIBUTES, old_argument
from grader.tips.vocabulary import (
    CHECKPOINT_OF_WEIGHTS,
    FUNCTION,
    HISTORY_KEYS,
    LR,
    LR_OF_OPTIMIZER,
    METHODS,
    MODEL_FILE,
    NO_NETWORK,
    UNBUILT,
    UNDECLARED,
    WEIGHTS_FILE,
    Idiom,
    gone,
    history_key,
    logged,
    method_gone,
    metric_to_watch,
    moved,
)

_ERRORS = {
    r"not recognized: \{.*'lr':": LR,
    r"must end in `\.keras`": MODEL_FILE,
    r"using `save_weights_only=True`.* must end in `\.weights\.h5`": CHECKPOINT_OF_WEIGHTS,
    r"must end in `\.weights\.h5`": WEIGHTS_FILE,
    r"(?s)Invalid parameter.*KerasClassifier": UNDECLARED,
    "_keras_build_fn": NO_NETWORK,
    r"`count_params` on layer '.*isn't built": UNBUILT,
}
"""What errors say of an idiom, by patterns in their messages."""


def idiom_behind(raised: Raised, source: str) -> Idiom | None:
    """Return the idiom that an error tells of; None where it is about something else."""
    message = raised.message
    for pattern, idiom in _ERRORS.items():
        if re.search(pattern, message):
            return idiom
    if found := re.search(r"received monitor=((val_)?acc),", message):
        return metric_to_watch(found[1])
    if found := re.search(r"filepath: .*Reason: \W*((val_)?acc)\b", message):
        return metric_to_watch(found[1])
    key = message.strip("'\"")
    if raised.type == "KeyError" and key in HISTORY_KEYS:
        if ".history" in source:
            return history_key(key)
        if re.search(r"\blogs\b", source):
            return logged(key)
    if found := re.search(r"'(\w+)' object has no attribute '(\w+)'", message):
        if found[1] in MODELS and found[2] in METHODS:
            return method_gone(found[2])
        if (found[1] in MODELS or found[1] in ARGUMENTS) and found[2] in ATTRIBUTES:
            return Idiom(f".{found[2]}", ATTRIBUTES[found[2]])
        return LR_OF_OPTIMIZER if found[1] in OPTIMIZERS and found[2] == "lr" else None
    if found := re.search(
        r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'"
        r"|Unrecognized keyword arguments passed to (\w+): {'(\w+)'",
        message,
    ):
        owner, name = (part for part in found.groups() if part)
        if text := old_argument(owner, name):
            return Idiom(f"{owner}({name}=)", text)
    return _idiom_behind_import(message)


def _idiom_behind_import(message: str) -> Idiom | None:
    """Return what is said of a module or name of Keras that Python did not find."""
    if found := re.search(r"No module named '([\w.]+)'", message):
        return gone(found[1]) or moved(found[1], contents=True)
    if found := re.search(r"cannot import name '(\w+)' from '([\w.]+)'", message):
        name = f"{found[2]}.{found[1]}"
        return gone(name) or moved(name, contents=True)
    if found := re.search(r"module '([\w.]+)' has no attribute '(\w+)'", message):
        name = f"{found[1]}.{found[2]}"
        if name.endswith("keras.backend.function"):
            return FUNCTION
        return gone(name) or moved(name, contents=True)
    return None
