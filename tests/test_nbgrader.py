"""Whole classes through the real nbgrader: marks, feedback, and what its commands do."""

from __future__ import annotations

import html
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from corpus import answer_source, typical_mistake
from nbformat import v4
from nbgrader_class import BY_NBGRADER, NbgraderClass, answer, same_as_grade
from samples import Sample

from grader.catalogue import Exercise, exercises, find, select
from grader.teaching.nbgrader_course import CONFIG
from grader.teaching.notebooks import build_notebook, lesson_name
from grader.verdict import Verdict

BUILD = find("2.2.1")
LESSON = select(["2.2"])
QUIZ = find("1.1.1")
"""Needs no TensorFlow: for what has nothing to do with the answers."""
GradeSource = Callable[..., Verdict]


def _other_lessons(sample: Sample) -> list[str]:
    """Return the lessons that are graded beside 2.2; a sample has one of them."""
    ids = sorted({exercise.lesson for exercise in exercises()} - {"2.2"})
    return sample.pick(ids, 1, "nbgrader")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "exercise" in metafunc.fixturenames:
        chosen = select(_other_lessons(Sample.of(metafunc.config)))
        # With dashes: `-k 2.2.1` is for who works on that exercise, and sets no course up.
        ids = [exercise.id.replace(".", "-") for exercise in chosen]
        metafunc.parametrize("exercise", chosen, ids=ids)


@pytest.fixture(scope="module")
def released(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> NbgraderClass:
    """A course with the notebooks for learners of all lessons that are looked at here."""
    found = NbgraderClass(tmp_path_factory.mktemp("released") / "course")
    found.release(*{"1.1", "2.2", *_other_lessons(Sample.of(request.config))})
    return found


@pytest.fixture(scope="module")
def graded(
    released: NbgraderClass,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> NbgraderClass:
    """Lessons with three students, graded; of lesson 2.2 feedback, of all the exported marks."""
    found = released.copy(tmp_path_factory.mktemp("class") / "course")
    lessons = ["2.2", *_other_lessons(Sample.of(request.config))]
    for lesson in lessons:
        found.submit_stub("stub", lesson)
    for exercise in select(lessons):
        found.submit("reference", exercise, exercise.solution.read_text("utf-8"))
        found.submit("mistake", exercise, typical_mistake(exercise))
    commands = [f"autograde {lesson_name(lesson)}" for lesson in lessons]
    done = found.run_all(*commands, "generate_feedback lesson-2-2", "export")
    assert done.returncode == 0, done.stderr
    return found


@pytest.fixture
def quiz_class(released: NbgraderClass, tmp_path: Path) -> NbgraderClass:
    """A course of which lesson 1.1 is released, and nothing is handed in."""
    return released.copy(tmp_path / "course")


def test_references_get_full_marks_and_stubs_none(graded: NbgraderClass) -> None:
    for exercise in LESSON:
        assert graded.score("reference", exercise) == exercise.points
        assert "PASSED" in graded.shown("reference", exercise)
        assert graded.score("stub", exercise) == 0
        assert "NOT ATTEMPTED" in graded.shown("stub", exercise)


def test_a_mistake_costs_what_it_costs(graded: NbgraderClass, grade_source: GradeSource) -> None:
    for exercise in LESSON:
        verdict = grade_source(exercise, typical_mistake(exercise))
        assert 0 < verdict.points < verdict.max_points
        same_as_grade(graded, "mistake", exercise, verdict)


def test_a_fault_is_told_by_cell_and_line(graded: NbgraderClass) -> None:
    shown = graded.shown("mistake", find("2.2.3"))
    assert re.search(r"^      cell \d, line \d+$", shown, re.MULTILINE), shown
    assert ".py" not in shown


def test_feedback_shows_messages_and_no_check(graded: NbgraderClass) -> None:
    for exercise in LESSON:
        page = graded.feedback("mistake", exercise)
        assert "NOT YET" in page
        assert f"grade hint {exercise.id}" in page
        shown = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))
        shown = html.unescape(shown)
        public = exercise.stub.read_text("utf-8") + " ".join(exercise.statements.values())
        lines = {line.strip() for line in exercise.checks.read_text("utf-8").splitlines()}
        # texts are in quotes there; a message is no secret once it is earned
        code = {line for line in lines if len(line) > 20 and '"' not in line and line not in public}
        assert len(code) > 5
        assert [line for line in code if line in shown] == []
        assert [hint for hint in exercise.hints if hint in shown] == []


def test_the_export_has_the_marks(graded: NbgraderClass) -> None:
    exported = graded.exported("2.2")
    most = sum(exercise.points for exercise in LESSON)
    assert exported["reference"] == most
    assert exported["stub"] == 0
    scores = [graded.score("mistake", exercise) for exercise in LESSON]
    assert exported["mistake"] == pytest.approx(sum(score or 0 for score in scores))


def test_validate_is_honest(released: NbgraderClass) -> None:
    """It runs the notebook in a kernel; plain nbgrader says "Success!" where tests are hidden."""
    right = f"source/lesson-1-1/{Path(QUIZ.file).stem}.ipynb"
    wrong = released.root / "wrong.ipynb"
    wrong.write_text(nbformat.writes(answer(build_notebook(QUIZ), typical_mistake(QUIZ))))
    done = released.run_all(f"validate {right}", f"validate {wrong.name}")
    first, _, second = done.stdout.partition("VALIDATION FAILED")
    assert "Success!" in first, done.stderr
    assert "NOT YET" in second
    assert "Success!" not in second


def test_a_second_run_changes_nothing(graded: NbgraderClass) -> None:
    before = graded.scores()
    assert graded.run("autograde", "lesson-2-2").returncode == 0
    assert graded.scores() == before


@pytest.mark.by_turns
def test_the_formgrader_grades_too(graded: NbgraderClass) -> None:
    """It calls nbgrader's interface in a thread of the Jupyter server."""
    code = (
        "import threading\n"
        "from nbgrader.apps import NbGraderAPI\n"
        "from nbgrader.coursedir import CourseDirectory\n"
        "from traitlets.config.loader import PyFileConfigLoader\n"
        f"config = PyFileConfigLoader({CONFIG!r}, path='.').load_config()\n"
        "api = NbGraderAPI(CourseDirectory(config=config), config=config)\n"
        "def work():\n"
        "    done = api.autograde('lesson-2-2', 'late', force=True)\n"
        "    print(done['success'], done.get('error', ''))\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    before = graded.scores()
    graded.submit("late", BUILD, typical_mistake(BUILD))
    done = graded.python("-c", code)
    assert done.stdout.split() == ["True"], done.stderr
    assert graded.score("late", BUILD) == graded.score("mistake", BUILD)
    assert graded.scores().items() >= before.items()


def test_a_fault_of_ours_gives_no_mark(quiz_class: NbgraderClass) -> None:
    """The submission counts as not graded, says so in the log, and the class goes on."""
    found = quiz_class
    for student in ("a", "b"):
        found.submit(student, QUIZ, QUIZ.solution.read_text("utf-8"))
    broken = found.root / "broken.py"
    broken.write_text(
        "from grader.grading import pipeline as grading\n"
        "from grader.processes import workers\n"
        "old, calls = grading._grade, []\n"
        "def failing(*arguments):\n"
        "    calls.append(1)\n"
        "    if len(calls) > 2:\n"
        "        return old(*arguments)\n"
        "    raise workers.GraderFault('The disk is full.')\n"
        "grading._grade = failing\n"
    )
    found.setting("import sys; sys.path.insert(0, '.'); import broken")
    done = found.run("autograde", "lesson-1-1")
    assert done.returncode == 1
    assert f"{Path(QUIZ.file).stem} of a is not graded, and nobody lost points" in done.stderr
    assert "The disk is full." in done.stderr
    assert not (found.root / "autograded" / "a" / "lesson-1-1").exists()
    assert found.score("a", QUIZ) is None
    assert found.score("b", QUIZ) == QUIZ.points
    broken.write_text("")
    assert found.run("autograde", "lesson-1-1").returncode == 0
    assert found.score("a", QUIZ) == QUIZ.points


@pytest.mark.by_turns
def test_a_locked_gradebook_is_waited_for_and_another_name_is_told(
    quiz_class: NbgraderClass,
) -> None:
    """The formgrader may be writing. SQLite alone would have given up after five seconds."""
    found = quiz_class
    for student in ("a", "b", "c"):
        found.submit(student, QUIZ, QUIZ.solution.read_text("utf-8"))
    submitted = found.root / "submitted" / "b" / "lesson-1-1"
    (submitted / f"{Path(QUIZ.file).stem}.ipynb").rename(submitted / "My answer.ipynb")
    gradebook = sqlite3.connect(
        found.root / "gradebook.db", isolation_level=None, check_same_thread=False
    )
    gradebook.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(12, gradebook.execute, ["COMMIT"])
    release.start()
    done = found.run("autograde", "lesson-1-1")
    release.join()
    gradebook.close()
    assert done.returncode == 1
    assert "for student 'b'" in done.stderr
    assert re.search(r"WARNING\] .*My answer\.ipynb", done.stderr)
    assert [found.score(student, QUIZ) for student in ("a", "c")] == [QUIZ.points] * 2


@pytest.mark.by_turns
def test_tests_of_the_instructors_own_are_run(tmp_path: Path) -> None:
    """nbgrader takes a test cell without output for passed, so someone has to run it."""
    found = NbgraderClass(tmp_path / "course")
    path = found.root / "source" / "lesson-1-1" / f"{Path(QUIZ.file).stem}.ipynb"
    notebook = nbformat.read(path, 4)
    facts = {
        "grade": True,
        "grade_id": "own",
        "locked": True,
        "points": 5,
        "schema_version": 3,
        "solution": False,
    }
    notebook.cells.append(v4.new_code_cell("assert extra == 1", metadata={"nbgrader": facts}))
    nbformat.write(notebook, path)
    found.release("1.1")
    source = QUIZ.solution.read_text("utf-8")
    for student, extra in (("right", 1), ("wrong", 2)):
        submitted = answer(found.released(QUIZ), source)
        submitted.cells[1:1] = [v4.new_code_cell(f"extra = {extra}")]
        found.submit(student, QUIZ, submitted)
    done = found.run_all("autograde lesson-1-1", "generate_feedback lesson-1-1", "export")
    assert done.returncode == 0, done.stderr
    assert f"of right {BY_NBGRADER}" in done.stderr
    assert found.exported("1.1") == {"right": QUIZ.points + 5, "wrong": QUIZ.points}


def test_nbgrader_and_grade_agree(
    exercise: Exercise, graded: NbgraderClass, grade_source: GradeSource
) -> None:
    solution = exercise.solution.read_text("utf-8")
    sources: dict[str, str] = {
        "reference": answer_source(solution, lambda text: text),
        "stub": exercise.stub.read_text("utf-8"),
        "mistake": typical_mistake(exercise),
    }
    for student, source in sources.items():
        same_as_grade(graded, student, exercise, grade_source(exercise, source))
    assert graded.score("reference", exercise) == exercise.points
    assert graded.score("stub", exercise) == 0
