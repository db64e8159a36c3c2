"""What is said to a learner, and the places in their file that it speaks of.

A place stays a value until it is shown: where a terminal writes `line 12`, a notebook writes
`cell 3, line 2`. So a text that names places is a tuple of texts and places, put together by
`said` and made one text by `render`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Protocol, TypeAlias

from msgspec import Struct


class Line(Struct, frozen=True, tag="line"):
    """A line of the file: `line 12`."""

    number: int
    named: bool = False
    """Whether to tell the file's name as well: `line 12 of answer.py`."""


class OnLine(Struct, frozen=True, tag="on line"):
    """On a line of the file: `on line 12`; in a cell of a notebook: `in cell 3, line 2`."""

    number: int


class Lines(Struct, frozen=True, tag="lines"):
    """Several lines: `lines 3, 5, 8`; `line 3` where it is one."""

    numbers: tuple[int, ...]


class YourFile(Struct, frozen=True, tag="your file"):
    """What was graded: `your file`, `your notebook`."""

    begins: bool = False
    """Whether a sentence begins with it."""


class FileName(Struct, frozen=True, tag="file name"):
    """Its name: `answer.py`; `your notebook`, which has lost its own."""

    begins: bool = True
    """Whether a sentence begins with it."""


class ForFiles(Struct, frozen=True, tag="for files"):
    """Words that only help somebody who grades files with commands: nothing in a notebook."""

    text: str


Part: TypeAlias = str | Line | OnLine | Lines | YourFile | FileName | ForFiles
Said: TypeAlias = str | tuple[Part, ...]


def said(*parts: Said | Line | OnLine | Lines | YourFile | FileName | ForFiles) -> Said:
    """Put a text together; one without places is a plain text."""
    flat: list[Part] = []
    for part in parts:
        for one in part if isinstance(part, tuple) else (part,):
            if isinstance(one, str) and flat and isinstance(flat[-1], str):
                flat[-1] += one
            elif one != "":
                flat.append(one)
    if not flat:
        return ""
    first = flat[0]
    return first if len(flat) == 1 and isinstance(first, str) else tuple(flat)


class Places(Protocol):
    """How the places of one file are told."""

    @property
    def noun(self) -> str:
        """What the whole is called: `file`, `notebook`."""

    @property
    def name(self) -> str:
        """The file's name; "" where learners know it under none."""

    @property
    def command(self) -> str:
        """What learners call the grader with, where they read this."""

    def line(self, number: int, *, named: bool = False) -> str:
        """Return a line's place within a sentence: `line 12`; `cell 3, line 2`."""

    def lines(self, numbers: Iterable[int]) -> str:
        """Return several lines' places within a sentence: `lines 3, 5`."""

    def alone(self, number: int) -> str:
        """Return a line's place where it stands alone: `answer.py:12`; `cell 3, line 2`."""


class InFile(Struct, frozen=True):
    """The places of a file, as its lines."""

    name: str
    noun: str = "file"
    command: str = "grade"

    def line(self, number: int, *, named: bool = False) -> str:
        """See `Places.line`."""
        return f"line {number} of {self.name}" if named else f"line {number}"

    def lines(self, numbers: Iterable[int]) -> str:
        """See `Places.lines`."""
        texts = [str(number) for number in numbers]
        return f"line{'' if len(texts) == 1 else 's'} {', '.join(texts)}"

    def alone(self, number: int) -> str:
        """See `Places.alone`."""
        return f"{self.name}:{number}"


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
    """The notebook's file name; "" where learners have it open."""
    command: str = "grade"
    """What calls the grader where it is shown: `grade` in a terminal, `%grade` in a notebook."""

    def line(self, number: int, *, named: bool = False) -> str:
        """See `Places.line`."""
        span = self._span(number)
        if span is None:
            return f"line {number}"
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

    def cell(self, number: int) -> str:
        """Return the cell that a line stands in; "" where it has no name."""
        span = self._span(number)
        return span.cell if span else ""

    def _span(self, number: int) -> Span | None:
        found = bisect_right(self.spans, number, key=lambda span: span.start) - 1
        return self.spans[found] if found >= 0 else None


def render(text: Said, places: Places) -> str:
    """Return what is said as one text, with its places as PLACES tells them."""
    return text if isinstance(text, str) else "".join(_part(part, places) for part in text)


def _part(part: Part, places: Places) -> str:
    match part:
        case Line(number, named):
            return places.line(number, named=named)
        case OnLine(number):
            return f"{'on' if places.noun == 'file' else 'in'} {places.line(number)}"
        case Lines(numbers):
            return places.lines(numbers)
        case FileName() if places.name:
            return places.name
        case YourFile(begins) | FileName(begins):
            return f"{'Your' if begins else 'your'} {places.noun}"
        case ForFiles(words):
            return words if places.noun == "file" else ""
        case _:
            return part
