"""Farm fields: 20 sensors, and which of 3 parcels need water. Several may, or none."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.datasets import make_multilabel_classification

_TRAIN = 1400


@cache
def _samples() -> tuple[np.ndarray, np.ndarray]:
    # These settings give the course's own data, value for value.
    sensors, parcels = make_multilabel_classification(
        n_samples=2000, n_features=20, n_classes=3, n_labels=2, random_state=1
    )
    return sensors.astype(float), parcels.astype(int)


def load_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 1400 samples to train on and 600 to test with.

    Returns:
        sensors_train (1400, 20), parcels_train (1400, 3) of 0 and 1, sensors_test
        (600, 20) and parcels_test (600, 3).
    """
    sensors, parcels = _samples()
    return (
        sensors[:_TRAIN].copy(),
        parcels[:_TRAIN].copy(),
        sensors[_TRAIN:].copy(),
        parcels[_TRAIN:].copy(),
    )
