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


def show_sights(
    verdict: Verdict, places: Places, console: Console, *, whole_output: bool = False
) -> None:
    """Print what a run gave to see; nothing where there is nothing.

    Args:
        verdict: on the run.
        places: how places in the file are told.
        console: where; pictures go there only where it is a terminal that shows them.
        whole_output: whether to show all that was printed.
    """
    sights = verdict.sights
    if sights.printed:
        text, left_out = (sights.printed, 0) if whole_output else shortened(sights.printed)
        indented("Your file printed:", 2, console)
        for line in text.split("\n"):
            console.print(Text(f"    {line}".rstrip()), soft_wrap=True, highlight=False)
        if left_out:
            indented(f"`grade {verdict.id} --output` shows all of it.", 4, console, "dim")
    _show_figures(verdict, places, console)


def _show_figures(verdict: Verdict, places: Places, console: Console) -> None:
    sights = verdict.sights
    if not sights.figures:
        return
    protocol = protocol_of() if console.is_terminal else None
    folder = _near(verdict.kept)
    singly = sights.figures <= _SINGLY
    if not singly:
        where = f" They are in {folder}." if folder and sights.pictures else ""
        words = f"Your file drew {sights.figures} figures.{where}"
        console.print(Text(f"  {words}"), soft_wrap=True)
    for number, picture in enumerate(sights.pictures[:_SINGLY], start=1):
        if singly:
            drawn = f", drawn {_on(picture.line, places)}" if picture.line else ""
            file = f": {os.path.join(folder, picture_name(number))}" if folder else ""  # noqa: PTH118
            console.print(Text(f"  Figure {number}{drawn}{file}"), soft_wrap=True)
        if protocol:
            show_picture(picture, console, protocol)


def _on(line: int, places: Places) -> str:
    return f"{'on' if places.noun == 'file' else 'in'} {places.line(line)}"


def _near(folder: str) -> str:
    """Return a folder as it is reached from here, where it lies below."""
    try:
        return str(Path(folder).relative_to(Path.cwd())) if folder else ""
    except (ValueError, OSError):
        return folder
