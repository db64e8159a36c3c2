"""The list of a class's students, as a platform exports it, and who of them handed something in.

A roster is a csv with headings: Canvas's gradebook, Moodle's grading worksheet, or any that has
a column of ids, of e-mail addresses or of names.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from grader.classwork.students import Student
from grader.marking.moodle_times import read_moodle_time
from grader.usage import WrongUsage

_T = TypeVar("_T")

_IDS = {
    "id", "student id", "user id", "id number", "sis user id", "sis login id", "integration id",
    "login", "login id", "username", "user name", "student number", "sid",
    "orgdefinedid", "matrikelnummer", "matriculation number", "identifier",
}  # fmt: skip
_NAMES = {"name", "full name", "student", "student name", "vollständiger name"}
_FIRST_NAMES = {"first name", "firstname", "given name", "vorname"}
_LAST_NAMES = {"last name", "lastname", "surname", "family name", "nachname"}
_PARTICIPANT = re.compile(r"(\D+)(\d+)")
_IN_PARENTHESES = re.compile(r"([^(（]*)[(（]([^()（）]+)[)）]\s*")
_SEPARATOR = re.compile(r"\"?sep=([,;|\t])\"?\r?\n", re.IGNORECASE)
_NEVER = {"", "-"}
"""What Moodle's worksheet has in place of a time."""
_SHORTEST_WORD = 3
_TEST_STUDENT = "Student, Test"
_MAX_BYTES = 50_000_000


class BadRoster(WrongUsage):
    """A roster cannot be used; says why."""


@dataclass
class Enrolment:
    """A student on the roster."""

    cells: list[str]
    """The row, as many cells as there are headings."""
    name: str = ""
    email: str = ""
    ids: list[str] = field(default_factory=list)
    """All that a platform may know them by; the first is its own id."""
    participant: str = ""
    """In Moodle's worksheet, the number by which it knows them."""
    submitted: datetime | None = None
    """When something was handed in, as Moodle's worksheet tells, without a time zone."""

    def student(self, labels: Collection[str]) -> Student:
        """Return the student, as if they had handed something in; no LABEL is theirs."""
        known = self.participant or "".join(self.ids[:1])
        found = Student(self.name or self.email, known, email=self.email)
        number = 1
        while found.label in labels:
            number += 1
            found = replace(found, apart=f"{number} on the roster")
        return found


@dataclass
class Roster:
    """All students of a class."""

    kind: Literal["canvas", "moodle", "other"]
    headings: list[str]
    entries: list[Enrolment]
    marks: int = -1
    """In Moodle's worksheet, the number of the column for the marks."""
    word: str = ""
    """What stands before the numbers in Moodle's worksheet, `Participant `."""
    odd_time: str = ""
    """Of the times in it, one that cannot be read; "" where all can."""

    @property
    def may_be_moodles(self) -> bool:
        """Whether it looks like Moodle's worksheet, though no column for the marks was found."""
        word = _before_number([entry.cells for entry in self.entries])
        return self.kind == "other" and len(word.strip()) >= _SHORTEST_WORD


@dataclass
class Attendance:
    """Who of a roster handed something in, and who handed something in and is not on it."""

    entries: dict[str, Enrolment] = field(default_factory=dict)
    """By the students' labels."""
    missing: list[Enrolment] = field(default_factory=list)
    strangers: dict[str, str] = field(default_factory=dict)
    """By the students' labels, why they were not found."""


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Raises:
        BadRoster: it cannot be read, or has no column that tells students apart.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BadRoster(f"There is no roster {path}.") from None
    except OSError as error:
        raise BadRoster(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > _MAX_BYTES:
        raise BadRoster(f"{path} has {len(data) / 1e6:.0f} MB: that is no roster.")
    try:
        rows = _rows(data)
    except (csv.Error, UnicodeError):
        raise BadRoster(f"{path} is no csv file: save it as csv, in UTF-8.") from None
    try:
        return _roster(rows)
    except BadRoster as reason:
        raise BadRoster(f"{path} {reason}") from None


def _rows(data: bytes) -> list[list[str]]:
    """Return the cells of all rows that have some; commas, semicolons or tabs stand between."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252")  # as Excel saves where nobody tells it otherwise
    if "\0" in text:
        raise csv.Error("a NUL character")
    text = text.lstrip("\r\n")
    if told := _SEPARATOR.match(text):  # a line for Excel alone
        text = text[told.end() :]
    first = text.lstrip().partition("\n")[0]
    between = told[1] if told else max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    return [row for row in rows if any(cell.strip() for cell in row)]


def _roster(rows: list[list[str]]) -> Roster:
    if len(rows) < 2:
        raise BadRoster("lists no students.")
    headings = [heading.strip() for heading in rows[0]]
    if len({*headings}) < len(headings) and "" in headings[:-1]:
        raise BadRoster("has columns without headings: its first row must name them.")
    body = [row + [""] * (len(headings) - len(row)) for row in rows[1:]]
    known = [heading.casefold() for heading in headings]
    if {"student", "id", "section"} <= set(known):
        at = known.index("id")
        body = [row for row in body if row[at].strip() and row[0] != _TEST_STUDENT]
        return Roster("canvas", headings, _entries(known, body))
    marks, word = _column_of_marks(headings), _before_number(body)
    if marks is None or not word:
        return Roster("other", headings, _entries(known, body))
    entries = _entries(["identifier", "full name", *known[2:]], body)
    found = Roster("moodle", headings, entries, marks, word)
    times = _column_of_times(headings, marks)
    for entry in entries:
        entry.participant = entry.cells[0].strip()[len(word) :]
        time = entry.cells[times].strip() if times is not None else ""
        entry.submitted = read_moodle_time(time)
        if time not in _NEVER and entry.submitted is None:
            found.odd_time = time
    return found


def _before_number(body: list[list[str]]) -> str:
    """Return what stands before the number in each first cell, `Participant `; "" for nothing."""
    found = [_PARTICIPANT.fullmatch(row[0].strip()) for row in body]
    words = {match[1] if match else "" for match in found}
    return words.pop() if len(words) == 1 else ""


def _column_of_marks(headings: Sequence[str]) -> int | None:
    """Return the column for the marks in Moodle's worksheet, in whatever language it is.

    Its heading stands in the parentheses of another one: `Grade`, `Last modified (grade)`.
    """
    folded = [heading.casefold() for heading in headings]
    inner = {found[2].strip() for one in folded if (found := _IN_PARENTHESES.fullmatch(one))}
    columns = [number for number, heading in enumerate(folded) if heading in inner]
    return columns[0] if len(columns) == 1 else None


def _column_of_times(headings: Sequence[str], marks: int) -> int | None:
    """Return the column that tells when something was handed in, `Last modified (submission)`.

    It is called as the one that tells when it was marked, but for what stands in parentheses.
    """
    grade = headings[marks].casefold()
    split = [_IN_PARENTHESES.fullmatch(heading.casefold()) for heading in headings]
    begins = {found[1] for found in split if found and found[2].strip() == grade}
    columns = [
        number
        for number, found in enumerate(split)
        if found and found[1] in begins and found[2].strip() != grade
    ]
    return columns[0] if len(columns) == 1 else None


def _entries(headings: Sequence[str], body: list[list[str]]) -> list[Enrolment]:
    def columns(names: set[str]) -> list[int]:
        return [number for number, heading in enumerate(headings) if heading in names]

    ids, names = columns(_IDS), columns(_NAMES)
    first, last = columns(_FIRST_NAMES), columns(_LAST_NAMES)
    mails = [
        number
        for number in range(len(headings))
        if number not in ids and all("@" in row[number] for row in body if row[number].strip())
        and any(row[number].strip() for row in body)
    ]  # fmt: skip
    if not (ids or names or last or mails):
        raise BadRoster(
            "has no column of ids, names or e-mail addresses that could be recognised. Call one "
            "of them ID, Name or E-mail."
        )
    found = []
    for row in body:
        entry = Enrolment(row, ids=[row[number].strip() for number in ids if row[number].strip()])
        entry.name = " ".join(row[number].strip() for number in names[:1] or first + last)
        entry.email = row[mails[0]].strip() if mails else ""
        found.append(entry)
    return found


def call_roll(roster: Roster, students: Iterable[Student]) -> Attendance:
    """Find students on a roster: by id, by e-mail, then by a name that only one has.

    What a student's folder is called may be any of these. Who has a number of Moodle's and quite
    another name is nobody on it: groups have such numbers as well.
    """
    found = Attendance()
    waiting, left = list(students), list(roster.entries)
    by_number = {entry.participant: entry for entry in roster.entries if entry.participant}
    for student in list(waiting):
        entry = by_number.get(student.id) if student.platform == "moodle" else None
        if entry and not same_person(student, entry, roster):
            found.strangers[student.label] = (
                f"has the number that {entry.name} has on the roster, and another name. If it is a "
                "group, the roster needs Moodle's column of groups"
            )
            waiting.remove(student)
    for of_student, of_entry in (
        (lambda student: [_own_id(student, roster)], lambda entry: _ids(entry, roster)),
        (_texts, lambda entry: [*entry.ids, entry.email, entry.email.partition("@")[0]]),
        (lambda student: [_words(student.name)], lambda entry: [_words(entry.name)]),
    ):
        here, there = _by_key(waiting, of_student), _by_key(left, of_entry)
        taken: set[int] = set()
        for key, some in here.items():
            if len(some) == len(there.get(key, ())) == 1:
                (student,), (entry,) = some, there[key]
                if student.label not in found.entries and id(entry) not in taken:
                    found.entries[student.label] = entry
                    taken.add(id(entry))
        waiting = [student for student in waiting if student.label not in found.entries]
        left = [entry for entry in left if id(entry) not in taken]
    names = {_words(entry.name) for entry in roster.entries}
    for student in waiting:
        several = _words(student.name) in names
        found.strangers[student.label] = (
            "has a name that several have, here or on the roster: only an id could tell them apart"
            if several
            else "is not on the roster"
        )
    found.missing = left
    return found


def same_person(student: Student, entry: Enrolment, roster: Roster) -> bool:
    """Whether the names do not speak against it that this is whom Moodle's worksheet means."""
    mine, theirs = (set(re.findall(r"\w+", _plain(one))) for one in (student.name, entry.name))
    letters = _only_letters(student.name)
    is_same = letters in {_only_letters(entry.name), _only_letters(roster.word)}
    return is_same or not theirs or not mine or bool(mine & theirs)


def _only_letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalpha())


def _own_id(student: Student, roster: Roster) -> str:
    """Return a platform's id where the roster could have it: Moodle's are in its worksheet only."""
    return student.id if (student.platform == "moodle") == (roster.kind == "moodle") else ""


def _ids(entry: Enrolment, roster: Roster) -> list[str]:
    return [entry.participant] if roster.kind == "moodle" else entry.ids


def _texts(student: Student) -> list[str]:
    return [student.email, student.name, student.email.partition("@")[0]]


def _by_key(some: Iterable[_T], keys: Callable[[_T], Iterable[str]]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for one in some:
        for key in {_plain(key) for key in keys(one)} - {""}:
            found.setdefault(key, []).append(one)
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def _words(name: str) -> str:
    """Return a name's words in an order of their own: `Müller, Anna` is `Anna Müller`."""
    return " ".join(sorted(re.findall(r"[^\s,]+", _plain(name))))
