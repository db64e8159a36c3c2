"""The activation functions of 3.2.1, and the curves of 3.2.3."""

from __future__ import annotations

import numpy as np
import pytest
from grader.datasets import activation_curves
from grader.datasets.activations import leaky_relu, relu, sigmoid, tanh


@pytest.mark.parametrize(
    ("function", "at_zero", "at_minus_one", "far_below"),
    [
        (sigmoid, 0.5, 0.268941, 0.0),
        (tanh, 0.0, -0.761594, -1.0),
        (relu, 0.0, 0.0, 0.0),
        (leaky_relu, 0.0, -0.01, -1.0),
    ],
)
def test_values(function, at_zero, at_minus_one, far_below) -> None:  # type: ignore[no-untyped-def]
    points = np.array([0.0, -1.0, -100.0])
    assert function(points) == pytest.approx([at_zero, at_minus_one, far_below], abs=1e-6)
    assert function(-1) == pytest.approx(at_minus_one, abs=1e-6)


def test_above_zero_relu_and_leaky_relu_are_the_same() -> None:
    points = np.linspace(0.1, 10, 20)
    assert np.array_equal(relu(points), points)
    assert np.array_equal(leaky_relu(points), points)


def test_the_curves_have_100_epochs_for_each_function() -> None:
    for curves in activation_curves.load():
        assert tuple(curves) == activation_curves.FUNCTIONS
        assert {len(values) for values in curves.values()} == {activation_curves.EPOCHS}
        assert all(0 < value < 1 for values in curves.values() for value in values)


def test_the_best_function_changes_as_the_task_lets_expect() -> None:
    losses, _ = activation_curves.load()
    best = [min(losses, key=lambda name: losses[name][epoch - 1]) for epoch in (20, 100)]
    assert best == ["relu", "sigmoid"]
