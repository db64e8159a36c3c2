"""keras-grader inside nbgrader: the steps that a course's `nbgrader_config.py` names.

- `KerasGrader` grades a notebook with the same engine and the same checks as `grade`,
  outside any kernel. It stands where nbgrader's `Execute` stood.
- `SubmissionExporter` and `RestoreCells` make a well-formed notebook of whatever was handed
  in. With nbgrader's own, a copied cell or odd metadata end the run for the whole class.
- `StubSolutions` puts our stubs' blanks in place of the answers.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearSolutions, Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_locked, is_solution
from sqlalchemy import Engine, event
from traitlets import Bool, Float, List, Unicode

from grader.catalogue import Exercise, find
from grader.classwork.beside import KeptFile, files_beside
from grader.classwork.listing import entries_of_folder
from grader.evidence.messages import Confinement
from grader.files import printable
from grader.grading.judgement import not_looked_at
from grader.grading.pipeline import Options, grade
from grader.marking.briefing import brief
from grader.marking.syllabus import Feedback
from grader.notebook.assembly import Assembled, Piece
from grader.notebook.cells import CodeCell, pieces_of
from grader.notebook.notebook_reader import UNREADABLE, Facts, UnreadableNotebook, read_notebook
from grader.notebook.starter import NOTEBOOK_METADATA
from grader.places import render
from grader.processes.opening import kept_workers
from grader.sandbox.confinement import NotConfined
from grader.sandbox.limits import BadLimit, read_limits
from grader.sandbox.trial import instructor_rules
from grader.show.html import as_html
from grader.show.terminal import as_text
from grader.stubs import BEGIN, BadSolution, build_stub
from grader.submission import Submission
from grader.teaching.notebooks import exercise_of, notebook_name
from grader.verdict import Outcome, Verdict

Resources = Any

PATIENCE = 60
"""Seconds to wait for a gradebook that another process writes to. After SQLite's own five,
nbgrader gives up on the whole class."""


@event.listens_for(Engine, "connect")
def _wait_for_others(connection: Any, _: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


class GraderFailed(Exception):
    """A fault of the grader: nbgrader must not take it for a mark."""


class StubSolutions(ClearSolutions):  # type: ignore[misc]
    """nbgrader's step that takes the answers out, with the blanks of our stubs."""

    def _replace_solution_region(self, cell: NotebookNode, language: str) -> bool:
        if cell.cell_type == "code" and BEGIN in cell.source:
            try:
                cell.source = build_stub(cell.source).rstrip("\n")
            except (BadSolution, SyntaxError) as reason:  # an instructor's own cell
                self.log.warning("Not a step of keras-grader's form (%s): %s", reason, cell.source)
            else:
                return True
        return bool(super()._replace_solution_region(cell, language))


class SubmissionExporter(NotebookExporter):  # type: ignore[misc]
    """Reads notebooks that nbformat would stumble over. What cannot be read is said so."""

    def from_file(
        self, file_stream: Any, resources: Resources = None, **options: Any
    ) -> tuple[str, Resources]:
        """Read a notebook, whatever it is, and let the preprocessors have it."""
        cells: list[NotebookNode] = []
        try:
            found = read_notebook(file_stream.buffer.read())
            unreadable = found.unreadable
            cells = [_new_cell(cell.kind, cell.text, cell.nbgrader) for cell in found.cells]
        except UnreadableNotebook as reason:
            unreadable = printable(str(reason))
            self.log.error("%s cannot be read: no points. %s", file_stream.name, unreadable)
        notebook = v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA)
        if unreadable:
            notebook.metadata[UNREADABLE] = unreadable
        output: tuple[str, Resources] = self.from_notebook_node(notebook, resources, **options)
        return output


def _new_cell(kind: str, text: str, nbgrader: Facts) -> NotebookNode:
    new = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}
    return new[kind](source=text, metadata={"nbgrader": nbgrader} if nbgrader else {})


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Gives the released cells their metadata back, and brings missing grade cells back.

    A cell is known by its nbgrader id. Of several with one id, the last keeps it; the
    others, and those with an id that was never released, become cells of the learner's own.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Repair one submitted notebook."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            released = _released(gradebook.find_notebook(where["notebook"], where["assignment"]))
        cells: list[NotebookNode] = []
        for cell in reversed(nb.cells):
            name = cell.metadata.pop("nbgrader", {}).get("grade_id")
            metadata = released.get(name) if isinstance(name, str) else None
            if metadata is None:
                cells.append(cell)
            else:
                kind, _, nbgrader = metadata
                cells.append(_new_cell(kind, cell.source, nbgrader))
                del released[name]
        nb.cells = cells[::-1]
        for kind, source, nbgrader in released.values():
            if nbgrader["grade"] or nbgrader["task"]:
                self.log.warning("The cell %s is missing; it is put back.", nbgrader["grade_id"])
                nb.cells.append(_new_cell(kind, source, nbgrader))
        return nb, resources


def _released(notebook: Any) -> dict[str, tuple[str, str, Facts]]:
    """Return kind, text and metadata of a released notebook's cells, from the gradebook."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    found = {}
    for cell in notebook.source_cells:
        metadata = {
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
            "grade": cell.name in points,
            "grade_id": cell.name,
            "locked": bool(cell.locked),
            "schema_version": 3,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
        }
        if cell.name in points or cell.name in tasks:
            metadata["points"] = points.get(cell.name, tasks.get(cell.name))
        found[cell.name] = (cell.cell_type, cell.source, metadata)
    return found


class KerasGrader(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades a notebook with keras-grader, and leaves points and feedback in its grade cell.

    Only notebooks with test cells of the instructor's own, or with none, are run by nbgrader's
    `Execute`: in a kernel with the rights of whoever grades. That is said in the log.
    """

    timeout = Float(
        None,
        allow_none=True,
        min=1,
        help="Seconds that a learner's code may run; None takes each exercise's own limit.",
    ).tag(config=True)

    require = List(
        Unicode(),
        help="Layers of confinement without which nothing is graded; `grade doctor` lists them.",
    ).tag(config=True)

    limits = List(
        Unicode(),
        help="What a learner's code may use up, where it is not 4GB of memory, 64 processes, "
        'and so on: ["memory=8GB", "processes=100", "disk=1GB", "output=2MB"].',
    ).tag(config=True)

    brief_feedback = Bool(
        False, help="Whether feedback says only which checks failed, and not what to look at."
    ).tag(config=True)

    full_feedback_from = Unicode(
        "",
        help="When brief feedback becomes full, with its time zone: 2027-03-01T12:00:00+01:00. "
        "What was graded before that has to be graded again, with --force.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade one sanitized notebook.

        Raises:
            GraderFailed: a fault of the grader, for which nobody may lose points.
        """
        tests = [
            cell
            for cell in nb.cells
            if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)
        ]
        ours = [cell for cell in tests if exercise_of(cell.metadata.nbgrader.grade_id)]
        if not ours or len(ours) < len(tests):
            where = resources["nbgrader"]
            self.log.warning(
                "%s of %s is run by nbgrader itself, with nothing that confines it: it has "
                "test cells of your own, or none.",
                where["notebook"],
                where["student"],
            )
            nb, resources = Execute(parent=self.parent).preprocess(nb, resources)
        for cell in ours:
            exercise = find(exercise_of(cell.metadata.nbgrader.grade_id) or "")
            self._grade(cell, exercise, nb, resources)
        return nb, resources

    def _options(self) -> Options:
        try:
            confinement = _confinement(tuple(self.require), tuple(self.limits), self.log.info)
        except (NotConfined, BadLimit) as error:
            raise GraderFailed(f"Nothing is graded, and nobody lost points: {error}.") from None
        return Options(timeout=self.timeout, confinement=confinement)

    def _with_files_beside(self, submission: Submission, resources: Resources) -> Submission:
        """Return it with what it can use of the files that were handed in, or released, with it.

        nbgrader has put them into the folder of the notebook that it grades. It has followed
        links for that, with the rights of whoever grades: what was one is left out.
        """
        where, course = resources["nbgrader"], self.parent.parent.coursedir
        submitted = Path(
            course.format_path(course.submitted_directory, where["student"], where["assignment"])
        )
        folder = Path(resources["metadata"]["path"] or ".")
        kept = [
            KeptFile(entry.name, entry.path)
            for entry in entries_of_folder(folder, lambda _name, _what: None)
            if entry.path is not None
            and not entry.name.endswith(".ipynb")
            and not _is_link(submitted, entry.name)
        ]
        source = submission.file.data.decode("utf-8", "replace")
        return replace(submission, beside=files_beside("notebook", source, kept, {}))

    def _is_brief(self) -> bool:
        full_from = self.full_feedback_from
        moment = datetime.fromisoformat(full_from) if full_from else None
        return Feedback(self.brief_feedback, moment).is_brief()

    def _grade(
        self, cell: NotebookNode, exercise: Exercise, nb: NotebookNode, resources: Resources
    ) -> None:
        where = resources["nbgrader"]
        assembled = Assembled(_pieces(nb, exercise), command="%grade")
        places = assembled.places
        unreadable = nb.metadata.get(UNREADABLE)
        verdict = (
            _not_read(exercise, unreadable)
            if unreadable
            else _graded(
                self._with_files_beside(Submission.of_cells(exercise, assembled), resources),
                self._options(),
            )
        )
        if verdict.status is Outcome.GRADER_ERROR:
            why = render(verdict.message, places)
            raise GraderFailed(
                f"{where['notebook']} of {where['student']} is not graded, and nobody lost points. "
                f"{why} `grade doctor` may tell why; then run autograde again."
            )
        score = _score(verdict, float(cell.metadata.nbgrader.points))
        self.log.info(
            "%s of %s: %s, %g points", where["notebook"], where["student"], verdict.status, score
        )
        if self._is_brief():
            verdict = brief(verdict)
        feedback = {
            "text/html": as_html(verdict, places),
            "text/plain": printable(as_text(verdict, places)),
        }
        # nbgrader takes the first result that a cell has for its points, and everything that
        # is no plain float for all of them. What is only displayed is no result.
        number = cell.execution_count
        cell.outputs = [
            v4.new_output("display_data", data=feedback),
            v4.new_output(
                "execute_result", data={"text/plain": repr(score)}, execution_count=number
            ),
        ]


def _is_link(folder: Path, name: str) -> bool:
    """Whether a file in a folder, or a folder between, is a link."""
    path = folder / name
    return any(one.is_symlink() for one in (path, *path.parents) if folder in one.parents)


def _score(verdict: Verdict, most: float) -> float:
    """Return the points for nbgrader, of MOST points that the cell is worth.

    A verdict's maximum leaves out checks that cannot be made on this machine, so whoever
    has passed all others gets all points. The instructor may have given the cell another
    worth, too.
    """
    if verdict.points >= verdict.max_points:
        return most
    return most * max(0, verdict.points) / verdict.max_points


def _pieces(nb: NotebookNode, exercise: Exercise) -> list[Piece]:
    """Return what is graded of a notebook; its code cells get the numbers that feedback names."""
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
    cells = [
        CodeCell(
            cell.source,
            is_grade(cell) or is_locked(cell),
            cell.metadata.get("nbgrader", {}).get("grade_id"),
        )
        for cell in code
    ]
    return pieces_of(cells, exercise, "the given part")


@cache
def _confinement(
    require: tuple[str, ...], limits: tuple[str, ...], say: Callable[[str], None]
) -> Confinement:
    """Return what holds submissions; layers are probed once in a run."""
    return instructor_rules(require, say, read_limits(limits))


_one_at_a_time = threading.Lock()
"""The formgrader may grade in several threads; they share the workers."""


def _graded(submission: Submission, options: Options) -> Verdict:
    """Grade a submission; a fault gets a second try with fresh workers."""
    with _one_at_a_time:
        verdict = grade(submission, kept_workers(), options)
        if verdict.status is Outcome.GRADER_ERROR:
            kept_workers().restart()
            verdict = grade(submission, kept_workers(), options)
    return verdict


def _not_read(exercise: Exercise, reason: str) -> Verdict:
    return Verdict(
        exercise.id,
        exercise.title,
        Outcome.ERROR,
        not_looked_at(exercise, "the notebook cannot be read"),
        reason,
        file=notebook_name(exercise),
    )
