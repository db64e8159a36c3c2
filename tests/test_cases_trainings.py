"""Cases from public reports and natural mistakes: trainings that would not end, and time-outs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from words import words_of

from grader.catalogue import find
from grader.stubs import given_part
from grader.verdict import CheckStatus, Outcome, Verdict

Grade = Callable[..., Verdict]

CASES = Path(__file__).parent / "cases"
MESSAGES: list[dict[str, Any]] = json.loads((CASES / "trainings.json").read_text("utf-8"))

MANY = "epochs=10_000_000"
VALIDATION = "    validation_data=(X_test, y_test),\n"
BOTH = "callbacks=[monitor_val_acc, modelCheckpoint]"
MONITOR = 'monitor="val_accuracy"'
ENDLESS = re.compile("still running|never ends|far more|too many|endless", re.IGNORECASE)
SECONDS = 10
"""What the answer to a run may take that can never end, on a machine that is not busy."""


def _passed(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if check.status is CheckStatus.PASSED}


def _solution(*edits: tuple[str, str]) -> str:
    text = find("2.4.3").solution.read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("case", MESSAGES, ids=lambda case: str(case["what"]))
def test_message(grade_source: Grade, case: dict[str, Any]) -> None:
    stub = find(case["exercise"]).solution.read_text("utf-8")
    verdict = grade_source(case["exercise"], given_part(stub) + case["body"])
    told = words_of(verdict)
    assert re.search(case["says"], told), told
    assert not re.search(case.get("not", "$^"), told), told
    assert verdict.status is Outcome.ERROR
    assert {"patience", "best_only", "judged_by", "monitor_passed", "checkpoint_passed"} <= _passed(
        verdict
    )


NOTHING_TO_WATCH = {
    "a name of 2019 in a variable, with a mode": (
        (("import keras\n", 'import keras\nwatched = "val_acc"\n'), (MONITOR, 'watched, mode="max"')),
        "There is no metric 'val_acc' to watch: it is called 'val_accuracy'",
    ),
    "a name of 2019, with a mode": (
        ((MONITOR, 'monitor="val_acc", mode="max"'),),
        "There is no metric 'val_acc' to watch: it is called 'val_accuracy'",
    ),
    "a metric that nobody measures": (
        ((MONITOR, 'monitor="val_auc", mode="max"'),),
        "watches `val_auc`, but training measures `accuracy`, `loss`",
    ),
    "no validation data": (((VALIDATION, ""),), "fit was given none"),
    "the default, without validation data": (
        ((MONITOR + ", ", ""), (VALIDATION, "")),
        "watches `val_loss`.*fit was given none",
    ),
    "no callback": ((("    " + BOTH + ",\n", ""),), "(days|hours).*given no callback that ends"),
    "one callback alone": ((("[monitor_val_acc, modelCheckpoint]", "modelCheckpoint"),), "no callback that ends"),
    "caught by the file": (
        (
            ("history = model.fit(", "try:\n  history = model.fit("),
            (BOTH + ",\n)", BOTH + ",\n)\nexcept: pass"),
            (VALIDATION, ""),
        ),
        "fit was given none",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTHING_TO_WATCH)
def test_what_can_never_end_is_ended_early(grade_source: Grade, name: str) -> None:
    edits, says = NOTHING_TO_WATCH[name]
    grade_source("2.2.1", "1 / 0")  # the workers are warm from here on
    started = time.monotonic()
    verdict = grade_source("2.4.3", _solution(*edits))
    taken = time.monotonic() - started
    told = words_of(verdict)
    assert verdict.status is Outcome.ERROR, told
    assert verdict.line == next(
        number
        for number, line in enumerate(_solution(*edits).splitlines(), start=1)
        if "history = model.fit(" in line
    )
    assert re.search(says, told), told
    assert not ENDLESS.search(told), told
    assert {"patience", "epochs_asked", "training_data"} <= _passed(verdict)
    assert taken < 3 * SECONDS


def test_a_training_that_validates_now_and_then_is_not_given_up(grade_source: Grade) -> None:
    every = (VALIDATION, VALIDATION + "    validation_freq=5,\n")
    verdict = grade_source("2.4.3", _solution(every))
    assert verdict.status is Outcome.FAILED
    assert "validation_freq=5" in words_of(verdict)


def test_a_callback_of_ones_own_may_end_a_training(grade_source: Grade) -> None:
    own = """import keras
class Stop(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == 20
"""
    edits = (("import keras\n", own), (BOTH, "callbacks=[modelCheckpoint, Stop()]"))
    verdict = grade_source("2.4.3", _solution(*edits))
    assert verdict.status is Outcome.FAILED
    assert "history" in _passed(verdict)


def test_val_acc_through_a_variable(grade_source: Grade) -> None:
    source = (CASES / "F06_val_acc_not_as_a_literal" / "2.4.3-variable.txt").read_text("utf-8")
    verdict = grade_source("2.4.3", source)
    assert "There is no metric 'val_acc' to watch: it is called 'val_accuracy'" in verdict.message
    assert {"patience", "best_only", "validation", "monitor_passed"} <= _passed(verdict)


def test_a_time_out_keeps_what_an_error_keeps(grade_source: Grade) -> None:
    folder = CASES / "F12_time_out_loses_everything"
    loop = grade_source("2.2.1", (folder / "2.2.1-loop.txt").read_text("utf-8"), timeout=6)
    error = grade_source("2.2.1", (folder / "2.2.1-error.txt").read_text("utf-8"))
    assert (loop.status, error.status) == (Outcome.TIMEOUT, Outcome.ERROR)
    assert loop.points == error.points == error.max_points
    assert loop.line in {10, 11}
    assert f"line {loop.line}" in loop.message
