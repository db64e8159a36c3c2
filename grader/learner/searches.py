"""scikit-learn's objects: what they are set to, and whether they can be put to use.

Runs in the learner's process. A search over settings is too long to be run for a grade.
So it is tried after the file has run: a copy of it, on few samples, with one candidate at a
time and one epoch. Which samples, the checks say.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_LIBRARIES = ("sklearn.", "scikeras.")


def library_type(value: object) -> str | None:
    """Return the class of scikit-learn or SciKeras that a value is of; None for any other."""
    for base in type(value).__mro__:
        if base.__module__.startswith(_LIBRARIES):
            return base.__name__
    return None


def settings_of(value: Any) -> dict[str, Any]:
    """Return what an estimator, a search or a splitter was made with, by name."""
    try:
        found = value.get_params(deep=False) if hasattr(value, "get_params") else vars(value)
        return {str(name): setting for name, setting in found.items() if name[:1] != "_"}
    except Exception:
        return {}


def try_search(search: Any, features: Any, labels: Any) -> list[dict[str, Any]]:
    """Fit a copy of a random search twice, with the first and with the last of all values.

    Args:
        search: as the learner made it; it stays as it is.
        features: a few samples.
        labels: theirs.

    Returns:
        for each fit the candidate, and the Keras model that was trained with it.

    Raises:
        Exception: whatever the learner would see on fitting the search.
    """
    import tensorflow as tf
    from sklearn.base import clone

    eager = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)  # so few steps are not worth compiling
    tried = []
    try:
        for place in (0, -1):
            candidate = {
                name: 1 if name.rpartition("__")[2] == "epochs" else _pick(values, place)
                for name, values in _distributions(search).items()
            }
            trial = clone(search).set_params(
                param_distributions={name: [value] for name, value in candidate.items()},
                n_iter=1,
                n_jobs=None,
                refit=True,
                error_score="raise",
                cv=_splitter(search.cv),
            )
            trial.fit(np.asarray(features), np.asarray(labels))
            model = getattr(trial.best_estimator_, "model_", None)
            tried.append({"candidate": candidate, "model": model})
    finally:
        tf.config.run_functions_eagerly(eager)
    return tried


def _splitter(cv: Any) -> Any:
    """Return what cuts a few samples; a list of cuts is of rows that are not among them."""
    return len(cv) if isinstance(cv, list | tuple) else cv


def _distributions(search: Any) -> dict[str, Any]:
    found = search.param_distributions
    return dict(found[0] if isinstance(found, list) and len(found) == 1 else found)


def _pick(values: Any, place: int) -> Any:
    if hasattr(values, "rvs"):
        return values.rvs(random_state=place % 2)
    return list(values)[place]


TRIALS = {"search": try_search}
"""What a probe called `KIND:NAME` does with the object of that name."""
