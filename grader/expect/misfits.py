"""Where a model's layers first differ from those that are asked for: what is said, and the line."""

from __future__ import annotations

import ast
from typing import TypeAlias

import keras

from grader.evidence.spans import is_within
from grader.evidence.values import Number
from grader.expect.layers import Layer
from grader.expect.model import Model
from grader.loops import all_loops
from grader.places import OnLine, Said, said

_Size: TypeAlias = tuple[str, tuple[object, ...]]
"""A layer's kind and its sizes."""


def misfit(
    wanted: list[Layer],
    mine: list[Layer],
    position: int,
    model: Model,
    input_shape: tuple[int, ...],
) -> tuple[int | None, Said]:
    """Return the line to blame and what to say of the first layer that differs.

    Args:
        wanted: the layers that are asked for.
        mine: the learner's.
        position: of the first of them that differs, or that only one of the lists has.
        model: the learner's.
        input_shape: of one sample, as it is asked for.
    """
    if position == len(mine):
        message = f"Your model has {_has(mine)}{_beside(model)}, {len(wanted)} are asked for."
        line, told = (
            _left_out_by_add(model) or _turns(wanted[position], mine, model) or (model.line, "")
        )
        return line, said(message, told)
    got = mine[position]
    if message := _of_its_place(wanted, mine, position, input_shape):
        one = wanted[position] if len(mine) < len(wanted) else got
        looped = _turns(one, mine, model) if len(mine) != len(wanted) else None
        if looped is None and len(mine) < len(wanted):
            looped = _behind_a_loop(one, mine, position, model)
        line, told = looped or (model.line_of_place(got.name), "")
        return line, said(message, told)
    line, here = model.line_of_layer(got.name), wanted[position]
    in_place_of_each_other = (got.settings, model.input_shape) == (input_shape, here.settings)
    if not position and got.kind == here.kind == "Dense" and in_place_of_each_other:
        return line, "The size of this layer and that of the input stand in each other's place."
    if repeated := _too_often(wanted, mine, position, model):
        return repeated
    if len(mine) >= len(wanted) and (changed := _given_number(got, model)):
        return changed
    return line, _of_itself(wanted, mine, position, model)


def _too_often(
    wanted: list[Layer], mine: list[Layer], position: int, model: Model
) -> tuple[int, Said] | None:
    """Tell of a layer that a loop makes in each turn, and that is asked for less often."""
    got = mine[position]
    times, asked = ([_size(one) for one in side].count(_size(got)) for side in (mine, wanted))
    line = model.line_of_layer(got.name)
    loops = [
        one
        for one in all_loops(model.evidence.written.tree)
        if line is not None and is_within(line, [one])
    ]
    made = [one for one in mine if _size(one) == _size(got)]
    alone = {model.line_of_layer(one.name) for one in made} == {line}
    if line is None or not loops or not alone or not times > asked > 0:
        return None
    where = said("This layer stands in the loop ", OnLine(max(loops)[0]))
    asks = "is asked for once" if asked == 1 else f"is asked for {asked} times"
    return line, said(where, f", so there are {times} of it; it {asks}. Look at what is indented.")


def _given_number(got: Layer, model: Model) -> tuple[int, str] | None:
    """Tell of a size that is a given number's, which the file has changed; None of any other."""
    evidence = model.evidence
    for name, value in evidence.values.items():
        if not evidence.is_given(name) or not isinstance(value, Number):
            continue
        lines, made = evidence.lines_of(name), model.line_of_layer(got.name)
        if value.value in got.settings and len(lines) > 1 and lines[-1] < (made or 0):
            return lines[-1], (
                f"`{name}` holds {value.value:g} from this line on. Leave it as it is given."
            )
    return None


def _left_out_by_add(model: Model) -> tuple[int, Said] | None:
    """Tell of the only `add` that was given a second thing, which it does not add."""
    calls = [
        call
        for call in model.evidence.written.calls("add")
        if call.owner == model.name
        and call.arguments[1:]
        and call.arguments[1] not in {"True", "False"}
    ]
    if len(calls) != 1:
        return None
    return calls[0].line, " `add` takes one layer: what comes behind it is left out."


def _turns(one: Layer, mine: list[Layer], model: Model) -> tuple[int, Said] | None:
    """Tell of the only loop that made layers of this size, and its line; None where in doubt."""
    lines = {model.line_of_layer(layer.name) for layer in mine if _size(layer) == _size(one)}
    line = lines.pop() if len(lines) == 1 else None
    made = [layer for layer in mine if line and model.line_of_layer(layer.name) == line]
    loops = all_loops(model.evidence.written.tree)
    around = [one for one in loops if line and is_within(line, [one])]
    if not around or any(_size(layer) != _size(one) for layer in made):
        return None
    header, _ = max(around)
    makes = f" makes {_has(made)} in all. {_counted(model, header)}Look at how often it runs."
    return header, said(" The loop ", OnLine(header), makes)


def _counted(model: Model, line: int) -> str:
    """Tell which numbers the loop of this line counts, where it begins elsewhere than at 0."""
    for node in ast.walk(model.evidence.written.tree):
        match node:
            case ast.For(
                lineno=at,
                iter=ast.Call(
                    func=ast.Name(id="range"),
                    args=[ast.Constant(value=int(first)), ast.Constant(value=int(end))],
                ),
            ) if at == line and first < end:
                counts = f"{first} to {end - 1}" if end - first > 1 else f"{first} alone"
                return f"`range({first}, {end})` counts {counts}. "
    return ""


def _has(mine: list[Layer]) -> str:
    return "1 layer" if len(mine) == 1 else f"{len(mine)} layers"


def _size(layer: Layer) -> _Size:
    return layer.kind, layer.settings


def _beside(model: Model) -> str:
    """Return how the layers are counted, where Keras counts more of them."""
    made = [one for one in model.keras.layers if not isinstance(one, keras.layers.InputLayer)]
    return ", activations aside" if len(made) > len(model.layers) else ""


def _may_grow(model: Model) -> bool:
    """Whether the file was stopped while it may have gone on to add layers."""
    return bool(model.evidence.ended_early) and model.compiled is None


def are_swapped(wanted: list[Layer], mine: list[Layer], position: int) -> bool:
    """Whether the layer at this position and the next one stand in each other's place."""
    want = [_size(layer) for layer in wanted[position : position + 2]]
    own = [_size(layer) for layer in mine[position : position + 2]]
    both_there = len(own) == 2 and len(mine) == len(wanted)
    return both_there and own == want[::-1] and own[0] != own[1]


def _of_its_place(
    wanted: list[Layer], mine: list[Layer], position: int, input_shape: tuple[int, ...]
) -> str:
    """Tell of a layer that is right, but for where it stands; "" where it is not."""
    has = _has(mine)
    want, own = list(map(_size, wanted[position:])), list(map(_size, mine[position:]))
    extra = len(own) - len(want)
    if extra > 0 and own[extra:] == want:
        many = "one too many here" if extra == 1 else f"{extra} too many here"
        many = many if want or extra == 1 else "too many from here on"
        text = f"Your model has {has}, {len(wanted)} are asked for: {many}."
        if position == 0 and extra == 1 and own[0] == ("Dense", input_shape):
            text += " What the model takes is told by its input, and needs no layer of neurons."
        return text
    if extra < 0 and own == want[-extra:]:
        lack = "one is" if extra == -1 else f"{-extra} are"
        return f"Your model has {has}, {len(wanted)} are asked for: {lack} missing before this one."
    if extra < 0 and own[:1] == want[1:2] and _is_part_of(own, want):
        return (
            f"Your model has {has}, {len(wanted)} are asked for: a {wanted[position].kind} is "
            f"missing before this one, and {len(wanted) - len(mine) - 1} more behind it."
        )
    if are_swapped(wanted, mine, position):
        text = "This layer and the next one stand in each other's place."
        more = sum(are_swapped(wanted, mine, at) for at in range(position + 2, len(mine), 2))
        if more:
            text += f" So {'does another pair' if more == 1 else f'do {more} more pairs'} after it."
        return text
    return _other_order(own, want)


def _is_part_of(own: list[_Size], want: list[_Size]) -> bool:
    """Whether these layers are among those that are wanted, in the same order."""
    left = iter(want)
    return all(one in left for one in own)


def _behind_a_loop(
    wanted: Layer, mine: list[Layer], position: int, model: Model
) -> tuple[int, Said] | None:
    """Tell of the only layer of a kind, behind a loop that makes those it belongs to; its line."""
    same = [model.line_of_layer(layer.name) for layer in mine if _size(layer) == _size(wanted)]
    here = model.line_of_layer(mine[position].name)
    if len(same) != 1 or same[0] is None or here is None:
        return None
    alone, loops = same[0], all_loops(model.evidence.written.tree)
    around = [one for one in loops if is_within(here, [one]) and not is_within(alone, [one])]
    if not around or alone <= max(around)[1]:
        return None
    where = said(f" The {wanted.kind} ", OnLine(alone), " stands behind the loop ")
    return alone, said(where, OnLine(max(around)[0]), ", so there is only one.")


def _of_itself(wanted: list[Layer], mine: list[Layer], position: int, model: Model) -> str:
    """Tell of a layer that is another one than is asked for."""
    here, got, has = wanted[position], mine[position], _has(mine)
    if side_by_side := _one_behind_the_other(here, mine, position):
        return side_by_side
    count = ""
    if len(mine) > len(wanted) or (len(mine) < len(wanted) and not _may_grow(model)):
        many = "" if len(mine) < len(wanted) else ", which is too many"
        count = f" Your model has {has}{_beside(model)}{many}; {len(wanted)} are asked for."
    if here.kind != got.kind:
        return f"Another kind of layer stands here: {got.kind} in place of {here.kind}.{count}"
    if here.settings != got.settings and here.settings == got.settings[::-1]:
        return f"The two sizes of this layer stand in each other's place.{count}"
    if here.settings != got.settings:
        filters = here.kind.startswith("Conv") and here.settings[1:] == got.settings[1:]
        what = "number of filters" if filters else "size"
        return f"The kind of layer is right, its {what} is not.{count}"
    if not got.uses_bias:
        return _without_biases(mine, position)
    if got.kind == "BatchNormalization":
        return "This layer was made without some of its parameters. Leave its settings alone."
    return "The layer's own size is right, but what it is fed with is not."


def _without_biases(mine: list[Layer], position: int) -> str:
    others = sum(not layer.uses_bias for layer in mine[position + 1 :])
    too = "as was another one" if others == 1 else f"as were {others} others"
    more = f", {too} after it" if others else ""
    return f"This layer was made without its biases{more}."


def _one_behind_the_other(here: Layer, mine: list[Layer], position: int) -> str:
    """Tell of neurons in layers of their own that should make up one layer; "" for any others."""
    got = mine[position]
    if here.kind != "Dense" or got.settings != (1,) or here.settings == (1,):
        return ""
    alike = mine[position : position + int(here.settings[0])]
    if len(alike) != here.settings[0] or {_size(one) for one in alike} != {_size(got)}:
        return ""
    ends = ": what comes out of the model is 1 number" if mine[-1] is alike[-1] else ""
    return (
        f"This layer and the next {len(alike) - 1} have 1 neuron each, and stand one behind the "
        f"other{ends}. The neurons of one layer stand side by side, and each gives a number."
    )


def _other_order(own: list[_Size], wanted: list[_Size]) -> str:
    """Tell that the same layers stand in another order; "" where they are not the same.

    Args:
        own: the kinds and sizes from the first one on that differs.
        wanted: those that are asked for there.
    """
    if own == wanted or sorted(map(repr, own)) != sorted(map(repr, wanted)):
        return ""
    while own and own[-1] == wanted[-1]:
        own, wanted = own[:-1], wanted[:-1]
    order = "reverse" if own == wanted[::-1] else "another"
    return f"This layer and the next {len(own) - 1} are those that are asked for, in {order} order."
