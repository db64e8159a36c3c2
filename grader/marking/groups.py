"""Groups of Moodle's that hand in together: its worksheet tells who is in them.

The download calls a folder after the group, with the group's number, which looks just like a
student's. Taken for one, it would give the group's marks to whoever has that number.
"""

from __future__ import annotations

from dataclasses import replace

from grader.classwork.class_folder import ClassWork
from grader.classwork.file_names import some
from grader.classwork.students import Student
from grader.marking.roster import Enrolment, Roster, same_person


def split_groups(work: ClassWork, roster: Roster) -> None:
    """Put its members in the place of each group; each has handed in what the group has."""
    if roster.kind != "moodle":
        return
    for group in [one for one in work.students if one.platform == "moodle"]:
        own = [entry for entry in roster.entries if entry.participant == group.id]
        members = _members(group, roster)
        if members and not any(same_person(group, entry, roster) for entry in own):
            _split(work, group, members)


def _members(group: Student, roster: Roster) -> list[Enrolment]:
    """Return who has the group's name in a column of their row that is not their own name."""
    name = _letters(group.name)
    return [entry for entry in roster.entries if name and name in map(_letters, entry.cells[2:])]


def _split(work: ClassWork, group: Student, members: list[Enrolment]) -> None:
    labels = {student.label for student in work.students}
    students = []
    for entry in members:
        found = Student(entry.name or group.name, entry.participant, "moodle", entry.email)
        if found.label in labels:  # has handed in something alone, too
            found = replace(found, apart=group.name)
        students.append(found)
    work.students.remove(group)
    work.students += students
    handed_in = [one for one in work.handed_in if one.student == group.label]
    problems = [one for one in work.problems if one.student == group.label]
    work.handed_in = [one for one in work.handed_in if one.student != group.label]
    work.problems = [one for one in work.problems if one.student != group.label]
    for student in students:
        others = [other.name for other in students if other is not student]
        with_whom = f" together with {some(others)}" if others else ""
        note = f"Handed in by {group.name}{with_whom}."
        work.handed_in += [
            replace(one, student=student.label, notes=(note, *one.notes)) for one in handed_in
        ]
        work.problems += [replace(one, student=student.label) for one in problems]


def _letters(name: str) -> str:
    """Return what is left of a name in a file's: some signs are not."""
    return "".join(c for c in name.casefold() if c.isalnum())
