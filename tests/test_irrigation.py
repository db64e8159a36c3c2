"""The stored irrigation set is the one that scikit-learn makes, value for value."""

from __future__ import annotations

import numpy as np
from grader.datasets import irrigation


def test_stored_set_is_the_generated_one() -> None:
    sensors, parcels = irrigation.generate()
    sensors_train, parcels_train, sensors_test, parcels_test = irrigation.load_split()
    np.testing.assert_array_equal(np.vstack([sensors_train, sensors_test]), sensors)
    np.testing.assert_array_equal(np.vstack([parcels_train, parcels_test]), parcels)
    assert sensors_train.shape == (1400, 20)
