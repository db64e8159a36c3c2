"""Texts among the data that a model is given, which computes with numbers."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import FailedCall, Held
from grader.evidence.values import Texts, Value, shape_of
from grader.tips.failure import Failure
from grader.verdict import Tip

_COMPUTES = "Keras computes with numbers"
_SHOWN = 3


def texts_as_data(failure: Failure, call: FailedCall) -> Tip | None:
    """Tell of features or labels that are texts, or have texts among them."""
    if not re.search(
        "Invalid dtype|Unsupported object type|Failed to convert a NumPy|could not convert string",
        failure.message,
    ):
        return None
    for name, what in (("x", "features"), ("y", "labels")):
        value = call.arguments.get(name)
        text = _columns(value, what) if value is not None else ""
        if not text and isinstance(value, Texts):
            text = _array(failure, value, what)
        if text:
            return failure.tip(text)
    return None


def _columns(value: Value, what: str) -> str:
    """Tell of the columns of a table that hold texts; "" of others."""
    if shape_of(value) is None:
        return ""
    columns = getattr(value, "columns", None) or [getattr(value, "column", None)]
    held = [c for c in columns if c is not None and isinstance(c.values, Texts)]
    texts = [
        column.name
        for column in held
        if column.dtype != "object" or not all(map(_is_number, column.values.items))
    ]
    if not texts:
        return ""
    if what == "labels":
        return (
            f"{_COMPUTES}, and the column {texts[0]!r} of the labels has none: give each different "
            "text a number first."
        )
    return _of_features([repr(name) for name in texts])


def _of_features(columns: list[str]) -> str:
    """Tell of columns without numbers; one of them may be the labels, left in by mistake."""
    if len(columns) == 1:
        return (
            f"{_COMPUTES}, and the column {columns[0]} of the features has none. Leave it out, or, "
            "if it is to be a feature, give each different text a number first."
        )
    shown = ", ".join(columns[:_SHOWN]) + "…" * (len(columns) > _SHOWN)
    return (
        f"{_COMPUTES}, and the columns {shown} of the features have none. Leave them out, or, if "
        "they are to be features, give each different text a number first."
    )


def _array(failure: Failure, array: Texts, what: str) -> str:
    """Tell of an array that holds texts, or lists."""
    if lengths := _lengths_of_lists(array):
        if len(set(lengths)) == 1:
            return (
                f"The {what} are an array that holds lists, not numbers. `np.stack` makes one "
                "array of numbers of them."
            )
        return (
            f"The {what} are lists of different lengths, and an array of numbers has rows of one "
            "length. `keras.utils.pad_sequences` makes one of them."
        )
    if len(array.shape) == 1 and what == "features":
        return (
            f"{_COMPUTES}, and each of the features is a text. A TextVectorization layer makes "
            "numbers of words."
        )
    if what == "features" and (columns := _columns_of_array(failure, array)):
        return _of_features(columns)
    return (
        f"{_COMPUTES}, and the {what} are an array that holds something else, texts for example. "
        "Leave these columns out, or make numbers of them."
    )


def _columns_of_array(failure: Failure, array: Texts) -> list[str]:
    """Return the columns of an array that hold texts, by the names that its table has for them."""
    if len(array.shape) != 2 or not array.shape[1]:
        return []
    width = array.shape[1]
    texts = [n for n in range(width) if not all(map(_is_number, array.items[n::width]))]
    names = _names_of_columns(failure, width)
    return [repr(names[n]) if names else f"{n} (counted from 0)" for n in texts]


def _names_of_columns(failure: Failure, width: int) -> list[str]:
    """Return the names of the columns, where `table.values` is what a model is given."""
    given = failure.features()
    given = given.func if isinstance(given, ast.Call) else given
    if not isinstance(given, ast.Attribute) or given.attr not in {"values", "to_numpy"}:
        return []
    table = given.value
    names: list[str] = []
    if isinstance(table, ast.Name):
        held = failure.held.get(table.id, Held(""))
        names = held.keys if held.type == "DataFrame" and held.shape else []
    elif isinstance(table, ast.Subscript) and isinstance(table.slice, ast.List):
        parts = [part.value for part in table.slice.elts if isinstance(part, ast.Constant)]
        names = [part for part in parts if isinstance(part, str)]
    return names if len(names) == width else []


def _lengths_of_lists(array: Texts) -> list[int]:
    """Return how long the lists are that are the items of an array; [] where others are there."""
    lists = [re.fullmatch(r"\[([^\[\]]*)\]", item) for item in array.items]
    inside = [found[1].replace(",", " ").split() for found in lists if found]
    return [len(one) for one in inside] if len(inside) == len(array.items) else []


def _is_number(text: str) -> bool:
    """Whether what was shown as a text is a number, of Python's or NumPy's."""
    try:
        float(text)
    except ValueError:
        return text in {"True", "False"}
    return True
