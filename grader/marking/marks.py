"""What a verdict counts in a course: points as they are set there, less what lateness costs.

A mark is rounded once, when all of this is in it, to two decimal places; halves go up. Sums are
sums of marks, so that every column adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import NamedTuple

from grader.catalogue import Exercise
from grader.marking.lateness import Lateness
from grader.marking.syllabus import Syllabus
from grader.verdict import Outcome, Verdict

_PARTS = 100
_ALL = Fraction(1)


class GivenMark(NamedTuple):
    """What one exercise counts for one student."""

    points: float
    """With two decimal places at most."""
    most: float
    """That can be had."""
    per_cent_off: float = 0
    """Of MOST, for lateness."""


def mark_of(
    verdict: Verdict, exercise: Exercise, syllabus: Syllabus, lateness: Lateness
) -> GivenMark:
    """Return what a verdict counts.

    A verdict's maximum leaves out checks that this machine cannot make, so whoever has passed all
    others gets all points. What lateness costs is a part of the points that can be had, as it is
    on Canvas and Moodle; no mark is below 0.
    """
    most = syllabus.worth(exercise)
    share = Fraction(verdict.status is Outcome.PASSED)
    if verdict.max_points:
        share = Fraction(max(0, verdict.points), verdict.max_points)
    return GivenMark(late_mark(most, lateness, share), most, lateness.per_cent)


def late_mark(most: float, lateness: Lateness, share: Fraction = _ALL) -> float:
    """Return what a share of the points is worth, less what lateness costs; never below 0."""
    points = _exact(most) * (share - _exact(lateness.per_cent) / 100)
    return rounded(max(Fraction(0), points))


def shares(worth: float, points: Sequence[int], parts: int = _PARTS) -> list[float]:
    """Return what each of several checks counts of an exercise's points; together they are all.

    Where they are told one by one, each is the difference of two rounded sums: so all add up.
    They are rounded to so many PARTS of a point, 1 for whole points.
    """
    most = sum(points) or 1
    sums = [rounded(_exact(worth) * sum(points[:n]) / most, parts) for n in range(len(points) + 1)]
    return [rounded(after - before) for before, after in pairwise(sums)]


def rounded(number: Fraction | float, parts: int = _PARTS) -> float:
    """Return a number with two decimal places, or rounded to other PARTS of 1; halves go up."""
    exact = number if isinstance(number, Fraction) else _exact(number)
    return floor(exact * parts + Fraction(1, 2)) / parts


def in_figures(number: float) -> str:
    """Return points as people write them: `9`, `8.5`, `0.33`."""
    return f"{rounded(number):.2f}".rstrip("0").rstrip(".")


def _exact(number: float) -> Fraction:
    """Return what was written, 0.1, and not the float beside it."""
    return Fraction(str(number))
