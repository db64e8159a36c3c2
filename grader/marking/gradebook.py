"""The results of a class for programs: CSV and JSON; for JUnit XML, its suites.

Each is written student by student, so that a class of thousands needs no more memory than
one of ten, and appears under its name when it is whole.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from grader import __version__
from grader.catalogue import Exercise
from grader.classwork.arrivals import Arrival
from grader.classwork.class_folder import Problem
from grader.classwork.students import Student
from grader.files import whole_file
from grader.identity import versions
from grader.marking.marks import GivenMark, in_figures, rounded
from grader.marking.records import StoredVerdict
from grader.marking.roster import Enrolment
from grader.marking.syllabus import Syllabus
from grader.show.junit import Suite
from grader.verdict import SCHEMA

_FORMULA = re.compile("(^|[;\t\r\n])(?= *[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20])")
"""Where a formula may begin, its sign wide or not: in many countries cells end at `;`."""

_FOR_EXCEL = "\ufeff"
"""At the beginning of a csv file: without it Excel takes UTF-8 for something else."""


@dataclass
class StudentResult:
    """All that is known of one student."""

    student: Student
    records: dict[str, StoredVerdict] = field(default_factory=dict)
    """By exercise id; only what got a verdict that counts."""
    problems: list[Problem] = field(default_factory=list)
    marks: dict[str, GivenMark] = field(default_factory=dict)
    """By exercise id, as the records."""
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    """By exercise id, when what was graded was handed in."""
    downloads: dict[str, str] = field(default_factory=dict)
    """By exercise id, what the platform calls the file that was graded."""
    is_settled: bool = True
    """Whether nothing is left that was handed in, and could not be graded."""
    enrolment: Enrolment | None = None
    """Who they are on the roster, if there is one and they are on it."""

    @property
    def name(self) -> str:
        """The name, as the roster has it."""
        return (self.enrolment and self.enrolment.name) or self.student.name

    @property
    def id(self) -> str:
        """The platform's id, or the roster's; "" where neither is known."""
        known = self.enrolment
        return self.student.id or (known.participant or "".join(known.ids[:1]) if known else "")

    @property
    def email(self) -> str:
        """The e-mail address, "" where it is not known."""
        return self.student.email or (self.enrolment.email if self.enrolment else "")

    @property
    def participant(self) -> str:
        """The number by which Moodle knows them; "" where none is known."""
        if self.student.platform == "moodle":
            return self.student.id
        return self.enrolment.participant if self.enrolment else ""

    @property
    def points(self) -> float:
        """The sum of the marks."""
        return rounded(sum(mark.points for mark in self.marks.values()))

    @property
    def total(self) -> float | None:
        """The sum of the marks; None where it may lack some.

        Of such a student nothing is told to a platform: nobody may lose points by a fault of ours.
        """
        return self.points if self.is_settled else None

    @property
    def handed_in(self) -> datetime | None:
        """The time of the last file that was graded, where it is known."""
        times = [arrival.time for arrival in self.arrivals.values()]
        return max((time for time in times if time is not None), default=None)

    def as_suite(self) -> Suite:
        """Return what JUnit XML tells of the student."""
        return Suite(
            self.student.label,
            [record.verdict for record in self.records.values()],
            [(one.exercise, one.file, one.what) for one in self.problems if not one.graded],
            {id: record.places for id, record in self.records.items()},
        )


def cell(text: str) -> str:
    """Return a text for a CSV file; a spreadsheet must not take it, or a part, for a formula."""
    return _FORMULA.sub(r"\1'", text)


def write_gradebook(
    path: Path,
    exercises: Sequence[Exercise],
    results: Iterable[StudentResult],
    syllabus: Syllabus,
) -> None:
    """Write a row per student and a column per exercise, then the total.

    What has no verdict is an empty cell, and so is the total of somebody whose work could not
    be graded. Raises OSError, as all these functions do.
    """
    most = rounded(sum(syllabus.worth(exercise) for exercise in exercises))
    ids = [exercise.id for exercise in exercises]
    with whole_file(path) as stream:
        stream.write(_FOR_EXCEL)
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(
            ["student", "name", "id", "e-mail", *ids, "total", "maximum", "per cent", "handed in"]
        )
        for result in results:
            total, when = result.total, result.handed_in
            who = result.student.label, result.name, result.id, result.email
            marks = [in_figures(m.points) if (m := result.marks.get(id)) else "" for id in ids]
            share = "" if total is None or not most else in_figures(100 * total / most)
            table.writerow(
                [
                    *map(cell, who),
                    *marks,
                    "" if total is None else in_figures(total),
                    in_figures(most),
                    share,
                    when.isoformat(" ", "seconds") if when else "",
                ]
            )


def write_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Write what was not graded, and what else someone should look at, a row each."""
    with whole_file(path) as stream:
        stream.write(_FOR_EXCEL)
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["student", "exercise", "file", "kind", "what"])
        for problem in problems:
            kind = "note" if problem.graded else "not graded"
            texts = (problem.student, problem.exercise, problem.file, kind, problem.what)
            table.writerow([cell(text) for text in texts])


def write_json(
    path: Path,
    exercises: Sequence[Exercise],
    results: Iterable[StudentResult],
    syllabus: Syllabus,
) -> None:
    """Write everything as one JSON document.

    {"schema": 2, "grader": VERSION, "versions": {PACKAGE: VERSION},
     "exercises": [{"id", "title", "max_points"}],
     "students": [{"student", "name", "id", "email", "points", "problems": [...],
                   "exercises": [as `grade --json`, and "submitted", "notes", "places", "mark",
                                 "per_cent_off", "handed_in"]}]}
    """
    head = {
        "schema": SCHEMA,
        "grader": __version__,
        "versions": versions(),
        "exercises": [
            {
                "id": exercise.id,
                "title": exercise.title,
                "max_points": syllabus.worth(exercise),
            }
            for exercise in exercises
        ],
    }
    with whole_file(path) as stream:
        stream.write(json.dumps(head, indent=1)[:-2] + ',\n "students": [')
        for number, result in enumerate(results):
            stream.write(("," if number else "") + "\n  " + json.dumps(_as_json(result)))
        stream.write("\n ]\n}\n")


def _as_json(result: StudentResult) -> dict[str, Any]:
    return {
        "student": result.student.label,
        "name": result.name,
        "id": result.id,
        "email": result.email,
        "points": result.points,
        "problems": [
            {
                "exercise": problem.exercise,
                "file": problem.file,
                "what": problem.what,
                "graded": problem.graded,
            }
            for problem in result.problems
        ],
        "exercises": [
            {
                **record.verdict.to_json(record.places),
                "submitted": record.file,
                "notes": record.notes,
                "places": {
                    check.line: record.places.alone(check.line)
                    for check in record.verdict.checks
                    if check.line is not None
                },
                "mark": result.marks[id].points,
                "per_cent_off": result.marks[id].per_cent_off,
                "handed_in": _iso(result.arrivals.get(id)),
            }
            for id, record in result.records.items()
        ],
    }


def _iso(arrival: Arrival | None) -> str | None:
    time = arrival.time if arrival else None
    return time.isoformat() if time else None
