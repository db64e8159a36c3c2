"""Damaging what is read: its parts, its bytes; and looking for damage that does harm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 7, 2**31, 2**63 - 1, -(2**63), 2**64 - 1, 0.5, -0.0, float("nan"),
    float("inf"), 1e308, "", "x", "float32", "list", "none", "0" * 32 + ".npy", "é" * 50,
    "../record", [], [0], [[]], {}, {"kind": "none"}, {"kind": "number", "value": 3, "type": "int"},
    {"kind": "text", "value": "relu"}, {"kind": "model", "number": 0},
    {"kind": "model", "number": 99}, {"kind": "numbers", "shape": [2], "dtype": "f", "digest": ""},
    {"kind": "sequence", "type": "list", "items": [], "length": 5},
    {"kind": "mapping", "items": [["loss", {"kind": "none"}]]},
    {"kind": "history", "number": 1, "epochs": [], "metrics": {}},
    {"kind": "exception", "type": "E", "message": "", "line": None, "lines": []}, {"kind": "end"},
    b"bytes",
]  # fmt: skip


Step = str | int


def places(node: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the way to each part of a record, weights' values aside."""
    yield path
    items: Any = ()
    if isinstance(node, dict):
        items = node.items()
    elif isinstance(node, list):
        items = enumerate(node[:40])
    for key, value in items:
        yield from places(value, (*path, key))


def damaged(record: Any, data: st.DataObject, odd: Sequence[Any] = ODD) -> Any:
    """Return a record with one part changed."""
    ways = [place for place in places(record) if place]
    *way, last = data.draw(st.sampled_from(ways), label="where")
    record = deepcopy(record)
    owner = record
    for step in way:
        owner = owner[step]
    what = data.draw(st.sampled_from(["swap", "swap", "swap", "drop", "empty", "double", "other"]))
    old = owner[last]
    if what == "swap":
        owner[last] = data.draw(st.sampled_from(odd), label="odd")
    elif what == "drop":
        del owner[last]
    elif what == "empty":
        owner[last] = type(old)() if isinstance(old, dict | list | str | int | float) else None
    elif what == "double":
        owner[last] = old * 2 if isinstance(old, list | str | int | float) else [old, old]
    else:
        source = record
        for step in data.draw(st.sampled_from(ways), label="of"):
            source = source[step]
        owner[last] = deepcopy(source)
    return record


def damaged_bytes(content: bytes, data: st.DataObject, words: st.SearchStrategy[bytes]) -> bytes:
    """Return bytes with some places changed; WORDS are what to put in now and then."""
    written = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4), label="changes")):
        place = data.draw(st.integers(0, max(0, len(written) - 1)), label="where")
        kind = data.draw(st.sampled_from(["cut", "change", "insert", "word"]), label="how")
        if kind == "cut":
            del written[place:]
        elif kind == "change" and written:
            written[place] = data.draw(st.integers(0, 255))
        elif kind == "insert":
            written[place:place] = data.draw(st.binary(max_size=20))
        else:
            written[place:place] = data.draw(words)
    return bytes(written)


def search(examples: int) -> settings:
    """Return how to look for so many examples."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples <= 5_000,  # CI looks at the same every time, a longer run does not
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
