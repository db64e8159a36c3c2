"""Shapes of arrays, as they are told."""

from __future__ import annotations

from collections.abc import Iterable

Axis = int | str | None


def shape_text(axes: Iterable[Axis]) -> str:
    """Return a shape as Python shows it: `(5, 4)`, `(10,)`, `(None, 4)` where an axis is free."""
    sizes = [size if isinstance(size, str) else str(_plain(size)) for size in axes]
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"


def batch_text(axes: Iterable[Axis]) -> str:
    """Return the shape of many samples, whose number does not matter: `(n, 4)`, `(n, None, 8)`."""
    first, *rest = axes
    return shape_text(["n" if first in {None, "None"} else first, *rest])


def _plain(size: int | None) -> int | None:
    """Return a size as Python's own number; NumPy's show their type."""
    return None if size is None else int(size)
