"""What a run gave to see: printed text, pictures of figures, networks, trainings.

No check depends on any of it; it is there for people, and bounded in size.
"""

from __future__ import annotations

import re

from msgspec import Struct

_COLOURS = re.compile("\x1b\\[[0-?]*[ -/]*[@-~]")
_FIRST, _LAST = 12, 8
"""Lines of a long printed text that a verdict shows."""
_WHOLE = 40
"""Up to so many lines, all are shown: what an exercise prints is fewer."""


class Picture(Struct, frozen=True):
    """A figure that the file drew."""

    png: bytes
    width: int
    height: int
    line: int | None
    """That showed it."""
    about: str
    """What it is, in words, for those who cannot see it."""


class Node(Struct, frozen=True):
    """A layer in a diagram."""

    text: str
    """`Dense(4, relu)`; of a task's network only what the task tells."""
    sources: tuple[int, ...] = ()
    """The nodes whose outputs it takes, by their places in the diagram; all stand before it."""
    uses: int = 1
    """How often the layer is used: more than once where it is shared."""


class Diagram(Struct, frozen=True):
    """A network, drawn."""

    name: str
    """Of the model in the file; of a task's network "the task"."""
    nodes: tuple[Node, ...] = ()
    summary: str = ""
    """In place of the nodes, where there are too many to be looked at."""

    def __post_init__(self) -> None:
        """Refuse layers that take what comes later: nobody could draw them."""
        for place, node in enumerate(self.nodes):
            if not all(0 <= source < place for source in node.sources):
                raise ValueError("a layer takes the output of a later one")

    @property
    def is_chain(self) -> bool:
        """Whether each layer takes the output of the one before, and nothing else."""
        return all(
            node.sources == ((place - 1,) if place else ()) for place, node in enumerate(self.nodes)
        )


class Measure(Struct, frozen=True):
    """One measure over a training."""

    name: str
    """`loss`, `val_loss`."""
    epochs: tuple[int, ...]
    """From 1; of a long training a part of them, evenly spread."""
    values: tuple[float, ...]
    """One per epoch; may be NaN."""


class TrainingCurves(Struct, frozen=True):
    """A training, epoch by epoch."""

    line: int | None
    """That called fit."""
    epochs: int
    measures: tuple[Measure, ...]


class Sights(Struct, frozen=True):
    """All that a run gave to see."""

    printed: str = ""
    """What the file printed, or its beginning."""
    pictures: tuple[Picture, ...] = ()
    figures: int = 0
    """How many were drawn; not of all there are pictures."""
    task: tuple[Diagram, ...] = ()
    """The networks that the task describes, as far as it tells them."""
    networks: tuple[Diagram, ...] = ()
    """The models that names of the file lead to."""
    trainings: tuple[TrainingCurves, ...] = ()


def plain_output(text: str) -> str:
    """Return printed text as a terminal leaves it: no control codes, lines as last written."""
    lines = []
    for line in _COLOURS.sub("", text).replace("\r\n", "\n").split("\n"):
        written = ""
        for part in line.replace("\x08", "").split("\r"):
            written = part if part.strip() else written
        kept = "".join(
            letter if letter.isprintable() or letter == "\t" else "\N{REPLACEMENT CHARACTER}"
            for letter in written
        )
        lines.append(kept.expandtabs().rstrip())
    return "\n".join(lines).strip("\n")


def shortened(text: str) -> tuple[str, int]:
    """Return a text's first and last lines, and how many were left out between."""
    lines = text.split("\n")
    if len(lines) <= _WHOLE:
        return text, 0
    left_out = len(lines) - _FIRST - _LAST
    gap = ["", f"… {left_out} lines are left out here; the last {_LAST}: …", ""]
    return "\n".join([*lines[:_FIRST], *gap, *lines[-_LAST:]]), left_out
