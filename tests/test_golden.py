"""What a learner sees of one typical failure of each exercise, word for word, on 80 columns.

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
from corpus import Change, answer_source, edit, load_answers
from rich.console import Console

from grader.catalogue import Exercise, exercises
from grader.show.terminal import show_verdict
from grader.verdict import Outcome, Verdict

GOLDEN = Path(__file__).parent / "golden"

_OVERFIT = edit(("answer = 3", "answer = 1"))
_FUNCTION = edit(
    ("keras.Function([inp], [out])", "keras.backend.function([inp], [out])"),
)
_LATE_KEYS = edit(('"accuracy"]', '"acc"]'), ('"val_accuracy"]', '"val_acc"]'))

TYPICAL: dict[str, str | Change] = {
    "1.1.1": "high-level interface",
    "1.1.2": "tabular",
    "1.2.1": "no relu",
    "1.2.2": "biases forgotten",
    "1.2.3": "layers in reverse",
    "1.3.1": "relu on the output",
    "1.3.2": "epochs forgotten",
    "1.3.3": "the end left out",
    "2.1.1": "no colours",
    "2.1.2": "softmax on one output",
    "2.1.3": "accuracy on the training notes",
    "2.2.1": "a layer missing",
    "2.2.2": "codes",
    "2.2.3": "twenty epochs",
    "2.2.4": "down the columns",
    "2.3.1": "softmax",
    "2.3.2": edit(
        ("preds = model.predict(sensors_test)", "preds = np.round(model.predict(sensors_test))")
    ),
    "2.4.1": _LATE_KEYS,
    "2.4.2": edit(("val_accuracy", "val_acc")),
    "2.4.3": edit(("callbacks=[monitor_val_acc, modelCheckpoint]", "callbacks=[monitor_val_acc]")),
    "3.1.1": "trained first",
    "3.1.2": _OVERFIT,
    "3.1.3": edit(("    model.set_weights(initial_weights)\n", "")),
    "3.2.1": "the values at zero",
    "3.2.2": edit(
        ("    model = get_model(act)\n", ""),
        ("activation_results = {}", "activation_results = {}\nmodel = get_model(activations[0])"),
    ),
    "3.2.3": "the loss plotted twice",
    "3.3.1": "the same network again",
    "3.3.2": "normalization before the activation",
    "3.3.3": edit(("h1_callback, h2_callback)", "h2_callback, h1_callback)")),
    "3.4.1": "relu whatever is given",
    "3.4.2": "nothing declared",
    "3.4.3": "parts forgotten",
    "4.1.1": _FUNCTION,
    "4.1.2": "a plot in every epoch",
    "4.1.3": "relu on the pixels",
    "4.1.4": "encodings of the clean images",
    "4.2.1": "not flat",
    "4.2.2": "counted from one",
    "4.2.3": "divided by 255",
    "4.2.4": "random weights",
    "4.3.1": "windows of three",
    "4.3.2": "outputs without 0",
    "4.3.3": "the number",
    "4.3.4": "two of three",
}
"""The wrong answer whose output is kept: its name in tests/answers, or what it changes."""


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
    change = TYPICAL[exercise.id]
    if isinstance(change, str):
        module = load_answers(exercise.id)
        assert module is not None
        (change,) = (answer.change for answer in module.WRONG if answer.name == change)
    source = answer_source(exercise.solution.read_text("utf-8"), change)
    verdict = grade_source(exercise, source)
    assert verdict.status in {Outcome.FAILED, Outcome.ERROR}
    shown = _shown(verdict)
    if exercise.has_probes:
        shown = _without_picked_values(shown)
    path = GOLDEN / f"{exercise.id.replace('.', '_')}.txt"
    if request.config.getoption("--write-golden"):
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")


def test_every_exercise_has_a_file_and_there_are_no_others() -> None:
    assert set(TYPICAL) == {exercise.id for exercise in exercises()}
    assert {path.stem for path in GOLDEN.glob("*")} == {i.replace(".", "_") for i in TYPICAL}
