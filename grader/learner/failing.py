"""What was under way when a learner's file stopped: the call, the network, the layer that refused.

Tips are made of these facts; the words of an error tell only that something did not fit.
"""

from __future__ import annotations

import ast
import functools
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras

from grader.evidence.record import FailedCall, Held, LayerFacts
from grader.evidence.values import Size, Value
from grader.learner.encoding import plain_text

MAX_LAYERS = 100
MAX_AXES = 20
MAX_NAMES = 30
MAX_KEYS = 50


class Failing:
    """Keeps the facts of the last call that failed."""

    def __init__(
        self, lines: Mapping[keras.Operation, int], learner_line: Callable[[], int | None]
    ) -> None:
        """Keep facts.

        Args:
            lines: which line made each layer.
            learner_line: tells the line of the learner's file that is running.
        """
        self._lines = lines
        self._learner_line = learner_line
        self._call: FailedCall | None = None
        self._layer: FailedCall | None = None
        self._depth = 0
        self._failed_at = 0

    def watch(self, kind: type[keras.Layer]) -> None:
        """Note from now on which layer refuses what it is called on: the innermost one."""
        original = kind.__call__

        @functools.wraps(original)
        def call(layer: keras.Layer, *args: Any, **kwargs: Any) -> Any:
            if not self._depth:
                self._failed_at = 0
            self._depth += 1
            try:
                return original(layer, *args, **kwargs)
            except Exception:
                if self._depth > self._failed_at:
                    self._failed_at = self._depth
                    self._layer = self._facts(None, {}, [], layer, args[0] if args else None)
                    self._call = self._layer
                raise
            finally:
                self._depth -= 1

        kind.__call__ = call

    def begin(self) -> None:
        """Forget what failed before: a call of a model begins."""
        self._layer = None

    def note(self, name: str, model: keras.Model, arguments: dict[str, Value]) -> None:
        """Note that a call of a model failed; the layer that refused is known by now."""
        layers = list(getattr(model, "layers", ()))[:MAX_LAYERS]
        self._call = self._facts(name, arguments, layers, None, None, _loss_of(model))
        if self._layer is not None:
            self._call = FailedCall(
                name=name,
                line=self._call.line,
                arguments=arguments,
                layers=self._call.layers,
                loss=self._call.loss,
                layer=self._layer.layer,
                got=self._layer.got,
                before=self._layer.before,
            )

    def call_on(self, lines: list[int]) -> FailedCall | None:
        """Return the facts of the last call that failed, if it stands on one of these lines."""
        found = self._call
        return found if found is not None and found.line in lines else None

    def _facts(
        self,
        name: str | None,
        arguments: dict[str, Value],
        layers: list[keras.Layer],
        layer: keras.Layer | None,
        given: object,
        loss: str = "",
    ) -> FailedCall:
        tensors = given if isinstance(given, list | tuple) else [given]
        shapes = [shape for tensor in tensors if (shape := _shape(tensor)) is not None]
        history = getattr(tensors[0], "_keras_history", None) if tensors else None
        before = getattr(history, "operation", None)
        return FailedCall(
            name=name or "",
            line=self._learner_line(),
            arguments=arguments,
            layers=[self._layer_facts(one) for one in layers],
            loss=loss,
            layer=None if layer is None else self._layer_facts(layer),
            got=shapes,
            before=None if before is None else self._layer_facts(before),
        )

    def _layer_facts(self, layer: keras.Operation) -> LayerFacts:
        return LayerFacts(
            name=plain_text(getattr(layer, "name", ""))[:200],
            type=type(layer).__name__[:100],
            line=self._lines.get(layer),
            input=_shape(_attribute(layer, "input")),
            output=_shape(_attribute(layer, "output")),
            window=_window(layer),
            sequences=_attribute(layer, "return_sequences") is True,
        )


def _attribute(value: object, name: str) -> object:
    """Return an attribute; None where Keras, or a class of the learner's own, raises."""
    try:
        return getattr(value, name, None)
    except Exception:
        return None


def _shape(tensor: object) -> tuple[Size, ...] | None:
    try:
        axes = tuple(tensor.shape)[:MAX_AXES]  # type: ignore[attr-defined]
        sizes = tuple(None if size is None else int(size) for size in axes)
    except Exception:
        return None
    return sizes if all(size is None or 0 <= size < 2**63 for size in sizes) else None


def _window(layer: object) -> tuple[int, ...] | None:
    """Return how much of an image a filter or a pool looks at."""
    size = _attribute(layer, "kernel_size") or _attribute(layer, "pool_size")
    if not isinstance(size, tuple) or not all(type(one) is int and one >= 0 for one in size):
        return None
    return size[:MAX_AXES]


def _loss_of(model: keras.Model) -> str:
    """Return the name of the loss that a model was compiled with; "" where it has none."""
    loss = _attribute(model, "loss")
    name: object = loss if isinstance(loss, str) else None
    name = name or _attribute(loss, "name") or _attribute(loss, "__name__")
    return plain_text(name)[:200] if isinstance(name, str) else ""


def held_at(
    error: BaseException, file: str, source: str
) -> tuple[dict[str, Held], dict[str, Held]]:
    """Return what names of the learner's file held, in the innermost frame of it that stopped.

    Returns:
        What the names on the line held, and what those held that they were made of before.
    """
    frames = [
        (frame, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file
    ]
    lines = source.split("\n")
    if not frames or not 0 < frames[-1][1] <= len(lines):
        return {}, {}
    frame, line = frames[-1]
    seen = {**frame.f_globals, **frame.f_locals}
    here = re.findall(r"[^\W\d]\w*", lines[line - 1][:1_000])
    return _held_by(here, seen), _held_by(_made_of(source, set(here), line), seen)


def _held_by(names: Iterable[str], seen: Mapping[str, object]) -> dict[str, Held]:
    found = [name for name in dict.fromkeys(names) if name in seen][:MAX_NAMES]
    return {name: _held(seen[name]) for name in found}


def _made_of(source: str, names: set[str], line: int) -> list[str]:
    """Return the names that stand in what NAMES were given, up to a line."""
    return [
        part.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and node.lineno <= line
        if any(
            isinstance(made, ast.Name) and made.id in names
            for target in node.targets
            for made in ast.walk(target)
        )
        for part in ast.walk(node.value)
        if isinstance(part, ast.Name)
    ]


def _held(value: object) -> Held:
    shape = _shape(value)
    if isinstance(value, list | tuple | str):
        shape = (len(value),)
    dtype = _attribute(value, "dtype")
    keys = value if type(value) is dict else _attribute(value, "columns")
    try:
        texts = [key for key in keys if type(key) is str][:MAX_KEYS]  # type: ignore[attr-defined]
    except Exception:
        texts = []
    return Held(
        type(value).__name__[:100],
        shape,
        str(dtype)[:50] if type(dtype).__module__.startswith("numpy") else "",
        [plain_text(key)[:100] for key in texts],
    )
