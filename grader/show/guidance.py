"""What learners are told without a grade: hints, tasks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from grader.catalogue import Exercise

_ITEM = re.compile(r"(?:- |\d+\. )")
_BY_HAND = "    "
"""What lines begin with that are laid out by hand, tables say."""


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


def shown_task(exercise: Exercise, width: int) -> str:
    """Return an exercise's task in lines that fit.

    Args:
        exercise: whose task it is.
        width: of a line, in characters.
    """
    found: list[str] = []
    for lines in _paragraphs(exercise.task):
        if max(map(len, lines)) > width and not lines[0].startswith(_BY_HAND):
            item = _ITEM.match(lines[0])
            lines = textwrap.wrap(
                " ".join(line.strip() for line in lines),
                width,
                subsequent_indent=" " * len(item[0]) if item else "",
                break_long_words=False,
                break_on_hyphens=False,
            )
        found += lines
    return "\n".join(found)


def _paragraphs(task: str) -> Iterator[list[str]]:
    """Yield lines that belong together; one without words, or laid out by hand, is alone."""
    together: list[str] = []
    for line in task.splitlines():
        if together and (
            not line
            or not together[-1]
            or _ITEM.match(line)
            or line.startswith(_BY_HAND)
            or together[-1].startswith(_BY_HAND)
        ):
            yield together
            together = []
        together.append(line)
    yield together


def points_of(exercise: Exercise) -> str:
    """Return an exercise's points in words, `9 points: layers 2, …`."""
    points = ", ".join(f"{name} {points}" for name, points in exercise.check_points.items())
    return f"{exercise.points} point{'' if exercise.points == 1 else 's'}: {points}"
