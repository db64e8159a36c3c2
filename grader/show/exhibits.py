"""What a run gave to see, in the terminal: printed text and figures."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader.last_runs import picture_name
from grader.places import Places
from grader.show.graphics import protocol_of, show_picture
from grader.show.paragraphs import indented
from grader.sights import shortened
from grader.verdict import Verdict

_SINGLY = 4
"""More figures than these are not told one by one."""
_FEWEST_ROWS = 10
"""In fewer, nobody could read a figure."""


def show_printed(verdict: Verdict, console: Console, *, whole_output: bool = False) -> None:
    """Print what a run printed, shortened unless WHOLE_OUTPUT; nothing where there is nothing."""
    sights = verdict.sights
    if not sights.printed:
        return
    text, left_out = (sights.printed, 0) if whole_output else shortened(sights.printed)
    indented("Your file printed:", 2, console)
    for line in text.split("\n"):
        console.print(Text(f"    {line}".rstrip()), soft_wrap=True, highlight=False)
    if left_out:
        indented(f"`grade {verdict.id} --output` shows all of it.", 4, console, "dim")


def show_figures(
    verdict: Verdict, places: Places, console: Console, rows: int | None = None
) -> None:
    """Name the files of the figures that a run drew, and show these where a terminal can.

    Args:
        verdict: on the run.
        places: how places in the file are told.
        console: where; pictures go there only where it is a terminal that shows them.
        rows: how many rows of it they may take together; if None, each may take half of them. Where
            those are too few, as in an editor's low panel, no figure hides the verdict.
    """
    sights = verdict.sights
    if not sights.figures:
        return
    pictures, each = sights.pictures[:_SINGLY], console.height // 2
    if pictures and rows is not None:
        each = rows // len(pictures) - 1  # one stays free below each
    protocol = protocol_of() if console.is_terminal and each >= _FEWEST_ROWS else None
    folder = _near(verdict.kept)
    singly = sights.figures <= _SINGLY
    if not singly:
        where = f" They are in {folder}." if folder and sights.pictures else ""
        words = f"Your file drew {sights.figures} figures.{where}"
        console.print(Text(f"  {words}"), soft_wrap=True)
    for number, picture in enumerate(pictures, start=1):
        if singly:
            drawn = f", shown {_on(picture.line, places)}" if picture.line else ""
            file = f": {os.path.join(folder, picture_name(number))}" if folder else ""  # noqa: PTH118
            console.print(Text(f"  Figure {number}{drawn}{file}"), soft_wrap=True)
        if protocol:
            show_picture(picture, console, protocol, each)


def _on(line: int, places: Places) -> str:
    return f"{'on' if places.noun == 'file' else 'in'} {places.line(line)}"


def _near(folder: str) -> str:
    """Return a folder as it is reached from here, where it lies below."""
    try:
        return str(Path(folder).relative_to(Path.cwd())) if folder else ""
    except (ValueError, OSError):
        return folder
