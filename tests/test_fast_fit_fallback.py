"""What compiled loops cannot do is done by Keras, and errors are Keras's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras import callbacks, layers
from keras_twice import CLASSES, X, Y, assert_same, fitted, network, twice
from scipy.sparse import csr_matrix

from grader.catalogue import find
from grader.grading.pipeline import Options, grade
from grader.learner import fast_fit
from grader.processes.workers import Workers
from grader.submission import read_submission

pytestmark = [
    pytest.mark.by_turns,
    pytest.mark.filterwarnings(
        r"ignore:.*(copy keyword|ran out of data|Limiting steps|Even though the `tf.config)"
    ),
]
Case = Callable[[], Any]

ONE_HOT = np.eye(3)[CLASSES]
WORDS = np.random.default_rng(1).integers(0, 10, (50, 7))
FRAME = pd.DataFrame(X, columns=list("abc"))


# Errors


def _three(loss: str = "categorical_crossentropy", **settings: Any) -> keras.Sequential:
    return network(3, "softmax", loss=loss, **settings)


def _unbuilt(*parts: Any, name: str | None = None) -> keras.Sequential:
    model = keras.Sequential(list(parts), name=name)
    model.compile("sgd", "mse")
    return model


def _uncompiled() -> keras.Sequential:
    return keras.Sequential([keras.Input((3,)), layers.Dense(1)])


def _of_words(words: np.ndarray) -> keras.callbacks.History:
    parts = [layers.Embedding(10, 4), layers.Flatten(), layers.Dense(1)]
    return _unbuilt(*parts).fit(words, Y, shuffle=False, verbose=0)


def _optimizer_of_another() -> None:
    adam = keras.optimizers.Adam()
    for _ in range(2):
        network(optimizer=adam).fit(X, Y, verbose=0)


def _raise(*_: Any) -> None:
    raise ZeroDivisionError("on purpose")


ERRORS: dict[str, Case] = {
    "not compiled": lambda: _uncompiled().fit(X, Y),
    "not compiled, evaluated": lambda: _uncompiled().evaluate(X, Y),
    "no loss": lambda: network(loss=None).fit(X, Y),
    "an unknown loss": lambda: network(loss="mes").fit(X, Y),
    "an unknown metric": lambda: network(metrics=["acuracy"]).fit(X, Y),
    "an unknown argument": lambda: network().fit(X, Y, nb_epoch=3),
    "no labels": lambda: network().fit(X),
    "no features": lambda: network().fit(None, Y),
    "nothing": lambda: network().fit(),
    "other numbers of rows": lambda: network().fit(X, Y[:40]),
    "lists of numbers": lambda: network().fit(X.tolist(), Y.tolist()),
    "a number": lambda: network().predict(np.array(3.0)),
    "labels of another shape": lambda: _three().fit(X, np.eye(4)[CLASSES]),
    "labels of another rank": lambda: _three().fit(X, CLASSES, batch_size=10),
    "labels of another rank, evaluated": lambda: _three().evaluate(X, CLASSES),
    "labels of another rank, validated": lambda: _three().fit(
        X, ONE_HOT, validation_data=(X, CLASSES), shuffle=False, verbose=0
    ),
    "labels that are out of range": lambda: _three("sparse_categorical_crossentropy").fit(
        X, CLASSES + 1, shuffle=False, verbose=0
    ),
    "words that are out of range": lambda: _of_words(WORDS + 3),
    "labels that are texts": lambda: network().fit(X, np.array(["no", "yes"])[Y]),
    "labels that are objects": lambda: network().fit(
        X, np.array(["no", "yes"], dtype=object)[Y], verbose=0
    ),
    "a frame with texts": lambda: network().fit(FRAME.assign(c="x"), Y),
    "a frame with objects": lambda: network().fit(FRAME.assign(c=True), Y),
    "another number of columns": lambda: network().fit(X[:, :2], Y),
    "another number of columns, predicted": lambda: network().predict(X[:, :2]),
    "one row without a batch": lambda: network().predict(X[0]),
    "no rows to predict": lambda: network().predict(X[:0]),
    "an LSTM on rows": lambda: _unbuilt(layers.LSTM(3)).fit(X, Y),
    "a layer that does not fit": lambda: _unbuilt(layers.Dense(3), layers.Reshape((7,))).fit(X, Y),
    "a loss that asks for a truth": lambda: network(
        loss=lambda y, p: keras.ops.mean(y - p if p[0, 0] > 0.5 else y)
    ).fit(X, Y),
    "a name with a blank": lambda: _unbuilt(layers.Dense(1), name="my model").fit(X, Y),
    "a name that starts oddly": lambda: _unbuilt(layers.Dense(1), name="_model").fit(X, Y),
    "another model's optimizer": _optimizer_of_another,
    "a batch size below 0": lambda: network().fit(X, Y, batch_size=-4),
    "a batch size with a point": lambda: network().fit(X, Y, batch_size=16.0),
    "all for validation": lambda: network().fit(X, Y, validation_split=1.0),
    "odd validation data": lambda: network().fit(X, Y, validation_data=(X, Y, None, None)),
    "an odd frequency": lambda: network().fit(
        X, Y, validation_data=(X, Y), validation_freq=1.5, verbose=0
    ),
    "two kinds of weights": lambda: network().fit(
        X, Y, class_weight={0: 1, 1: 2}, sample_weight=np.ones(50)
    ),
    "a callback that is a class": lambda: network().fit(X, Y, callbacks=[callbacks.EarlyStopping]),
    "a callback that raises": lambda: network().fit(
        X, Y, verbose=0, callbacks=[callbacks.LambdaCallback(on_epoch_end=_raise)]
    ),
}


@pytest.mark.parametrize("case", ERRORS.values(), ids=ERRORS)
def test_errors_are_keras_own(case: Case) -> None:
    plain, fast = twice(case)
    assert plain.error is not None
    assert fast.error == plain.error


# Calls that are left to Keras


HOOKS = ["on_train_batch_begin", "on_train_batch_end", "on_batch_end", "on_test_batch_end"]


def _hooked() -> list[Any]:
    model, found = network(), []
    for hook in HOOKS:
        seen: list[Any] = []
        callback = callbacks.Callback()
        setattr(callback, hook, lambda *given, seen=seen, **named: seen.append([given, named]))
        options: dict[str, Any] = {"callbacks": [[callback]], "validation_split": 0.5, "epochs": 1}
        found += [fitted(model, X, Y, batch_size=10, **options), seen]
        assert seen
    return found


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        return X[index * 10 : index * 10 + 10], Y[index * 10 : index * 10 + 10]


def _endless() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    while True:
        yield from map(_Batches().__getitem__, range(5))


def _dataset() -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices((X, Y)).batch(10)


class _OwnTraining(keras.Sequential):  # type: ignore[misc]
    def train_step(self, data: Any) -> Any:
        logs = super().train_step(data)
        return {**logs, "twice": logs["loss"] * 2}


class _OwnTesting(keras.Sequential):  # type: ignore[misc]
    def test_step(self, data: Any) -> Any:
        logs = super().test_step(data)
        return {**logs, "twice": logs["loss"] * 2}


class _OwnMetrics(keras.Sequential):  # type: ignore[misc]
    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        found = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**found, "mean": keras.ops.mean(y_pred)}


def _of_class(kind: type[keras.Sequential]) -> Case:
    def case() -> dict[str, Any]:
        model = kind([keras.Input((3,)), layers.Dense(1)], name="own")
        model.compile("sgd", "mse")
        return fitted(model, X, Y, validation_data=(X, Y))

    return case


def _own_step_of_one_model() -> dict[str, Any]:
    model = network()
    step = model.train_step
    model.train_step = lambda data: {**step(data), "more": 1.0}
    return fitted(model, X, Y)


def _all_eager() -> dict[str, Any]:
    tf.config.run_functions_eagerly(True)
    try:
        return fitted(network(), X, Y)
    finally:
        tf.config.run_functions_eagerly(False)


def _few_steps() -> dict[str, Any]:
    keras.config.set_max_steps_per_epoch(2)
    try:
        return fitted(network(), X, Y, batch_size=8)
    finally:
        keras.config.set_max_steps_per_epoch(None)


def _of_two_outputs() -> dict[str, Any]:
    inputs = keras.Input((3,))
    model = keras.Model(inputs, [layers.Dense(1)(inputs), layers.Dense(1)(inputs)])
    model.compile("sgd", ["mse", "mse"])
    return fitted(model, X, [Y, Y], sample_weight=[np.linspace(0, 1, 50), None])


def _some_steps() -> list[Any]:
    model = network()
    options: dict[str, Any] = {"batch_size": 8, "validation_data": (X, Y)}
    return [
        fitted(model, X, Y, batch_size=8, steps_per_epoch=3),
        fitted(model, X, Y, validation_steps=2, **options),
        model.evaluate(X, Y, batch_size=8, steps=2, verbose=0),
        model.predict(X, batch_size=8, steps=2, verbose=0),
    ]


def _made_of_batches() -> list[Any]:
    model = network()
    return [
        fitted(model, _dataset(), validation_data=_dataset()),
        fitted(model, X, Y, batch_size=10, validation_data=_dataset()),
        fitted(model, _endless(), steps_per_epoch=5),
        fitted(model, _Batches(), validation_data=(X, Y)),
        model.evaluate(_dataset(), verbose=0),
        model.predict(_Batches(), verbose=0),
    ]


LEFT: dict[str, Case] = {
    "hooks for batches": _hooked,
    "NaN ends it": lambda: fitted(
        network(), np.where(X > 2, np.nan, X), Y, batch_size=8, callbacks=callbacks.TerminateOnNaN()
    ),
    "data made of batches": _made_of_batches,
    "some steps": _some_steps,
    "a limit on steps": _few_steps,
    "sparse": lambda: fitted(network(), csr_matrix(X), Y),
    "sparse tensors": lambda: fitted(network(), tf.sparse.from_dense(X), Y),
    "ragged": lambda: fitted(
        _unbuilt(keras.Input((None, 1), ragged=True), layers.Dense(1)),
        tf.RaggedTensor.from_row_lengths(X[:6, :1], [1, 3, 2]),
        Y[:3],
    ),
    "weights for one output": _of_two_outputs,
    "no rows": lambda: fitted(network(), X[:0], Y[:0]),
    "a train_step of its own": _of_class(_OwnTraining),
    "a test_step of its own": _of_class(_OwnTesting),
    "metrics of its own": _of_class(_OwnMetrics),
    "a step of one model": _own_step_of_one_model,
    "run_eagerly": lambda: fitted(network(run_eagerly=True), X, Y),
    "all functions eager": _all_eager,
    "steps_per_execution": lambda: fitted(network(steps_per_execution=3), X, Y, batch_size=8),
    "jit_compile": lambda: fitted(network(jit_compile=True), X, Y, batch_size=10),
    "shuffled batches": lambda: sorted(network().fit(X, Y, shuffle="batch", verbose=0).history),
}


@pytest.mark.parametrize("case", LEFT.values(), ids=LEFT)
def test_what_needs_more_is_left_to_keras(case: Case) -> None:
    plain, fast = twice(case)
    assert fast.error == plain.error
    assert_same(fast.result, plain.result)
    assert fast.taken
    assert not any(taken for _, taken in fast.taken)
    assert fast.loops == []


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: callbacks.BackupAndRestore(folder / "backup"),
        lambda folder: callbacks.ModelCheckpoint(folder / "{epoch}-{batch}.keras", save_freq=2),
        lambda folder: callbacks.TensorBoard(folder / "logs"),
    ],
    ids=["BackupAndRestore", "ModelCheckpoint", "TensorBoard"],
)
def test_callbacks_that_save_after_batches(make: Callable[[Path], Any], tmp_path: Path) -> None:
    folders = iter([tmp_path / "plain", tmp_path / "fast"])

    def case() -> list[Any]:
        folder = next(folders)
        folder.mkdir()
        found = fitted(network(), X, Y, batch_size=20, callbacks=[make(folder)])
        return [found, sorted(path.name for path in folder.iterdir())]

    plain, fast = twice(case)
    assert fast.error == plain.error
    assert_same(fast.result, plain.result)
    assert fast.taken == [("fit", False)]


# Other versions of Keras


def test_loops_are_in_use_with_keras_3_11_and_later() -> None:
    """`tests/versions` runs this with other versions. Before 3.11, Keras trains on its own."""
    version = tuple(int(part) for part in keras.__version__.split(".")[:2])
    assert (version >= (3, 11)) == fast_fit.AVAILABLE


# The record

CHECK = '''"""Which calls ran in a compiled loop."""

from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check

HINTS = ("Look.", "Look again.", "Look once more.")


@check(points=1)
def test_calls(evidence: Evidence) -> None:
    """The calls."""
    calls = [call for call in evidence.record.calls if call.name in {"fit", "evaluate", "predict"}]
    got = [(call.name, call.compiled, call.done) for call in calls]
    raise CheckFailed(expected="calls", got=str(got), message="So it ran.")
'''
SOURCE = """
import keras
import numpy as np

X, y = np.zeros((20, 3)), np.zeros(20)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(X, y)
model.fit(X, y, callbacks=[keras.callbacks.TerminateOnNaN()])
model.evaluate(X, y)
model.predict(X)
"""


@pytest.mark.parametrize("fast", [True, False])
def test_the_record_says_what_ran_in_a_loop(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    path, checks = tmp_path / "answer.py", tmp_path / "check_2_2_1.py"
    path.write_text(SOURCE)
    checks.write_text(CHECK)
    monkeypatch.setattr("grader.catalogue.Exercise.checks", checks)
    exercise = replace(find("2.2.1"))  # a copy that has not read its checks yet
    verdict = grade(read_submission(exercise, path), workers, Options(fast_fit=fast))
    loop = fast and fast_fit.AVAILABLE
    wanted = [("fit", loop), ("fit", False), ("evaluate", loop), ("predict", loop)]
    assert verdict.checks[0].got == str([(*call, True) for call in wanted]), verdict.message
