"""A class whose grading is quick: fixtures of the tests of what is written and what is kept."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from grader.catalogue import find
from grader.grading.pipeline import Options
from grader.submission import Submission
from grader.teaching import cohort, lanes
from grader.teaching.cohort import Settings, Summary, grade_cohort
from grader.teaching.lanes import Lanes
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict

MODEL, QUIZ = "2_2_1_a_multi_class_model.py", "1_1_1_describing_keras.py"


def put(root: Path, student: str, source: str = "x = 1\n", name: str = MODEL) -> Path:
    """Hand a file in; return its path."""
    path = root / student / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return path


class Fake:
    """Grades at once: points for the length of the source; what it says can be chosen."""

    def __init__(self) -> None:
        self.graded: list[bytes] = []
        self.status = Outcome.FAILED
        self.words = "Look there."

    def __call__(self, submission: Submission, _: Lanes, options: Options) -> Verdict:
        self.graded.append(submission.file.data)
        exercise = submission.exercise
        if b"fault" in submission.file.data:
            return lanes.fault(submission, "Out of order.")
        right = b"right" in submission.file.data
        return Verdict(
            exercise.id,
            exercise.title,
            Outcome.PASSED if right else self.status,
            tuple(
                CheckResult(name, CheckStatus.PASSED, exercise.statements[name], max_points=points)
                if right or name != "optimizer"
                else CheckResult(
                    name,
                    CheckStatus.FAILED,
                    exercise.statements[name],
                    expected="adam",
                    got=self.words,
                    message=self.words,
                    line=3,
                    max_points=points,
                )
                for name, points in exercise.check_points.items()
            ),
            self.words,
            file=submission.name,
        )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Put a quick grading in place of the real one."""
    found = Fake()
    monkeypatch.setattr(cohort, "grade_in_lane", found)
    return found


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Summary]:
    """Grade the folder `class` into the folder `out`."""

    def grade_now(*ids: str, **settings: Any) -> Summary:
        chosen = [find(id) for id in ids] or None
        console = Console(file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
        return grade_cohort(
            tmp_path / "class", tmp_path / "out", chosen, Settings(**settings), console
        )

    return grade_now


def table(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def marks_in(path: Path) -> dict[str, dict[str, str]]:
    """Return a gradebook's rows by student, each by its headings."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}
