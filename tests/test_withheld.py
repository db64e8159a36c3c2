"""Functions of this package that would do an exercise stop a file that calls them."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalogue import exercises
from grader.verdict import Outcome, Verdict

PLACES = [(exercise.id, path) for exercise in exercises() for path in exercise.facts.withheld]


@pytest.mark.parametrize(("id", "path"), PLACES)
def test_what_is_withheld_is_there_and_the_stub_does_not_use_it(id: str, path: str) -> None:
    module, _, name = path.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    stub = next(exercise.stub for exercise in exercises() if exercise.id == id)
    assert f"{module.rpartition('.')[2]}.{name}" not in stub.read_text("utf-8")


LATER = """
import pathlib
SAVED = (pathlib.Path(__file__).with_name("saved.json"), pathlib.Path("nowhere"))
def answer(): return pathlib.Path(SAVED[0]).read_text()
def other(): return 41
"""

AROUND = {
    "the function": "later_one.answer()",
    "what it wraps": "later_one.answer.__wrapped__()",
    "what it holds": "later_one.answer.__closure__[0].cell_contents()",
    "reload": "importlib.reload(later_one)",
    "reload, then call": "sys.modules.pop('later_one'); importlib.import_module('later_one').answer()",
    "run": "runpy.run_path(later_one.__file__)['answer']()",
    "read the code": "open(later_one.__file__).read()",
    "read the cache": "open(importlib.util.cache_from_source(later_one.__file__), 'rb').read()",
    "read the data": "later_one.SAVED[0].read_text()",
    "by a descriptor": "os.open(later_one.SAVED[0], os.O_RDONLY)",
    "by a link": "os.symlink(later_one.SAVED[0], 'a'); open('a')",
    "by a hard link": "os.link(later_one.SAVED[0], 'b'); open('b')",
    "copied": "shutil.copy(later_one.SAVED[0], 'c'); open('c').read()",
    "without os.stat": "os.stat = None; open(later_one.SAVED[0])",
}


def test_no_way_leads_around_it(tmp_path: Path) -> None:
    """In a process of its own: files that are closed stay closed."""
    (tmp_path / "later_one.py").write_text(LATER, "utf-8")
    (tmp_path / "saved.json").write_text("42", "utf-8")
    script = f"""
import gc, importlib.util, os, runpy, shutil, sys
sys.path.insert(0, {str(tmp_path)!r})
import later_one
from grader.learner.withholding import withhold
assert later_one.answer() == "42"
withhold(["later_one.answer"])
for name, way in {AROUND!r}.items():
    try:
        exec(way)
    except Exception as error:
        told = "makes what this exercise is about" in str(error)
        print(name, "told" if told else type(error).__name__, sep=": ")
    sys.modules.setdefault("later_one", later_one)
assert later_one.other() == 41
assert not [f for f in gc.get_objects() if getattr(f, "__name__", "") == "answer"
            and getattr(f, "__module__", "") == "later_one"]
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = dict(line.split(": ") for line in done.stdout.splitlines())
    told = dict.fromkeys(AROUND, "told")
    assert seen == {**told, "what it wraps": "AttributeError", "what it holds": "TypeError"}


@pytest.mark.parametrize(
    ("id", "source"),
    [
        ("2.2.1", "from grader.datasets import networks\nmodel = networks.darts_network()\n"),
        ("2.2.1", "from grader.datasets.trained import load\nmodel = load('darts')\n"),
        (
            "2.2.1",
            "import importlib\nfrom grader.datasets import networks\n"
            "model = importlib.reload(networks).darts_network()\n",
        ),
        (
            "2.2.1",
            "from grader.datasets import networks\n"
            "model = networks._compiled(networks._parts('darts'))\n",
        ),
        (
            "2.2.1",
            "import keras, pathlib, grader.datasets\n"
            "folder = pathlib.Path(grader.datasets.__file__).parent\n"
            "model = keras.models.load_model(folder / 'darts.keras')\n",
        ),
        (
            "2.2.1",
            "import json, pathlib, grader.datasets\n"
            "folder = pathlib.Path(grader.datasets.__file__).parent\n"
            "parts = json.loads((folder / 'networks.json').read_text())['darts']\n",
        ),
        ("4.2.3", "from grader.datasets import photo\nimg_ready = photo.load_ready()\n"),
        ("4.3.1", "from grader.datasets import quotes\ntokenizer = quotes.load_tokenizer()\n"),
        (
            "4.3.3",
            "from grader.datasets import quotes\n"
            "predict_text = lambda text: quotes.predict_text(text)\npredict_text('it is not')\n",
        ),
    ],
)
def test_a_file_that_takes_its_answer_from_a_later_exercise_stops(
    id: str, source: str, grade_source: Callable[..., Verdict]
) -> None:
    verdict = grade_source(id, source)
    assert verdict.status is Outcome.ERROR
    assert "makes what this exercise is about" in verdict.message
    assert verdict.points < verdict.max_points


def test_a_function_that_is_withheld_wraps_nothing(
    grade_source: Callable[..., Verdict],
) -> None:
    verdict = grade_source(
        "2.2.1",
        "from grader.datasets import networks\nmodel = networks.darts_network.__wrapped__()\n",
    )
    assert verdict.status is Outcome.ERROR
    assert "__wrapped__" in verdict.message
