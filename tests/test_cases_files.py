"""Reported files whose fault is where they lie, what they read, or where their verdict goes."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from commands import GRADE
from rich.console import Console
from words import words_of

from grader.catalogue import find
from grader.grading.pipeline import Options, grade
from grader.processes.workers import Workers
from grader.show.terminal import show_verdict
from grader.submission import read_submission
from grader.verdict import CheckStatus, Outcome, Verdict

CASES = Path(__file__).parent / "cases"


def _graded(file: str, exercise: str, workers: Workers, folder: Path) -> Verdict:
    """Grade a file as it lies in a folder of a learner's: those of the tests are closed to runs."""
    path = shutil.copy(CASES / file, folder)
    return grade(read_submission(find(exercise), Path(path)), workers, Options())


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
@pytest.mark.usefixtures("kept_server")
def test_marks_that_cannot_be_written_stop_nothing(encoding: str) -> None:
    done = subprocess.run(
        [*GRADE, "2.2.1", "--file", "2.2.1-ok.py"],
        cwd=CASES / "F09_output_encoding_without_check_marks",
        env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding, "COLUMNS": "80"},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"PASSED" in done.stdout
    assert b"The grader failed" not in done.stderr


def test_a_table_that_lies_beside_an_answer_is_found(workers: Workers, tmp_path: Path) -> None:
    folder = "F11_files_beside_the_answer"
    shutil.copy(CASES / folder / "banknotes.csv", tmp_path)
    verdict = _graded(f"{folder}/2.1.1-csv.py", "2.1.1", workers, tmp_path)
    found = {check.name: check.status for check in verdict.checks}
    assert verdict.status is Outcome.FAILED, words_of(verdict)
    assert found["counts"] is CheckStatus.FAILED
    assert "FileNotFoundError" not in words_of(verdict)


def test_a_table_that_lies_nowhere_is_told_with_where_data_belong(
    workers: Workers, tmp_path: Path
) -> None:
    file = "F11_files_beside_the_answer/2.1.1-csv.py"
    verdict = _graded(file, "2.1.1", workers, tmp_path)
    assert verdict.status is Outcome.ERROR
    assert "a folder of its own" in words_of(verdict)
    assert "`grade data` lists it" in words_of(verdict)


def test_a_file_that_runs_the_reference_does_not_pass(workers: Workers, tmp_path: Path) -> None:
    file = "F16_students_run_the_reference/handed-in/s1/2_2_1.py"
    verdict = _graded(file, "2.2.1", workers, tmp_path)
    assert verdict.status is Outcome.FAILED, words_of(verdict)
    assert verdict.points == 0
    assert "which answers or checks exercises" in words_of(verdict)
    console = Console(file=io.StringIO(), width=80)
    show_verdict(verdict, console)
    assert isinstance(console.file, io.StringIO)
    assert "Dense(128" not in console.file.getvalue()
