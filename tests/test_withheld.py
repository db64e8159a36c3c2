"""Functions of this package that would do an exercise stop a file that calls them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.catalogue import exercises
from grader.learner.withholding import NotInThisExercise, withhold
from grader.verdict import Outcome, Verdict

PLACES = [(exercise.id, path) for exercise in exercises() for path in exercise.facts.withheld]


@pytest.mark.parametrize(("id", "path"), PLACES)
def test_what_is_withheld_is_there_and_the_stub_does_not_use_it(id: str, path: str) -> None:
    module, _, name = path.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    stub = next(exercise.stub for exercise in exercises() if exercise.id == id)
    assert f"{module.rpartition('.')[2]}.{name}" not in stub.read_text("utf-8")


def test_only_calls_from_the_learners_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "later_one.py").write_text(
        "def answer(): return 42\ndef other(): return answer() + 1\n", "utf-8"
    )
    source = "import later_one\nfirst = later_one.other()\nsecond = later_one.answer()\n"
    withhold(["later_one.answer"], "learner.py", source)
    namespace: dict[str, object] = {}
    with pytest.raises(NotInThisExercise, match="`answer` makes what this exercise is about"):
        exec(compile(source, "learner.py", "exec"), namespace)
    assert namespace["first"] == 43
    assert importlib.import_module("later_one").answer() == 42


def test_modules_that_the_file_does_not_name_are_left_alone() -> None:
    withhold(["no_such_module.answer"], "learner.py", "x = 1\n")


@pytest.mark.parametrize(
    ("id", "source"),
    [
        ("2.2.1", "from grader.datasets import networks\nmodel = networks.darts_network()\n"),
        ("2.2.1", "from grader.datasets.trained import load\nmodel = load('darts')\n"),
        ("4.2.3", "img_ready = photo.load_ready()\n"),
        ("4.3.1", "tokenizer = quotes.load_tokenizer()\n"),
        (
            "4.3.3",
            "predict_text = lambda text: quotes.predict_text(text)\npredict_text('it is not')\n",
        ),
    ],
)
def test_a_file_that_takes_its_answer_from_a_later_exercise_stops(
    id: str, source: str, grade_source: Callable[..., Verdict]
) -> None:
    verdict = grade_source(id, source)
    assert verdict.status is Outcome.ERROR
    assert "NotInThisExercise" in verdict.message
    assert verdict.points < verdict.max_points
