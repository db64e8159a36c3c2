"""What a learner's file says in so many words, where its run does not tell: which calls it has.

A check asks for that to name the line of a fault, or its cause. What is right is never decided by
it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from grader.changes import changes_of
from grader.loops import LOOPS
from grader.names import Change


@dataclass(frozen=True)
class WrittenCall:
    """A call as it is written: `val_acc.plot(ax=ax)`."""

    name: str
    """Of what is called, the last part of it: `plot`."""
    owner: str
    """What stands before the last dot: `val_acc`; "" where there is none."""
    line: int
    arguments: tuple[str, ...]
    """The texts of those without a name."""
    keywords: dict[str, str]
    """The texts of the others, by their names."""
    in_loop: bool
    """Whether it stands in a loop, of the function that it stands in."""
    function: str
    """The innermost function that it stands in; "" outside of all."""
    of_made: bool = False
    """Whether what is called is made right there: `Flatten()(x)`; then its name is `Flatten`."""


class WrittenFile:
    """The text of a learner's file; of one with blanks, as far as it was run."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree; an empty one where it cannot be read in this process."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])

    @cached_property
    def standing_alone(self) -> dict[str, int]:
        """The lines of what is named alone, or printed, and not called: `model.compile`."""
        alone = [node.value for node in ast.walk(self.tree) if isinstance(node, ast.Expr)]
        printed = [
            argument
            for node in alone
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
            for argument in node.args
        ]
        return {
            text: value.lineno
            for value in [*alone, *printed]
            if isinstance(value, ast.Attribute | ast.Name) and (text := _text(value))
        }

    @cached_property
    def changes(self) -> dict[str, list[Change]]:
        """The lines that change what each of its names holds; see `changes_of`."""
        return changes_of(self.tree)

    def calls(self, name: str, inside: str = "") -> list[WrittenCall]:
        """Return the calls of a function or method of this name, in the order of their lines.

        Args:
            name: without its owner, `fit`.
            inside: a function of the file that they stand in; "" for all calls of the file.
        """
        top = self.function(inside) if inside else self.tree
        found = [] if top is None else _calls_in(top)
        return sorted((call for call in found if call.name == name), key=lambda call: call.line)

    @cached_property
    def keywords(self) -> set[str]:
        """The names of all arguments that its calls give by name."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.keyword)]
        return {node.arg for node in nodes if node.arg}

    def second_names(self, name: str) -> dict[str, int]:
        """Return the names that are given what NAME holds, and no copy of it; with their lines."""
        return {
            target.id: node.lineno
            for node in self.tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
            for target in node.targets
            if isinstance(target, ast.Name) and node.value.id == name
        }

    def lines_of_attribute(self, name: str) -> list[int]:
        """Return the lines that speak of an attribute of this name: `T`, of `table.T`."""
        return self._lines(lambda node: isinstance(node, ast.Attribute) and node.attr == name)

    def lines_setting(self, name: str) -> list[int]:
        """Return the lines that give an attribute of this name a value: `layer.trainable = …`."""
        return self._lines(
            lambda node: (
                isinstance(node, ast.Attribute)
                and node.attr == name
                and isinstance(node.ctx, ast.Store)
            )
        )

    def lines_dividing_by(self, number: float) -> list[int]:
        """Return the lines that divide something by this number."""
        return self._lines(
            lambda node: (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Div)
                and isinstance(node.right, ast.Constant)
                and node.right.value == number
            )
        )

    def line_of_key(self, key: str) -> int | None:
        """Return the only line that has this key of a dictionary in quotes; None of several."""
        lines = [
            part.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Dict)
            for part in node.keys
            if isinstance(part, ast.Constant) and part.value == key
        ]
        return lines[0] if len(lines) == 1 else None

    def lines_alone(self, name: str) -> list[int]:
        """Return the lines of calls of this name whose results are kept nowhere: `Input((2,))`."""
        return sorted(
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func).rpartition(".")[2] == name
        )

    def in_comments(self, text: str) -> list[int]:
        """Return the lines that are comments, and begin with this: `model.compile(`."""
        lines = [line.lstrip() for line in self._source.split("\n")]
        return [
            number
            for number, line in enumerate(lines, start=1)
            if line.startswith("#") and line.lstrip("# ").startswith(text)
        ]

    def _lines(self, fits: Callable[[ast.AST], bool]) -> list[int]:
        nodes = [node for node in ast.walk(self.tree) if fits(node)]
        return sorted(node.lineno for node in nodes if isinstance(node, ast.expr))

    def line_emptied_in_loop(self, name: str) -> int | None:
        """Return the only line of a loop that makes NAME an empty list again in each turn."""
        lines = [
            node.lineno
            for loop in self.tree.body
            if isinstance(loop, ast.For | ast.While)
            for node in ast.walk(loop)
            if isinstance(node, ast.Assign) and ast.unparse(node.value) in {"[]", "list()"}
            for target in node.targets
            if isinstance(target, ast.Name) and target.id == name
        ]
        return lines[0] if len(lines) == 1 else None

    def line_in_loop(self, name: str) -> int | None:
        """Return the line of a loop that gives NAME a new value each time; functions aside."""
        lines = [
            node.lineno
            for loop in self.tree.body
            if isinstance(loop, ast.For | ast.While)
            for part in loop.body
            for node in ast.walk(part)
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        ]
        return max(lines, default=None)

    def function(self, name: str) -> ast.FunctionDef | None:
        """Return the function of this name; None where there is none, or several."""
        found = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef) and node.name == name
        ]
        return found[0] if len(found) == 1 else None

    def nodes_in(self, function: str) -> list[ast.AST]:
        """Return the parts of a function of the file; none where there is no such one."""
        found = self.function(function)
        return [] if found is None else list(ast.walk(found))


def _calls_in(top: ast.AST) -> Iterator[WrittenCall]:
    waiting: list[tuple[ast.AST, bool, str]] = [(top, False, "")]
    while waiting:
        node, in_loop, function = waiting.pop()
        if isinstance(node, ast.Call) and (call := _written(node, in_loop, function)):
            yield call
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            in_loop, function = False, getattr(node, "name", "lambda")
        elif isinstance(node, LOOPS):
            in_loop = True
        waiting.extend((child, in_loop, function) for child in ast.iter_child_nodes(node))


def _written(node: ast.Call, in_loop: bool, function: str) -> WrittenCall | None:
    called, of_made = node.func, isinstance(node.func, ast.Call)
    if isinstance(called, ast.Call):
        called = called.func
    match called:
        case ast.Name(id=name):
            owner = ""
        case ast.Attribute(value=value, attr=name):
            owner = _text(value)
        case _:
            return None
    keywords = {keyword.arg: _text(keyword.value) for keyword in node.keywords if keyword.arg}
    arguments = tuple(_text(argument) for argument in node.args)
    return WrittenCall(name, owner, node.lineno, arguments, keywords, in_loop, function, of_made)


def _text(node: ast.expr) -> str:
    """Return what is written there; "" where that is long, as nobody compares it with anything."""
    if (node.end_lineno or node.lineno) > node.lineno:
        return ""
    return ast.unparse(node) if (node.end_col_offset or 0) - node.col_offset <= _SHORT else ""


_SHORT = 80
