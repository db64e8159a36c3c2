"""Where the parts of diagrams and charts go; the elements themselves are in `templates/`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.places import Places
from grader.sights import Diagram, Measure, Node, TrainingCurves

BOX_WIDTH, BOX_HEIGHT = 148, 40
_GAP, _RISE, _MARGIN, _BEND = 12, 22, 4, 26
_LETTERS = 22
"""That fit into a box."""

CHART_WIDTH, CHART_HEIGHT = 340, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 10, 24
_STEPS = 4
"""Between marks of an axis, at most."""


@dataclass(frozen=True)
class Box:
    """A layer, drawn; x and y are those of its upper left corner."""

    x: float
    y: float
    kind: str
    settings: str


@dataclass(frozen=True)
class Arrow:
    """From a layer to one that takes its output: the paths of its line, and of its tip."""

    line: str
    tip: str


@dataclass(frozen=True)
class DrawnNetwork:
    """A network's boxes and arrows."""

    name: str
    words: str
    """The same in words."""
    width: float = 0
    height: float = 0
    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    summary: str = ""


def drawn_network(diagram: Diagram) -> DrawnNetwork:
    """Return where a network's layers go: from top to bottom, branches beside each other."""
    words = "; ".join(lines_of(diagram))
    if not diagram.nodes:
        return DrawnNetwork(diagram.name, words, summary=diagram.summary)
    ranks: list[int] = []
    for node in diagram.nodes:
        ranks.append(1 + max((ranks[source] for source in node.sources), default=-1))
    rows: list[list[int]] = [[] for _ in range(max(ranks) + 1)]
    for place, rank in enumerate(ranks):
        rows[rank].append(place)
    width = max(len(row) for row in rows) * (BOX_WIDTH + _GAP) - _GAP
    boxes: dict[int, Box] = {}
    for rank, row in enumerate(rows):
        left = (width - len(row) * (BOX_WIDTH + _GAP) + _GAP) / 2
        for column, place in enumerate(row):
            x = _MARGIN + left + column * (BOX_WIDTH + _GAP)
            y = _MARGIN + rank * (BOX_HEIGHT + _RISE)
            boxes[place] = Box(x, y, *_parts(diagram.nodes[place]))
    arrows, bent = [], False
    for place, node in enumerate(diagram.nodes):
        for source in node.sources:
            aside = ranks[place] - ranks[source] > 1 and boxes[source].x == boxes[place].x
            bent |= aside
            arrows.append(_arrow(boxes[source], boxes[place], aside=aside))
    return DrawnNetwork(
        diagram.name,
        words,
        width + 2 * _MARGIN + (_BEND if bent else 0),
        len(rows) * (BOX_HEIGHT + _RISE) - _RISE + 2 * _MARGIN,
        tuple(boxes[place] for place in range(len(boxes))),
        tuple(arrows),
    )


def _parts(node: Node) -> tuple[str, str]:
    """Return a layer's kind, and its settings, as they fit into a box."""
    kind, _, settings = node.text.partition("(")
    used = f", used {node.uses} times" if node.uses > 1 else ""
    return _cut(kind + used), _cut(settings.removesuffix(")"))


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _arrow(source: Box, target: Box, *, aside: bool) -> Arrow:
    """Return an arrow; one that would run through a layer between goes past it."""
    if aside:
        x, top, end = source.x + BOX_WIDTH, source.y + BOX_HEIGHT / 2, target.y + BOX_HEIGHT / 2
        line = f"M{x:g} {top:g}C{x + _BEND:g} {top:g} {x + _BEND:g} {end:g} {x + 6:g} {end:g}"
        return Arrow(line, f"M{x:g} {end:g}l7 -4v8z")
    x, y, end = target.x + BOX_WIDTH / 2, source.y + BOX_HEIGHT, target.y
    line = f"M{source.x + BOX_WIDTH / 2:g} {y:g}L{x:g} {end - 6:g}"
    return Arrow(line, f"M{x:g} {end:g}l-4 -7h8z")


def lines_of(diagram: Diagram) -> list[str]:
    """Return a network in words, a line per layer; in a branched one with what each takes."""
    if diagram.summary:
        return [diagram.summary]
    lines = []
    for place, node in enumerate(diagram.nodes):
        line = f"{place + 1}  {node.text}"
        if node.uses > 1:
            line += f", used {node.uses} times"
        if not diagram.is_chain and node.sources:
            line += f", takes {', '.join(str(source + 1) for source in node.sources)}"
        lines.append(line)
    return lines


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class ChartLine:
    """One line of a chart: its pieces, between what is no number."""

    name: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """One measure of a training, on the training data and, where it was, on others.

    A single epoch makes no curve: then it has words alone.
    """

    name: str
    words: str
    series: tuple[ChartLine, ...]
    x_marks: tuple[Tick, ...]
    y_marks: tuple[Tick, ...]


def charts_of(training: TrainingCurves) -> tuple[Chart, ...]:
    """Return a chart per measure, the loss first; one with no numbers in it is left out."""
    measures = {measure.name: measure for measure in training.measures}
    names = [name for name in measures if name.removeprefix("val_") not in set(measures) - {name}]
    charts = []
    for name in sorted(names, key=lambda name: name != "loss"):
        beside = measures.get(f"val_{name}")
        chart = _chart(name, [measures[name], *([beside] if beside else [])], training.epochs)
        if chart is not None:
            charts.append(chart)
    return tuple(charts)


def _chart(name: str, measures: Sequence[Measure], epochs: int) -> Chart | None:
    numbers = [value for one in measures for value in one.values if math.isfinite(value)]
    if not numbers or not math.isfinite(2 * (max(numbers) - min(numbers))):
        return None
    marks = _round_marks(min(numbers), max(numbers))
    low, high = min(*numbers, *marks), max(*numbers, *marks)
    if low == high:  # in the middle
        low, high = low - (abs(low) or 1), high + (abs(high) or 1)

    def x(epoch: float) -> float:
        room = CHART_WIDTH - _LEFT - _RIGHT
        return round(_LEFT + room * (epoch - 1) / max(1, epochs - 1), 1)

    def y(value: float) -> float:
        room = CHART_HEIGHT - _TOP - _BOTTOM
        return round(_TOP + room * (high - value) / (high - low), 1)

    series: list[ChartLine] = []
    for place, one in enumerate(measures):
        points = [
            (x(epoch), y(value) if math.isfinite(value) else None)
            for epoch, value in zip(one.epochs, one.values, strict=False)
        ]
        if epochs > 1:
            series.append(ChartLine("validation" if place else "training", tuple(_pieces(points))))
    ends = [ends_of(one) for one in measures if one.values]
    whole = sorted({round(1 + (epochs - 1) * part / _STEPS) for part in range(_STEPS + 1)})
    return Chart(
        name,
        f"{'; '.join(ends)}; {epochs} epoch{'s' if epochs != 1 else ''}",
        tuple(series),
        tuple(Tick(x(epoch), str(epoch)) for epoch in whole),
        tuple(Tick(y(value), f"{value:.4g}") for value in marks),
    )


def ends_of(measure: Measure) -> str:
    """Return where a measure began and ended: `loss from 1.3 to 0.5`."""
    return f"{measure.name} from {measure.values[0]:.4g} to {measure.values[-1]:.4g}"


def _pieces(points: list[tuple[float, float | None]]) -> Iterator[str]:
    """Yield the points of a line, broken where there is no number; a single one as a short dash."""
    piece: list[str] = []
    for x, y in [*points, (0.0, None)]:
        if y is not None:
            piece.append(f"{x:g},{y:g}")
        elif piece:
            if len(piece) == 1:
                left, _, height = piece[0].partition(",")
                piece.append(f"{float(left) + 3:g},{height}")
            yield " ".join(piece)
            piece = []


def _round_marks(low: float, high: float) -> list[float]:
    """Return round numbers from at most LOW to at least HIGH."""
    if high - low <= 1e-9 * max(abs(high), abs(low), 1e-300):
        return [low]
    size = 10.0 ** math.floor(math.log10((high - low) / _STEPS))
    step = next(one * size for one in (1, 2, 5, 10) if one * size * _STEPS >= high - low)
    first = math.floor(low / step)
    return [number * step for number in range(first, math.ceil(high / step) + 1)]


def place_of(line: int | None, places: Places) -> str:
    """Return where something was done: ` on line 12`, ` in cell 2, line 1`; "" where unknown."""
    if line is None:
        return ""
    return f" {'on' if places.noun == 'file' else 'in'} {places.line(line)}"
