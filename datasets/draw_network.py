"""The picture that 1.2.3 asks learners to build: a dense network, drawn from its layer sizes.

`python -m grader.datasets.draw_network` draws it anew beside the exercise's stub.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

LAYERS = (2, 3, 1)
"""Inputs, hidden neurons and outputs of the network in 1.2.3."""

PICTURE = Path("1_introducing_keras", "1_2_3_build_as_shown.png")
"""Where the picture lies among the exercises."""

_RADIUS = 0.32
_COLUMN_WIDTH = 2.4
_INPUT_COLOUR, _NEURON_COLOUR, _LINE_COLOUR = "#cfe3f5", "#fbe0b5", "#707070"
_DOTS_PER_INCH = 120


def draw_network(layers: Sequence[int], note: str = "") -> Figure:
    """Return a drawing of a dense network: a circle per neuron, a line per connection.

    Args:
        layers: how many inputs, then how many neurons in each layer; at least two numbers.
        note: a sentence to stand below the drawing.
    """
    columns = [_column(number, size) for number, size in enumerate(layers)]
    figure = Figure(figsize=(6.4, 4.8), dpi=_DOTS_PER_INCH, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_aspect("equal")
    axes.axis("off")
    for left, right in pairwise(columns):
        for start in left:
            for end in right:
                xs, ys = (start[0], end[0]), (start[1], end[1])
                axes.plot(xs, ys, color=_LINE_COLOUR, linewidth=1.4, zorder=1)
    for number, column in enumerate(columns):
        _draw_column(axes, column, _label(number, len(columns)), is_input=number == 0)
    top = max(y for column in columns for _, y in column)
    middle = columns[-1][0][0] / 2
    axes.text(middle, -top - 0.95, note, ha="center", va="center", fontsize=12, style="italic")
    axes.set_xlim(-1.0, columns[-1][0][0] + 1.0)
    axes.set_ylim(-top - 1.3, top + 1.2)
    return figure


def _column(number: int, size: int) -> list[tuple[float, float]]:
    """Return the centres of a layer's circles, from top to bottom around height 0."""
    return [(number * _COLUMN_WIDTH, (size - 1) / 2 - place) for place in range(size)]


def _label(number: int, count: int) -> str:
    """Return the heading of a column: inputs, hidden layer, output."""
    if number == 0:
        return "inputs"
    if number == count - 1:
        return "output"
    return "hidden layer" if count == 3 else f"hidden layer {number}"


def _draw_column(
    axes: Axes, column: list[tuple[float, float]], label: str, *, is_input: bool
) -> None:
    for x, y in column:
        colour = _INPUT_COLOUR if is_input else _NEURON_COLOUR
        axes.add_patch(
            Circle((x, y), _RADIUS, facecolor=colour, edgecolor="black", linewidth=1.4, zorder=2)
        )
    x, top = column[0]
    axes.text(x, top + _RADIUS + 0.28, label, ha="center", va="center", fontsize=14)


def main() -> None:
    """Draw the network of 1.2.3 beside its stub."""
    from grader.identity import package_folder

    path = package_folder("exercises") / PICTURE
    figure = draw_network(LAYERS, "No activation functions are used.")
    figure.savefig(path, metadata={"Software": None})
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
