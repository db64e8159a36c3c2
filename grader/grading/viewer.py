"""From the evidence of a run to what people may want to see of it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from grader.evidence.reading import DamagedEvidence, load_numbers
from grader.evidence.record import Call, DrawnFigure, Record, StoredModel
from grader.evidence.values import History, ModelRef, Numbers
from grader.expect.network import Network
from grader.grading import diagrams
from grader.sights import Diagram, Measure, Picture, Sights, TrainingCurves

MAX_PICTURES = 12
MAX_PICTURE_BYTES = 8_000_000
"""Of all pictures of a run."""
MAX_PIXELS = 1_500 * 1_500
MAX_TRAININGS = 12
MAX_MEASURES = 12
MAX_POINTS = 200
MAX_NETWORKS = 6


def view(record: Record, folder: Path, networks: Iterable[Network], task: str) -> Sights:
    """Return what a run gave to see.

    Args:
        record: of the run.
        folder: with its arrays.
        networks: that the exercise's checks declare.
        task: the text that the learner was given.
    """
    return Sights(
        pictures=tuple(_pictures(record.figures, folder)),
        figures=len(record.figures),
        task=tuple(filter(None, (diagrams.of_task(network, task) for network in networks))),
        networks=tuple(_networks(record)),
        trainings=tuple(_trainings(record.calls)),
    )


def _pictures(figures: list[DrawnFigure], folder: Path) -> Iterable[Picture]:
    """Yield figures as PNG files of our own making; what is no picture is left out.

    The learner's process left numbers, not a file in a format that had to be decoded.
    """
    room = MAX_PICTURE_BYTES
    for figure in [one for one in figures if one.pixels is not None][:MAX_PICTURES]:
        assert figure.pixels is not None
        with contextlib.suppress(DamagedEvidence):
            png = _png(figure.pixels, folder)
            room -= len(png)
            if room < 0:
                return
            height, width, _ = figure.pixels.shape
            yield Picture(png, width, height, figure.line, _about(figure))


def _png(pixels: Numbers, folder: Path) -> bytes:
    shape = pixels.shape
    if len(shape) != 3 or shape[2] != 3 or not 0 < shape[0] * shape[1] <= MAX_PIXELS:
        raise DamagedEvidence("a picture has not its form")
    if pixels.dtype != "uint8":
        raise DamagedEvidence("a picture has not its form")
    from PIL import Image  # where nothing was drawn it is not needed

    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(load_numbers(pixels, folder))).save(stream, "PNG")
    return stream.getvalue()


def _about(figure: DrawnFigure) -> str:
    """Return in words what a figure holds: its kinds of plots, titles and axes."""
    count = len(figure.axes)
    words = f"A figure of {count} plots" if count > 1 else "A plot"
    named = [axes for axes in figure.axes if axes.title or axes.xlabel or axes.ylabel][:4]
    texts = []
    for axes in named:
        labels = [label for label in (axes.ylabel, axes.xlabel) if label]
        text = " over ".join(labels)
        texts.append(f"{axes.title}: {text}" if axes.title and text else axes.title or text)
    more = ", and more" if len(named) < count and texts else ""
    return f"{words}: {'; '.join(texts)}{more}"[:300] if texts else words


def _networks(record: Record) -> Iterable[Diagram]:
    """Yield the models that names lead to; one with several names is drawn under the first."""
    drawn: set[int] = set()
    for name, value in record.values.items():
        if not isinstance(value, ModelRef) or value.number in drawn:
            continue
        drawn.add(value.number)
        stored = record.models[value.number] if value.number < len(record.models) else None
        if isinstance(stored, StoredModel) and len(drawn) <= MAX_NETWORKS:
            diagram = diagrams.of_model(name, stored.config)
            if diagram is not None:
                yield diagram


def _trainings(calls: list[Call]) -> Iterable[TrainingCurves]:
    found = [
        (call.line, call.result)
        for call in calls
        if call.name == "fit" and isinstance(call.result, History) and call.result.metrics
    ]
    for line, history in found[:MAX_TRAININGS]:
        epochs = max(len(values) for values in history.metrics.values())
        step = max(1, -(-epochs // MAX_POINTS))
        measures = []
        for name, values in list(history.metrics.items())[:MAX_MEASURES]:
            places = [*range(0, len(values), step)]
            if places and places[-1] != len(values) - 1:
                places.append(len(values) - 1)
            measures.append(
                Measure(
                    diagrams.clean(name),
                    tuple(place + 1 for place in places),
                    tuple(values[place] for place in places),
                )
            )
        yield TrainingCurves(line, epochs, tuple(measures))
