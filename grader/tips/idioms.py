"""Keras of 2019 against Keras of today: what old code means now, and how it is said.

Much code in courses and blogs was written for Keras 2.2. Each idiom is found in the
syntax tree, with its line, and named once; if it is what stopped the file, the tip
comes first. What the syntax tree does not show, the error at run time may.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from grader.submission import Submission
from grader.tips.old_estimators import UNDECLARED, old_estimators
from grader.tips.origins import MODELS, OPTIMIZERS, Origins

Found = tuple[int, str]
"""The line of an idiom, and what to say of it."""

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
_METHODS = {
    "predict_classes": "`model.predict(X).argmax(axis=1)`",
    "predict_proba": "`model.predict(X)`",
    "fit_generator": "`model.fit(…)`",
    "evaluate_generator": "`model.evaluate(…)`",
    "predict_generator": "`model.predict(…)`",
}
_HISTORY_KEYS = {"acc": "accuracy", "val_acc": "val_accuracy"}
_WATCHERS = {"EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"}
LR = "`lr=` is called `learning_rate=` today."
LR_OF_OPTIMIZER = "`.lr` of an optimizer is called `.learning_rate` today."
FUNCTION = "`K.function` is gone. Write `keras.Function([inp], [out])`."
MODEL_FILE = "Keras saves whole models in files that end in `.keras` today."
WEIGHTS_FILE = "Keras saves weights in files that end in `.weights.h5` today."
INPUT_LENGTH = "`input_length=` does nothing any more. Put `keras.Input((length,))` in front."
UNBUILT = "The model does not know yet how many numbers it takes. Put `keras.Input` in front."
ADADELTA = (
    "`adadelta` learns slowly today: its rate is 0.001 where it used to be 1.0. "
    "`Adadelta(learning_rate=1.0)` is the old one."
)


def _moved(name: str, today: str) -> str:
    return f"`{name}` has moved. Write {today}."


def _method_gone(name: str) -> str:
    return f"`.{name}` is gone. Write {_METHODS[name]}."


def _history_key(key: str) -> str:
    return f"The history keeps a metric under its own name: {_HISTORY_KEYS[key]!r}, not {key!r}."


def _metric_to_watch(key: str) -> str:
    return f"There is no metric {key!r} to watch: it is called {_HISTORY_KEYS[key]!r}."


def _found(tree: ast.Module) -> Iterator[Found]:
    """Yield each idiom's line, and what to say of it."""
    names = Origins(tree)
    handled = _handled(tree)
    old_keys = set() if _asks_for_acc(tree, names) else set(_HISTORY_KEYS) - _keys_cared_for(tree)
    trains = any(isinstance(node, ast.Attribute) and node.attr == "fit" for node in ast.walk(tree))
    for node in ast.walk(tree):
        if node in handled:
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _old_imports(node)
        elif isinstance(node, ast.Call):
            yield from _old_arguments(node, names, old_keys)
            yield from old_estimators(node, names)
            if trains and _is_slow_adadelta(node, names):
                yield node.lineno, ADADELTA
        elif isinstance(node, ast.Attribute):
            yield from _old_attributes(node, names)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            key = node.slice.value
            if key in old_keys and names.is_history(node.value):
                yield node.lineno, _history_key(key)


def _handled(tree: ast.Module) -> set[ast.AST]:
    """Return what stands in a `try` that is ready for it to fail, with another way to do it."""
    errors = {"ImportError", "ModuleNotFoundError", "KeyError", "AttributeError", "ValueError"}
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            caught = [part for h in node.handlers if h.type for part in ast.walk(h.type)]
            if any(isinstance(part, ast.Name) and part.id in errors for part in caught):
                found.update(part for statement in node.body for part in ast.walk(statement))
    return found


def _asks_for_acc(tree: ast.Module, names: Origins) -> bool:
    """Whether a metric is asked for as 'acc': then that is its name."""
    values: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "metrics":
            values.append(node.value)
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            values += [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == "metrics"]
    parts = [part for value in values for part in ast.walk(value)]
    for part in list(parts):
        if isinstance(part, ast.Name):
            parts += [p for value in names.values.get(part.id, []) for p in ast.walk(value)]
    return any(isinstance(part, ast.Constant) and part.value == "acc" for part in parts)


def _keys_cared_for(tree: ast.Module) -> set[str]:
    """Return the keys that the file writes itself, or asks for before it reads them."""
    nodes: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            nodes.append(node.slice)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            nodes.append(node.left)
    return {str(node.value) for node in nodes if isinstance(node, ast.Constant)}


def _old_imports(node: ast.Import | ast.ImportFrom) -> Iterator[Found]:
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
    )
    if isinstance(node, ast.ImportFrom):
        names += [f"{node.module}.{name.name}" for name in node.names]
    for name in names:
        for pattern, today in _MODULES.items():
            if re.fullmatch(rf"{pattern}(\..*)?", name):
                yield node.lineno, _moved(name, today)
                return


def _old_attributes(node: ast.Attribute, names: Origins) -> Iterator[Found]:
    if node.attr == "lr" and names.is_optimizer(node.value):
        yield node.lineno, LR_OF_OPTIMIZER
    elif node.attr in _METHODS and node.attr not in names.functions:
        # scikit-learn's classifiers, and KerasClassifier, still have predict_proba
        if node.attr != "predict_proba" or _is_keras_model(node.value, names):
            yield node.lineno, _method_gone(node.attr)
    else:
        full = names.of(node)
        if re.fullmatch(r"(tensorflow\.)?keras\.backend\.function", full):
            yield node.lineno, FUNCTION
            return
        for pattern, today in _MODULES.items():
            if re.fullmatch(pattern, full):
                yield node.lineno, _moved(full, today)


def _is_keras_model(node: ast.AST, names: Origins) -> bool:
    """Whether this is a name for a Keras model, made here or given."""
    if not isinstance(node, ast.Name):
        return False
    if node.id not in names.own:
        return True
    return any(names.last_of(call.func) in MODELS for call in names.calls_behind(node))


def _old_arguments(node: ast.Call, names: Origins, old_keys: set[str]) -> Iterator[Found]:
    name = names.last_of(node.func)
    arguments = {keyword.arg: keyword.value for keyword in node.keywords}
    values = [*node.args, *arguments.values()]
    texts = [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
    if name in OPTIMIZERS and "lr" in arguments:
        yield node.lineno, LR
    if name in _WATCHERS:
        yield from ((node.lineno, _metric_to_watch(key)) for key in texts if key in old_keys)
    if name == "ModelCheckpoint":
        weights = arguments.get("save_weights_only")
        if isinstance(weights, ast.Constant) and weights.value:
            old, text = r".*(?<!\.weights)\.(hdf5|h5)", WEIGHTS_FILE
        else:
            old, text = r".*\.(hdf5|h5)", MODEL_FILE
        if any(re.fullmatch(old, value) for value in texts):
            yield node.lineno, text
    if name == "Embedding" and "input_length" in arguments:
        yield node.lineno, INPUT_LENGTH


def _is_slow_adadelta(node: ast.Call, names: Origins) -> bool:
    """Whether this call chooses adadelta with the rate that it has by itself."""
    if names.last_of(node.func) == "Adadelta":
        return not node.args and all(keyword.arg != "learning_rate" for keyword in node.keywords)
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "compile":
        return False
    chosen = node.args[:1] + [k.value for k in node.keywords if k.arg == "optimizer"]
    return any(isinstance(c, ast.Constant) and str(c.value).lower() == "adadelta" for c in chosen)


def static_tips(tree: ast.Module) -> list[str]:
    """Return a tip per idiom in the file, each with its first line."""
    tips: dict[str, int] = {}
    for line, text in sorted(_found(tree)):
        tips.setdefault(text, line)
    return [f"Line {line}: {text}" for text, line in tips.items()]


def runtime_tips(ended: dict[str, Any], submission: Submission, tips: list[str]) -> list[str]:
    """Put the tips for the line that stopped the file first; add what only the error tells."""
    line = ended.get("line")
    texts = [text for found, text in sorted(_found(submission.tree)) if found == line]
    if not texts:
        told = _told_by_error(str(ended.get("type")), str(ended.get("message")), submission)
        # what is to blame may stand on another line, and have its tip already
        sign = _SIGNS.get(told, told)
        written = [tip for tip in tips if sign and sign in tip]
        if written:
            return written + [tip for tip in tips if tip not in written]
        texts = [told] if told and line else []
    here = [f"Line {line}: {text}" for text in dict.fromkeys(texts)]
    return here + [tip for tip in tips if tip.partition(": ")[2] not in texts]


def _told_by_error(kind: str, message: str, submission: Submission) -> str:
    """Return what an error says of an idiom, "" where it is about something else."""
    for pattern, text in _ERRORS.items():
        if re.search(pattern, message):
            return text
    if found := re.search(r"received monitor=((val_)?acc),", message):
        return _metric_to_watch(found[1])
    if found := re.search(r"filepath: .*Reason: \W*((val_)?acc)\b", message):
        return _metric_to_watch(found[1])
    key = message.strip("'\"")
    if kind == "KeyError" and key in _HISTORY_KEYS and ".history" in submission.source:
        return _history_key(key)
    if found := re.search(r"'(\w+)' object has no attribute '(\w+)'", message):
        if found[1] in MODELS and found[2] in _METHODS:
            return _method_gone(found[2])
        return LR_OF_OPTIMIZER if found[1] in OPTIMIZERS and found[2] == "lr" else ""
    return _told_by_import(message)


def _told_by_import(message: str) -> str:
    """Return where a module or name of Keras is today that Python did not find."""
    name = ""
    if found := re.search(r"No module named '([\w.]+)'", message):
        name = found[1]
    elif found := re.search(r"cannot import name '(\w+)' from '([\w.]+)'", message):
        name = f"{found[2]}.{found[1]}"
    elif found := re.search(r"module '([\w.]+)' has no attribute '(\w+)'", message):
        name = f"{found[1]}.{found[2]}"
        if name.endswith("keras.backend.function"):
            return FUNCTION
    for pattern, today in _MODULES.items():
        if re.fullmatch(rf"{pattern}(\..*)?", name):
            return _moved(name, today)
    return ""


_ERRORS = {
    r"not recognized: \{.*'lr':": LR,
    r"must end in `\.keras`": MODEL_FILE,
    r"must end in `\.weights\.h5`": WEIGHTS_FILE,
    r"(?s)Invalid parameter.*KerasClassifier": UNDECLARED,
    "_keras_build_fn": "Tell KerasClassifier what makes its networks; that is its `model`.",
    "has never been called and thus has no defined": (
        "A Sequential has no `.input` and `.output` of its own today. Its layers have, and "
        "there are `model.inputs` and `model.outputs`, which are lists."
    ),
    r"`count_params` on layer '.*isn't built": UNBUILT,
}
"""What errors say of an idiom, by patterns in their messages."""

_SIGNS = {UNDECLARED: "A search cannot find", UNBUILT: "`input_length=`"}
"""Words in the tip for what is to blame, where they differ from the error's own."""
