"""What a learner sees of one typical failure of each exercise, word for word, on 80 columns.

Which failure that is, an exercise's answers file says: `TYPICAL` in tests/answers.
A change of wording changes a file in tests/golden, and so it is seen in review. After a
change that is wanted, `pytest tests/test_golden.py --write-golden` writes them anew.
Digits behind a decimal point and seconds are shown as `#`: trained numbers differ a little
from machine to machine.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus import declared, expect_as_described, typical_mistake
from rich.console import Console

from grader.catalogue import Exercise, exercises
from grader.show.terminal import show_verdict
from grader.verdict import Outcome, Verdict

GOLDEN = Path(__file__).parent / "golden"


def _without_picked_values(text: str) -> str:
    """Hide what a function was tried with, and what it gave: they are picked for each run."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.strip().startswith(("expected: ", "got: ")):
            line = re.sub(r"'[\w ]+'", "'…'", line)
            lines[number] = re.sub(r"(?<=\): )\w+|(?<=number )\d+", "…", line)
    return "".join(lines)


def _shown(verdict: Verdict) -> str:
    """Return what the terminal shows, without colours."""
    console = Console(file=io.StringIO(), width=80, color_system=None)
    show_verdict(verdict, console)
    assert isinstance(console.file, io.StringIO)
    text = re.sub(r"[\d.]+ s$", "# s", console.file.getvalue(), flags=re.MULTILINE)
    text = re.sub(r"(?<![\d.])(\d+\.)\d+(?!\.?\d)", r"\1###", text)
    return re.sub(r" +$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.id)
def test_a_typical_failure_reads_as_it_did(
    exercise: Exercise, grade_source: Callable[..., Verdict], request: pytest.FixtureRequest
) -> None:
    verdict = grade_source(exercise, typical_mistake(exercise))
    assert verdict.status in {Outcome.FAILED, Outcome.ERROR}
    for wrong in declared(exercise, "WRONG"):
        if wrong.name == declared(exercise, "TYPICAL"):
            expect_as_described(wrong, verdict)
    shown = _shown(verdict)
    if exercise.has_probes:
        shown = _without_picked_values(shown)
    path = GOLDEN / f"{exercise.id.replace('.', '_')}.txt"
    if request.config.getoption("--write-golden"):
        path.write_text(shown, "utf-8")
    assert path.exists(), f"`pytest tests/test_golden.py -k {exercise.id} --write-golden` keeps it"
    assert shown == path.read_text("utf-8")


def test_there_are_no_other_files() -> None:
    known = {exercise.id.replace(".", "_") for exercise in exercises()}
    assert {path.stem for path in GOLDEN.glob("*")} <= known
