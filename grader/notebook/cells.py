"""The code of a notebook that was handed in, as a script that is graded like any other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.catalogue import Exercise
from grader.magics import plain_python
from grader.notebook.assembly import Assembled, Piece, holds_statements
from grader.notebook.notebook_reader import Facts, read_notebook
from grader.notebook.starter import LOAD_CELL
from grader.notebook.steps import cell_name, first_line_of_given, is_step
from grader.stubs import given_part


@dataclass(frozen=True)
class CodeCell:
    """A code cell, by what decides whether it is the learner's own."""

    text: str
    locked: bool
    """Whether it is the instructor's: given, or for points."""
    name: object
    """Its nbgrader id, or the notebook's own for it, whatever stands there."""


def pieces_of(cells: Sequence[CodeCell], exercise: Exercise, without_cell: str = "") -> list[Piece]:
    """Return the given part as we have it, and the learner's cells, in their order.

    Code cells are numbered as feedback shows them. Exact copies of a cell, and of locked
    ones, are left out: to run a step twice is not what a slip of the mouse means; but two
    steps may have the same text. Magics and shell lines become comments. The cell that loads
    the grader is no part of an answer.

    Args:
        cells: of the notebook, the instructor's among them.
        exercise: that it is for.
        without_cell: what the place of the given part is called where its cell is missing.
    """
    locked = {cell.text.strip() for cell in cells if cell.locked}
    others = {*locked, LOAD_CELL}  # what stands in cells that are no step
    of_steps, steps = set[str](), set[object]()
    given_cell, pieces = without_cell, []
    for number, cell in enumerate(cells, start=1):
        text = cell.text.strip()
        if cell.name == cell_name("given", exercise):
            given_cell = f"cell {number}"
        is_new_step = is_step(cell.name, exercise) and cell.name not in steps
        if text in others or (text in of_steps and not is_new_step):
            continue
        if is_new_step:
            steps.add(cell.name)
            of_steps.add(text)
        else:
            others.add(text)
        pieces.append(Piece(plain_python(cell.text), f"cell {number}"))
    if not locked or not holds_statements(pieces):
        return pieces  # nothing was attempted: what is given does not count as an answer
    stub = exercise.stub.read_text("utf-8")
    return [Piece(given_part(stub), given_cell, first_line_of_given(stub)), *pieces]


def assemble_all(data: bytes, name: str = "") -> Assembled:
    """Return all code cells of a notebook that is no exercise, as they stand, as one source.

    Args:
        data: of the notebook.
        name: of its file, where learners are told it.

    Raises:
        UnreadableNotebook: it is none, or far too large for one.
    """
    cells = [cell for cell in read_notebook(data).cells if cell.kind == "code"]
    numbered = enumerate(cells, start=1)
    pieces = [Piece(plain_python(cell.text), f"cell {number}") for number, cell in numbered]
    return Assembled(pieces, name=name)


def assemble(data: bytes, exercise: Exercise, name: str = "") -> Assembled:
    """Return a notebook's code cells as one source, by the rules of our nbgrader courses.

    Locked cells are those that the instructor gave: the given part of the exercise's stub
    stands in their place, as a student may have changed them. See `pieces_of`.

    Args:
        data: of the notebook.
        exercise: that it is for.
        name: of its file, where learners are told it.

    Raises:
        UnreadableNotebook: it is none, or far too large for one.
    """
    cells = [cell for cell in read_notebook(data).cells if cell.kind == "code"]
    code = [
        CodeCell(cell.text, _is_locked(cell.nbgrader), cell.nbgrader.get("grade_id") or cell.id)
        for cell in cells
    ]
    return Assembled(pieces_of(code, exercise), name=name)


def _is_locked(facts: Facts) -> bool:
    return facts.get("locked") is True or facts.get("grade") is True
