"""`grade report` and what pages hold: the last runs as they were kept, and nothing graded unasked."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from commands import grade, put, solution
from sample_runs import sample_run

from grader import last_runs
from grader.catalogue import exercises, find
from grader.commands.standings import report
from grader.desk import lay_out
from grader.show.entries import entry_of
from grader.show.overview import CHANGED, NEVER, changed, rows_of
from grader.submission import read_submission
from grader.verdict import Outcome
from grader.workspace import Workspace


@pytest.fixture
def course(tmp_path: Path) -> Workspace:
    """A workspace where 2.2.1 was graded, and 2.1.2 was changed after it was."""
    lay_out(tmp_path)
    workspace = Workspace(tmp_path)
    for exercise_id in ("2.1.2", "2.2.1"):
        exercise = find(exercise_id)
        path = put(tmp_path, exercise_id, solution(exercise_id))
        verdict = sample_run(exercise_id=exercise_id).verdict
        last_runs.keep(read_submission(exercise, path), verdict)
        workspace.remember([verdict])
    put(tmp_path, "2.1.2", "model = 3\n")
    workspace.remember_hint(find("2.2.1"), 2)
    return workspace


def test_a_report_says_what_is_known_and_what_is_not(course: Workspace) -> None:
    rows = {row.id: row for row in rows_of(course)}
    assert list(rows) == [exercise.id for exercise in exercises()]
    graded, old, never = rows["2.2.1"], rows["2.1.2"], rows["1.1.1"]
    assert (graded.outcome, graded.points, graded.most, graded.remark) == ("NOT YET", 1, 4, "")
    assert graded.entry is not None
    assert graded.entry.hints == find("2.2.1").hints[:2]
    assert (old.outcome, old.remark) == ("NOT YET", CHANGED)
    assert (never.outcome, never.points, never.entry) == (NEVER, 0, None)
    assert {one.exercise.id for one in changed(course)} == set(rows) - {"2.2.1"}


def test_a_run_that_is_not_kept_any_more_is_told(course: Workspace) -> None:
    (last_runs.folder_of(course, find("2.2.1")) / "run.msgpack").unlink()
    (row,) = (row for row in rows_of(course) if row.id == "2.2.1")
    assert (row.outcome, row.points, row.entry) == ("NOT YET", 1, None)
    assert row.remark == "Its run was not kept."


def test_hints_are_remembered_beside_the_progress(course: Workspace) -> None:
    exercise = find("2.2.1")
    course.remember_hint(exercise, 1)
    assert len(course.hints_read(exercise)) == 2, "it is the highest that counts"
    assert grade("hint", "1.2.1", cwd=course.root).returncode == 0
    assert len(course.hints_read(find("1.2.1"))) == 1
    assert course.progress()["2.2.1"].status is Outcome.FAILED


def test_the_command_writes_a_page_and_grades_nothing(
    course: Workspace, import_log: tuple[dict[str, str], Path]
) -> None:
    env, log = import_log
    done = grade("report", "--html", "all.html", cwd=course.root, env=env)
    assert done.returncode == 1
    assert done.stdout == "0 of 44 exercises passed, 2 of 415 points.\n"
    page = (course.root / "all.html").read_text("utf-8")
    assert page.count("<section") == 2
    assert "never graded" in page
    assert CHANGED in page
    shown = grade("report", cwd=course.root, env=env)
    assert "2.1.2  NOT YET         1 of 4" in shown.stdout
    mine = grade("show", "2.2.1", "--mine", cwd=course.root, env=env)
    assert "Dense(64, relu)" in mine.stdout
    assert log.read_text() == "", "TensorFlow was never imported"


def test_what_is_said_of_a_line_stands_below_it() -> None:
    run = sample_run("words")
    notes = {line.number: [note.text for note in line.notes] for line in entry_of(run).code}
    assert notes[2] == ["Look at line 2: words"]
    assert notes[3] == ["words"]
    assert notes[4] == ["words Expected words; got words on line 4. words"]
    assert notes[1] == notes[5] == notes[6] == []


def test_a_fault_beyond_the_file_harms_nothing() -> None:
    run = sample_run("words")
    far = msgspec.structs.replace(run.verdict, line=10_000)
    assert len(entry_of(msgspec.structs.replace(run, verdict=far)).code) == 6


def test_a_fault_of_ours_has_its_exit_code(
    course: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = msgspec.structs.replace(sample_run().verdict, status=Outcome.GRADER_ERROR)
    monkeypatch.chdir(course.root)
    monkeypatch.setattr("grader.commands.verdicts.grade_files", lambda *_, **__: [fault])
    assert CliRunner().invoke(report, ["--grade"]).exit_code == 3
