"""What learners are told without a grade: hints, tasks."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from grader.catalogue import Exercise


@dataclass(frozen=True)
class ShownHint:
    """A hint in its three parts."""

    heading: str
    text: str
    more: str
    """How to get the next one; "" after the last."""


def shown_hint(exercise: Exercise, level: int, width: int, command: str = "grade") -> ShownHint:
    """Return a hint in lines that fit.

    Args:
        exercise: that it is for.
        level: 1 for the first.
        width: of a line, in characters.
        command: what learners call the grader with.
    """
    lines = [
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in exercise.hints[level - 1].splitlines()
    ]
    last = level >= len(exercise.hints)
    return ShownHint(
        f"Hint {level} of {len(exercise.hints)} for {exercise.id}:",
        "\n".join(lines),
        "" if last else f"More: `{command} hint {exercise.id} --level {level + 1}`",
    )


def points_of(exercise: Exercise) -> str:
    """Return an exercise's points in words, `9 points: layers 2, …`."""
    points = ", ".join(f"{name} {points}" for name, points in exercise.check_points.items())
    return f"{exercise.points} point{'' if exercise.points == 1 else 's'}: {points}"
