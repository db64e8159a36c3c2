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
from grader.stubs import BEGIN, TODO, BadSolution, build_stub, given_part

if TYPE_CHECKING:
    from nbformat import NotebookNode

LOAD = "%load_ext grader"
"""The first line of the given part's cell: it makes `%grade` known."""

_LINES_TO_LOAD = 2
"""This line, and the blank one below it."""

_GRADE_CELL = re.compile(r"grade-(\d+-\d+-\d+)")
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook_name(exercise: Exercise) -> str:
    """Return the notebook's file name: the stub's, but for its end."""
    return PurePosixPath(exercise.file).with_suffix(".ipynb").name


def lesson_name(lesson: str) -> str:
    """Return the nbgrader assignment of lesson `"2.2"`: nbgrader allows no dots in it."""
    return f"lesson-{lesson.replace('.', '-')}"


def grade_id(kind: str, exercise: Exercise) -> str:
    """Return a cell's nbgrader id: `given-2-2-1`. No dots are allowed in it either."""
    return f"{kind}-{exercise.id.replace('.', '-')}"


def exercise_of(name: str) -> str | None:
    """Return the exercise that a grade cell's nbgrader id names; None if it is none of ours."""
    found = _GRADE_CELL.fullmatch(name)
    return found[1].replace("-", ".") if found else None


def split_solution(source: str) -> tuple[str, list[str]]:
    """Return a solution's given part, without the docstring, and its top-level steps.

    A step begins at a `# TODO:` in the first column and reaches to the next one, so a
    loop with steps in it stays whole.

    Raises:
        BadSolution: it has not the form of a solution, or a block begins in its given part.
    """
    build_stub(source)  # says what is wrong with markers and TODOs
    given = given_part(source)
    lines = source.splitlines()[given.count("\n") :]
    if not lines[0].startswith(TODO):
        raise BadSolution(
            f"the first {TODO} stands in a block; put one in the first column above it"
        )
    steps: list[str] = []
    for line in lines:
        # what has no answer, a heading over the steps to come, stays with what comes next
        if line.startswith(TODO) and (not steps or BEGIN in steps[-1]):
            steps.append("")
        steps[-1] += f"{line}\n"
    if BEGIN not in steps[-1]:
        last = steps.pop()
        steps[-1] += last
    below_docstring = given.splitlines()[_first_line(given) - 1 :]
    return "\n".join(below_docstring).rstrip(), [step.strip("\n") for step in steps]


def first_line_of_given(stub: str) -> int:
    """Return which line of the given part's cell the stub's first line would be.

    That is a number below 1 where a docstring stands above, which the cell has not.
    """
    return 1 + _LINES_TO_LOAD - (_first_line(given_part(stub)) - 1)


def _first_line(given: str) -> int:
    """Return the number of the first line of code below the docstring."""
    tree = ast.parse(given)
    number = 1
    if ast.get_docstring(tree) is not None:
        number += tree.body[0].end_lineno or 0
    lines = given.splitlines()
    while number <= len(lines) and not lines[number - 1].strip():
        number += 1
    return number


def build_notebook(exercise: Exercise, picture: str = "") -> NotebookNode:
    """Return the instructor's notebook of an exercise.

    Args:
        exercise: with its solution at hand.
        picture: file name of a picture that lies beside the notebook.

    Raises:
        BadSolution: the solution has not the form that a notebook can be made of.
    """
    from nbformat import v4

    source = exercise.solution.read_text("utf-8")
    given, steps = split_solution(source)
    cells = [
        _cell(v4.new_markdown_cell, "task", exercise, _task(source, picture), locked=True),
        _cell(v4.new_code_cell, "given", exercise, f"{LOAD}\n\n{given}".strip(), locked=True),
    ]
    for number, step in enumerate(steps, start=1):
        cells.append(_cell(v4.new_code_cell, f"step{number}", exercise, step, solution=True))
    graded = {"grade": True, "locked": True, "points": exercise.points}
    cells.append(_cell(v4.new_code_cell, "grade", exercise, _checks(exercise), **graded))
    return v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA)


def _cell(new: Any, kind: str, exercise: Exercise, text: str, **nbgrader: Any) -> NotebookNode:
    name = grade_id(kind, exercise)
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


def _task(source: str, picture: str) -> str:
    """Return the docstring as Markdown, the picture below the title."""
    title, _, text = (ast.get_docstring(ast.parse(source)) or "").partition("\n")
    shown = f"\n![{title}]({picture})\n" if picture else ""
    text = re.sub(r"(?m)^(Steps\b.*)$", r"**\1**\n", text.strip("\n"))
    text = re.sub(r"(?m)^(.*:)\n(?=- )", r"\1\n\n", text)  # a list needs a blank line before it
    return f"# {title}\n{shown}\n{text}".rstrip()


def _checks(exercise: Exercise) -> str:
    """Return the grade cell: what is checked, for how many points, and the line that grades."""
    lines = ["# This cell grades your answer. What is checked:"]
    for name, points in exercise.check_points.items():
        word = "point" if points == 1 else "points"
        statement = " ".join(exercise.statements[name].split())
        lines.append(f"# - {statement} ({points} {word})")
    return "\n".join([*lines, f"%grade {exercise.id}"])
