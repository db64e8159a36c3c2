"""Slips that raise no error where they stand: a layer that is thrown away, an argument's place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.places import Line, Lines, said
from grader.tips.origins import Origins
from grader.tips.renamed import LAYERS
from grader.verdict import Tip


def slips(tree: ast.Module) -> Iterator[Tip]:
    """Yield what is told of a file's slips, as its syntax tree shows them."""
    names = Origins(tree)
    yield from _thrown_away(tree, names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _epochs_in_third_place(node)


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


def _epochs_in_third_place(node: ast.Call) -> Iterator[Tip]:
    """Tell of a `fit` that got a third thing without a name, and no epochs."""
    named = {keyword.arg for keyword in node.keywords}
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "fit":
        return
    if len(node.args) != 3 or named & {"epochs", None} or not _is_number(node.args[2]):
        return
    yield Tip(
        "The third thing that `fit` takes without a name is its `batch_size`, so this trains for "
        "one epoch. If it is the number of epochs, give it by its name.",
        Line(node.lineno),
    )


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int
