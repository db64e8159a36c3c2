"""Checks for 3.1.3, do we need more data."""

from collections.abc import Iterable
from functools import cache

import numpy as np

from grader.datasets import digits, networks
from grader.evidence.values import Callback, Numbers, Sequence
from grader.expect.diagnosis import why_missed
from grader.expect.figures import expect_pair_plotted, figures
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_any_training
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known, Pair
from grader.expect.outcome import CheckFailed, CheckSkipped, check, counted
from grader.expect.quality import categorical_accuracy, measured
from grader.expect.reports import MixUps, expect_reported_accuracies
from grader.expect.same_start import expect_same_start
from grader.expect.training import Training
from grader.places import OnLine, Said, said

HINTS = (
    "All but the plot happens once for each size, so it belongs in the loop. Which digits does "
    "the model see this time, and what does it still know from the last time?",
    "Slices cut both arrays at the same place. A model has a method that takes a list of weights. "
    "fit takes a list of callbacks, and evaluate gives the loss first, then the accuracy.",
    "In the loop: `X_train[:size]` and `y_train[:size]`, then `model.set_weights` with the initial "
    "weights, then fit with `epochs=50` and `callbacks=[early_stop]`. Append the second value of "
    "evaluate on these digits to one list, and that on the test digits to the other.",
)
TIMEOUT = 420

DATA = Known(digits.load_split, "X_train", "y_train", "X_test", "y_test")
SIZES = (125, 502, 879, 1255)
AFTER = [f"{size} digits" for size in SIZES]

MINIMUM = 0.85
"""Accuracy on the test digits after the training on 1255 of them.

Chosen from the runs in tests/calibration, as the next one.
"""

GROWTH = 0.1
"""By how much that is more than after the training on 125 digits."""


def _trainings(evidence: Evidence) -> list[Training]:
    """Return the last four trainings of the file, whichever model each one was of."""
    found = expect_any_training(
        evidence,
        "a model",
        expected=f"{len(SIZES)} trainings, one for each size",
        message="Train the model inside the loop.",
        line=evidence.line_of("model"),
    )
    return found[-len(SIZES) :]


@cache
def _known_pairs() -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return every training digit with its label as bytes, and every test digit."""
    return frozenset(_rows(DATA.train)), frozenset(_rows(DATA.test))


def _rows(pair: Pair) -> list[bytes]:
    return [row.tobytes() for row in np.hstack([pair.x, pair.y]).astype(np.float32)]


def _fed(training: Training) -> Pair:
    """Return the digits and labels that a training was given.

    Raises:
        CheckSkipped: they have not the form of this exercise's data.
    """
    parts = [training.features, training.labels]
    stored = [part for part in parts if isinstance(part, Numbers)]
    if [part.shape[1:] for part in stored] == [(64,), (10,)]:
        x, y = (training.evidence.load(part).astype(float) for part in stored)
        if 0 < len(x) == len(y):
            return Pair(x, y)
    raise CheckSkipped("a training was given something else than digits and their labels")


@check(points=3)
def test_sizes(evidence: Evidence) -> None:
    """Each training takes as many of the training digits as its size says."""
    trainings = _trainings(evidence)
    fed = [_fed(training) for training in trainings]
    learned_from, test = _known_pairs()
    for training, pair in zip(trainings, fed, strict=True):
        if test & set(_rows(pair)):
            raise CheckFailed(
                expected="fit on digits of `X_train`",
                got="fit on digits of `X_test`",
                message="A model that has trained on the test data can no longer be tested with "
                "them.",
                line=training.line,
            )
    got = [len(pair.x) for pair in fed]
    if len(got) < len(SIZES) and evidence.ended_early:
        raise evidence.not_before("the last training was over")
    if got != list(SIZES):
        raise CheckFailed(
            expected=f"trainings on {_listed(SIZES)} digits",
            got=f"trainings on {_listed(got)} digits"
            if len(got) > 1
            else f"one training on {got[0]} digits",
            message=_blame_for_sizes(got),
            line=trainings[-1].line,
        )
    for training, pair in zip(trainings, fed, strict=True):
        size, known = len(pair.x), len(learned_from & set(_rows(pair)))
        if known != size and set(_rows(pair)) <= learned_from:
            raise CheckFailed(
                expected=f"{size} digits of `X_train`, each of them once",
                got=f"{known} of them, some more than once",
                message=f"Take the first `size` digits and their labels: here the first {size}.",
                line=evidence.line_of("X_train_frac") or training.line,
            )
        if known != size:
            raise CheckFailed(
                expected=f"{size} digits of `X_train`, each with its own label",
                got=f"{known} of them",
                message="Cut `X_train` and `y_train` at the same place, so that they still fit "
                "together.",
                line=training.line,
            )
        share = training.share_held_back
        if share:
            raise CheckFailed(
                expected=f"a training on all {size} digits that fit gets",
                got=f"a training that holds back {share:g} of them",
                message="`validation_split` takes digits away from the training. The test digits "
                "are there to measure with.",
                line=training.line,
            )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _blame_for_sizes(got: list[int]) -> str:
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
    expect_same_start(_trainings(evidence))


@check(points=2)
def test_early_stop(evidence: Evidence) -> None:
    """Each training is given the callback `early_stop`."""
    for training in _trainings(evidence):
        stops = [one for one in training.callbacks if one.type == "EarlyStopping"]
        if any(_is_given(stop) for stop in stops):
            continue
        got = f"{training.method} without it"
        if stops:
            settings = stops[0].settings
            got = f"one that watches {str(settings.get('monitor'))[:40]!r}, with a patience of "
            got += str(settings.get("patience"))[:20]
        raise CheckFailed(
            expected="fit with `early_stop` among its callbacks",
            got=got,
            message="Use the `early_stop` that is given: it watches the loss, with a patience of 1."
            if stops
            else "train_on_batch takes no callbacks. Train with fit, and give it `early_stop`."
            if training.is_loop
            else "`early_stop` is there, but fit does not know of it. Pass it along.",
            line=training.line,
        )


def _is_given(stop: Callback) -> bool:
    """Whether an EarlyStopping does what the given one does."""
    monitor, patience, mode = (stop.settings.get(key) for key in ("monitor", "patience", "mode"))
    return (monitor, patience) == ("loss", 1) and mode != "max"


@check(points=1)
def test_epochs(evidence: Evidence) -> None:
    """Each training is asked for 50 epochs."""
    for training in _trainings(evidence):
        if training.epochs_asked != 50:
            raise CheckFailed(
                expected="50 epochs for each training",
                got=counted(training.epochs_asked, "epoch"),
                message=f"Look at {training.what_sets_epochs}.",
                line=training.line,
            )


def _one_for_each_size(evidence: Evidence) -> list[Training]:
    """Return the four trainings.

    Raises:
        CheckSkipped: there are fewer.
    """
    trainings = _trainings(evidence)
    if len(trainings) < len(SIZES):
        if evidence.ended_early:
            raise evidence.not_before("the last training was over")
        many = counted(len(trainings), "training")
        raise CheckSkipped(f"{many} cannot give {len(SIZES)} results")
    return trainings


def _accuracies(evidence: Evidence, pair: Pair) -> list[float]:
    """Return the accuracy on these digits after each training."""
    return [
        measured(training.after, pair, categorical_accuracy)
        for training in _one_for_each_size(evidence)
    ]


def _first_and_last(evidence: Evidence) -> tuple[float, float]:
    """Return the accuracies on the test digits after the first and the last training."""
    first, *_, last = _accuracies(evidence, DATA.test)
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
    return [
        measured(training.after, _fed(training), categorical_accuracy)
        for training in _one_for_each_size(evidence)
    ]


def _line_of_reset(evidence: Evidence) -> int | None:
    """Return the line that sets the weights back between fit and evaluate; None of any other."""
    fits, evaluations, resets = (
        [call.line for call in evidence.written.calls(name) if call.in_loop]
        for name in ("fit", "evaluate", "set_weights")
    )
    if len(fits) != 1 or not evaluations or len(resets) != 1:
        return None
    return resets[0] if fits[0] < resets[0] < min(evaluations) else None


def _untrained(evidence: Evidence) -> Said:
    """Return what accuracies of untrained models are, in words."""
    words = "the accuracies of the untrained model"
    reset = _line_of_reset(evidence)
    if reset is None:
        return words
    return said(words, ": the weights are set back ", OnLine(reset), ", before it is measured")


def _line(evidence: Evidence, name: str) -> int | None:
    """Return the line where the list's accuracies are measured, as far as can be told."""
    calls = evidence.calls("evaluate")
    return calls[0 if name == "train_accs" else -1].line if calls else evidence.line_of(name)


@check(points=2)
def test_train_accs(evidence: Evidence) -> None:
    """`train_accs` has each model's accuracy on the digits that it was trained on."""

    def mix_ups() -> MixUps:
        untrained = [
            measured(training.before, _fed(training), categorical_accuracy)
            for training in _one_for_each_size(evidence)
        ]
        everything = _accuracies(evidence, DATA.train)
        return {
            "swapped": ("the accuracies on the test digits", _accuracies(evidence, DATA.test)),
            "untrained": (_untrained(evidence), untrained),
            "": (
                "the accuracies on all of `X_train`. Measure on the digits that this training used",
                everything,
            ),
        }

    expect_reported_accuracies(
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

    def mix_ups() -> MixUps:
        untrained, part = [], []
        for size, training in zip(SIZES, _one_for_each_size(evidence), strict=True):
            first = Pair(DATA.test.x[:size], DATA.test.y[:size])
            untrained.append(measured(training.before, DATA.test, categorical_accuracy))
            part.append(measured(training.after, first, categorical_accuracy))
        return {
            "swapped": (
                "the accuracies on the digits that the model was trained on",
                _on_own_digits(evidence),
            ),
            "untrained": (_untrained(evidence), untrained),
            "": ("the accuracies on a part of the test digits. Measure on all of them", part),
            "all": (
                "the accuracies on the training digits, all of them",
                _accuracies(evidence, DATA.train),
            ),
        }

    expect_reported_accuracies(
        evidence,
        "test_accs",
        _accuracies(evidence, DATA.test),
        after=AFTER,
        mix_ups=mix_ups,
        line=_line(evidence, "test_accs"),
    )


@check(points=2, needs=("sizes", "reset", "early_stop", "epochs"))
def test_growth(evidence: Evidence) -> None:
    """More training digits make the trained model better on the test digits."""
    expect_as_given(_trainings(evidence)[-1].after, networks.digits_network())
    first, last = _first_and_last(evidence)
    if last < MINIMUM or last - first < GROWTH:
        message, line = why_missed(
            _trainings(evidence),
            "Data and epochs are right, and yet the model has learned too little. Look at what "
            "else you tell fit, and whether you compiled the model anew.",
            _trainings(evidence)[-1].line,
        )
        raise CheckFailed(
            expected=f"a test accuracy that grows to at least {MINIMUM:.2f}",
            got=f"{first:.3f} after {SIZES[0]} digits, {last:.3f} after {SIZES[-1]}",
            message=message,
            line=line,
        )


@check(points=2)
def test_plot(evidence: Evidence) -> None:
    """A plot shows `train_accs` and `test_accs`."""
    names = ("train_accs", "test_accs")
    if evidence.ended_early and not figures(evidence):
        raise evidence.not_before("the lists were plotted")
    series = {}
    for name in names:
        found = evidence.value(name)
        if isinstance(found, Sequence) and found.type == "list" and not found.length:
            raise CheckSkipped(f"`{name}` is empty")
        series[name] = evidence.array(name)
        if series[name].ndim != 1:
            raise CheckSkipped(f"`{name}` holds more than one number for each size")
    expect_pair_plotted(
        evidence,
        series,
        names,
        second_words=("test", "val"),
        how="Give both lists to plot_results, after the loop.",
    )
