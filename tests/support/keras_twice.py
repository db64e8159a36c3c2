"""Run a piece of training twice: as Keras does it, and with `fast_fit` installed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import keras
import numpy as np
from keras import layers
from keras.src.backend.tensorflow import trainer as keras_trainer

from grader.learner import fast_fit

# 50 rows: batches of 32 and of 8 end with a short one, batches of 10 do not.
X = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
Y = (X[:, 0] + X[:, 1] > 0).astype("int32")
CLASSES = np.digitize(X[:, 0], [-0.5, 0.5])

_REPLACED = [(keras_trainer, "TFEpochIterator")] + [
    (keras_trainer.TensorFlowTrainer, name)
    for name in ("_make_function", "fit", "evaluate", "predict")
]


@dataclass
class Run:
    """What came of a run, and which parts of it `fast_fit` took."""

    result: Any = None
    error: tuple[str, str] | None = None
    taken: list[tuple[str, bool]] = field(default_factory=list)
    """Each call of fit, evaluate and predict, and whether it was taken."""
    loops: list[bool] = field(default_factory=list)
    """Each loop that was to be compiled, and whether it could be."""


@contextmanager
def keras_as_it_is() -> Iterator[Run]:
    """Training as Keras does it."""
    yield Run()


@contextmanager
def keras_with_fast_fit() -> Iterator[Run]:
    """Training with `fast_fit` installed; Keras is put back as it was."""
    run = Run()
    takes, compile_loop = fast_fit.takes, fast_fit._compile
    before = [(owner, name, getattr(owner, name)) for owner, name in _REPLACED]

    def noted_takes(model: keras.Model, method: str, arguments: dict[str, Any]) -> bool:
        taken = takes(model, method, arguments)
        if "_use_cached_eval_dataset" not in arguments.get("kwargs", {}):  # part of a fit
            run.taken.append((method, taken))
        return taken

    def noted_compile(*args: Any) -> Any:
        loop = compile_loop(*args)
        run.loops.append(loop is not None)
        return loop

    fast_fit.install()
    try:
        with (
            mock.patch.object(fast_fit, "takes", noted_takes),
            mock.patch.object(fast_fit, "_compile", noted_compile),
        ):
            yield run
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def twice(case: Callable[[], Any]) -> tuple[Run, Run]:
    """Return a case's run as Keras does it, and its run with `fast_fit`."""
    runs = []
    for trained in (keras_as_it_is, keras_with_fast_fit):
        keras.backend.clear_session(free_memory=False)  # the names start anew
        keras.utils.set_random_seed(1)
        with trained() as run:
            try:
                run.result = case()
            except Exception as error:
                run.error = (type(error).__name__, _plain(str(error)))
        runs.append(run)
    return runs[0], runs[1]


def _plain(message: str) -> str:
    """Return an error's message without the stack and the numbers that TensorFlow puts in."""
    message = re.sub(r'  File "[^\n]*\n\n', "", message)
    return re.sub(r"(__inference_|keras_tensor_|0x)\w+", r"\1", message)


def assert_fast_is_same(case: Callable[[], Any]) -> Any:
    """Assert that everything in a case is taken and compiled, with the same result.

    Returns:
        the result with `fast_fit`.
    """
    plain, fast = twice(case)
    assert (plain.error, fast.error) == (None, None), f"{plain.error}, {fast.error}"
    assert_same(fast.result, plain.result)
    assert fast.taken
    assert all(taken for _, taken in fast.taken)
    assert fast.loops
    assert all(fast.loops)
    return fast.result


def assert_same(got: Any, wanted: Any, where: str = "result") -> None:
    """Assert that two structures are the same: types, order of keys, numbers to tolerance."""
    assert type(got) is type(wanted), f"{where}: {got!r}, not {wanted!r}"
    if isinstance(wanted, dict):
        assert list(got) == list(wanted), where
        for key in wanted:
            assert_same(got[key], wanted[key], f"{where}[{key!r}]")
    elif isinstance(wanted, list | tuple):
        assert len(got) == len(wanted), where
        for number, pair in enumerate(zip(got, wanted, strict=True)):
            assert_same(*pair, f"{where}[{number}]")
    elif isinstance(wanted, float | np.ndarray | np.generic):
        assert np.shape(got) == np.shape(wanted), where
        np.testing.assert_allclose(got, np.asarray(wanted), rtol=1e-4, atol=1e-5, err_msg=where)
    else:
        assert got == wanted, f"{where}: {got!r}, not {wanted!r}"


def network(
    outputs: int = 1, activation: str = "sigmoid", *, hidden: int = 0, **settings: Any
) -> keras.Sequential:
    """Return a small compiled network for X; by default one that tells the two values of Y."""
    model = keras.Sequential([keras.Input((3,))])
    if hidden:
        model.add(layers.Dense(hidden, activation="relu"))
    model.add(layers.Dense(outputs, activation=activation))
    settings.setdefault("loss", "mse")
    model.compile(settings.pop("optimizer", "sgd"), **settings)
    return model


def fitted(model: keras.Model, *data: Any, **options: Any) -> dict[str, Any]:
    """Train a model, by default without shuffling; return all that training changes."""
    options = {"epochs": 2, "shuffle": False, "verbose": 0} | options
    history = model.fit(*data, **options)
    assert model.history is history
    return {
        "history": history.history,
        "epoch": history.epoch,
        "params": history.params,
        "stop": model.stop_training,
        "iterations": int(model.optimizer.iterations),
        "weights": {weight.path: weight.numpy() for weight in model.weights},
        "optimizer": {weight.path: weight.numpy() for weight in model.optimizer.variables},
    }
