"""Runs that would never end: told early and in true words; what may end goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from words import words_of

from grader.catalogue import find
from grader.evidence.messages import Confinement
from grader.evidence.record import Ended, EndlessData, OutOfTime, Standstill
from grader.grading.endings import of_record
from grader.learner.data_in_batches import NoEnd, as_arrays
from grader.learner.standing_still import MOST, StandingStill
from grader.places import InFile, render
from grader.submission import Submission
from grader.verdict import CheckStatus, Outcome, Verdict

Grade = Callable[..., Verdict]

X, Y = np.zeros((40, 2), "float32"), np.zeros(40)


def _for_ever(of_its_own: bool = False) -> Iterator[Any]:
    while True:
        for start in range(0, 40, 8):
            yield (X[start : start + 8] + 1 if of_its_own else X[start : start + 8]), Y[:8]


def _epochs(count: int) -> Iterator[Any]:
    for _ in range(count):
        for start in range(0, 40, 8):
            yield X[start : start + 8], Y[start : start + 8]


class Pairs(keras.utils.PyDataset):  # type: ignore[misc]
    num_batches = None

    def __getitem__(self, index: int) -> Any:
        return X[:8], Y[:8]


def _fit(**given: Any) -> dict[str, Any]:
    return {"x": None, "y": None, "validation_data": None, "steps_per_epoch": None} | given


TYPES = (tf.float32, tf.float64)


@pytest.mark.parametrize(
    ("data", "holder", "batches"),
    [
        (_for_ever(), "generator", 300),
        (_for_ever(of_its_own=True), "generator", 300),
        (Pairs(), "PyDataset", 300),
        (tf.data.Dataset.from_generator(_for_ever, TYPES), "dataset", 300),
        (tf.data.Dataset.from_tensors((X, Y)).repeat(), "dataset", 0),
    ],
    ids=["generator", "of its own", "PyDataset", "dataset of a generator", "repeat"],
)
@pytest.mark.parametrize("validation", [False, True])
def test_data_that_go_on_and_on_are_found(
    data: Any, holder: str, batches: int, validation: bool
) -> None:
    given = _fit(x=X, y=Y, validation_data=data) if validation else _fit(x=data)
    with pytest.raises(NoEnd) as raised:
        as_arrays(given, 300)
    found = raised.value
    assert (found.holder, found.batches, found.validation) == (holder, batches, validation)


@pytest.mark.parametrize(
    "given",
    [
        _fit(x=_epochs(60)),  # all epochs at once: 300 batches
        _fit(x=_for_ever(), steps_per_epoch=5),
        _fit(x=X, y=Y, validation_data=_for_ever(), validation_steps=5),
    ],
    ids=["as many as may be", "steps", "validation steps"],
)
def test_data_that_end_or_are_told_their_steps_go_on(given: dict[str, Any]) -> None:
    keras_gets, _ = as_arrays(given, 300)
    assert len(next(iter(keras_gets["x"]))) == 2


def test_of_a_script_that_is_no_exercise_only_what_has_no_end_is_refused() -> None:
    as_arrays(_fit(x=_epochs(600)), 0)
    with pytest.raises(NoEnd):
        as_arrays(_fit(x=tf.data.Dataset.from_tensors((X, Y)).repeat()), 0)
    as_arrays(_fit(x=tf.data.Dataset.from_tensors((X, Y)).repeat()))  # a callback may end it


def _model() -> keras.Model:
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def _trainings(still: StandingStill, turns: int, line: int = 5, **changes: Any) -> list[bool]:
    model, found = _model(), []
    for turn in range(turns):
        before = still.before(model, [line])
        if turn == changes.get("learns_at"):
            model.set_weights([weight + 1 for weight in model.get_weights()])
        found.append(still.after(model, 0, [line], before) is not None)
    return found


def test_a_model_that_stands_still_is_found_where_a_loop_waits_for_it() -> None:
    assert _trainings(StandingStill([(4, 6)]), MOST) == [False] * (MOST - 1) + [True]


def test_one_weight_that_changes_lets_it_go_on() -> None:
    assert not any(_trainings(StandingStill([(4, 6)]), 2 * MOST - 1, learns_at=MOST - 1))


def test_outside_of_loops_that_wait_nothing_is_counted() -> None:
    assert not any(_trainings(StandingStill([(7, 9)]), 2 * MOST))


JOB: Any = SimpleNamespace(seconds=30.0, confinement=Confinement("own"))


def _said(ended: Ended, source: str) -> str:
    script = Submission.of_bytes(find("2.2.1"), "a.py", source.encode()).script()
    ending = of_record(ended, script, JOB)
    assert ending
    return render(ending.message, InFile("a.py"))


FOREVER = "while i % 4 == 0:\n    x = 1\n    model.fit(X, Y)\n"
WAITS = "while accuracy < 1:\n    model.fit(X, Y)\n    accuracy = model.evaluate(X, Y)\n"


@pytest.mark.parametrize(
    ("source", "ended", "words", "more"),
    [
        ("fit()\n", OutOfTime(1, True, 0, [1], 600, 60_000, 30.0), "600 of its 60,000 epo", True),
        ("fit()\n", OutOfTime(1, True, 0, [1], 3, 5, 0.3), "what else the file does", True),
        ("fit()\n", OutOfTime(1, True, 0, [1], 0, 5, 29.0), "first epoch had not come", True),
        ("fit()\n", OutOfTime(1, True, 7, [1], 3, 5, 0.3), "how often this line", True),
        ("for k in x:\n    fit()\n", OutOfTime(2, True, 7, [2], 3, 5, 0.3), "loop around", True),
        (WAITS, OutOfTime(2, True, 7, [2], 3, 5, 0.3), "`while` loop on line 1, after 7", False),
        (WAITS, OutOfTime(3, False, 0, [3]), "in the `while` loop on line 1. Look", False),
        (FOREVER, OutOfTime(2, False, 0, [2]), "as long as `i % 4 == 0`, and not", False),
        ("while True:\n    x = 1\n", OutOfTime(2, False, 0, [2]), "nothing in it that end", False),
        ("x = 1\n", OutOfTime(1, False, 0, [1]), "work that takes very long", True),
    ],
    ids=[
        "long", "short", "first epoch", "one line", "for", "while trains", "while", "never",
        "while True", "elsewhere",
    ],
)  # fmt: skip
def test_what_is_said_of_a_file_that_was_stopped(
    source: str, ended: OutOfTime, words: str, more: bool
) -> None:
    said = _said(ended, source)
    assert words in said
    assert ("--timeout" in said) == more
    assert ("its epochs, or a callback" in said) == (ended.epochs > 500)


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (EndlessData(2, "fit", True, "generator", 9_000), "Give fit `validation_steps`"),
        (EndlessData(2, "fit", False, "generator", 9_000), "Give fit `steps_per_epoch`"),
        (
            EndlessData(2, "fit", False, "dataset", 0),
            "Its dataset begins anew for ever, because of a `repeat()`",
        ),
        (EndlessData(2, "evaluate", False, "generator", 9_000), "Give evaluate `steps`"),
        (
            Standstill(2, 20),
            "the `while` loop on line 1 that waits for something better never ends",
        ),
    ],
)
def test_what_is_said_of_a_training_that_was_given_up(ended: Ended, words: str) -> None:
    assert words in _said(ended, WAITS)


GIVEN = """from grader.datasets import dots, networks
X_train, y_train, X_test, y_test = dots.load_split()
model = networks.dots_network()
model.fit(X_train, y_train, epochs=5, batch_size=1)
accuracy_batch_1 = model.evaluate(X_test, y_test)[1]
model = networks.dots_network()
"""
"""Of 3.3.1, up to its second training."""


def _later(verdict: Verdict) -> set[str]:
    return {check.name for check in verdict.checks if not check.reached}


@pytest.mark.by_turns
def test_what_a_loop_has_piled_up_tells_no_second_story(grade_source: Grade) -> None:
    loop = (
        "accuracy_full_batch = 0\n"
        "while accuracy_full_batch <= 1:\n"
        "    model.fit(X_train, y_train, epochs=5, batch_size=700, verbose=0)\n"
        "    accuracy_full_batch = model.evaluate(X_test, y_test, verbose=0)[1]\n"
    )
    verdict = grade_source("3.3.1", GIVEN + loop, timeout=8)
    assert verdict.status is Outcome.TIMEOUT
    assert {"full_batch", "accuracy_full_batch"} <= _later(verdict)
    words = words_of(verdict)
    assert "`while` loop on line 8" in words
    assert "number of epochs" not in words
    assert "--timeout" not in words


def test_a_loop_that_waits_for_a_frozen_model_is_ended(grade_source: Grade) -> None:
    loop = (
        "model.trainable = False\n"
        "model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])\n"
        "accuracy_full_batch = 0\n"
        "while accuracy_full_batch < 0.9:\n"
        "    model.fit(X_train, y_train, epochs=5, batch_size=700, verbose=0)\n"
        "    accuracy_full_batch = model.evaluate(X_test, y_test, verbose=0)[1]\n"
    )
    verdict = grade_source("3.3.1", GIVEN + loop)
    assert verdict.status is Outcome.ERROR
    assert verdict.line == 11
    words = words_of(verdict)
    assert "not one weight of its model has changed" in words
    assert "frozen" in words
    assert "number of epochs" not in words


PROMPT = """import numpy as np
from grader.datasets import quotes, trained
model, tokenizer = trained.load("quotes"), quotes.load_tokenizer()
def predict_text(test_text):
    {refuses}
    test_seq = np.array(tokenizer.texts_to_sequences([test_text]))
    return tokenizer.index_word[np.argmax(model.predict(test_seq)[0])]
"""
ENDLESS = PROMPT.format(refuses="while len(test_text.split()) != 3: print('Three words, please')")


@pytest.mark.by_turns
def test_a_function_that_never_ends_is_interrupted_and_the_rest_counts(
    grade_source: Grade,
) -> None:
    verdict = grade_source("4.3.3", ENDLESS)
    assert verdict.status is Outcome.FAILED
    found = {check.name: check for check in verdict.checks}
    assert found["next_word"].status is CheckStatus.PASSED
    assert found["refuses"].got == "still running after 10 s"
    assert found["refuses"].line == 5


@pytest.mark.by_turns
def test_after_a_time_out_functions_are_tried_as_far_as_time_allows(grade_source: Grade) -> None:
    verdict = grade_source("4.3.3", ENDLESS + "predict_text('it is')\n", timeout=6)
    assert verdict.status is Outcome.TIMEOUT
    assert "The `while` loop on line 5 goes on as long as `len(test_text.split()) != 3`" in (
        words_of(verdict)
    )
    assert not any(check.status is CheckStatus.FAILED for check in verdict.checks)
    assert "refuses" in _later(verdict)


def test_a_function_that_trains_for_far_too_long_is_told_early(grade_source: Grade) -> None:
    trains = (
        find("3.4.1")
        .solution.read_text("utf-8")
        .replace(
            "return model",
            "model.fit(np.zeros((9, 30)), np.zeros(9), epochs=60_000)\n    return model",
        )
    )
    verdict = grade_source("3.4.1", "import numpy as np\n" + trains)
    first = verdict.checks[0]
    assert (first.name, first.status) == ("function", CheckStatus.FAILED)
    assert first.got == "a training of 60,000 epochs"
    assert verdict.seconds < 60
