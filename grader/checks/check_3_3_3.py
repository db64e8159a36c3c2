"""Checks for 3.3.3, batch normalization effects."""

from grader.datasets import digits, networks
from grader.expect.figures import Drawn, drawn_plots
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained_on, expect_validated_on
from grader.expect.given_models import expect_as_given
from grader.expect.histories import expect_history, recorded_history
from grader.expect.known_data import Known
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.expect.quality import categorical_accuracy, expect_at_least, measured

HINTS = (
    "Both networks get exactly the same training: data, epochs, validation. And fit returns "
    "something each time. Catch it.",
    "fit takes the data to validate on as a pair, `validation_data`. The plot function wants what "
    "fit returned, not a list out of it.",
    "`h1_callback = standard_model.fit` with the training data, `epochs=10` and "
    "`validation_data=(X_test, y_test)`; `h2_callback` is the same from `batchnorm_model`. Then "
    "give both to `compare_histories_acc`, `h1_callback` first.",
)
TIMEOUT = 240

DATA = Known(digits.load_split, "X_train", "y_train", "X_test", "y_test")

STANDARD, NORMALIZED = "standard_model", "batchnorm_model"
HISTORIES = {STANDARD: "h1_callback", NORMALIZED: "h2_callback"}

STANDARD_MINIMUM = 0.5
NORMALIZED_MINIMUM = 0.8
"""Accuracies on the test digits. Chosen from the runs in tests/calibration, as the next one."""

AHEAD = 0.05
"""By how much more test digits the normalized network knows in the end, as a share."""

_AS_THEY_ARE = (
    "The given networks do not end like this. Train them as they are: same optimizer, same batches."
)
_ACCURACIES = ("accuracy", "acc", "categorical_accuracy")


def _expect_both_trained(evidence: Evidence) -> None:
    """Expect that not one of the networks was trained twice, and the other one never."""
    _expect_trained(evidence, STANDARD, NORMALIZED)
    _expect_trained(evidence, NORMALIZED, STANDARD)


def _expect_trained(evidence: Evidence, network: str, other: str) -> None:
    """Expect that not the other network was trained in place of this one."""
    model, trainings = evidence.model(network), evidence.model(other).trainings
    if not evidence.ended_early and not model.trainings and len(trainings) > 1:
        raise CheckFailed(
            expected=f"`{network}` trained with fit",
            got=f"`{other}` trained {len(trainings)} times",
            message=f"Nothing trains `{network}`. Each network needs a training of its own.",
            line=trainings[-1].line,
            cause=f"untrained {model.number}",
        )


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """Both networks were trained on the training digits."""
    _expect_both_trained(evidence)
    for name in HISTORIES:
        expect_trained_on(evidence.model(name), DATA.train)


@check(points=1)
def test_epochs(evidence: Evidence) -> None:
    """Each of the two trainings took 10 epochs."""
    _expect_both_trained(evidence)
    for name in HISTORIES:
        expect_epochs(evidence.model(name), 10)


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """Both trainings were validated on the test digits."""
    for name in HISTORIES:
        expect_validated_on(evidence.model(name), DATA.test)


def _expect_history(evidence: Evidence, network: str, other: str) -> None:
    """Expect a network's history under its name, and not the other network's."""
    name = HISTORIES[network]
    _expect_trained(evidence, network, other)
    model = evidence.model(network)
    true = recorded_history(model)
    if name in evidence.values and not evidence.model(other).trainings:
        losses = [training.history.metrics.get("loss") for training in model.trainings]
        if evidence.history(name).get("loss") in losses:
            return  # that it was trained in place of the other is told there
    if name in evidence.values and evidence.model(other).trainings:
        mine = evidence.history(name)
        swapped = recorded_history(evidence.model(other))
        if mine.get("loss") != true.get("loss") and mine.get("loss") == swapped.get("loss"):
            raise CheckFailed(
                expected=f"the history of `{network}`",
                got=f"the history of `{other}`",
                message=f"`{name}` is for what fit of `{network}` returns.",
                line=evidence.line_of(name),
                cause="swapped",
            )
    expect_history(model, name)


@check(points=1)
def test_h1_callback(evidence: Evidence) -> None:
    """`h1_callback` is the history of `standard_model`."""
    _expect_history(evidence, STANDARD, NORMALIZED)


@check(points=1)
def test_h2_callback(evidence: Evidence) -> None:
    """`h2_callback` is the history of `batchnorm_model`."""
    _expect_history(evidence, NORMALIZED, STANDARD)


def _expect_right_histories(evidence: Evidence) -> None:
    """Expect that both histories are right: a plot of others shows something else.

    Raises:
        CheckSkipped: one is not.
    """
    for network, other in ((STANDARD, NORMALIZED), (NORMALIZED, STANDARD)):
        name = HISTORIES[network]
        try:
            _expect_history(evidence, network, other)
        except CheckFailed:
            why = f"needs the check `{name}`, which did not pass"
            raise CheckSkipped(why, name) from None


def _series(evidence: Evidence) -> dict[str, list[float]]:
    """Return the four lines of the plot by name: two of each network."""
    found = {}
    for network, word in ((STANDARD, "standard"), (NORMALIZED, "normalized")):
        history = recorded_history(evidence.model(network))
        key = next((key for key in _ACCURACIES if key in history), "accuracy")
        found[f"{word} accuracy"] = history.get(key, [])
        found[f"{word} val_accuracy"] = history.get(f"val_{key}", [])
    return found


def _is_normalized(name: str) -> bool:
    return name.startswith("normalized")


def _told_apart(plot: Drawn) -> bool:
    """Whether one sees which lines are whose: by the order, or by labels that say it rightly."""
    lines = [(name, label) for name, label in zip(plot.names, plot.labels, strict=True) if name]
    normalized = [_is_normalized(name) for name, _ in lines]
    if all(label for _, label in lines):
        says = [any(word in label.lower() for word in ("norm", "bn")) for _, label in lines]
        if any(says):
            return says == normalized
    return normalized == sorted(normalized)


@check(points=3, needs=("validation",))
def test_plot(evidence: Evidence) -> None:
    """A plot compares the accuracy of both networks, on training and validation data."""
    series = _series(evidence)
    plots = drawn_plots(evidence, series)
    line = plots[-1].line if plots else None
    shown = dict.fromkeys(name for plot in plots for name in plot.names)
    missing = [name for name in series if name not in shown]
    if missing and evidence.ended_early:
        raise evidence.not_before("the plot was drawn")
    if missing and "" in shown:
        _expect_right_histories(evidence)
    if missing:
        raise CheckFailed(
            expected=f"lines of {', '.join(series)}",
            got=f"lines of {', '.join(name or 'something else' for name in shown)}"
            if plots
            else "no plot",
            message="Give both histories to `compare_histories_acc`."
            if plots
            else "Give the two histories to `compare_histories_acc`.",
            line=line,
        )
    if mixed := [plot for plot in plots if not _told_apart(plot)]:
        raise CheckFailed(
            expected="the standard network's lines first, then the normalized one's",
            got="the normalized network's lines first"
            if all(_is_normalized(next(filter(None, plot.names), "")) for plot in mixed)
            else "lines under the other network's name",
            message="Look at which history the plot function wants first.",
            line=line,
        )


def _accuracy(evidence: Evidence, name: str) -> float:
    return measured(evidence.model(name), DATA.test, categorical_accuracy)


def standard(evidence: Evidence) -> float:
    """Return the standard network's accuracy on the test digits."""
    return _accuracy(evidence, STANDARD)


def normalized(evidence: Evidence) -> float:
    """Return the normalized network's accuracy on the test digits."""
    return _accuracy(evidence, NORMALIZED)


def ahead(evidence: Evidence) -> float:
    """Return by how much the normalized network is ahead."""
    return normalized(evidence) - standard(evidence)


@check(points=2, needs=("training_data", "epochs", "validation"))
def test_effect(evidence: Evidence) -> None:
    """After 10 epochs both have learned, and the network with batch normalization is ahead."""
    without, with_it = standard(evidence), normalized(evidence)
    for name, got, minimum in (
        (STANDARD, without, STANDARD_MINIMUM),
        (NORMALIZED, with_it, NORMALIZED_MINIMUM),
    ):
        model = evidence.model(name)
        expect_as_given(model, networks.deep_digits_network(batch_normalization=name == NORMALIZED))
        expect_at_least(
            f"accuracy of `{name}` on the test digits", got, minimum, model, _AS_THEY_ARE
        )
    expect_at_least(
        f"accuracy of `{NORMALIZED}`, {AHEAD:.2f} above the standard network's,",
        with_it,
        without + AHEAD,
        evidence.model(NORMALIZED),
        _AS_THEY_ARE,
    )
