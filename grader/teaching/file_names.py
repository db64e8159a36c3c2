"""What the name of a file says: who handed it in, and which exercise it is for."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import PurePosixPath

from grader.catalogue import Exercise, exercise_of
from grader.teaching.students import Student

_MOODLE = re.compile(r"(.+)_(\d+)_assignsubmission_[a-z]+_?(.*)")
_CANVAS = re.compile(r"(.+?)(_LATE)?_(\d{2,})_(\d{2,})_(.+)")
_CANVAS_NUMBER = re.compile(r"(.+)-(\d+)(\.\w+)")
_MAX_NAME_BYTES = 200


def owner_of(name: str) -> tuple[Student | None, str, bool]:
    """Return whose a file in a class's folder is, what they call it, and whether it is late.

    The student is None where the file lies beside the students' folders.
    """
    first, below, rest = name.partition("/")
    if found := moodle(name):
        inner = "/".join(part for part in (found[3], rest) if part)
        return Student(shown(found[1]), found[2], "moodle"), shown(inner), False
    if found := canvas(name):
        student = Student(shown(found[1]), found[3], "canvas")
        return student, shown(found[5]), bool(found[2])
    return (Student(shown(first)), shown(rest), False) if below else (None, shown(first), False)


def moodle(name: str) -> re.Match[str] | None:
    """Match a name in Moodle's download: student, number, and the file's own name."""
    return _MOODLE.fullmatch(name.partition("/")[0])


def canvas(name: str) -> re.Match[str] | None:
    """Match a name in Canvas's download: student, late, number, number, the file's own name."""
    return None if "/" in name or exercise_of(name) else _CANVAS.fullmatch(name)


def shown(name: str) -> str:
    """Return a name so that it can be printed and stored: any bytes may be a file's name."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    text = unicodedata.normalize("NFC", text)
    return "".join(c if c.isprintable() else c.encode("unicode-escape").decode() for c in text)


def graded_name(exercise: Exercise, submitted: str) -> str:
    """Return the name under which a file is graded: the student's own, where that can be."""
    name = PurePosixPath(submitted).with_suffix(".py").name
    fits = len(os.fsencode(name)) <= _MAX_NAME_BYTES and name.isprintable()
    return name if fits else PurePosixPath(exercise.file).name


def are_of_a_class(names: list[str]) -> bool:
    """Whether an archive with files of these names is a platform's, with a class's work."""
    tops = {name.partition("/")[0] for name in names if not name.startswith((".", "__"))}
    return bool(tops) and all(moodle(top) or canvas(top) for top in tops)


def without_canvas_number(name: str) -> tuple[str, int]:
    """Return a file's own name and the number that Canvas puts behind resubmissions."""
    found = _CANVAS_NUMBER.fullmatch(name)
    return (found[1] + found[3], int(found[2])) if found else (name, 0)
