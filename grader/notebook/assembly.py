"""One source from the cells of a notebook, and the way back from its lines to the cells.

The engine grades a file and speaks of its lines as of places. A learner who has a notebook
wants to hear of cells, so here is how such places are told.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from grader.places import InCells, Span

_DISPLAY = "def display(*things, **options):\n    print(*things, sep='\\n')\n"
"""Notebooks have `display`, files do not."""

_LONGEST_READ = 300_000
"""Characters. What is longer is no answer, and takes seconds to parse."""


@dataclass(frozen=True)
class Piece:
    """A part of a source, and where it really stands."""

    text: str
    cell: str
    """As a learner is told, `cell 3`; empty where there is but one."""
    first_line: int = 1
    """The line of the cell that the text begins with."""


class Assembled:
    """A source that was put together from pieces."""

    def __init__(
        self,
        pieces: Iterable[Piece],
        noun: str = "notebook",
        *,
        name: str = "",
        command: str = "grade",
    ) -> None:
        """Put PIECES that hold statements one below the other; for the rest see `InCells`."""
        self.pieces = [piece for piece in pieces if holds_statements([piece])]
        self.source, spans = _joined(self.pieces)
        if _lacks_display(self.source):
            # behind the first piece: that is the given part, which a docstring opens
            self.pieces.insert(min(1, len(self.pieces) - 1), Piece(_DISPLAY, ""))
            self.source, spans = _joined(self.pieces)
        self.places = InCells(spans, noun, name, command)


def _joined(pieces: Iterable[Piece]) -> tuple[str, tuple[Span, ...]]:
    parts: list[str] = []
    spans: list[Span] = []
    lines = 0
    for piece in pieces:
        text = piece.text if piece.text.endswith("\n") else f"{piece.text}\n"
        if parts and not parts[-1].endswith("\n\n"):
            parts[-1] += "\n"
            lines += 1
        spans.append(Span(lines + 1, piece.cell, piece.first_line))
        parts.append(text)
        lines += text.count("\n")
    return "".join(parts), tuple(spans)


def _lacks_display(source: str) -> bool:
    """Whether `display` is read and nowhere made. In a kernel it is one of the built-in names."""
    tree = _tree(source)
    if "display" not in source or tree is None:
        return False
    read = made = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "display":
            read |= isinstance(node.ctx, ast.Load)
            made |= isinstance(node.ctx, ast.Store)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.alias | ast.arg):
            name = node.arg if isinstance(node, ast.arg) else node.name
            made |= name == "display" or getattr(node, "asname", None) == "display"
    return read and not made


def _tree(source: str) -> ast.Module | None:
    if len(source) > _LONGEST_READ:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def holds_statements(pieces: Iterable[Piece]) -> bool:
    """Whether there is more in the pieces than comments and texts."""
    for piece in pieces:
        tree = _tree(piece.text)
        if tree is None or not all(
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            for node in tree.body
        ):
            return True
    return False
