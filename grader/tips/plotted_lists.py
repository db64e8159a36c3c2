"""Lists that are plotted against each other, and are not equally long: which, and why."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from grader.loops import LOOPS
from grader.places import OnLine, Said, said
from grader.tips.failure import Failure
from grader.verdict import Tip

_FILLING = {"append", "extend", "insert"}
"""Methods that put something into a list."""


def lists_differ(failure: Failure) -> Tip | None:
    """Tell of a list that is shorter than what it is plotted against."""
    found = re.search(
        r"x and y must have same first dimension, but have shapes \((\d+),\) and \((\d+),\)",
        failure.message,
    )
    if not found:
        return None
    shorter, longer = sorted(int(length) for length in found.groups())
    names = [
        name
        for name in sorted(failure.names())
        if (held := failure.held.get(name)) and held.type == "list" and held.shape == (shorter,)
    ]
    if len(names) != 1:
        return None
    name = names[0]
    has = "is empty" if shorter == 0 else f"has {shorter} value{'s' * (shorter != 1)}"
    text = f"`{name}` {has} in the plot, and {longer} values are plotted against it."
    fillings = list(_fillings(failure, name))
    if not fillings and shorter == 0 and _is_made_empty(failure, name):
        return failure.tip(f"{text} Nothing puts anything into it: there is no `{name}.append(…)`.")
    if len(fillings) == 1 and (loop := _loop_before(failure, fillings[0])):
        return failure.tip(
            _outside(text, fillings[0].method, loop, once=shorter == 1), fillings[0].line
        )
    return failure.tip(text)


def _outside(text: str, method: str, loop: int, *, once: bool) -> Said:
    runs = "So it runs once." if once else "So it does not run in each turn."
    return said(
        f"{text} The `{method}` here stands outside of the loop ", OnLine(loop), f". {runs}"
    )


class _Filling(NamedTuple):
    method: str
    line: int


def _fillings(failure: Failure, name: str) -> Iterator[_Filling]:
    """Yield where something is put into a list, before the error."""
    for node in ast.walk(failure.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=method)):
                if owner == name and method in _FILLING and node.lineno <= failure.line:
                    yield _Filling(method, node.lineno)
            case ast.AugAssign(target=ast.Name(id=owner)) if owner == name:
                yield _Filling("+=", node.lineno)


def _is_made_empty(failure: Failure, name: str) -> bool:
    """Whether a name is only ever given an empty list, and nothing else can fill that."""
    values = [value for made, value, _ in failure.assigned() if made == name]
    mentions = [
        node
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Name) and node.id == name and node.lineno < failure.line
    ]
    printed = [
        part
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
        for part in ast.walk(node)
    ]
    others = [node for node in mentions if node not in printed and isinstance(node.ctx, ast.Load)]
    empty = all(ast.unparse(value) in {"[]", "list()"} for value in values)
    return bool(values) and empty and not others


def _loop_before(failure: Failure, filling: _Filling) -> int | None:
    """Return the line of the last loop that ended before this; None where it stands in one."""
    loops = [node for node in ast.walk(failure.tree) if isinstance(node, LOOPS)]
    if any(loop.lineno <= filling.line <= (loop.end_lineno or 0) for loop in loops):
        return None
    before = [
        loop.lineno
        for loop in loops
        if isinstance(loop, ast.For | ast.While) and (loop.end_lineno or 0) < filling.line
    ]
    return max(before, default=None)
