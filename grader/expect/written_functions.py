"""The lines of a function that a learner wrote, by what they do, to point at one of them.

Where a function has several such lines, or none, its first line stands for them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from grader.expect.findings import Evidence


class WrittenFunction:
    """A function of a learner's file, as it is written."""

    def __init__(self, evidence: Evidence, name: str) -> None:
        self._first = evidence.line_of(name)
        self._nodes = evidence.written.nodes_in(name)

    def line_of_call(self, name: str) -> int | None:
        """Return the line that calls a function or a method of this name."""
        return self._line_of_one(lambda node: _calls(node, name))

    def line_giving(self, name: str) -> int | None:
        """Return the only line that gives a name a value; None of several."""
        lines = [
            node.lineno
            for node in self._nodes
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        ]
        return lines[0] if len(lines) == 1 else None

    def line_returning(self, name: str) -> int | None:
        """Return the line that returns what a call of this name gives; None where none does."""
        lines = [
            node.lineno
            for node in self._nodes
            if isinstance(node, ast.Return) and node.value is not None and _calls(node.value, name)
        ]
        return lines[0] if len(lines) == 1 else None

    @property
    def line_of_result(self) -> int | None:
        """The line that returns something that was computed."""
        return self._line_of_one(
            lambda node: (
                isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None)
            )
        )

    @property
    def line_of_refusal(self) -> int | None:
        """The line that returns False."""
        return self._line_of_one(
            lambda node: (
                isinstance(node, ast.Return)
                and isinstance(node.value, ast.Constant)
                and node.value.value is False
            )
        )

    @property
    def line_of_printed_result(self) -> int | None:
        """The line that prints something else than words that stand there in quotes."""
        return self._line_of_one(
            lambda node: (
                isinstance(node, ast.Call)
                and _calls(node, "print")
                and any(not isinstance(part, ast.Constant | ast.JoinedStr) for part in node.args)
            )
        )

    @property
    def line_of_decision(self) -> int | None:
        """The line of its `if`."""
        return self._line_of_one(lambda node: isinstance(node, ast.If))

    @property
    def line_of_step(self) -> int | None:
        """The line that adds a number to something, or takes one away."""
        return self._line_of_one(
            lambda node: (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Add | ast.Sub)
                and any(_is_number(part) for part in (node.left, node.right))
            )
        )

    def binds(self, name: str) -> bool:
        """Whether it gives a name a value, an argument's name a new one."""
        return any(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
            for node in self._nodes
        )

    def _line_of_one(self, fits: Callable[[ast.AST], bool]) -> int | None:
        lines = {
            node.lineno
            for node in self._nodes
            if isinstance(node, ast.stmt | ast.expr) and fits(node)
        }
        return lines.pop() if len(lines) == 1 else self._first


def _calls(node: ast.AST, name: str) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute):
        return called.attr == name
    return isinstance(called, ast.Name) and called.id == name


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)
