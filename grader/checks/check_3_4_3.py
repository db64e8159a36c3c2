"""Checks for 3.4.3, training with cross-validation."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from grader.datasets import breast_cancer
from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import (
    Call,
    Mapping,
    ModelRef,
    Nothing,
    Number,
    Numbers,
    StoredModel,
)
from grader.expect.estimators import estimator, network_of
from grader.expect.findings import Evidence, kind_text
from grader.expect.layers import dense
from grader.expect.measurements import binary_accuracy
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, check
from grader.expect.structure import expect_activations, expect_given_loss, expect_layers
from grader.expect.training import epochs_run

HINTS = (
    "The classifier knows how a network is made and how long it trains. The cross-validation does "
    "the rest: cutting, training, testing.",
    "KerasClassifier takes `epochs` and `batch_size` as fit does. cross_val_score wants the "
    "classifier, all features, all labels, and the number of parts.",
    "`KerasClassifier(model=create_model, epochs=50, batch_size=128, verbose=0)`, and then "
    "`cross_val_score(model, X, y, cv=3)`. Keep the whole array that it returns.",
)
TIMEOUT = 600

FOLDS, EPOCHS, BATCH_SIZE, RATE = 3, 50, 128, 0.001
LAYERS = [dense(128, "relu"), dense(256, "relu"), dense(1, "sigmoid")]

MINIMUM = 0.95
"""Mean accuracy of the three parts. Chosen from the runs in tests/calibration.

Ten epochs are nearly as good as fifty; those are found by their number.
"""


@dataclass(frozen=True)
class Fold:
    """One training of the cross-validation, and the rows that it left out."""

    call: Call
    model: Model
    left_out: np.ndarray


@cache
def _data() -> tuple[np.ndarray, np.ndarray]:
    return breast_cancer.load()


@cache
def _rows() -> dict[bytes, int]:
    """Return where each row stands; no two of them are the same."""
    return {row.tobytes(): place for place, row in enumerate(_data()[0].astype(np.float32))}


def _left_out(evidence: Evidence, call: Call) -> np.ndarray | None:
    """Return the rows of X that a training left out; None if it used anything but rows of X."""
    X, y = _data()
    match [call.arguments.get(name) for name in ("x", "y")]:
        case [Numbers(file=str()) as own_x, Numbers(file=str()) as own_y]:
            features, labels = (evidence.load(own).astype(np.float32) for own in (own_x, own_y))
        case _:
            return None
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
    for call in evidence.calls("fit"):
        left_out = _left_out(evidence, call)
        if left_out is not None and 0 < len(left_out) < len(_data()[0]) and call.model is not None:
            found.append(Fold(call, evidence.model_by_number(call.model), left_out))
    return found


def _last_parts(trainings: list[Fold], count: int) -> list[Fold]:
    """Return the last COUNT trainings in a row that left out each row just once, if there are."""
    for start in range(len(trainings) - count, -1, -1):
        found = trainings[start : start + count]
        together = np.sort(np.concatenate([fold.left_out for fold in found]))
        if np.array_equal(together, np.arange(len(_data()[0]))):
            return found
    return []


def _not_parts(evidence: Evidence, trainings: list[Fold]) -> tuple[str, str]:
    """Return what the trainings are where they leave out no parts, and what to say of it."""
    left_out = [_left_out(evidence, call) for call in evidence.calls("fit")]
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
    times = np.bincount(np.concatenate([fold.left_out for fold in trainings]))
    never = times == len(trainings)
    if never.any() and (times[~never] == 1).all():
        return f"{never.sum()} rows that are in no training", "Use all rows of `X` and `y`."
    return "trainings that leave out some rows more than once", (
        "Cut the rows into parts, so that each is left out of exactly one training."
    )


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
    calls = evidence.calls("fit")
    others = (count for count in range(2, 31) if _last_parts(trainings, count))
    got, message = next(
        ((f"{count} parts", "Look at the `cv` of the cross-validation.") for count in others),
        _not_parts(evidence, trainings),
    )
    raise CheckFailed(
        expected=f"{FOLDS} parts, each left out of one training",
        got=got,
        message=message,
        line=calls[-1].line if calls else evidence.line_of("kfolds"),
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
    if not isinstance(settings.get("build_fn", Nothing()), Nothing):
        evidence.tip("`build_fn=` of KerasClassifier is called `model=` today.")


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
            line=folds[-1].call.line,
        )


@check(points=1, needs=("folds",))
def test_epochs(evidence: Evidence) -> None:
    """Each network trained for 50 epochs."""
    for fold in _folds(evidence):
        if epochs_run(fold.call) != EPOCHS:
            epochs = epochs_run(fold.call)
            raise CheckFailed(
                expected=f"{EPOCHS} epochs",
                got=f"{epochs} epoch{'s' if epochs != 1 else ''}",
                message="Tell the classifier for how many epochs a network trains.",
                line=evidence.line_of("model"),
            )


@check(points=1, needs=("folds",))
def test_batch_size(evidence: Evidence) -> None:
    """Each network trained with batches of 128."""
    for fold in _folds(evidence):
        found = fold.call.arguments.get("batch_size")
        size = found.value if isinstance(found, Number) else None
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
        expect_layers(fold.model, (30,), LAYERS)
        expect_activations(fold.model, LAYERS)
        expect_given_loss(fold.model, "binary_crossentropy")
        stored = fold.model.stored
        if not isinstance(stored, StoredModel) or stored.learning_rate is None:
            raise DamagedEvidence("a trained model has no learning rate")
        rate = stored.learning_rate
        if abs(rate - RATE) > 1e-4 * RATE:
            raise CheckFailed(
                expected=f"a learning rate of {RATE:g}",
                got=f"a learning rate of {rate:g}",
                message="`create_model` has the best settings already. Leave them as they are.",
                line=evidence.line_of("model"),
            )


def _accuracies(evidence: Evidence) -> list[float]:
    """Return how often each network is right on the part that it did not see, computed here."""
    X, y = _data()
    return [
        binary_accuracy(y[fold.left_out], fold.model.predict(X[fold.left_out]))
        for fold in _folds(evidence)
    ]


def quality(evidence: Evidence) -> float:
    """Return the mean accuracy on the parts that the networks did not see."""
    return float(np.mean(_accuracies(evidence)))


def _text(numbers: Iterable[float]) -> str:
    return ", ".join(f"{number:.4f}" for number in numbers)


def _near(got: float, true: float) -> bool:
    return abs(got - true) <= 0.002 or got in (round(true, 2), round(true, 3))


@check(points=3, needs=("folds",))
def test_kfolds(evidence: Evidence) -> None:
    """`kfolds` holds the accuracy of each of the three parts."""
    line, true = evidence.line_of("kfolds"), _accuracies(evidence)
    found = evidence.value("kfolds", "the three accuracies")
    if isinstance(found, Mapping | Number):
        raise CheckFailed(
            expected=f"{FOLDS} accuracies: {_text(true)}",
            got=kind_text(found),
            message="Keep the accuracies alone, without the times that come with them."
            if isinstance(found, Mapping)
            else "Keep all three. Their mean comes later, and so does their spread.",
            line=line,
        )
    got = evidence.array("kfolds").astype(float).ravel()
    if len(got) != FOLDS:
        raise CheckFailed(
            expected=f"{FOLDS} accuracies: {_text(true)}",
            got=f"{len(got)} number{'s' if len(got) != 1 else ''}: {_text(got[:6])}",
            message="There is one accuracy for each part.",
            line=line,
        )
    if not all(map(_near, sorted(got), sorted(true))):
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
        raise CheckFailed(
            expected=f"a mean accuracy of at least {MINIMUM:.3f}",
            got=f"{mean:.3f}",
            message="The networks have learned less than they should have. Look at how they are "
            "trained.",
            line=evidence.line_of("model"),
        )
