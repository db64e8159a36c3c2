"""What errors mean that come of data and shapes that do not fit a network."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import FailedCall, LayerFacts
from grader.evidence.values import shape_of
from grader.sizes import batch_text, shape_text
from grader.tips.bindings import lines_of_bindings
from grader.tips.failure import Failure
from grader.tips.origins import Origins
from grader.verdict import Fact, Tip

SHAPE = r"\(([^()]*)\)"
WITH_LABELS = {"fit", "evaluate", "train_on_batch", "test_on_batch"}


def features_do_not_fit(failure: Failure) -> Tip | None:
    """Tell of features that have not the form of what the model takes."""
    message = failure.message
    takes = _input_of(failure.call)
    if one_by_one := _not_in_batches(failure, takes):
        return failure.tip(one_by_one)
    if _is_single(failure.call, takes):
        text = _single(failure, takes or [])
        if _is_all_of_them(failure, failure.features()):
            return failure.tip(text, line_of_input(failure), Fact.INPUT_AXES)
        return failure.tip(text)
    if in_front := _axis_in_front(failure, takes):
        return failure.tip(in_front)
    if "Cannot take the length of shape with unknown rank" in message:
        return _row_for_column(failure, takes)
    if found := re.search(
        rf"expected axis -1 of input shape to have value (\d+), .* with shape {SHAPE}", message
    ):
        got = _as_given(failure.call, axes(found[2]))
        wanted = takes or ["None", found[1]]
        if wanted[-1] != found[1] or (takes is None and len(got) != 2):
            return None
    elif found := re.search(
        rf"Expected shape {SHAPE}, but input has incompatible shape {SHAPE}", message
    ) or re.search(rf"expected shape={SHAPE}, found shape={SHAPE}", message):
        wanted, got = axes(found[1]), _as_given(failure.call, axes(found[2]))
    elif found := re.search(r"expected (?:min_)?ndim=(\d+), found ndim=(\d+)", message):
        return failure.tip(
            f"A layer takes arrays of {found[1]} axes, the samples included, but what comes before "
            f"it gives {found[2]}."
        )
    else:
        return None
    if len(wanted) == len(got) == 2:
        text = f"The model takes {numbers(wanted[1])} for each sample, but got {got[1]}."
        rows = shape_of(failure.call.arguments.get("x")) if failure.call is not None else None
        if wanted[1] == "1" != got[1] and rows is not None and rows[:1] == (1,):
            text += _one_row_of(got[1])
    elif got == wanted[1:] or _is_single(failure.call, wanted):
        text = _single(failure, wanted)
    else:
        text = (
            f"The model takes arrays of shape {batch_text(['n', *wanted[1:]])}, but got one of "
            f"shape {batch_text(['n', *got[1:]])}."
        )
        given = comes_as_it_is(failure, failure.call.layers if failure.call else [])
        odd = "" if _are_swapped(failure.call, wanted) else _odd_axis(failure.call, wanted, got)
        if odd and given and "missing" not in odd:
            text += " The network comes as it is: look at the data."
        elif odd:
            of_input = "of its input" in odd or "model's input" in odd
            if of_input:
                return failure.tip(text + odd, line_of_input(failure), Fact.INPUT_AXES)
            return failure.tip(text + odd)
    if _are_swapped(failure.call, wanted):
        text += " Features come first, labels second."
    elif labels := _labels_given(failure):
        text += f" {labels}"
    return failure.tip(text, tells=Fact.INPUT_AXES if failure.features() is not None else None)


def _one_row_of(count: str) -> str:
    return (
        f" One row of {count} numbers is one sample. `reshape(-1, 1)` puts each number in a row of "
        "its own."
    )


def _row_for_column(failure: Failure, takes: list[str] | None) -> Tip | None:
    """Tell of a row of numbers, where a model takes one number for each sample."""
    rows = shape_of(failure.call.arguments.get("x")) if failure.call is not None else None
    if takes is None or takes[1:] != ["1"] or not rows or len(rows) != 2 or rows[0] != 1:
        return None
    text = f"The model takes 1 number for each sample, but got {rows[1]}."
    return failure.tip(text + _one_row_of(str(rows[1])))


def _labels_given(failure: Failure) -> str:
    """Tell of labels that were given in place of their features; "" of others."""
    given = failure.features()
    name = given.id if isinstance(given, ast.Name) else ""
    features = failure.known.labels.get(name)
    if features is None or not all(is_as_given(failure, one) for one in (name, features)):
        return ""
    return f"`{name}` are the labels; the features that belong to them are `{features}`."


def is_as_given(failure: Failure, name: str) -> bool:
    """Whether a file gives a name no other value than the exercise does."""
    given = [
        node.lineno
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value).endswith(".load_split()")
    ]
    return set(lines_of_bindings(failure.tree).get(name, [])) <= set(given)


def _not_in_batches(failure: Failure, takes: list[str] | None) -> str:
    """Tell of a dataset that gives one sample at a time; "" of others."""
    found = re.search(rf"has incompatible shape {SHAPE}", failure.message)
    names = [n for n, held in failure.held.items() if held.type.endswith("Dataset")]
    if not found or not takes or len(names) != 1 or axes(found[1]) != takes[1:]:
        return ""
    return (
        f"The dataset `{names[0]}` gives one sample at a time, and a model takes several at once. "
        "`.batch(32)` of a dataset puts 32 of them together."
    )


def _as_given(call: FailedCall | None, got: list[str]) -> list[str]:
    """Return the shape that data had before Keras took an axis of one off its end, or put one on.

    Keras does so before it complains, and complains of what it has made itself.
    """
    given = [str(size) for size in shape_of(call.arguments.get("x")) or ()] if call else []
    if len(given) > 1 and got[1:] in ([*given[1:], "1"], given[1:-1] if given[-1] == "1" else []):
        return given
    return got


def _axis_in_front(failure: Failure, takes: list[str] | None) -> str:
    """Tell of samples that got one more axis, as only a single one needs it; "" of others."""
    shape = shape_of(failure.call.arguments.get("x")) if failure.call is not None else None
    if failure.kind != "ValueError" or not shape or not takes:
        return ""
    if shape[0] != 1 or [str(size) for size in shape[2:]] != takes[1:]:
        return ""
    text = (
        f"The model takes arrays of shape {batch_text(['n', *takes[1:]])}, but got one of shape "
        f"{batch_text(shape)}: it has an axis too many in front."
    )
    known = {**failure.behind, **failure.held}
    samples = [name for name, held in known.items() if held.shape == shape[1:]]
    if len(samples) != 1:
        return text
    return (
        f"{text} `{samples[0]}` is an array of samples already; only a single sample needs one "
        "more axis."
    )


def _single(failure: Failure, takes: list[str]) -> str:
    """Tell of one sample, where a model takes an array of samples."""
    given = failure.features()
    name = ast.unparse(given) if given is not None else ""
    what = f"`{name}`" if 0 < len(name) < SHORT else "this"
    sample = takes[1:]
    if _is_all_of_them(failure, given):
        shape = shape_text(sample)
        return (
            f"The model was told that one sample has the shape {shape}. That is the shape of all "
            f"of {what}, with the number of its samples in front."
        )
    return (
        f"The model takes arrays of shape {batch_text(['n', *sample])}, but got one of shape "
        f"{shape_text(sample)}: {what} is one sample. A single sample needs an axis in front as "
        f"well: the shape {shape_text(['1', *sample])}."
    )


def _is_all_of_them(failure: Failure, given: ast.expr | None) -> bool:
    """Whether what a model got is all samples of an exercise: their whole shape was one's."""
    if not isinstance(given, ast.Name) or given.id not in failure.known.given:
        return False
    changed = [node.value for name, node in failure.assignments() if name == given.id]
    parts = [part for value in changed for part in ast.walk(value)]
    return not any(isinstance(part, ast.Name) and part.id == given.id for part in parts)


SHORT = 40
"""As long as an expression may be to be named."""


def _input_of(call: FailedCall | None) -> list[str] | None:
    """Return the shape that a model takes, the samples first; None where it is not known."""
    first = call.layers[0] if call is not None and call.layers else None
    if first is None or (shape := first.input or first.output) is None:
        return None
    return [str(size) for size in shape]


def _is_single(call: FailedCall | None, takes: list[str] | None) -> bool:
    """Whether a model got one sample of the right shape, and not an array of them."""
    samples = shape_of(call.arguments.get("x")) if call is not None else None
    if not samples or not takes or call is None or call.name != "predict":
        return False
    return len(samples) > 1 and [str(size) for size in samples] == takes[1:]


def _odd_axis(call: FailedCall | None, wanted: list[str], got: list[str]) -> str:
    """Return which axis the model has too many, or lacks."""
    samples = shape_of(call.arguments.get("x")) if call is not None else None
    if len(got) < 2:
        return ""  # labels, or one column: the model is not at fault
    if len(wanted) == len(got) + 1 and wanted[2:] == got[1:]:
        if samples and wanted[1] == str(samples[0]):
            return (
                " The shape of the model's input is that of one sample: the number of samples does "
                "not belong in it."
            )
        return f" There is an axis of length {wanted[1]} too many in the shape of its input."
    if len(wanted) == len(got) + 1 and wanted[1:-1] == got[1:]:
        return " The last axis is missing in the data."
    return ""


def line_of_input(failure: Failure) -> int | None:
    """Return the line that tells a model the shape of its input: of its Input, or first layer."""
    names, call = Origins(failure.tree), failure.call
    inputs = {
        node.lineno
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Call) and names.last_of(node.func) in {"Input", "InputLayer"}
    }
    first = call.layers[0].line if call is not None and call.layers else None
    if len(inputs) == 1 and (first is None or min(inputs) <= first):
        return inputs.pop()
    return first


def _are_swapped(call: FailedCall | None, wanted: list[str]) -> bool:
    """Whether what came second is what the model takes first."""
    if call is None or call.name not in WITH_LABELS:
        return False
    second = shape_of(call.arguments.get("y"))
    return second is not None and [str(size) for size in second[1:]] == wanted[1:]


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
    if found[1] == "str":
        return failure.tip(
            "Keras takes arrays here, and got a text. The name of an array stands without quotes."
        )
    if found[1] == "NoneType":
        return None
    if found[1] in {"int", "float", "bool"}:
        return failure.tip(
            f"Keras takes arrays here, with a row for each sample, and got one number ({found[1]})."
        )
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


def comes_as_it_is(failure: Failure, layers: list[LayerFacts]) -> bool:
    """Whether none of these layers was made by the learner: nothing can be changed about them."""
    return bool(layers) and not any(_is_own(failure, layer) for layer in layers)


def _is_own(failure: Failure, layer: LayerFacts) -> bool:
    """Whether a line of the file makes a layer itself, and does not call what makes it."""
    names = Origins(failure.tree)
    return any(
        isinstance(node, ast.Call)
        and node.lineno <= (layer.line or 0) <= (node.end_lineno or 0)
        and _last(node.func, names) in {layer.type, *_MAKING}
        for node in ast.walk(failure.tree)
    )


def _last(called: ast.expr, names: Origins) -> str:
    """Return the last part of what is called, `add` of `model.add`."""
    return called.attr if isinstance(called, ast.Attribute) else names.last_of(called)


_MAKING = {"add", "Sequential", "Input"}


def axes(shape: str) -> list[str]:
    """Return the sizes in a shape's text, `None, 4`."""
    return [size.strip() for size in shape.split(",") if size.strip()]


def numbers(count: str) -> str:
    """Return `1 number`, or `4 numbers`."""
    return "1 number" if count == "1" else f"{count} numbers"
