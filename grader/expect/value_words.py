"""What values are, in words."""

from __future__ import annotations

from collections.abc import Collection

from grader.evidence.values import (
    Callback,
    Frame,
    Function,
    Graph,
    History,
    ModelRef,
    Nothing,
    Number,
    Numbers,
    Other,
    Sequence,
    Series,
    Symbol,
    Text,
    Texts,
    Value,
)
from grader.evidence.values import Mapping as Dictionary
from grader.tips.renamed import LAYERS


def kind_text(value: Value) -> str:
    """Return in plain words what a value is: `a list of 3`, `an array of shape (5, 4)`."""
    match value:
        case Nothing():
            return "None"
        case Number():
            return f"the number {value.value:.6g}"
        case Text():
            return f"the text {value.value[:40]!r}"
        case Numbers(source="tensor"):
            return f"a tensor of shape {tuple(value.shape)}"
        case Numbers(source="list" | "tuple" as kind):
            return f"a {kind} of {value.size}"
        case Numbers() | Texts():
            return f"an array of shape {tuple(value.shape)}"
        case Frame() | Series():
            return f"a {type(value).__name__.replace('Frame', 'DataFrame')} of {value.rows} rows"
        case Sequence():
            return f"a {value.type} of {value.length}"
        case Dictionary():
            return f"a dictionary of {len(value.items)}"
        case ModelRef():
            return "a Keras model"
        case Graph():
            return "a keras.Function"
        case Symbol(shape=shape, layer_type="InputLayer"):
            return f"a tensor of shape {shape}, an input"
        case Symbol(shape=shape, layer=layer):
            return f"a tensor of shape {shape}, the output of the layer {layer[:40]!r}"
        case History():
            return "a History object"
        case Callback():
            return f"the callback {value.type[:60]}"
        case Function():
            return f"the function or class {value.name[:40]}"
        case _:
            return f"an object of type {value.type[:60]}"


def is_method(found: Value) -> bool:
    """Whether a value is a method that should have been called."""
    return isinstance(found, Other) and found.type in {"method", "builtin_function_or_method"}


def is_not_called(found: Value) -> bool:
    """Whether a value is a method, or a class by its name, that should have been called."""
    return is_method(found) or (isinstance(found, Function) and found.name[:1].isupper())


def one_is_meant(name: str, models: Collection[str]) -> str:
    """Return which models a file has in place of one called NAME; "" where it has not several."""
    if len(models) < 2:
        return ""
    *first, last = (f"`{one}`" for one in list(models)[:4])
    return (
        f" You have the models {', '.join(first)} and {last}: call the one that is meant `{name}`."
    )


def instead_text(name: str, found: Value) -> str:
    """Return what is said of a name that holds a value of another kind."""
    if isinstance(found, History):
        return (
            f"`{name}` is what fit returns, a record of the training: its numbers are in "
            f"`{name}.history`. How good a model is then, `evaluate` tells."
        )
    if is_method(found):
        return f"`{name}` is a method that was not called. A call ends with parentheses."
    if isinstance(found, Function) and is_not_called(found):
        return (
            f"`{name}` is `{found.name[:40]}` itself, which was not called. A call ends with "
            "parentheses."
        )
    if isinstance(found, Other) and found.type in {"Axes", "AxesSubplot", "Figure"}:
        return (
            f"`{name}` is what a plot was drawn in. The data are one thing, and the plot of them "
            "is another: keep the data first, then draw them."
        )
    if isinstance(found, Other) and found.type in LAYERS:
        return (
            f"`{name}` is a layer by itself. A layer can be put into a model, a Sequential for "
            "example; only a model can predict."
        )
    return f"`{name}` holds something else than this step asks for."
