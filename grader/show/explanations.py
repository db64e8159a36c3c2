"""Showing what is told of a script: in the terminal, and as the JSON document."""

from __future__ import annotations

import json

from rich.console import Console
from rich.text import Text

from grader import __version__
from grader.explanation import SCHEMA, WORDS, Condition, Explanation
from grader.places import Places, render
from grader.show.paragraphs import indented
from grader.show.terminal import show_tips
from grader.verdict import capital


def to_document(found: Explanation, places: Places, *, ascii_only: bool = False) -> str:
    """Return the document that `grade explain --json` prints; see `Explanation.to_json`."""
    document = {"schema": SCHEMA, "grader": __version__, **found.to_json(places)}
    text = json.dumps(document, indent=2, ensure_ascii=ascii_only, allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def show_explanation(found: Explanation, name: str, places: Places, console: Console) -> None:
    """Print what stopped a script and what that means, its trainings, what cannot be told.

    Args:
        found: what to show.
        name: the file's name.
        places: how places are told.
        console: where.
    """
    good = found.status is Condition.RAN
    style = "bold green" if good else "bold red"
    if found.status is Condition.GRADER_ERROR:
        style = "bold magenta"
    words = Text.assemble((name, "bold"), "  ", (WORDS[found.status], style))
    console.print(words, f" {found.seconds:.1f} s", soft_wrap=True)
    if found.message:
        indented(render(found.message, places), 2, console)
    show_tips([f"Tip: {capital(render(tip.words, places))}" for tip in found.tips], console)
    for training in found.trainings:
        mark = Text.assemble("  ", ("✗", "red") if training.finding else ("-", "yellow"), " ")
        indented(render(training.words, places), 4, console, first=mark)
        if training.finding:
            indented(training.finding, 4, console)
        if training.open:
            indented(f"What it has learned cannot be told: {training.open}.", 4, console)
    if good and not found.found:
        indented("Nothing stopped it, and nothing wrong was found.", 2, console)
    for note in found.notes:
        indented(capital(render(note.words, places)), 2, console, "dim")
    for text in found.open:
        indented(render(text, places), 2, console, "dim")
