"""What a course sets that nbgrader keeps in its gradebook: due dates, and who takes part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from grader.catalogue import Exercise
from grader.marking.roster import Enrolment, Roster
from grader.marking.syllabus import Syllabus
from grader.teaching.notebooks import lesson_name

_LOGINS = ("username", "user name", "login", "login id", "sis login id")
"""Columns that may have the name by which a Hub knows a student, in this order."""


def enter(folder: Path, syllabus: Syllabus, roster: Roster | None) -> list[str]:
    """Write due dates and students into the gradebook of the course in FOLDER.

    What is not set stays as it is. Returns remarks, a sentence each.
    """
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    directory = CourseDirectory(config=config)
    if "root" not in config.CourseDirectory:
        directory.root = str(folder.absolute())
    remarks = []
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        for lesson, some in _by_lesson(syllabus).items():
            dates = {exercise.id: syllabus.deadline(exercise) for exercise in some}
            latest = max((date for date in dates.values() if date), default=None)
            if latest is None:
                continue
            if len(set(dates.values())) > 1:
                remarks.append(
                    f"{lesson} is due {latest:%Y-%m-%d %H:%M}, the latest of its exercises: "
                    "nbgrader has one due date for all of them."
                )
            gradebook.update_or_create_assignment(lesson, duedate=latest.isoformat())
        if roster is not None:
            remarks += _enrol(gradebook, roster)
    return remarks


def _by_lesson(syllabus: Syllabus) -> dict[str, list[Exercise]]:
    found: dict[str, list[Exercise]] = {}
    for exercise in syllabus.all_exercises:
        found.setdefault(lesson_name(exercise.lesson), []).append(exercise)
    return found


def _enrol(gradebook: Any, roster: Roster) -> list[str]:
    remarks = []
    for entry in roster.entries:
        id = _login(entry, roster.headings)
        if not id or "/" in id or id.startswith("."):
            who = entry.name or entry.email or "a student without a name"
            remarks.append(f"{who} was not enrolled: the roster has no user name for them.")
            continue
        first, last = _first_and_last(entry.name)
        gradebook.update_or_create_student(
            id, first_name=first, last_name=last, email=entry.email or None
        )
    return remarks


def _login(entry: Enrolment, headings: list[str]) -> str:
    """Return the name by which nbgrader knows a student: that of their folder in submitted/."""
    cells = {
        heading.casefold(): cell.strip()
        for heading, cell in zip(headings, entry.cells, strict=False)
    }
    names = [cells.get(heading, "") for heading in _LOGINS]
    return next((name for name in [*names, *entry.ids] if name), "")


def _first_and_last(name: str) -> tuple[str, str]:
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.rpartition(" ")
    return first.strip(), last.strip()
