"""A column that a table has no more, as an earlier line took it out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.places import OnLine, said
from grader.tips.failure import Failure
from grader.verdict import Tip


def column_taken_out(failure: Failure) -> Tip | None:
    """Tell of a column that is asked for after it was dropped in place, popped or deleted."""
    found = re.fullmatch(
        r"'DataFrame' object has no attribute '(\w+)'|'([^']+)'", failure.message.strip()
    )
    tables = [name for name, held in failure.held.items() if held.type == "DataFrame"]
    if not found or failure.kind not in {"AttributeError", "KeyError"} or len(tables) != 1:
        return None
    column, table = found[1] or found[2], tables[0]
    lines = [line for line, name in _taken_out(failure.tree, table) if name == column]
    before = [line for line in lines if line < failure.line]
    if not before:
        return None
    return failure.tip(
        said(
            f"This takes the column `{column}` out of `{table}` itself, and it is asked for ",
            OnLine(failure.line),
            ".",
        ),
        max(before),
    )


def _taken_out(tree: ast.Module, table: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that take a column out of a table, each with the column."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method)):
                if owner == table and (method == "pop" or _is_in_place(node)):
                    yield from ((node.lineno, name) for name in _texts(node))
            case ast.Delete(targets=[ast.Subscript(value=ast.Name(id=owner)) as part]):
                if owner == table:
                    yield from ((node.lineno, name) for name in _texts(part))
            case ast.Assign(
                targets=[ast.Name(id=made)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="drop")) as call,
            ):
                if made == owner == table:
                    yield from ((node.lineno, name) for name in _texts(call))


def _is_in_place(call: ast.Call) -> bool:
    """Whether a call of `drop` changes the table itself."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    dropped = isinstance(call.func, ast.Attribute) and call.func.attr == "drop"
    return dropped and "inplace" in named and ast.unparse(named["inplace"]) == "True"


def _texts(node: ast.AST) -> list[str]:
    """Return the texts that stand in a piece of code."""
    return [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
