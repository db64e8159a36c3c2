"""The generated banknotes have the real set's statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from grader.datasets import banknotes

# The real set's own figures, written down here once more: real, then fake.
COUNTS = (762, 610)
MEANS = ((2.2767, 4.2566, 0.7967, -1.1476), (-1.8684, -0.9936, 2.1483, -1.2466))
STDS = ((2.0193, 5.1388, 3.2399, 2.1251), (1.8812, 5.4049, 5.2618, 2.0710))
SKEWS = ((-0.4925, -0.3802, 0.4298, -1.0000), (-0.3017, -0.5173, 0.9562, -1.0605))
COVARIANCES = (
    (4.0778, -2.3521, -2.1590, 1.7856, 26.4072, -12.4992, -7.3648, 10.4969, 2.8541, 4.5160),
    (3.5388, 0.7492, -4.6905, 1.2624, 29.2128, -25.2447, -5.6968, 27.6867, 3.0078, 4.2890),
)
"""The upper triangles, row by row."""

FEATURES = ["variance", "skewness", "curtosis", "entropy"]


def _notes(label: int) -> pd.DataFrame:
    table = banknotes.load_frame()
    return table.loc[table["class"] == label, FEATURES]


def test_frame_has_all_notes() -> None:
    table = banknotes.load_frame()
    assert list(table.columns) == [*FEATURES, "class"]
    assert len(table) == 1372
    assert not table.isna().any().any()
    assert table["class"].value_counts().to_dict() == dict(enumerate(COUNTS))


@pytest.mark.parametrize("label", [0, 1])
def test_means_stds_and_covariances_match_as_printed(label: int) -> None:
    notes = _notes(label)
    assert np.array_equal(notes.mean().round(4), MEANS[label])
    assert np.array_equal(notes.std().round(4), STDS[label])
    upper = notes.cov().to_numpy()[np.triu_indices(4)]
    assert np.array_equal(upper.round(4), COVARIANCES[label])


@pytest.mark.parametrize("label", [0, 1])
def test_skews_have_the_right_sign_and_size(label: int) -> None:
    skew = _notes(label).skew().to_numpy()
    assert np.array_equal(np.sign(skew), np.sign(SKEWS[label]))
    assert np.allclose(skew, SKEWS[label], atol=0.01)


def test_split_has_the_right_shapes_and_is_standardised() -> None:
    X_train, y_train, X_test, y_test = banknotes.load_split()
    assert X_train.shape == (960, 4)
    assert y_train.shape == (960,)
    assert X_test.shape == (412, 4)
    assert y_test.shape == (412,)
    assert {part.dtype.kind for part in (X_train, y_train, X_test, y_test)} == {"f"}
    features = np.vstack([X_train, X_test])
    assert np.allclose(features.mean(axis=0), 0)
    assert np.allclose(features.std(axis=0), 1)
    assert len(np.unique(features, axis=0)) == 1372
    labels = np.concatenate([y_train, y_test])
    assert sorted(np.unique(labels)) == [0, 1]
    assert labels.sum() == COUNTS[1]


def test_a_line_tells_the_classes_apart_and_no_single_feature_does() -> None:
    from sklearn.linear_model import LogisticRegression

    X_train, y_train, X_test, y_test = banknotes.load_split()
    line = LogisticRegression(C=100).fit(X_train, y_train)
    assert line.score(X_test, y_test) > 0.97
    for feature in range(4):
        alone = LogisticRegression().fit(X_train[:, [feature]], y_train)
        assert alone.score(X_test[:, [feature]], y_test) < 0.92


def test_sample_is_the_one_of_the_exercise() -> None:
    sample = banknotes.load_sample()
    assert list(sample.columns) == [*FEATURES, "class"]
    assert sample["class"].value_counts().to_dict() == {"real": 53, "fake": 43}
    X_train, _, X_test, _ = banknotes.load_split()
    everything = {tuple(row) for row in np.vstack([X_train, X_test])}
    assert all(tuple(row) in everything for row in sample[FEATURES].to_numpy())


def test_callers_get_copies_of_the_same_data() -> None:
    first = banknotes.load_frame()
    first["variance"] = 0.0
    features = banknotes.load_split()[0]
    features[:] = 0
    assert banknotes.load_frame()["variance"].std() > 1
    assert banknotes.load_split()[0].any()
    pd.testing.assert_frame_equal(banknotes.load_sample(), banknotes.load_sample())
