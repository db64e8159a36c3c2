"""How the exercises of a workspace stand: from their last runs, without grading anything."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from grader import last_runs
from grader.catalogue import Exercise, exercises
from grader.last_runs import LastRun
from grader.show.entries import PageEntry, entry_of
from grader.source_file import NotAFile
from grader.submission import Submission, read_submission
from grader.verdict import WORDS
from grader.workspace import Standing, Workspace

NEVER = "never graded"
CHANGED = "Your file has changed since."


@dataclass(frozen=True)
class ExerciseState:
    """How one exercise stands."""

    id: str
    title: str
    outcome: str
    """In words: `PASSED`; `never graded`."""
    points: int
    most: int
    remark: str
    entry: PageEntry | None
    """What a page shows of its last run; None where none is kept."""


def rows_of(workspace: Workspace) -> list[ExerciseState]:
    """Return how every exercise stands."""
    progress = workspace.progress()
    return [_state(workspace, exercise, progress.get(exercise.id)) for exercise in exercises()]


def changed(workspace: Workspace) -> list[Submission]:
    """Return the files that were never graded, or are no more what was graded."""
    found = []
    for exercise in exercises():
        submission = _submission(workspace, exercise)
        run = last_runs.load(workspace, exercise)
        if submission and (run is None or not _is_of(run, submission)):
            found.append(submission)
    return found


def _state(workspace: Workspace, exercise: Exercise, known: Standing | None) -> ExerciseState:
    run = last_runs.load(workspace, exercise)
    if run is None:
        outcome, points = (WORDS[known.status], known.points) if known else (NEVER, 0)
        remark = "Its run was not kept." if known else ""
        return ExerciseState(
            exercise.id, exercise.title, outcome, points, exercise.points, remark, None
        )
    submission = _submission(workspace, exercise)
    if submission is None:
        remark = "Your file is not there any more."
    else:
        remark = "" if _is_of(run, submission) else CHANGED
    # what is shown is what was kept: nobody has looked whether it still holds
    verdict = msgspec.structs.replace(run.verdict, title=exercise.title, stored=True)
    entry = entry_of(
        LastRun(verdict, run.source),
        workspace.hints_read(exercise),
        (remark,) if remark else (),
    )
    return ExerciseState(
        exercise.id,
        exercise.title,
        WORDS[verdict.status],
        verdict.points,
        verdict.max_points,
        remark,
        entry,
    )


def _submission(workspace: Workspace, exercise: Exercise) -> Submission | None:
    try:
        return read_submission(exercise, workspace.file_of(exercise))
    except NotAFile:
        return None


def _is_of(run: LastRun, submission: Submission) -> bool:
    return last_runs.run_of(submission, run.verdict).source == run.source
