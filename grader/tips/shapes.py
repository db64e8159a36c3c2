"""What errors mean that come of data, labels and shapes that do not fit a network."""

from __future__ import annotations

import ast
import re

from grader.tips.failure import Failure
from grader.verdict import Tip

_SHAPE = r"\(([^()]*)\)"


def labels_do_not_fit(failure: Failure) -> Tip | None:
    """Tell of labels that have not the form of what the model gives."""
    if "must have rank (ndim) `target.ndim - 1`" in failure.message:
        return failure.tip(
            "The sparse categorical crossentropy takes the numbers of the classes as labels, not "
            "one-hot rows."
        )
    found = re.search(
        rf"target\.shape={_SHAPE}, output\.shape={_SHAPE}|Shapes {_SHAPE} and {_SHAPE} are incomp"
        r"|Incompatible shapes: \[([\d,]*)\] vs\.? \[([\d,]*)\]"
        r"|Dimensions must be equal, .* with input shapes: \[([^\[\]]*)\], \[([^\[\]]*)\]",
        failure.message,
    )
    if not found or not failure.calls("fit", "evaluate", "train_on_batch", "test_on_batch"):
        return None
    target, output = (_axes(text) for text in found.groups() if text is not None)
    in_a_label, outputs = (shape[-1] if len(shape) > 1 else "1" for shape in (target, output))
    text = f"A label has {_numbers(in_a_label)}, but the model gives {_numbers(outputs)}."
    if in_a_label == "1" and outputs != "1":
        text += (
            " For the categorical crossentropy, labels of several classes must be one-hot: a "
            "column for each class."
        )
    else:
        text += " The last layer needs a neuron for each column of the labels."
    return failure.tip(text)


def features_do_not_fit(failure: Failure) -> Tip | None:
    """Tell of features that have not the form of what the model takes."""
    message = failure.message
    if found := re.search(
        rf"expected axis -1 of input shape to have value (\d+), .* with shape {_SHAPE}", message
    ):
        wanted, got = ["None", found[1]], _axes(found[2])
    elif found := re.search(
        rf"Expected shape {_SHAPE}, but input has incompatible shape {_SHAPE}", message
    ) or re.search(rf"expected shape={_SHAPE}, found shape={_SHAPE}", message):
        wanted, got = _axes(found[1]), _axes(found[2])
    elif found := re.search(r"expected (?:min_)?ndim=(\d+), found ndim=(\d+)", message):
        return failure.tip(
            f"A layer takes arrays of {found[1]} axes, the samples included, but what comes before "
            f"it gives {found[2]}."
        )
    else:
        return None
    if len(wanted) == len(got) == 2:
        text = f"The model takes {_numbers(wanted[1])} for each sample, but got {got[1]}."
    elif got == wanted[1:]:
        text = "A single sample needs an axis in front as well: an array of one row."
    else:
        shapes = (", ".join(["n", *shape[1:]]) + "," * (len(shape) == 1) for shape in (wanted, got))
        text = "The model takes arrays of shape ({}), but got one of shape ({}).".format(*shapes)
    if failure.calls("fit", "evaluate"):
        text += " Features come first, labels second."
    return failure.tip(text)


def shape_is_no_tuple(failure: Failure) -> Tip | None:
    """Tell of a number, or of the data, where a shape is wanted."""
    found = re.search(r"Cannot convert '(.*)' to a shape", failure.message, re.DOTALL)
    if not found:
        return None
    if re.fullmatch(r"\d+", found[1]):
        return failure.tip(
            f"A shape is a tuple, also where it has one number only: `({found[1]},)`, with a comma."
        )
    return failure.tip(
        "A shape is a tuple that says how many numbers a sample has, `(2,)`; it is not the data."
    )


def size_is_no_pair(failure: Failure) -> Tip | None:
    """Tell of one number where an image's two are wanted."""
    if "'int' object is not subscriptable" not in failure.message:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.keyword) and node.arg == "target_size":
            size = ast.unparse(node.value)
            return failure.tip(
                f"`target_size` takes two numbers, rows and columns: `({size}, {size})`."
            )
    return None


def no_array(failure: Failure) -> Tip | None:
    """Tell of a list or a range where an array is wanted."""
    found = re.search(r"Unrecognized data type: .*of type <class '(\w+)'>", failure.message)
    if not found:
        return None
    return failure.tip(
        f"Keras takes arrays here, and got a {found[1]}. `np.array` makes an array of it."
    )


def no_list_of_arrays(failure: Failure) -> Tip | None:
    """Tell of an array where a list of arrays is wanted."""
    if "calling Function.call()" not in failure.message:
        return None
    if "invalid input structure" not in failure.message:
        return None
    return failure.tip(
        "This function takes a list with an array for each of its inputs, so brackets are needed "
        "also where there is only one."
    )


def rows_differ(failure: Failure) -> Tip | None:
    """Tell of more features than labels, or fewer."""
    if "Data cardinality is ambiguous" not in failure.message:
        return None
    rows = re.findall(r"'\w+' sizes: (\d+)", failure.message)
    counted = f": {' and '.join(rows)}" if len(rows) == 2 else ""
    return failure.tip(
        f"Features and labels have different numbers of rows{counted}. Each sample has one label; "
        "take both from the same part of the data."
    )


def _axes(shape: str) -> list[str]:
    """Return the sizes in a shape's text, `None, 4`."""
    return [size.strip() for size in shape.split(",") if size.strip()]


def _numbers(count: str) -> str:
    return "1 number" if count == "1" else f"{count} numbers"
