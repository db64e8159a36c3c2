"""Farm fields: 20 sensors, and which of 3 parcels need water. Several may, or none.

scikit-learn makes this set, value for value the course's own, but takes some ten seconds
for it. So it was made once and lies here, in `irrigation.npz`;
`python -m grader.datasets.irrigation` makes the file anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

_FILE = Path(__file__).with_suffix(".npz")
_TRAIN = 1400


def generate(count: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """Make the set, or the first of its samples.

    Returns:
        sensors (COUNT, 20), whole numbers below 256, and parcels (COUNT, 3), 0 or 1.
    """
    from sklearn.datasets import make_multilabel_classification

    sensors, parcels = make_multilabel_classification(
        n_samples=count, n_features=20, n_classes=3, n_labels=2, random_state=1
    )
    return sensors, parcels


@cache
def _samples() -> tuple[np.ndarray, np.ndarray]:
    with np.load(_FILE) as stored:
        return stored["sensors"].astype(float), stored["parcels"].astype(int)


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


def main() -> None:
    """Write the file anew."""
    sensors, parcels = (part.astype(np.uint8) for part in generate())
    np.savez_compressed(_FILE, sensors=sensors, parcels=parcels)


if __name__ == "__main__":
    main()
