"""The network that a task describes and the learner's own, side by side in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.places import Places
from grader.show.vectors import ends_of, lines_of, place_of
from grader.sights import Sights


def show_networks(sights: Sights, places: Places, console: Console) -> None:
    """Print a run's networks, the task's first, and how its trainings went."""
    drawn = [("the task", diagram) for diagram in sights.task]
    drawn += [(f"yours: {diagram.name}", diagram) for diagram in sights.networks]
    if not drawn:
        console.print("Your file made no model that a name leads to.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, _ in drawn:
        table.add_column(Text(heading))
    for row in zip_longest(*(lines_of(diagram) for _, diagram in drawn), fillvalue=""):
        table.add_row(*map(Text, row))
    console.print(table)
    if any("?" in node.text for diagram in sights.task for node in diagram.nodes):
        console.print("A ? is for you to find: the task does not tell it.", style="dim")
    for line in _trainings(sights, places):
        console.print(Text(line))


def _trainings(sights: Sights, places: Places) -> Iterator[str]:
    for training in sights.trainings:
        ends = "; ".join(ends_of(one) for one in training.measures if one.values)
        epochs = f"{training.epochs} epoch{'s' if training.epochs != 1 else ''}"
        yield f"Training{place_of(training.line, places)}: {epochs}, {ends}"
