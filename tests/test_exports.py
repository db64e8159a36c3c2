"""Rosters, and marks that Canvas and Moodle import: round trips through their documented rules."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from importers import WORKSHEETS, CanvasCourse, CanvasUser, MoodleAssignment, csv_file
from rich.console import Console

from grader.catalogue import find
from grader.grading.pipeline import Options
from grader.marking.exports import Columns, read_exports
from grader.marking.syllabus import Feedback, Syllabus
from grader.submission import Submission
from grader.teaching import cohort, lanes
from grader.teaching.cohort import Settings, Summary, grade_cohort
from grader.teaching.lanes import Lanes
from grader.verdict import CheckResult, CheckStatus, Outcome, Verdict

QUIZ, OTHER = "1_1_1_describing_keras.py", "1_1_2_would_you_use_deep_learning.py"
ODD = [
    'Anna "the Ant" Müller', "Neil, Ben; Jr.", "=cmd|' C calc'!A0", "@SUM(A1)", "-1", "علي حسن",
    "O'Brien Siân", "Same Name", "Same Name",
]  # fmt: skip


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grade at once: all points for `right`, none for anything else, `fault` is ours."""

    def judge(submission: Submission, _: Lanes, options: Options) -> Verdict:
        if b"fault" in submission.file.data:
            return lanes.fault(submission, "Out of order.")
        passed = b"right" in submission.file.data
        status = CheckStatus.PASSED if passed else CheckStatus.FAILED
        checks = CheckResult("answer", status, "x", "" if passed else "SECRET", "")
        outcome = Outcome.PASSED if passed else Outcome.FAILED
        return Verdict(submission.exercise.id, "", outcome, (checks,), file=submission.name)

    monkeypatch.setattr(cohort, "grade_in_lane", judge)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Summary]:
    def grade_now(
        *formats: str,
        roster: Path | None = None,
        title: str = "Quiz",
        points: float = 10,
        brief: bool = False,
        columns: Columns = "total",
        ids: tuple[str, ...] = ("1.1.1",),
    ) -> Summary:
        feedback = Feedback(brief)
        syllabus = Syllabus(exercises=ids, points={"1.1.1": points}, feedback=feedback)
        exports = read_exports(formats, roster, title, columns)
        settings = Settings(syllabus=syllabus, exports=exports)
        where = tmp_path / "class", tmp_path / "out", [find(id) for id in ids]
        return grade_cohort(*where, settings, Console(file=io.StringIO()))

    return grade_now


def _hand_in(root: Path, name: str, source: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")


def _canvas_class(root: Path) -> CanvasCourse:
    """Lay out Canvas's download of a class with odd names; every second answer is right."""
    users = [CanvasUser(number, name) for number, name in enumerate(ODD, start=11)]
    for user in users:
        slug = "".join(
            letter for letter in user.name.lower() if letter.isascii() and letter.isalnum()
        )
        late = "_LATE" if user.id == 12 else ""
        source = "right" if user.id % 2 else "wrong"
        _hand_in(root, f"x{slug}{late}_{user.id}_{900 + user.id}_{QUIZ}", source)
    return CanvasCourse([*users, CanvasUser(99, "Nobody")])


def _moodle_class(root: Path) -> MoodleAssignment:
    for number, name in enumerate(ODD, start=11):
        source = "right" if number % 2 else "wrong"
        _hand_in(root / f"{name}_{number}_assignsubmission_file_", QUIZ, source)
    return MoodleAssignment({**dict(enumerate(ODD, start=11)), 99: "Nobody"}, most=10)


def _worksheet(path: Path, language: str) -> tuple[Path, MoodleAssignment]:
    headings, before = WORKSHEETS[language]
    people = {**dict(enumerate(ODD, start=11)), 99: "Nobody"}
    rows = [
        [
            f"{before}{number}",
            name,
            f"s{number}@x.org",
            "…",
            "",
            "10,00",
            "Yes",
            "-",
            "-",
            "Well, well",
        ]
        for number, name in people.items()
    ]
    csv_file(path, headings, *rows, encoding="utf-8-sig")
    words = headings[0], before, headings[4], headings[8]
    return path, MoodleAssignment(people, 10, words)


# --- round trips


def test_canvas_imports_what_its_download_was_marked_with(
    tmp_path: Path, run: Callable[..., Summary]
) -> None:
    course = _canvas_class(tmp_path / "class")
    course.assignments[7] = "Quiz"
    course.scores[99, "Quiz"] = "5.0"
    assert run("canvas", title="Quiz").complete
    assert course.import_gradebook(tmp_path / "out" / "canvas.csv") == []
    assert course.possible == {"Quiz": 10}
    assert course.scores.pop((99, "Quiz")) == "5.0"  # whoever is not in the file keeps theirs
    assert course.scores == {
        (number, "Quiz"): "10.0" if number % 2 else "0.0" for number in range(11, 11 + len(ODD))
    }


def test_canvas_roster_brings_those_who_handed_in_nothing(
    tmp_path: Path, run: Callable[..., Summary]
) -> None:
    course = _canvas_class(tmp_path / "class")
    course.assignments[7] = "Quiz"
    roster = csv_file(
        tmp_path / "roster.csv",
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Other (3)", "Quiz (7)"],
        ["", "", "", "", "", "Manual Posting", ""],
        ["    Points Possible", "", "", "", "", "5", "10"],
        *[[user.name, str(user.id), f"s{user.id}", "", "A, B", "1", ""] for user in course.users],
        ["Student, Test", "77", "", "", "A", "", ""],
    )
    summary = run("canvas", roster=roster)
    assert [(p.student, p.what) for p in summary.problems if not p.graded] == [
        ("Nobody (99)", "is on the roster, and nothing was handed in")
    ]
    with (tmp_path / "out" / "canvas.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][5] == "Quiz (7)"
    assert ["Nobody", "99", "s99", "", "A, B", "0"] in rows
    assert course.import_gradebook(tmp_path / "out" / "canvas.csv") == []
    assert course.scores[99, "Quiz"] == "0.0"
    assert course.scores[11, "Quiz"] == "10.0"
    assert len(course.scores) == len(course.users)


def test_canvas_may_have_an_assignment_for_each_exercise(
    tmp_path: Path, run: Callable[..., Summary]
) -> None:
    course = _canvas_class(tmp_path / "class")
    _hand_in(tmp_path / "class", f"xneilbenjr_12_912_{OTHER}", "right")
    _hand_in(tmp_path / "class", f"xsuma1_14_914_{OTHER}", "fault")
    course.scores[14, "1.1.1 Describing Keras"] = "7.0"
    roster = csv_file(
        tmp_path / "roster.csv",
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 1: 1.1.2 (7)"],
        ["Nobody", "99", "", "", "A", ""],
    )
    course.assignments[7] = "Week 1: 1.1.2"
    run("canvas", columns="exercises", ids=("1.1.1", "1.1.2"), roster=roster)
    assert course.import_gradebook(tmp_path / "out" / "canvas.csv") == []
    assert course.possible == {"1.1.1 Describing Keras": 10, "Week 1: 1.1.2": 1}
    marks = {
        number: tuple(course.scores.get((number, title)) for title in course.possible)
        for number in (11, 12, 14, 99)
    }
    assert marks == {
        11: ("10.0", "0.0"), 12: ("0.0", "1.0"), 14: ("7.0", None), 99: ("0.0", "0.0"),
    }  # fmt: skip


def test_moodle_imports_what_its_download_was_marked_with(
    tmp_path: Path, run: Callable[..., Summary]
) -> None:
    assignment = _moodle_class(tmp_path / "class")
    run("moodle")
    assignment.import_worksheet(tmp_path / "out" / "moodle.csv")
    numbers = range(11, 11 + len(ODD))
    assert assignment.grades == {number: 10.0 if number % 2 else 0.0 for number in numbers}


@pytest.mark.parametrize("language", WORKSHEETS)
def test_moodles_own_worksheet_comes_back_filled_in(
    tmp_path: Path, run: Callable[..., Summary], language: str
) -> None:
    _moodle_class(tmp_path / "class")
    roster, assignment = _worksheet(tmp_path / "sheet.csv", language)
    summary = run("moodle", roster=roster, points=2.5)
    assert [problem.student for problem in summary.problems if not problem.graded] == [
        "Nobody (99)"
    ]
    assignment.import_worksheet(tmp_path / "out" / "moodle.csv")
    assert assignment.grades[11] == 2.5
    assert (assignment.grades[12], assignment.grades[99]) == (0, 0)
    with roster.open(encoding="utf-8-sig", newline="") as stream:
        before = [[*row[:4], *row[5:]] for row in csv.reader(stream)]
    with (tmp_path / "out" / "moodle.csv").open(encoding="utf-8", newline="") as stream:
        after = [[*row[:4], *row[5:]] for row in csv.reader(stream)]
    assert before == after  # Moodle takes comments, too: they must be its own


def test_who_was_not_graded_gets_no_mark_from_us(
    tmp_path: Path, run: Callable[..., Summary]
) -> None:
    course = _canvas_class(tmp_path / "class")
    _hand_in(tmp_path / "class", f"xben_12_912_{QUIZ}", "fault")
    course.scores[12, "Quiz"] = "7.0"
    (tmp_path / "class" / f"xneilbenjr_LATE_12_912_{QUIZ}").unlink()
    summary = run("canvas")
    course.import_gradebook(tmp_path / "out" / "canvas.csv")
    assert course.scores[12, "Quiz"] == "7.0"
    assert any("No mark" in remark and "xben (12)" in remark for remark in summary.remarks)


def test_marks_above_moodles_maximum_are_told(tmp_path: Path, run: Callable[..., Summary]) -> None:
    """Moodle passes over them without a word."""
    _moodle_class(tmp_path / "class")
    roster, _ = _worksheet(tmp_path / "sheet.csv", "French")
    remarks = run("moodle", roster=roster, points=12).remarks
    assert any("at most 10 points" in remark and "12 can be had" in remark for remark in remarks)


def test_anonymous_students_of_canvas_are_told(tmp_path: Path, run: Callable[..., Summary]) -> None:
    _hand_in(tmp_path / "class", f"anon_Xy12z_350_{QUIZ}", "right")
    (remark,) = run("canvas").remarks
    assert remark.startswith("canvas.csv has no row for anon_Xy12z (Xy12z)")


def test_names_alone_need_a_roster_for_moodle(tmp_path: Path, run: Callable[..., Summary]) -> None:
    _hand_in(tmp_path / "class" / "Same Name", QUIZ, "right")
    _hand_in(tmp_path / "class" / "s11@x.org", QUIZ, "right")
    remarks = run("moodle").remarks
    assert any("no row for Same Name, s11@x.org" in remark for remark in remarks)
    roster, assignment = _worksheet(tmp_path / "sheet.csv", "German")
    summary = run("moodle", roster=roster)
    assignment.import_worksheet(tmp_path / "out" / "moodle.csv")
    assert assignment.grades[11] == 10  # by the e-mail address that the folder is called
    assert any("Not found on the roster: Same Name" in remark for remark in summary.remarks)
    notes = {problem.what for problem in summary.problems if problem.student == "Same Name"}
    assert any("only an id could tell them apart" in note for note in notes)


# --- feedback


def test_canvas_takes_each_file_back_that_it_gave(
    tmp_path: Path, run: Callable[..., Summary]
) -> None:
    """Under the name of what was handed in, so it has to be a file of that kind."""
    root = tmp_path / "class"
    course = _canvas_class(root)
    notebook = {"cells": [{"cell_type": "code", "source": "wrong", "metadata": {}}], "nbformat": 4}
    _hand_in(root, f"nobody_99_999_{QUIZ.replace('.py', '-3.ipynb')}", json.dumps(notebook))
    with zipfile.ZipFile(root / "zipper_98_998_all.zip", "w") as archive:
        archive.writestr(QUIZ, "right")
    run("canvas")
    files = {900 + user.id: user.id for user in course.users} | {998: 98}
    taken, ignored = course.take_back(tmp_path / "out" / "canvas-feedback.zip", files)
    assert not ignored
    assert taken.keys() == files.keys()
    script = taken[911].decode("utf-8")
    compile(script, "feedback.py", "exec")
    assert all(line.startswith("#") for line in script.splitlines())
    assert "PASSED" in script
    assert "# It counts 10 of 10 points." in script
    assert "It counts 0 of 10 points." in nbformat.reads(taken[999].decode(), 4).cells[0].source
    with zipfile.ZipFile(io.BytesIO(taken[998])) as archive:
        assert b"<html" in archive.read("feedback.html")


@pytest.mark.parametrize("brief", [False, True])
def test_brief_feedback_is_brief_everywhere(
    tmp_path: Path, run: Callable[..., Summary], brief: bool
) -> None:
    _canvas_class(tmp_path / "class")
    _moodle_class(tmp_path / "class")
    run("canvas", "moodle", brief=brief)
    out = tmp_path / "out"
    told = [path.read_bytes() for path in (out / "report" / "students").iterdir()]
    for name in ("canvas-feedback.zip", "moodle-feedback.zip"):
        with zipfile.ZipFile(out / name) as archive:
            told += [archive.read(entry) for entry in archive.namelist()]
    assert len(told) == 4 * len(ODD)
    assert any(b"SECRET" in data for data in told) is not brief
    run()
    assert not list(out.glob("*-feedback.zip"))


def test_moodle_takes_a_page_for_each_participant(
    tmp_path: Path, run: Callable[..., Summary]
) -> None:
    assignment = _moodle_class(tmp_path / "class")
    roster, _ = _worksheet(tmp_path / "sheet.csv", "German")
    run("moodle", roster=roster)
    found = assignment.take_feedback(tmp_path / "out" / "moodle-feedback.zip")
    assert found.keys() == set(range(11, 11 + len(ODD)))  # and none for who handed in nothing
    for files in found.values():
        assert files.keys() == {"feedback.html"}
    assert "10 of 10 points" in found[11]["feedback.html"].decode("utf-8")
    assert "0 of 10 points" in found[12]["feedback.html"].decode("utf-8")
