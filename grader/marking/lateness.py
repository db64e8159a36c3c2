"""What work loses that comes after its deadline."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from grader.catalogue import Exercise
from grader.classwork.arrivals import Arrival
from grader.classwork.class_folder import ClassWork
from grader.marking.syllabus import Syllabus

_SOURCES = {"platform": "as the platform says", "file": "the file's own time"}


class Lateness(NamedTuple):
    """What a submission loses for its time."""

    days: int = 0
    """That have begun since the deadline; 0 where it is in time."""
    per_cent: float = 0
    """Of the points that can be had."""
    note: str = ""
    """What student and instructor are told; "" where there is nothing to tell."""


def lateness(exercise: Exercise, arrival: Arrival, syllabus: Syllabus) -> Lateness:
    """Return what an exercise loses that was handed in then.

    Nobody loses anything by a time that is not known. Where a platform only says that it is
    late, one day counts.
    """
    due, policy = syllabus.deadline(exercise), syllabus.late
    known = arrival.time
    if arrival.source == "file" and not policy.file_times:
        known = None
    if due is not None and known is not None and (days := policy.days(known - due)):
        begun = "1 day has begun" if days == 1 else f"{days:,} days have begun"
        return Lateness(
            days,
            policy.cost(days),
            f"Handed in late: {_in_words(known, due)} ({_SOURCES[arrival.source]}). The deadline "
            f"was {_in_words(due, due)}; {begun} since.{_taken_off(policy.cost(days))}",
        )
    if arrival.late:
        told = "The platform marked it as late."
        if policy.per_day:
            told += f" It does not say by how much: one day counts.{_taken_off(policy.cost(1))}"
        return Lateness(1, policy.cost(1), told)
    if due is not None and known is None:
        return Lateness(note="When it was handed in is not known, so it counts as in time.")
    return Lateness()


def unknown_times(work: ClassWork, syllabus: Syllabus) -> str:
    """Return what is said of work with a deadline and no known time; "" where there is none."""
    late = [lateness(one.exercise, one.arrival, syllabus) for one in work.handed_in]
    count = sum(bool(one.note) and not one.days for one in late)
    if not count:
        return ""
    told = (
        "When 1 submission was handed in is not known: it counts as in time."
        if count == 1
        else f"When {count:,} submissions were handed in is not known: they count as in time."
    )
    none_told = all(one.arrival.source != "platform" for one in work.handed_in)
    if none_told and any(student.platform == "moodle" for student in work.students):
        told += " Moodle's grading worksheet tells it: give that as the roster."
    return told


def _in_words(time: datetime, other: datetime) -> str:
    """Return a time as people write it, in the zone of another."""
    return time.astimezone(other.tzinfo).strftime("%Y-%m-%d %H:%M")


def _taken_off(per_cent: float) -> str:
    return f" {per_cent:g} % of the points are taken off." if per_cent else ""
