"""The results of a class for programs: CSV and JSON; for JUnit XML, its suites.

Each is written student by student, so that a class of thousands needs no more memory than
one of ten, and appears under its name when it is whole.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader import __version__
from grader.catalogue import Exercise
from grader.files import whole_file
from grader.identity import versions
from grader.show.junit import Suite
from grader.teaching.class_folder import Problem
from grader.teaching.records import StoredVerdict
from grader.teaching.students import Student
from grader.verdict import SCHEMA

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass
class StudentResult:
    """All that is known of one student."""

    student: Student
    records: dict[str, StoredVerdict] = field(default_factory=dict)
    """By exercise id; only what got a verdict that counts."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def points(self) -> int:
        """The sum of the points."""
        return sum(record.verdict.points for record in self.records.values())

    def as_suite(self) -> Suite:
        """Return what JUnit XML tells of the student."""
        return Suite(
            self.student.label,
            [record.verdict for record in self.records.values()],
            [(one.exercise, one.file, one.what) for one in self.problems if not one.graded],
            {id: record.places for id, record in self.records.items()},
        )


def cell(text: str) -> str:
    """Return a text for a CSV file; a spreadsheet must not take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def write_gradebook(
    path: Path, exercises: Sequence[Exercise], results: Iterable[StudentResult]
) -> None:
    """Write a row per student and a column per exercise, then the total.

    What has no verdict is an empty cell. Raises OSError, as all these functions do.
    """
    with whole_file(path) as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["student", *(exercise.id for exercise in exercises), "total"])
        for result in results:
            points = [
                result.records[exercise.id].verdict.points if exercise.id in result.records else ""
                for exercise in exercises
            ]
            table.writerow([cell(result.student.label), *points, result.points])


def write_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Write what was not graded, and what else someone should look at, a row each."""
    with whole_file(path) as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["student", "exercise", "file", "kind", "what"])
        for problem in problems:
            kind = "note" if problem.graded else "not graded"
            texts = (problem.student, problem.exercise, problem.file, kind, problem.what)
            table.writerow([cell(text) for text in texts])


def write_json(path: Path, exercises: Sequence[Exercise], results: Iterable[StudentResult]) -> None:
    """Write everything as one JSON document.

    {"schema": 2, "grader": VERSION, "versions": {PACKAGE: VERSION},
     "exercises": [{"id", "title", "max_points"}],
     "students": [{"student", "points", "problems": [...],
                   "exercises": [as `grade --json`, and "submitted", "notes", "places"]}]}
    """
    head = {
        "schema": SCHEMA,
        "grader": __version__,
        "versions": versions(),
        "exercises": [
            {"id": exercise.id, "title": exercise.title, "max_points": exercise.points}
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
            }
            for record in result.records.values()
        ],
    }
