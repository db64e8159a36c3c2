"""Four activation functions in plain NumPy, for one number or an array. To be read and tried."""

from __future__ import annotations

import numpy as np

Number = float | np.ndarray


def sigmoid(x: Number) -> Number:
    """Return 1 / (1 + e^-x)."""
    result: Number = 1 / (1 + np.exp(-x))
    return result


def tanh(x: Number) -> Number:
    """Return the hyperbolic tangent of x."""
    return np.tanh(x)


def relu(x: Number) -> Number:
    """Return x where it is positive, and 0 elsewhere."""
    return np.maximum(x, 0)


def leaky_relu(x: Number) -> Number:
    """Return x where it is positive, and a hundredth of x elsewhere."""
    return np.maximum(x, 0.01 * x)
