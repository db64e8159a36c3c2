"""Expectations on how a model is built: its input, its layers, their activations."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import replace

from rich import box
from rich.console import Console
from rich.table import Table

from grader.evidence.record import Raised
from grader.evidence.spans import is_within
from grader.evidence.values import Numbers
from grader.expect import spellings
from grader.expect.empty_models import without_layers
from grader.expect.layers import Layer, arithmetic
from grader.expect.misfits import are_swapped, misfit
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.settings import Deviation, deviations
from grader.expect.specifications import complete
from grader.loops import all_loops
from grader.places import Lines, OnLine, Said, said
from grader.verdict import Fact

_TABLE_WIDTH = 74
"""Columns that a table of layers may take, so that it fits a terminal of 80 behind its indent."""


def expect_input(model: Model, shape: tuple[int, ...], layers: int = 0) -> None:
    """Expect samples of SHAPE, without the batch: `(2,)`.

    Args:
        model: the learner's.
        shape: of one sample.
        layers: how many layers the model should have; 0 where that is not looked at.

    Raises:
        CheckFailed: another shape, or none because the model was not told.
    """
    ended = model.evidence.record.ended
    if isinstance(ended, Raised) and "InputLayer has no positional arguments" in ended.message:
        model.evidence.tip(
            f"An Input stands behind a layer of `{model.name}`. It comes in front of the first one."
        )
    got = model.input_shape
    if got is None and model.evidence.ended_early:
        got = model.shape_asked_for
    anew = _made_anew(model)
    if anew and (got is None or (got != shape and len(model.layers) < layers)):
        raise CheckFailed(
            expected=f"input of shape {shape}",
            got="no input shape" if got is None else f"input of shape {got}",
            message=anew,
            line=model.line,
            cause=f"made anew {model.number}",
        )
    if got is None and not model.keras.layers:
        raise without_layers(model, f"input of shape {shape}")
    if got is None and (lying := model.evidence.written.lines_alone("Input")):
        raise CheckFailed(
            expected=f"input of shape {shape}",
            got="no input shape yet",
            message=f"The `Input` on this line is put nowhere: `{model.name}.add` must get it.",
            line=lying[0],
            cause="unbuilt",
        )
    if got is None:
        raise CheckFailed(
            expected=f"input of shape {shape}",
            got="no input shape yet",
            message=f"`{model.name}` does not know its input, so it has no weights. "
            f"Put `{_input_name(model)}` in front of the first layer.",
            line=model.line,
            cause="unbuilt",
            absent=True,
        )
    if got != shape:
        raise CheckFailed(
            expected=f"input of shape {shape}",
            got=f"input of shape {got}",
            message=_samples_for_size(model, got) or _blame_for_input(got, shape),
            line=_input_line(model),
            tells=Fact.INPUT_AXES if set(got) == set(shape) or len(got) != len(shape) else None,
        )


def _input_name(model: Model) -> str:
    """Return what an Input is called in the learner's file: some exercises import it by itself."""
    return "Input" if model.evidence.is_given("Input") else "keras.Input"


def _samples_for_size(model: Model, got: tuple[int | None, ...]) -> str:
    """Tell of the number of samples, where that of the numbers in one is wanted."""
    evidence = model.evidence
    arrays = [
        (name, value)
        for name, value in evidence.values.items()
        if evidence.is_given(name) and isinstance(value, Numbers)
    ]
    for name, value in arrays:
        if len(got) == 1 and value.shape[:1] == got and got[0] not in value.shape[1:]:
            return (
                f"`{name}` has {got[0]} samples. What the model is told is how many numbers one "
                "sample has."
            )
    return ""


def _blame_for_input(got: tuple[int | None, ...], shape: tuple[int, ...]) -> str:
    """Return what is wrong with such a shape of one sample."""
    more = len(got) - len(shape)
    if more > 0 and shape in (got[more:], got[: len(shape)]):
        place = "in front" if got[more:] == shape else "at the end"
        axes = "There is an axis" if more == 1 else f"There are {more} axes"
        text = f"{axes} too many {place}."
        if place == "at the end" or set(got[:more]) == {1}:
            return text
        return f"{text} What the model is told is the shape of one sample, not of all of them."
    if more < 0 and got == shape[: len(got)]:
        return "The last axis is missing." if more == -1 else "The last axes are missing."
    if len(shape) == 1 and more > 0 and math.prod(size or 0 for size in got) == shape[0]:
        return f"These are {shape[0]} numbers in rows and columns. A sample has them in one row."
    if got != shape and sorted(map(str, got)) == sorted(map(str, shape)):
        return "These are the right sizes in another order."
    return (
        "Look at how many numbers go into the model."
        if len(shape) == 1
        else "Look at the shape that the task gives a single sample."
    )


def _input_line(model: Model) -> int | None:
    """Return the line that says what the model's input is."""
    inputs = getattr(model.keras, "inputs", None) or []
    if len(inputs) == 1:
        return model.line_of_layer(str(inputs[0]._keras_history.operation.name))
    match model.keras.get_config().get("layers"):
        case [{"class_name": "InputLayer", "config": {"name": str(name)}}]:  # nothing behind it
            return model.line_of_layer(name)
        case _:
            return model.line


def expect_layers(
    model: Model,
    input_shape: tuple[int, ...],
    expected: list[Layer],
    besides: frozenset[str] = frozenset(),
) -> None:
    """Expect these kinds and sizes of layers, in this order; activations are another check.

    Args:
        model: the learner's.
        input_shape: of one sample, without the batch.
        expected: as `dense()`, `conv2d()` and so on make them.
        besides: settings of layers that other checks of the exercise look at.

    Raises:
        CheckFailed: at the first layer that differs, with a table of all of them; or a layer
            has a setting that is not asked for.
    """
    wanted = complete(expected, input_shape)
    mine = model.layers
    for position in range(max(len(wanted), len(mine))):
        here = wanted[position] if position < len(wanted) else None
        got = mine[position] if position < len(mine) else None
        if here and got and (here.kind, here.settings) == (got.kind, got.settings):
            fits = got.parameters in (None, here.parameters) and got.uses_bias
            # Of another input the input's own check says so.
            if fits or (position == 0 and model.input_shape != input_shape):
                expect_plain_layer(model, position, got, here.told, besides)
                continue
        if got is None and not model.keras.layers and model.shape_asked_for is None:
            raise without_layers(model, f"{len(wanted)} layers")
        anew = _made_anew(model) if len(mine) < len(wanted) else ""
        here_sum = here.arithmetic if here else ""
        own_sum = _own_arithmetic(mine, position, model, input_shape)
        line, message = misfit(wanted, mine, position, model, input_shape)
        raise CheckFailed(
            expected=f"layer {position + 1}: {_with_parameters(here, here_sum)}",
            got=f"layer {position + 1}: {_with_parameters(got, own_sum)}",
            message=anew or message,
            details=layer_table(mine, wanted, position, model.input_shape or input_shape),
            line=model.line if anew else line,
            cause=f"made anew {model.number}" if anew else "",
            absent=got is None and not anew,
        )


def _made_anew(model: Model) -> Said:
    """Tell that layers were added to an earlier model of the same name; "" where none were."""
    lines = model.evidence.lines_anew(model.name)
    if not lines:
        return ""
    where = OnLine(lines[0]) if len(lines) == 1 else said("more than once (", Lines(lines), ")")
    return said(
        f"`{model.name}` is made anew ",
        where,
        ". What was added to it before that is in another model. Make it once.",
    )


def expect_plain_layer(
    model: Model,
    position: int,
    layer: Layer,
    wanted: Mapping[str, object],
    besides: frozenset[str] = frozenset(),
) -> None:
    """Expect a layer to have these settings, and Keras's defaults; see `settings.MAY_DIFFER`."""
    for one in deviations(layer.told, wanted, "layer", besides):
        raise CheckFailed(
            expected=f"layer {position + 1}: {layer.kind} with {one.expected}",
            got=f"layer {position + 1}: {layer.kind} with {one.got}",
            message=one.why,
            line=_line_of_freezing(model, one) or model.line_of_layer(layer.name),
            tells=one.fact,
        )


def _line_of_freezing(model: Model, one: Deviation) -> int | None:
    """Return the only line that sets the `trainable` of something; None for other settings."""
    lines = model.evidence.written.lines_setting("trainable")
    return lines[0] if one.fact is Fact.FROZEN and len(lines) == 1 else None


def _own_arithmetic(
    mine: list[Layer], position: int, model: Model, input_shape: tuple[int, ...]
) -> str:
    """Return the arithmetic of the learner's own layer, from what it is really fed with."""
    if position >= len(mine):
        return ""
    fed = model.input_shape or input_shape
    if position:
        fed = (mine[position - 1].output_shape or ())[1:]
    return arithmetic(mine[position], fed)


def _with_parameters(layer: Layer | None, sum_of_parameters: str) -> str:
    if layer is None:
        return "nothing"
    sizes = ", ".join(
        "×".join(map(str, s)) if isinstance(s, tuple) else str(s) for s in layer.settings
    )
    name = f"{layer.kind}({sizes})" if sizes else layer.kind
    return f"{name}, {sum_of_parameters} parameters" if sum_of_parameters else name


def layer_table(
    mine: list[Layer], wanted: list[Layer], stop: int, input_shape: tuple[int | None, ...]
) -> str:
    """Return all layers, the learner's beside the expected, up to the first that differs.

    Where that one and the next stand in each other's place, the next is shown, too.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("", "yours", "parameters", "expected"):
        table.add_column(heading, justify="left", no_wrap=True)
    size = input_shape
    for position in range(stop + 2 if are_swapped(wanted, mine, stop) else stop + 1):
        got = mine[position] if position < len(mine) else None
        here = wanted[position] if position < len(wanted) else None
        table.add_row(
            f"{'→' if position == stop else ' '} {position + 1}",
            got.text() if got else "nothing",
            arithmetic(got, size) if got else "",
            _without_answer(here, got) if here else "nothing",
        )
        if got and got.output_shape:
            size = got.output_shape[1:]
    console = Console(file=io.StringIO(), width=100, color_system=None)
    if console.measure(table).maximum > _TABLE_WIDTH:
        table.padding = (0, 0)
    console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _without_answer(here: Layer, got: Layer | None) -> str:
    """Return an expected layer; its activation only where the learner has it, too."""
    same = here.activation is None or (got is not None and got.activation == here.activation)
    return (here if same else replace(here, activation="…")).text()


def expect_activations(
    model: Model, expected: list[Layer], why: Mapping[str, str] | None = None
) -> None:
    """Expect these activations, whether in a layer or behind it.

    Args:
        model: whose layers have been checked.
        expected: the same list that `expect_layers` took.
        why: what to tell of a wrong activation, `{"softmax": "…"}`, by what is expected.

    Raises:
        CheckFailed: at the first layer whose activation differs.
    """
    for position, (here, got) in enumerate(zip(expected, model.layers, strict=False), start=1):
        if here.activation is not None and got.activation != here.activation:
            reason = (why or {}).get(here.activation, "")
            if got.activation == "softmax" and got.settings == (1,):
                reason = f"Softmax over a single output is always 1. {reason}".rstrip()
            message = reason or _behind_the_loop(model, got) or _look_at(expected, model, position)
            if here.activation in ("sigmoid", "softmax") and _loss_takes_logits(model):
                logits = " With probabilities, leave `from_logits=True` of the loss out."
                message = said(message, logits)
            raise CheckFailed(
                expected=f"layer {position}: {_another_activation(here, got)}",
                got=f"layer {position}: {got.activation or 'none'}",
                message=message,
                line=model.line_of_layer(got.activated_by),
                absent=position == len(model.layers) and got.activation == "linear",
            )


def _behind_the_loop(model: Model, got: Layer) -> Said:
    """Tell of the only Activation, behind the loop that makes this layer; "" of any other."""
    line, written = model.line_of_layer(got.name), model.evidence.written
    around = [one for one in all_loops(written.tree) if line and is_within(line, [one])]
    found = [call for name in _ACTIVATING for call in written.calls(name)]
    if not around or got.activation != "linear" or len(found) != 1:
        return ""
    first, last = max(around)
    if found[0].line <= last:
        return ""
    what = said(f"The {found[0].name} ", OnLine(found[0].line), " stands behind the loop ")
    return said(what, OnLine(first), ", so that only the last of its layers gets it.")


_ACTIVATING = ("Activation", "ReLU")


def _look_at(expected: list[Layer], model: Model, first: int) -> str:
    """Tell of the layers from this one on, counted from 1, that have another activation."""
    odd = [
        (position, got)
        for position, (here, got) in enumerate(zip(expected, model.layers, strict=False), start=1)
        if position >= first and here.activation not in (None, got.activation)
    ]
    position, got = odd[0]
    others = [str(position) for position, _ in odd[1:]]
    text = f"Look at the activation of layer {position}, {got.text()}"
    if not others:
        return f"{text}."
    which = f"layer {others[0]}" if len(others) == 1 else f"layers {', '.join(others)}"
    return f"{text}, and at that of {which}."


def _loss_takes_logits(model: Model) -> bool:
    return spellings.takes_logits((model.compiled or {}).get("loss"))


def _another_activation(here: Layer, got: Layer) -> str:
    """Return what is expected of an activation: its kind of fault, not the answer.

    What it must be is the step itself, and the message says what it must do; a hint that is
    asked for says its name.
    """
    if here.activation == "linear":
        return "no activation"
    return "an activation" if got.activation in (None, "linear") else "another activation"
