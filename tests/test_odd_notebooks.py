"""Whatever may be handed in to the real nbgrader: each is graded, and costs nobody else a thing."""

from __future__ import annotations

import copy
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from corpus import answer_source, load_answers
from nbformat import NotebookNode, v4
from nbgrader_class import BY_NBGRADER, NbgraderClass, answer, changed, same_as_grade
from samples import Sample

from grader.catalogue import find
from grader.stubs import TODO, given_part
from grader.verdict import Verdict

BUILD = find("2.2.1")
REFERENCE = BUILD.solution.read_text("utf-8")
GradeSource = Callable[..., Verdict]


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


ALWAYS = {
    "kills-its-parent", "hangs", "rewrites-the-gradebook", "fills-the-disk", "not-utf-8",
    "last-of-all",
}  # fmt: skip
"""Students that are in each sample: they may cost the others something, or are the others."""
OTHERS = 6
"""Students in a sample beside them."""

BESIDE = find("2.2.2")
"""The exercise that every third odd student hands in a notebook for as well."""


def _students(sample: Sample) -> list[str]:
    """Return who is in the class: all of ODD with `--full`."""
    others = sample.pick(sorted(set(ODD) - ALWAYS), OTHERS, "odd notebooks")
    return [student for student in ODD if student in ALWAYS or student in others]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "student" in metafunc.fixturenames:
        metafunc.parametrize("student", _students(Sample.of(metafunc.config)))


def _beside(students: Sequence[str]) -> dict[str, str]:
    """Return an answer for every third student, right and wrong ones, that fill in the stub."""
    answers: Any = load_answers(BESIDE.id)
    changes = [answer.change for answer in (*answers.RIGHT, *answers.WRONG)]
    solution = BESIDE.solution.read_text("utf-8")
    sources = [answer_source(solution, change) for change in (lambda text: text, *changes)]
    given = given_part(solution)  # which is locked in a notebook
    sources = [one for one in sources if TODO in one and given_part(one) == given]
    chosen = students[::3]
    return {
        student: sources[number * len(sources) // len(chosen)]
        for number, student in enumerate(chosen)
    }


@pytest.fixture(scope="module")
def odd_class(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[NbgraderClass, str]:
    """A class of the oddest students' work on lesson 2.2, graded in one run, and its log."""
    students = _students(Sample.of(request.config))
    found = NbgraderClass(tmp_path_factory.mktemp("odd") / "course")
    found.setting("c.KerasGrader.timeout = 10")
    found.setting("c.KerasGrader.limits = ['disk=20MB']")
    gradebook = str(found.root / "gradebook.db")
    found.release("2.2")
    for student in students:
        notebook = ODD[student].change(answer(found.released(BUILD), REFERENCE))
        if not isinstance(notebook, bytes):
            notebook = json.dumps(notebook).replace("GRADEBOOK", gradebook).encode()
        found.submit(student, BUILD, notebook)
    for student, source in _beside(students).items():
        found.submit(student, BESIDE, source)
    only = f"--notebook={Path(BUILD.file).stem}"
    done = found.run_all("autograde lesson-2-2", f"generate_feedback lesson-2-2 {only}")
    assert done.returncode == 0, done.stderr[-5000:]
    return found, done.stderr


def test_nothing_of_a_student_runs_outside_of_our_processes(
    odd_class: tuple[NbgraderClass, str], tmp_path: Path
) -> None:
    """That nobody's points were rewritten is seen in the tests of each student."""
    found, log = odd_class
    assert BY_NBGRADER not in log
    assert not (found.root / "gradebook.db.seen").exists()
    copy = tmp_path / "copy.db"
    shutil.copy(found.root / "gradebook.db", copy)
    exec(_REWRITING.replace("GRADEBOOK", str(copy)), {})  # it does what it is there for
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT DISTINCT auto_score FROM grade").fetchall() == [(1,)]
    assert (tmp_path / "copy.db.seen").exists()


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
    odd_class: tuple[NbgraderClass, str],
    grade_source: GradeSource,
    request: pytest.FixtureRequest,
) -> None:
    """The notebooks of all students are graded in one run, and none is lost."""
    found, _ = odd_class
    verdicts = {}
    for student, source in _beside(_students(Sample.of(request.config))).items():
        if source not in verdicts:
            verdicts[source] = grade_source(BESIDE, source)
        same_as_grade(found, student, BESIDE, verdicts[source])
    points = {verdict.points for verdict in verdicts.values()}
    assert BESIDE.points in points
    assert len(points) > 2


def test_what_cannot_be_read_is_in_the_log(
    odd_class: tuple[NbgraderClass, str], request: pytest.FixtureRequest
) -> None:
    _, log = odd_class
    unreadable = {
        "no-json", "no-notebook", "empty-file", "not-utf-8", "many-cells", "long-source",
    }  # fmt: skip
    for student in unreadable.intersection(_students(Sample.of(request.config))):
        assert re.search(rf"ERROR\] .*submitted/{student}/.* cannot be read: no points", log)
