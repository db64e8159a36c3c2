"""Errors of putting layers together: one not called, one in two places; inputs, shapes."""

from __future__ import annotations

import ast
import math
import re

from grader.places import Line, OnLine, Said, said
from grader.sizes import shape_text
from grader.tips.failure import Failure
from grader.tips.misplaced import repeats_a_list
from grader.tips.origins import Origins
from grader.verdict import Tip


def wiring(failure: Failure) -> Tip | None:
    """Tell of layers that are put together in a way that cannot be."""
    return (
        _data_for_input(failure)
        or _layer_for_output(failure)
        or _layer_again(failure)
        or _several_inputs(failure)
        or _other_count(failure)
        or _computed_by_others(failure)
    )


def _data_for_input(failure: Failure) -> Tip | None:
    """Tell of an array where the input or output of a model is wanted."""
    found = re.match(r"All `((?:in|out)put)s` values must be KerasTensors", failure.message)
    if not found:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.keyword) and node.arg == f"{found[1]}s":
            given = node.value
            held = failure.held.get(given.id) if isinstance(given, ast.Name) else None
            if held is not None and held.type in {"ndarray", "DataFrame", "EagerTensor"}:
                return failure.tip(
                    f"`{ast.unparse(given)}` are data. `{found[1]}s` takes what flows through a "
                    f"network, without any numbers yet: the `.{found[1]}` of a layer, for example."
                )
    return None


def _layer_for_output(failure: Failure) -> Tip | None:
    """Tell of a layer where what it gives is wanted: it was made, and called on nothing."""
    found = re.search(
        r"Only input tensors may be passed as positional arguments\. The following argument value "
        r"should be passed as a keyword argument: <(\w+) name="
        r"|All `(?:in|out)puts` values must be KerasTensors\..* invalid value <(\w+) name=",
        failure.message,
        re.DOTALL,
    )
    if not found:
        return None
    kind = found[1] or found[2]
    names = [name for name, held in failure.held.items() if held.type == kind]
    if taken := _taken_out_of_a_model(failure, names):
        end = "input" if failure.message.startswith("All `inputs` values") else "output"
        gets = "goes into it" if end == "input" else "it gives"
        return failure.tip(
            f"`{taken}` is a layer of a model. What {gets} there is its `.{end}`: `{taken}.{end}`."
        )
    what = f"`{names[0]}` is a layer" if len(names) == 1 else f"This {kind} is a layer"
    lines = [node.lineno for name, node in failure.assignments() if names == [name]]
    line = lines[-1] if lines else failure.line
    tensors = [] if failure.scope() else _made_before(failure)
    on = f"`{tensors[0]}`" if len(tensors) == 1 else "what comes before it"
    call = f"`{kind}(…)({tensors[0] if len(tensors) == 1 else '…'})`"
    wanted = said("; ", Line(failure.line), " needs what it gives. ")
    if line == failure.line:
        wanted = ", and what it gives is needed here. "
    return failure.tip(said(what, wanted, f"Call it on {on}: {call}."), line)


def _made_before(failure: Failure) -> list[str]:
    """Return the names of what inputs and layers gave before the error, outside of functions."""
    names = Origins(failure.tree)
    found = []
    for node in failure.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=called)):
                made = isinstance(called, ast.Call) or names.last_of(called) == "Input"
                if made and node.lineno < failure.line:
                    found.append(name)
    return found


def _taken_out_of_a_model(failure: Failure, names: list[str]) -> str:
    """Return how a layer is written that comes out of a model, `model.layers[0]`; "" of others.

    Args:
        failure: in a statement that has a layer in it.
        names: of such layers in the statement.
    """
    if names:
        made = [node.value for name, node in failure.assignments() if names == [name]]
        return names[0] if made and _is_of_a_model(made[-1]) else ""
    nodes = failure.nodes()
    asked = [node.value for node in nodes if isinstance(node, ast.Attribute)]
    found = [node for node in nodes if _is_of_a_model(node) and node not in asked]
    return ast.unparse(found[0]) if len(found) == 1 else ""


def _is_of_a_model(node: ast.AST) -> bool:
    """Whether this is a layer of a model: `model.layers[0]`, `model.get_layer("dense")`."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="layers"), slice=place):
            return not isinstance(place, ast.Slice)
        case ast.Call(func=ast.Attribute(attr="get_layer")):
            return True
        case _:
            return False


def _layer_again(failure: Failure) -> Tip | None:
    """Tell of one layer that stands in a model a second time, behind something else."""
    call = failure.call
    if call is None or call.name or call.layer is None or call.before is None or not call.got:
        return None
    found = re.search(
        r"expected axis -1 of input shape to have value (\d+), but received input with shape",
        failure.message,
    )
    layer, got = call.layer, call.got[0][-1:]
    if not found or not got or layer.line is None:
        return None
    where = () if layer.line == failure.line else (" ", OnLine(layer.line))
    return failure.tip(
        said(
            f"The {layer.type} that is made",
            *where,
            f" has its weights already, for {_numbers(found[1])}, and the {call.before.type} "
            f"before it gives {got[0]} here. A layer that is put into a model twice is one layer, "
            "with one set of weights: make a new one for each place.",
            " `*` repeats the same layer."
            if any(map(repeats_a_list, ast.walk(failure.tree)))
            else "",
        )
    )


def _numbers(count: str) -> str:
    return "1 number" if count == "1" else f"{count} numbers"


def _several_inputs(failure: Failure) -> Tip | None:
    """Tell of a model with several inputs that did not get an array for each."""
    found = re.search(
        r"expects (\d+) (?:named )?input\(s\).*?, but it received (\d+) input tensors",
        failure.message,
    )
    call = failure.call
    if not found or call is None or not call.name or found[1] == found[2]:
        return None
    has = f"{found[1]} inputs" if found[1] != "1" else "1 input"
    text = f"The model has {has}, and `{call.name}` got {found[2]} for {_them(found[1])}. "
    if int(found[1]) > 1:
        text += "It takes a list with an array for each of them, or a dictionary with their names."
    else:
        text += "It takes one array."
    return failure.tip(text)


def _them(count: str) -> str:
    return "it" if count == "1" else "them"


def _other_count(failure: Failure) -> Tip | None:
    """Tell of a Reshape to a shape of more numbers, or fewer."""
    found = re.search(
        r"total size of the tensor must be unchanged\. Received: input_shape=\(([\d, ]*)\), "
        r"target_shape=\(([\d, ]*)\)",
        failure.message,
    )
    if not found:
        return None
    shapes = [[int(size) for size in part.split(",") if size.strip()] for part in found.groups()]
    has, wanted = (math.prod(shape) for shape in shapes)
    layer = failure.call.layer if failure.call is not None else None
    text: Said = (
        f"The Reshape gets {has} numbers for each sample, and the shape {shape_text(shapes[1])} "
        f"holds {wanted}. A Reshape only puts the same numbers in other rows."
    )
    return failure.tip(text, layer.line if layer is not None else None)


def _computed_by_others(failure: Failure) -> Tip | None:
    """Tell of what an Input or a layer gives, given to TensorFlow or NumPy."""
    if not re.search(
        r"KerasTensor cannot be used as input to a TensorFlow function"
        r"|KerasTensor (is symbolic|cannot be converted)"
        r"|convert a (symbolic )?KerasTensor",
        failure.message,
    ):
        return None
    called = [node for node in failure.nodes() if isinstance(node, ast.Call)]
    names = [ast.unparse(node.func) for node in called]
    others = [name for name in names if name.startswith(("tf.", "np.", "numpy.", "tensorflow."))]
    what = f"`{others[0]}` does not take it" if len(others) == 1 else "this does not take it"
    return failure.tip(
        f"What an Input or a layer gives has no numbers yet, so {what}. The functions in "
        "`keras.ops` do, and layers."
    )
