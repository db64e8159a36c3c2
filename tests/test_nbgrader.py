"""Whole classes through the real nbgrader: marks, feedback, and whatever may be handed in."""

from __future__ import annotations

import copy
import html
import io
import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from corpus import answer_source, load_answers, typical_mistake
from nbformat import NotebookNode, v4
from nbgrader_class import NbgraderClass, answer, changed, without_places
from rich.console import Console
from samples import Sample

from grader.catalogue import Exercise, exercises, find, select
from grader.show.terminal import show_verdict
from grader.stubs import TODO, given_part
from grader.teaching.nbgrader_course import CONFIG
from grader.teaching.notebooks import build_notebook, lesson_name
from grader.verdict import Verdict

BUILD = find("2.2.1")
REFERENCE = BUILD.solution.read_text("utf-8")
LESSON = select(["2.2"])
QUIZ = find("1.1.1")
"""Needs no TensorFlow: for what has nothing to do with the answers."""
GradeSource = Callable[..., Verdict]
_PROBED = re.compile(r"(?m)^ {6}(?:expected|got): .*\n(?: {16}.*\n)*")


def _terminal(verdict: Verdict) -> str:
    """Return what `grade` shows."""
    shown = io.StringIO()
    show_verdict(verdict, Console(file=shown, width=80, color_system=None))
    return shown.getvalue()


def _same_as_grade(
    found: NbgraderClass, student: str, exercise: Exercise, verdict: Verdict
) -> None:
    """The points and the words are those of `grade` on the same answer."""
    assert found.score(student, exercise) == pytest.approx(
        exercise.points * verdict.points / verdict.max_points
    )
    texts = [found.shown(student, exercise), _terminal(verdict)]
    if exercise.has_probes:  # functions are tried with other values each time
        texts = [_PROBED.sub("", text) for text in texts]
    shown, told = map(without_places, texts)
    assert shown.replace("`%grade", "`grade") == told


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> NbgraderClass:
    """Lesson 2.2 with three students, graded, with feedback."""
    found = NbgraderClass(tmp_path_factory.mktemp("class") / "course")
    found.release("2.2")
    found.submit_stub("stub", "2.2")
    for exercise in LESSON:
        found.submit("reference", exercise, exercise.solution.read_text("utf-8"))
        found.submit("mistake", exercise, typical_mistake(exercise))
    for command in ("autograde", "generate_feedback"):
        done = found.run(command, "lesson-2-2")
        assert done.returncode == 0, done.stderr
    return found


def test_references_get_full_marks_and_stubs_none(lesson: NbgraderClass) -> None:
    for exercise in LESSON:
        assert lesson.score("reference", exercise) == exercise.points
        assert "PASSED" in lesson.shown("reference", exercise)
        assert lesson.score("stub", exercise) == 0
        assert "NOT ATTEMPTED" in lesson.shown("stub", exercise)


def test_a_mistake_costs_what_it_costs(lesson: NbgraderClass, grade_source: GradeSource) -> None:
    for exercise in LESSON:
        verdict = grade_source(exercise, typical_mistake(exercise))
        assert 0 < verdict.points < verdict.max_points
        _same_as_grade(lesson, "mistake", exercise, verdict)


def test_a_fault_is_told_by_cell_and_line(lesson: NbgraderClass) -> None:
    shown = lesson.shown("mistake", find("2.2.3"))
    assert re.search(r"^      cell \d, line \d+$", shown, re.MULTILINE), shown
    assert ".py" not in shown


def test_feedback_shows_messages_and_no_check(lesson: NbgraderClass) -> None:
    for exercise in LESSON:
        page = lesson.feedback("mistake", exercise)
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


def test_the_export_has_the_marks(lesson: NbgraderClass) -> None:
    exported = lesson.exported()
    most = sum(exercise.points for exercise in LESSON)
    assert exported["reference"] == most
    assert exported["stub"] == 0
    scores = [lesson.score("mistake", exercise) for exercise in LESSON]
    assert exported["mistake"] == pytest.approx(sum(score or 0 for score in scores))


def test_validate_is_honest(lesson: NbgraderClass) -> None:
    """It runs the notebook in a kernel; plain nbgrader says "Success!" where tests are hidden."""
    folder = "source/lesson-2-2"
    done = lesson.run("validate", f"{folder}/{Path(BUILD.file).stem}.ipynb")
    assert "Success!" in done.stdout, done.stderr
    path = lesson.root / "wrong.ipynb"
    path.write_text(nbformat.writes(answer(build_notebook(QUIZ), typical_mistake(QUIZ))))
    done = lesson.run("validate", path.name)
    assert "VALIDATION FAILED" in done.stdout
    assert "NOT YET" in done.stdout


def test_a_second_run_changes_nothing(lesson: NbgraderClass) -> None:
    before = lesson.scores()
    assert lesson.run("autograde", "lesson-2-2").returncode == 0
    assert lesson.scores() == before


def test_the_formgrader_grades_too(lesson: NbgraderClass) -> None:
    """It calls nbgrader's interface in a thread of the Jupyter server."""
    code = (
        "import threading\n"
        "from nbgrader.apps import NbGraderAPI\n"
        "from nbgrader.coursedir import CourseDirectory\n"
        "from traitlets.config.loader import PyFileConfigLoader\n"
        f"config = PyFileConfigLoader({CONFIG!r}, path='.').load_config()\n"
        "api = NbGraderAPI(CourseDirectory(config=config), config=config)\n"
        "def work():\n"
        "    done = api.autograde('lesson-2-2', 'mistake', force=True)\n"
        "    print(done['success'], done.get('error', ''))\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    before = lesson.scores()
    done = lesson.python("-c", code)
    assert done.stdout.split() == ["True"], done.stderr
    assert lesson.scores() == before


# What may be handed in for 2.2.1, and what must come of it.


def _twice(notebook: NotebookNode) -> NotebookNode:
    """Copy every cell, as a slip of the mouse or of git does."""
    notebook.cells = [copy.deepcopy(cell) for cell in notebook.cells for _ in (1, 2)]
    return notebook


def _without(kind: str) -> Callable[[NotebookNode], NotebookNode]:
    def change(notebook: NotebookNode) -> NotebookNode:
        notebook.cells = [cell for cell in notebook.cells if kind not in _id(cell)]
        return notebook

    return change


def _emptied(kind: str) -> Callable[[NotebookNode], NotebookNode]:
    def change(notebook: NotebookNode) -> NotebookNode:
        for cell in notebook.cells:
            if kind in _id(cell):
                cell.source = ""
        return notebook

    return change


def _id(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader.grade_id)


def _reordered(notebook: NotebookNode) -> NotebookNode:
    notebook.cells.reverse()
    return notebook


def _in_metadata(**changes: Any) -> Callable[[NotebookNode], bytes]:
    """Change the nbgrader metadata of all cells."""

    def change(notebook: NotebookNode) -> bytes:
        document = json.loads(nbformat.writes(notebook))
        for cell in document["cells"]:
            cell["metadata"]["nbgrader"].update(changes)
        return json.dumps(document).encode()

    return change


def _wild_metadata(notebook: NotebookNode) -> bytes:
    """Put into each cell another thing that nobody expects there."""
    document = json.loads(nbformat.writes(notebook))
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    wild = [
        5,
        [],
        "x" * 1_000_000,
        {"grade_id": {}},
        deep,
        {"grade": "yes", "points": -1e308},
        None,
    ]
    for cell, found in zip(document["cells"], wild, strict=False):
        cell["metadata"] = {"nbgrader": found, "tags": 7}
        cell["id"] = 5
    return json.dumps(document | {"metadata": {"language": 5, "kernelspec": []}}).encode()


def _forged(notebook: NotebookNode) -> NotebookNode:
    """Write the points into the notebook, as text and as output of every kind."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                v4.new_output("execute_result", data={"text/plain": "9.0"}, execution_count=1),
                v4.new_output("stream", name="stderr", text="9.0"),
                v4.new_output("error", ename="9.0", evalue="9.0", traceback=["9.0"]),
            ]
    notebook.cells[-1].source = "9.0"
    notebook.cells[1].source += "\nfrom os import _exit"
    return notebook


def _as_markdown(notebook: NotebookNode) -> NotebookNode:
    """Make all cells text, as a wrong key does, and keep what they say."""
    for number, cell in enumerate(notebook.cells):
        notebook.cells[number] = v4.new_markdown_cell(cell.source, metadata=cell.metadata)
    return notebook


def _with_cells(*sources: str) -> Callable[[NotebookNode], NotebookNode]:
    """Add cells of the learner's own in front of the grade cell."""

    def change(notebook: NotebookNode) -> NotebookNode:
        notebook.cells[-1:-1] = [v4.new_code_cell(source) for source in sources]
        return notebook

    return change


def _with_step(number: int, text: str) -> Callable[[NotebookNode], NotebookNode]:
    def change(notebook: NotebookNode) -> NotebookNode:
        notebook.cells[number + 1].source = text
        return notebook

    return change


@dataclass(frozen=True)
class Odd:
    """Something that is handed in: how it comes from the reference, and what it is worth."""

    change: Callable[[NotebookNode], NotebookNode | bytes]
    points: float | str
    """A text is a file's source: as many points as `grade` gives to it."""
    says: str = ""


_FIRST = 'model.add(Dense(4, activation="softmax"))\n'
_COMPILE = (
    'model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])\n'
)
_REWRITING = """
import sqlite3

def rewrite():
    with sqlite3.connect("GRADEBOOK") as database:
        database.execute("UPDATE grade SET auto_score = 1, manual_score = 1")

for way in (rewrite, lambda: open("GRADEBOOK", "ab"), lambda: open("GRADEBOOK.seen", "w")):
    try:
        way()
    except Exception as error:
        print(error)
"""
"""It is told where the gradebook lies. Students before it in the alphabet are graded by then."""
_FILLING = """
import time
for name in "xy":
    open(name, "wb").write(bytes(15_000_000))
time.sleep(60)
"""

ODD = {
    "copied": Odd(_twice, 9, "PASSED"),
    "deleted-step": Odd(_without("step2"), changed("2.2.1", (_FIRST, "pass\n")), "NOT YET"),
    "deleted-all-steps": Odd(_without("step"), 0, "NOT ATTEMPTED"),
    "deleted-grade-cell": Odd(_without("grade-"), 9, "PASSED"),
    "deleted-given": Odd(_without("given"), 9, "PASSED"),
    "emptied-step": Odd(_emptied("step3"), changed("2.2.1", (_COMPILE, "pass\n")), "NOT YET"),
    "emptied-all": Odd(_emptied(""), 0, "Your notebook is empty"),
    "reordered": Odd(_reordered, 0, "cell 2, line 2"),
    "schema-too-old": Odd(_in_metadata(schema_version=1), 9),
    "schema-too-new": Odd(_in_metadata(schema_version=99), 9),
    "schema-no-number": Odd(_in_metadata(schema_version=[]), 9),
    "points-huge": Odd(_in_metadata(points=1e308, grade=True, solution=False), 9),
    "all-locked": Odd(_in_metadata(locked=True, solution=False), 9),
    "all-one-id": Odd(_in_metadata(grade_id="grade-2-2-1"), 9),
    "unknown-ids": Odd(_in_metadata(grade_id="x"), 9),
    "wild-metadata": Odd(_wild_metadata, 9),
    "forged-points": Odd(_forged, 9),
    "as-markdown": Odd(_as_markdown, 9),
    "magics": Odd(_with_cells("%matplotlib inline\n!ls", "%%bash\nrm -r x", "display(model)"), 9),
    "prints-points": Odd(
        _with_cells("import sys, warnings\nwarnings.warn('9.0')\nsys.stderr.write('9.0')\n9.0"), 9
    ),
    "syntax-error": Odd(_with_step(2, "# oh\nmodel.add(Dense(4"), 0, "cell 3, line 2"),
    "raises": Odd(_with_step(2, "# oh\n\nmodel.ad()"), changed("2.2.1", (_FIRST, "model.ad()\n")), "Your notebook stopped in cell 3, line 3"),
    "exits": Odd(_with_cells("import os\nos._exit(0)"), 0, "ended Python itself"),
    "aborts": Odd(_with_cells("import os\nos.abort()"), 0, "signal 6"),
    "kills-its-parent": Odd(_with_cells("import os\nos.kill(os.getppid(), 9)"), 9, "ermi"),
    "hangs": Odd(_with_cells("import time\ntime.sleep(600)"), 9, "OUT OF TIME"),
    "rewrites-the-gradebook": Odd(_with_cells(_REWRITING), 9, "PASSED"),
    "fills-the-disk": Odd(_with_cells(_FILLING), 0, "more than 20 MB to the disk"),
    "long-source": Odd(_with_cells("x = 1\n" * 1_700_000), 0, "characters"),
    "as-long-as-allowed": Odd(_with_cells("x = 1\n" * 49_500), 9),
    "many-cells": Odd(_with_cells(*["x = 1"] * 2_000), 0, "2006 cells"),
    "no-json": Odd(lambda _: b"x = 1\n", 0, "not JSON"),
    "no-notebook": Odd(lambda _: b"[1]", 0, "no notebook"),
    "empty-file": Odd(lambda _: b"", 0, "empty file"),
    "not-utf-8": Odd(lambda _: b"\xff\xfe{\x00}\x00", 0, "UTF-8"),
    "surrogates": Odd(_with_cells("print('\ud800', '\x00', '\x1b[31m')"), 9),
    "last-of-all": Odd(lambda notebook: notebook, 9),
}  # fmt: skip


BESIDE = find("2.2.2")
"""The exercise that every third odd student hands in a notebook for as well."""


def _beside() -> dict[str, str]:
    """Return an answer for every third student, right and wrong ones, that fill in the stub."""
    answers: Any = load_answers(BESIDE.id)
    changes = [answer.change for answer in (*answers.RIGHT, *answers.WRONG)]
    solution = BESIDE.solution.read_text("utf-8")
    sources = [answer_source(solution, change) for change in (lambda text: text, *changes)]
    given = given_part(solution)  # which is locked in a notebook
    sources = [one for one in sources if TODO in one and given_part(one) == given]
    students = list(ODD)[::3]
    return {
        student: sources[number * len(sources) // len(students)]
        for number, student in enumerate(students)
    }


@pytest.fixture(scope="module")
def odd_class(tmp_path_factory: pytest.TempPathFactory) -> tuple[NbgraderClass, str]:
    """A class of the oddest students' work on lesson 2.2, graded in one run, and its log."""
    found = NbgraderClass(tmp_path_factory.mktemp("odd") / "course")
    found.setting("c.KerasGrader.timeout = 10")
    found.setting("c.KerasGrader.limits = ['disk=20MB']")
    gradebook = str(found.root / "gradebook.db")
    found.release("2.2")
    for student, odd in ODD.items():
        notebook = odd.change(answer(found.released(BUILD), REFERENCE))
        if not isinstance(notebook, bytes):
            notebook = json.dumps(notebook).replace("GRADEBOOK", gradebook).encode()
        found.submit(student, BUILD, notebook)
    for student, source in _beside().items():
        found.submit(student, BESIDE, source)
    done = found.run("autograde", "lesson-2-2")
    assert done.returncode == 0, done.stderr[-5000:]
    pages = found.run("generate_feedback", "lesson-2-2", f"--notebook={Path(BUILD.file).stem}")
    assert pages.returncode == 0, pages.stderr[-5000:]
    return found, done.stderr


def test_nothing_of_a_student_runs_outside_of_our_processes(
    odd_class: tuple[NbgraderClass, str], tmp_path: Path
) -> None:
    """That nobody's points were rewritten is seen in the tests of each student."""
    found, log = odd_class
    assert _BY_NBGRADER not in log
    assert not (found.root / "gradebook.db.seen").exists()
    copy = tmp_path / "copy.db"
    shutil.copy(found.root / "gradebook.db", copy)
    exec(_REWRITING.replace("GRADEBOOK", str(copy)), {})  # it does what it is there for
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT DISTINCT auto_score FROM grade").fetchall() == [(1,)]
    assert (tmp_path / "copy.db.seen").exists()


_BY_NBGRADER = "is run by nbgrader itself, with nothing that confines it"


@pytest.mark.parametrize("student", ODD)
def test_odd_notebooks_are_graded(
    odd_class: tuple[NbgraderClass, str], student: str, grade_source: GradeSource
) -> None:
    found, _ = odd_class
    odd = ODD[student]
    shown = found.shown(student, BUILD)
    expected = odd.points if isinstance(odd.points, int) else grade_source(BUILD, odd.points).points
    assert found.score(student, BUILD) == expected, shown
    assert odd.says in " ".join(shown.split())
    assert "<html" in found.feedback(student, BUILD)
    if isinstance(odd.points, str):
        assert 0 < expected < BUILD.points


def test_an_odd_notebook_costs_the_next_one_nothing(
    odd_class: tuple[NbgraderClass, str], grade_source: GradeSource
) -> None:
    """The notebooks of all students are graded in one run, and none is lost."""
    found, _ = odd_class
    verdicts = {}
    for student, source in _beside().items():
        if source not in verdicts:
            verdicts[source] = grade_source(BESIDE, source)
        _same_as_grade(found, student, BESIDE, verdicts[source])
    points = {verdict.points for verdict in verdicts.values()}
    assert BESIDE.points in points
    assert len(points) > 2


def test_what_cannot_be_read_is_in_the_log(odd_class: tuple[NbgraderClass, str]) -> None:
    _, log = odd_class
    for student in (
        "no-json",
        "no-notebook",
        "empty-file",
        "not-utf-8",
        "many-cells",
        "long-source",
    ):
        assert re.search(rf"ERROR\] .*submitted/{student}/.* cannot be read: no points", log)


def test_a_fault_of_ours_gives_no_mark(tmp_path: Path) -> None:
    """The submission counts as not graded, says so in the log, and the class goes on."""
    found = NbgraderClass(tmp_path / "course")
    found.release("1.1")
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


def test_a_locked_gradebook_is_waited_for_and_another_name_is_told(tmp_path: Path) -> None:
    """The formgrader may be writing. SQLite alone would have given up after five seconds."""
    found = NbgraderClass(tmp_path / "course")
    found.release("1.1")
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
    done = found.run("autograde", "lesson-1-1")
    assert done.returncode == 0, done.stderr
    assert f"of right {_BY_NBGRADER}" in done.stderr
    assert found.run("generate_feedback", "lesson-1-1").returncode == 0
    assert found.exported() == {"right": QUIZ.points + 5, "wrong": QUIZ.points}


def _other_lessons(sample: Sample) -> list[str]:
    """Return the lessons that are graded beside 2.2; a sample has one of them."""
    ids = sorted({exercise.lesson for exercise in exercises()} - {"2.2"})
    return sample.pick(ids, 1, "nbgrader")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "lessons" in metafunc.fixturenames:
        chosen = select(_other_lessons(Sample.of(metafunc.config)))
        # With dashes: `-k 2.2.1` is for who works on that exercise, and sets no course up.
        ids = [exercise.id.replace(".", "-") for exercise in chosen]
        metafunc.parametrize("exercise", chosen, ids=ids)


@pytest.fixture(scope="module")
def lessons(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> NbgraderClass:
    """Other lessons with the references, the stubs and a mistake."""
    found = NbgraderClass(tmp_path_factory.mktemp("all") / "course")
    for lesson_id in _other_lessons(Sample.of(request.config)):
        found.release(lesson_id)
        found.submit_stub("stub", lesson_id)
        for exercise in select([lesson_id]):
            found.submit("reference", exercise, exercise.solution.read_text("utf-8"))
            found.submit("mistake", exercise, typical_mistake(exercise))
        done = found.run("autograde", lesson_name(lesson_id))
        assert done.returncode == 0, done.stderr
    return found


def test_nbgrader_and_grade_agree(
    exercise: Exercise, lessons: NbgraderClass, grade_source: GradeSource
) -> None:
    solution = exercise.solution.read_text("utf-8")
    sources: dict[str, str] = {
        "reference": answer_source(solution, lambda text: text),
        "stub": exercise.stub.read_text("utf-8"),
        "mistake": typical_mistake(exercise),
    }
    for student, source in sources.items():
        _same_as_grade(lessons, student, exercise, grade_source(exercise, source))
    assert lessons.score("reference", exercise) == exercise.points
    assert lessons.score("stub", exercise) == 0
