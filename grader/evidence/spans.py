"""Lines of a file from one to another: of a function, a loop."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]
"""The first and the last line of something."""


def is_within(line: int, spans: Iterable[Span]) -> bool:
    """Whether a line lies in one of these spans."""
    return any(first <= line <= last for first, last in spans)
