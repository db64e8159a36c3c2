"""Bare answers: given names are injected where they are used but not made."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from corpus import answer_source
from words import tips_of

from grader.bare import missing_names
from grader.catalogue import find
from grader.verdict import Outcome, Verdict


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("model.fit(X, y)", {"model", "X", "y"}),
        ("darts = darts.copy()", {"darts"}),
        ("darts.competitor = darts.competitor.cat.codes", {"darts"}),
        ("count += 1", {"count"}),
        ("def f(model=model):\n    return model", {"model"}),
        ("def f():\n    return model.predict(X)", {"model", "X"}),
        ("def f():\n    return model\nmodel = 3", set()),
        ("def f(x):\n    y = x\n    return y", set()),
        ("[x for x in xs]", {"xs"}),
        ("{k: v for k, v in d.items()}", {"d"}),
        ("[f(x) for x in xs if x]\nx", {"xs", "f", "x"}),
        ("for x in xs:\n    print(x)", {"xs"}),
        ("import keras\nkeras.Model", set()),
        ("from keras.layers import Dense as D\nD(3)", set()),
        ("with open(p) as f:\n    f.read()", {"p"}),
        ("try:\n    x = 1\nexcept ValueError as e:\n    print(e)", set()),
        ("class A(Base):\n    z = 1\n    def f(self):\n        return z2", {"Base", "z2"}),
        ("if (n := m) > 1:\n    print(n)", {"m"}),
        ("a, (b, *c) = t\nprint(a, b, c)", {"t"}),
        ("f = lambda a, b=c: a + b + d", {"c", "d"}),
        ("print(len([1]))", set()),
        ("x: int = y", {"y"}),
        ("x: int\nx", {"x"}),
    ],
)
def test_missing_names(source: str, missing: set[str]) -> None:
    assert missing_names(ast.parse(source)) == missing


def test_an_answer_nested_too_deeply_is_left_alone() -> None:
    assert missing_names(ast.parse("x = " + "-" * 500 + "y")) in ({"y"}, set())


BARE = """
model.fit(coord_train, competitors_train, epochs=1)
accuracy = model.evaluate(coord_test, competitors_test)[1]
"""


def test_a_bare_answer_is_graded_as_it_is(grade_source: Callable[..., Verdict]) -> None:
    verdict = grade_source("2.2.3", BARE)
    statuses = {check.name: check.status for check in verdict.checks}
    assert statuses["training_data"] == statuses["accuracy"] == "passed"
    assert statuses["epochs"] == "failed", "one epoch is one epoch"


def test_a_name_that_the_exercise_does_not_give_stays_unknown(
    grade_source: Callable[..., Verdict],
) -> None:
    verdict = grade_source("2.2.3", "X_train.mean()\n" + BARE)
    assert verdict.status == Outcome.ERROR
    assert "X_train" in verdict.message


def test_what_is_supplied_to_a_whole_file_is_told(grade_source: Callable[..., Verdict]) -> None:
    exercise = find("4.2.1")
    answer = answer_source(exercise.solution.read_text("utf-8"), lambda code: code)
    imported = "from keras.models import Sequential\n"
    assert not grade_source("4.2.1", answer).tips
    verdict = grade_source("4.2.1", answer.replace(imported, ""))
    assert verdict.status is Outcome.PASSED
    (tip,) = tips_of(verdict)
    assert "`Sequential` is not made in this file. Here it was supplied" in tip
    assert f"At the top of the file, `{imported.strip()}` is missing." in tip
    assert verdict.tips[0].line_numbers == (_line_of("Sequential(", answer) - 1,)
    bare = ast.unparse(ast.Module(ast.parse(answer).body[1:], [])).replace(imported, "")
    assert not grade_source("4.2.1", bare).tips, "an answer without the given part"


def _line_of(words: str, source: str) -> int:
    return next(n for n, line in enumerate(source.splitlines(), 1) if words in line)
