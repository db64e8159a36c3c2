"""What is recorded of data that come in batches, and what Keras gets to read after that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from grader.learner import data_in_batches
from grader.learner.data_in_batches import as_arrays

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10.0)


def _pairs(size: int = 4) -> Iterator[Any]:
    for start in range(0, len(X), size):
        yield X[start : start + size], Y[start : start + size]


class Pairs(keras.utils.PyDataset):  # type: ignore[misc]
    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        return list(_pairs())[index]


def _fit(**arguments: Any) -> dict[str, Any]:
    return {"x": None, "y": None, "batch_size": None, "steps_per_epoch": None} | arguments


DATASET = tf.data.Dataset.from_tensor_slices((X, Y)).batch(4)


@pytest.mark.parametrize(
    ("data", "steps"),
    [
        (DATASET, None),
        (DATASET.repeat(), 3),
        (tf.data.Dataset.from_generator(_pairs, (tf.float64, tf.float64)), None),
        (Pairs(), None),
        (_pairs(), None),
        (_pairs(), 3),
    ],
    ids=["dataset", "endless dataset", "of unknown length", "PyDataset", "generator", "steps"],
)
def test_batches_count_as_the_arrays_in_them(data: Any, steps: int | None) -> None:
    _, plain = as_arrays(_fit(x=data, steps_per_epoch=steps))
    np.testing.assert_array_equal(plain["x"], X)
    np.testing.assert_array_equal(plain["y"], Y)
    assert plain["batch_size"] == 4
    assert plain["steps_per_epoch"] is None


def test_an_epoch_of_fewer_steps_is_recorded_as_that() -> None:
    _, plain = as_arrays(_fit(x=_pairs(), steps_per_epoch=2))
    np.testing.assert_array_equal(plain["y"], Y[:8])


def test_validation_data_and_its_steps() -> None:
    _, plain = as_arrays(_fit(x=X, y=Y, validation_data=_pairs(), validation_steps=1))
    np.testing.assert_array_equal(plain["validation_data"][0], X[:4])
    assert plain["x"] is X


def test_keras_reads_a_generator_from_its_start() -> None:
    given, _ = as_arrays(_fit(x=_pairs(), steps_per_epoch=1))
    assert [len(features) for features, _ in given["x"]] == [4, 4, 2]
    given, _ = as_arrays(_fit(x=_pairs()))
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.fit(given["x"], verbose=0).epoch == [0]


def test_an_error_in_a_generator_comes_where_it_would_have_come() -> None:
    def failing() -> Iterator[Any]:
        yield X[:4], Y[:4]
        raise KeyError("mine")

    given, plain = as_arrays(_fit(x=failing()))
    assert not isinstance(plain["x"], np.ndarray)
    next(given["x"])
    with pytest.raises(KeyError, match="mine"):
        next(given["x"])


@pytest.mark.parametrize(
    "elements",
    [
        [(X[:4], Y[:4]), (X[:4, :1], Y[:4])],
        [(X[:4], Y[:4]), X[:4]],
        [(X[:4], None)],
        [({"pixels": X[:4]}, Y[:4])],
        [(1.0, 2.0)],
        [],
    ],
    ids=["other shapes", "labels missing", "no labels", "a dictionary", "numbers", "nothing"],
)
def test_what_makes_no_arrays_is_left_to_keras(elements: list[Any]) -> None:
    data = (element for element in elements)
    given, plain = as_arrays(_fit(x=data))
    assert plain["x"] is data
    read = list(given["x"])
    assert len(read) == len(elements)
    assert all(mine is theirs for mine, theirs in zip(read, elements, strict=True))


def test_what_has_no_end_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_in_batches, "MAX_BYTES", 10_000)
    _, plain = as_arrays(_fit(x=DATASET.repeat()))
    assert not isinstance(plain["x"], np.ndarray)
