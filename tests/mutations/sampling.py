"""Which mutants and equivalents a run takes: all of them, or a sample in bounded time.

Exercises whose answers train for long are taken in turns; another seed brings others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from samples import Sample

from grader.catalogue import Exercise, exercises
from grader.facts import DEFAULT_TIMEOUT_SECONDS

Item = TypeVar("Item")

EACH = 2
"""How many of each quick exercise are taken."""

SLOW_EXERCISES = 4
"""How many exercises that train for long are taken, with one item each."""


def with_checks() -> list[Exercise]:
    """Return the exercises that there are checks for."""
    return [exercise for exercise in exercises() if exercise.checks.exists()]


def everything(derive: Callable[[Exercise], Sequence[Item]]) -> list[Item]:
    """Return what is derived from all exercises."""
    return [item for exercise in with_checks() for item in derive(exercise)]


def chosen(
    derive: Callable[[Exercise], Sequence[Item]], sample: Sample, each: int = EACH
) -> list[Item]:
    """Return all, or a few items of each quick exercise and one of some slow ones."""
    if sample.full:
        return everything(derive)
    known = with_checks()
    slow = [exercise for exercise in known if exercise.timeout > DEFAULT_TIMEOUT_SECONDS]
    taken = sample.pick(slow, SLOW_EXERCISES, f"slow {derive.__name__}")
    found: list[Item] = []
    for exercise in known:
        count = each if exercise not in slow else int(exercise in taken)
        if count:
            found += sample.pick(derive(exercise), count, f"{derive.__name__} {exercise.id}")
    return found
