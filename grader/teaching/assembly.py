"""One source from the cells of a notebook, and the way back from its lines to the cells.

The engine grades a file and speaks of its lines as of places. A learner who has a notebook
wants to hear of cells, so here is how such places are told.
"""

from __future__ import annotations

import ast
import io
import warnings
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from msgspec import Struct
from rich.console import Console

from grader.catalogue import Exercise
from grader.places import Places
from grader.show.terminal import show_verdict
from grader.submission import MAX_SOURCE_BYTES, SourceFile, Submission
from grader.verdict import Verdict

_DISPLAY = "def display(*things, **options):\n    print(*things, sep='\\n')\n"
"""Notebooks have `display`, files do not."""

_COLUMNS = 80


@dataclass(frozen=True)
class Piece:
    """A part of a source, and where it really stands."""

    text: str
    cell: str
    """As a learner is told, `cell 3`; empty where there is but one."""
    first_line: int = 1
    """The line of the cell that the text begins with."""


class Span(Struct, frozen=True):
    """Some lines of an assembled source, and where they really stand."""

    start: int
    """The source's line that they begin with."""
    cell: str
    first_line: int
    """The cell's line that they begin with."""


class InCells(Struct, frozen=True):
    """The places of an assembled source, as lines of cells."""

    spans: tuple[Span, ...]
    """In the order of their lines."""
    noun: str = "notebook"
    name: str = ""

    def line(self, number: int, *, named: bool = False) -> str:
        """See `Places.line`."""
        found = bisect_right(self.spans, number, key=lambda span: span.start) - 1
        if found < 0:
            return f"line {number}"
        span = self.spans[found]
        inside = number - span.start + span.first_line
        if inside < 1:  # above what the cell shows
            return span.cell
        return f"{span.cell}, line {inside}" if span.cell else f"line {inside}"

    def lines(self, numbers: Iterable[int]) -> str:
        """See `Places.lines`."""
        return "; ".join(self.line(number) for number in numbers)

    def alone(self, number: int) -> str:
        """See `Places.alone`."""
        return self.line(number)


class Assembled:
    """A source that was put together from pieces."""

    def __init__(self, pieces: Iterable[Piece], noun: str = "notebook") -> None:
        """Put PIECES one below the other. NOUN is what messages call the whole."""
        self.pieces = [piece for piece in pieces if piece.text.strip()]
        self.source, spans = _joined(self.pieces)
        if len(self.source) <= MAX_SOURCE_BYTES and _lacks_display(self.source):
            # behind the first piece: that is the given part, which a docstring opens
            self.pieces.insert(min(1, len(self.pieces) - 1), Piece(_DISPLAY, ""))
            self.source, spans = _joined(self.pieces)
        self.places = InCells(spans, noun)

    def submission(self, exercise: Exercise, name: str = "") -> Submission:
        """Return it as an answer to an exercise, under its file's name unless NAME is given."""
        data = self.source.encode("utf-8", "replace")
        size = len(data) if len(data) > MAX_SOURCE_BYTES else None
        return Submission(exercise, name or PurePosixPath(exercise.file).name, data, size=size)

    def as_file(self, name: str, path: str) -> SourceFile:
        """Return it as a file of NAME, whose notebook lies at PATH."""
        data = self.source.encode("utf-8", "replace")
        size = len(data) if len(data) > MAX_SOURCE_BYTES else None
        return SourceFile(name, data, path, size)


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


def as_text(verdict: Verdict, places: Places) -> str:
    """Return what the terminal would show of a verdict, on 80 columns."""
    shown = io.StringIO()
    console = Console(file=shown, width=_COLUMNS, color_system=None, force_jupyter=False)
    show_verdict(verdict, console, places)
    return shown.getvalue().rstrip()


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
