"""Checks for 3.3.1, changing batch sizes."""

from grader.datasets import dots, networks
from grader.evidence.values import Number
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_any_training, expect_trained_on, not_trained
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known
from grader.expect.model import Model
from grader.expect.number_sources import evaluated_losses
from grader.expect.outcome import CheckFailed, CheckSkipped, check, counted
from grader.expect.quality import (
    binary_accuracy,
    binary_gain,
    expect_at_least,
    expect_gain,
    measured,
)
from grader.expect.reports import (
    every_with_every,
    expect_measured_on,
    expect_not_only_on,
    expect_reported,
    is_kept_elsewhere,
)
from grader.expect.training import KERAS_BATCH_SIZE
from grader.places import Said

HINTS = (
    "A new network for each of the two trainings; otherwise the second goes on where the first "
    "has stopped. What is the largest batch that 700 dots can make?",
    "fit takes the size of a batch as `batch_size`. If you do not say, it is 32. evaluate returns "
    "the loss first, then the accuracy.",
    "`model = get_model()`, then `model.fit` with the training data, `epochs=5`, `batch_size=1`; "
    "the second value of `model.evaluate` on the test data is the accuracy. Then all of it once "
    "more from `get_model()` on, with `batch_size=len(X_train)`.",
)
TIMEOUT = 300

DATA = Known(dots.load_split, "X_train", "y_train", "X_test", "y_test")

EPOCHS = 5

MINIMUM = 0.9
"""Accuracy on the test dots after 5 epochs with batches of one.

Chosen from the runs in tests/calibration, as the next one. Networks that were trained on one
batch an epoch may have nearly any accuracy, as untrained ones, so there is no minimum for these.
"""


GAIN = 0.15
"""By how much that training lowers the loss on the training dots, as a share of what it was."""


def _networks(evidence: Evidence) -> list[Model]:
    """Return the networks that were trained, in order.

    Raises:
        CheckFailed: nothing was trained.
        CheckSkipped: nothing was, because the file stopped.
    """
    trainings = expect_any_training(
        evidence,
        "a network",
        expected="two networks trained with fit",
        message="Get a network from `get_model` and call its fit.",
        line=evidence.line_of("model"),
    )
    return list({training.model.number: training.model for training in trainings}.values())


_NO_SIZE = {-1: "no fixed number"}
"""Of a loop of train_on_batch whose batches differ."""


def _batch_sizes(network: Model) -> list[int]:
    """Return the sizes of the batches that a network was trained with, each once."""
    return list(dict.fromkeys(training.batch_size for training in network.trainings))


def _fits(size: int, *, full: bool) -> bool:
    """Whether a batch size is the one of this training; more than all dots is all of them."""
    return size >= len(DATA.train.x) if full else size == 1


def _find(evidence: Evidence, *, full: bool) -> Model:
    """Return the last network trained with one batch an epoch, or with batches of one dot."""
    found = _networks(evidence)
    for network in reversed(found):
        if any(_fits(size, full=full) for size in _batch_sizes(network)):
            return network
    if evidence.ended_early:
        raise evidence.not_before("this training")
    sizes = dict.fromkeys(size for network in found for size in _batch_sizes(network))
    told = {KERAS_BATCH_SIZE: f"{KERAS_BATCH_SIZE} (what fit takes if it is not told)"}
    if any(training.is_loop for training in evidence.trainings):
        told = _NO_SIZE
    texts = [told.get(size, f"{size}") for size in sizes]
    many = "a batch size" if len(texts) == 1 else "batch sizes"
    wanted = f"{len(DATA.train.x)}, all of the training dots" if full else "1"
    if evidence.calls("train_on_batch"):
        raise not_trained(evidence, f"a training with a batch size of {wanted}", "", None)
    batch = len(DATA.train.x) if full else 1
    for training in evidence.trainings:
        if (training.batch_size, training.epochs) == (EPOCHS, batch):
            raise CheckFailed(
                expected=f"{counted(EPOCHS, 'epoch')}, with a batch size of {wanted}",
                got=f"{counted(batch, 'epoch')}, with a batch size of {EPOCHS}",
                message="The number of epochs and the batch size stand in each other's place.",
                line=training.line,
            )
    last = found[-1 if full else 0].trainings[-1]
    message = "Tell fit how many dots make a batch."
    written = [one for one in evidence.written.calls("fit") if "batch_size" in one.keywords]
    if last.is_loop:
        message = "Look at how many dots you give to train_on_batch at a time."
    elif written and last.batch_size == KERAS_BATCH_SIZE and last.number("batch_size") is None:
        message = f"Without a number as `batch_size`, fit takes {KERAS_BATCH_SIZE} dots, not all."
    elif full and last.number("batch_size") is not None:
        message = (
            f"fit was told that {counted(last.batch_size, 'dot')} make a batch, and there are "
            f"{len(DATA.train.x)} training dots."
        )
    if steps := int(last.number("steps_per_epoch") or 0):
        message = (
            f"`steps_per_epoch` says how many batches make an epoch: {steps} of "
            f"{counted(last.batch_size, 'dot')} here. {message}"
        )
    raise CheckFailed(
        expected=f"a training with a batch size of {wanted}",
        got=f"only with {many} of {' and '.join(texts)}",
        message=message,
        line=last.line,
    )


def _expect_training(evidence: Evidence, *, full: bool) -> None:
    """Expect 5 epochs on the training dots with this batch size."""
    network = _find(evidence, full=full)
    # Where one network was used for everything, the check `fresh` says so.
    trainings = [one for one in network.trainings if _fits(one.batch_size, full=full)]
    epochs = sum(training.epochs for training in trainings)
    expect_trained_on(network, DATA.train)
    if epochs != EPOCHS:
        raise CheckFailed(
            expected=f"{EPOCHS} epochs",
            got=counted(epochs, "epoch"),
            message=f"Look at {trainings[-1].what_sets_epochs}.",
            line=trainings[-1].line,
        )


@check(points=3)
def test_batch_of_one(evidence: Evidence) -> None:
    """A network was trained for 5 epochs with batches of one dot."""
    _expect_training(evidence, full=False)


@check(points=3)
def test_full_batch(evidence: Evidence) -> None:
    """A network was trained for 5 epochs with all training dots in one batch."""
    _expect_training(evidence, full=True)


def _find_alone(evidence: Evidence, *, full: bool) -> Model:
    """Return the network that was trained with this batch size, and with no other."""
    network = _find(evidence, full=full)
    if len(_batch_sizes(network)) > 1:
        sizes = " and then ".join(_NO_SIZE.get(size, f"{size}") for size in _batch_sizes(network))
        raise CheckFailed(
            expected="two networks, each trained with one batch size",
            got=f"one network, trained with a batch size of {sizes}",
            message="The later training went on where the one before had stopped, so the two "
            "cannot be compared. Get a new network before it.",
            line=network.trainings[-1].line,
            cause=_ONE_NETWORK,
        )
    return network


def _find_as_trained(evidence: Evidence, *, full: bool) -> Model:
    """Return such a network; what one could do that was trained further is not known any more.

    Raises:
        CheckSkipped: it was trained with other batches, too, which `fresh` tells.
    """
    try:
        return _find_alone(evidence, full=full)
    except CheckFailed as error:
        if error.cause != _ONE_NETWORK:
            raise
        raise CheckSkipped("needs the check `fresh`, which did not pass", "fresh") from None


_ONE_NETWORK = "one network"


@check(points=2, needs=("batch_of_one", "full_batch"))
def test_fresh(evidence: Evidence) -> None:
    """Each of the two trainings began with a new network."""
    _find_alone(evidence, full=False)
    _find_alone(evidence, full=True)


def quality(evidence: Evidence) -> float:
    """Return the accuracy on the test dots of the network that was trained dot by dot."""
    return measured(_find_alone(evidence, full=False), DATA.test, binary_accuracy)


def gain(evidence: Evidence) -> float:
    """Return by which share training dot by dot has lowered the loss on the training dots."""
    return binary_gain(_find_alone(evidence, full=False).trainings, DATA.train)


@check(points=1, needs=("batch_of_one",))
def test_quality(evidence: Evidence) -> None:
    """The network that was trained dot by dot tells red from blue."""
    model = _find_as_trained(evidence, full=False)
    expect_as_given(model, networks.dots_network())
    expect_at_least("accuracy on the test dots", quality(evidence), MINIMUM, model)
    expect_gain(gain(evidence), GAIN, model)


def _expect_not_the_other(evidence: Evidence, name: str, true: float, *, full: bool) -> None:
    """Expect that the two accuracies do not stand in each other's place.

    Args:
        evidence: of the run.
        name: of this accuracy.
        true: what it should be.
        full: whether it is that of the training in one batch.
    """
    other = "accuracy_batch_1" if full else "accuracy_full_batch"
    mine, theirs = (evidence.values.get(one) for one in (name, other))
    if not isinstance(mine, Number) or not isinstance(theirs, Number):
        return
    try:
        of_other = measured(_find_alone(evidence, full=not full), DATA.test, binary_accuracy)
    except (CheckFailed, CheckSkipped):
        return  # that is told by another check
    swapped = abs(mine.value - of_other) <= _SAME and abs(theirs.value - true) <= _SAME
    if swapped and abs(of_other - true) > _SAME:
        how = "dot by dot" if full else "with all dots in one batch"
        raise CheckFailed(
            expected=f"{true:.4f}",
            got=f"{mine.value:.4f}",
            message=f"`{name}` is the accuracy of the network that was trained {how}. The two "
            "accuracies, or the two trainings, stand in each other's place.",
            line=evidence.line_of(name),
            cause="swapped",
        )


_SAME = 0.001
"""How far an accuracy may lie off to be the same: one dot more is 0.003."""


def _expect_accuracy(evidence: Evidence, name: str, *, full: bool) -> None:
    """Expect NAME to be the accuracy of that network on the test dots; if only printed, a tip."""
    model = _find_as_trained(evidence, full=full)
    expect_measured_on(model, DATA.test, name)
    calls = [*evidence.calls("evaluate", model), *evidence.calls("predict", model)]
    if all(call.position < model.trainings[-1].position for call in calls):
        raise CheckFailed(
            expected="the network measured after its training",
            got="the network measured before its training",
            message="Train first, then evaluate.",
            line=calls[-1].line,
        )
    on_train, on_test = (measured(model, pair, binary_accuracy) for pair in (DATA.train, DATA.test))
    if is_kept_elsewhere(model, name, on_test):
        return

    _expect_not_the_other(evidence, name, on_test, full=full)
    expect_not_only_on(model, name, DATA.train.x, "the training dots")
    mix_ups: dict[Said, float] = {"the accuracy on the training dots": on_train}
    for other in _networks(evidence):
        if other.number != model.number:
            of_another = measured(other, DATA.test, binary_accuracy)
            mix_ups["the accuracy of another network"] = of_another
    mix_ups |= evaluated_losses(model) | every_with_every(model, DATA.test)
    expect_reported(evidence, name, on_test, others=mix_ups, pair=DATA.test)


@check(points=1, needs=("batch_of_one",))
def test_accuracy_batch_1(evidence: Evidence) -> None:
    """`accuracy_batch_1` is the accuracy on the test dots after training dot by dot."""
    _expect_accuracy(evidence, "accuracy_batch_1", full=False)


@check(points=1, needs=("full_batch",))
def test_accuracy_full_batch(evidence: Evidence) -> None:
    """`accuracy_full_batch` is the accuracy on the test dots after training in one batch."""
    _expect_accuracy(evidence, "accuracy_full_batch", full=True)
