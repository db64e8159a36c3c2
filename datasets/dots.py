"""Red and blue dots in the plane: two clouds that a straight line tells apart, all but a few.

The network of 3.3.1, trained on batches of one dot, is right in 0.977 to 0.990 of
the cases (30 seeds); the course printed 0.973 for one run.
"""

from __future__ import annotations

from functools import cache

import numpy as np

_CENTRES = ((-1.0, -1.0), (1.0, 1.0))
"""Where the clouds lie: red (0), then blue (1)."""

_SPREAD = 0.7
"""Standard deviation of each cloud, in both directions."""

_EACH = 500
_TEST = 300
_SEED = 0


@cache
def _dots() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(_SEED)
    dots = np.vstack([rng.normal(centre, _SPREAD, (_EACH, 2)) for centre in _CENTRES])
    order = rng.permutation(len(dots))
    return dots[order], np.repeat([0, 1], _EACH)[order]


def load_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 700 dots to train on and 300 to test with.

    Returns:
        X_train (700, 2), coordinates as floats; y_train (700,), 0 is red and 1 is blue;
        X_test (300, 2) and y_test (300,).
    """
    dots, colours = _dots()
    return (
        dots[_TEST:].copy(),
        colours[_TEST:].copy(),
        dots[:_TEST].copy(),
        colours[:_TEST].copy(),
    )
