"""What the screen of `grade watch` holds, where it has many rows and where it has few."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from good_answer import GOOD
from rich.console import Console

from grader.catalogue import find
from grader.commands.watch_displays import Scene, ScreenDisplay
from grader.sights import Picture, Sights
from grader.verdict import Outcome, Verdict

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


@pytest.mark.parametrize(("rows", "columns"), [(60, 71), (30, 40), (16, 0)])
def test_figures_leave_the_verdict_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, rows: int, columns: int
) -> None:
    monkeypatch.setenv("TERM", "xterm-kitty")
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    sights = Sights(pictures=(Picture(b"png", 640, 480, None, "A plot"),), figures=1)
    verdict = Verdict("2.1.1", "Title", Outcome.PASSED, (), sights=sights, kept="/last/2.1.1")
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=80, height=rows)
    ScreenDisplay(console).draw(Scene(find("2.1.1"), Path("answer.py"), [verdict]))
    assert "/last/2.1.1/figure-1.png" in screen.getvalue()
    found = re.search(r"\x1b_G[^;]*c=(\d+)", screen.getvalue())
    taken = int(found[1]) if found else 0
    assert taken >= columns if columns else taken == 0
    high = -(-taken * 480 // (640 * 2))  # a row is about twice as high as a column is wide
    assert screen.getvalue().count("\n") + high <= rows


def test_a_brief_verdict_names_figures() -> None:
    printed = "\n".join(f"line {number}" for number in range(20))
    picture = Picture(b"png", 640, 480, None, "A plot")
    sights = Sights(printed=printed, pictures=(picture,), figures=1)
    verdict = Verdict("2.1.1", "Title", Outcome.PASSED, (), sights=sights, kept="/last/2.1.1")
    screen = io.StringIO()
    console = Console(file=screen, width=80, height=12)
    ScreenDisplay(console).draw(Scene(find("2.1.1"), Path("answer.py"), [verdict]))
    assert "/last/2.1.1/figure-1.png" in screen.getvalue()
    assert "line 1" not in screen.getvalue()
