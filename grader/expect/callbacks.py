"""Expectations on callbacks that stop a training early, or save the best model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import Endless, UnreadableModel
from grader.evidence.values import Callback
from grader.expect.compilation import compile_settings
from grader.expect.findings import Evidence
from grader.expect.fitting import epochs_elsewhere, expect_begun
from grader.expect.known_data import Pair
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.quality import binary_accuracy, outputs_on
from grader.expect.training import Training
from grader.verdict import Fact

_VAL_ACCURACIES = ("val_accuracy", "val_acc", "val_binary_accuracy")
_CLIP = 1e-7


@dataclass(frozen=True)
class NamedCallback:
    """A callback that the learner made, under the name that the step asks for."""

    name: str
    found: Callback
    line: int | None

    def text(self, setting: str) -> str:
        """Return a setting as a text."""
        return str(self.found.settings.get(setting))

    def number(self, setting: str) -> float | None:
        """Return a setting that is a number; None for any other."""
        value = self.found.settings.get(setting)
        return value if isinstance(value, int | float) else None


def named_callback(evidence: Evidence, name: str, kind: str) -> NamedCallback:
    """Return a callback of that class, `"EarlyStopping"`, or raise what `Evidence.value` does.

    One under another name, or under none but given to fit, counts as well if the file has only
    one of its class; a tip says what the task calls it.
    """
    if name not in evidence.values:
        names = _only_one(evidence, kind)
        if names is not None:
            return _under_another_name(evidence, name, *names)
    return NamedCallback(name, evidence.callback(name, kind), evidence.line_of(name))


def _only_one(evidence: Evidence, kind: str) -> tuple[Callback, str] | None:
    """Return the only callback of a class, and the learner's name of it; None where in doubt."""
    named = [
        (found, own)
        for own, found in evidence.values.items()
        if isinstance(found, Callback) and found.type == kind
    ]
    given = [
        (found, "")
        for training in evidence.trainings
        for found in training.callbacks
        if found.type == kind
    ]
    found = {callback.number: (callback, own) for callback, own in [*given, *named]}
    return next(iter(found.values())) if len(found) == 1 else None


def _under_another_name(evidence: Evidence, name: str, found: Callback, own: str) -> NamedCallback:
    if own:
        evidence.tip_name(own, name)
        return NamedCallback(own, found, evidence.line_of(own))
    evidence.tip(f"Keep the {found.type} that you give to fit as `{name}`, as the task calls it.")
    return NamedCallback(f"the {found.type}", found, evidence.trainings[-1].line)


def _measures(model: Model, key: str) -> bool:
    """Whether some training wrote down a number of that name; if none ended, whether it would."""
    if model.trainings:
        return any(key in training.history.metrics for training in model.trainings)
    metrics = compile_settings(model).get("metrics")
    return isinstance(metrics, list) and key.removeprefix("val_") in map(_name, metrics)


def _name(metric: object) -> object:
    """Return the name of a metric in compile settings; most are their names."""
    config = metric.get("config") if isinstance(metric, dict) else None
    return config.get("name") if isinstance(config, dict) else metric


def expect_watches_val_accuracy(callback: NamedCallback, model: Model) -> None:
    """Expect an EarlyStopping to watch the accuracy on the validation data, for its rise."""
    name, monitor, mode = callback.name, callback.text("monitor"), callback.text("mode")
    if monitor == "val_accuracy" or (monitor in _VAL_ACCURACIES and _measures(model, monitor)):
        if mode != "min":
            return
        raise CheckFailed(
            expected=f"`{name}` waits for a higher accuracy",
            got=f"mode {mode!r}: it waits for a lower one",
            message="More accuracy is better. Let the callback wait for the largest value.",
            line=callback.line,
        )
    tells = None
    if monitor in _VAL_ACCURACIES:
        message = f"The model has no metric of that name: training never measures {monitor!r}."
        message += " It measures 'val_accuracy'." if _measures(model, "val_accuracy") else ""
        tells = Fact.NOT_MEASURED
    elif "loss" in monitor:
        message = "This watches the loss. The step asks for the accuracy."
    elif monitor in {"accuracy", "acc", "binary_accuracy"}:
        message = "This is the accuracy on the data that the model trains on."
    else:
        message = "Training measures nothing of that name."
    if _is_why_it_goes_on(monitor, model):
        tells = Fact.NOT_ENDED
    raise CheckFailed(
        expected=f"`{name}` watches the accuracy on the validation data",
        got=f"it watches {monitor[:60]!r}",
        message=message,
        line=callback.line,
        tells=tells,
    )


def _is_why_it_goes_on(monitor: str, model: Model) -> bool:
    """Whether the file was stopped in a training that a callback of this monitor did not end."""
    ended = model.evidence.record.ended
    if not isinstance(ended, Endless) or monitor not in ended.monitors:
        return False
    return ended.went_beyond or (monitor in ended.unmeasured and not ended.lacks_validation)


def expect_patience(callback: NamedCallback, patience: int) -> None:
    """Expect an EarlyStopping to wait that many epochs for something better."""
    name, got = callback.name, callback.found.settings.get("patience")
    if got != patience:
        raise CheckFailed(
            expected=f"a patience of {patience}",
            got=f"a patience of {got}",
            message=f"Tell `{name}` how many epochs to wait; on its own it waits for none."
            if got == 0
            else f"Look at how many epochs `{name}` waits.",
            line=callback.line,
        )


def expect_epochs_asked(model: Model, epochs: int, least: int) -> None:
    """Expect a training that was asked for EPOCHS; any number from LEAST on is right."""
    training = max(expect_begun(model), key=lambda training: training.epochs_asked)
    if training.epochs_asked < least:
        raise CheckFailed(
            expected=f"fit asked for {epochs:,} epochs",
            got=f"a loop of {training.epochs_asked:,}"
            if training.is_loop
            else f"fit asked for {training.epochs_asked:,}",
            message=epochs_elsewhere(training, epochs)
            or "Ask for far more epochs than needed: the callback decides when it is enough.",
            line=training.line,
        )


def expect_callback_passed(callback: NamedCallback, model: Model) -> Training:
    """Expect a training of the model that was given this callback; return the training."""
    trainings = expect_begun(model)
    for training in trainings:
        if any(passed.number == callback.found.number for passed in training.callbacks):
            return training
    raise CheckFailed(
        expected=f"fit with `{callback.name}` among its callbacks",
        got=f"{trainings[-1].method} without it",
        message=f"train_on_batch takes no callbacks. Train with fit, and give it `{callback.name}`."
        if trainings[-1].is_loop
        else f"`{callback.name}` is made but fit does not know of it. Pass it along.",
        line=trainings[-1].line,
        tells=Fact.NOT_ENDED if _had_none(trainings[-1]) else None,
    )


def _had_none(training: Training) -> bool:
    """Whether the file was stopped in this training, as no callback would have ended it."""
    ended = training.evidence.record.ended
    return isinstance(ended, Endless) and not ended.monitors and ended.line == training.line


def _stop(watched: list[float], callback: NamedCallback, without: str = "") -> int | None:
    """Return after how many epochs an EarlyStopping ends a training; None where it does not.

    Args:
        watched: the numbers of the epochs.
        callback: with its settings.
        without: a setting to take as if it had not been given.
    """
    told = {name: callback.number(name) for name in _DELAYS if name != without}
    delta, start = abs(told.get("min_delta") or 0), told.get("start_from_epoch") or 0
    baseline, patience = told.get("baseline"), callback.number("patience") or 0
    sign = -1 if callback.text("mode") == "min" else 1
    best, wait = None, 0
    for epoch, value in enumerate(watched):
        if epoch < start:
            continue
        wait += 1
        if best is None or sign * (value - best) > delta:
            best = value
            if baseline is None or sign * (value - baseline) > delta:
                wait = 0
        elif wait >= patience and epoch > 0:
            return epoch + 1
    return None


def _expect_ended(training: Training) -> None:
    """Say nothing of a training that was under way when the file was stopped."""
    if not training.call.done:
        raise training.evidence.not_before("the training ended")


_DELAYS = {
    "baseline": "A baseline ends the training even where it still improves. Leave it out.",
    "start_from_epoch": "With `start_from_epoch` the patience begins later than asked. "
    "Leave it out.",
    "min_delta": "With `min_delta` small improvements do not count, so the training ends while it "
    "still gets better. Leave it out.",
}
"""Settings of an EarlyStopping that no task asks for. They count where they change when it ends,
or would with other weights to start from."""


def _expect_plain_end(callback: NamedCallback, training: Training, watched: list[float]) -> None:
    """Expect that the training ended where patience alone would have ended it."""
    run = training.epochs
    for setting, message in _DELAYS.items():
        value, plain = callback.number(setting), _stop(watched, callback, setting)
        # Within the patience no training can end anyway; a longer sleep counts in any case.
        sleeps = setting == "start_from_epoch" and (value or 0) > (callback.number("patience") or 0)
        if value is None or (plain == run and not sleeps):
            continue
        got = f"an end after {run} epochs, with {setting}={value:g}"
        if setting == "baseline":
            got = f"an end after {run} epochs, as {value:g} was not reached"
        raise CheckFailed(
            expected="a training that goes on while it gets better"
            if plain is None
            else f"a training that patience alone ends, here after {plain} epochs",
            got=got,
            message=message,
            line=training.line,
        )


def expect_stopped_by(callback: NamedCallback, training: Training) -> None:
    """Expect that this EarlyStopping, with its settings, ended the training.

    Raises:
        CheckFailed: the training ran to its end, or was ended in another epoch, or earlier or
            later than patience alone would have ended it.
    """
    _expect_ended(training)
    name, run, asked = callback.name, training.epochs, training.epochs_asked
    watched = training.history.metrics.get(callback.text("monitor"), [])
    stop = _stop(watched, callback)
    if run < asked and stop == run:
        _expect_plain_end(callback, training, watched)
    if run >= asked or stop != run:
        raise CheckFailed(
            expected=f"a training that `{name}` ends, before {asked} epochs are over",
            got=f"all {run} epochs run" if run >= asked else f"an end after {run} epochs",
            message=f"`{name}` never got to stop the training. Look at what it watches, and "
            "whether fit measures that."
            if run >= asked
            else f"Something else than `{name}` ended the training.",
            line=training.line,
        )


def expect_saved_model(evidence: Evidence, file: str, callback: str) -> Model:
    """Expect a model file in the current folder that loads; return its model.

    Args:
        evidence: of the run.
        file: its name.
        callback: the name of the callback that saves it.
    """
    files = evidence.record.files
    line = evidence.line_of(callback)
    if file not in files:
        if evidence.ended_early:
            raise evidence.not_before("a model was saved")
        others = ", ".join(name[:60] for name in files)
        raise CheckFailed(
            expected=f"the file {file}",
            got=f"other files: {others}" if others else "no model file",
            message=f"Give `{callback}` exactly this file name."
            if others
            else "Nothing was saved. Look at the callbacks that you give to fit.",
            line=line,
        )
    found = files[file]
    if isinstance(found, UnreadableModel):
        raise CheckFailed(
            expected=f"a model in {file}",
            got="a file that Keras cannot load",
            message=f"Loading it fails: {found.problem[:200]}",
            line=line,
        )
    return evidence.model_by_number(found.number, f"the model in {file}")


def expect_best_model(
    saved: Model, training: Training, callback: NamedCallback, validation: Pair
) -> None:
    """Expect a saved model to be the best of its training.

    Args:
        saved: read from the file.
        training: with the history that tells what the best was.
        callback: which judges by `"val_loss"` or an accuracy.
        validation: what the training was validated on; the labels are 0 or 1.
    """
    _expect_ended(training)
    monitor, labels = callback.text("monitor"), validation.y
    values = training.history.metrics.get(monitor)
    if not values:
        raise DamagedEvidence(f"a training has no {monitor}")
    outputs = outputs_on(saved, validation).astype(float)
    if monitor == "val_loss":
        inside = np.clip(outputs, _CLIP, 1 - _CLIP)
        got = float(-np.mean(labels * np.log(inside) + (1 - labels) * np.log(1 - inside)))
        best, tolerance = min(values), 2e-4
    else:
        got, best, tolerance = binary_accuracy(labels, outputs), max(values), 1e-3
    if not abs(got - best) <= tolerance:
        epoch = values.index(best) + 1
        raise CheckFailed(
            expected=f"the model of epoch {epoch}, with a {monitor} of {best:.4f}",
            got=f"a model with a {monitor} of {got:.4f}",
            message="The file does not hold the best model. Look at when the callback takes a "
            "model for better, and at whether something else writes to the file.",
            line=training.line,
        )
