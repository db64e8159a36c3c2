"""Who handed something in: a name to read, and the id that a platform knows them by."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True, order=True)
class Student:
    """One student of a class, as the names of what was handed in tell."""

    name: str
    """As it is shown, in NFC. Several students may have the same."""
    id: str = ""
    """What the platform calls them, "" where nothing says so: Canvas's USERID, Moodle's
    participant number, Brightspace's and Gradescope's id, a Blackboard user name."""
    platform: str = ""
    """"canvas", "moodle", "gradescope", "brightspace", "blackboard", "classroom" (Google's); ""
    where folders or archives only bear names."""
    email: str = ""
    """Where the platform tells it."""
    apart: str = ""
    """What else tells them from another student of the same name and id; mostly ""."""

    @property
    def label(self) -> str:
        """A text that no other student of the class has: it stands for them everywhere."""
        told = ", ".join(text for text in (self.id, self.apart) if text)
        return f"{self.name} ({told})" if told else self.name


def told_apart(students: Sequence[tuple[Student, str]]) -> list[Student]:
    """Return the students, each with a label of their own.

    Each comes with the name that was found on the disk: the same letters can be spelled in two
    ways there (Unicode's NFC and NFD), and nothing says that this is one person.
    """
    labels = Counter(student.label for student, _ in students)
    found: list[Student] = []
    taken: set[str] = set()
    for student, spelled in students:
        one = student
        if labels[student.label] > 1 and spelled != unicodedata.normalize("NFC", spelled):
            one = replace(student, apart="NFD")
        elif labels[student.label] > 1 and spelled != spelled.strip():
            one = replace(student, apart="with a blank before or behind")
        number = 1
        while one.label in taken:
            number += 1
            one = replace(student, apart=str(number))
        taken.add(one.label)
        found.append(one)
    return found


def isolated(text: str) -> str:
    """Return a name so that a terminal prints it in one piece among other words.

    One that is written from right to left would else take signs and numbers beside it along.
    """
    is_rtl = any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text)
    return f"{_ISOLATE}{text}{_POP}" if is_rtl else text
