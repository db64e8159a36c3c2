"""The code of a notebook that was handed in, as a script that is graded like any other file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.catalogue import Exercise
from grader.stubs import given_part
from grader.submission import MAX_SOURCE_BYTES
from grader.teaching.archives import Refused
from grader.teaching.assembled import Assembled, Piece, holds_statements
from grader.teaching.magics import plain_python
from grader.teaching.notebooks import first_line_of_given, grade_id
from grader.teaching.submitted import UnreadableNotebook, read_notebook
from grader.verdict import Verdict

if TYPE_CHECKING:
    from grader.teaching.submissions import Submission


def assemble(data: bytes, exercise: Exercise) -> Assembled:
    """Return a notebook's code cells as one source, by the rules of our nbgrader courses.

    Magics and shell lines become comments. Locked cells are those that the instructor
    gave: they are left out with all their copies, and the given part of the exercise's
    stub stands in their place, as a student may have changed them. Of cells that are
    exact copies of each other the first counts.

    Raises:
        Refused: it is no notebook, or its code is longer than a file may be.
    """
    try:
        cells = [cell for cell in read_notebook(data).cells if cell.kind == "code"]
    except UnreadableNotebook as reason:
        raise Refused(f"cannot be graded. {reason}") from None
    if sum(len(cell.text) for cell in cells) > MAX_SOURCE_BYTES:
        raise Refused(f"has more than {MAX_SOURCE_BYTES // 1_000_000} MB of code")
    locked = {cell.text.strip() for cell in cells if _is_locked(cell.nbgrader)}
    seen = set(locked)
    given_cell, pieces = "", []
    for number, cell in enumerate(cells, start=1):
        name, text = f"cell {number}", cell.text.strip()
        if cell.nbgrader.get("grade_id") == grade_id("given", exercise):
            given_cell = name
        if text not in seen:
            seen.add(text)
            pieces.append(Piece(plain_python(cell.text), name))
    if locked and holds_statements(pieces):
        stub = exercise.stub.read_text("utf-8")
        given = Piece(given_part(stub), given_cell, first_line_of_given(stub))
        pieces.insert(0, given)
    return Assembled(pieces)


def _is_locked(facts: dict[str, str | int | float | bool]) -> bool:
    return facts.get("locked") is True or facts.get("grade") is True


def retold(submission: Submission, verdict: Verdict) -> tuple[Verdict, dict[str, str]]:
    """Return a verdict in the words of what was handed in, and where its checks' lines stand.

    The places, by the number of the line, are `2_2_1.py:26` for a file and `cell 3, line 2`
    for a notebook.
    """
    lines = [check.line for check in verdict.checks if check.line is not None]
    if submission.notebook is None:
        return verdict, {str(line): f"{verdict.file}:{line}" for line in lines}
    cells = assemble(submission.notebook.read_bytes(), submission.exercise)
    return cells.retold(verdict), {str(line): cells.place(line) for line in lines}
