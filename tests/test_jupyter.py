"""`%grade` and `%%grade` in an IPython shell; test_learner_notebooks has whole notebooks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

_DRIVER = """
import json, sys
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

shell = InteractiveShell.instance()
found = []
for text, cell_id in json.load(sys.stdin):
    with capture_output() as captured:
        result = shell.run_cell(text, store_history=True, cell_id=cell_id)
    found.append({
        "printed": captured.stdout + captured.stderr,
        "shown": [output.data for output in captured.outputs],
        "result": result.result,
        "modules": [name for name in ("tensorflow", "IPython.core.magic") if name in sys.modules],
    })
json.dump(found, sys.__stdout__)
"""
STEPS = [
    "model = Sequential()\nmodel.add(Input((2,)))\nfor n in (128, 64, 32):\n    model.add(Dense(n, 'relu'))",
    "model.add(Dense(4, 'softmax'))",
    "model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])",
]


def run(
    *cells: str | tuple[str, str | None], env: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """Run cells in an IPython shell of their own; return what each gave. A cell may have an id.

    Keras is not imported: code that uses it is only graded.
    """
    pairs = [cell if isinstance(cell, tuple) else (cell, None) for cell in cells]
    with tempfile.TemporaryDirectory() as folder:  # no workspace: none remembers these verdicts
        done = subprocess.run(
            [sys.executable, "-P", "-c", _DRIVER],
            input=json.dumps(pairs),
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1", **(env or {})},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def text_of(cell: dict[str, Any]) -> str:
    """Return the plain text of a cell's verdict."""
    (data,) = cell["shown"]
    return str(data["text/plain"])


@pytest.mark.usefixtures("kept_server")
def test_the_cells_run_so_far_are_graded() -> None:
    *_, first, _, second = run(
        "%load_ext grader",
        ("x = 1", "a"),
        ("%grade 1.1.1", "g"),
        ("answer = 3", "b"),
        ("%grade 1.1.1", "g"),
    )
    assert "Your notebook does not make `answer`." in text_of(first)
    assert "1.1.1 Describing Keras  PASSED  1 of 1 points" in text_of(second)
    assert second["result"] is None


@pytest.mark.usefixtures("kept_server")
def test_the_latest_text_of_each_cell_counts_in_the_order_of_first_runs() -> None:
    *_, before, _, after = run(
        "%load_ext grader",
        ("answer = 1", "a"),
        ("answer = answer + 0", "b"),
        ("%grade 1.1.1", "g"),
        ("answer = 3", "a"),
        ("%grade 1.1.1", "g"),
    )
    assert "PASSED" not in text_of(before)
    assert "PASSED" in text_of(after)


def test_cells_that_were_run_before_loading_count() -> None:
    *_, last = run("answer = 3", "%load_ext grader", "%grade 1.1.1")
    assert "PASSED" in text_of(last)


def test_the_cell_that_loads_or_grades_counts_too() -> None:
    assert "PASSED" in text_of(run("%load_ext grader\nanswer = 3\n%grade 1.1.1")[0])
    assert "PASSED" in text_of(run("%load_ext grader", "answer = 3\n%grade 1.1.1")[1])
    assert "PASSED" in text_of(run("%load_ext grader\nanswer = 3", "%grade 1.1.1")[1])


@pytest.mark.usefixtures("kept_server")
def test_a_cell_that_was_mended_counts_once_where_no_ids_are_told() -> None:
    *_, last = run("%load_ext grader", "answer = three + 0", "answer = 3 + 0", "%grade 1.1.1")
    assert "PASSED" in text_of(last)
    *_, last = run("%load_ext grader", "answer = three", "%grade 1.1.1")
    assert "cell 2, line 1" in text_of(last)


def test_a_cell_of_its_own_is_graded_and_not_run() -> None:
    *_, right, wrong, name = run(
        "%load_ext grader",
        "%%grade 1.1.1\nanswer = 3",
        "%%grade 1.1.1\n\nanswer = 2",
        "'answer' in globals()",
    )
    assert "PASSED" in text_of(right)
    assert re.search(r"^      line 3$", text_of(wrong), re.MULTILINE)
    assert name["result"] is False


def test_a_model_is_graded_with_the_terminals_words_and_html() -> None:
    """With a helper of the kernel's own, as where no server is wanted; most others use one."""
    drawing = "import matplotlib.pyplot as plt\nprint('drawing')\nplt.plot([1, 2])\nplt.show()"
    cell = "\n".join(["%%grade 2.2.1", *STEPS, drawing]).replace("64", "60")
    (*_, found) = run("%load_ext grader", cell)
    (data,) = found["shown"]
    shown, _, figure = data["text/plain"].partition("  Figure 1, shown in line 11: ")
    assert "Your file printed:\n    drawing\n" in shown
    assert Path(figure.split("\n")[0]).read_bytes().startswith(b"\x89PNG")
    assert '<img src="data:image/png;base64,iVBOR' in data["text/html"]
    assert "got:      layer 2: Dense(60)" in data["text/plain"]
    assert "NOT YET" in data["text/html"]
    assert "<pre" in data["text/html"]
    assert max(map(len, shown.splitlines())) <= 80
    assert found["modules"] == ["IPython.core.magic"]  # the kernel itself has no TensorFlow


@pytest.mark.usefixtures("kept_server")
def test_syntax_and_display_are_those_of_notebooks() -> None:
    *_, broken, shown = run(
        "%load_ext grader",
        "%%grade 1.2.1\nmodel = (",
        "%%grade 1.1.1\n%time\nx = !ls\nanswer = 1 + 2\ndisplay(answer)",
    )
    assert "Python cannot read line 2: '(' was never closed." in text_of(broken)
    assert "PASSED" in text_of(shown)


WRONG_USAGE = {
    "2.2.9": "Lesson 2.2 has 2.2.1, 2.2.2, 2.2.3 and 2.2.4.",
    "2.2": "2.2 is 4 exercises. Name one, such as 2.2.1.",
    "": "Which exercise? Name one, such as 1.1.1.",
    "hint": "Which exercise?",
    "hint 1.1.1 --level 4": "invalid choice",
    "next 1.1.1": "unrecognized arguments: 1.1.1",
    "2.2.1 --seed x": "x is no number from 0",
    "2.2.1 --seed -1": "--seed",
    "2.2.1 --timeout 0": "0 is no number of seconds from 1 on",
    "2.2.1 --timeout nan": "nan is no number of seconds",
    "2.2.1 'x": "No closing quotation",
    "2.2.1 --what": "unrecognized arguments: --what",
}


def test_wrong_usage_is_told_without_a_traceback() -> None:
    _, *found = run("%load_ext grader", *(f"%grade {line}" for line in WRONG_USAGE))
    for (line, says), cell in zip(WRONG_USAGE.items(), found, strict=True):
        assert says in cell["printed"], line
        assert "Traceback" not in cell["printed"]
        assert not cell["shown"]


@pytest.mark.usefixtures("kept_server")
def test_options_are_heeded() -> None:
    *_, found = run("%load_ext grader", "%%grade 1.2.1 --timeout 1 --seed 3\nwhile True: pass")
    assert "OUT OF TIME" in text_of(found)
    assert "after 1 s" in text_of(found)
    assert "--timeout" not in text_of(found)


def test_commands_without_a_grade_know_the_exercise_and_need_no_workspace() -> None:
    *_, hint, task, later = run(
        "%load_ext grader",
        ("%grade hint", "help-1-1-1"),
        ("%grade show", "help-1-1-1"),
        ("%grade next", "help-1-1-1"),
    )
    assert hint["printed"].startswith("Hint 1 of 3 for 1.1.1:")
    assert "1 point" in task["printed"]
    assert later["printed"].startswith("After 1.1.1 comes 1.1.2 ")
    assert later["modules"] == ["IPython.core.magic"]


def test_what_was_never_run_is_told_so() -> None:
    *_, own, ours = run("%load_ext grader", "%grade 1.1.1", ("%grade 1.1.1", "grade-1-1-1"))
    assert "Nothing of an answer has been run yet." in text_of(own)
    assert "Step 1 has not been run yet. Run its cell, then this one again." in text_of(ours)
    assert "NOT ATTEMPTED" in text_of(ours)


def test_loading_twice_forgets_nothing() -> None:
    *_, last = run("answer = 3\n%load_ext grader", "%reload_ext grader", "%grade 1.1.1")
    assert "PASSED" in text_of(last)


def test_nbgrader_is_told_the_points() -> None:
    """Where nbgrader itself runs the notebook, as `nbgrader validate` does."""
    env = {"NBGRADER_EXECUTION": "validate"}
    *_, right, wrong = run(
        "%load_ext grader", "%%grade 1.1.1\nanswer = 3", "%%grade 1.1.1\nanswer = 1", env=env
    )
    assert right["result"] == 1.0
    assert right["printed"].replace("Out[2]: 1.0", "").strip() == ""
    assert wrong["result"] == 0.0
    assert "NOT YET" in wrong["printed"]


def test_importing_the_package_imports_neither_ipython_nor_tensorflow() -> None:
    code = "import grader, sys; print([m for m in ('IPython', 'tensorflow') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
