"""Checks for 4.1.2, neural separation."""

import re
from collections.abc import Callable

import numpy as np

from grader.datasets import banknotes, networks
from grader.evidence.record import Raised
from grader.evidence.values import Number, Numbers
from grader.expect.arrays import expect_shape, other_numbers
from grader.expect.dotted_plots import (
    TOLERANCE,
    DottedPlot,
    dotted_plots,
    epochs_shown,
    same_points,
)
from grader.expect.figures import figures
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_epochs, expect_trained, expect_trained_on
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, CheckSkipped, check, counted
from grader.expect.quality import binary_accuracy, expect_at_least, measured
from grader.expect.reports import expect_reported_accuracy
from grader.expect.training import Training
from grader.expect.uncalled import or_not_called

HINTS = (
    "fit goes on from the weights that the model has. So twenty-one trainings of one epoch are "
    "one training of twenty-one, with time to look in between.",
    "Everything but the training stands under the `if`. What `inp_to_out` returns is a list, "
    "and evaluate returns the loss before the accuracy.",
    "Call `model.fit` with the training notes, `batch_size=16` and `epochs=1`. Then "
    "`layer_output` is the first item of `inp_to_out([X_test])`, `test_accuracy` the second "
    "one of `model.evaluate` on the test notes, and `plot()` takes nothing.",
)
TIMEOUT = 150

DATA = Known(banknotes.load_split, "X_train", "y_train", "X_test", "y_test")

PLOTTED = (0, 4, 8, 12, 16, 20)
MINIMUM = 0.9
"""Accuracy on the test notes. Chosen from the runs in tests/calibration."""

ROUNDED = 0.002
"""How far an accuracy may lie off: three digits are enough. One note more is 0.0024."""


def _first_layer(model: Model, notes: np.ndarray | None = None) -> np.ndarray:
    """Return what a model's first layer makes of notes, the test notes if none: (412, 2)."""
    first = model.keras.get_weights()[:2]
    if [part.shape for part in first] != [(4, 2), (2,)]:
        weights = f"weights of shape {first[0].shape}" if first else "no weights"
        raise CheckFailed(
            expected="the given network: 4 measurements, then 2 neurons",
            got=f"a first layer with {weights}",
            message="Train the network that is given, as it is.",
            line=model.line,
            cause="network",
        )
    notes = DATA.test.x if notes is None else notes
    return np.asarray(np.maximum(notes.astype(np.float32) @ first[0] + first[1], 0))


def _models(evidence: Evidence) -> dict[int, Model]:
    """Return the model as it was, by the epoch that had just ended.

    Only the weights at the end of a training are known, not those within it.
    """
    found, epochs = {}, 0
    for training in expect_trained(evidence.model()):
        epochs += training.epochs
        if training.end:
            found[epochs - 1] = training.after
    return found


def _states(evidence: Evidence) -> dict[int, np.ndarray]:
    """Return what the first layer made of the test notes, by the epoch that had just ended."""
    return {epoch: _first_layer(model) for epoch, model in _models(evidence).items()}


@check(points=1)
def test_training_data(evidence: Evidence) -> None:
    """The model was trained on the training notes."""
    expect_trained_on(evidence.model(), DATA.train)


def quality(evidence: Evidence) -> float:
    """Return the model's accuracy on the test notes."""
    return measured(evidence.model(), DATA.test, binary_accuracy)


def _expect_one_network(evidence: Evidence) -> None:
    """Expect that no other network than `model` was trained, as one made in the loop is."""
    networks = {training.call.model for training in evidence.trainings}
    if len(networks) > 1:
        raise CheckFailed(
            expected="all epochs on the given network",
            got=f"{len(networks)} networks, each trained on its own",
            message="A network made in the loop knows nothing of the epochs before.",
            line=evidence.trainings[-1].line,
            cause="networks",
        )


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """The training took 21 epochs."""
    _tell_of_errors(evidence)
    trainings = expect_trained(evidence.model())
    epochs = sum(training.epochs for training in trainings)
    if evidence.ended_early and epochs < len(range(21)):
        raise evidence.not_before("the training was over")
    _expect_one_network(evidence)
    _expect_each_turn(trainings)
    expect_epochs(evidence.model(), len(range(21)))


def _expect_each_turn(trainings: list[Training]) -> None:
    """Expect one epoch in each turn, where it shows what the turns do in its place."""
    epochs = sum(training.epochs for training in trainings)
    message, line = "", trainings[-1].line
    if any(training.is_loop for training in trainings):
        return  # where a loop of batches is cut into trainings is no choice of the learner's
    if _turns(trainings) not in (None, len(range(21)), len(PLOTTED)):
        message = f"fit is called {len(trainings)} times, for one epoch each time. Look at where "
        message += "the loop begins and where it ends."
        line = _line_of_loop(trainings)
    elif len(trainings) == len(range(21)) < epochs:
        each = [training.epochs for training in trainings]
        many = f"{each[0]}" if len(set(each)) == 1 else f"{', '.join(map(str, each[:4]))} …"
        message = f"fit is called once in each turn, but for {many} epochs, not for one."
    elif len(trainings) == len(PLOTTED) == epochs:
        message = "fit is called in every fourth turn only. Does it stand under the `if`?"
    if message:
        raise CheckFailed(
            expected="21 epochs",
            got=f"{epochs} epochs in {len(trainings)} calls of fit",
            message=message,
            line=line,
        )


def _turns(trainings: list[Training]) -> int | None:
    """Return how many turns a loop made that trains for one epoch in each; None of others."""
    lines = {training.line for training in trainings}
    each = len(lines) == 1 and all(training.epochs == 1 for training in trainings)
    return len(trainings) if each and len(trainings) > 1 else None


def _line_of_loop(trainings: list[Training]) -> int | None:
    """Return the line where the loop over `i` begins; of fit, where that is not known."""
    line, begins = trainings[-1].line, trainings[-1].evidence.line_of("i")
    return begins if line is not None and begins is not None and begins < line else line


@check(points=1)
def test_batch_size(evidence: Evidence) -> None:
    """Each batch had 16 notes."""
    for training in expect_trained(evidence.model()):
        if training.batch_size != 16:
            raise CheckFailed(
                expected="batches of 16 notes",
                got=f"batches of {training.batch_size}"
                if training.batch_size > 0
                else "batches of several sizes",
                message="Look at how many notes you give to train_on_batch at a time."
                if training.is_loop
                else "fit takes the size of a batch by name; on its own it takes 32.",
                line=training.line,
            )


def _shows_training_notes(evidence: Evidence, points: np.ndarray) -> bool:
    """Whether these are what the first layer made of the training notes after some epoch."""
    return points.shape == (len(DATA.train.x), 2) and any(
        same_points(points, _first_layer(model, DATA.train.x))
        for model in _models(evidence).values()
    )


def _plot_message(
    evidence: Evidence, shown: list[int], drawn: list[np.ndarray], states: dict[int, np.ndarray]
) -> str:
    if drawn and all(_shows_training_notes(evidence, points) for points in drawn):
        return "The plots show the training notes: what was computed from `X_train`."
    if not shown:
        return "No plot shows what the first layer makes of the test notes."
    if -1 in shown and all(points.shape != states[PLOTTED[-1]].shape for points in drawn):
        return "The plots show something else than two numbers for each of the test notes."
    if set(shown) == set(PLOTTED) and len(shown) > len(PLOTTED):
        return (
            f"These are {len(shown)} plots, and {len(PLOTTED)} are asked for. Plot only in the "
            "turns that the `if` chooses."
        )
    if -1 in shown or len(set(shown)) < len(shown):
        return (
            "A plot shows `layer_output` as it is then. Compute it anew before each plot, after "
            "the training of that epoch."
        )
    if any(epoch not in shown for epoch in PLOTTED):
        return "Plot in every fourth epoch, from the first to the last."
    return "These are plots of more epochs than asked. The `if` chooses every fourth."


def _tell_of_errors(evidence: Evidence) -> None:
    """Say what an error within `plot` comes from."""
    ended = evidence.record.ended
    if not isinstance(ended, Raised):
        return
    for name in ("i", "layer_output", "test_accuracy"):
        if not evidence.binds(name) and f"name '{name}' is not defined" in ended.message:
            own = [one for one in evidence.values if _may_be(evidence, one, name)]
            evidence.tip(
                f"`plot()` reads `{name}` of this file. What it is to read is called `{own[0]}` "
                f"here: give it the name `{name}`."
                if len(own) == 1
                else f"`plot()` reads `{name}` of this file. Give it a value before you plot.",
                evidence.line_of(own[0]) if len(own) == 1 else None,
            )
    if any(
        words in ended.message for words in ("converted to a scalar index", "list indices must be")
    ):
        evidence.tip("`inp_to_out` returns a list with one array in it. Take the array out.")


def _may_be(evidence: Evidence, own: str, name: str) -> bool:
    """Whether the file made, under a name of its own, what `plot` reads as NAME."""
    found = evidence.values[own]
    trainings = evidence.trainings
    if evidence.is_given(own) or not evidence.binds(own) or not trainings:
        return False
    model = evidence.model()
    match name, found:
        case "i", Number(value=int(turn)):
            return turn == sum(training.epochs for training in trainings) - 1
        case "test_accuracy", Number(value=value):
            return _is_shown(value, model)
        case "layer_output", Numbers(file=str()):
            return same_points(evidence.load(found), _first_layer(model))
        case _:
            return False


def _expect_new_titles(evidence: Evidence, plots: list[DottedPlot]) -> None:
    """Expect the accuracy in each title to be the one of that epoch.

    Where `test_accuracy` is wrong in the end as well, its own check says what it is.
    """
    models = _models(evidence)
    in_the_end = evidence.values.get("test_accuracy")
    if not isinstance(in_the_end, Number) or not _is_shown(in_the_end.value, models[PLOTTED[-1]]):
        return
    for epoch, plot in zip(PLOTTED, plots, strict=True):
        title = re.search(r"test accuracy (\d+\.\d+)", plot.title)
        if title is None or epoch not in models or _is_shown(float(title[1]), models[epoch]):
            continue
        raise CheckFailed(
            expected=f"the accuracy {_accuracy(models[epoch]):.3f} above the plot of epoch {epoch}",
            got=f"the accuracy {title[1]}",
            message="`plot()` shows what `test_accuracy` holds when it is called, and that was "
            "still the old one. Measure the model before you plot.",
            line=evidence.line_of("test_accuracy"),
        )


def _accuracy(model: Model) -> float:
    return measured(model, DATA.test, binary_accuracy)


def _is_shown(number: float, model: Model) -> bool:
    """Whether a number is a model's accuracy on the test notes, or that in per cent."""
    true = _accuracy(model)
    return abs(number - true) <= ROUNDED or abs(number - 100 * true) <= 100 * ROUNDED


@check(points=4, needs=("epochs",))
def test_plots(evidence: Evidence) -> None:
    """There is a plot of the first layer's output for epochs 0, 4, 8, 12, 16 and 20."""
    states, plots = _states(evidence), dotted_plots(evidence)
    if PLOTTED[-1] not in states:
        raise CheckSkipped("the network's weights at the end of its training are not known")
    drawn = [plot.points for plot in plots]
    shown = epochs_shown(drawn, states, PLOTTED)
    notes = [plot for plot in plots if plot.points.shape == states[PLOTTED[-1]].shape]
    if tuple(epochs_shown([plot.points for plot in notes], states, PLOTTED)) == PLOTTED:
        _expect_new_titles(evidence, notes)  # other plots are the learner's own affair
        return
    if evidence.ended_early and len(drawn) < len(PLOTTED):
        raise evidence.not_before("all plots were drawn")
    lines = [call.line for call in evidence.written.calls("plot") if not call.owner]
    if len(lines) != 1:
        lines = [figure.line for figure in figures(evidence) if figure.line]
    words = ", ".join("another picture" if epoch < 0 else str(epoch) for epoch in shown[:25])
    got = f"plots of epochs {words}" if words else "no plot"
    if set(shown) == {-1}:
        got = f"{counted(len(shown), 'plot')} of something else"
    failure = CheckFailed(
        expected=f"plots of epochs {', '.join(map(str, PLOTTED))}",
        got=got,
        message=_plot_message(evidence, shown, drawn, states),
        line=lines[-1] if lines else None,
    )
    raise failure if drawn else or_not_called(failure, evidence, "plot")


@check(points=2, needs=("training_data", "epochs"))
def test_separation(evidence: Evidence) -> None:
    """The network has learned to keep real and fake notes apart."""
    model = evidence.model()
    expect_as_given(model, networks.neuron_pair_network())
    resets = [call.line for call in evidence.written.calls("set_weights") if call.in_loop]
    if len(resets) == 1 and not quality(evidence) >= MINIMUM:
        raise CheckFailed(
            expected=f"accuracy on the test notes of at least {MINIMUM:.3f}",
            got=f"{quality(evidence):.3f}",
            message="This line sets the weights back in each turn, so that each epoch begins anew.",
            line=resets[0],
        )
    expect_at_least(
        "accuracy on the test notes",
        quality(evidence),
        MINIMUM,
        model,
        "Twenty-one epochs should do better. Does each one go on with the weights of the last?",
    )


def _expect_all_turns(evidence: Evidence, is_of: Callable[[Model], bool]) -> None:
    """Expect that a result of an earlier epoch is not that of the last turn with a plot.

    A loop of other turns has its last plot in another epoch, and the check `epochs` tells of it.
    IS_OF says whether the result is that of a model.
    """
    trainings = expect_trained(evidence.model())
    turns = _turns(trainings)
    if turns is None or turns == len(range(21)):
        return
    last = _models(evidence).get((turns - 1) // 4 * 4)
    if last is not None and is_of(last):
        raise CheckSkipped("needs the check `epochs`, which did not pass", "epochs")


def _why_of_that_shape(got: np.ndarray) -> str:
    """Return what to say of a `layer_output` that has this shape, if it is another one."""
    wanted = (
        "`layer_output` must have a row for each test note, and a column for each of the two "
        "neurons."
    )
    if got.shape == (len(DATA.train.x), 2):
        return f"{wanted} This has a row for each training note, as if computed from `X_train`."
    if got.shape == (1, len(DATA.test.x), 2):
        return f"{wanted} The function returns a list; take what is in it."
    if got.shape == (len(DATA.test.x), 1):
        return f"{wanted} One number for each is what the whole model gives, not its first layer."
    return wanted


@check(points=2)
def test_layer_output(evidence: Evidence) -> None:
    """`layer_output` is what the first layer makes of the test notes."""
    _expect_one_network(evidence)
    true = _first_layer(evidence.model())
    got = expect_shape(
        evidence,
        "layer_output",
        true.shape,
        _why_of_that_shape(evidence.array("layer_output")),
    ).astype(float)
    off = ~np.isclose(got, true, atol=TOLERANCE)
    if off.any():
        _expect_all_turns(
            evidence, lambda last: np.allclose(got, _first_layer(last), atol=TOLERANCE)
        )
        raise other_numbers(
            got,
            true,
            off,
            "This is not what the first layer makes of the test notes after the last epoch. "
            "Compute it after the training, from `X_test`.",
            evidence.line_of("layer_output"),
        )


@check(points=2)
def test_test_accuracy(evidence: Evidence) -> None:
    """`test_accuracy` is the accuracy on the test notes."""
    found = evidence.values.get("test_accuracy")
    if isinstance(found, Number):
        got = float(found.value)
        if not _is_shown(got, evidence.model()):
            _expect_all_turns(evidence, lambda last: _is_shown(got, last))
    expect_reported_accuracy(evidence.model(), DATA, binary_accuracy, "test_accuracy")
