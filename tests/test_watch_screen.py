"""What the screen of `grade watch` holds, where it has many rows and where it has few."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from good_answer import GOOD
from rich.console import Console

from grader.catalogue import find
from grader.commands.watch_displays import Scene, ScreenDisplay
from grader.verdict import Verdict

HEADING = "2.2.1 A multi-class model"
PASSED, FAILED = "✓ The model takes", "✗ Each layer has the right activation."


@pytest.mark.parametrize("rows", [12, 40])
def test_what_failed_is_on_the_screen_with_its_heading(
    rows: int, grade_source: Callable[..., Verdict]
) -> None:
    answer = GOOD.replace('"softmax"', '"sigmoid"')
    verdict = grade_source("2.2.1", answer)
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system=None, width=80, height=rows)
    ScreenDisplay(console).draw(Scene(find("2.2.1"), Path("answer.py"), [verdict]))
    shown = screen.getvalue().splitlines()[-rows:]
    assert any(HEADING in line for line in shown), shown
    assert any(FAILED in line for line in shown), shown
    assert any("Press h for a hint." in line for line in shown), shown
    assert any(PASSED in line for line in shown) == (rows == 40)
    assert any("5 of 6 checks passed." in line for line in shown) == (rows == 12)
