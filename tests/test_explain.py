"""`grade explain`: what is told of scripts that are no exercises, and what is not claimed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from commands import grade
from faulty_scripts import FAULTS
from nbformat import v4
from scripts import FOLDS, LEARN

from grader.explanation import Condition, Explanation
from grader.grading.explaining import explain
from grader.grading.pipeline import Options
from grader.places import InFile, render
from grader.processes.workers import Workers
from grader.show.explanations import to_document
from grader.source_file import read_file

Explain = Callable[..., Explanation]

TRAINS = """import numpy as np, keras
X = np.random.normal(size=(200, 2))
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(X, X[:, 0], epochs=2)
"""


@pytest.fixture
def explained(workers: Workers, tmp_path: Path) -> Explain:
    """Return a function that explains a text as if it were a file of the learner's."""

    def explain_text(source: str, timeout: float | None = 20) -> Explanation:
        path = tmp_path / "script.py"
        path.write_text(source, "utf-8")
        return explain(read_file(path), workers, Options(timeout=timeout))

    return explain_text


def _words(found: Explanation) -> str:
    """Return all that is told, in one text."""
    told = found.to_json(InFile("script.py"))
    findings = [training["finding"] for training in told["trainings"]]
    return "\n".join([told["message"], *told["tips"], *findings, *told["open"]])


@pytest.mark.parametrize("name", LEARN)
def test_nothing_is_said_of_a_script_that_learns(explained: Explain, name: str) -> None:
    found = explained(LEARN[name])
    assert found.status is Condition.RAN, _words(found)
    assert not found.found, _words(found)
    assert found.trainings
    assert "no task says what is wanted" in _words(found)


@pytest.mark.by_turns
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named(explained: Explain, name: str) -> None:
    fault = FAULTS[name]
    found = explained(fault.source)
    assert found.status == fault.status, _words(found)
    assert found.found
    assert re.search(fault.says, _words(found), re.DOTALL), _words(found)


def test_trainings_are_told_with_their_lines_and_numbers(explained: Explain) -> None:
    (training,) = explained(TRAINS).trainings
    assert (training.line, training.model, training.epochs) == (5, "model", 2)
    loss = training.measured[0]
    assert loss.name == "loss"
    assert 0 < loss.last < loss.first


def test_each_training_of_one_model_is_told(explained: Explain) -> None:
    again = "model.fit(X, X[:, 0], epochs=3)\nfor _ in range(4):\n    model.fit(X, X[:, 0])\n"
    found = explained(TRAINS + again)
    assert [(one.line, one.epochs, one.calls) for one in found.trainings] == [
        (5, 2, 1), (6, 3, 1), (8, 4, 4),
    ]  # fmt: skip
    told = [render(one.words, InFile("script.py")) for one in found.trainings]
    assert told[0].startswith("Training of `model` on line 5: 2 epochs, loss ")
    assert told[2].startswith("Further training of `model` on line 8 in 4 calls: 4 epochs, loss ")
    losses = [span for one in found.trainings for span in one.measured]
    assert losses[0].last >= losses[1].first > losses[2].last


def test_loops_of_batches_are_told_in_their_place(explained: Explain) -> None:
    loops = """
for _ in range(3):
    for rows in np.array_split(np.random.permutation(200), 4):
        model.train_on_batch(X[rows], X[rows, 0])
model.evaluate(X, X[:, 0])
model.train_on_batch(X[:50], X[:50, 0])
model.fit(X, X[:, 0], epochs=2)
for _ in range(5):
    model.train_on_batch(X, X[:, 0])
    model.train_on_batch(X, X[:, 0])
    if _ == 1:
        model.set_weights([weight * 0 for weight in model.get_weights()])
model.layers[0].missing
"""
    found = explained(TRAINS + loops)
    assert found.status is Condition.ERROR
    assert [(one.line, one.epochs, one.calls, one.goes_on) for one in found.trainings] == [
        (5, 2, 1, False), (9, 3, 12, True), (11, 0, 1, True), (12, 2, 1, True), (14, 4, 4, True),
        (14, 6, 6, False),
    ]  # fmt: skip
    told = [render(one.words, InFile("script.py")) for one in found.trainings]
    assert told[1] == "Further training of `model` on line 9 in 12 calls: 3 epochs."
    assert told[2] == "Further training of `model` on line 11."


def test_a_training_whose_result_is_given_up_is_told(explained: Explain) -> None:
    anew = "model.set_weights([w * 0 for w in model.get_weights()])\n"
    first, last = explained(f"{TRAINS}{anew}model.fit(X, X[:, 0], epochs=3)\n").trainings
    assert (first.line, last.line, last.goes_on) == (5, 7, False)
    assert "only the last training is examined" in first.open


def test_models_of_a_loop_are_told_together(explained: Explain) -> None:
    found = explained(FOLDS)
    assert not found.found, _words(found)
    (training,) = found.trainings
    assert training.models == 3


def test_what_was_trained_before_an_error_is_told(explained: Explain) -> None:
    found = explained(f"{TRAINS}1 / 0\n")
    assert (found.status, found.line, len(found.trainings)) == (Condition.ERROR, 6, 1)


def test_a_script_out_of_time_is_told_its_line(explained: Explain) -> None:
    found = explained(f"{TRAINS}while True:\n    pass\n", timeout=4)
    assert found.status is Condition.TIMEOUT
    assert found.line in {6, 7}
    assert "still running after 4 s" in _words(found)
    assert len(found.trainings) == 1


@pytest.mark.parametrize(
    ("source", "status", "says"),
    [
        ("x = (3,\n", "unreadable", "cannot read line 1 of script.py"),
        ("import os\nos._exit(0)\n", "stopped", "ended Python itself"),
        ("import sys\nsys.exit('no data')\n", "stopped", r"exit\('no data'\) on line 2"),
        ("import torch_of_another_kind\n", "error", "ModuleNotFoundError"),
        ("print(1)\n", "ran", "trains nothing with `fit`"),
        ("import sys\nprint(1)\nsys.exit(0)\n", "ran", r"ended itself with exit\(\) on line 3"),
    ],
)
def test_how_a_script_ended(explained: Explain, source: str, status: str, says: str) -> None:
    found = explained(source)
    assert found.status == status
    assert found.found is (status != "ran")
    assert re.search(says, _words(found)), _words(found)


def test_nothing_is_claimed_of_trainings_that_are_not_seen(explained: Explain) -> None:
    named = TRAINS.replace("fit(X, X[:, 0], epochs=2)", "train_on_batch({'a': X}, X[:, 0])")
    named = named.replace("[keras.layers.Dense", "[keras.Input((2,), name='a'), keras.layers.Dense")
    found = explained(named)
    assert not found.found, _words(found)
    assert "batch by batch" in _words(found)
    weighed = TRAINS.replace("epochs=2", "epochs=2, sample_weight=np.full(200, 9.0)")
    (training,) = explained(weighed).trainings
    assert not training.finding
    assert "weights of their own" in training.open


def test_a_file_beside_the_script_is_there(explained: Explain, tmp_path: Path) -> None:
    (tmp_path / "numbers.csv").write_text("1,2\n", "utf-8")
    found = explained("print(open('numbers.csv').read())\n")
    assert found.status is Condition.RAN, _words(found)


def test_what_is_no_number_is_null_in_the_document(explained: Explain) -> None:
    found = explained(FAULTS["missing values"].source)
    document = json.loads(to_document(found, InFile("script.py")))
    assert document["trainings"][0]["measured"][0]["last"] is None


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A notebook whose second cell stops."""
    cells = [
        v4.new_code_cell("%matplotlib inline\nx = 1"),
        v4.new_markdown_cell("Now"),
        v4.new_code_cell("y = 2\ndisplay(x)\nx.fit(y)"),
    ]
    path = tmp_path / "mine.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


@pytest.mark.usefixtures("kept_server")
def test_the_command_tells_of_files_and_notebooks(notebook: Path, tmp_path: Path) -> None:
    done = grade("explain", "mine.ipynb", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "Your notebook stopped in cell 2, line 3:" in done.stdout
    (tmp_path / "mine.py").write_text(TRAINS, "utf-8")
    done = grade("explain", "mine.py", "--json", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert list(document) == [
        "schema", "grader", "file", "status", "found", "seconds", "message", "line", "tips",
        "trainings", "notes", "open",
    ]  # fmt: skip
    assert (document["schema"], document["status"], document["found"]) == (1, "ran", False)
    assert document["trainings"][0]["line"] == 5


def test_the_command_takes_limits(tmp_path: Path) -> None:
    (tmp_path / "large.py").write_text("a = bytearray(2_000_000_000)\n", "utf-8")
    done = grade("explain", "large.py", "--limit", "memory=1.5GB", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "A run gets at most 1.5 GB of memory. `--limit memory=…`" in done.stdout
    assert grade("explain", "large.py", "--limit", "memory=little", cwd=tmp_path).returncode == 2


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "no.ipynb").write_text("{}", "utf-8")
    for name, code in {"gone.py": 2, ".": 2, "no.ipynb": 1}.items():
        done = grade("explain", name, cwd=tmp_path)
        assert done.returncode == code, done.stderr
        assert len((done.stderr or done.stdout).strip().splitlines()) <= 2
