"""From a solution file to a notebook that nbgrader takes.

The notebook is the instructor's: it holds the answers between nbgrader's own markers, and
`nbgrader generate_assignment` makes the learner's from it. There is one notebook per
exercise, because exercises use the same names for different things (`model`), so each
needs a kernel of its own.
"""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from grader.catalogue import Exercise
from grader.notebook.starter import NOTEBOOK_METADATA
from grader.notebook.steps import LOAD, cell_name, split_solution, task_as_markdown

if TYPE_CHECKING:
    from nbformat import NotebookNode

_GRADE_CELL = re.compile(r"grade-(\d+-\d+-\d+)")


def notebook_name(exercise: Exercise) -> str:
    """Return the notebook's file name: the stub's, but for its end."""
    return PurePosixPath(exercise.file).with_suffix(".ipynb").name


def lesson_name(lesson: str) -> str:
    """Return the nbgrader assignment of lesson `"2.2"`: nbgrader allows no dots in it."""
    return f"lesson-{lesson.replace('.', '-')}"


def exercise_of(name: str) -> str | None:
    """Return the exercise that a grade cell's nbgrader id names; None if it is none of ours."""
    found = _GRADE_CELL.fullmatch(name)
    return found[1].replace("-", ".") if found else None


def build_notebook(
    exercise: Exercise, picture: str = "", worth: float | None = None
) -> NotebookNode:
    """Return the instructor's notebook of an exercise.

    Args:
        exercise: with its solution at hand.
        picture: file name of a picture that lies beside the notebook.
        worth: the points that it counts; those of its checks unless given.

    Raises:
        BadSolution: the solution has not the form that a notebook can be made of.
    """
    from nbformat import v4

    source = exercise.solution.read_text("utf-8")
    given, steps = split_solution(source)
    task = task_as_markdown(ast.get_docstring(ast.parse(source)) or "", picture)
    cells = [
        _cell(v4.new_markdown_cell, "task", exercise, task, locked=True),
        _cell(v4.new_code_cell, "given", exercise, f"{LOAD}\n\n{given}".strip(), locked=True),
    ]
    for number, step in enumerate(steps, start=1):
        cells.append(_cell(v4.new_code_cell, f"step{number}", exercise, step, solution=True))
    graded = {"grade": True, "locked": True, "points": exercise.points if worth is None else worth}
    cells.append(_cell(v4.new_code_cell, "grade", exercise, _checks(exercise), **graded))
    return v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA)


def _cell(new: Any, kind: str, exercise: Exercise, text: str, **nbgrader: Any) -> NotebookNode:
    name = cell_name(kind, exercise)
    metadata = {
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
        **nbgrader,
    }
    return new(source=text, id=name, metadata={"nbgrader": metadata})


def _checks(exercise: Exercise) -> str:
    """Return the grade cell: what is checked, for how many points, and the line that grades."""
    lines = ["# This cell grades your answer. What is checked:"]
    for name, points in exercise.check_points.items():
        word = "point" if points == 1 else "points"
        statement = " ".join(exercise.statements[name].split())
        lines.append(f"# - {statement} ({points} {word})")
    return "\n".join([*lines, f"%grade {exercise.id}"])
