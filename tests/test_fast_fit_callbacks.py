"""Compiled loops among callbacks, and in a model's life: saved, cloned, trained again."""

from __future__ import annotations

import contextlib
import copy
import io
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import callbacks, layers
from keras.src.backend.tensorflow import trainer as keras_trainer
from keras_twice import (
    X,
    Y,
    assert_fast_is_same,
    assert_same,
    fitted,
    keras_with_fast_fit,
    network,
    twice,
)

from grader.learner import fast_fit

pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*(copy keyword|`shuffle=True` was passed|ran out of data|Can save best model)"
)
TRAINER = keras_trainer.TensorFlowTrainer


class Notes(callbacks.Callback):  # type: ignore[misc]
    """Notes everything that is told once an epoch or more rarely."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []
        for moment in ("train_begin", "train_end", "test_begin", "test_end"):
            setattr(self, f"on_{moment}", self._noting(moment))

    def _noting(self, moment: str) -> Callable[..., None]:
        return lambda logs=None: self.seen.append([moment, logs])

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.seen.append(["epoch_begin", epoch, logs])

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        rate = float(self.model.optimizer.learning_rate)
        weights = self.model.get_weights()
        self.seen.append(["epoch_end", epoch, dict(logs), rate, self.params, weights])


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    """Folders to save to, one for each run of a case."""
    made = [tmp_path / name for name in ("plain", "fast")]
    for folder in made:
        folder.mkdir()
    return iter(made)


# Callbacks


def test_callbacks_are_called_in_the_same_order_with_the_same_logs(
    folders: Iterator[Path],
) -> None:
    def case() -> list[Any]:
        folder, notes = next(folders), Notes()
        found = fitted(
            network(metrics=["accuracy"]),
            X,
            Y,
            epochs=4,
            validation_split=0.2,
            validation_freq=2,
            callbacks=[
                callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9),
                callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=10),
                callbacks.ModelCheckpoint(folder / "{epoch}-{loss:.3f}.keras"),
                callbacks.ModelCheckpoint(
                    folder / "best.weights.h5", save_best_only=True, save_weights_only=True
                ),
                [callbacks.CSVLogger(folder / "log.csv"), callbacks.History(), notes],
            ],
        )
        saved = sorted(path.name for path in folder.iterdir())
        loaded = [keras.models.load_model(path) for path in sorted(folder.glob("*.keras"))]
        assert len({row[3] for row in notes.seen if row[0] == "epoch_end"}) == 4, "rates change"
        return [
            [found, notes.seen, saved],
            [[*model.get_weights(), int(model.optimizer.iterations)] for model in loaded],
        ]

    (_, seen, saved), loaded = assert_fast_is_same(case)
    moments = " ".join(row[0] for row in seen)
    assert moments.count("epoch_begin epoch_end") == 2
    assert moments.count("epoch_begin test_begin test_end epoch_end") == 2
    assert len(saved) == len(loaded) + 2 == 6


def test_early_stopping_restores_the_best_weights() -> None:
    def case() -> dict[str, Any]:
        stop = callbacks.EarlyStopping(patience=2, min_delta=10, restore_best_weights=True)
        return fitted(network(), X, Y, epochs=9, validation_split=0.3, callbacks=stop)

    found = assert_fast_is_same(case)
    assert found["epoch"] == [0, 1, 2]
    assert found["stop"] is True


@pytest.mark.parametrize("hook", ["on_train_begin", "on_epoch_begin", "on_epoch_end"])
def test_training_stops_where_a_callback_says_so(hook: str) -> None:
    def case() -> dict[str, Any]:
        model = network()

        def stop(*_: Any, **__: Any) -> None:
            model.stop_training = True

        callback = callbacks.LambdaCallback(**{hook: stop})
        return fitted(model, X, Y, batch_size=10, epochs=4, callbacks=[callback])

    found = assert_fast_is_same(case)
    assert found["epoch"] == [0]
    assert found["iterations"] == (5 if hook == "on_epoch_end" else 1)


def test_evaluation_stops_where_a_callback_says_so() -> None:
    def case() -> list[Any]:
        model, callback = network(), callbacks.Callback()
        callback.on_test_begin = lambda logs=None: setattr(model, "stop_evaluating", True)
        return [
            model.evaluate(X, Y, batch_size=10, verbose=0, callbacks=[callback]),
            model.evaluate(X[:10], Y[:10], verbose=0),
        ]

    stopped, of_one_batch = assert_fast_is_same(case)
    assert stopped == pytest.approx(of_one_batch)


def test_averaged_weights_are_swapped_for_each_validation() -> None:
    def case() -> dict[str, Any]:
        model = network(optimizer=keras.optimizers.Adam(0.1, use_ema=True, ema_momentum=0.5))
        swap = callbacks.SwapEMAWeights(swap_on_epoch=True)
        return fitted(model, X, Y, batch_size=8, validation_data=(X, Y), callbacks=[swap])

    assert_fast_is_same(case)


def test_callbacks_may_use_this_model_and_others() -> None:
    """Whatever a callback calls, the training that it is a part of goes on as before."""

    def case() -> list[Any]:
        model, other = network(), network()
        found: list[Any] = []
        data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(10)
        each_batch = callbacks.Callback()
        each_batch.on_train_batch_end = lambda batch, logs=None: found.append([batch, dict(logs)])

        def use(epoch: int, logs: Any) -> None:
            found.append(model.evaluate(X, Y, verbose=0))
            found.append(model.predict(X, batch_size=7, verbose=0))
            found.append(fitted(other, X, Y))
            found.append(other.fit(data, verbose=0).history)
            other.fit(X, Y, batch_size=25, shuffle=False, verbose=0, callbacks=[each_batch])
            found.append(model.train_on_batch(X, Y, return_dict=True))
            with contextlib.suppress(ValueError):
                network().fit(X[:, :2], Y, verbose=0)

        callback = callbacks.LambdaCallback(on_epoch_end=use)
        found.append(fitted(model, X, Y, validation_data=(X, Y), callbacks=[callback]))
        return found

    plain, fast = twice(case)
    assert fast.error == plain.error is None
    assert_same(fast.result, plain.result)
    assert fast.taken[0] == ("fit", True)
    assert fast.taken.count(("fit", False)) == 4, "with data made of batches, and with a hook"


def test_a_call_within_a_call_does_not_change_how_the_outer_one_goes_on() -> None:
    def case() -> list[Any]:
        model, found = network(), []
        data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(10)
        within = callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: found.append(model.evaluate(X, Y, verbose=0))
        )
        found.append(fitted(model, data, validation_data=data, callbacks=[within]))
        return found

    plain, fast = twice(case)
    assert fast.error == plain.error is None
    assert_same(fast.result, plain.result)
    assert fast.taken == [("fit", False), ("evaluate", True), ("evaluate", True)]


def test_an_error_in_a_callback_leaves_keras_in_order() -> None:
    def case() -> list[Any]:
        model = network()
        for hook in ("on_epoch_end", "on_train_begin", "on_test_end"):
            callback = callbacks.LambdaCallback()
            setattr(callback, hook, lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                fitted(model, X, Y, validation_data=(X, Y), callbacks=[callback])
        batches = ((X[start : start + 10], Y[start : start + 10]) for start in range(0, 50, 10))
        return [model.fit(batches, verbose=0).history, fitted(model, X, Y)]

    plain, fast = twice(case)
    assert fast.error == plain.error is None
    assert_same(fast.result, plain.result)


def test_the_same_is_printed() -> None:
    def case() -> list[str]:
        printed, model = io.StringIO(), network(metrics=["accuracy"])
        with contextlib.redirect_stdout(printed):
            for verbose in (1, 2):
                model.fit(X, Y, 10, 2, verbose, validation_split=0.2, shuffle=False)
                model.evaluate(X, Y, 10, verbose)
                model.predict(X, 10, verbose)
        # A line of the progress bar is written over: what it says last is compared.
        lines = re.sub(r"\x1b\[[0-9;]*m", "", printed.getvalue()).split("\n")
        last = [re.split("[\r\b]", line)[-1] for line in lines]
        return [re.sub(r"\d+[mu]?s\b(/step)?", "TIME", line).rstrip() for line in last]

    lines = assert_fast_is_same(case)
    assert sum("val_accuracy" in line and "4/4" in line for line in lines) == 4


# A model's life


def test_a_model_is_trained_again_compiled_again_and_grows() -> None:
    def case() -> list[Any]:
        model = network(optimizer="adam")
        found = [fitted(model, X, Y), fitted(model, X, Y, initial_epoch=2, epochs=3)]
        model.set_weights([weight * 0 for weight in model.get_weights()])
        found.append(fitted(model, X, Y))
        model.layers[0].trainable = False
        model.add(layers.Dense(1))
        model.compile("rmsprop", "mse", metrics=["mae"])
        frozen = model.layers[0].get_weights()
        found.append(fitted(model, X, Y))
        assert_same(model.layers[0].get_weights(), frozen)
        return [*found, model.metrics_names]

    assert_fast_is_same(case)


@pytest.mark.parametrize("trainable", [False, True])
def test_an_evaluation_does_not_settle_what_is_trained_later(trainable: bool) -> None:
    def case() -> list[Any]:
        model = network(hidden=2)
        model.layers[0].trainable = not trainable
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
        first = [model.evaluate(X, Y, verbose=0), len(model.optimizer.variables)]
        model.layers[0].trainable = trainable
        return [first, fitted(model, X, Y)]

    assert_fast_is_same(case)


def test_models_that_are_saved_loaded_cloned_and_copied(folders: Iterator[Path]) -> None:
    def case() -> list[Any]:
        path, model = next(folders) / "model.keras", network(optimizer="adam")
        found = [fitted(model, X, Y)]
        model.save(path)
        loaded = keras.models.load_model(path)
        clone = keras.models.clone_model(model)
        clone.set_weights(model.get_weights())
        clone.compile("sgd", "mse")
        for other in (loaded, clone, copy.deepcopy(model)):
            found += [other.predict(X, verbose=0), fitted(other, X, Y)]
        return found

    found = assert_fast_is_same(case)
    assert_same(found[1], found[3])
    assert found[2]["iterations"] == 2 * found[0]["iterations"], "a loaded optimizer goes on"


def test_single_batches_between_epochs() -> None:
    def case() -> list[Any]:
        model = network(metrics=["mae"], optimizer="adam")
        return [
            model.train_on_batch(X[:10], Y[:10], return_dict=True),
            fitted(model, X, Y, batch_size=10),
            model.train_on_batch(X[:10], Y[:10]),
            model.test_on_batch(X[:10], Y[:10]),
            model.predict_on_batch(X[:10]),
            model.evaluate(X, Y, batch_size=10, verbose=0),
            int(model.optimizer.iterations),
        ]

    assert assert_fast_is_same(case)[-1] == 12


def test_a_subclass_that_passes_its_arguments_on() -> None:
    class Talker(keras.Sequential):  # type: ignore[misc]
        def fit(self, *args: Any, **kwargs: Any) -> Any:
            return super().fit(*args, **kwargs)

        def compute_loss(self, *args: Any, **kwargs: Any) -> Any:
            return super().compute_loss(*args, **kwargs) * 3

    def case() -> dict[str, Any]:
        model = Talker([keras.Input((3,)), layers.Dense(1)])
        model.compile("sgd", "mse")
        return fitted(model, X, Y)

    assert_fast_is_same(case)


def test_data_that_change_during_training() -> None:
    """Keras has copied them by then; so must a loop."""

    def case() -> list[Any]:
        rows = np.tile(X, (40, 1))
        wipe = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: rows.fill(0))
        return [fitted(network(), rows, np.tile(Y, 40), batch_size=500, callbacks=[wipe])]

    assert_fast_is_same(case)


def test_threads_do_not_disturb_each_other() -> None:
    found: dict[int, Any] = {}

    def work(number: int) -> None:
        model = network()
        data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(10)
        lengths = [
            len(model.fit(X, Y, epochs=3, verbose=0).history["loss"]),
            len(model.fit(data, epochs=2, verbose=0).history["loss"]),
            len(model.fit(X, Y, epochs=3, validation_data=(X, Y), verbose=0).history["val_loss"]),
        ]
        found[number] = [*lengths, model.predict(data, verbose=0).shape]

    with keras_with_fast_fit():
        threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {number: [3, 2, 3, (50, 1)] for number in range(2)}


def test_installed_twice_is_installed_once() -> None:
    before = TRAINER.fit
    with keras_with_fast_fit() as run:
        installed = [TRAINER._make_function, TRAINER.fit, TRAINER.evaluate, TRAINER.predict]
        fast_fit.install()
        again = [TRAINER._make_function, TRAINER.fit, TRAINER.evaluate, TRAINER.predict]
        assert again == installed
        network().fit(X, Y, verbose=0)
    assert run.taken == [("fit", True)]
    assert TRAINER.fit is before is not installed[1]


def test_a_model_trained_before_goes_on_as_keras_does_it() -> None:
    model = network()
    model.fit(X, Y, verbose=0)
    with keras_with_fast_fit() as run:
        model.fit(X, Y, verbose=0)
        assert run.taken == [("fit", False)]
        model.compile("sgd", "mse")
        model.fit(X, Y, verbose=0)
    assert run.taken[1:] == [("fit", True)]
    model.fit(X, Y, verbose=0)
    assert int(model.optimizer.iterations) == 4
