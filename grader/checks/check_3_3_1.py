"""Checks for 3.3.1, changing batch sizes."""

from dataclasses import dataclass

from grader.datasets import dots
from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import Call
from grader.expect.findings import Evidence
from grader.expect.measurements import (
    binary_accuracy,
    evaluated_losses,
    expect_at_least,
    expect_not_only_on,
    expect_reported,
    expect_used,
)
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, check
from grader.expect.rounds import binary_gain, expect_gain
from grader.expect.structure import expect_given_loss
from grader.expect.training import (
    KERAS_BATCH_SIZE,
    Known,
    batch_size,
    epochs_run,
    expect_trained_on,
    not_trained,
)
from grader.places import Said

HINTS = (
    "A new network for each of the two trainings: else the second goes on where the first has "
    "stopped. What is the largest batch that 700 dots can make?",
    "fit takes the size of a batch as `batch_size`. If you do not say, it is 32. evaluate returns "
    "the loss first, then the accuracy.",
    "`model = get_model()`, then `model.fit` with the training data, `epochs=5`, `batch_size=1`; "
    "the second value of `model.evaluate` on the test data is the accuracy. Then all of it once "
    "more from `get_model()` on, with `batch_size=len(X_train)`.",
)
TIMEOUT = 300

EPOCHS = 5

MINIMUM = 0.9
"""Accuracy on the test dots after 5 epochs with batches of one.

Chosen from the runs in tests/calibration, as the next one. Networks that were trained on one
batch an epoch may have nearly any accuracy, as untrained ones, so there is no minimum for these.
"""


GAIN = 0.15
"""By how much that training lowers the loss on the training dots, as a share of what it was."""


@dataclass(frozen=True)
class Training:
    """What the learner did to one network."""

    model: Model
    calls: list[Call]
    batch_sizes: list[int]


def _data() -> Known:
    return dict(zip(("X_train", "y_train", "X_test", "y_test"), dots.load_split(), strict=True))


def _trainings(evidence: Evidence) -> list[Training]:
    """Return the trainings, network by network, in order.

    Raises:
        CheckFailed: nothing was trained.
        CheckSkipped: nothing was, because the file stopped.
        DamagedEvidence: a training is of no model.
    """
    by_model: dict[int, list[Call]] = {}
    for call in evidence.calls("fit"):
        if call.model is None:
            raise DamagedEvidence("a training is of no model")
        by_model.setdefault(call.model, []).append(call)
    if not by_model:
        if evidence.ended_early:
            raise evidence.not_before("a network was trained")
        raise not_trained(
            evidence,
            "two networks trained with fit",
            "Get a network from `get_model` and call its fit.",
            evidence.line_of("model"),
        )
    return [
        Training(
            evidence.model_by_number(number),
            calls,
            list(dict.fromkeys(batch_size(call) for call in calls)),
        )
        for number, calls in by_model.items()
    ]


def _fits(size: int, *, full: bool) -> bool:
    """Whether a batch size is the one of this training; more than all dots is all of them."""
    return size >= len(_data()["X_train"]) if full else size == 1


def _find(evidence: Evidence, *, full: bool) -> Training:
    """Return the last training with one batch an epoch, or with batches of one dot."""
    found = _trainings(evidence)
    for training in reversed(found):
        if any(_fits(size, full=full) for size in training.batch_sizes):
            return training
    if evidence.ended_early:
        raise evidence.not_before("this training")
    sizes = dict.fromkeys(size for training in found for size in training.batch_sizes)
    texts = [
        f"{size} (what fit takes if it is not told)" if size == KERAS_BATCH_SIZE else f"{size}"
        for size in sizes
    ]
    wanted = f"{len(_data()['X_train'])}, all of the training dots" if full else "1"
    if evidence.calls("train_on_batch"):
        raise not_trained(
            evidence,
            f"a training by fit with a batch size of {wanted}",
            "Tell fit how many dots make a batch.",
            None,
        )
    raise CheckFailed(
        expected=f"a training with a batch size of {wanted}",
        got=f"only with a batch size of {', '.join(texts)}",
        message="Tell fit how many dots make a batch.",
        line=found[-1 if full else 0].calls[-1].line,
    )


def _expect_training(evidence: Evidence, *, full: bool) -> None:
    """Expect 5 epochs on the training dots with this batch size."""
    training = _find(evidence, full=full)
    # Where one network was used for everything, the check `fresh` says so.
    calls = [call for call in training.calls if _fits(batch_size(call), full=full)]
    epochs = sum(epochs_run(call) for call in calls)
    expect_trained_on(evidence, training.model, "X_train", "y_train", _data())
    if epochs != EPOCHS:
        raise CheckFailed(
            expected=f"{EPOCHS} epochs",
            got=f"{epochs} epoch{'s' if epochs != 1 else ''}",
            message="Look at the number of epochs that you give to fit.",
            line=calls[-1].line,
        )


@check(points=3)
def test_batch_of_one(evidence: Evidence) -> None:
    """A network was trained for 5 epochs with batches of one dot."""
    _expect_training(evidence, full=False)


@check(points=3)
def test_full_batch(evidence: Evidence) -> None:
    """A network was trained for 5 epochs with all training dots in one batch."""
    _expect_training(evidence, full=True)


def _find_alone(evidence: Evidence, *, full: bool) -> Training:
    """Return the training with this batch size, of a network that had no other."""
    training = _find(evidence, full=full)
    if len(training.batch_sizes) > 1:
        sizes = " and then ".join(str(size) for size in training.batch_sizes)
        raise CheckFailed(
            expected="two networks, each trained with one batch size",
            got=f"one network, trained with a batch size of {sizes}",
            message="The later training went on where the one before had stopped, so the two "
            "cannot be compared. Get a new network before it.",
            line=training.calls[-1].line,
            cause="one network",
        )
    return training


@check(points=2, needs=("batch_of_one", "full_batch"))
def test_fresh(evidence: Evidence) -> None:
    """Each of the two trainings began with a new network."""
    _find_alone(evidence, full=False)
    _find_alone(evidence, full=True)


def quality(evidence: Evidence) -> float:
    """Return the accuracy on the test dots of the network that was trained dot by dot."""
    data, model = _data(), _find_alone(evidence, full=False).model
    return binary_accuracy(data["y_test"], model.predict(data["X_test"]))


def gain(evidence: Evidence) -> float:
    """Return by which share training dot by dot has lowered the loss on the training dots."""
    data, training = _data(), _find_alone(evidence, full=False)
    return binary_gain(evidence, training.calls, data["X_train"], data["y_train"])


@check(points=1, needs=("batch_of_one",))
def test_quality(evidence: Evidence) -> None:
    """The network that was trained dot by dot tells red from blue."""
    model = _find_alone(evidence, full=False).model
    expect_given_loss(model, "binary_crossentropy")
    expect_at_least("accuracy on the test dots", quality(evidence), MINIMUM, model)
    expect_gain(gain(evidence), GAIN, model)


def _expect_accuracy(evidence: Evidence, name: str, *, full: bool) -> None:
    """Expect NAME to be the accuracy of that network on the test dots; if only printed, a tip."""
    data, training = _data(), _find_alone(evidence, full=full)
    model = training.model
    expect_used(evidence, model, "X_test", data, name)
    calls = [*evidence.calls("evaluate", model), *evidence.calls("predict", model)]
    if all(call.position < training.calls[-1].position for call in calls):
        raise CheckFailed(
            expected="the network measured after its training",
            got="the network measured before its training",
            message="Train first, then evaluate.",
            line=calls[-1].line,
        )
    if name not in evidence.values and not evidence.ended_early:
        evidence.tip(f"Keep the accuracy as `{name}`, so that you can go on with it.")
        return

    expect_not_only_on(evidence, model, name, data["X_train"], "the training dots")

    def accuracy(of: Model, part: str) -> float:
        return binary_accuracy(data[f"y_{part}"], of.predict(data[f"X_{part}"]))

    mix_ups: dict[Said, float] = {"the accuracy on the training dots": accuracy(model, "train")}
    for other in _trainings(evidence):
        if other.model.number != model.number:
            mix_ups["the accuracy of another network"] = accuracy(other.model, "test")
    mix_ups |= evaluated_losses(evidence, model)
    expect_reported(evidence, name, accuracy(model, "test"), others=mix_ups)


@check(points=1, needs=("batch_of_one",))
def test_accuracy_batch_1(evidence: Evidence) -> None:
    """`accuracy_batch_1` is the accuracy on the test dots after training dot by dot."""
    _expect_accuracy(evidence, "accuracy_batch_1", full=False)


@check(points=1, needs=("full_batch",))
def test_accuracy_full_batch(evidence: Evidence) -> None:
    """`accuracy_full_batch` is the accuracy on the test dots after training in one batch."""
    _expect_accuracy(evidence, "accuracy_full_batch", full=True)
