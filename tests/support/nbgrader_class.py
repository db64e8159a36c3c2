"""A class that is graded with the real nbgrader: its course, its notebooks, its marks."""

from __future__ import annotations

import atexit
import copy
import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from rich.console import Console

from grader.catalogue import Exercise, find
from grader.marking.syllabus import Syllabus
from grader.show.terminal import show_verdict
from grader.stubs import BEGIN, END, TODO, given_part
from grader.teaching.nbgrader_course import CONFIG, lay_out_course
from grader.teaching.notebooks import lesson_name, notebook_name
from grader.verdict import Verdict

BY_NBGRADER = "is run by nbgrader itself, with nothing that confines it"
_PROBED = re.compile(r"(?m)^ {6}(?:expected|got): .*\n(?: {16}.*\n)*")

_PLACE = re.compile(
    r"(?:cell \d+|the given part), line \d+|\b[\w.]+\.py:\d+|\blines? \d+(?:, \d+)*", re.I
)
_SCORES = """
    SELECT student.id, notebook.name, grade.auto_score
    FROM grade
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN notebook ON notebook.id = submitted_notebook.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN student ON student.id = submitted_assignment.student_id
"""
_ONE_AFTER_THE_OTHER = """
import json, sys
from jupyter_core.application import NoStart
from nbgrader.apps import NbGraderApp

for arguments in json.loads(sys.argv[1]):
    app = NbGraderApp.instance()
    try:
        app.initialize(arguments)
        app.start()
    except NoStart:  # the command is done
        pass
    except SystemExit as end:
        if end.code:
            raise
    finally:
        app.clear_instance()
        if app.subapp is not None:
            app.subapp.clear_instance()
"""
"""nbgrader's commands in one process: each takes two seconds to start, and TensorFlow five."""


def answer(notebook: NotebookNode, source: str) -> NotebookNode:
    """Return a learner's notebook with an answer's steps in its cells.

    An answer with other steps than the stub has goes into the first cell as a whole.
    """
    filled = copy.deepcopy(notebook)
    cells = [cell for cell in filled.cells if cell.metadata.nbgrader.solution]
    lines = source.splitlines()[given_part(source).count("\n") :]
    text = "\n".join(line for line in lines if line.strip() not in {BEGIN, END})
    steps = [step.strip("\n") for step in re.split(rf"(?m)^(?={TODO})", text) if step.strip()]
    if len(steps) != len(cells):
        steps = [text.strip("\n")] + [""] * (len(cells) - 1)
    for cell, step in zip(cells, steps, strict=True):
        cell.source = step
    return filled


@cache
def _laid_out() -> Path:
    """Lay a course out once; each class copies it."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lay_out_course(folder / "course")
    return folder / "course"


class NbgraderClass:
    """A course in a folder, and what was handed in to it."""

    def __init__(self, root: Path, syllabus: Syllabus | None = None) -> None:
        self.remarks: list[str] = []
        if syllabus is None:
            shutil.copytree(_laid_out(), root)
        else:
            self.remarks = lay_out_course(root, syllabus).remarks
        self.root = root

    def copy(self, root: Path) -> NbgraderClass:
        """Return another course, with all that is in this one."""
        shutil.copytree(self.root, root)
        found = copy.copy(self)
        found.root = root
        return found

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an nbgrader command in the course's folder."""
        return self.python("-m", "nbgrader", *arguments)

    def run_all(self, *commands: str) -> subprocess.CompletedProcess[str]:
        """Run nbgrader commands one after the other; the first that fails is the last."""
        words = [command.split() for command in commands]
        return self.python("-c", _ONE_AFTER_THE_OTHER, json.dumps(words))

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the course's folder."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={**os.environ, "GRADER_NO_SERVER": "1", "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=3600,
            check=False,
        )

    def setting(self, line: str) -> None:
        """Add a line to the settings, as an instructor does."""
        with (self.root / CONFIG).open("a") as stream:
            stream.write(f"{line}\n")

    def release(self, *lessons: str) -> None:
        """Make lessons' notebooks for learners."""
        done = self.run_all(*(f"generate_assignment {lesson_name(id)}" for id in lessons))
        assert done.returncode == 0, done.stderr

    def released(self, exercise: Exercise) -> NotebookNode:
        """Return a learner's notebook."""
        return nbformat.read(self._path("release", exercise), 4)

    def submit(
        self, student: str, exercise: Exercise, notebook: NotebookNode | str | bytes
    ) -> None:
        """Hand in a notebook, an answer's source, or whatever a file may hold."""
        if isinstance(notebook, str):
            notebook = answer(self.released(exercise), notebook)
        path = self._path(f"submitted/{student}", exercise)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(notebook, bytes):
            path.write_bytes(notebook)
        else:
            path.write_text(nbformat.writes(notebook), "utf-8")

    def submit_stub(self, student: str, lesson: str) -> None:
        """Hand in a lesson's notebooks as they were released."""
        name = lesson_name(lesson)
        shutil.copytree(self.root / "release" / name, self.root / "submitted" / student / name)

    def scores(self) -> dict[tuple[str, str], float | None]:
        """Return the automatic score of each student's notebook, from the gradebook."""
        with sqlite3.connect(self.root / "gradebook.db") as database:
            return {(row[0], row[1]): row[2] for row in database.execute(_SCORES)}

    def score(self, student: str, exercise: Exercise) -> float | None:
        """Return one automatic score."""
        return self.scores()[student, Path(notebook_name(exercise)).stem]

    def shown(self, student: str, exercise: Exercise) -> str:
        """Return the verdict in a graded notebook's grade cell, as plain text."""
        cells = nbformat.read(self._path(f"autograded/{student}", exercise), 4).cells
        (cell,) = (c for c in cells if c.metadata.get("nbgrader", {}).get("grade"))
        assert [output.output_type for output in cell.outputs] == ["display_data", "execute_result"]
        return str(cell.outputs[0].data["text/plain"])

    def feedback(self, student: str, exercise: Exercise) -> str:
        """Return the page that a student gets back."""
        return self._path(f"feedback/{student}", exercise).with_suffix(".html").read_text("utf-8")

    def exported(self, lesson: str) -> dict[str, float]:
        """Return the scores per student that `nbgrader export` wrote for a lesson."""
        with (self.root / "grades.csv").open() as stream:
            return {
                row["student_id"]: float(row["score"])
                for row in csv.DictReader(stream)
                if row["assignment"] == lesson_name(lesson)
            }

    def _path(self, stage: str, exercise: Exercise) -> Path:
        return self.root / stage / lesson_name(exercise.lesson) / notebook_name(exercise)


def without_places(text: str) -> str:
    """Return a verdict's text without lines, cells, seconds and line breaks."""
    text = re.sub(r"[\d.]+ s$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\b([Yy])our (?:file|notebook)\b", r"\1our file", text)
    text = " ".join(text.replace(" `--timeout` allows more.", "").split())
    return re.sub(r"\b(?:on|in) @", "@", re.sub(r"@(?:; @)+", "@", _PLACE.sub("@", text)))


def changed(exercise_id: str, *replacements: tuple[str, str]) -> str:
    """Return a reference solution with parts of it replaced."""
    source = find(exercise_id).solution.read_text("utf-8")
    for old, new in replacements:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def _terminal(verdict: Verdict) -> str:
    """Return what `grade` shows."""
    shown = io.StringIO()
    show_verdict(verdict, Console(file=shown, width=80, color_system=None))
    return shown.getvalue()


def same_as_grade(found: NbgraderClass, student: str, exercise: Exercise, verdict: Verdict) -> None:
    """The points and the words are those of `grade` on the same answer."""
    assert found.score(student, exercise) == pytest.approx(
        exercise.points * verdict.points / verdict.max_points
    )
    texts = [found.shown(student, exercise), _terminal(verdict)]
    if exercise.has_probes:  # functions are tried with other values each time
        texts = [_PROBED.sub("", text) for text in texts]
    shown, told = map(without_places, texts)
    assert shown.replace("`%grade", "`grade") == told
