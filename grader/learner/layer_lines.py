"""Which lines of a learner's file made each layer, and put it into its model."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import keras


class LayerLines:
    """Notes lines while the file runs."""

    def __init__(self, learner_line: Callable[[], int | None]) -> None:
        """Note nothing yet.

        Args:
            learner_line: tells the line of the learner's file that is running.
        """
        self.made: WeakKeyDictionary[keras.Operation, int] = WeakKeyDictionary()
        """The line that made each layer, or another operation of a model."""
        self._placed: WeakKeyDictionary[keras.Operation, int] = WeakKeyDictionary()
        self._learner_line = learner_line

    def watch(self) -> None:
        """Note lines from now on."""
        self._watch_making(keras.Operation)
        self._watch_adding(keras.Sequential)
        self._watch_joining(keras.Layer)

    def _watch_making(self, kind: type[keras.Operation]) -> None:
        original = kind.__new__  # Keras looks at the signature of __init__

        @functools.wraps(original)
        def new(cls: type[keras.Operation], *args: Any, **kwargs: Any) -> keras.Operation:
            made = original(cls, *args, **kwargs)
            if (line := self._learner_line()) is not None:
                self.made[made] = line
            return made

        kind.__new__ = staticmethod(new)  # type: ignore[assignment]

    def _watch_adding(self, kind: type[keras.Sequential]) -> None:
        original = kind.add  # a list of layers that a Sequential is made of comes here, too

        @functools.wraps(original)
        def add(model: keras.Sequential, *args: Any, **kwargs: Any) -> None:
            layer, line = (*args, kwargs.get("layer"))[0], self._learner_line()
            if line is not None and isinstance(layer, keras.Layer):
                self._placed[layer] = line
            original(model, *args, **kwargs)

        kind.add = add

    def _watch_joining(self, kind: type[keras.Layer]) -> None:
        """Note where a layer is put behind another one, of a model that is no Sequential."""
        original = kind.__call__

        @functools.wraps(original)
        def call(layer: keras.Layer, *args: Any, **kwargs: Any) -> Any:
            joins = args and isinstance(args[0], keras.KerasTensor)
            if joins and layer not in self._placed and (line := self._learner_line()) is not None:
                self._placed[layer] = line
            return original(layer, *args, **kwargs)

        kind.__call__ = call

    def made_in(self, model: keras.Model) -> dict[str, int]:
        """Return the line that made each of a model's layers, by the layers' names."""
        steps = list(model._flatten_layers())
        operations = getattr(model, "operations", None)
        if isinstance(operations, list):  # a class of the learner's own may hold anything there
            steps += operations
        return {step.name: self.made[step] for step in steps if step in self.made}

    def placed_in(self, model: keras.Model) -> dict[str, int]:
        """Return the line that put each layer where it stands, by the layers' names."""
        layers = model._flatten_layers()
        return {layer.name: self._placed[layer] for layer in layers if layer in self._placed}
