"""Lines of a file that change what a name holds, and leave the name with the same object."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.names import Change

_OUT = {"round": 2, "around": 2, "rint": 1, "floor": 1, "ceil": 1, "trunc": 1}
"""NumPy's functions whose result may go into an array, and the place of that argument."""

_INTO_THE_FIRST = {"copyto", "putmask", "place", "put"}
"""NumPy's functions that change their first argument."""


def changes_of(tree: ast.Module) -> dict[str, list[Change]]:
    """Return the lines that change what each name holds, in order; two names of one object alike.

    What functions do to their arguments is not followed.
    """
    found: dict[str, list[Change]] = {}
    same: dict[str, set[str]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            continue
        rows = _rows(statement)
        for node in ast.walk(statement):
            for name, part in _changed(node):
                change = Change(getattr(node, "lineno", statement.lineno), part)
                whole = rows.get(name, name)
                for one in {name, whole} | same.get(whole, set()):
                    found.setdefault(one, []).append(change)
        _note_names(statement, same)
    return {name: sorted(set(changes), key=lambda one: one.line) for name, changes in found.items()}


def _rows(statement: ast.stmt) -> dict[str, str]:
    """Return the names that stand for one row of an array after the other, and the array's name."""
    found = {}
    for node in ast.walk(statement):
        match node:
            case ast.For(target=ast.Name(id=row), iter=ast.Name(id=array)):
                found[row] = array
            case ast.For(
                target=ast.Tuple(elts=[_, ast.Name(id=row)]),
                iter=ast.Call(func=ast.Name(id="enumerate"), args=[ast.Name(id=array)]),
            ):
                found[row] = array
    return found


def _note_names(statement: ast.stmt, same: dict[str, set[str]]) -> None:
    """Note which names a statement makes names of one object, and which it does no longer."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    bound = {target.id for target in targets if isinstance(target, ast.Name)}
    for name in bound:
        for other in same.pop(name, set()):
            same[other].discard(name)
    value = statement.value if isinstance(statement, ast.Assign) else None
    if isinstance(value, ast.Name):
        group = bound | {value.id} | same.get(value.id, set())
        for name in group:
            same[name] = group - {name}


def _changed(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names whose objects a piece of code changes, each with the column, if it is one."""
    match node:
        case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
            yield from _named(node)
        case ast.Call(func=ast.Attribute() as function):
            yield from _changed_by_call(node, function)
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute()) as call):
            yield from ((name, column) for column in _columns_made(call, name))


def _changed_by_call(call: ast.Call, function: ast.Attribute) -> Iterator[tuple[str, str]]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    place = _OUT.get(function.attr, len(call.args))
    into = [named.get("out"), *call.args[place : place + 1]]
    if function.attr in _INTO_THE_FIRST:
        into += call.args[:1]
    yield from ((value.id, "") for value in into if isinstance(value, ast.Name))
    match named.get("inplace"):
        case ast.Constant(value=True):
            yield from _named(function.value)


def _columns_made(call: ast.Call, name: str) -> list[str]:
    """Return the columns that a table gets anew by one of its methods, under its own name."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=owner), attr="assign") if owner == name:
            return [keyword.arg for keyword in call.keywords if keyword.arg]
        case _:
            return []


def _named(value: ast.expr) -> Iterator[tuple[str, str]]:
    """Yield the name that an expression such as `table["column"]` begins with, and the column."""
    part = ""
    while isinstance(value, ast.Subscript | ast.Attribute):
        match value:
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                part = key
            case ast.Subscript(slice=ast.Tuple(elts=[*_, ast.Constant(value=str(key))])):
                part = key
            case ast.Attribute(attr=key) if key not in {"loc", "iloc", "values", "flat"}:
                part = key
        value = value.value
    if isinstance(value, ast.Name):
        yield value.id, part
