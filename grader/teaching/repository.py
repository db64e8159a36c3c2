"""One student's repository, graded where it is checked out: for CI."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from grader.catalogue import Exercise
from grader.classwork.class_folder import ClassWork, find_work
from grader.evidence.messages import Limits
from grader.grading.judgement import not_looked_at
from grader.grading.pipeline import Options
from grader.places import InFile, Places
from grader.sandbox.trial import instructor_rules
from grader.teaching.lanes import Lanes, grade_in_lane
from grader.verdict import Outcome, Verdict


class GradedExercise(NamedTuple):
    """What came of one exercise, and how places in its file are told."""

    verdict: Verdict
    places: Places


class GradedRepository(NamedTuple):
    """What came of a repository."""

    exercises: list[GradedExercise]
    notes: list[str]
    """What else somebody should know: files that belong to no exercise, or that were not taken."""


def grade_repository(
    folder: Path,
    chosen: Sequence[Exercise],
    *,
    timeout: float | None,
    seed: int,
    require: tuple[str, ...],
    limits: Limits,
    say: Callable[[str], object],
) -> GradedRepository:
    """Grade the files for these exercises in a folder, wherever they lie in it.

    An exercise without a file is one that nobody attempted.

    Raises:
        NotConfined: a layer that is required does not hold here.
    """
    with tempfile.TemporaryDirectory(prefix="grade-") as temporary:
        work = find_work(folder, Path(temporary), chosen)
    confinement = instructor_rules(require, say, limits)
    options = Options(seed=seed, timeout=timeout, confinement=confinement)
    handed_in = {one.exercise.id: one for one in work.handed_in}
    found = []
    with Lanes() as lanes:
        for exercise in chosen:
            one = handed_in.get(exercise.id)
            if one is None:
                found.append(_missing(exercise, work))
            else:
                verdict = grade_in_lane(one.submission, lanes, options)
                found.append(GradedExercise(verdict, one.places))
    notes = [note for one in work.handed_in for note in one.notes]
    notes += [problem.sentence for problem in work.problems if not problem.exercise]
    return GradedRepository(found, notes)


def _missing(exercise: Exercise, work: ClassWork) -> GradedExercise:
    prefix = exercise.id.replace(".", "_")
    why = f"There is no file for it in the repository. Its name has to start with {prefix}."
    for problem in work.problems:
        if problem.exercise == exercise.id:
            why = problem.sentence
    checks = not_looked_at(exercise, "there is no file")
    verdict = Verdict(exercise.id, exercise.title, Outcome.NOT_ATTEMPTED, checks, why)
    return GradedExercise(verdict, InFile(Path(exercise.file).name))
