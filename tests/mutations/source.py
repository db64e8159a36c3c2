"""A reference solution as a text and as a syntax tree, and changes to it by place.

Only what stands between the solution's markers is an answer; the given part is left
alone. Lines keep their numbers, so that a mutant's line is the one in the reference.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from grader.catalogue import Exercise
from grader.stubs import BEGIN, END


@dataclass(frozen=True)
class Edit:
    """A piece of the source, from byte START to byte END, and what comes in its place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Solution:
    """A solution's source with its markers."""

    id: str
    """Of the exercise."""
    text: str
    checks: str = field(default="", repr=False)
    """The source of the exercise's checks, for which names they read."""

    @classmethod
    def of(cls, exercise: Exercise) -> Solution:
        """Return an exercise's reference solution."""
        texts = (path.read_text("utf-8") for path in (exercise.solution, exercise.checks))
        return cls(exercise.id, *texts)

    @cached_property
    def tree(self) -> ast.Module:
        """The whole file."""
        return ast.parse(self.text)

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode()

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self._bytes.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def _answer_lines(self) -> set[int]:
        lines, inside = set(), False
        for number, line in enumerate(self.text.splitlines(), start=1):
            mark = line.strip()
            inside = mark == BEGIN or (inside and mark != END)
            if inside:
                lines.add(number)
        return lines

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node that each node stands in."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def is_answer(self, node: ast.AST) -> bool:
        """Whether a node stands in the answer, not in the given part."""
        return getattr(node, "lineno", 0) in self._answer_lines

    def nodes(self, kind: type[ast.AST]) -> Iterator[ast.AST]:
        """Yield the answer's nodes of one kind, in the order of the source."""
        found = [n for n in ast.walk(self.tree) if isinstance(n, kind) and self.is_answer(n)]
        return iter(sorted(found, key=lambda node: (node.lineno, node.col_offset)))  # type: ignore[attr-defined]

    def calls(self, *names: str) -> list[ast.Call]:
        """Return the answer's calls of functions or methods of these names."""
        calls = [node for node in self.nodes(ast.Call) if isinstance(node, ast.Call)]
        return [call for call in calls if not names or called(call) in names]

    def statements(self) -> list[ast.stmt]:
        """Return the answer's statements, at any depth."""
        return [node for node in self.nodes(ast.stmt) if isinstance(node, ast.stmt)]

    def top_statements(self) -> list[ast.stmt]:
        """Return the answer's statements that stand in no other statement of the answer."""
        return [
            node for node in self.statements() if not self.is_answer(self.parents.get(node, node))
            or isinstance(self.parents[node], ast.Module)
        ]  # fmt: skip

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement that a node stands in."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends, in bytes."""
        begin = self._line_starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        end = self._line_starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]
        return begin, end

    def piece(self, node: ast.AST) -> str:
        """Return a node's own text."""
        begin, end = self.span(node)
        return self._bytes[begin:end].decode()

    def put(self, node: ast.AST, text: str) -> Edit:
        """Return the edit that puts TEXT in the place of a node."""
        return Edit(*self.span(node), text)

    def change(self, edits: Iterable[Edit]) -> Solution:
        """Return the solution with these edits, which must not overlap."""
        data = self._bytes
        ordered = sorted(edits, key=lambda edit: edit.start, reverse=True)
        for later, earlier in itertools.pairwise(ordered):
            assert earlier.end <= later.start, f"{self.id}: edits overlap"
        for edit in ordered:
            data = data[: edit.start] + edit.text.encode() + data[edit.end :]
        return replace(self, text=data.decode())

    def answer(self) -> str:
        """Return the file as a learner would hand it in: where the markers were, lines are empty.

        Raises:
            SyntaxError: an edit has spoilt it.
        """
        lines = ["" if line.strip() in {BEGIN, END} else line for line in self.text.splitlines()]
        source = "\n".join(lines) + "\n"
        ast.parse(source)
        return source


def called(call: ast.Call) -> str:
    """Return the name of the function or method that a call calls; "" where it has none."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword argument; None where it is not given."""
    return next((part.value for part in call.keywords if part.arg == name), None)


def constant(node: ast.AST | None) -> object:
    """Return the value of a constant, a sign included; None for anything else."""
    try:
        return ast.literal_eval(node) if isinstance(node, ast.expr) else None
    except ValueError:
        return None


def short(text: str, limit: int = 60) -> str:
    """Return a text on one line, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
