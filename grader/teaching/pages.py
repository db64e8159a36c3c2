"""The results of a class for people: a page for the class, and a page per student.

The pages stand alone: no scripts, nothing from elsewhere. Whatever a student may have
written is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from grader.catalogue import Exercise
from grader.show.html import as_html, with_code, write_page
from grader.teaching.class_folder import Problem
from grader.teaching.gradebook import StudentResult
from grader.teaching.records import Record, safe_name
from grader.verdict import CheckStatus, Outcome, Verdict

_BINS = 10
_SHOWN_CHECKS = 15


def _bar(share: float) -> str:
    return f'<td class="wide"><div class="bar" style="width: {100 * share:.0f}%"></div></td>'


class Report:
    """Writes the students' pages one by one, and then the page of the class."""

    def __init__(self, folder: Path, exercises: Sequence[Exercise]) -> None:
        """Write into FOLDER."""
        self._folder = folder
        self._exercises = exercises
        self._most = sum(exercise.points for exercise in exercises)
        self._outcomes: Counter[tuple[str, Outcome]] = Counter()
        self._points: Counter[str] = Counter()
        self._failed: Counter[tuple[str, str]] = Counter()
        self._students: list[tuple[str, int, int]] = []

    def add(self, result: StudentResult) -> None:
        """Write a student's page, and count what the class's page tells.

        Raises:
            OSError: the page cannot be written.
        """
        for id, record in result.records.items():
            verdict = Verdict.from_json(record["verdict"])
            self._outcomes[id, verdict.status] += 1
            self._points[id] += verdict.points
            for check in verdict.checks:
                self._failed[id, check.name] += check.status is CheckStatus.FAILED
        self._students.append((result.student, len(result.records), result.points))
        path = self._folder / "students" / f"{safe_name(result.student)}.html"
        write_page(path, result.student, self._student(result))

    def _student(self, result: StudentResult) -> Iterable[str]:
        yield f"<h1>{escape(result.student)}</h1>"
        yield f"<p>{result.points} of {self._most} points.</p>"
        # what is noted of a graded file stands beside its verdict
        ungraded = [p for p in result.problems if not p.graded or p.exercise not in result.records]
        yield from _problems(ungraded, with_student=False)
        for exercise in self._exercises:
            record = result.records.get(exercise.id)
            if record is not None:
                yield from _exercise(record)

    def finish(self, problems: Sequence[Problem]) -> None:
        """Write the page of the class.

        Raises:
            OSError: the page cannot be written.
        """
        write_page(self._folder / "index.html", "The class", self._class(problems))

    def _class(self, problems: Sequence[Problem]) -> Iterable[str]:
        count = len(self._students)
        graded = sum(number for _, number, _ in self._students)
        yield "<h1>The class</h1>"
        yield f"<p>{count} students, {graded} graded files, {self._most} points to be had.</p>"
        yield from _problems([p for p in problems if not p.graded], with_student=True)
        yield "<h2>Points</h2>"
        yield from self._distribution()
        yield "<h2>Exercises</h2>"
        yield from self._exercise_table()
        yield "<h2>Checks that fail most</h2>"
        yield from self._check_table()
        yield "<h2>Students</h2>"
        yield '<table><tr><th>student</th><th class="n">graded</th><th class="n">points</th></tr>'
        for student, number, points in self._students:
            link = f'<a href="students/{safe_name(student)}.html">{escape(student)}</a>'
            yield f'<tr><td>{link}</td><td class="n">{number}</td><td class="n">{points}</td></tr>'
        yield "</table>"
        yield from _problems([p for p in problems if p.graded], with_student=True, title="Notes")

    def _distribution(self) -> Iterable[str]:
        bins = [0] * _BINS
        for _, _, points in self._students:
            bins[min(_BINS - 1, points * _BINS // max(1, self._most))] += 1
        yield '<table><tr><th class="n">points</th><th class="n">students</th><th></th></tr>'
        for number, students in enumerate(bins):
            low, high = 100 * number // _BINS, 100 * (number + 1) // _BINS
            share = students / max(1, *bins)
            name = f'<td class="n">{low} to {high} %</td>'
            yield f'<tr>{name}<td class="n">{students}</td>{_bar(share)}</tr>'
        yield "</table>"

    def _exercise_table(self) -> Iterable[str]:
        yield (
            '<table><tr><th>exercise</th><th class="n">graded</th><th class="n">passed</th>'
            '<th class="n">mean points</th><th>pass rate</th></tr>'
        )
        for exercise in self._exercises:
            graded = sum(self._outcomes[exercise.id, outcome] for outcome in Outcome)
            passed = self._outcomes[exercise.id, Outcome.PASSED]
            mean = self._points[exercise.id] / max(1, graded)
            yield (
                f"<tr><td>{exercise.id} {escape(exercise.title)}</td>"
                f'<td class="n">{graded}</td><td class="n">{passed}</td>'
                f'<td class="n">{mean:.1f} of {exercise.points}</td>'
                f"{_bar(passed / max(1, graded))}</tr>"
            )
        yield "</table>"

    def _check_table(self) -> Iterable[str]:
        statements = {exercise.id: exercise.statements for exercise in self._exercises}
        worst = [(key, n) for key, n in self._failed.most_common(_SHOWN_CHECKS) if n]
        if not worst:
            yield "<p>No check failed.</p>"
            return
        yield '<table><tr><th>exercise</th><th>check</th><th class="n">failed</th><th></th></tr>'
        for (id, name), failed in worst:
            graded = sum(self._outcomes[id, outcome] for outcome in Outcome)
            statement = with_code(statements[id].get(name, name))
            yield (
                f'<tr><td>{id}</td><td>{statement}</td><td class="n">{failed} of {graded}</td>'
                f"{_bar(failed / max(1, graded))}</tr>"
            )
        yield "</table>"


def _problems(
    problems: Sequence[Problem], *, with_student: bool, title: str = "Not graded"
) -> Iterable[str]:
    if not problems:
        return
    yield f"<h2>{title}</h2><ul>"
    for problem in problems:
        heads = (problem.student if with_student else "", problem.exercise)
        head = "".join(f"{text}: " for text in heads if text)
        file = f"{problem.file} " if problem.file else ""
        yield f"<li>{escape(head + file + problem.what)}</li>"
    yield "</ul>"


def _exercise(record: Record) -> Iterable[str]:
    verdict = Verdict.from_json(record["verdict"])
    places: dict[str, str] = record["places"]
    yield f'<h2 id="{verdict.id}">{verdict.id}</h2>'
    yield f'<p class="quiet">{escape(str(record["file"]))}</p>'
    for note in record["notes"]:
        yield f'<p class="quiet">{escape(str(note))}</p>'
    yield as_html(verdict, lambda line: places.get(str(line), f"line {line}"))
