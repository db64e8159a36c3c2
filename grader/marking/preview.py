"""What a course's settings mean, in words and figures, before anything is graded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.catalogue import Exercise
from grader.classwork.class_folder import find_submissions
from grader.marking.exports import enrol
from grader.marking.lateness import Lateness, lateness, unknown_times
from grader.marking.marks import in_figures, late_mark, rounded
from grader.marking.roster import Roster
from grader.marking.syllabus import LANGUAGES, Syllabus
from grader.sandbox.limits import in_words, read_limits


def meaning(syllabus: Syllabus) -> Iterator[str]:
    """Yield what a course sets, line by line."""
    name = " ".join(filter(None, [syllabus.title, syllabus.id and f"({syllabus.id})"]))
    if name:
        yield name
    yield from _table(syllabus)
    yield f"Late work: {late_policy(syllabus)}"
    yield f"Feedback: {_feedback(syllabus)}"
    yield f"Language: {LANGUAGES[syllabus.language]}"
    time = "each exercise's own time" if syllabus.timeout is None else f"{syllabus.timeout:g} s"
    yield f"A file gets {time}, {in_words(read_limits(syllabus.limits))}"
    if syllabus.roster:
        yield f"Roster: {syllabus.roster}"


def _table(syllabus: Syllabus) -> Iterator[str]:
    """Yield a line per exercise: points, deadline, and what is left of the points a day late."""
    chosen = syllabus.all_exercises
    titles = [f"{exercise.id} {exercise.title}" for exercise in chosen]
    wide = max(map(len, titles))
    costs = bool(syllabus.due) and syllabus.late.cost(1) > 0
    heading = f"{'exercise':<{wide}}  points  {'deadline':<26}"
    yield f"{heading}  a day late" if costs else heading.rstrip()
    for exercise, title in zip(chosen, titles, strict=True):
        due = syllabus.deadline(exercise)
        told = f"{due:%Y-%m-%d %H:%M} {due.tzname() or ''}" if due else "-"
        late = in_figures(_a_day_late(exercise, syllabus)) if costs and due else ""
        points = in_figures(syllabus.worth(exercise))
        yield f"{title:<{wide}}  {points:>6}  {told:<26}  {late}".rstrip()
    most = in_figures(rounded(sum(map(syllabus.worth, chosen))))
    yield f"{len(chosen)} exercise{'s' * (len(chosen) != 1)}, {most} points"


def _a_day_late(exercise: Exercise, syllabus: Syllabus) -> float:
    return late_mark(syllabus.worth(exercise), Lateness(1, syllabus.late.cost(1)))


def late_policy(syllabus: Syllabus) -> str:
    """Return what lateness costs, as the end of `Late work: …`."""
    late = syllabus.late
    if not late.per_day:
        return "it is noted, and loses nothing"
    text = f"each day that has begun takes {late.per_day:g} % off the points that can be had"
    if late.grace:
        text += f", after {late.grace:g} minutes of grace"
    if late.most < 100:
        text += f"; {late.most:g} % at most"
    if not late.file_times:
        text += "; only times that a platform tells count"
    return text


def _feedback(syllabus: Syllabus) -> str:
    feedback = syllabus.feedback
    if not feedback.brief:
        return "full"
    if feedback.full_from is None:
        return "brief: which checks failed, not what was expected"
    when = f"{feedback.full_from:%Y-%m-%d %H:%M}"
    return f"brief, which checks failed, until {when}; then full"


def arrivals_of(
    folder: Path, syllabus: Syllabus, roster: Roster | None, leave_out: Path
) -> Iterator[str]:
    """Yield what was handed in, who is late and by how much, and what could not be graded.

    Raises:
        NothingToGrade: there is no work of a class in FOLDER.
    """
    with tempfile.TemporaryDirectory(prefix="grade-") as temporary:
        work = find_submissions(folder, Path(temporary), syllabus.chosen, leave_out, syllabus.zone)
    attendance = enrol(work, roster, syllabus.zone)
    students, files = len(work.students), len(work.handed_in)
    yield f"{students} student{'s' * (students != 1)}, {files} submission{'s' * (files != 1)}"
    for one in work.handed_in:
        late = lateness(one.exercise, one.arrival, syllabus)
        if late.days:
            yield f"{one.student}: {one.exercise.id} {late.note}"
    if unknown := unknown_times(work, syllabus):
        yield unknown
    for label, why in attendance.strangers.items():
        yield f"{label}: {why}"
    for problem in work.problems:
        if not problem.graded or problem.in_doubt:
            yield f"{problem.student or folder}: {problem.sentence}"
