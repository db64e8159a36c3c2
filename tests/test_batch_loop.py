"""Batches of train_on_batch, taken together: how many epochs they are, and of which rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import pytest

from grader.learner import batch_loop
from grader.learner.batch_loop import BatchLoop

RANDOM = np.random.default_rng(3)
X, Y = RANDOM.normal(size=(10, 2)), np.arange(10) % 2
ORDERED = np.arange(10)


def _given(batches: Iterable[Any], x: Any = X, y: Any = Y) -> dict[str, Any] | None:
    """Return what fit would have been given for these rows of the data."""
    loop = BatchLoop(keras.Sequential(), 0)
    for rows in batches:
        loop.add({"x": x[rows], "y": y[rows]})
    return loop.as_fit()


def _slices(size: int, orders: Iterable[np.ndarray]) -> list[np.ndarray]:
    return [order[start : start + size] for order in orders for start in range(0, 10, size)]


def _shuffled(epochs: int) -> list[np.ndarray]:
    return [RANDOM.permutation(10) for _ in range(epochs)]


@pytest.mark.parametrize(
    ("batches", "epochs", "size", "rows"),
    [
        pytest.param([ORDERED] * 5, 5, 10, 10, id="all rows at once"),
        pytest.param(_slices(1, [ORDERED] * 4), 4, 1, 10, id="row by row"),
        pytest.param(_slices(4, _shuffled(3)), 3, 4, 10, id="shuffled, the last batch short"),
        pytest.param(_slices(10, _shuffled(2)), 2, 10, 10, id="shuffled, all at once"),
        pytest.param(_slices(5, [ORDERED]), 1, 5, 10, id="one epoch"),
        pytest.param(
            [part for order in _shuffled(2) for part in np.array_split(order, 4)],
            2, None, 10, id="batches of three and of two",
        ),
        pytest.param(_slices(4, [ORDERED]) + _slices(5, [ORDERED]), 2, None, 10, id="other sizes"),
        pytest.param([ORDERED[:3]] * 7, 7, 3, 3, id="the first batch only"),
        pytest.param([ORDERED[:5]] * 2 + [ORDERED[5:]] * 2, 1, 5, 20, id="each batch twice"),
        pytest.param([ORDERED, ORDERED[:9]], 1, 10, 19, id="the second epoch lacks a row"),
        pytest.param(
            [ORDERED, np.r_[ORDERED[:9], 8]], 1, 10, 20, id="one row in another one's place"
        ),
    ],
)  # fmt: skip
def test_batches_are_epochs_where_the_same_rows_come_again(
    batches: list[np.ndarray], epochs: int, size: int | None, rows: int
) -> None:
    given = _given(batches)
    assert given is not None
    assert (given["epochs"], given["batch_size"], len(given["x"])) == (epochs, size, rows)
    order = np.concatenate(batches)[:rows]
    assert np.array_equal(given["x"], X[order])
    assert np.array_equal(given["y"], Y[order])


def test_labels_that_leave_their_rows_are_no_further_epoch() -> None:
    loop = BatchLoop(keras.Sequential(), 0)
    loop.add({"x": X, "y": Y})
    loop.add({"x": X, "y": Y[::-1]})
    given = loop.as_fit()
    assert given is not None
    assert (given["epochs"], len(given["x"])) == (1, 20)


def test_an_array_that_is_written_to_again_is_kept_as_it_was() -> None:
    loop, buffer = BatchLoop(keras.Sequential(), 0), np.empty((5, 2))
    for rows in _slices(5, [ORDERED] * 2):
        buffer[:] = X[rows]
        loop.add({"x": buffer, "y": keras.ops.convert_to_tensor(Y[rows])})
    given = loop.as_fit()
    assert given is not None
    assert given["epochs"] == 2
    assert np.array_equal(given["x"], X)


def test_weights_are_told_where_they_count() -> None:
    loop = BatchLoop(keras.Sequential(), 0)
    loop.add({"x": X, "y": Y, "sample_weight": np.ones(10), "class_weight": {0: 1, 1: 1.0}})
    assert set(loop.as_fit() or ()) == {"x", "y", "epochs", "batch_size"}
    loop.add({"x": X, "y": Y, "sample_weight": Y + 1.0, "class_weight": {0: 1, 1: 3}})
    given = loop.as_fit()
    assert given is not None
    assert given["sample_weight"].max() == 2
    assert given["class_weight"] == {0: 1, 1: 3}


def test_what_is_no_plain_array_cannot_be_told() -> None:
    rows: list[dict[str, Any]] = [
        {"x": {"a": X}, "y": Y},
        {"x": [X, X], "y": Y},
        {"x": X},
        {"x": X[:5], "y": Y},
    ]
    for row in rows:
        loop = BatchLoop(keras.Sequential(), 0)
        loop.add({"x": X, "y": Y})
        loop.add(row)
        assert (loop.as_fit(), loop.batches) == (None, 2)


def test_what_takes_too_much_room_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_loop, "MAX_KEPT_BYTES", X.nbytes + Y.nbytes)
    assert _given([ORDERED] * 9) is not None  # of later epochs nothing is kept
    assert _given([ORDERED, ORDERED[:5]]) is None
    monkeypatch.setattr(batch_loop, "MAX_BATCHES", 8)
    assert _given([ORDERED] * 9) is None


def test_batches_of_other_shapes_or_of_no_rows_are_no_training() -> None:
    loop = BatchLoop(keras.Sequential(), 0)
    loop.add({"x": X[:5], "y": Y[:5]})
    loop.add({"x": X[5:], "y": Y[5:, None]})
    assert loop.as_fit() is None
    assert _given([ORDERED[:0]]) is None
