"""A verdict as HTML, in the terminal's words: for notebooks, feedback and pages.

The HTML itself is in `templates/`, where every text is escaped: much of it comes from
learners. Pages stand alone: no scripts, nothing from elsewhere.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.files import printable, whole_file
from grader.places import Places, render
from grader.show.entries import PageEntry
from grader.show.vectors import BOX_HEIGHT, BOX_WIDTH, CHART_HEIGHT, CHART_WIDTH
from grader.sights import shortened
from grader.verdict import MARKS, WORDS, CheckStatus, Outcome, Verdict, capital

if TYPE_CHECKING:
    from jinja2 import Environment

    from grader.show.overview import ExerciseState

_GREEN, _RED, _YELLOW, _MAGENTA = "#1c7c45", "#c93a35", "#8f6a00", "#a24bb3"
COLOURS = {
    Outcome.PASSED: _GREEN,
    Outcome.FAILED: _RED,
    Outcome.NOT_ATTEMPTED: _YELLOW,
    Outcome.UNFINISHED: _YELLOW,
    Outcome.ERROR: _RED,
    Outcome.TIMEOUT: _RED,
    Outcome.GRADER_ERROR: _MAGENTA,
}
"""What stands on them is white: that reads well whatever the page's own colours are."""
MARK_COLOURS = {
    CheckStatus.PASSED: _GREEN,
    CheckStatus.FAILED: _RED,
    CheckStatus.SKIPPED: _YELLOW,
}
TIP_COLOUR = "#0f7a89"

_CODE = re.compile("`([^`\n]+)`")


@cache
def _templates() -> Environment:
    """Return the templates; Jinja2 takes a while to import, and few commands make pages."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finished(value: object) -> object:
        return printable(value) if isinstance(value, str) and type(value) is not Markup else value

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "base64": lambda data: base64.standard_b64encode(data).decode("ascii"),
        "capital": capital,
        "shortened": shortened,
        "split_at_code": _CODE.split,
        "told": render,
    }
    templates.globals |= {
        "box_height": BOX_HEIGHT,
        "box_width": BOX_WIDTH,
        "chart_height": CHART_HEIGHT,
        "chart_width": CHART_WIDTH,
        "colours": COLOURS,
        "mark_colours": MARK_COLOURS,
        "marks": MARKS,
        "outcomes": WORDS,
        "tip_colour": TIP_COLOUR,
    }
    return templates


def as_html(verdict: Verdict, places: Places) -> str:
    """Return a verdict as one HTML element, with its places as PLACES tells them."""
    template = _templates().get_template("fragment.html")
    return template.render(verdict=verdict, places=places)


def write_page(path: Path, template: str, title: str, **values: Any) -> None:
    """Write a page from one of the templates.

    Args:
        path: of the page.
        template: its name, `class.html`.
        title: of the page.
        values: what the template shows.

    Raises:
        OSError: it cannot be written.
    """
    page = _templates().get_template(template)
    with whole_file(path) as stream:
        stream.writelines(page.generate(title=title, **values))


def write_workspace(path: Path, rows: Sequence[ExerciseState]) -> None:
    """Write a page of a whole workspace.

    Raises:
        OSError: it cannot be written.
    """
    write_page(
        path,
        "workspace.html",
        "My exercises",
        rows=rows,
        passed=sum(row.outcome == WORDS[Outcome.PASSED] for row in rows),
        points=sum(row.points for row in rows),
        most=sum(row.most for row in rows),
    )


def write_verdicts(path: Path, entries: Sequence[PageEntry]) -> None:
    """Write a page of several verdicts.

    Raises:
        OSError: it cannot be written.
    """
    write_page(
        path,
        "verdicts.html",
        "Exercises",
        entries=entries,
        points=sum(entry.verdict.points for entry in entries),
        most=sum(entry.verdict.max_points for entry in entries),
    )
