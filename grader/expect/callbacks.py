"""Expectations on callbacks that stop a training early, or save the best model."""

from __future__ import annotations

import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import Call, Callback, UnreadableModel
from grader.expect.findings import Evidence
from grader.expect.measurements import binary_accuracy
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.structure import compile_settings
from grader.expect.training import epochs_asked, epochs_run, fits, history_of

_VAL_ACCURACIES = ("val_accuracy", "val_acc", "val_binary_accuracy")
_CLIP = 1e-7


def _measured(evidence: Evidence, model: Model, key: str) -> bool:
    """Whether some training wrote down a number of that name; if none ended, whether it would."""
    calls = evidence.calls("fit", model)
    if calls:
        return any(key in history_of(call).metrics for call in calls)
    metrics = compile_settings(model).get("metrics")
    return isinstance(metrics, list) and key.removeprefix("val_") in map(_name, metrics)


def _name(metric: object) -> object:
    """Return the name of a metric in compile settings; most are their names."""
    config = metric.get("config") if isinstance(metric, dict) else None
    return config.get("name") if isinstance(config, dict) else metric


def expect_watches_val_accuracy(
    evidence: Evidence, model: Model, name: str, callback: Callback
) -> None:
    """Expect an EarlyStopping to watch the accuracy on the validation data, for its rise."""
    monitor, mode = str(callback.settings.get("monitor")), callback.settings.get("mode")
    if monitor == "val_accuracy" or (
        monitor in _VAL_ACCURACIES and _measured(evidence, model, monitor)
    ):
        if mode != "min":
            return
        raise CheckFailed(
            expected=f"`{name}` waits for a higher accuracy",
            got=f"mode {mode!r}: it waits for a lower one",
            message="More accuracy is better. Let the callback wait for the largest value.",
            line=evidence.line_of(name),
        )
    if monitor in _VAL_ACCURACIES:
        message = f"The model has no metric of that name: training never measures {monitor!r}."
    elif "loss" in monitor:
        message = "This watches the loss. The step asks for the accuracy."
    elif monitor in {"accuracy", "acc", "binary_accuracy"}:
        message = "This is the accuracy on the data that the model trains on."
    else:
        message = "Training measures nothing of that name."
    raise CheckFailed(
        expected=f"`{name}` watches the accuracy on the validation data",
        got=f"it watches {monitor[:60]!r}",
        message=message,
        line=evidence.line_of(name),
    )


def expect_patience(evidence: Evidence, name: str, callback: Callback, patience: int) -> None:
    """Expect an EarlyStopping to wait that many epochs for something better."""
    got = callback.settings.get("patience")
    if got != patience:
        raise CheckFailed(
            expected=f"a patience of {patience}",
            got=f"a patience of {got}",
            message=f"Tell `{name}` how many epochs to wait; on its own it waits for none."
            if got == 0
            else f"Look at how many epochs `{name}` waits.",
            line=evidence.line_of(name),
        )


def expect_epochs_asked(evidence: Evidence, model: Model, epochs: int, least: int) -> None:
    """Expect a training that was asked for EPOCHS; any number from LEAST on is right."""
    call = max(fits(evidence, model), key=epochs_asked)
    if epochs_asked(call) < least:
        raise CheckFailed(
            expected=f"fit asked for {epochs:,} epochs",
            got=f"fit asked for {epochs_asked(call):,}",
            message="Ask for far more epochs than needed: the callback decides when it is enough.",
            line=call.line,
        )


def _number(callback: Callback, setting: str) -> float | None:
    found = callback.settings.get(setting)
    return found if isinstance(found, int | float) else None


def _stop(watched: list[float], callback: Callback, baseline: float | None) -> int | None:
    """Return after how many epochs an EarlyStopping ends a training; None where it does not."""
    delta = abs(_number(callback, "min_delta") or 0)
    start = _number(callback, "start_from_epoch") or 0
    patience = _number(callback, "patience") or 0
    sign = -1 if callback.settings.get("mode") == "min" else 1
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


def expect_stopped_by(call: Call, name: str, callback: Callback) -> None:
    """Expect that this EarlyStopping, with its settings, ended the training.

    Raises:
        CheckFailed: the training ran to its end, or was ended in another epoch, or while it
            still improved, as a baseline demanded.
    """
    run, asked = epochs_run(call), epochs_asked(call)
    watched = history_of(call).metrics.get(str(callback.settings.get("monitor")), [])
    baseline = _number(callback, "baseline")
    stop = _stop(watched, callback, baseline)
    too_early = stop is not None and _stop(watched, callback, None) != stop
    if run < asked and stop == run and baseline is not None and too_early:
        raise CheckFailed(
            expected="a training that goes on while it gets better",
            got=f"an end after {run} epochs, as {baseline:g} was not reached",
            message="A baseline ends the training even where it still improves. Leave it away.",
            line=call.line,
        )
    if run >= asked or stop != run:
        raise CheckFailed(
            expected=f"a training that `{name}` ends, before {asked} epochs are over",
            got=f"all {run} epochs run" if run >= asked else f"an end after {run} epochs",
            message=f"`{name}` never got to stop the training. Look at what it watches, and "
            "whether fit measures that."
            if run >= asked
            else f"Something else than `{name}` ended the training.",
            line=call.line,
        )


def expect_saved_model(evidence: Evidence, file: str, callback: str) -> Model:
    """Expect a model file in the current folder that loads; return its model."""
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
    saved: Model, call: Call, monitor: str, features: np.ndarray, labels: np.ndarray
) -> None:
    """Expect a saved model to be the best of its training.

    Args:
        saved: read from the file.
        call: the training, with the history that tells what the best was.
        monitor: what the best is judged by, `"val_loss"` or an accuracy.
        features: that the training was validated on.
        labels: 0 or 1, with the features.
    """
    values = history_of(call).metrics.get(monitor)
    if not values:
        raise DamagedEvidence(f"a training has no {monitor}")
    outputs = saved.predict(features).reshape(labels.shape).astype(float)
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
            line=call.line,
        )
