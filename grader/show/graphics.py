"""Pictures in terminals that can show them: kitty's and iTerm2's protocols, and sixels.

Which one a terminal has is told by its environment. It is not asked: an answer that comes late
would end up in what the learner types next. Within tmux or screen no picture is sent.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from typing import Literal, TypeAlias

from rich.console import Console

from grader.show.sixel import as_sixels
from grader.sights import Picture

Protocol: TypeAlias = Literal["kitty", "iterm2", "sixel"]

_CHUNK = 4_096
"""Letters that kitty takes at a time."""
_PIXELS_PER_COLUMN = 9
_SIXEL_TERMINALS = ("foot", "mlterm", "contour")
"""How their `TERM` begins."""


def protocol_of(environment: Mapping[str, str] = os.environ) -> Protocol | None:
    """Return how the terminal takes pictures; None where it does not, or nobody knows."""
    if environment.get("TMUX") or environment.get("STY"):
        return None
    program, term = environment.get("TERM_PROGRAM", "").lower(), environment.get("TERM", "")
    if "kitty" in term:
        return "kitty"
    if term.startswith(_SIXEL_TERMINALS):
        return "sixel"
    # VS Code passes on what the terminal that it was started from has set, so it comes before
    # those. Where its setting `terminal.integrated.enableImages` is off, it skips the picture.
    if program in {"vscode", "iterm.app", "wezterm"}:
        return "iterm2"
    if environment.get("KITTY_WINDOW_ID") or program == "ghostty":
        return "kitty"
    if environment.get("LC_TERMINAL") == "iTerm2":
        return "iterm2"
    # Konsole has had sixels since 22.04. Windows Terminal before 1.22 leaves them out.
    if environment.get("WT_SESSION") or environment.get("MLTERM"):
        return "sixel"
    konsole = environment.get("KONSOLE_VERSION", "")
    return "sixel" if konsole.isdigit() and int(konsole) >= 220400 else None


def show_picture(picture: Picture, console: Console, protocol: Protocol, rows: int) -> None:
    """Write a picture to a terminal, no wider than it is there, and no higher than so many rows."""
    high = 2 * rows * picture.width // picture.height  # a row is twice as high as a column is wide
    columns = min(console.width - 4, picture.width // _PIXELS_PER_COLUMN, high)
    console.file.write(encoded(picture, protocol, max(1, columns)) + "\n")
    console.file.flush()


def encoded(picture: Picture, protocol: Protocol, columns: int) -> str:
    """Return what makes a terminal show a picture, so many columns wide."""
    if protocol == "sixel":
        return as_sixels(picture.png, columns * _PIXELS_PER_COLUMN)
    data = base64.standard_b64encode(picture.png).decode("ascii")
    if protocol == "iterm2":
        size = f"size={len(picture.png)};width={columns};preserveAspectRatio=1"
        return f"\x1b]1337;File=inline=1;{size}:{data}\x07"
    chunks = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    parts = []
    for number, chunk in enumerate(chunks):
        more = int(number < len(chunks) - 1)
        # q=2: the terminal answers nothing that could be taken for typed keys
        keys = f"a=T,f=100,q=2,c={columns},m={more}" if number == 0 else f"q=2,m={more}"
        parts.append(f"\x1b_G{keys};{chunk}\x1b\\")
    return "".join(parts)
