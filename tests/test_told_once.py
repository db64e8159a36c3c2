"""What stopped a file, and the check that fails for it, tell of the fault in one place."""

from __future__ import annotations

import re

import pytest
from conftest import GradeSource
from corpus import Change, answer_source, edit
from words import words_of, words_of_check

from grader.catalogue import find
from grader.verdict import CheckStatus

TIP = r"The tip on line \d+ says what is wrong\."
STOPPED = r"This is why your file was stopped\."
MONITOR = 'monitor="val_accuracy", '
VALIDATION = "    validation_data=(X_test, y_test),\n"

CASES: dict[str, tuple[str, Change, str, str, str]] = {
    "watches the loss": ("2.4.2", edit((MONITOR, "")), "monitor", "val_loss", STOPPED),
    "watches a name of 2019": ("2.4.2", edit((MONITOR, 'monitor="val_acc", ')), "monitor", "is called 'val_accuracy'", TIP),
    "watches a name of 2019, with its mode": (
        "2.4.2", edit((MONITOR, 'monitor="val_acc", mode="max", ')), "monitor", "is called 'val_accuracy'", STOPPED,
    ),
    "no callback": ("2.4.2", edit(("    callbacks=[monitor_val_acc],\n", "")), "passed_to_fit", "was given no EarlyStopping", STOPPED),
    "the other callback alone": (
        "2.4.3", edit(("[monitor_val_acc, modelCheckpoint]", "[modelCheckpoint]")), "monitor_passed", "was given no callback", STOPPED,
    ),
    "no validation data": ("2.4.2", edit((VALIDATION, "")), "validation", "fit was given none", STOPPED),
    "no validation data, read from the history": (
        "2.4.1", edit((", validation_data=(X_test, y_test)", "")), "validation", "fit was given none", TIP,
    ),
    "a class in place of its object": (
        "1.3.1", edit(("model = Sequential([Input((1,))])", "model = Sequential\nmodel.add(Input((1,)))")), "input", "`model` is a class", TIP,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_that_stopped_a_file_is_told_once(case: str, grade_source: GradeSource) -> None:
    exercise, change, name, says, where = CASES[case]
    source = answer_source(find(exercise).solution.read_text("utf-8"), change)
    verdict = grade_source(exercise, source)
    check = {check.name: check for check in verdict.checks}[name]
    assert check.status is CheckStatus.FAILED
    assert re.fullmatch(where, words_of_check(check, verdict.places))
    assert check.line is not None
    assert words_of(verdict).count(says) == 1


def test_another_fault_of_what_stopped_a_file_is_told(grade_source: GradeSource) -> None:
    """There is nothing to validate on; that it is the loss which is watched comes on top."""
    change = edit((MONITOR, ""), (VALIDATION, ""))
    source = answer_source(find("2.4.2").solution.read_text("utf-8"), change)
    told = {check.name: check for check in grade_source("2.4.2", source).checks}
    assert told["validation"].expected == ""
    assert "watches the loss" in str(told["monitor"].message)
