"""Errors of TensorFlow about numbers that stand for things, and are too large: words, classes."""

from __future__ import annotations

import ast
import re

from grader.tips.failure import Failure
from grader.verdict import Tip


def out_of_range(failure: Failure) -> Tip | None:
    """Tell of a word's number, or a class's, that a model does not provide for."""
    return _word(failure) or _class(failure) or _code(failure)


def _word(failure: Failure) -> Tip | None:
    found = re.search(
        r"indices\[[\d,]*\] = (-?\d+) is not in \[0, (\d+)\)\s.*embedding",
        failure.message,
        re.DOTALL,
    )
    if not found:
        return None
    number, size = int(found[1]), int(found[2])
    text = (
        f"The Embedding provides for the numbers 0 to {size - 1}: its first argument, `input_dim`, "
        f"is {size}. It got {number}."
    )
    if number >= size:
        text += " `input_dim` must be larger than the largest number of all data."
    layers = failure.call.layers if failure.call is not None else []
    lines = [layer.line for layer in layers if layer.type == "Embedding"]
    return failure.tip(text, lines[0] if len(lines) == 1 else None)


def _class(failure: Failure) -> Tip | None:
    found = re.search(
        r"Received a label value of (-?\d+) which is outside the valid range of \[0, (\d+)\)",
        failure.message,
    )
    if not found:
        return None
    label, outputs = int(found[1]), int(found[2])
    text = (
        f"There is a label {label}, and the model gives {outputs} numbers, for the classes 0 to "
        f"{outputs - 1}. "
    )
    if label < 0:
        return failure.tip(text + "Classes are counted from 0.")
    begin = (
        "If your labels begin with 1, subtract 1 from them. Else the" if label == outputs else "The"
    )
    return failure.tip(f"{text}{begin} last layer needs a neuron for each class.")


def _code(failure: Failure) -> Tip | None:
    """Tell of a `to_categorical` that was told of fewer classes than its codes have."""
    found = re.search(r"index (\d+) is out of bounds for axis 1 with size (\d+)", failure.message)
    calls = [node for node in failure.nodes() if isinstance(node, ast.Call)]
    called = [node for node in calls if ast.unparse(node.func).endswith("to_categorical")]
    if not found or len(called) != 1:
        return None
    code, size = int(found[1]), int(found[2])
    return failure.tip(
        f"There is a class with the number {code}, and `num_classes` makes room for {size} of "
        f"them, 0 to {size - 1}. Without `num_classes`, Keras counts the classes itself.",
        called[0].lineno,
    )
