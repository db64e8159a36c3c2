"""What course.toml sets for nbgrader, and an instructor's own settings, in one real course."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from nbgrader_class import NbgraderClass
from traitlets.config.loader import PyFileConfigLoader

from grader.catalogue import find
from grader.marking.syllabus import Feedback, LatePolicy, Syllabus
from grader.teaching.nbgrader_course import CONFIG, NoCourse, lay_out_course
from grader.teaching.nbgrader_settings import ChangedByHand, settings
from grader.teaching.released_names import name_as_released

QUIZ = find("1.1.1")
OTHER = find("1.1.2")
DUE = datetime(2027, 3, 1, 22, 59, 59, tzinfo=UTC)
SYLLABUS = Syllabus(
    id="dl-2027",
    exercises=("1.1.1", "1.1.2"),
    points={"1.1.1": 10.0},
    due={"1.1.1": DUE - timedelta(days=1), "1.1.2": DUE},
    late=LatePolicy(per_day=20, grace=30, most=50),
    feedback=Feedback(brief=True),
    timeout=90,
    limits=("memory=2GB",),
)
LATE = {
    "punctual": timedelta(0),
    "graced": timedelta(minutes=29),
    "late": timedelta(days=1, hours=1),
    "later": timedelta(days=30),
}
OWN = "c.KerasGrader.timeout = 77  # ours are slow"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> NbgraderClass:
    """Students of all degrees of lateness, one with a notebook of another name, graded."""
    folder = tmp_path_factory.mktemp("course")
    roster = folder / "roster.csv"
    roster.write_text(
        'Login,Name,E-mail\nlate,Lana Late,lana@example.org\nabsent,"A, B",\n,No One,\n'
    )
    found = NbgraderClass(folder / "course", msgspec.structs.replace(SYLLABUS, roster=str(roster)))
    found.setting(OWN)
    found.release("1.1")
    source = QUIZ.solution.read_text("utf-8")
    for student, late in LATE.items():
        found.submit(student, QUIZ, source)
        stamp = (DUE + late).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        (found.root / "submitted" / student / "lesson-1-1" / "timestamp.txt").write_text(stamp)
    right = f"answer = {QUIZ.facts.right_option}"
    assert right in source
    found.submit("renamed", QUIZ, source.replace(right, "answer = 0"))
    folder = found.root / "submitted" / "renamed" / "lesson-1-1"
    (path,) = folder.iterdir()
    path.rename(folder / "1_1_1 my answer (1).ipynb")
    found.submit("modular", QUIZ, source.replace(right, "from mine import answer"))
    folder = found.root / "submitted" / "modular" / "lesson-1-1"
    (folder / "mine.py").write_text("answer = int(open('number.txt').read())\n")
    (folder / "number.txt").write_text(str(QUIZ.facts.right_option))
    found.submit("linked", QUIZ, source.replace(right, "answer = int(open('other.txt').read())"))
    link = found.root / "submitted" / "linked" / "lesson-1-1" / "other.txt"
    link.symlink_to(folder / "number.txt")
    done = found.run("autograde", "lesson-1-1")
    assert done.returncode == 0, done.stderr
    found.log = done.stderr  # type: ignore[attr-defined]
    return found


def _rows(course: NbgraderClass, query: str) -> dict[str, tuple[object, ...]]:
    with sqlite3.connect(course.root / "gradebook.db") as database:
        return {row[0]: row[1:] for row in database.execute(query)}


@pytest.mark.by_turns
def test_late_work_loses_what_the_course_sets(course: NbgraderClass) -> None:
    penalties = _rows(
        course,
        "SELECT submitted_assignment.student_id, late_submission_penalty FROM submitted_notebook "
        "JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id "
        "JOIN notebook ON notebook.id = notebook_id WHERE notebook.name LIKE '1_1_1%'",
    )
    assert {student: penalties[student][0] for student in LATE} == {
        "punctual": None, "graced": None, "late": 4.0, "later": 5.0,
    }  # fmt: skip
    assert course.score("late", QUIZ) == 10


def test_a_notebook_of_another_name_is_graded(course: NbgraderClass) -> None:
    assert course.score("renamed", QUIZ) == 0
    assert "NOT YET" in course.shown("renamed", QUIZ)
    assert "1_1_1 my answer (1).ipynb is graded as 1_1_1_describing_keras.ipynb" in course.log  # type: ignore[attr-defined]


def test_a_notebook_can_use_the_files_that_were_handed_in_with_it(course: NbgraderClass) -> None:
    assert course.score("modular", QUIZ) == 10


def test_a_link_gives_nobody_a_file_of_whoever_grades(course: NbgraderClass) -> None:
    assert course.score("linked", QUIZ) == 0
    assert "other.txt" in course.shown("linked", QUIZ)


def test_brief_feedback_tells_which_check_failed_and_no_more(course: NbgraderClass) -> None:
    shown = course.shown("renamed", QUIZ)
    assert "✗" in shown
    assert "expected:" not in shown


def test_due_dates_and_students_are_in_the_gradebook(course: NbgraderClass) -> None:
    assert course.remarks == [
        "lesson-1-1 is due 2027-03-01 22:59, the latest of its exercises: nbgrader has one due "
        "date for all of them.",
        "No One was not enrolled: the roster has no user name for them.",
    ]
    assert _rows(course, "SELECT name, duedate, course_id FROM assignment") == {
        "lesson-1-1": ("2027-03-01 22:59:59.000000", "dl-2027")
    }
    students = _rows(course, "SELECT id, first_name, last_name, email FROM student")
    assert students["late"] == ("Lana", "Late", "lana@example.org")
    assert students["absent"] == ("B", "A", None)


def test_a_mark_that_was_set_by_hand_survives_a_forced_run(course: NbgraderClass) -> None:
    """The formgrader writes such a mark, and a comment, into the gradebook."""
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET manual_score = 3.5 WHERE auto_score = 0")
        database.execute("UPDATE comment SET manual_comment = 'Well tried.'")
    done = course.run("autograde", "lesson-1-1", "--student=renamed", "--force")
    assert done.returncode == 0, done.stderr
    grades = _rows(
        course,
        "SELECT submitted_assignment.student_id, grade.auto_score, grade.manual_score FROM grade "
        "JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id "
        "JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id "
        "WHERE submitted_assignment.student_id = 'renamed' AND grade.manual_score = 3.5",
    )
    assert grades == {"renamed": (0.0, 3.5)}
    comments = _rows(course, "SELECT DISTINCT manual_comment, 1 FROM comment")
    assert set(comments) == {"Well tried."}


# --- the settings' file


def _read(path: Path) -> object:
    return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()


def test_own_settings_survive_and_ours_are_renewed(course: NbgraderClass, tmp_path: Path) -> None:
    config = _read(course.root / CONFIG)
    assert config.CourseDirectory.course_id == "dl-2027"  # type: ignore[attr-defined]
    assert config.KerasGrader.timeout == 77  # type: ignore[attr-defined]
    assert config.KerasGrader.limits == ["memory=2GB"]  # type: ignore[attr-defined]
    text = (course.root / CONFIG).read_text("utf-8")
    path = tmp_path / CONFIG
    path.write_text(f"import os\n{text}# the end\n", "utf-8")
    done = lay_out_course(tmp_path, Syllabus(id="dl-2028", exercises=("1.1.1",)), force=True)
    assert done.replaced == []
    new = path.read_text("utf-8")
    assert new.startswith("import os\n")
    assert new.endswith(f"{OWN}\n# the end\n")
    assert _read(path).CourseDirectory.course_id == "dl-2028"  # type: ignore[attr-defined]
    again = lay_out_course(tmp_path, Syllabus(id="dl-2028", exercises=("1.1.1",)))
    assert (again.written, path.read_text("utf-8")) == (0, new)


def test_our_part_that_was_changed_by_hand_is_not_thrown_away(tmp_path: Path) -> None:
    lay_out_course(tmp_path, Syllabus(exercises=("1.1.1",)))
    path = tmp_path / CONFIG
    changed = path.read_text("utf-8").replace("timeout = 900", "timeout = 9")
    path.write_text(changed, "utf-8")
    with pytest.raises(NoCourse, match=CONFIG):
        lay_out_course(tmp_path, Syllabus(exercises=("1.1.1",)))
    assert path.read_text("utf-8") == changed
    done = lay_out_course(tmp_path, Syllabus(exercises=("1.1.1",)), force=True)
    assert [old.read_text("utf-8") for old in done.replaced] == [changed]
    with pytest.raises(ChangedByHand):
        settings(Syllabus(), "c = get_config()\n")


# --- names of notebooks


def test_of_several_notebooks_the_released_name_counts_and_then_the_latest(tmp_path: Path) -> None:
    def paths(*names: str) -> list[str]:
        for number, name in enumerate(names):
            (tmp_path / name).write_text(name)
            os.utime(tmp_path / name, (number, number))
        return [str(tmp_path / name) for name in names]

    def left(notebooks: list[str]) -> list[tuple[str, str]]:
        name_as_released(assignment="lesson-1-1", student="*", notebooks=notebooks)
        found = [(Path(name).name, Path(name).read_text()) for name in notebooks]
        for path in tmp_path.iterdir():
            path.unlink()
        return found

    own = "1_1_1_describing_keras.ipynb"
    assert left(paths(own, "notes.ipynb")) == [(own, own), ("notes.ipynb", "notes.ipynb")]
    assert left(paths(own, "1.1.1 (1).ipynb")) == [(own, own)]
    assert left(paths("1.1.1 (1).ipynb", "1.1.1 (2).ipynb")) == [(own, "1.1.1 (2).ipynb")]
    (tmp_path / "1_1_1 link.ipynb").symlink_to("/etc/passwd")
    assert left([str(tmp_path / "1_1_1 link.ipynb")])[0][0] == "1_1_1 link.ipynb"
