"""The stored irrigation set is the one that scikit-learn makes, value for value."""

from __future__ import annotations

import numpy as np
import pytest
from grader.datasets import irrigation
from samples import Sample

FIRST = 100
"""Samples that are made anew if not all are: scikit-learn takes ten seconds for 2000."""


def test_stored_set_is_the_generated_one(request: pytest.FixtureRequest) -> None:
    count = 2000 if Sample.of(request.config).full else FIRST
    sensors, parcels = irrigation.generate(count)
    sensors_train, parcels_train, sensors_test, parcels_test = irrigation.load_split()
    assert (sensors_train.shape, sensors_test.shape) == ((1400, 20), (600, 20))
    assert (parcels_train.shape, parcels_test.shape) == ((1400, 3), (600, 3))
    np.testing.assert_array_equal(np.vstack([sensors_train, sensors_test])[:count], sensors)
    np.testing.assert_array_equal(np.vstack([parcels_train, parcels_test])[:count], parcels)
