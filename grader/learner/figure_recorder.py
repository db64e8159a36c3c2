"""Recording what a learner's file plots: the data of lines, points and pictures.

Runs in the learner's process. A figure is looked at when it is shown, saved, cleared or
closed, and those still open when the file has ended.
"""

from __future__ import annotations

import functools
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from grader.evidence.record import DrawnAxes, DrawnFigure, DrawnLine, DrawnPoints
from grader.evidence.values import Numbers
from grader.learner.encoding import Store, encode, plain_text

MAX_FIGURES = 50
MAX_POINTS = 20_000
MAX_COLOURS = 20
"""More than this among the points of a plot are a scale, not groups."""
MAX_PICTURES = 12
MAX_SIDE = 1_400
"""Pixels of a picture's longer side."""
MAX_DRAWING_SECONDS = 6.0
"""That drawing pictures may take in all; the figures that come later have none."""


class FigureRecorder:
    """Keeps the figures of one run, in the order in which they were first seen."""

    def __init__(
        self, store: Store, line: Callable[[], int | None], *, pictures: bool = False
    ) -> None:
        """Record into STORE; LINE tells which line of the learner's file is running."""
        self.found: list[DrawnFigure] = []
        self._pictures = pictures
        self._drawing_seconds = 0.0
        self._store = store
        self._line = line
        self._numbers: dict[int, tuple[Any, int]] = {}

    def watch(self, plt: Any) -> None:
        """Put the recorder between the learner's file and pyplot."""
        show, close, clf, savefig = plt.show, plt.close, plt.clf, plt.Figure.savefig

        @functools.wraps(show)
        def show_all(*args: Any, **kwargs: Any) -> None:
            # A window that the learner has closed is gone: the next plot is a new figure.
            self.snapshot_open()
            close("all")

        @functools.wraps(close)
        def close_recorded(*args: Any, **kwargs: Any) -> None:
            self.snapshot_open()
            close(*args, **kwargs)

        @functools.wraps(clf)
        def clear_recorded() -> None:
            self.snapshot_open()
            self._numbers.pop(id(plt.gcf()), None)
            clf()

        @functools.wraps(savefig)
        def savefig_recorded(figure: Any, *args: Any, **kwargs: Any) -> Any:
            self._snapshot(figure)
            return savefig(figure, *args, **kwargs)

        plt.show, plt.close, plt.clf = show_all, close_recorded, clear_recorded
        plt.Figure.savefig = savefig_recorded

    def snapshot_open(self) -> None:
        """Record every figure that is open now; one seen before is brought up to date."""
        plt = sys.modules.get("matplotlib.pyplot")
        if plt is None:
            return
        # `plt.figure(number)` would make each the current one, and the file draw into another.
        for _, manager in sorted(plt._pylab_helpers.Gcf.figs.items()):
            self._snapshot(manager.canvas.figure)

    def _snapshot(self, figure: Any) -> None:
        axes = [_encode_axes(axis, self._store) for axis in figure.axes]
        if not any(
            axis.lines or axis.scatters or axis.images or axis.bars or axis.areas for axis in axes
        ):
            return
        legend = [text for legend in figure.legends for text in _legend_texts(legend)]
        found = DrawnFigure(self._line(), axes, legend)
        number = self._numbers.get(id(figure), (figure, len(self.found)))[1]
        if self._pictures and number < MAX_PICTURES:
            before = self.found[number].pixels if number < len(self.found) else None
            found = msgspec.structs.replace(found, pixels=self._picture(figure, before))
        if id(figure) in self._numbers:
            self.found[number] = found
        elif len(self.found) < MAX_FIGURES:
            self._numbers[id(figure)] = (figure, len(self.found))
            self.found.append(found)

    def _picture(self, figure: Any, before: Numbers | None) -> Numbers | None:
        """Return a figure's pixels; None where it cannot be drawn, which is no fault of the file.

        BEFORE is its earlier picture, which does where nothing has been drawn since.
        """
        if before is not None and not figure.stale:
            return before
        if self._drawing_seconds > MAX_DRAWING_SECONDS:
            return None
        started, dpi = time.monotonic(), figure.dpi
        try:
            with warnings.catch_warnings(action="ignore"):
                figure.dpi = min(dpi, MAX_SIDE / max(figure.get_size_inches()))
                figure.canvas.draw()
                pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
            return self._store.array(pixels)
        except Exception:
            return None
        finally:
            if figure.dpi != dpi:
                figure.dpi = dpi
            self._drawing_seconds += time.monotonic() - started


def _legend_texts(legend: Any) -> list[str]:
    texts = [legend.get_title().get_text(), *(text.get_text() for text in legend.get_texts())]
    return [plain_text(text) for text in texts if text]


def _encode_axes(axes: Any, store: Store) -> DrawnAxes:
    legend = axes.get_legend()
    for collection in axes.collections:
        collection.update_scalarmappable()  # else numbers become colours only when drawn
    return DrawnAxes(
        plain_text(axes.get_title()),
        plain_text(axes.get_xlabel()),
        plain_text(axes.get_ylabel()),
        _legend_texts(legend) if legend is not None else [],
        [
            DrawnLine(
                plain_text(line.get_label()),
                encode(np.asarray(line.get_xdata())[:MAX_POINTS], store),
                encode(np.asarray(line.get_ydata())[:MAX_POINTS], store),
            )
            for line in axes.get_lines()
        ],
        [
            DrawnPoints(
                plain_text(collection.get_label()),
                store.array(np.asarray(collection.get_offsets(), float)[:MAX_POINTS]),
                *_colours(collection),
            )
            for collection in axes.collections
            if len(collection.get_offsets()) and type(collection).__name__ == "PathCollection"
        ],
        areas=sum(type(c).__name__ != "PathCollection" for c in axes.collections),
        bars=len(axes.patches),
        images=[store.array(np.asarray(part.get_array())) for part in _pictures(axes)],
    )


def _colours(collection: Any) -> tuple[list[tuple[float, ...]], list[int]]:
    """Return the colours of a collection's points, and which of them each point has."""
    colours = np.asarray(collection.get_facecolor())
    if not len(colours):  # hollow markers
        colours = np.asarray(collection.get_edgecolor())
    different, which = np.unique(colours, axis=0, return_inverse=True)
    if not len(different) or len(different) > MAX_COLOURS:
        return [], []
    # Matplotlib begins anew with the first colour where there are fewer of them than points.
    points = min(len(collection.get_offsets()), MAX_POINTS)
    return (
        [tuple(round(float(part), 3) for part in colour) for colour in different],
        np.resize(which, points).tolist(),
    )


def _pictures(axes: Any) -> list[Any]:
    """Return what shows an array as a picture: `imshow`, `matshow`, `pcolormesh`, a heatmap."""
    meshes = [part for part in axes.collections if type(part).__name__ == "QuadMesh"]
    return [*axes.get_images(), *meshes]
