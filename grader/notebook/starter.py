"""The notebook that a learner begins with: the stub's task, given part and blanks, as cells.

It is written as JSON, without nbformat: the format is these few keys, and `grade init --notebooks`
works for learners who use VS Code or Colab and have no Jupyter installed. Tests hold that nbformat
finds it valid.
"""

from __future__ import annotations

import base64
import json

from grader.catalogue import Exercise
from grader.notebook.steps import cell_name, split_stub, task_as_markdown

NOTEBOOK = ".ipynb"
"""What a notebook's name ends in."""

LOAD_CELL = """\
import importlib.util

if importlib.util.find_spec("grader") is None:  # as on Colab; a wheel's path does as well
    %pip install --quiet keras-grader
%reload_ext grader"""
"""The first cell of code. Where the grader is installed it installs nothing. `%reload_ext` loads as
`%load_ext` does; but it says nothing of that when all cells are run again."""

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def starter_notebook(exercise: Exercise) -> bytes:
    """Return a learner's notebook of an exercise; the same bytes every time."""
    given, steps = split_stub(exercise.stub_source)
    cells = [
        _task(exercise),
        _code("load", exercise, LOAD_CELL),
        *([_code("given", exercise, given)] if given else []),
        *(_code(f"step{number}", exercise, text) for number, text in enumerate(steps, start=1)),
        _code("grade", exercise, _grade_text(exercise)),
        _code("help", exercise, _help_text(exercise)),
    ]
    notebook = {"cells": cells, "metadata": NOTEBOOK_METADATA, "nbformat": 4, "nbformat_minor": 5}
    return f"{json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)}\n".encode()


def _task(exercise: Exercise) -> dict[str, object]:
    """Return the task's cell. A picture is in it: the notebook may be taken elsewhere alone."""
    picture = exercise.stub.with_suffix(".png")
    if not picture.exists():
        return _cell("markdown", "task", exercise, task_as_markdown(exercise.task))
    shown = task_as_markdown(exercise.task, f"attachment:{picture.name}")
    png = base64.b64encode(picture.read_bytes()).decode()
    attached = {picture.name: {"image/png": png}}
    return _cell("markdown", "task", exercise, shown) | {"attachments": attached}


def _code(kind: str, exercise: Exercise, text: str) -> dict[str, object]:
    return _cell("code", kind, exercise, text) | {"execution_count": None, "outputs": []}


def _cell(type_: str, kind: str, exercise: Exercise, text: str) -> dict[str, object]:
    return {
        "cell_type": type_,
        "id": cell_name(kind, exercise),
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }


def _grade_text(exercise: Exercise) -> str:
    return f"# Run the cells above first: what has been run is graded.\n%grade {exercise.id}"


def _help_text(exercise: Exercise) -> str:
    """Return commands that are comments: nobody who runs all cells wants a hint each time."""
    return f"""\
# Stuck? Take the # off one of these lines, and run this cell.
# %grade hint {exercise.id} --level 1
# %grade show {exercise.id}
# %grade next"""
