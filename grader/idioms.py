"""Keras of 2019 against Keras of today: what old code means now, and how it is said.

Much code in courses and blogs was written for Keras 2.2. Each idiom is found in the
syntax tree, with its line, and named once; if it is what stopped the file, the tip
comes first.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from grader.submission import Submission

_MODULES = {
    r"(tensorflow\.)?keras\.wrappers(\..*)?": "`from scikeras.wrappers import KerasClassifier`",
    r"keras\.preprocessing\.text": "`from tensorflow.keras.preprocessing.text import Tokenizer`",
    r"keras\.layers\.(core|normalization|convolutional|recurrent|embeddings)(\..*)?": (
        "`from keras.layers import …`"
    ),
    r"keras\.utils\.np_utils": "`from keras.utils import to_categorical`",
    r"keras\.engine(\..*)?": "`from keras import …`",
    r"(tensorflow\.)?keras\.backend\.function": "`keras.Function([inp], [out])`",
}
_METHODS = {
    "predict_classes": "`model.predict(X).argmax(axis=1)`",
    "predict_proba": "`model.predict(X)`",
    "fit_generator": "`model.fit(…)`",
    "evaluate_generator": "`model.evaluate(…)`",
}
_HISTORY_KEYS = {"acc": "accuracy", "val_acc": "val_accuracy"}


def _found(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield each idiom's line, and what to say of it."""
    asks_for_acc = any(
        isinstance(node, ast.keyword)
        and node.arg == "metrics"
        and any(isinstance(part, ast.Constant) and part.value == "acc" for part in ast.walk(node))
        for node in ast.walk(tree)
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _old_imports(node)
        elif isinstance(node, ast.Call):
            yield from _old_arguments(node, asks_for_acc)
        elif isinstance(node, ast.Attribute):
            if node.attr in _METHODS:
                yield node.lineno, f"`.{node.attr}` is gone. Write {_METHODS[node.attr]}."
            elif node.attr == "lr" and isinstance(node.value, ast.Attribute):
                yield node.lineno, "`.lr` of an optimizer is called `.learning_rate` today."
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            key = node.slice.value
            if isinstance(key, str) and key in _HISTORY_KEYS and not asks_for_acc:
                yield (
                    node.lineno,
                    f"The history keeps a metric under its own name: {_HISTORY_KEYS[key]!r}, "
                    f"not {key!r}.",
                )


def _old_imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[int, str]]:
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
    )
    if isinstance(node, ast.ImportFrom):
        names += [f"{node.module}.{name.name}" for name in node.names]
    for name in names:
        for pattern, today in _MODULES.items():
            if re.fullmatch(pattern, name):
                yield node.lineno, f"`{name}` has moved. Write {today}."
                return


def _old_arguments(node: ast.Call, asks_for_acc: bool) -> Iterator[tuple[int, str]]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    arguments = {keyword.arg: keyword.value for keyword in node.keywords}
    values = [*node.args, *arguments.values()]
    texts = [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]
    if "lr" in arguments:
        yield node.lineno, "`lr=` is called `learning_rate=` today."
    if name in {"EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"} and not asks_for_acc:
        for key in texts:
            if key in _HISTORY_KEYS:
                yield (
                    node.lineno,
                    f"There is no metric {key!r} to watch: it is called {_HISTORY_KEYS[key]!r}.",
                )
    if name == "ModelCheckpoint" and any(text.endswith((".hdf5", ".h5")) for text in texts):
        yield node.lineno, "Keras saves whole models in files that end in `.keras` today."
    if name == "function" and isinstance(function, ast.Attribute):
        owner = function.value
        if (isinstance(owner, ast.Name) and owner.id in {"K", "k", "backend"}) or (
            isinstance(owner, ast.Attribute) and owner.attr == "backend"
        ):
            yield node.lineno, "`K.function` is gone. Write `keras.Function([inp], [out])`."
    if name == "Embedding" and "input_length" in arguments:
        yield (
            node.lineno,
            "`input_length=` does nothing any more. Put `keras.Input((length,))` in front.",
        )


def static_tips(tree: ast.Module) -> list[str]:
    """Return a tip per idiom in the file, each with its first line."""
    tips: dict[str, int] = {}
    for line, text in sorted(_found(tree)):
        tips.setdefault(text, line)
    return [f"Line {line}: {text}" for text, line in tips.items()]


def runtime_tips(ended: dict[str, Any], submission: Submission, tips: list[str]) -> list[str]:
    """Put the tips for the line that stopped the file first; add what only the error tells."""
    line, message = ended.get("line"), str(ended.get("message"))
    here = [tip for tip in tips if tip.startswith(f"Line {line}:")]
    if not here and re.search(r"not recognized: \{'lr'", message):
        here = [f"Line {line}: `lr=` is called `learning_rate=` today."]
    if not here and "val_acc" in message and "val_accuracy" not in message:
        here = [f"Line {line}: the metric is called 'val_accuracy', not 'val_acc'."]
    if not here and "Invalid parameter" in message and "KerasClassifier" in message:
        here = [
            f"Line {line}: name the parameter when you make the KerasClassifier, or search "
            "for it as `model__NAME`.",
        ]
    if not here and "_keras_build_fn" in message:
        here = [f"Line {line}: tell KerasClassifier what makes its networks; that is its `model`."]
    if not here and "has never been called and thus has no defined" in message:
        here = [
            f"Line {line}: a Sequential has no `.input` and `.output` of its own today. Its "
            "layers have, and there are `model.inputs` and `model.outputs`, which are lists.",
        ]
    return here + [tip for tip in tips if tip not in here]
