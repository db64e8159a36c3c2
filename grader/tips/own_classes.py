"""Errors of classes that a learner derives from Keras's: models, layers, callbacks."""

from __future__ import annotations

import ast
import re

from grader.tips.failure import Failure
from grader.verdict import Tip

_GETS = {
    "on_epoch_begin": "epoch", "on_epoch_end": "epoch", "on_train_batch_begin": "batch",
    "on_train_batch_end": "batch", "on_batch_begin": "batch", "on_batch_end": "batch",
    "on_test_batch_begin": "batch", "on_test_batch_end": "batch", "on_train_begin": "",
    "on_train_end": "", "on_test_begin": "", "on_test_end": "",
}  # fmt: skip
"""Methods of callbacks, and what each gets in front of the numbers."""


def own_class(failure: Failure) -> Tip | None:
    """Tell of a class of the file's own that Keras cannot work with."""
    return _not_begun(failure) or _other_arguments(failure)


def _classes(failure: Failure) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in ast.walk(failure.tree) if isinstance(node, ast.ClassDef)}


def _methods(made: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in made.body if isinstance(node, ast.FunctionDef)}


def _is_of_keras(made: ast.ClassDef) -> bool:
    """Whether a class is derived from one of Keras's, as its name tells."""
    bases = [ast.unparse(base).rpartition(".")[2] for base in made.bases]
    return any(base.endswith(("Model", "Layer", "Callback", "Sequential")) for base in bases)


def _not_begun(failure: Failure) -> Tip | None:
    """Tell of an `__init__` that leaves out that of the class which it is derived from."""
    found = re.search(r"'(\w+)' object has no attribute '_\w+'", failure.message)
    forgot = re.search(r"forgot to call `super\(\)\.__init__\(\)`", failure.message)
    for name, made in _classes(failure).items():
        begins = _methods(made).get("__init__")
        if begins is None or not _is_of_keras(made) or (found and found[1] != name):
            continue
        calls = [node for node in ast.walk(begins) if isinstance(node, ast.Attribute)]
        if (found or forgot) and all(node.attr != "__init__" for node in calls):
            return failure.tip(
                f"`__init__` of `{name}` does not call `super().__init__()`. That comes first: it "
                "makes what Keras needs.",
                begins.lineno,
            )
    return None


def _other_arguments(failure: Failure) -> Tip | None:
    """Tell of a callback's method that does not take what Keras calls it with."""
    found = re.search(r"(\w+)\.(on_\w+)\(\) (?:takes|missing|got an unexpected)", failure.message)
    made = _classes(failure).get(found[1]) if found else None
    if not found or made is None or found[2] not in _GETS:
        return None
    method = _methods(made).get(found[2])
    gets = ", ".join(part for part in ("self", _GETS[found[2]], "logs=None") if part)
    return failure.tip(
        f"Keras calls `{found[2]}` with arguments of its own: define it as "
        f"`def {found[2]}({gets})`.",
        method.lineno if method is not None else None,
    )
