"""Banknotes, real and fake; generated, from the statistics of the real set.

Where the user has the real set, as `banknotes.csv` in the folder of `real`, it is used.

1372 notes were photographed, and four numbers describe each picture: the variance, the
skewness and the curtosis of its wavelet transform, and its entropy. The generated set has
the real one's size, class means, standard deviations and covariances to the digits that
are known, and its skews.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from grader.datasets import real

FILE = "banknotes.csv"
"""The user's own set: the four features as measured, and `class`, 0 or 1."""

FEATURES = ("variance", "skewness", "curtosis", "entropy")
"""The four measurements, in the order of the columns."""

NAMES = ("real", "fake")
"""In the order of their labels: real 0, fake 1."""

_TEST = 412
_SAMPLE = 96
_ROUNDING = 5e-5
_CORRECTIONS = 20


class _Facts(NamedTuple):
    """What is known of one class, to four decimals."""

    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    skew: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]


FACTS = {
    "real": _Facts(
        762,
        (2.2767, 4.2566, 0.7967, -1.1476),
        (2.0193, 5.1388, 3.2399, 2.1251),
        (-0.4925, -0.3802, 0.4298, -1.0000),
        (
            (4.0778, -2.3521, -2.1590, 1.7856),
            (-2.3521, 26.4072, -12.4992, -7.3648),
            (-2.1590, -12.4992, 10.4969, 2.8541),
            (1.7856, -7.3648, 2.8541, 4.5160),
        ),
    ),
    "fake": _Facts(
        610,
        (-1.8684, -0.9936, 2.1483, -1.2466),
        (1.8812, 5.4049, 5.2618, 2.0710),
        (-0.3017, -0.5173, 0.9562, -1.0605),
        (
            (3.5388, 0.7492, -4.6905, 1.2624),
            (0.7492, 29.2128, -25.2447, -5.6968),
            (-4.6905, -25.2447, 27.6867, 3.0078),
            (1.2624, -5.6968, 3.0078, 4.2890),
        ),
    ),
}
"""Per class: notes, and the statistics of their measurements (samples' std and covariance)."""


def _target(facts: _Facts) -> np.ndarray:
    """The covariance that agrees with both tables: each is rounded to four decimals."""
    covariance = np.array(facts.covariance)
    std = np.array(facts.std)
    lowest = np.maximum(covariance.diagonal() - _ROUNDING, (std - _ROUNDING) ** 2)
    highest = np.minimum(covariance.diagonal() + _ROUNDING, (std + _ROUNDING) ** 2)
    np.fill_diagonal(covariance, (lowest + highest) / 2)
    return covariance


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """A symmetric positive matrix to the power of `exponent`."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**exponent) @ vectors.T)


def _recolour(notes: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Whiten, then colour: mean 0 and covariance `target`, with the least change of shape."""
    notes = notes - notes.mean(axis=0)
    spread = np.sqrt(target.diagonal())
    notes = notes / notes.std(axis=0, ddof=1)
    whiten = _power(np.cov(notes.T), -0.5)
    colour = _power(target / np.outer(spread, spread), 0.5)
    return np.asarray(notes @ whiten @ colour * spread)


def _skew(notes: np.ndarray) -> np.ndarray:
    """The skew of every column."""
    z = (notes - notes.mean(axis=0)) / notes.std(axis=0)
    return np.asarray((z**3).mean(axis=0))


def _class(rng: np.random.Generator, facts: _Facts) -> np.ndarray:
    target = _target(facts)
    normal = _recolour(rng.normal(size=(facts.size, len(FEATURES))), target)
    z = normal / normal.std(axis=0)
    # A bend to the side makes a skew. The bends of the features mix when the colour is
    # put right again, so they are corrected until the skews come out as they should.
    skew = np.array(facts.skew)
    bend = np.zeros(len(FEATURES))
    notes = normal
    for _ in range(_CORRECTIONS):
        bend += (skew - _skew(notes)) / 6
        notes = _recolour(z + bend * z**2, target)
    return np.asarray(notes + np.array(facts.mean))


def _real() -> pd.DataFrame | None:
    """Return the user's own set, if there is one."""
    path = real.find(FILE)
    if path is None:
        return None
    rows = sum(facts.size for facts in FACTS.values())
    # In one widely used copy the first column's name has lost a letter.
    table = real.read_csv(path, (*FEATURES, "class"), rows, also={"variace": "variance"})
    for feature in FEATURES:
        real.check_numbers(path, table, feature, -100, 100)
    real.check_numbers(path, table, "class", 0, 1)
    if sorted(table["class"].unique()) != [0, 1]:
        raise real.BadData(f"{path}: 'class' must be 0 for real notes and 1 for fake ones.")
    return table


@cache
def _table() -> pd.DataFrame:
    found = _real()
    return _generated() if found is None else found


def _generated(seed: int = 11) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    notes = np.vstack([_class(rng, FACTS[name]) for name in NAMES])
    table = pd.DataFrame(notes, columns=list(FEATURES))
    table["class"] = np.repeat([0, 1], [FACTS[name].size for name in NAMES])
    return table


def _standardised() -> pd.DataFrame:
    table = load_frame()
    features = table[list(FEATURES)]
    table[list(FEATURES)] = (features - features.mean()) / features.std(ddof=0)
    return table


def load_frame() -> pd.DataFrame:
    """Return all 1372 notes as measured: the four features and `class`, 0 real and 1 fake."""
    return _table().copy()


def load_sample() -> pd.DataFrame:
    """Return 96 notes: the four features, standardised, and `class` as real or fake."""
    # The same draw from the real set gives the course's own sample.
    sample = _standardised().sample(_SAMPLE, random_state=1).reset_index(drop=True)
    sample["class"] = sample["class"].map(dict(enumerate(NAMES)))
    return sample


def load_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return 960 notes to train on and 412 to test with, features standardised.

    Returns:
        X_train (960, 4), y_train (960,) of 0 and 1, X_test (412, 4) and y_test (412,),
        all float arrays.
    """
    table = _standardised().sample(frac=1, random_state=2)
    features = table[list(FEATURES)].to_numpy()
    labels = table["class"].to_numpy(dtype=float)
    return features[_TEST:], labels[_TEST:], features[:_TEST], labels[:_TEST]
