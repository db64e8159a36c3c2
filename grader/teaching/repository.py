"""One student's repository, graded where it is checked out: for CI."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from grader.catalogue import Exercise
from grader.classwork.arrivals import Arrival
from grader.classwork.class_folder import ClassWork, HandedIn, find_work
from grader.grading.judgement import not_looked_at
from grader.grading.pipeline import Options
from grader.marking.briefing import brief
from grader.marking.lateness import Lateness, lateness
from grader.marking.marks import GivenMark, mark_of, rounded
from grader.marking.syllabus import Syllabus
from grader.places import InFile, Places
from grader.sandbox.limits import read_limits
from grader.sandbox.trial import instructor_rules
from grader.teaching.lanes import Lanes, grade_in_lane
from grader.verdict import Outcome, Verdict


class GradedExercise(NamedTuple):
    """What came of one exercise, and how places in its file are told."""

    verdict: Verdict
    """As it is told: brief, where the course gives brief feedback."""
    places: Places
    mark: GivenMark
    lost: float = 0
    """The points that lateness has taken."""
    late: str = ""
    """What is said of when it came; "" for nothing."""

    @property
    def counts_otherwise(self) -> bool:
        """Whether it counts something else than the points of its checks."""
        verdict = self.verdict
        return (self.mark.points, self.mark.most) != (verdict.points, verdict.max_points)


class GradedRepository(NamedTuple):
    """What came of a repository."""

    exercises: list[GradedExercise]
    notes: list[str]
    """What else somebody should know: files that belong to no exercise, or that were not taken."""

    @property
    def points(self) -> float:
        """The sum of the marks."""
        return rounded(sum(one.mark.points for one in self.exercises))

    @property
    def most(self) -> float:
        """The points that can be had."""
        return rounded(sum(one.mark.most for one in self.exercises))


def grade_repository(
    folder: Path,
    syllabus: Syllabus,
    arrival: Arrival,
    *,
    seed: int,
    require: tuple[str, ...],
    say: Callable[[str], object],
) -> GradedRepository:
    """Grade the files for a course's exercises in a folder, wherever they lie in it.

    An exercise without a file is one that nobody attempted.

    Args:
        folder: the repository.
        syllabus: what is graded, and how that counts.
        arrival: when it was handed in.
        seed: of the random numbers.
        require: layers of confinement without which nothing is graded.
        say: is told which layers hold.

    Raises:
        NotConfined: a layer that is required does not hold here.
    """
    with tempfile.TemporaryDirectory(prefix="grade-") as temporary:
        work = find_work(folder, Path(temporary), syllabus.all_exercises)
    confinement = instructor_rules(require, say, read_limits(syllabus.limits))
    options = Options(seed=seed, timeout=syllabus.timeout, confinement=confinement)
    handed_in = {one.exercise.id: one for one in work.handed_in}
    found = []
    with Lanes() as lanes:
        for exercise in syllabus.all_exercises:
            one = handed_in.get(exercise.id)
            if one is None:
                found.append(_missing(exercise, work, syllabus))
            else:
                verdict = grade_in_lane(one.submission, lanes, options)
                found.append(_marked(one, verdict, syllabus, arrival))
    notes = [note for one in work.handed_in for note in one.notes]
    notes += [problem.sentence for problem in work.problems if not problem.exercise]
    late: dict[str, list[str]] = {}
    for graded in found:
        late.setdefault(graded.late, []).append(graded.verdict.id)
    notes += [f"{', '.join(ids)}: {note}" for note, ids in late.items() if note]
    return GradedRepository(found, notes)


def _marked(
    one: HandedIn, verdict: Verdict, syllabus: Syllabus, arrival: Arrival
) -> GradedExercise:
    late = lateness(one.exercise, arrival, syllabus)
    mark = mark_of(verdict, one.exercise, syllabus, late)
    in_time = mark_of(verdict, one.exercise, syllabus, Lateness())
    told = brief(verdict) if syllabus.feedback.is_brief() else verdict
    return GradedExercise(told, one.places, mark, rounded(in_time.points - mark.points), late.note)


def _missing(exercise: Exercise, work: ClassWork, syllabus: Syllabus) -> GradedExercise:
    prefix = exercise.id.replace(".", "_")
    why = f"There is no file for it in the repository. Its name has to start with {prefix}."
    for problem in work.problems:
        if problem.exercise == exercise.id:
            why = problem.sentence
    checks = not_looked_at(exercise, "there is no file")
    verdict = Verdict(exercise.id, exercise.title, Outcome.NOT_ATTEMPTED, checks, why)
    mark = GivenMark(0, syllabus.worth(exercise))
    return GradedExercise(verdict, InFile(Path(exercise.file).name), mark)
