"""Paragraphs for the terminal: texts in lines that fit, behind so many blanks."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from grader.files import without_controls


def indented(
    text: str,
    columns: int,
    console: Console,
    style: str = "",
    first: Text | None = None,
    last: Text | None = None,
) -> None:
    """Print a text, each of its lines behind so many blanks.

    Much of it may quote a learner's file: control characters, which a terminal obeys, are not sent.

    FIRST stands in place of the first line's blanks, LAST is put behind all, in one piece.
    """
    width = max(20, console.width - columns)
    wrapped = Text(without_controls(text), style).wrap(console, width)
    for line in wrapped:
        line.rstrip()
    if last:
        if wrapped and wrapped[-1].cell_len + 2 + last.cell_len <= width:
            wrapped[-1].append("  ").append_text(last)
        else:
            wrapped.append(last)
    for number, line in enumerate(wrapped):
        blanks = first if first is not None and number == 0 else Text(" " * columns)
        console.print(Text.assemble(blanks, line), soft_wrap=True)
