"""Why a layer refuses what comes before it: told of both layers, with their lines."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import FailedCall, LayerFacts
from grader.places import OnLine, Said, said
from grader.sizes import batch_text, shape_text
from grader.tips.failure import Failure, method_calls
from grader.tips.origins import Origins
from grader.tips.renamed import LAYERS
from grader.tips.shapes import line_of_input
from grader.verdict import Fact, Tip

_RECURRENT = {"LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM2D"}
_ON_IMAGES = {
    "Conv2D", "MaxPooling2D", "AveragePooling2D", "SeparableConv2D", "DepthwiseConv2D",
    "Conv2DTranspose", "UpSampling2D", "ZeroPadding2D", "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
}  # fmt: skip
_MODELS = {"Sequential", "Functional", "Model"}


def layer_refuses(failure: Failure) -> Tip | None:
    """Tell why a layer does not take what comes before it."""
    call = failure.call
    if call is None or call.layer is None or len(call.got) != 1:
        return None
    layer, before = call.layer, _before(call)
    got = call.got[0]
    text: str | None = None
    if "Computed output size would be" in failure.message and layer.window:
        text = _too_small(layer, before, got)
        if text is not None and _size_before_number(failure, layer):
            text += f" In `{layer.type}` the number of filters comes first, their size second."
    elif "no `None` dimensions" in failure.message or "should be defined. Found" in failure.message:
        text = (
            f"The {layer.type} gets arrays of shape {batch_text(got)}, and must know how many "
            "numbers stand in the last axis. Give `Input` a shape without None."
        )
    elif re.search(r"expected (min_)?ndim=\d, found ndim=\d", failure.message):
        if layer.type in _MODELS or (before is None and call.name):
            return None  # it is the data that do not fit
        if told := _rows_in_an_embedding(failure, layer, before, got):
            return told
        text = _wrong_axes(layer, before, got, failure.message)
        if text is not None and (embedding := _embedding(failure, layer, before, got)):
            lying = _lying_embedding(failure)
            fact = Fact.PUT_NOWHERE if lying else None
            return failure.tip(said(text, embedding), lying or layer.line, fact)
    if text is None:
        return None
    if before is not None and _COLOURS in text:
        return failure.tip(text, before.line or layer.line, Fact.INPUT_AXES)
    if _ORDER in text:
        return failure.tip(text, line_of_input(failure) or layer.line, Fact.INPUT_AXES)
    both = before is not None and {before.type, layer.type} <= _RECURRENT
    blamed = before if both and before is not None else layer
    return failure.tip(text, blamed.line)


def _rows_in_an_embedding(
    failure: Failure, layer: LayerFacts, before: LayerFacts | None, got: tuple[int | None, ...]
) -> Tip | None:
    """Tell of an input with an axis too many, to which an Embedding adds another one."""
    if before is None or before.type != "Embedding" or layer.type not in _RECURRENT:
        return None
    if len(got) != 4:
        return None
    text = said(
        f"An Embedding makes a vector of each number that goes into the model. So the {layer.type}",
        *(() if layer.line is None else (" ", OnLine(layer.line))),
        f" gets arrays of shape {batch_text(got)}, which is an axis too many: with an input of "
        f"shape {shape_text(got[1:3])} a sample has rows of numbers.",
    )
    return failure.tip(text, line_of_input(failure) or layer.line, Fact.INPUT_AXES)


def never_called(failure: Failure) -> Tip | None:
    """Tell of the input or output of a layer, or a Sequential, that has none of its own."""
    lacks = re.search(
        "has never been called and thus has no defined ((?:in|out)put)", failure.message
    )
    if not lacks:
        return None
    asked = [
        node
        for node in failure.nodes()
        if isinstance(node, ast.Attribute) and node.attr == lacks[1]
    ]
    if len(asked) != 1:
        return None
    owner, what = asked[0].value, asked[0].attr
    held = failure.held.get(owner.id) if isinstance(owner, ast.Name) else None
    name = ast.unparse(owner)
    if held is not None and held.type in _MODELS:
        return failure.tip(
            "A Sequential has no `.input` and `.output` of its own in Keras 3. That of one of its "
            f"layers is `{name}.layers[…].{what}`; that of the whole model stands in "
            f"`{name}.{what}s`, a list."
        )
    gets = (
        f"A layer gets its {what} when it is called on something, as it is in a model with an "
        "Input."
    )
    if _is_new(failure, owner):
        text = f"`{name}` is a new layer, which stands in no model"
        if "model" in failure.known.given:
            return failure.tip(
                f"{text}, so it has no {what}. The layers of `model` are in `model.layers`: is one "
                "of these meant?"
            )
        return failure.tip(f"{text}. {gets}")
    where = "it stands in no model, or in one that does not know its input"
    if isinstance(owner, ast.Subscript) and ast.unparse(owner.value).endswith(".layers"):
        where = "its model does not know its input"
    return failure.tip(f"`{name}` has no {what} yet: {where}. {gets}")


def _is_new(failure: Failure, layer: ast.expr) -> bool:
    """Whether a layer is made here, or was made under a name that nothing but this line reads."""
    made = layer
    if isinstance(layer, ast.Name):
        reads = [
            node
            for node in ast.walk(failure.tree)
            if isinstance(node, ast.Name)
            and node.id == layer.id
            and isinstance(node.ctx, ast.Load)
            and node.lineno <= failure.line
        ]
        values = [node.value for name, node in failure.assignments() if name == layer.id]
        if reads != [layer] or len(values) != 1:
            return False
        made = values[0]
    names = Origins(failure.tree)
    return isinstance(made, ast.Call) and names.last_of(made.func) in LAYERS


def ends_swapped(failure: Failure) -> Tip | None:
    """Tell of a function or model whose output does not come from its input."""
    if not re.search(r"Output with path .* is not connected to `inputs`", failure.message):
        return None
    names = {call.name for call in method_calls(failure.nodes())} | failure.names()
    what = next((name for name in ("Function", "Model") if name in names), "")
    if not what:
        return None
    return failure.tip(
        f"`{what}` takes the inputs first and the outputs second, and from these inputs nothing "
        "flows to these outputs. Are the two swapped, or are the layers called on another Input?"
    )


def _before(call: FailedCall) -> LayerFacts | None:
    """Return the layer in front of the one that refused."""
    if call.before is not None:
        return call.before
    names = [layer.name for layer in call.layers]
    place = names.index(call.layer.name) if call.layer and call.layer.name in names else 0
    return call.layers[place - 1] if place else None


def _too_small(
    layer: LayerFacts, before: LayerFacts | None, got: tuple[int | None, ...]
) -> str | None:
    window = "×".join(map(str, layer.window or ()))
    left = got[1 : 1 + len(layer.window or ())]
    if None in left:
        return None
    if colours_in_front := _colours_in_front(layer, before, got):
        return colours_in_front
    what = "pools" if "Pool" in layer.type else "looks at"
    unit = "pixels" if len(left) == 2 else "steps"
    sizes = "×".join(map(str, left))
    leaves = f"what comes before it leaves only {sizes}"
    if before is None or before.type == "InputLayer":
        leaves = f"the model's input has only {sizes}"
    return f"The {layer.type} {what} {window} {unit} at once, but {leaves}."


def _size_before_number(failure: Failure, layer: LayerFacts) -> bool:
    """Whether a convolution got fewer filters than its filters have pixels on a side."""
    for node in ast.walk(failure.tree):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith(layer.type):
            continue
        texts = [ast.unparse(argument) for argument in node.args[:2]]
        if node.lineno == layer.line and "Conv" in layer.type and len(texts) == 2:
            number, size = texts
            sizes = {str(side) for side in layer.window or ()}
            return number.isdecimal() and sizes == {size} and int(number) < int(size)
    return False


def _colours_in_front(
    layer: LayerFacts, before: LayerFacts | None, got: tuple[int | None, ...]
) -> str | None:
    """Tell of images whose colours come first in the shape of the input: `(1, 28, 28)`."""
    first = before is None or before.type == "InputLayer"
    if not first or len(got) != 4 or got[1] not in {1, 3} or got[3] in {1, 3}:
        return None
    _, rows, columns, colours = got
    return (
        f"The {layer.type} takes images of {_ORDER}. The shape {batch_text(got)} has {rows} "
        f"row{'s' * (rows != 1)}, {columns} columns and {colours} colours."
    )


def _lying_embedding(failure: Failure) -> int | None:
    """Return the line of the only Embedding that is made, and put nowhere."""
    lines = [
        node.lineno
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith("Embedding")
    ]
    return lines[0] if len(lines) == 1 else None


def _embedding(
    failure: Failure, layer: LayerFacts, before: LayerFacts | None, got: tuple[int | None, ...]
) -> Said:
    """Tell of an Embedding where a recurrent layer gets one row of numbers, and a file has none."""
    if layer.type not in _RECURRENT or len(got) != 2 or before is None:
        return ""
    if before.type == "InputLayer" and _lying_embedding(failure):
        return (
            " The Embedding that is made on this line would make such rows, and is put nowhere: "
            "`add` puts it into a model."
        )
    embedded = [
        node.lineno
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Embedding")
    ]
    if len(embedded) == 1 and before.type == "InputLayer" and embedded[0] > failure.line:
        return said(
            " The Embedding ",
            OnLine(embedded[0]),
            f" makes such arrays of numbers of words: it belongs in front of the {layer.type}.",
        )
    if embedded or before.type not in {"InputLayer", "Dense"}:
        return ""
    if before.type == "Dense":
        return " An Embedding makes such a row of each word's number."
    return (
        " Where these are the numbers of words, an Embedding is missing between the two: it makes "
        "such a row of each number."
    )


def _wrong_axes(
    layer: LayerFacts, before: LayerFacts | None, got: tuple[int | None, ...], message: str
) -> str | None:
    shape = f"arrays of shape {batch_text(got)}"
    if layer.type in _RECURRENT and len(got) == 2:
        if before is not None and before.type in _RECURRENT:
            return (
                f"The {before.type} gives only its last output, and the {layer.type} after it "
                "takes one for each step. `return_sequences` of the first one decides that."
            )
        source = f"the {before.type} before it" if before else "what comes before it"
        return (
            f"The {layer.type} takes a row of numbers for each step, arrays of 3 axes; "
            f"{_input(source)} gives {shape}, which is 2 axes."
        )
    if layer.type in _ON_IMAGES:
        flat = before is not None and before.type in {"Flatten", "Dense", "Reshape"}
        if len(got) == 2 and flat and before is not None:
            return (
                f"The {layer.type} takes images, arrays of 4 axes, and the {before.type} before it "
                f"gives {shape}: no rows and columns are left."
            )
        if len(got) == 3:
            return f"The {layer.type} takes images, arrays of 4 axes, and gets {shape}." + (
                _no_colours(before, got)
            )
    found = re.search(r"expected (?:min_)?ndim=(\d)", message)
    axes = found[1] if found else "more"
    return (
        f"The {layer.type} takes arrays of {axes} axes, the samples included, but what comes "
        f"before it gives {shape}, which is {len(got)}{' axes' if len(got) > 1 else ' axis'}."
    )


def _no_colours(before: LayerFacts | None, got: tuple[int | None, ...]) -> str:
    """Tell of images that have rows and columns only; "" where the axes may be others."""
    if before is None or before.type != "InputLayer" or {1, 3, None} & set(got[1:]):
        return ""
    rows, columns = got[1:]
    return (
        f" {_COLOURS}, the last one, is missing. One image in grey has the shape "
        f"({rows}, {columns}, 1); the samples are one more axis, in front of these."
    )


_COLOURS = "The axis for the colours"
_ORDER = "rows, columns and colours, in this order"


def _input(source: str) -> str:
    return source.replace("the InputLayer before it", "the model's input")
