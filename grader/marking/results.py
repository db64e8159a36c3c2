"""All that a class's run found out, put together and written in every form."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from grader.catalogue import Exercise, exercises, id_key
from grader.classwork.class_folder import ClassWork, HandedIn, Problem
from grader.classwork.likeness import Alike
from grader.marking.earlier_marks import Move
from grader.marking.gradebook import (
    StudentResult,
    write_gradebook,
    write_json,
    write_problems,
)
from grader.marking.lateness import Lateness, lateness
from grader.marking.marks import mark_of, rounded
from grader.marking.pages import Report
from grader.marking.records import Records
from grader.marking.roster import Attendance
from grader.marking.syllabus import Syllabus
from grader.show.junit import write_junit


class Results:
    """The students' results, read from the disk one by one, as often as they are asked for."""

    def __init__(
        self,
        work: ClassWork,
        faults: list[Problem],
        columns: Sequence[Exercise],
        records: Records,
        syllabus: Syllabus,
        attendance: Attendance,
    ) -> None:
        self._students = work.students
        self.columns = columns
        self.syllabus = syllabus
        self.attendance = attendance
        self._records = records
        self._handed_in: dict[str, list[HandedIn]] = {}
        for one in work.handed_in:
            self._handed_in.setdefault(one.student, []).append(one)
        self._problems: dict[str, list[Problem]] = {}
        for problem in [*work.problems, *faults]:
            self._problems.setdefault(problem.student, []).append(problem)
        self._failed = {(problem.student, problem.exercise) for problem in faults}

    @property
    def most(self) -> float:
        """The points that can be had."""
        return rounded(sum(self.syllabus.worth(exercise) for exercise in self.columns))

    def __iter__(self) -> Iterator[StudentResult]:
        for person in self._students:
            student = person.label
            result = StudentResult(person, problems=self._of(student))
            result.enrolment = self.attendance.entries.get(student)
            for one in self._handed_in.get(student, []):
                id = one.exercise.id
                record = self._records.load(student, id)
                if record is not None and (student, id) not in self._failed:
                    late = self._lateness(one)
                    # what is said of the file may have changed since it was graded
                    result.records[id] = msgspec.structs.replace(
                        record, file=one.file, notes=self._notes(one), cells=one.cells
                    )
                    result.marks[id] = mark_of(record.verdict, one.exercise, self.syllabus, late)
                    result.arrivals[id] = one.arrival
                    result.downloads[id] = one.download
            result.records = dict(sorted(result.records.items(), key=lambda item: id_key(item[0])))
            result.is_settled = self._is_settled(result)
            yield result

    def _of(self, student: str) -> list[Problem]:
        """Return a student's problems; each exercise without a verdict is explained."""
        found = list(self._problems.get(student, []))
        handed_in = self._handed_in.get(student, [])
        for one in handed_in:
            found += [
                Problem(student, one.file, note, one.exercise.id, True, note == one.doubt)
                for note in self._notes(one)
            ]
        explained = {problem.exercise for problem in found if not problem.graded}
        explained |= {one.exercise.id for one in handed_in}
        if handed_in:
            found += [
                Problem(student, "", "no file was handed in", exercise.id, graded=True)
                for exercise in self.columns
                if exercise.id not in explained
            ]
        return found

    def _is_settled(self, result: StudentResult) -> bool:
        """Whether no exercise without a verdict may be in something that could not be graded."""
        missing = {exercise.id for exercise in self.columns} - result.records.keys()
        open_ = {p.exercise for p in result.problems if not p.graded and not p.absent}
        return not missing or not open_ & {"", *missing}

    def _lateness(self, one: HandedIn) -> Lateness:
        return lateness(one.exercise, one.arrival, self.syllabus)

    def _notes(self, one: HandedIn) -> tuple[str, ...]:
        note = self._lateness(one).note
        return (*one.notes, note) if note else one.notes

    def problems(self) -> list[Problem]:
        """Return everyone's problems, what was not graded first."""
        labels = ["", *(student.label for student in self._students)]
        everyone = [problem for label in labels for problem in self._of(label)]
        return sorted(everyone, key=lambda problem: problem.graded)


def columns_of(work: ClassWork, chosen: Sequence[Exercise] | None) -> list[Exercise]:
    """Return the exercises of the gradebook: those asked for, or those that were handed in."""
    ids = {one.exercise.id for one in work.handed_in}
    ids |= {problem.exercise for problem in work.problems}
    columns = chosen or [exercise for exercise in exercises() if exercise.id in ids]
    return sorted(columns, key=lambda exercise: id_key(exercise.id))


def write_results(
    out: Path, results: Results, moved: Sequence[Move] = (), alike: Sequence[Alike] = ()
) -> list[Problem]:
    """Write everything into OUT, the gradebook last; return all problems and notes.

    Args:
        out: the folder.
        results: of all students.
        moved: the marks that are other ones than after the last run.
        alike: answers that are alike.

    Raises:
        OSError: the disk is full, or OUT may not be written to.
    """
    gradebook = out / "gradebook.csv"
    gradebook.unlink(missing_ok=True)  # where it lies, the others are of the same run
    problems = results.problems()
    write_problems(out / "problems.csv", problems)
    write_json(out / "results.json", results.columns, results, results.syllabus)
    write_junit(out / "junit.xml", (result.as_suite() for result in results))
    shutil.rmtree(out / "report", ignore_errors=True)  # students may have left
    report = Report(out / "report", results.columns, results.syllabus)
    for result in results:
        report.add(result)
    report.finish(problems, moved, alike)
    write_gradebook(gradebook, results.columns, results, results.syllabus)
    return problems
