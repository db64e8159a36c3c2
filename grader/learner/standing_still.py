"""Trainings that change nothing, again and again, in a loop that waits for them to.

What comes of such a training is the same each time, so that the loop never ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import keras
import numpy as np

from grader.evidence.record import Standstill
from grader.evidence.spans import Span, is_within

MOST = 20
"""How many in a row: a loop that counts its turns is none of those that only wait."""


class StandingStill:
    """Counts the trainings in a row on one line that have left a model as it was."""

    def __init__(self, loops: Sequence[Span]) -> None:
        """Count trainings.

        Args:
            loops: the first and last lines of loops that can only wait for other results.
        """
        self._loops = loops
        self._last: tuple[int, int, bytes] | None = None
        self._count = 0

    def before(self, model: keras.Model, lines: Sequence[int]) -> bytes | None:
        """Return what a model's weights are before a training; None where nothing waits for it."""
        waits = any(is_within(line, self._loops) for line in lines)
        return _digest(model) if waits else None

    def after(
        self, model: keras.Model, number: int, lines: Sequence[int], before: bytes | None
    ) -> Standstill | None:
        """Return the finding that a model stands still; None while it may go on.

        Args:
            model: that was trained.
            number: of the model.
            lines: of the learner's file that are running, the outermost first.
            before: what its weights were.
        """
        if before is None or before != _digest(model):
            self._last, self._count = None, 0
            return None
        here = (lines[-1], number, before)
        self._count = self._count + 1 if here == self._last else 1
        self._last = here
        return Standstill(line=lines[-1], trainings=MOST) if self._count == MOST else None


def _digest(model: keras.Model) -> bytes:
    found = hashlib.blake2b(digest_size=16)
    for weight in model.get_weights():
        found.update(np.ascontiguousarray(weight).tobytes())
    return found.digest()
