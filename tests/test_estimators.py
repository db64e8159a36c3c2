"""scikit-learn's objects in the evidence, and a search that is tried on a shrunken budget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from grader.datasets import breast_cancer, dots, networks
from scikeras.wrappers import KerasClassifier
from sklearn.base import is_classifier
from sklearn.model_selection import KFold, RandomizedSearchCV

from grader.catalogue import find
from grader.evidence.values import Estimator, Function, Number
from grader.learner.encoding import Store, encode
from grader.learner.searches import library_type, try_search
from grader.verdict import Outcome, Verdict

RATES = {"learning_rate": [0.1, 0.01], "epochs": [500, 1000]}
LABELS = np.arange(12) % 2
FEATURES = breast_cancer.load()[0][:12]


def _search(**declared: object) -> RandomizedSearchCV:
    model = KerasClassifier(model=networks.cancer_network, verbose=0, **declared)
    return RandomizedSearchCV(model, RATES, cv=KFold(3))


def test_scikit_learn_1_6_can_ask_what_a_wrapper_is() -> None:
    """On its own it stops there; from 1.7 on it says of SciKeras's that it is no classifier."""
    assert not is_classifier(KerasClassifier(model=networks.cancer_network))


def test_settings_of_a_search_are_kept(tmp_path: Path) -> None:
    found = encode(_search(learning_rate=0.5), Store(tmp_path))
    assert isinstance(found, Estimator)
    assert found.type == "RandomizedSearchCV"
    folds, classifier = found.settings["cv"], found.settings["estimator"]
    assert isinstance(folds, Estimator)
    assert (folds.type, folds.settings["n_splits"]) == ("KFold", Number(3, "int"))
    assert isinstance(classifier, Estimator)
    assert classifier.type == "KerasClassifier"
    assert classifier.settings["learning_rate"] == Number(0.5, "float")
    assert classifier.settings["model"] == Function("cancer_network")


def test_a_subclass_counts_as_what_it_extends() -> None:
    class Folds(KFold):  # type: ignore[misc]
        pass

    assert library_type(Folds(3)) == "KFold"
    assert library_type(object()) is None


def test_a_search_is_tried_with_the_first_and_the_last_values() -> None:
    search = _search(learning_rate=0.5)
    tried = try_search(search, FEATURES.tolist(), LABELS.tolist())
    rates = [float(one["model"].optimizer.learning_rate) for one in tried]
    assert np.allclose(rates, [0.1, 0.01])
    assert [one["candidate"]["epochs"] for one in tried] == [1, 1]
    assert search.param_distributions == RATES
    assert not hasattr(search, "best_estimator_")


def test_a_search_that_cannot_run_says_why() -> None:
    with pytest.raises(ValueError, match="Invalid parameter learning_rate"):
        try_search(_search(), FEATURES, LABELS)


def test_the_model_that_a_name_leads_to_is_stored_however_many_there_are(
    grade_source: Callable[..., Verdict],
) -> None:
    many = "for _ in range(40):\n    Sequential([Input((2,)), Dense(1)]).compile('sgd', 'mse')\n"
    source = find("2.2.1").solution.read_text("utf-8")
    assert source.count("model = Sequential()\n") == 1
    source = source.replace("model = Sequential()\n", many + "model = Sequential()\n")
    assert grade_source("2.2.1", source).status == Outcome.PASSED


def test_the_dots_lie_on_both_sides_of_a_line() -> None:
    X_train, y_train, X_test, y_test = dots.load_split()
    assert X_train.shape == (700, 2)
    assert X_test.shape == (300, 2)
    assert np.mean((X_train.sum(axis=1) > 0) == y_train) > 0.96
    assert 0.45 < y_test.mean() < 0.55


def test_the_tumours_are_standardised() -> None:
    X, y = breast_cancer.load()
    assert X.shape == (569, 30)
    assert np.allclose(X.mean(axis=0), 0)
    assert np.allclose(X.std(axis=0), 1)
    assert set(y) == {0, 1}
