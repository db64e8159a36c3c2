"""What errors mean that come of features and labels with different numbers of rows."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import Held
from grader.evidence.values import shape_of
from grader.sizes import shape_text
from grader.tips.failure import Failure
from grader.tips.shapes import is_as_given
from grader.verdict import Tip


def rows_differ(failure: Failure) -> Tip | None:
    """Tell of more features than labels, or fewer."""
    if "Data cardinality is ambiguous" not in failure.message:
        return None
    rows = re.findall(r"'\w+' sizes: (\d+)", failure.message)
    features = shape_of(failure.call.arguments.get("x")) if failure.call is not None else None
    if features and len(features) == 2 and rows == [str(size) for size in features]:
        return failure.tip(
            f"The features have the shape {shape_text(features)}, and there are {rows[1]} labels: "
            "each row must be a sample. Are the samples columns here? `.T` makes rows of columns."
        )
    counted = f": {' and '.join(rows)}" if len(rows) == 2 else ""
    text = f"Features and labels have different numbers of rows{counted}. "
    if parted := _parts_of_one(failure):
        return failure.tip(*parted)
    if wrong := _features_for_labels(failure):
        return failure.tip(f"{text}{wrong}")
    for name, value, line in failure.assigned():
        whole = failure.held.get(name, Held("")).shape
        if not whole or len(rows) != 2 or str(whole[0]) != max(rows, key=int):
            continue
        if _cuts_columns(value):
            return failure.tip(
                f"{text}`{name}` still has all {whole[0]} rows. In square brackets, what stands "
                "before a comma takes rows, what stands behind it takes columns.",
                line,
            )
        if isinstance(value, ast.Name) and failure.behind.get(value.id, Held("")).shape == whole:
            return failure.tip(f"{text}`{name}` is the whole of `{value.id}`.", line)
    return failure.tip(
        f"{text}Each sample has one label; take both from the same part of the data."
    )


def _features_for_labels(failure: Failure) -> str:
    """Tell of given features that stand where their labels belong; "" of anything else."""
    first, second = failure.features(), failure.labels()
    if not isinstance(first, ast.Name) or not isinstance(second, ast.Name):
        return ""
    labels = {features: name for name, features in failure.known.labels.items()}
    if second.id not in labels or first.id not in labels:
        return ""
    if not is_as_given(failure, second.id):
        return ""
    return (
        f"`{second.id}` are features, too, and no labels. The labels that belong to `{first.id}` "
        f"are `{labels[first.id]}`."
    )


def _parts_of_one(failure: Failure) -> tuple[str, int] | None:
    """Tell of the two parts of one array, taken for features and labels; with the line."""
    call = failure.call
    for node in ast.walk(failure.tree) if call is not None else ():
        match node:
            case ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=first), ast.Name(id=second)])],
                value=ast.Call(func=function, args=[whole]),
            ) if ast.unparse(function).endswith("train_test_split"):
                if {first, second} <= failure.names() and node.lineno < failure.line:
                    return (
                        f"`train_test_split` cuts what it is given, and it was given "
                        f"`{ast.unparse(whole)}` alone: `{first}` and `{second}` are two parts of "
                        "that. Features and their labels must be cut at the same places, such as "
                        "by one slice for both.",
                        node.lineno,
                    )
    return None


def _cuts_columns(value: ast.expr) -> bool:
    """Whether this takes all rows of an array, and some columns: `X[:, :5]`."""
    if not isinstance(value, ast.Subscript) or not isinstance(value.slice, ast.Tuple):
        return False
    return ast.unparse(value.slice.elts[0]) == ":"
