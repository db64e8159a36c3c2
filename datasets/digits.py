"""scikit-learn's 1797 handwritten digits of 8×8 pixels: 64 numbers, ten classes."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

_TEST = 540
_SEED = 42


def load_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 1257 digits to train on and 540 to test with.

    Returns:
        X_train (1257, 64), brightness from 0 to 16; y_train (1257, 10) one-hot; X_test
        (540, 64) and y_test (540, 10). All are float arrays.
    """
    pixels, labels = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        pixels, np.eye(10)[labels], test_size=_TEST, random_state=_SEED, stratify=labels
    )
    return X_train, y_train, X_test, y_test
