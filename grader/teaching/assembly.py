"""One source from the cells of a notebook, and the way back from its lines to the cells.

The engine grades a file and tells of its lines. A learner who has a notebook wants to
hear of cells, so what is said of a verdict is told anew here.
"""

from __future__ import annotations

import ast
import io
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from grader.show.terminal import show_verdict
from grader.submission import MAX_SOURCE_BYTES
from grader.verdict import Verdict

_DISPLAY = "def display(*things, **options):\n    print(*things, sep='\\n')\n"
"""Notebooks have `display`, files do not."""

_LINES = re.compile(r"\b(?:in|on) lines? (?P<several>\d+(?:, \d+)*)|\b[Ll]ine (?P<one>\d+)\b")
_YOUR_FILE = re.compile(r"\b([Yy])our file\b")
_OURS_IN_VALUES = re.compile(r"\b(?:your file [a-z ]+|evaluate returns) on line \d+\b")
_ONLY_FOR_FILES = (" `--timeout` allows more.", " Let the file run to its end.")


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

    def __init__(self, pieces: Iterable[Piece], noun: str = "notebook") -> None:
        """Put PIECES one below the other. NOUN is what messages call the whole."""
        self.pieces = [piece for piece in pieces if piece.text.strip()]
        self.noun = noun
        self._starts: list[int] = []
        self.source = self._joined()
        if len(self.source) <= MAX_SOURCE_BYTES and _lacks_display(self.source):
            # behind the first piece: that is the given part, which a docstring opens
            self.pieces.insert(min(1, len(self.pieces) - 1), Piece(_DISPLAY, ""))
            self.source = self._joined()

    def _joined(self) -> str:
        parts: list[str] = []
        self._starts.clear()
        lines = 0
        for piece in self.pieces:
            text = piece.text if piece.text.endswith("\n") else f"{piece.text}\n"
            if parts and not parts[-1].endswith("\n\n"):
                parts[-1] += "\n"
                lines += 1
            self._starts.append(lines + 1)
            parts.append(text)
            lines += text.count("\n")
        return "".join(parts)

    def place(self, line: int) -> str:
        """Return where a line of the source stands: `cell 3, line 2`."""
        number = bisect_right(self._starts, line) - 1
        if number < 0:
            return f"line {line}"
        piece = self.pieces[number]
        inside = line - self._starts[number] + piece.first_line
        if inside < 1:  # above what the cell shows
            return piece.cell
        return f"{piece.cell}, line {inside}" if piece.cell else f"line {inside}"

    def retold(self, verdict: Verdict) -> Verdict:
        """Return a verdict whose words tell of cells where they told of the file's lines."""
        told = deepcopy(verdict)
        file = re.escape(Path(told.file).name)
        first, newline, rest = told.message.partition("\n")
        for words in _ONLY_FOR_FILES:
            first = first.replace(words, "")
        if file:
            first = re.sub(rf"(line \d+) of {file}", r"\1", first)
            first = re.sub(rf"^{file}", f"Your {self.noun}", first)
        first = re.sub(rf" `grade reset {re.escape(told.id)}` brings .*", "", first)
        told.message = self._in_cells(first) + newline + rest
        told.tips = [self._in_cells(tip) for tip in told.tips]
        for check in told.checks:
            check.message = self._in_cells(check.message)
            # may quote what the learner's code made; only words of ours are told anew
            check.got = _OURS_IN_VALUES.sub(lambda found: self._in_cells(found[0]), check.got)
        return told

    def _in_cells(self, text: str) -> str:
        """Return a text of ours with cells in place of lines, and no word of a file."""

        def place(found: re.Match[str]) -> str:
            numbers = found["several"] or found["one"]
            where = "; ".join(self.place(int(line)) for line in numbers.split(", "))
            if found["several"]:
                return f"in {where}"
            return where[:1].upper() + where[1:] if found[0].startswith("L") else where

        return _YOUR_FILE.sub(rf"\1our {self.noun}", _LINES.sub(place, text))

    def as_text(self, verdict: Verdict) -> str:
        """Return what the terminal would show of a retold verdict, on 80 columns."""
        shown = io.StringIO()
        console = Console(file=shown, width=80, color_system=None, force_jupyter=False)
        show_verdict(verdict, console)
        file = re.escape(Path(verdict.file).name)
        return re.sub(
            rf"(?m)^( {{6}}){file}:(\d+)$",
            lambda found: found[1] + self.place(int(found[2])),
            shown.getvalue().rstrip(),
        )


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
