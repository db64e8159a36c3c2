"""The meteor's orbit: minutes and positions, y = x², without noise."""

from __future__ import annotations

import numpy as np


def load() -> tuple[np.ndarray, np.ndarray]:
    """Return the measurements.

    Returns:
        time_steps: (2000,) minutes, evenly from −10 to 10.
        y_positions: (2000,) positions, from 0 to 100.
    """
    time_steps = np.linspace(-10, 10, 2000)
    return time_steps, time_steps**2
