"""The results of a class for people: a page for the class, and a page per student.

The pages stand alone: no scripts, nothing from elsewhere. Whatever a student may have
written is escaped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.catalogue import Exercise
from grader.classwork.class_folder import Problem
from grader.classwork.likeness import EXPLANATION, Alike
from grader.marking.briefing import brief
from grader.marking.earlier_marks import Move
from grader.marking.gradebook import StudentResult
from grader.marking.marks import in_figures, rounded
from grader.marking.records import safe_name
from grader.marking.syllabus import Syllabus
from grader.places import Places
from grader.show.html import write_page
from grader.verdict import CheckStatus, Outcome, Verdict

_BINS = 10
_SHOWN_CHECKS = 15


class _StudentRow(NamedTuple):
    name: str
    page: str
    graded: int
    points: str
    doubts: list[str]


class _ShownVerdict(NamedTuple):
    verdict: Verdict
    places: Places
    remarks: list[str]


class _BinRow(NamedTuple):
    low: int
    high: int
    students: int
    share: float


class _ExerciseRow(NamedTuple):
    id: str
    title: str
    graded: int
    passed: int
    mean: float
    points: str
    share: float


class _CheckRow(NamedTuple):
    id: str
    statement: str
    failed: int
    graded: int
    share: float


class Report:
    """Writes the students' pages one by one, and then the page of the class."""

    def __init__(
        self, folder: Path, exercises: Sequence[Exercise], syllabus: Syllabus | None = None
    ) -> None:
        """Write into FOLDER, with the points and the feedback that SYLLABUS sets."""
        self._folder = folder
        self._exercises = exercises
        self._syllabus = syllabus or Syllabus()
        self._brief = self._syllabus.feedback.is_brief()
        self._most = rounded(sum(self._syllabus.worth(exercise) for exercise in exercises))
        self._outcomes: Counter[tuple[str, Outcome]] = Counter()
        self._points: defaultdict[str, float] = defaultdict(float)
        self._bins = [0] * _BINS
        self._failed: Counter[tuple[str, str]] = Counter()
        self._students: list[_StudentRow] = []

    def add(self, result: StudentResult) -> None:
        """Write a student's page, and count what the class's page tells.

        Raises:
            OSError: the page cannot be written.
        """
        records = result.records
        for id, record in records.items():
            self._outcomes[id, record.verdict.status] += 1
            self._points[id] += result.marks[id].points
            for check in record.verdict.checks:
                self._failed[id, check.name] += check.status is CheckStatus.FAILED
        page = f"{safe_name(result.student.label)}.html"
        points = in_figures(result.points)
        doubts = [f"{p.exercise}: {p.what}" for p in result.problems if p.in_doubt]
        row = _StudentRow(result.student.label, page, len(records), points, doubts)
        self._students.append(row)
        self._bins[min(_BINS - 1, int(result.points * _BINS / (self._most or 1)))] += 1
        ids = [exercise.id for exercise in self._exercises]
        write_page(
            self._folder / "students" / page,
            "student.html",
            result.student.label,
            points=points,
            most=in_figures(self._most),
            # what is noted of a graded file stands beside its verdict
            problems=[p for p in result.problems if not p.graded or p.exercise not in records],
            entries=[self._entry(result, id) for id in ids if id in records],
        )

    def _entry(self, result: StudentResult, id: str) -> _ShownVerdict:
        record, mark = result.records[id], result.marks[id]
        verdict = brief(record.verdict) if self._brief else record.verdict
        remarks = [record.file, *record.notes]
        if (mark.points, mark.most) != (record.verdict.points, record.verdict.max_points):
            points, most = in_figures(mark.points), in_figures(mark.most)
            remarks.append(f"It counts {points} of {most} points.")
        return _ShownVerdict(verdict, record.places, remarks)

    def finish(
        self, problems: Sequence[Problem], moved: Sequence[Move] = (), alike: Sequence[Alike] = ()
    ) -> None:
        """Write the page of the class.

        Raises:
            OSError: the page cannot be written.
        """
        write_page(
            self._folder / "index.html",
            "class.html",
            "The class",
            students=self._students,
            graded=sum(row.graded for row in self._students),
            most=in_figures(self._most),
            not_graded=[p for p in problems if not p.graded],
            distribution=list(self._distribution()),
            exercises=[self._exercise_row(exercise) for exercise in self._exercises],
            checks=list(self._most_failed()),
            notes=[p for p in problems if p.graded],
            moved=moved,
            alike=alike,
            about_alike=EXPLANATION,
        )

    def _distribution(self) -> Iterator[_BinRow]:
        bins = self._bins
        for number, students in enumerate(bins):
            low, high = 100 * number // _BINS, 100 * (number + 1) // _BINS
            yield _BinRow(low, high, students, students / max(1, *bins))

    def _exercise_row(self, exercise: Exercise) -> _ExerciseRow:
        graded = self._graded(exercise.id)
        passed = self._outcomes[exercise.id, Outcome.PASSED]
        return _ExerciseRow(
            exercise.id,
            exercise.title,
            graded,
            passed,
            self._points[exercise.id] / max(1, graded),
            in_figures(self._syllabus.worth(exercise)),
            passed / max(1, graded),
        )

    def _most_failed(self) -> Iterator[_CheckRow]:
        statements = {exercise.id: exercise.statements for exercise in self._exercises}
        for (id, name), failed in self._failed.most_common(_SHOWN_CHECKS):
            if failed:
                graded = self._graded(id)
                statement = statements[id].get(name, name)
                yield _CheckRow(id, statement, failed, graded, failed / max(1, graded))

    def _graded(self, id: str) -> int:
        return sum(self._outcomes[id, outcome] for outcome in Outcome)
