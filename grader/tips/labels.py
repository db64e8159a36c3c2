"""What errors mean that come of labels that do not fit what a network gives."""

from __future__ import annotations

import ast
import math
import re

from grader.evidence.record import FailedCall, Held
from grader.evidence.values import shape_of
from grader.places import OnLine, Said, said
from grader.sizes import Axis, shape_text
from grader.tips.failure import Failure, method_calls
from grader.tips.shapes import SHAPE, SHORT, WITH_LABELS, axes, comes_as_it_is, numbers
from grader.verdict import Tip

_LABELS_REFUSED = (
    r"target\.shape=|Shapes .* are incompatible|Incompatible shapes|Dimensions must be equal"
    r"|must have the same (shape|rank)|`target\.ndim - 1`"
)
_RECURRENT = {"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D"}
_FLATTENING = {
    "Flatten", "Reshape", "GlobalAveragePooling1D", "GlobalAveragePooling2D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D",
}  # fmt: skip
_NO_ONE_HOT = (
    "The sparse categorical crossentropy takes the numbers of the classes as labels, not "
    "one-hot rows. Those are for the categorical crossentropy."
)


def labels_do_not_fit(failure: Failure) -> Tip | None:
    """Tell of labels that have not the form of what the model gives."""
    call = failure.call
    if call is not None and call.name in WITH_LABELS:
        labels, outputs = shape_of(call.arguments.get("y")), _outputs(call)
        if call.layer is not None or not labels or not outputs:
            return None
        if not re.search(_LABELS_REFUSED, failure.message):
            return None
        told = _labels_and_outputs(failure, call, ("n", *labels[1:]), ("n", *outputs[1:]))
        return told and failure.tip(*told)
    return _labels_by_words(failure)


def _labels_and_outputs(
    failure: Failure, call: FailedCall, labels: tuple[Axis, ...], outputs: tuple[Axis, ...]
) -> tuple[Said, int | None] | None:
    """Return what is wrong with labels and outputs of these shapes, and the line to blame."""
    given = comes_as_it_is(failure, call.layers[-1:])
    sparse = "sparse" in call.loss
    classes = outputs[-1]
    if sparse and len(labels) == len(outputs) > 1 and labels[-1] == classes != 1:
        return (_NO_ONE_HOT, _line_of_compile(failure))
    if len(outputs) > 2 and len(labels) <= 2:
        return _too_many_outputs(call, labels, outputs, given)
    if len(labels) > len(outputs):
        spare = [size for size in labels if size != 1] == [size for size in outputs if size != 1]
        if not spare and (count := _same_count(labels, outputs)):
            text = (
                f"The labels have the shape {shape_text(labels)}, the outputs of the model "
                f"{shape_text(outputs)}: {count} numbers for each sample in both, in other rows. A "
                "Reshape as the last layer, or `reshape` of the labels, makes them alike."
            )
            return (text, None)
        text = (
            f"The labels have the shape {shape_text(labels)}, the outputs of the model "
            f"{shape_text(outputs)}: the labels have {_axes_too_many(len(labels) - len(outputs))}"
        )
        return (f"{text}, of length 1." if spare else f"{text}.", None)
    in_a_label = labels[-1] if len(labels) > 1 else 1
    if len(labels) <= 2 and in_a_label != classes:
        return _columns_differ(failure, str(in_a_label), str(classes), given)
    if labels != outputs and not sparse:
        text = (
            f"The labels have the shape {shape_text(labels)}, the outputs of the model "
            f"{shape_text(outputs)}. They must be alike."
        )
        return (text, None)
    return None


def _line_of_compile(failure: Failure) -> int | None:
    """Return the line of the only compile of a file, before its error; None of several."""
    lines = [call.line for call in method_calls(ast.walk(failure.tree)) if call.name == "compile"]
    return lines[0] if len(lines) == 1 and lines[0] < failure.line else None


def _same_count(labels: tuple[Axis, ...], outputs: tuple[Axis, ...]) -> int:
    """Return how many numbers a label and an output have, if both have as many; else 0."""
    mine, others = (
        [size for size in shape[1:] if isinstance(size, int)] for shape in (labels, outputs)
    )
    known = len(mine) + len(others) + 2 == len(labels) + len(outputs)
    return math.prod(mine) if known and math.prod(mine) == math.prod(others) else 0


def _axes_too_many(count: int) -> str:
    return "an axis too many" if count == 1 else f"{count} axes too many"


def _too_many_outputs(
    call: FailedCall, labels: tuple[Axis, ...], outputs: tuple[Axis, ...], given: bool
) -> tuple[str, int | None]:
    """Return why a model gives rows and columns, or steps, where a label has none."""
    shapes = (
        f"For each sample the model gives an array of shape {shape_text(outputs[1:])}, and a label "
        f"has the shape {shape_text(labels[1:])}. "
    )
    if len(labels) == 1:
        shapes = (
            f"For each sample the model gives an array of shape {shape_text(outputs[1:])}, and a "
            "label is one number. "
        )
    if given:
        return (f"{shapes}{_GIVEN}", None)
    kinds = [layer.type for layer in call.layers]
    last = next((layer for layer in reversed(call.layers) if layer.sequences), None)
    if last is not None and len(outputs) == 3 and not _FLATTENING & set(kinds):
        alone = sum(layer.type in _RECURRENT for layer in call.layers) == 1
        text = (
            f"The {last.type} returns an output for each step, because of its `return_sequences`. "
        )
        text += (
            "Leave that out: then it gives only its last output."
            if alone
            else "The last one should give only its last output."
        )
        return (shapes + text, last.line)
    first = call.layers[0].input or call.layers[0].output
    if not _FLATTENING & set(kinds) and first is not None and len(first) > 2:
        text = "Nothing in the model makes one row of numbers of them: a Flatten layer does."
        if first is not None and len(first) == len(outputs):
            text = (
                "Nothing in the model makes one row of a sample's numbers: a Flatten layer before "
                "the last Dense layer does."
            )
        return (shapes + text, call.layers[-1].line)
    return (shapes + "They must be alike.", None)


def _labels_by_words(failure: Failure) -> Tip | None:
    """Tell of labels by what the error says, where the call is not known."""
    if "must have rank (ndim) `target.ndim - 1`" in failure.message:
        found = re.search(rf"target\.shape={SHAPE}, output\.shape={SHAPE}", failure.message)
        shapes = [axes(text) for text in found.groups()] if found else [["1", "2"], ["1", "2"]]
        alike = len(shapes[0]) == len(shapes[1])
        return failure.tip(_NO_ONE_HOT, _line_of_compile(failure)) if alike else None
    found = re.search(
        rf"target\.shape={SHAPE}, output\.shape={SHAPE}|Shapes {SHAPE} and {SHAPE} are incomp"
        r"|Incompatible shapes: \[([\d,]*)\] vs\.? \[([\d,]*)\]"
        r"|Dimensions must be equal, .* with input shapes: \[([^\[\]]*)\], \[([^\[\]]*)\]",
        failure.message,
    )
    if not found or not failure.calls("fit", "evaluate", "train_on_batch", "test_on_batch"):
        return None
    target, output = (axes(text) for text in found.groups() if text is not None)
    if len(target) > 2 or len(output) > 2:
        return None
    in_a_label, outputs = (shape[-1] if len(shape) > 1 else "1" for shape in (target, output))
    if in_a_label == outputs:
        return None
    return failure.tip(*_columns_differ(failure, in_a_label, outputs, given=False))


_GIVEN = "The network comes as it is: look at the labels."


def _columns_differ(
    failure: Failure, in_a_label: str, outputs: str, given: bool
) -> tuple[Said, int | None]:
    loss = failure.call.loss if failure.call is not None else ""
    text = f"A label has {numbers(in_a_label)}, but the model gives {numbers(outputs)}."
    if in_a_label == "1" and outputs != "1" and loss in {"", "categorical_crossentropy"}:
        text += (
            " For the categorical crossentropy, labels of several classes must be one-hot: a "
            "column for each class."
        )
        return text, None
    if given:
        what, line = _how_labels_differ(failure, in_a_label)
        return f"{text} {what}", line
    last = failure.call.layers[-1] if failure.call is not None and failure.call.layers else None
    gives: Said = "The model"
    if last is not None:
        where = () if last.line is None else (" ", OnLine(last.line))
        gives = said(f"The last layer of the model, the {last.type}", *where, ",")
    columns = "1 column" if in_a_label == "1" else f"{in_a_label} columns"
    labels = failure.labels()
    written = ast.unparse(labels) if labels is not None else ""
    what = f"the labels, `{written}`," if 0 < len(written) < SHORT else "the labels"
    return (
        said(
            gives,
            f" gives {numbers(outputs)} for each row, and {what} have {columns}. The two must be "
            "equal.",
        ),
        None,
    )


def _how_labels_differ(failure: Failure, in_a_label: str) -> tuple[str, int | None]:
    """Return what was done to the labels that a given network does not take, and on which line."""
    given = failure.labels()
    name = given.id if isinstance(given, ast.Name) else ""
    made = [(value, line) for one, value, line in failure.assigned() if one == name]
    value, line = max(made, key=lambda one: one[1]) if made else (given, None)
    if value is None:
        return _GIVEN, None
    known = {**failure.behind, **failure.held}
    read = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    if made and name in read:
        return f"The network comes as it is; `{name}` gets another value here.", line
    wholes = [one for one in sorted(read) if known.get(one, Held("")).shape]
    text, shape = ast.unparse(value), known[wholes[0]].shape if len(wholes) == 1 else None
    if len(text) >= SHORT or shape is None or len(shape) > 2:
        return _GIVEN, None
    whole = str(shape[1]) if len(shape) == 2 else "1"
    if whole == in_a_label:
        return f"The network comes as it is: look at the labels, `{text}`.", line
    return (
        f"The network comes as it is. `{text}` has {numbers(in_a_label)} in each row, and "
        f"`{wholes[0]}` has {whole}.",
        line,
    )


def _outputs(call: FailedCall) -> tuple[int | None, ...] | None:
    return call.layers[-1].output if call.layers else None
