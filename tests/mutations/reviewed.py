"""Mutants that were looked at one by one: not wrong after all, or wrong and hard to name.

Each is known by exercise, kind and what is changed, and stands in the exercise's answers file;
a test sees to it that none of these has gone out of date.
"""

from __future__ import annotations

from corpus import declared

from grader.catalogue import exercises

Key = tuple[str, str, str]


def _declared(name: str) -> dict[Key, str]:
    return {
        (exercise.id, kind, what): reason
        for exercise in exercises()
        for (kind, what), reason in (declared(exercise, name) or {}).items()
    }


EQUIVALENT = _declared("EQUIVALENT")
"""Still right, or not observable; with the reason. They must pass."""

UNNAMED = _declared("UNNAMED")
"""Rejected by a message that does not name the fault; with the reason."""

MAX_UNNAMED = 0.05
"""The share of mutants that may stand in `UNNAMED`."""
