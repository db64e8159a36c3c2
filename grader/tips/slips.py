"""Slips that raise no error where they stand: a layer that is thrown away, an argument's place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.places import Line, Lines, said
from grader.tips.origins import MODELS, Origins
from grader.tips.renamed import LAYERS
from grader.verdict import Tip


def slips(tree: ast.Module) -> Iterator[Tip]:
    """Yield what is told of a file's slips, as its syntax tree shows them."""
    names = Origins(tree)
    yield from _thrown_away(tree, names)
    yield from _not_called(tree, names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _epochs_in_third_place(node, names)


def _thrown_away(tree: ast.Module, names: Origins) -> Iterator[Tip]:
    lines = sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and names.last_of(node.value.func) in LAYERS
    )
    if len(lines) == 1:
        yield Tip(
            "This line makes a layer and puts it nowhere. `add` puts a layer into a model.",
            Line(lines[0]),
        )
    elif lines:
        yield Tip(
            said(
                "The layers that are made on ",
                Lines(tuple(lines)),
                " are put nowhere. `add` puts a layer into a model.",
            )
        )


_OF_SCIKIT_LEARN = (
    "The third thing that `fit` takes without a name is no number of epochs here: it is "
    "`sample_weight`, how much each sample counts. A KerasClassifier is told its `epochs` when it "
    "is made."
)


def _not_called(tree: ast.Module, names: Origins) -> Iterator[Tip]:
    """Tell of a function that is a statement by itself: `model.summary`, without parentheses."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr):
            continue
        value = node.value
        own = isinstance(value, ast.Name) and value.id in names.functions
        method = isinstance(value, ast.Attribute) and value.attr in _CALLED_ALONE
        if own or method:
            yield Tip(
                f"`{ast.unparse(value)}` is not called here: it needs parentheses.",
                Line(node.lineno),
            )


_CALLED_ALONE = {"summary", "show", "compile", "fit", "fit_on_texts", "legend"}
"""Methods that stand in a statement of their own."""


def _epochs_in_third_place(node: ast.Call, names: Origins) -> Iterator[Tip]:
    """Tell of a `fit` that got a third thing without a name, and no epochs."""
    named = {keyword.arg for keyword in node.keywords}
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "fit":
        return
    if len(node.args) != 3 or named & {"epochs", None} or not _is_number(node.args[2]):
        return
    match _library_of(node.func.value, names):
        case "keras":
            text = (
                "The third thing that `fit` takes without a name is its `batch_size`, so this "
                "trains for one epoch. If it is the number of epochs, give it by its name."
            )
        case "scikeras":
            text = _OF_SCIKIT_LEARN
        case _:
            return
    yield Tip(text, Line(node.lineno))


def _library_of(owner: ast.expr, names: Origins) -> str:
    """Return whose `fit` is called: `keras`, `scikeras`; "" where that is in doubt."""
    imported = {full.partition(".")[0] for full in names.imported.values()}
    if not imported & {"sklearn", "scikeras"}:
        return "keras"
    made = {names.of(call.func) for call in names.calls_behind(owner)}
    classes = {name.rpartition(".")[2] for name in made}
    if made and classes <= {"KerasClassifier", "KerasRegressor"}:
        return "scikeras"
    keras = made and all(
        name.startswith("grader.datasets") or name.rpartition(".")[2] in MODELS for name in made
    )
    return "keras" if keras else ""


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int
