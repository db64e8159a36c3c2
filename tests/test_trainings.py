"""Trainings as the checks read them: what the record tells, and what a hostile one may not do."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import msgspec
import numpy as np
import pytest

from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import Call, Exited, RanToItsEnd, Record, StoredModel
from grader.evidence.values import (
    Callback,
    History,
    Mapping,
    Nothing,
    Number,
    Numbers,
    Sequence,
    Text,
    Value,
)
from grader.expect.findings import Evidence, digest_of
from grader.expect.fitting import (
    expect_epochs,
    expect_trained,
    expect_trained_on,
    expect_validated_on,
)
from grader.expect.histories import expect_history
from grader.expect.known_data import Known, no_longer_given
from grader.expect.outcome import CheckFailed, CheckSkipped
from grader.expect.reports import expect_measured_on, reported_number
from grader.expect.same_start import expect_same_start
from grader.expect.training import written_number
from grader.names import Binding
from grader.places import InFile, render

X, Y = np.arange(8.0).reshape(4, 2), np.array([0.0, 1.0, 1.0, 0.0])
KNOWN = Known(lambda: (X, Y, X + 100, 1 - Y), "X_train", "y_train", "X_test", "y_test")
MODEL = StoredModel("Sequential", {}, None, 1, [])


def _stored(array: np.ndarray) -> Numbers:
    return Numbers(array.shape, str(array.dtype), digest_of(array))


def _weights(mark: str) -> list[Numbers]:
    return [Numbers((2,), "float32", mark)]


def _fit(
    line: int = 3,
    model: int = 0,
    before: str = "a",
    after: str = "b",
    given: dict[str, Value] | None = None,
) -> Call:
    arguments: dict[str, Value] = {"x": _stored(X), "y": _stored(Y), "epochs": Number(5, "int")}
    arguments |= given or {}
    history = History(line, [0, 1], {"loss": [0.5, 0.25]})
    return Call(
        "fit", line, model, arguments, history, True, line, _weights(before), _weights(after)
    )


def _evidence(*calls: Call, ended: object = None, **values: Value) -> Evidence:
    record = Record(
        ended if isinstance(ended, Exited) else RanToItsEnd(),
        values,
        [],
        list(calls),
        [],
        {},
        [MODEL, MODEL],
    )
    return Evidence(record, Path(), {})


def test_a_training_tells_what_fit_was_given() -> None:
    stop = Callback(7, "EarlyStopping", {"patience": 3})
    call = _fit(
        given={
            "batch_size": Nothing(),
            "validation_split": Number(0.25, "float"),
            "callbacks": Sequence("list", [Text("no callback"), stop], 2),
        }
    )
    (training,) = _evidence(call).trainings
    assert (training.line, training.epochs, training.epochs_asked) == (3, 2, 5)
    assert (training.batch_size, training.share_held_back) == (32, 0.25)
    assert training.callbacks == [stop]
    assert training.history.metrics == {"loss": [0.5, 0.25]}


def test_only_a_models_own_trainings_count_as_its() -> None:
    evidence = _evidence(_fit(3), _fit(4, model=1), _fit(5))
    model = evidence.model_by_number(0)
    assert [training.line for training in evidence.trainings] == [3, 4, 5]
    assert [training.line for training in model.trainings] == [3, 5]
    expect_epochs(model, 4)
    with pytest.raises(CheckFailed, match="of all calls of fit add up") as failed:
        expect_epochs(model, 5)
    assert failed.value.got == "4 epochs in 2 calls of fit"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -(10.0**300), 2**63])
@pytest.mark.parametrize(
    "name", ["epochs", "batch_size", "validation_split", "steps_per_epoch", "validation_freq"]
)
def test_impossible_numbers_fail_a_check_and_nothing_else(name: str, value: float) -> None:
    pair = Sequence("tuple", [_stored(KNOWN["X_test"]), _stored(KNOWN["y_test"])], 2)
    evidence = _evidence(_fit(given={"validation_data": pair, name: Number(value, "float")}))
    model = evidence.model_by_number(0)
    for look in (
        lambda: expect_trained_on(model, KNOWN.train),
        lambda: expect_validated_on(model, KNOWN.test),
        lambda: model.trainings[0].epochs_asked,
        lambda: model.trainings[0].batch_size,
    ):
        with contextlib.suppress(CheckFailed, CheckSkipped, DamagedEvidence):
            look()


def test_a_training_without_its_parts_is_damaged() -> None:
    call = Call("fit", 3, None, {}, Text("no history"), True)
    (training,) = _evidence(call).trainings
    for part in ("model", "epochs", "history"):
        with pytest.raises(DamagedEvidence):
            getattr(training, part)


def test_data_are_told_by_their_names() -> None:
    evidence = _evidence(_fit(given={"x": _stored(KNOWN["X_test"]), "y": Text("labels")}))
    with pytest.raises(CheckFailed, match="can no longer be tested") as failed:
        expect_trained_on(evidence.model_by_number(0), KNOWN.train)
    assert failed.value.expected == "fit on `X_train` and `y_train`"
    assert failed.value.got == "fit on `X_test` and the text 'labels'"
    expect_trained_on(_evidence(_fit()).model_by_number(0), KNOWN.train)


def test_what_was_not_trained_is_told_apart_from_what_stopped_before() -> None:
    with pytest.raises(CheckFailed) as failed:
        expect_trained(_evidence().model_by_number(0))
    assert failed.value.got == "fit was not called"
    with pytest.raises(CheckFailed) as failed:
        expect_trained(_evidence(_fit(model=1)).model_by_number(0))
    assert failed.value.got == "another model was trained"
    with pytest.raises(CheckSkipped) as skipped:
        expect_trained(_evidence(ended=Exited(8)).model_by_number(0))
    words = render(skipped.value.why, InFile("answer.py"))
    assert words == "your file ended itself on line 8, before `model` was trained"


def test_a_loop_of_batches_is_a_training_without_what_only_fit_has() -> None:
    fit = _fit(given={"batch_size": Nothing()})
    evidence = _evidence(msgspec.structs.replace(fit, batches=9, result=Nothing()))
    model = evidence.model_by_number(0)
    (training,) = evidence.trainings
    assert (training.method, training.epochs, training.batch_size) == ("train_on_batch", 5, -1)
    expect_trained_on(model, KNOWN.train)
    expect_epochs(model, 5)
    with pytest.raises(CheckFailed, match="how often your loop goes through the data"):
        expect_epochs(model, 4)
    with pytest.raises(CheckFailed, match="only fit writes down"):
        expect_history(model, "history")
    with pytest.raises(CheckFailed, match="train_on_batch measures nothing on other data"):
        expect_validated_on(model, KNOWN.test)
    evidence = _evidence(fit, msgspec.structs.replace(fit, batches=9, result=Nothing()))
    with pytest.raises(CheckFailed, match="Calls of train_on_batch") as failed:
        expect_epochs(evidence.model_by_number(0), 12)
    assert failed.value.got == "7 epochs in 2 trainings"


def test_a_loop_whose_batches_are_not_known_is_told_as_such() -> None:
    loop = Call("train_on_batch", 4, 0, {}, done=True)
    for others in ([], [_fit(model=1)], [_fit()]):
        model = _evidence(*others, loop).model_by_number(0)
        with pytest.raises(CheckFailed, match="cannot tell what it was given") as failed:
            expect_trained_on(model, KNOWN.train)
        assert failed.value.line == 4


def test_a_model_under_a_trained_ones_name_is_told_with_both_lines() -> None:
    evidence = Evidence(_evidence(_fit(3, model=1)).record, Path(), {"model": [Binding(5, 5)]})
    with pytest.raises(CheckFailed) as failed:
        expect_trained(evidence.model_by_number(0))
    assert failed.value.line == 5
    words = render(failed.value.message, InFile("answer.py"))
    assert words.startswith("The training is on line 3, and `model` became another model on line 5")


@pytest.mark.parametrize(("share", "is_left"), [(0.2, True), (1.5, True), (2, False), (20, False)])
def test_a_share_of_two_or_more_leaves_no_row(share: float, is_left: bool) -> None:
    given: dict[str, Value] = {"validation_split": Number(share, "float")}
    model = _evidence(_fit(given=given)).model_by_number(0)
    if is_left:
        expect_trained(model)
        expect_trained_on(model, KNOWN.train)
    else:
        with pytest.raises(CheckFailed, match=f"With {share} nothing is left"):
            expect_trained(model)
        with pytest.raises(CheckFailed, match=f"With {share} nothing is left"):
            expect_trained_on(model, KNOWN.train)
    pair = Sequence("tuple", [_stored(KNOWN["X_test"]), _stored(KNOWN["y_test"])], 2)
    expect_trained(_evidence(_fit(given={**given, "validation_data": pair})).model_by_number(0))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.25, "the loss on the training data, as fit wrote it down in the last epoch"),
        (0.5, "the loss on the training data, as fit wrote it down in epoch 1"),
        (0.26, ""),
        (1.0, ""),
    ],
)
def test_a_number_of_a_history_is_told(number: float, words: str) -> None:
    assert written_number(_evidence(_fit()).trainings, number) == words


def test_a_name_with_another_value_is_told_where_the_file_shows_its_line() -> None:
    other = _stored(X * 2)
    held = {name: _stored(array) for name, array in KNOWN.items()}
    call = _fit(7, given={"x": other})
    loaded = dict.fromkeys(KNOWN, 2)
    for lines, where in (
        ({**loaded, "X_train": 5}, ": it gets another value on line 5."),
        (loaded, "."),  # it was changed in place
        ({**loaded, "X_train": 8}, "."),  # that is after the training
        ({"X_train": 5}, ": it gets another value on line 5."),  # the rest was handed out
    ):
        record = _evidence(call, **{**held, "X_train": other}).record
        bound = {name: [Binding(line, line)] for name, line in lines.items()}
        told = no_longer_given(Evidence(record, Path(), bound), KNOWN, "X_train", call, other)
        words = render(told, InFile("answer.py"))
        assert words == f"`X_train` is no longer what the exercise hands out{where}"
    unchanged = Evidence(_evidence(call, **held).record, Path(), {})
    assert no_longer_given(unchanged, KNOWN, "X_train", call, other) == ""


def test_trainings_must_start_from_the_same_weights() -> None:
    expect_same_start(_evidence(_fit(3, after="b"), _fit(4, after="c")).trainings)
    with pytest.raises(CheckFailed, match="still knows") as failed:
        expect_same_start(_evidence(_fit(3), _fit(4, before="b", after="c")).trainings)
    assert failed.value.got == "it starts where an earlier training ended"
    with pytest.raises(CheckFailed, match="new random weights"):
        expect_same_start(_evidence(_fit(3), _fit(4, before="z")).trainings)
    with pytest.raises(CheckSkipped):
        expect_same_start(_evidence(_fit(3)).trainings)


def test_a_history_of_other_lengths_is_another_one() -> None:
    evidence = _evidence(_fit(), history=History(9, [0], {"loss": [0.5], "val_loss": []}))
    with pytest.raises(CheckFailed, match="not what fit returned"):
        expect_history(evidence.model_by_number(0), "history")
    evidence = _evidence(_fit(), history=History(9, [], {"loss": [0.5, 0.25]}))
    assert expect_history(evidence.model_by_number(0), "history") == {"loss": [0.5, 0.25]}


def test_the_dictionary_of_a_history_is_right_and_gets_a_tip() -> None:
    evidence = _evidence(
        _fit(),
        history=Mapping(
            [("loss", Sequence("list", [Number(0.5, "float"), Number(0.25, "float")], 2))]
        ),
    )
    assert expect_history(evidence.model_by_number(0), "history") == {"loss": [0.5, 0.25]}
    (tip,) = evidence.tips
    assert tip.text == (
        "`history` is the dictionary alone, `.history` of what fit returned. The task says to keep "
        "what fit returns."
    )


def _evaluate(result: Value, data: np.ndarray = X) -> Call:
    return Call("evaluate", 9, 0, {"x": _stored(data)}, result, True)


@pytest.mark.parametrize(
    ("result", "position", "number"),
    [
        (Number(0.5, "float"), 0, 0.5),
        (Sequence("list", [Number(0.5, "float"), Number(0.75, "float")], 2), 1, 0.75),
        (Mapping([("accuracy", Number(0.75, "float")), ("loss", Number(0.5, "float"))]), 0, 0.5),
        (Mapping([("accuracy", Number(0.75, "float")), ("loss", Number(0.5, "float"))]), 1, 0.75),
    ],
)
def test_a_printed_number_is_taken_from_evaluate(
    result: Value, position: int, number: float
) -> None:
    evidence = _evidence(_evaluate(result))
    assert reported_number(evidence.model_by_number(0), "loss", position) == number
    assert len(evidence.tips) == 1


def test_evaluate_that_gave_nothing_gives_no_number() -> None:
    evidence = _evidence(_evaluate(Sequence("list", [], 0)))
    with pytest.raises(CheckFailed) as failed:
        reported_number(evidence.model_by_number(0), "loss")
    assert failed.value.got == "nothing of that name"


def test_measuring_on_the_training_data_is_not_measuring_on_the_test_data() -> None:
    model = _evidence(_evaluate(Nothing())).model_by_number(0)
    expect_measured_on(model, KNOWN.train)
    with pytest.raises(CheckFailed) as failed:
        expect_measured_on(model, KNOWN.test)
    assert failed.value.got == "only on `X_train`"
