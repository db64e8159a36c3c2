"""The results of a class for programs: CSV, JSON and JUnit XML.

Each is written student by student, so that a class of thousands needs no more memory than
one of ten, and appears under its name when it is whole.
"""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from grader import __version__
from grader.catalogue import Exercise
from grader.teaching.records import Record, whole_file
from grader.teaching.submissions import Problem
from grader.verdict import SCHEMA, CheckStatus, Outcome, Verdict

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class StudentResult:
    """All that is known of one student."""

    student: str
    records: dict[str, Record] = field(default_factory=dict)
    """By exercise id; only what got a verdict that counts."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def points(self) -> int:
        """The sum of the points."""
        return sum(int(record["verdict"]["points"]) for record in self.records.values())


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
                result.records[exercise.id]["verdict"]["points"]
                if exercise.id in result.records
                else ""
                for exercise in exercises
            ]
            table.writerow([cell(result.student), *points, result.points])


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

    {"schema": 1, "grader": VERSION,
     "exercises": [{"id", "title", "max_points"}],
     "students": [{"student", "points", "problems": [...],
                   "exercises": [as `grade --json`, and "submitted", "notes", "places"]}]}
    """
    head = {
        "schema": SCHEMA,
        "grader": __version__,
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
        "student": result.student,
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
                **record["verdict"],
                "submitted": record["file"],
                "notes": record["notes"],
                "places": record["places"],
            }
            for record in result.records.values()
        ],
    }


def write_junit(path: Path, results: Iterable[StudentResult]) -> None:
    """Write a test suite per student and a test case per check.

    What could not be graded is a case with an error, so that readers of the file see it.
    """
    with whole_file(path) as stream:
        stream.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="keras-grader">\n')
        for result in results:
            _write_suite(stream, result)
        stream.write("</testsuites>\n")


def _xml(text: str) -> str:
    """Return a text without the characters that XML has no way to write."""
    return _NOT_IN_XML.sub("�", text)


def _write_suite(stream: IO[str], result: StudentResult) -> None:
    suite = ElementTree.Element("testsuite", {"name": _xml(result.student)})
    seconds = 0.0
    for record in result.records.values():
        verdict = Verdict.from_json(record["verdict"])
        seconds += verdict.seconds
        _add_cases(suite, verdict)
    for problem in result.problems:
        if not problem.graded:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                {
                    "classname": problem.exercise or "submission",
                    "name": _xml(problem.file or "submission"),
                    "time": "0",
                },
            )
            attributes = {"message": _xml(problem.what), "type": "not graded"}
            ElementTree.SubElement(case, "error", attributes)
    for attribute, tag in (
        ("tests", "testcase"), ("failures", "testcase/failure"),
        ("errors", "testcase/error"), ("skipped", "testcase/skipped"),
    ):  # fmt: skip
        suite.set(attribute, str(len(suite.findall(tag))))
    suite.set("time", f"{seconds:.3f}")
    stream.write(ElementTree.tostring(suite, encoding="unicode") + "\n")


def _add_cases(suite: ElementTree.Element, verdict: Verdict) -> None:
    ended_early = verdict.status not in {Outcome.PASSED, Outcome.NOT_ATTEMPTED} and all(
        check.status is CheckStatus.SKIPPED for check in verdict.checks
    )
    for number, check in enumerate(verdict.checks):
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {
                "classname": f"{verdict.id} {verdict.title}",
                "name": f"{check.name}: {check.statement}",
                "time": "0" if number else f"{verdict.seconds:.3f}",
            },
        )
        if check.status is CheckStatus.FAILED:
            text = f"expected: {check.expected}\ngot: {check.got}\n{check.message}"
            failure = ElementTree.SubElement(
                case, "failure", {"message": _xml(check.message), "type": "failed"}
            )
            failure.text = _xml(f"{text}\n{check.details}".strip())
        elif check.status is CheckStatus.SKIPPED and ended_early:
            failure = ElementTree.SubElement(
                case, "failure", {"message": _xml(check.message), "type": str(verdict.status)}
            )
            failure.text = _xml(verdict.message)
        elif check.status is CheckStatus.SKIPPED:
            ElementTree.SubElement(case, "skipped", {"message": _xml(check.message)})
