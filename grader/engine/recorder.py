"""Recording what a learner's file does: Keras calls, watched functions, figures.

Runs in the learner's process. Calls are noted in the order in which the learner's
file makes them; what Keras calls within such a call is not.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import time
import types
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np

from grader.engine import fast_fit
from grader.engine.batches import as_arrays
from grader.engine.encode import Json, Store, as_array, encode

MAX_CALLS = 2_000
MAX_FIGURES = 50
MAX_POINTS = 20_000
MAX_COLOURS = 20
"""More than this among the points of a plot are a scale, not groups."""

MAX_WEIGHTS_BYTES = 20_000_000
"""What the weights before and after trainings may take together; later ones are not kept."""

MODEL_METHODS = {
    "compile": "compile", "fit": "fit", "evaluate": "evaluate", "predict": "predict",
    "summary": "summary", "predict_on_batch": "predict", "test_on_batch": "evaluate",
}  # fmt: skip
"""Recorded methods of models, and the name that each call is recorded under."""

_SILENCED = {"fit", "evaluate", "predict"}

Send = Callable[[dict[str, Any]], None]


class Recorder:
    """Keeps the ordered record of one run."""

    def __init__(self, store: Store, file: str, send: Send, *, fast: bool) -> None:
        self.store = store
        self.calls: list[Json] = []
        self.figures: list[Json] = []
        self._file = file
        self._send = send
        self._fast_fit = fast
        self._depth = 0
        self._figure_numbers: dict[int, tuple[Any, int]] = {}
        self._room_for_weights = MAX_WEIGHTS_BYTES
        self._lines: WeakKeyDictionary[keras.Operation, int] = WeakKeyDictionary()

    def install(self, watched: list[str]) -> None:
        """Put the recorder between the learner's file and Keras, and Matplotlib if loaded."""
        if self._fast_fit:
            fast_fit.install()
        for name in MODEL_METHODS:
            # On the class that defines it: Keras takes a `compile` that Model has of its own
            # for a custom one, and then loads models without compiling them.
            owner = next(base for base in keras.Model.__mro__ if name in vars(base))
            setattr(owner, name, self._recorded(name, getattr(owner, name)))
        keras.Model.__call__ = self._recorded_call(keras.Model.__call__)
        self._note_lines(keras.Operation)
        for path in watched:
            self._watch(path)
        if "matplotlib.pyplot" in sys.modules:
            self._watch_figures(sys.modules["matplotlib.pyplot"])
        if "joblib" in sys.modules:  # what another process trains could not be recorded
            sys.modules["joblib"].parallel_config(backend="sequential")

    def stop(self) -> None:
        """Record no more calls: what follows is the grader's own doing."""
        self._depth += 1

    def learner_line(self) -> int | None:
        """Return the line of the learner's file that is running now."""
        frame: types.FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self._file:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def _note_lines(self, kind: type[keras.Operation]) -> None:
        """Note from now on which line makes a layer or another operation of a model."""
        original = kind.__new__  # Keras looks at the signature of __init__

        @functools.wraps(original)
        def new(cls: type[keras.Operation], *args: Any, **kwargs: Any) -> keras.Operation:
            made = original(cls, *args, **kwargs)
            if (line := self.learner_line()) is not None:
                self._lines[made] = line
            return made

        kind.__new__ = staticmethod(new)  # type: ignore[assignment]

    def lines_of(self, model: keras.Model) -> dict[str, int]:
        """Return the line that made each of a model's layers, by the layers' names."""
        steps = list(model._flatten_layers())
        operations = getattr(model, "operations", None)
        if isinstance(operations, list):  # a class of the learner's own may hold anything there
            steps += operations
        return {step.name: self._lines[step] for step in steps if step in self._lines}

    def _note(self, call: Json) -> Json:
        if len(self.calls) < MAX_CALLS:
            self.calls.append(call)
        return call

    def _recorded(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)

        @functools.wraps(original)
        def method(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
            if self._depth or not isinstance(model, keras.Model):  # called on the class itself
                return original(model, *args, **kwargs)
            try:
                bound = signature.bind(model, *args, **kwargs)
            except TypeError:  # let Keras say what is wrong
                return original(model, *args, **kwargs)
            bound.apply_defaults()
            arguments = {key: value for key, value in bound.arguments.items() if key != "self"}
            given, plain = as_arrays(arguments)
            call = self._note(
                {
                    "call": MODEL_METHODS[name],
                    "line": self.learner_line(),
                    "model": self.store.model_number(model),
                    "arguments": self._arguments(plain),
                    "done": False,
                },
            )
            if name in _SILENCED:
                args, kwargs = (), self._silent(name, given)
                call["compiled"] = self._fast_fit and fast_fit.takes(model, name, kwargs)
            if name == "summary":
                call["layers"] = len(model.layers)
            if name == "fit":
                call["weights_before"] = self._weights(model)
            self._depth += 1
            try:
                result = original(model, *args, **kwargs)
            finally:
                self._depth -= 1
            if name == "fit":
                call["weights_after"] = self._weights(model)
            call["result"] = self._result(result)
            call["done"] = True
            return result

        return method

    def _weights(self, model: keras.Model) -> Json:
        """Return a model's weights as they are now; None where there is no room for them."""
        size = 4 * sum(int(np.prod(weight.shape)) for weight in model.weights)
        if size > self._room_for_weights:
            return None
        self._room_for_weights -= size
        return [self.store.array(np.asarray(weight)) for weight in model.get_weights()]

    def _silent(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments without Keras's own progress bar, which nobody sees here."""
        plain = {key: value for key, value in arguments.items() if key != "kwargs"}
        plain |= arguments.get("kwargs", {})
        if plain.get("verbose") in ("auto", 1, 2):
            plain["verbose"] = 0
        callbacks = plain.get("callbacks")
        if name == "fit" and (callbacks is None or isinstance(callbacks, list | tuple)):
            reporter = _ProgressReporter(self._send, plain.get("epochs"))
            plain["callbacks"] = [*(callbacks or ()), reporter]
        elif name == "fit" and isinstance(callbacks, keras.callbacks.Callback):
            plain["callbacks"] = [callbacks, _ProgressReporter(self._send, plain.get("epochs"))]
        return plain

    def _recorded_call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Record `model(X)` on real data; symbolic calls only build other models."""

        @functools.wraps(original)
        def call_model(model: keras.Model, *args: Any, **kwargs: Any) -> Any:
            data = args[0] if args else kwargs.get("inputs")
            concrete = isinstance(data, np.ndarray) or (
                hasattr(data, "numpy") and not isinstance(data, keras.KerasTensor)
            )
            if self._depth or not concrete:
                return original(model, *args, **kwargs)
            call = self._note(
                {
                    "call": "predict",
                    "line": self.learner_line(),
                    "model": self.store.model_number(model),
                    "arguments": self._arguments({"x": data}),
                    "done": False,
                },
            )
            self._depth += 1
            try:
                result = original(model, *args, **kwargs)
            finally:
                self._depth -= 1
            call["result"] = self._result(result)
            call["done"] = True
            return result

        return call_model

    def _arguments(self, arguments: dict[str, Any]) -> Json:
        found = {}
        for name, value in arguments.items():
            array = None
            if name in {"x", "y", "sample_weight"} and not isinstance(value, dict | list | tuple):
                array = as_array(value) if value is not None else None
            elif name in {"x", "y"} and isinstance(value, list) and value:
                array = as_array(value)
            if name == "validation_data" and isinstance(value, list | tuple):
                parts = [self._arguments({"x": part})["x"] for part in value]
                found[name] = {"kind": "tuple", "items": parts, "length": len(parts)}
                continue
            found[name] = encode(value, self.store) if array is None else self.store.array(array)
        return found

    def _result(self, result: Any) -> Json:
        return encode(result, self.store)

    def _watch(self, path: str) -> None:
        """Record calls of a library function or method, `pandas.DataFrame.describe`."""
        parts = path.split(".")
        owner: Any = None
        for count in range(len(parts) - 1, 0, -1):
            try:
                owner = importlib.import_module(".".join(parts[:count]))
            except ImportError:
                continue
            for part in parts[count:-1]:
                owner = getattr(owner, part)
            break
        original = getattr(owner, parts[-1])

        @functools.wraps(original)
        def watched(*args: Any, **kwargs: Any) -> Any:
            if self._depth:
                return original(*args, **kwargs)
            call: Json = {"call": path, "line": self.learner_line(), "model": None, "done": False}
            if call["line"] is None:
                return original(*args, **kwargs)
            call["arguments"] = {
                "args": encode(list(args), self.store),
                "kwargs": encode(kwargs, self.store),
            }
            self._note(call)
            self._depth += 1
            try:
                result = original(*args, **kwargs)
            finally:
                self._depth -= 1
            call["result"] = self._result(result)
            call["done"] = True
            return result

        setattr(owner, parts[-1], watched)

    # Figures

    def _watch_figures(self, plt: Any) -> None:
        show, close, clf, savefig = plt.show, plt.close, plt.clf, plt.Figure.savefig

        @functools.wraps(show)
        def show_all(*args: Any, **kwargs: Any) -> None:
            # A window that the learner has closed is gone: the next plot is a new figure.
            self.snapshot_open_figures()
            close("all")

        @functools.wraps(close)
        def close_recorded(*args: Any, **kwargs: Any) -> None:
            self.snapshot_open_figures()
            close(*args, **kwargs)

        @functools.wraps(clf)
        def clear_recorded() -> None:
            self.snapshot_open_figures()
            self._figure_numbers.pop(id(plt.gcf()), None)
            clf()

        @functools.wraps(savefig)
        def savefig_recorded(figure: Any, *args: Any, **kwargs: Any) -> Any:
            self._snapshot(figure)
            return savefig(figure, *args, **kwargs)

        plt.show, plt.close, plt.clf = show_all, close_recorded, clear_recorded
        plt.Figure.savefig = savefig_recorded

    def snapshot_open_figures(self) -> None:
        """Record every figure that is open now; one seen before is brought up to date."""
        plt = sys.modules.get("matplotlib.pyplot")
        if plt is not None:
            for number in plt.get_fignums():
                self._snapshot(plt.figure(number))

    def _snapshot(self, figure: Any) -> None:
        axes = [_encode_axes(axis, self.store) for axis in figure.axes]
        if not any(
            axis[part] for axis in axes for part in ("lines", "scatters", "images", "bars", "areas")
        ):
            return
        found = {
            "line": self.learner_line(),
            "axes": axes,
            "legend": [text for legend in figure.legends for text in _legend_texts(legend)],
        }
        if id(figure) in self._figure_numbers:
            self.figures[self._figure_numbers[id(figure)][1]] = found
        elif len(self.figures) < MAX_FIGURES:
            self._figure_numbers[id(figure)] = (figure, len(self.figures))
            self.figures.append(found)


class _ProgressReporter(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells the grader which epoch is running, a few times a second."""

    def __init__(self, send: Send, epochs: Any) -> None:
        super().__init__()
        self._report = send
        self._epochs = epochs
        self._last = 0.0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Report an epoch that has ended."""
        now = time.monotonic()
        if now - self._last > 0.2:
            self._last = now
            self._report({"progress": "fit", "epoch": epoch + 1, "epochs": int(self._epochs or 0)})


def _legend_texts(legend: Any) -> list[str]:
    texts = [legend.get_title().get_text(), *(text.get_text() for text in legend.get_texts())]
    return [text for text in texts if text]


def _encode_axes(axes: Any, store: Store) -> Json:
    legend = axes.get_legend()
    for collection in axes.collections:
        collection.update_scalarmappable()  # else numbers become colours only when drawn
    return {
        "title": axes.get_title(),
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
        "legend": _legend_texts(legend) if legend is not None else [],
        "lines": [
            {
                "label": str(line.get_label()),
                "x": encode(np.asarray(line.get_xdata())[:MAX_POINTS], store),
                "y": encode(np.asarray(line.get_ydata())[:MAX_POINTS], store),
            }
            for line in axes.get_lines()
        ],
        "scatters": [
            {
                "label": str(collection.get_label()),
                "points": store.array(np.asarray(collection.get_offsets(), float)[:MAX_POINTS]),
                **_colours(collection),
            }
            for collection in axes.collections
            if len(collection.get_offsets()) and type(collection).__name__ == "PathCollection"
        ],
        "areas": sum(type(c).__name__ != "PathCollection" for c in axes.collections),
        "bars": len(axes.patches),
        "images": [store.array(np.asarray(part.get_array())) for part in _pictures(axes)],
    }


def _colours(collection: Any) -> Json:
    """Return the colours of a collection's points, and which of them each point has."""
    colours = np.asarray(collection.get_facecolor())
    if not len(colours):  # hollow markers
        colours = np.asarray(collection.get_edgecolor())
    different, which = np.unique(colours, axis=0, return_inverse=True)
    if not len(different) or len(different) > MAX_COLOURS:
        return {"colours": [], "colour_of": []}
    # Matplotlib begins anew with the first colour where there are fewer of them than points.
    points = min(len(collection.get_offsets()), MAX_POINTS)
    return {
        "colours": [[round(float(part), 3) for part in colour] for colour in different],
        "colour_of": np.resize(which, points).tolist(),
    }


def _pictures(axes: Any) -> list[Any]:
    """Return what shows an array as a picture: `imshow`, `matshow`, `pcolormesh`, a heatmap."""
    meshes = [part for part in axes.collections if type(part).__name__ == "QuadMesh"]
    return [*axes.get_images(), *meshes]
