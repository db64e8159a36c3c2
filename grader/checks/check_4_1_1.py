"""Checks for 4.1.1, it's a flow of tensors."""

from functools import cache

import numpy as np

from grader.datasets import banknotes, trained
from grader.evidence.values import (
    Function,
    Graph,
    ModelRef,
    Numbers,
    Other,
    Sequence,
    Symbol,
    Value,
)
from grader.expect.arrays import other_numbers
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check
from grader.expect.value_words import kind_text
from grader.places import Said
from grader.sizes import shape_text

HINTS = (
    "The layers stand in `model.layers`. Each of them knows the tensor that flows into it and "
    "the one that flows out. Nothing has to be computed for the first two steps.",
    "A layer has the attributes `input` and `output`. `keras.Function` takes a list of inputs "
    "and a list of outputs. So what it makes takes a list, too, and returns one.",
    "`inp` and `out` are `model.layers[0].input` and `model.layers[0].output`. The function is "
    "made by `keras.Function([inp], [out])`; call it with a list that holds `X_test`, and take "
    "the first item of what it returns.",
)

WATCH = ("keras.Function.call",)

TOLERANCE = 1e-3
"""How far an output may lie off, so that three digits are enough. They go up to about 3."""


def _notes() -> np.ndarray:
    return np.asarray(banknotes.load_split()[2], dtype=np.float32)


@cache
def _true() -> np.ndarray:
    """Return what the given network's first layer makes of the test notes, (412, 2)."""
    return _first_layer_of(_notes())


def _first_layer_of(notes: np.ndarray) -> np.ndarray:
    weights, biases = trained.load("banknotes").layers[0].get_weights()
    return np.asarray(np.maximum(notes.astype(np.float32) @ weights + biases, 0))


def _names() -> list[str]:
    return [str(layer.name) for layer in trained.load("banknotes").layers]


def _close(got: np.ndarray, wanted: np.ndarray) -> bool:
    return got.shape == wanted.shape and bool(np.all(np.abs(got - wanted) <= TOLERANCE))


def _single(found: Value) -> Value:
    """Return what a list of one holds; `keras.Function` takes and returns such lists."""
    match found:
        case Sequence(items=[item]):
            return item
        case _:
            return found


def _symbol(evidence: Evidence, name: str, what: str) -> Symbol:
    """Expect a tensor without values under NAME; return it."""
    expected = f"the {what} tensor of the first layer"
    found = _single(evidence.value(name, expected))
    match found:
        case Symbol():
            return found
        case Numbers():
            message = "These are numbers. A layer's tensors only stand for what flows through it."
        case Other(type="Dense" | "InputLayer"):
            message = f"This is a layer. Its {what} tensor is one of its attributes."
        case ModelRef():
            message = "This is a network. Go to its first layer, and take the tensor from there."
        case _:
            message = f"`{name}` holds something else than this step asks for."
    raise CheckFailed(
        expected=expected,
        got=kind_text(found),
        message=message,
        line=evidence.line_of(name),
        cause=f"name {name}",
    )


@check(points=1)
def test_inp(evidence: Evidence) -> None:
    """`inp` is the tensor that flows into the first layer."""
    found = _symbol(evidence, "inp", "input")
    if found.layer_type != "InputLayer" or found.shape[-1:] != (4,):
        raise CheckFailed(
            expected="the tensor that flows into the first layer: 4 numbers a note",
            got=kind_text(found),
            message="This is what flows out of the first layer. What flows in?"
            if found.layer == _names()[0]
            else "Look at which layer you take the tensor from, and from which end of it.",
            line=evidence.line_of("inp"),
            cause="inp",
        )


def _expect_out(evidence: Evidence) -> None:
    found = _symbol(evidence, "out", "output")
    if found.layer == _names()[0] and found.shape[-1:] == (2,):
        return
    if found.layer_type == "InputLayer":
        message = "This is what flows into the first layer. What flows out?"
    elif found.layer == _names()[-1]:
        message = "This is the end of the network. The first layer stands at the list's other end."
    else:
        message = "Look at which layer you take the tensor from."
    raise CheckFailed(
        expected="the tensor that flows out of the first layer: 2 numbers a note",
        got=kind_text(found),
        message=message,
        line=evidence.line_of("out"),
        cause="out",
    )


@check(points=2)
def test_out(evidence: Evidence) -> None:
    """`out` is the tensor that flows out of the first layer."""
    _expect_out(evidence)


def _cause(evidence: Evidence) -> str:
    """Return the fault that is behind a wrong function: a wrong `out`, or one of its own."""
    try:
        _expect_out(evidence)
    except CheckFailed as failure:
        return failure.cause
    return "inp_to_out"


def _wrong_function(evidence: Evidence, got: Said, message: Said) -> CheckFailed:
    return CheckFailed(
        expected="a function from 4 numbers a note to the first layer's 2",
        got=got,
        message=message,
        line=evidence.line_of("inp_to_out"),
        cause=_cause(evidence),
    )


@check(points=3)
def test_inp_to_out(evidence: Evidence) -> None:
    """`inp_to_out` computes what the first layer makes of its input."""
    found = evidence.value("inp_to_out", "a function")
    if not isinstance(found, Graph | ModelRef):
        # A function of the learner's own, or a layer, cannot be looked into.
        mine = _given_array(evidence) if isinstance(found, Function | Other) else None
        if mine is not None and _close(mine, _true()):
            return
        raise _wrong_function(
            evidence,
            kind_text(found),
            "Let `keras.Function` make the function, from `inp` and `out`.",
        )
    try:
        model = evidence.model_by_number(found.number, "inp_to_out")
        outputs = np.squeeze(model.predict(_notes()))
    except CheckFailed as failure:
        raise _wrong_function(evidence, failure.got, failure.message) from None
    if _close(outputs, _true()):
        return
    whole = outputs.shape == (len(_notes()),)
    raise _wrong_function(
        evidence,
        f"a function to {'1 number' if whole else 'other numbers'} a note",
        "The function runs through the whole network. It should stop after the first layer."
        if whole
        else "The function does not compute what the given network's first layer does.",
    )


def _given_array(evidence: Evidence) -> np.ndarray | None:
    """Return `layer_output`; where the file only printed it, what the function returned.

    None where there is neither.
    """
    if evidence.has("layer_output"):
        try:
            return _array(evidence)
        except CheckFailed:
            return None
    calls = [*evidence.calls("keras.Function.call"), *evidence.calls("predict")]
    for call in sorted(calls, key=lambda call: call.position):
        result = _single(call.result)
        if isinstance(result, Numbers) and result.file is not None:
            array = evidence.load(result)
            if _close(array, _true()):
                return array
    return None


def _array(evidence: Evidence) -> np.ndarray:
    """Return `layer_output` without the list that the function puts around it."""
    array = evidence.array("layer_output").astype(float)
    return array[0] if array.ndim == 3 and len(array) == 1 else array


def _is_taken_out_of_an_array(evidence: Evidence) -> bool:
    """Whether the function returned the array itself, not a list with the array in it."""
    calls = evidence.calls("keras.Function.call")
    return any(
        isinstance(call.result, Numbers)
        and call.result.file is not None
        and _close(evidence.load(call.result), _true())
        for call in calls
    )


def _blame_for_shape(evidence: Evidence, got: np.ndarray) -> str:
    notes, shape = len(_notes()), got.shape
    if shape == (2,) and _is_taken_out_of_an_array(evidence):
        return (
            "These are the two numbers of the first note. `inp_to_out` was not made with a list of "
            "outputs, so what it returns is the array itself, and no list with the array in it."
        )
    if shape == (2,):
        return "These are two numbers, as of a single note. Keep the whole array."
    if shape in {(notes, 1), (notes,)}:
        return "This is one number a note, as of the whole network or of a single neuron."
    if shape == _notes().shape and _close(got, _notes()):
        return "These are the measurements of the notes. Nothing has flowed yet."
    if _close(got, _first_layer_of(banknotes.load_split()[0])):
        return "This is what the first layer makes of `X_train`. The step asks for the test notes."
    if shape[1:] == (2,):
        return f"These are numbers of {shape[0]} notes. Look at what you give to the function."
    return "Look at what you give to the function, and at what you keep of what it returns."


def _blame_for_values(evidence: Evidence, got: np.ndarray) -> str:
    true = _true()
    if _close(np.maximum(got, 0), true):
        return "There are negative numbers: the layer's activation is missing."
    if _close(got[:, ::-1], true):
        return "The two neurons are swapped. Keep the columns as they come."
    if any(np.mean(np.isclose(got, np.round(true, digits))) > 0.99 for digits in (0, 1)):
        return "The numbers are rounded. Keep them as they come."
    if not evidence.trainings:
        return "This is not what the given network's first layer makes of the test notes."
    return "The network was trained once more, so its first layer is not the given one any more."


@check(points=3, needs=("inp_to_out",))
def test_layer_output(evidence: Evidence) -> None:
    """`layer_output` is what the first layer makes of the test notes."""
    true, line = _true(), evidence.line_of("layer_output")
    if "layer_output" not in evidence.values and _given_array(evidence) is not None:
        evidence.tip("Give what the function returns the name `layer_output`, to go on with it.")
        return
    got = _array(evidence)
    if got.shape != true.shape:
        raise CheckFailed(
            expected=f"`layer_output` of shape {shape_text(true.shape)}",
            got=f"shape {shape_text(got.shape)}",
            message=_blame_for_shape(evidence, got),
            line=line,
        )
    off = ~(np.abs(got - true) <= TOLERANCE)
    if off.any():
        raise other_numbers(got, true, off, _blame_for_values(evidence, got), line)
    if isinstance(evidence.values.get("layer_output"), Sequence):
        evidence.tip("`layer_output` is a list around the array: `[0]` takes the array out.")
