"""Answers whose fault raises no error: what the checks say of them, and what they let pass.

`tests/cases/passes_today.json` and `checks.json` hold the bodies that stand after the given part
of an exercise: what is `true` of each, its `status` (failed if not given), what is to be found
in the words that a learner is told (`says`), and what is not (`not`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from words import words_of

from grader.catalogue import find
from grader.stubs import given_part
from grader.verdict import CheckStatus, Outcome, Verdict

CASES = Path(__file__).parent / "cases"

Grade = Callable[..., Verdict]


def _bodies() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in ("passes_today.json", "checks.json"):
        found += json.loads((CASES / name).read_text("utf-8"))
    return found


def _with_given_part(exercise: str, body: str) -> str:
    return given_part(find(exercise).solution.read_text("utf-8")) + "\n" + body


@pytest.mark.parametrize("case", _bodies(), ids=lambda case: f"{case['exercise']}-{case['what']}")
def test_what_is_said(case: dict[str, Any], grade_source: Grade) -> None:
    source = _with_given_part(case["exercise"], case["body"])
    verdict = grade_source(case["exercise"], source, timeout=case.get("timeout"))
    words = words_of(verdict)
    assert verdict.status == case.get("status", "failed"), words
    assert re.search(case["says"], words, re.IGNORECASE), words
    assert "not" not in case or not re.search(case["not"], words, re.IGNORECASE), words


@pytest.mark.parametrize(
    ("file", "tip"),
    [
        (
            "F01_callback_under_another_name/2.4.2-other.py",
            "`early_stopping` is what the task calls `monitor_val_acc`",
        ),
        (
            "F01_callback_under_another_name/2.4.3-today.py",
            "`model_checkpoint` is what the task calls `modelCheckpoint`",
        ),
        ("F10_mask_zero_called_a_branch/4.3.2-functional_mask.py", ""),
        ("F10_mask_zero_called_a_branch/4.3.2-sequential_mask.py", ""),
        ("F17_callback_list/2.4.3-callback_list.py", ""),
    ],
)
def test_right_answer_passes(file: str, tip: str, grade_source: Grade) -> None:
    exercise = Path(file).name.partition("-")[0]
    verdict = grade_source(exercise, (CASES / file).read_text("utf-8"))
    words = words_of(verdict)
    assert verdict.status == Outcome.PASSED, words
    assert verdict.points == verdict.max_points, words
    assert tip in words


def test_from_logits_without_an_activation_is_no_fault_of_the_loss(grade_source: Grade) -> None:
    source = (CASES / "F05_logits_told_the_contrary/2.2.1-logits.py").read_text("utf-8")
    verdict = grade_source("2.2.1", source)
    found = {check.name: check.status for check in verdict.checks}
    assert found["activations"] == CheckStatus.FAILED
    assert found["loss"] == CheckStatus.PASSED
    assert "already gives probabilities" not in words_of(verdict)
