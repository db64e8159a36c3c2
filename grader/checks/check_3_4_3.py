"""Checks for 3.4.3, training with cross-validation."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import numpy as np

from grader.datasets import breast_cancer, networks
from grader.evidence.values import (
    Mapping,
    ModelRef,
    Number,
    Numbers,
    Sequence,
    Series,
    Value,
)
from grader.expect.diagnosis import why_missed
from grader.expect.estimators import estimator, network_of
from grader.expect.findings import Evidence
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Pair
from grader.expect.model import Model
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check, counted
from grader.expect.quality import binary_accuracy, measured
from grader.expect.specifications import dense
from grader.expect.training import Training
from grader.expect.value_words import kind_text

HINTS = (
    "The classifier knows how a network is made and how long it trains. The cross-validation does "
    "the rest: cutting, training, testing.",
    "KerasClassifier takes `epochs` and `batch_size` as fit does. cross_val_score wants the "
    "classifier, all features, all labels, and the number of parts.",
    "`KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)`, and then "
    "`cross_val_score(model, X, y, cv=3)`. Keep the whole array that it returns.",
)
TIMEOUT = 600
WATCH = ("sklearn.model_selection.cross_val_score",)

FOLDS, EPOCHS, BATCH_SIZE, RATE = 3, 50, 128, 0.001
NETWORK = Network(input=(30,), layers=[dense(128, "relu"), dense(256, "relu"), dense(1, "sigmoid")])

MINIMUM = 0.95
"""Mean accuracy of the three parts. Chosen from the runs in tests/calibration.

Ten epochs are nearly as good as fifty; those are found by their number.
"""


@dataclass(frozen=True)
class Fold:
    """One training of the cross-validation, and the rows that it left out."""

    training: Training
    left_out: np.ndarray

    @property
    def model(self) -> Model:
        """The network that was trained."""
        return self.training.model


@cache
def _data() -> tuple[np.ndarray, np.ndarray]:
    return breast_cancer.load()


@cache
def _rows() -> dict[bytes, int]:
    """Return where each row stands; no two of them are the same."""
    return {row.tobytes(): place for place, row in enumerate(_data()[0].astype(np.float32))}


def _left_out(training: Training) -> np.ndarray | None:
    """Return the rows of X that a training left out; None if it used anything but rows of X."""
    X, y = _data()
    parts = [training.features, training.labels]
    stored = [part for part in parts if isinstance(part, Numbers) and part.file is not None]
    if len(stored) < len(parts):
        return None
    features, labels = (training.evidence.load(part).astype(np.float32) for part in stored)
    if features.ndim != 2 or len(features) != labels.size:
        return None
    places = [_rows().get(row.tobytes(), -1) for row in np.ascontiguousarray(features)]
    if -1 in places or len(set(places)) < len(places):
        return None
    if not np.array_equal(labels.ravel(), y[places].astype(np.float32)):
        return None
    return np.setdiff1d(np.arange(len(X)), places)


def _trainings(evidence: Evidence) -> list[Fold]:
    """Return all trainings on a part of X, in order."""
    found = []
    for training in evidence.trainings:
        left_out = _left_out(training)
        if left_out is not None and 0 < len(left_out) < len(_data()[0]):
            found.append(Fold(training, left_out))
    return found


def _last_parts(trainings: list[Fold], count: int) -> list[Fold]:
    """Return the last COUNT trainings in a row that left out each row just once, if there are."""
    for start in range(len(trainings) - count, -1, -1):
        found = trainings[start : start + count]
        together = np.sort(np.concatenate([fold.left_out for fold in found]))
        if np.array_equal(together, np.arange(len(_data()[0]))):
            return found
    return []


def _why_of_parts(evidence: Evidence, count: int) -> str:
    """Return what to say of a cross-validation that cut the data into so many parts."""
    calls = [*evidence.written.calls("cross_val_score"), *evidence.written.calls("cross_validate")]
    told = any("cv" in call.keywords for call in calls) or "cv" in evidence.written.keywords
    if count == _OWN_PARTS and calls and not told:
        return f"The cross-validation is told no `cv`, and then it cuts {_OWN_PARTS} parts."
    return "Look at the `cv` of the cross-validation."


_OWN_PARTS = 5
"""Into which scikit-learn cuts the data where it is told nothing."""


def _not_parts(evidence: Evidence, trainings: list[Fold]) -> tuple[str, str]:
    """Return what the trainings are where they leave out no parts, and what to say of it."""
    left_out = [_left_out(training) for training in evidence.trainings]
    if not left_out:
        return "no training at all", (
            "Let the cross-validation train and test; numbers that are typed in do not count."
        )
    if any(rows is None for rows in left_out):
        return "trainings on other data", (
            "Give the cross-validation `X` and `y`, all of them and as they are."
        )
    if not trainings:
        return "a training on all rows", "Nothing was left out of it that could be its test."
    rows = len(_data()[0])
    if len(trainings) == 1:
        used = f"{rows - len(trainings[0].left_out)} of the {rows} rows"
        alone = len(left_out) == 1
        got = f"one training, on {used}" if alone else f"one training on {used}, the rest on all"
        return got, (
            "A cross-validation trains as often as there are parts, each time with a different "
            "part left out."
        )
    times = np.bincount(np.concatenate([fold.left_out for fold in trainings]), minlength=rows)
    never = times == len(trainings)
    if never.any() and (times[~never] == 1).all():
        return f"{never.sum()} rows that are in no training", "Use all rows of `X` and `y`."
    got = "trainings that leave out some rows more than once"
    if times.max() == 1:
        got = f"trainings that leave out only {(times == 1).sum()} of the {rows} rows"
    return got, "Cut the rows into parts, so that each is left out of exactly one training."


def _folds(evidence: Evidence) -> list[Fold]:
    """Return the three trainings of the cross-validation.

    Raises:
        CheckFailed: there was none, or one with another number of parts.
        CheckSkipped: there was none because the file stopped.
    """
    trainings = _trainings(evidence)
    found = _last_parts(trainings, FOLDS)
    if found:
        return found
    if evidence.ended_early:
        raise evidence.not_before("the cross-validation was done")
    others = (count for count in range(2, 31) if _last_parts(trainings, count))
    got, message = next(
        ((f"{count} parts", _why_of_parts(evidence, count)) for count in others),
        _not_parts(evidence, trainings),
    )
    raise CheckFailed(
        expected=f"{FOLDS} parts, each left out of one training",
        got=got,
        message=message,
        line=evidence.trainings[-1].line if evidence.trainings else evidence.line_of("kfolds"),
    )


@check(points=1)
def test_model(evidence: Evidence) -> None:
    """`model` is a KerasClassifier that makes its networks with `create_model`."""
    why = {"KerasRegressor": "A regressor predicts quantities. Here there are two classes."}
    settings = estimator(evidence, "model", "KerasClassifier", why)
    if isinstance(network_of(settings), ModelRef):
        evidence.tip(
            "Give KerasClassifier the function itself. A network that is made already is copied "
            "for each part, with the same weights to start from."
        )


@check(points=3)
def test_folds(evidence: Evidence) -> None:
    """Three new networks were trained, each on two of the three parts."""
    folds = _folds(evidence)
    if len({fold.model.number for fold in folds}) < FOLDS:
        raise CheckFailed(
            expected="a new network for each part",
            got="one network that went on learning",
            message="What is to be its test has been part of its training before. Start each "
            "training with a new network.",
            line=folds[-1].training.line,
        )


def _expect_numbers_in_place(fold: Fold, line: int | None) -> None:
    """Expect that the numbers of epochs and of samples in a batch are not in each other's place."""
    epochs, size = fold.training.epochs, fold.training.batch_size
    if (epochs, size) == (BATCH_SIZE, EPOCHS):
        raise CheckFailed(
            expected=f"{EPOCHS} epochs in batches of {BATCH_SIZE}",
            got=f"{epochs} epochs in batches of {size}",
            message="The number of epochs and the batch size stand in each other's place.",
            line=line,
            cause="numbers swapped",
        )


@check(points=1, needs=("folds",))
def test_epochs(evidence: Evidence) -> None:
    """Each network trained for 50 epochs."""
    for fold in _folds(evidence):
        _expect_numbers_in_place(fold, evidence.line_of("model"))
        epochs = fold.training.epochs
        if epochs != EPOCHS:
            raise CheckFailed(
                expected=f"{EPOCHS} epochs",
                got=counted(epochs, "epoch"),
                message="Tell the classifier for how many epochs a network trains.",
                line=evidence.line_of("model"),
            )


@check(points=1, needs=("folds",))
def test_batch_size(evidence: Evidence) -> None:
    """Each network trained with batches of 128."""
    for fold in _folds(evidence):
        _expect_numbers_in_place(fold, evidence.line_of("model"))
        size = fold.training.number("batch_size")
        if size != BATCH_SIZE:
            raise CheckFailed(
                expected=f"batches of {BATCH_SIZE}",
                got=f"batches of {size}" if size else "batches of 32, since none were asked for",
                message="Tell the classifier how large a batch is.",
                line=evidence.line_of("model"),
            )


@check(points=1, needs=("folds",))
def test_network(evidence: Evidence) -> None:
    """The networks are those of `create_model` with the best settings."""
    for fold in _folds(evidence):
        NETWORK.expect_layers(fold.model)
        NETWORK.expect_activations(fold.model)
        rate = fold.model.learning_rate
        if not abs(rate - RATE) <= 1e-4 * RATE:
            raise CheckFailed(
                expected=f"a learning rate of {RATE:g}",
                got=f"a learning rate of {rate:g}",
                message="`create_model` has the best settings already. Leave them as they are.",
                line=evidence.line_of("model"),
            )
        expect_as_given(fold.model, networks.cancer_network())


def _accuracies(evidence: Evidence) -> list[float]:
    """Return how often each network is right on the part that it did not see, computed here."""
    X, y = _data()
    return [
        measured(fold.model, Pair(X[fold.left_out], y[fold.left_out]), binary_accuracy)
        for fold in _folds(evidence)
    ]


def quality(evidence: Evidence) -> float:
    """Return the mean accuracy on the parts that the networks did not see."""
    return float(np.mean(_accuracies(evidence)))


def _text(numbers: Iterable[float]) -> str:
    return ", ".join(f"{number:.4f}" for number in numbers)


def _near(got: float, true: float) -> bool:
    return abs(got - true) <= 0.002 or got in (round(true, 2), round(true, 3))


def _agree(got: Iterable[float], true: list[float]) -> bool:
    """Whether these are the accuracies of the three parts, in any order."""
    mine = sorted(got)
    return len(mine) == len(true) and all(map(_near, mine, sorted(true)))


def _holds(evidence: Evidence, found: Value, true: list[float]) -> bool:
    with suppress(CheckFailed):
        return _agree(evidence.to_array("", found).astype(float).ravel(), true)
    return False


def _kept(evidence: Evidence, true: list[float]) -> tuple[str, Value]:
    """Return the name and value of what was kept of the cross-validation.

    Where the file keeps it under another name, or only prints it, a tip says so.
    """
    if "kfolds" not in evidence.values and not evidence.ended_early:
        others = [
            name
            for name, found in evidence.values.items()
            if evidence.line_of(name) is not None
            and isinstance(found, Numbers | Sequence | Series)
            and _holds(evidence, found, true)
        ]
        if len(others) == 1:
            evidence.tip_name(others[0], "kfolds")
            return others[0], evidence.values[others[0]]
        if calls := [call for path in WATCH for call in evidence.calls(path)]:
            evidence.tip(
                "Give what cross_val_score returns the name `kfolds`, so that you can go on with "
                "it."
            )
            return "kfolds", calls[-1].result
    return "kfolds", evidence.value("kfolds", "the three accuracies")


@check(points=3, needs=("folds",))
def test_kfolds(evidence: Evidence) -> None:
    """`kfolds` holds the accuracy of each of the three parts."""
    true = _accuracies(evidence)
    name, found = _kept(evidence, true)
    line = evidence.line_of(name)
    if isinstance(found, Mapping | Number):
        raise CheckFailed(
            expected=f"{FOLDS} accuracies: {_text(true)}",
            got=kind_text(found),
            message="Keep the accuracies alone, without the times that come with them."
            if isinstance(found, Mapping)
            else "Keep all three. Their mean comes later, and so does their spread.",
            line=line,
        )
    got = evidence.to_array(name, found).astype(float).ravel()
    if len(got) != FOLDS:
        raise CheckFailed(
            expected=f"{FOLDS} accuracies: {_text(true)}",
            got=f"{counted(len(got), 'number')}: {_text(got[:6])}",
            message="There is one accuracy for each part.",
            line=line,
        )
    if not _agree(got, true):
        raise CheckFailed(
            expected=_text(true),
            got=_text(got),
            message="These are not the accuracies of the networks that were trained here. Keep "
            "what the cross-validation returns, and let it measure what it measures by itself.",
            line=line,
        )


@check(points=1, needs=("folds", "epochs", "batch_size", "network"))
def test_quality(evidence: Evidence) -> None:
    """The mean of the three accuracies is what such networks reach."""
    mean = quality(evidence)
    if mean < MINIMUM:
        message, line = why_missed(
            evidence.trainings,
            "The networks have learned less than they should have. Look at how they are trained.",
            evidence.line_of("model"),
        )
        raise CheckFailed(
            expected=f"a mean accuracy of at least {MINIMUM:.3f}",
            got=f"{mean:.3f}",
            message=message,
            line=line,
        )
