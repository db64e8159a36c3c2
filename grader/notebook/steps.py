"""A stub or a solution as the cells of a notebook: its task, its given part, its steps."""

from __future__ import annotations

import ast
import re

from grader.catalogue import Exercise
from grader.stubs import BEGIN, BLANK, TODO, BadSolution, build_stub, given_part

LOAD = "%load_ext grader"
"""It makes `%grade` known. In nbgrader's notebooks it is the given part's first line."""

_LINES_TO_LOAD = 2
"""This line, and the blank one below it."""


def cell_name(kind: str, exercise: Exercise) -> str:
    """Return what a cell is called: `given-2-2-1`. Jupyter and nbgrader allow no dots in it."""
    return f"{kind}-{exercise.id.replace('.', '-')}"


def is_step(name: object, exercise: Exercise) -> bool:
    """Whether a cell's name is that of one of an exercise's steps: `step2-2-2-1`."""
    end = re.escape(cell_name("", exercise))
    return isinstance(name, str) and re.fullmatch(rf"step\d+{end}", name) is not None


def split_solution(source: str) -> tuple[str, list[str]]:
    """Return a solution's given part, without the docstring, and its top-level steps.

    A step begins at a `# TODO:` in the first column and reaches to the next one, so a
    loop with steps in it stays whole.

    Raises:
        BadSolution: it has not the form of a solution, or a block begins in its given part.
    """
    build_stub(source)  # says what is wrong with markers and TODOs
    return _split(source, BEGIN)


def split_stub(source: str) -> tuple[str, list[str]]:
    """Return a stub's given part and steps, as `split_solution` does."""
    return _split(source, BLANK)


def _split(source: str, sign: str) -> tuple[str, list[str]]:
    """Cut where a step begins; one that has an answer has the SIGN in it."""
    given = given_part(source)
    lines = source.splitlines()[given.count("\n") :]
    if not lines[0].startswith(TODO):
        raise BadSolution(
            f"the first {TODO} stands in a block; put one in the first column above it"
        )
    steps: list[str] = []
    for line in lines:
        # what has no answer, a heading over the steps to come, stays with what comes next
        if line.startswith(TODO) and (not steps or sign in steps[-1]):
            steps.append("")
        steps[-1] += f"{line}\n"
    if sign not in steps[-1]:
        last = steps.pop()
        steps[-1] += last
    below_docstring = given.splitlines()[_first_line(given) - 1 :]
    return "\n".join(below_docstring).rstrip(), [step.strip("\n") for step in steps]


def first_line_of_given(stub: str) -> int:
    """Return which line of nbgrader's cell of the given part the stub's first line would be.

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


def task_as_markdown(task: str, picture: str = "") -> str:
    """Return an exercise's task as Markdown, the picture of that name below the title."""
    title, _, text = task.partition("\n")
    shown = f"\n![{title}]({picture})\n" if picture else ""
    text = re.sub(r"(?m)^(Steps\b.*)$", r"**\1**\n", text.strip("\n"))
    text = re.sub(r"(?m)^(.*:)\n(?=- )", r"\1\n\n", text)  # a list needs a blank line before it
    return f"# {title}\n{shown}\n{text}".rstrip()
