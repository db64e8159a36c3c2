"""Checks for 3.1.3, do we need more data."""

from collections.abc import Iterable
from functools import cache

import numpy as np

from grader.datasets import digits
from grader.evidence.values import Call, Callback, Nothing, Numbers, Sequence
from grader.expect.curves import expect_pair
from grader.expect.findings import Evidence
from grader.expect.measurements import categorical_accuracy
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.expect.rounds import (
    MixUps,
    expect_accuracies,
    expect_same_start,
    model_after,
    model_before,
)
from grader.expect.structure import expect_given_loss
from grader.expect.training import epochs_asked, not_trained, share_held_back

HINTS = (
    "All but the plot happens once for each size, so it belongs into the loop. Which digits does "
    "the model see this time, and what does it still know from the last time?",
    "Slices cut both arrays at the same place. A model has a method that takes a list of weights. "
    "fit takes a list of callbacks, and evaluate gives the loss first, then the accuracy.",
    "In the loop: `X_train[:size]` and `y_train[:size]`, then `model.set_weights` with the initial "
    "weights, then fit with `epochs=50` and `callbacks=[early_stop]`. Append the second value of "
    "evaluate on these digits to one list, and that on the test digits to the other.",
)
TIMEOUT = 420

SIZES = (125, 502, 879, 1255)
AFTER = [f"{size} digits" for size in SIZES]

MINIMUM = 0.85
"""Accuracy on the test digits after the training on 1255 of them.

Chosen from the runs in tests/calibration, as the next one.
"""

GROWTH = 0.1
"""By how much that is more than after the training on 125 digits."""


def _trainings(evidence: Evidence) -> list[Call]:
    """Return the last four trainings of the file, whichever model each one was of."""
    found = evidence.calls("fit")
    if not found:
        if evidence.ended_early:
            raise evidence.not_before("a model was trained")
        raise not_trained(
            evidence,
            f"{len(SIZES)} trainings, one for each size",
            "Train the model inside the loop.",
            evidence.line_of("model"),
        )
    return found[-len(SIZES) :]


@cache
def _known_pairs() -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return every training digit with its label as bytes, and every test digit."""
    X_train, y_train, X_test, y_test = digits.load_split()
    return frozenset(_pairs(X_train, y_train)), frozenset(_pairs(X_test, y_test))


def _pairs(X: np.ndarray, y: np.ndarray) -> list[bytes]:
    return [row.tobytes() for row in np.hstack([X, y]).astype(np.float32)]


def _fed(evidence: Evidence, call: Call) -> tuple[np.ndarray, np.ndarray]:
    """Return the digits and labels that a training was given.

    Raises:
        CheckSkipped: they have not the form of this exercise's data.
    """
    parts = [call.arguments.get(name, Nothing()) for name in ("x", "y")]
    stored = [part for part in parts if isinstance(part, Numbers)]
    if [part.shape[1:] for part in stored] == [(64,), (10,)]:
        X, y = (evidence.load(part).astype(float) for part in stored)
        if 0 < len(X) == len(y):
            return X, y
    raise CheckSkipped("a training was given something else than digits and their labels")


@check(points=3)
def test_sizes(evidence: Evidence) -> None:
    """Each training takes as many of the training digits as its size says."""
    calls = _trainings(evidence)
    fed = [_fed(evidence, call) for call in calls]
    training, test = _known_pairs()
    for call, (X, y) in zip(calls, fed, strict=True):
        if test & set(_pairs(X, y)):
            raise CheckFailed(
                expected="fit on digits of `X_train`",
                got="fit on digits of `X_test`",
                message="A model that has trained on the test data can no longer be tested with "
                "them.",
                line=call.line,
            )
    got = [len(X) for X, _ in fed]
    if len(got) < len(SIZES) and evidence.ended_early:
        raise evidence.not_before("the last training was over")
    if got != list(SIZES):
        raise CheckFailed(
            expected=f"trainings on {_listed(SIZES)} digits",
            got=f"trainings on {_listed(got)} digits"
            if len(got) > 1
            else f"one training on {got[0]} digits",
            message=_blame_for_sizes(got, calls),
            line=calls[-1].line,
        )
    for call, (X, y) in zip(calls, fed, strict=True):
        known = len(training & set(_pairs(X, y)))
        if known != len(X):
            raise CheckFailed(
                expected=f"{len(X)} digits of `X_train`, each with its own label",
                got=f"{known} of them",
                message="Cut `X_train` and `y_train` at the same place, so that they still fit "
                "together.",
                line=call.line,
            )
        share = share_held_back(call)
        if share:
            raise CheckFailed(
                expected=f"a training on all {len(X)} digits that fit gets",
                got=f"a training that holds back {share:g} of them",
                message="`validation_split` takes digits away from the training. The test digits "
                "are there to measure with.",
                line=call.line,
            )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _blame_for_sizes(got: list[int], calls: list[Call]) -> str:
    if len(got) < len(SIZES):
        return "fit must run once for each size. Does it stand inside the loop?"
    if len(set(got)) == 1:
        return "Every training took the same digits. Take only the first `size` of them."
    if sorted(got) == sorted(SIZES):
        return "Go through the sizes in the order of `training_sizes`."
    return "Look at how many digits you take for each `size`."


@check(points=3)
def test_reset(evidence: Evidence) -> None:
    """Each training starts from the same weights, those of the untrained model."""
    expect_same_start(evidence, _trainings(evidence))


@check(points=2)
def test_early_stop(evidence: Evidence) -> None:
    """Each training is given the callback `early_stop`."""
    for call in _trainings(evidence):
        stops = _early_stops(call)
        if any(_is_given(stop) for stop in stops):
            continue
        got = "fit without it"
        if stops:
            settings = stops[0].settings
            got = f"one that watches {str(settings.get('monitor'))[:40]!r}, with a patience of "
            got += str(settings.get("patience"))[:20]
        raise CheckFailed(
            expected="fit with `early_stop` among its callbacks",
            got=got,
            message="Use the `early_stop` that is given: it watches the loss, with a patience of 1."
            if stops
            else "`early_stop` is there, but fit does not know of it. Pass it along.",
            line=call.line,
        )


def _early_stops(call: Call) -> list[Callback]:
    """Return the EarlyStoppings that a training was given."""
    found = call.arguments.get("callbacks", Nothing())
    parts = found.items if isinstance(found, Sequence) else [found]
    callbacks = [part for part in parts if isinstance(part, Callback)]
    return [callback for callback in callbacks if callback.type == "EarlyStopping"]


def _is_given(stop: Callback) -> bool:
    """Whether an EarlyStopping does what the given one does."""
    monitor, patience, mode = (stop.settings.get(key) for key in ("monitor", "patience", "mode"))
    return (monitor, patience) == ("loss", 1) and mode != "max"


@check(points=1)
def test_epochs(evidence: Evidence) -> None:
    """Each training is asked for 50 epochs."""
    for call in _trainings(evidence):
        if epochs_asked(call) != 50:
            raise CheckFailed(
                expected="50 epochs for each training",
                got=f"{epochs_asked(call)} epoch{'s' if epochs_asked(call) != 1 else ''}",
                message="Look at the number of epochs that you give to fit.",
                line=call.line,
            )


def _one_for_each_size(evidence: Evidence) -> list[Call]:
    """Return the four trainings.

    Raises:
        CheckSkipped: there are fewer.
    """
    calls = _trainings(evidence)
    if len(calls) < len(SIZES):
        if evidence.ended_early:
            raise evidence.not_before("the last training was over")
        many = "s" if len(calls) > 1 else ""
        raise CheckSkipped(f"{len(calls)} training{many} cannot give {len(SIZES)} results")
    return calls


def _accuracies(evidence: Evidence, X: np.ndarray, y: np.ndarray) -> list[float]:
    """Return the accuracy on these digits after each training."""
    return [
        categorical_accuracy(y, model_after(evidence, call).predict(X))
        for call in _one_for_each_size(evidence)
    ]


def _first_and_last(evidence: Evidence) -> tuple[float, float]:
    """Return the accuracies on the test digits after the first and the last training."""
    _, _, X_test, y_test = digits.load_split()
    first, *_, last = _accuracies(evidence, X_test, y_test)
    return first, last


def quality(evidence: Evidence) -> float:
    """Return the accuracy on the test digits after the last training."""
    return _first_and_last(evidence)[1]


def growth(evidence: Evidence) -> float:
    """Return by how much the last training ended above the first, on the test digits."""
    first, last = _first_and_last(evidence)
    return last - first


def _on_own_digits(evidence: Evidence) -> list[float]:
    """Return the accuracy after each training on the digits that it used."""
    found = []
    for call in _one_for_each_size(evidence):
        X, y = _fed(evidence, call)
        found.append(categorical_accuracy(y, model_after(evidence, call).predict(X)))
    return found


def _line(evidence: Evidence, name: str) -> int | None:
    """Return the line where the list's accuracies are measured, as far as can be told."""
    calls = evidence.calls("evaluate")
    return calls[0 if name == "train_accs" else -1].line if calls else evidence.line_of(name)


@check(points=2)
def test_train_accs(evidence: Evidence) -> None:
    """`train_accs` has each model's accuracy on the digits that it was trained on."""
    X_train, y_train, X_test, y_test = digits.load_split()

    def mix_ups() -> MixUps:
        untrained = []
        for call in _one_for_each_size(evidence):
            X, y = _fed(evidence, call)
            untrained.append(categorical_accuracy(y, model_before(evidence, call).predict(X)))
        everything = _accuracies(evidence, X_train, y_train)
        return {
            "swapped": ("the accuracies on the test digits", _accuracies(evidence, X_test, y_test)),
            "untrained": ("the accuracies of the untrained model", untrained),
            "": (
                "the accuracies on all of `X_train`. Measure on the digits that this training used",
                everything,
            ),
        }

    expect_accuracies(
        evidence,
        "train_accs",
        _on_own_digits(evidence),
        after=AFTER,
        mix_ups=mix_ups,
        line=_line(evidence, "train_accs"),
    )


@check(points=3)
def test_test_accs(evidence: Evidence) -> None:
    """`test_accs` has each model's accuracy on all test digits."""
    X_train, y_train, X_test, y_test = digits.load_split()

    def mix_ups() -> MixUps:
        untrained, part = [], []
        for size, call in zip(SIZES, _one_for_each_size(evidence), strict=True):
            model = model_before(evidence, call)
            untrained.append(categorical_accuracy(y_test, model.predict(X_test)))
            outputs = model_after(evidence, call).predict(X_test[:size])
            part.append(categorical_accuracy(y_test[:size], outputs))
        return {
            "swapped": (
                "the accuracies on the digits that the model was trained on",
                _on_own_digits(evidence),
            ),
            "untrained": ("the accuracies of the untrained model", untrained),
            "": ("the accuracies on a part of the test digits. Measure on all of them", part),
            "all": (
                "the accuracies on the training digits, all of them",
                _accuracies(evidence, X_train, y_train),
            ),
        }

    expect_accuracies(
        evidence,
        "test_accs",
        _accuracies(evidence, X_test, y_test),
        after=AFTER,
        mix_ups=mix_ups,
        line=_line(evidence, "test_accs"),
    )


@check(points=2, needs=("sizes", "reset", "early_stop", "epochs"))
def test_growth(evidence: Evidence) -> None:
    """More training digits make the model better on the test digits."""
    expect_given_loss(model_after(evidence, _trainings(evidence)[-1]), "categorical_crossentropy")
    first, last = _first_and_last(evidence)
    if last < MINIMUM or last - first < GROWTH:
        raise CheckFailed(
            expected=f"a test accuracy that grows to at least {MINIMUM:.2f}",
            got=f"{first:.3f} after {SIZES[0]} digits, {last:.3f} after {SIZES[-1]}",
            message="Data and epochs are right, and yet the model has learned too little. Look at "
            "what else you tell fit, and whether you compiled the model anew.",
            line=_trainings(evidence)[-1].line,
        )


@check(points=2)
def test_plot(evidence: Evidence) -> None:
    """A plot shows both lists of accuracies."""
    names = ("train_accs", "test_accs")
    series = {}
    for name in names:
        found = evidence.value(name)
        if isinstance(found, Sequence) and found.type == "list" and not found.length:
            raise CheckSkipped(f"`{name}` is empty")
        series[name] = evidence.array(name)
        if series[name].ndim != 1:
            raise CheckSkipped(f"`{name}` holds more than one number for each size")
    expect_pair(
        evidence,
        series,
        names,
        second_words=("test", "val"),
        how="Give both lists to plot_results, after the loop.",
    )
