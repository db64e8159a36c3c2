"""Checks for 3.2.2, comparing activation functions."""

import numpy as np

from grader.datasets import activation_curves, irrigation, networks
from grader.evidence.values import Frame, History, ModelRef, Value
from grader.evidence.values import Mapping as Dictionary
from grader.expect.findings import Evidence
from grader.expect.fitting import expect_any_training, expect_trained_on, expect_validated_on
from grader.expect.given_models import expect_as_given
from grader.expect.known_data import Known
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, CheckSkipped, check, counted
from grader.expect.rewriting import line_changed
from grader.expect.training import Training
from grader.expect.value_words import kind_text

HINTS = (
    "The loop runs once for each name. Everything that belongs to one function happens inside it, "
    "from the new network to keeping its history.",
    "`get_model` wants the name of the function whose turn it is. fit validates on what you "
    "give it as `validation_data`. A dictionary keeps a value under a name in square brackets.",
    "In the loop: `model = get_model(act)`, then `h_callback = model.fit(…)` with `epochs=20` and "
    "`validation_data=(X_test, y_test)`, then `activation_results[act] = h_callback`.",
)
TIMEOUT = 420

DATA = Known(irrigation.load_split, "X_train", "y_train", "X_test", "y_test")

FUNCTIONS = activation_curves.FUNCTIONS
EPOCHS = 20


def _kept(evidence: Evidence) -> dict[str, Value]:
    """Return what `activation_results` holds, by name.

    Raises:
        CheckFailed: it is no dictionary.
    """
    found = evidence.value("activation_results", "a dictionary")
    if not isinstance(found, Dictionary):
        raise evidence.wrong_kind("activation_results", "a dictionary of histories", found)
    return dict(found.items)


def _history_of(evidence: Evidence, found: Value) -> dict[str, list[float]] | None:
    """Return a kept history by metric; None where it is something else."""
    items: list[tuple[str, Value]]
    match found:
        case History():
            return found.metrics
        case Dictionary():
            items = found.items
        case Frame():
            items = [(column.name, column.values) for column in found.columns]
        case _:
            return None
    return {
        key: [float(value) for value in evidence.to_array("activation_results", item).ravel()]
        for key, item in items
    }


def _wrote(training: Training, history: dict[str, list[float]]) -> bool:
    """Whether a training wrote down these numbers."""
    true = training.history.metrics
    return bool(true) and all(
        len(history.get(key, [])) == len(values)
        and np.allclose(history.get(key, []), values, rtol=1e-5, equal_nan=True)
        for key, values in true.items()
    )


def _training_of(evidence: Evidence, found: Value) -> Training | None:
    """Return the training that wrote a kept history."""
    history = _history_of(evidence, found) or {}
    matches = [training for training in evidence.trainings if _wrote(training, history)]
    # Two trainings can go the same way, so the object itself counts first.
    number = found.number if isinstance(found, History) else None
    own = [training for training in matches if training.history.number == number]
    return next(iter(own + matches), None)


def _trainings(evidence: Evidence) -> list[Training]:
    """Return the trainings whose histories were kept; all trainings, where none was.

    Raises:
        CheckFailed: nothing was trained.
        CheckSkipped: because the file stopped before.
    """
    trainings = expect_any_training(
        evidence,
        "a network",
        expected=f"{len(FUNCTIONS)} trainings, one for each function",
        message="Train each network with fit, inside the loop.",
        line=evidence.line_of("activation_results"),
    )
    try:
        found = [_training_of(evidence, item) for item in _kept(evidence).values()]
    except (CheckFailed, CheckSkipped):
        return trainings
    return [training for training in trainings if training in found] or trainings


@check(points=3)
def test_results(evidence: Evidence) -> None:
    """`activation_results` has the history of a training under each function's name."""
    kept = _kept(evidence)
    line = evidence.line_of("activation_results")
    missing = [name for name in FUNCTIONS if name not in kept]
    if missing and evidence.ended_early:
        raise evidence.not_before("all histories were kept")
    if missing:
        names = ", ".join(name[:40] for name in list(kept)[:6])
        written = evidence.written
        made_again = written.line_in_loop("activation_results") if len(kept) == 1 else None
        raise CheckFailed(
            expected=f"entries {', '.join(FUNCTIONS)}",
            got=f"entries {names}" if names else "an empty dictionary",
            message=_blame_for_missing(list(kept), made_again is not None),
            line=made_again or line_changed(evidence, "activation_results") or line,
        )
    for name in FUNCTIONS:
        history = _history_of(evidence, kept[name])
        if history is None:
            raise CheckFailed(
                expected=f"the history of a training under {name!r}",
                got=kind_text(kept[name]),
                message="Keep the whole object that fit returns.",
                line=line,
            )
        if _trainings(evidence) and _training_of(evidence, kept[name]) is None:
            raise CheckFailed(
                expected=f"the history of a training under {name!r}",
                got=f"a history of {', '.join(history) or 'nothing'}"[:80],
                message="No training of this file wrote that history. Keep it as fit returns it.",
                line=line,
            )


def _blame_for_missing(names: list[str], made_again: bool) -> str:
    if made_again:
        return (
            "The dictionary is made anew in each turn of the loop, so what was in it is gone. In "
            "the loop, only put a history into it; what makes it belongs before the loop."
        )
    if not names:
        return "Keep each history as soon as fit has returned it, inside the loop."
    if len(names) == 1 and names[0] not in FUNCTIONS:
        return (
            f"Every history is kept under the one name {names[0][:40]!r}, so each takes the place "
            "of the one before. What changes in each turn is the loop's variable, not a text."
        )
    if names == [FUNCTIONS[-1]]:
        return "Only the last one is there. Is each history kept inside the loop, in its turn?"
    if len(names) == 1:
        return "Only one is there. Is the dictionary made before the loop, and filled inside it?"
    return "Keep each history under the exact name of its function."


def _activation(model: Model) -> str:
    """Return the activation of a network's hidden layer."""
    layers = model.layers
    return str(layers[0].activation) if layers else "none"


def _line_of_network(evidence: Evidence, training: Training) -> int | None:
    """Return the line that made the network of a training; of fit, where that is not known."""
    last = evidence.trainings[-1].call.model
    lines = [
        evidence.line_of(name)
        for name, found in evidence.values.items()
        if isinstance(found, ModelRef) and found.number == last
    ]
    before = [line for line in lines if line is not None and line < (training.line or 0)]
    return before[0] if len(before) == 1 else training.line


@check(points=4, needs=("results",))
def test_models(evidence: Evidence) -> None:
    """Each history is that of a new network with the function of its name."""
    kept = _kept(evidence)
    found: dict[str, Training] = {}
    for name in FUNCTIONS:
        training = _training_of(evidence, kept[name]) if name in kept else None
        if training is None:
            continue
        for other, earlier in found.items():
            if training.call.model == earlier.call.model:
                same = training == earlier
                raise CheckFailed(
                    expected=f"a network of its own for {name}",
                    got=f"the same history as for {other}"
                    if same
                    else f"the network that was trained for {other}",
                    message="Keep each history under the name of the function that it belongs to."
                    if same
                    else "It still knows what it learned before. Get a new network in each round.",
                    line=evidence.line_of("activation_results") if same else training.line,
                )
        found[name] = training
    for name, training in found.items():
        got = _activation(training.model)
        all_got = {_activation(one.model) for one in found.values()}
        if got != name and len(all_got) == 1 and len(found) == len(FUNCTIONS):
            raise CheckFailed(
                expected="a network with each of the four functions",
                got=f"{len(found)} networks with {got}",
                message="All four networks have the same function. `get_model` takes the name of "
                "the one whose turn it is.",
                line=_line_of_network(evidence, training),
            )
        if got != name:
            raise CheckFailed(
                expected=f"a network with {name} under {name!r}",
                got=f"a network with {got}",
                message="Look at the name that you give to `get_model`, and at the name under "
                "which you keep the history.",
                line=training.line,
            )
        if any(other.position < training.position for other in training.model.trainings):
            raise CheckFailed(
                expected=f"a new network for {name}",
                got="one that had been trained before",
                message="Each history must tell of a network that starts from nothing.",
                line=training.line,
            )
        expect_as_given(training.model, networks.irrigation_network(activation=name))


@check(points=2)
def test_training_data(evidence: Evidence) -> None:
    """Each network was trained on the training fields."""
    for training in _trainings(evidence):
        expect_trained_on(training.model, DATA.train)


@check(points=2)
def test_epochs(evidence: Evidence) -> None:
    """Each training took 20 epochs."""
    for training in _trainings(evidence):
        if training.epochs != EPOCHS:
            raise CheckFailed(
                expected=f"{EPOCHS} epochs for each network",
                got=counted(training.epochs, "epoch"),
                message=f"Look at {training.what_sets_epochs}.",
                line=training.line,
            )


@check(points=2)
def test_validation(evidence: Evidence) -> None:
    """Each training was validated on the test fields."""
    for training in _trainings(evidence):
        expect_validated_on(training.model, DATA.test)
