"""Networks as diagrams: a learner's from what Keras wrote down, a task's from what it tells.

A configuration comes from the learner's process: whatever it holds, a diagram comes of it, or
none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from grader.evidence.configurations import nodes_of
from grader.evidence.values import Settings
from grader.expect.layers import DEFAULT_ACTIVATIONS, SHOWN_SETTINGS, Layer
from grader.expect.network import Network
from grader.sights import Diagram, Node

MAX_NODES = 40
"""More than this nobody looks at one by one."""
MAX_TEXT = 60
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip
_HIDDEN = "?"


def of_model(name: str, config: Settings) -> Diagram | None:
    """Return the diagram of a model, from what Keras writes down of it; None where it has none."""
    name, layers = clean(name), _layers_of(config)
    if layers is None:
        return None
    if len(layers) > MAX_NODES:
        kinds = Counter(_kind(layer) for layer in layers).most_common(4)
        most = ", ".join(f"{count} {kind}" for kind, count in kinds)
        return Diagram(name, summary=f"{len(layers)} layers, among them {most}")
    if config.get("class_name") == "Sequential":
        return Diagram(name, _chain([_text(layer) for layer in layers]))
    return _graph(name, layers)


def of_task(network: Network, task: str) -> Diagram | None:
    """Return the diagram of a task's network; what the task's text does not say is a `?`.

    None where the text leaves open of what kinds of layers it is, or all of its sizes.
    """
    told = _Told(task)
    if not all(map(told.kind, network.layers)):
        return None
    shape = _sizes([told.number(size) for size in network.input])
    texts = [f"Input({shape})", *(told.layer(layer) for layer in network.layers)]
    return Diagram("the task", _chain(texts))


def _chain(texts: list[str]) -> tuple[Node, ...]:
    return tuple(Node(text, (place - 1,) if place else ()) for place, text in enumerate(texts))


class _Told:
    """What the text of a task says."""

    def __init__(self, task: str) -> None:
        self._words = set(re.findall(r"[a-z_]+|\d+(?:\.\d+)?", task.lower()))
        self._text = re.sub(r"[^a-z0-9]", "", task.lower())

    def number(self, value: object) -> str:
        """Return a number as text, or `?`."""
        in_words = _ONES[value] if isinstance(value, int) and 0 <= value < len(_ONES) else ""
        return f"{value}" if {f"{value}", in_words} & self._words else _HIDDEN

    def kind(self, layer: Layer) -> bool:
        """Whether it speaks of layers of this kind: `max pooling` for `MaxPooling2D`."""
        return layer.kind.lower().rstrip("123d") in self._text

    def layer(self, layer: Layer) -> str:
        """Return a layer as far as it is told: `Dense(4, ?)`."""
        parts = [
            _sizes([self.number(one) for one in size]) if isinstance(size, tuple)
            else self.number(size)
            for size in layer.settings
        ]  # fmt: skip
        activation = layer.activation or "linear"
        if activation not in {"linear", DEFAULT_ACTIVATIONS.get(layer.kind)}:
            parts.append(activation if activation in self._words else _HIDDEN)
        return f"{layer.kind}({', '.join(parts)})" if parts else layer.kind


def _sizes(sizes: list[str]) -> str:
    return " × ".join(sizes)


def _graph(name: str, layers: list[Settings]) -> Diagram | None:
    """Return the diagram of a functional model: one node per layer, in an order that flows."""
    sources = {str(layer.get("name")): _sources(layer) for layer in layers}
    known = {str(layer.get("name")): layer for layer in layers}
    order: list[str] = []
    waiting = list(known)
    while waiting:
        ready = [one for one in waiting if all(s in order or s not in known for s in sources[one])]
        if not ready:
            return None  # it leads back into itself: no network of Keras's does
        order.append(ready[0])
        waiting.remove(ready[0])
    places = {one: place for place, one in enumerate(order)}
    nodes = [
        Node(
            _text(known[one]),
            tuple(sorted({places[source] for source in sources[one] if source in places})),
            max(1, len(_calls(known[one]))),
        )
        for one in order
    ]
    return Diagram(name, tuple(nodes))


def _calls(layer: Settings) -> list[object]:
    """Return the calls of a layer that make up its model."""
    calls = layer.get("inbound_nodes")
    return calls if isinstance(calls, list) else []


def _sources(layer: Settings) -> list[str]:
    """Return the names of the layers whose outputs a layer takes."""
    found: list[str] = []
    for node in nodes_of(_calls(layer)):
        history = node.get("keras_history")
        if isinstance(history, list | tuple) and history and isinstance(history[0], str):
            found.append(history[0])
    return found


def _layers_of(config: object) -> list[Settings] | None:
    settings = config.get("config") if isinstance(config, dict) else None
    layers = settings.get("layers") if isinstance(settings, dict) else None
    if not isinstance(layers, list):
        return None
    return [layer for layer in layers if isinstance(layer, dict)]


def _kind(layer: Settings) -> str:
    return clean(layer.get("class_name"))


def clean(value: object) -> str:
    """Return the beginning of what a learner's process said as one line that can be shown."""
    return "".join(c for c in str(value)[:MAX_TEXT] if c.isprintable())


def _text(layer: Settings) -> str:
    """Return a layer as it stands in a diagram: `Dense(4, relu)`."""
    kind = "Input" if layer.get("class_name") == "InputLayer" else _kind(layer)
    inner = _layers_of(layer)
    if inner is not None:
        return f"{kind} of {len(inner)} layers"
    settings = layer.get("config")
    parts = list(_parts(kind, settings)) if isinstance(settings, dict) else []
    return clean(f"{kind}({', '.join(parts)})" if parts else kind)


def _parts(kind: str, settings: Mapping[str, object]) -> Iterator[str]:
    shape = settings.get("batch_shape")
    if kind == "Input" and isinstance(shape, list | tuple):
        yield _sizes([_number(size) for size in shape[1:]])
    for key in SHOWN_SETTINGS.get(kind, ()):
        value = settings.get(key)
        sizes = value if isinstance(value, list | tuple) else [value]
        yield _sizes([_number(size) for size in sizes])
    activation = _activation(settings.get("activation"))
    if activation and activation not in {"linear", DEFAULT_ACTIVATIONS.get(kind)}:
        yield activation


def _number(value: object) -> str:
    if value is None:
        return "any"
    return f"{value:g}" if isinstance(value, int | float) and abs(value) < 1e6 else clean(value)


def _activation(value: object) -> str:
    """Return an activation's name, whichever way Keras wrote it down."""
    while isinstance(value, dict):
        inner = value.get("config")
        value = inner if isinstance(inner, str) else value.get("class_name")
    return clean(value) if isinstance(value, str) else ""
