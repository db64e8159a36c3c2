"""An error that stopped a learner's file, and the statement in which it came up."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from grader.evidence.record import FailedCall, Held
from grader.names import Names
from grader.places import Line, Said
from grader.verdict import Fact, Tip


class ParsedFile(Protocol):
    """A learner's file, as tips look at it."""

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""

    @property
    def source(self) -> str:
        """Its text."""

    @property
    def left_out(self) -> tuple[int, ...]:
        """Its lines that only a notebook can run, and that did not run."""


class MethodCall(NamedTuple):
    """`owner.name(arguments)`."""

    owner: ast.expr
    name: str
    arguments: list[ast.expr]
    line: int


@dataclass(frozen=True)
class Failure:
    """An error, and the statement of the learner's file in which it came up."""

    kind: str
    message: str
    line: int
    tree: ast.Module
    known: Names
    """That the exercise knows; a bare answer need not load what it hands out."""
    call: FailedCall | None = None
    """What failed, where the recorder knows it."""
    held: Mapping[str, Held] = field(default_factory=dict)
    """What the names on the line held."""
    behind: Mapping[str, Held] = field(default_factory=dict)
    """What the names held that those were made of."""
    nearest: str = ""
    """The attribute that is most like one that is not there."""
    lines: Sequence[int] = ()
    """All lines of the file that were under way, outermost first."""

    def tip(self, text: Said, line: int | None = None, tells: Fact | None = None) -> Tip:
        """Return what to say of the error, at its own line or at another one to blame."""
        return Tip(text, Line(line or self.line), tells)

    def nodes(self) -> list[ast.AST]:
        """Return the parts of the innermost statement that holds the line."""
        around = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt) and node.lineno <= self.line <= (node.end_lineno or 0)
        ]
        if not around:
            return []
        statement = min(around, key=lambda node: (node.end_lineno or 0) - node.lineno)
        return list(ast.walk(statement))

    def outermost(self) -> int:
        """Return the line outside of functions that was under way."""
        return self.lines[0] if self.lines else self.line

    def _reached(self) -> int:
        """Return the last line that may have run: a function stands above where it is called."""
        return max(self.line, self.outermost())

    def at_hand(self) -> str:
        """Tell of the features and labels that the exercise hands out undivided; else ""."""
        undivided = {"X", "y"} <= set(self.known.given)
        return " Here there are `X` and `y`." if undivided else ""

    def scope(self) -> int:
        """Return the first line of the innermost function around the line; 0 outside of all."""
        around = [
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef)
            and node.lineno < self.line <= (node.end_lineno or 0)
        ]
        return max(around, default=0)

    def names(self) -> set[str]:
        """Return the names that the statement reads."""
        return {
            node.id
            for node in self.nodes()
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }

    def calls(self, *methods: str) -> bool:
        """Whether the statement calls one of these methods."""
        return any(call.name in methods for call in method_calls(self.nodes()))

    def features(self) -> ast.expr | None:
        """Return what the method that failed is given as features; None where that is in doubt."""
        return self._given(0, "x")

    def labels(self) -> ast.expr | None:
        """Return what the method that failed is given as labels; None where that is in doubt."""
        return self._given(1, "y")

    def _given(self, place: int, name: str) -> ast.expr | None:
        method = self.call.name if self.call is not None else ""
        given = [
            value
            for node in self.nodes()
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
            for value in [
                *node.args[place : place + 1],
                *(k.value for k in node.keywords if k.arg == name),
            ]
        ]
        return given[0] if len(given) == 1 else None

    def assignments(self) -> list[tuple[str, ast.Assign]]:
        """Return what was assigned, before the error, to the names that the statement reads."""
        names = self.names()
        return [
            (target.id, node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign) and node.lineno <= self._reached()
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in names
        ]

    def assigned(self) -> Iterator[tuple[str, ast.expr, int]]:
        """Yield what the names on the line were given before, also where several are at once."""
        names = self.names()
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Assign) or node.lineno > self._reached():
                continue
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                for made, value in pairs:
                    if isinstance(made, ast.Name) and made.id in names:
                        yield made.id, value, node.lineno


def method_calls(nodes: Iterable[ast.AST]) -> list[MethodCall]:
    """Return which methods are called in these nodes."""
    return [
        MethodCall(node.func.value, node.func.attr, node.args, node.lineno)
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
