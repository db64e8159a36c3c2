"""Files that stop, hang or are half done: what they did counts, what they did not is not blamed."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console
from words import words_of

from grader.catalogue import find
from grader.grading import pipeline
from grader.show.terminal import show_verdict
from grader.verdict import CheckStatus, Outcome, Verdict

Grade = Callable[..., Verdict]

BEGIN = """import keras
from keras.layers import Dense
from keras.models import Sequential
model = Sequential([keras.Input((2,)), Dense(128, "relu"), Dense(64, "relu")])
"""
END = """model.add(Dense(32, "relu"))
model.add(Dense(4, "softmax"))
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
"""


def _statuses(verdict: Verdict) -> dict[str, str]:
    """Return each check's status, "later" for those that the file did not reach."""
    return {check.name: str(check.status) if check.reached else "later" for check in verdict.checks}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("1 / 0\n", Outcome.ERROR),
        ("import sys; sys.exit()\n", Outcome.FAILED),
        ("while True:\n    pass\n", Outcome.TIMEOUT),
        ("try:\n    while True: pass\nexcept Exception: pass\n", Outcome.TIMEOUT),
    ],
    ids=["an error", "exit", "a loop", "a loop in a try"],
)
def test_nothing_is_said_of_what_comes_later(
    grade_source: Grade, code: str, status: Outcome
) -> None:
    verdict = grade_source("2.2.1", BEGIN + code + END, timeout=4)
    assert verdict.status is status
    assert verdict.line in {5, 6}
    assert _statuses(verdict) == {
        "input": "passed", "layers": "later", "activations": "later", "optimizer": "later",
        "loss": "later", "metric": "later",
    }  # fmt: skip
    words = words_of(verdict)
    assert "Call `model.compile`" not in words
    assert "asked for" not in words


def test_what_is_wrong_already_is_told(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", BEGIN.replace("128", "127") + "1 / 0\n" + END)
    assert _statuses(verdict)["layers"] == "failed"
    assert _statuses(verdict)["optimizer"] == "later"


def test_the_error_comes_first_and_what_comes_later_takes_one_line(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", BEGIN + "model.ad(Dense(32))\n" + END)
    console = Console(file=io.StringIO(), width=100, color_system=None)
    show_verdict(verdict, console)
    assert isinstance(console.file, io.StringIO)
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    tip = next(number for number, line in enumerate(lines) if line.startswith("Tip:"))
    assert lines[tip - 1].startswith("AttributeError")
    assert lines[tip + 1].startswith("✓")
    assert sum("Not looked at" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("code", "points", "grace"),
    [
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n",
            1,
            10,
        ),
        ("import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass\n", 0, 1),
    ],
    ids=["catches it", "does not hear"],
)
def test_a_file_that_will_not_be_interrupted_ends_all_the_same(
    grade_source: Grade, monkeypatch: pytest.MonkeyPatch, code: str, points: int, grace: float
) -> None:
    monkeypatch.setattr(pipeline, "GRACE_SECONDS", grace)
    verdict = grade_source("2.2.1", BEGIN + code, timeout=3)
    assert verdict.status is Outcome.TIMEOUT
    assert verdict.points == points  # the second one left no evidence
    assert verdict.seconds < 60


STUB = find("2.2.1").stub.read_text("utf-8").split("____")
"""The stub of an exercise with three steps, cut where its blanks are."""
STEPS = [
    'model = Sequential()\nmodel.add(Input((2,)))\nmodel.add(Dense(128, "relu"))\n'
    'model.add(Dense(64, "relu"))\nmodel.add(Dense(32, "relu"))',
    'model.add(Dense(4, "softmax"))',
    'model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])',
]


def _filled(*done: int) -> str:
    steps = [step if number in done else "____" for number, step in enumerate(STEPS, 1)]
    return "".join(part for pair in zip(STUB, [*steps, ""], strict=True) for part in pair)


def test_an_unfinished_file_is_graded_as_far_as_it_goes(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", _filled(1, 2))
    assert verdict.status is Outcome.UNFINISHED
    assert str(verdict.message).startswith("2 of 3 steps are filled in.")
    assert "a blank (____) left in line" in str(verdict.message)
    passed = [c.name for c in verdict.checks if c.status is CheckStatus.PASSED]
    assert passed == ["input", "layers", "activations"]
    assert {c.name for c in verdict.checks if not c.reached} == {"optimizer", "loss", "metric"}


def test_steps_behind_a_blank_do_not_count_yet(grade_source: Grade) -> None:
    verdict = grade_source("2.2.1", _filled(2, 3))
    assert verdict.status is Outcome.UNFINISHED
    assert verdict.points == 0
    assert not any(check.reached for check in verdict.checks)


def test_a_stub_is_not_attempted(grade_source: Grade) -> None:
    assert grade_source("2.2.1", _filled()).status is Outcome.NOT_ATTEMPTED
