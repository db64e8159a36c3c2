"""Expectations on the history of a training: what fit wrote down, kept by the file."""

from __future__ import annotations

import numpy as np

from grader.evidence.record import Raised
from grader.evidence.values import Frame, Mapping
from grader.expect.findings import Evidence
from grader.expect.fitting import PARTS, expect_trained
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed, counted
from grader.verdict import Fact


def recorded_history(model: Model) -> dict[str, list[float]]:
    """Return what a model's trainings wrote down, all of them one after the other.

    Raises:
        CheckFailed: all of them were loops of train_on_batch, which write nothing down.
    """
    true: dict[str, list[float]] = {}
    trainings = expect_trained(model)
    if all(training.is_loop for training in trainings):
        raise CheckFailed(
            expected="a training by fit, which returns its history",
            got="a loop of train_on_batch",
            message="The model is trained, but only fit writes down what each epoch measured. "
            "Train it with fit, and keep what that returns.",
            line=trainings[-1].line,
            cause=f"no history {model.number}",
        )
    for training in trainings:
        for key, values in training.history.metrics.items():
            true.setdefault(key, []).extend(values)
    return true


def expect_history(model: Model, name: str) -> dict[str, list[float]]:
    """Expect NAME to hold the history of the model's training; return that history.

    A History object, its dictionary and a DataFrame of it are right. A file that keeps the
    history under another name passes with a tip: fit's own record is taken in its place.

    Raises:
        CheckFailed: NAME holds the history of another training, or something else.
    """
    evidence, true = model.evidence, recorded_history(model)
    stopped_here = evidence.ended_early and evidence.binds(name)
    if name not in evidence.values and not stopped_here:
        evidence.tip(f"Keep what fit returns as `{name}`, the name that the task gives it.")
        return true
    found = evidence.value(name)
    if isinstance(found, Frame):
        mine = {
            column.name: [float(value) for value in evidence.to_array(name, column.values).ravel()]
            for column in found.columns
        }
    else:
        mine = evidence.history(name)
        if isinstance(found, Mapping):
            alone = f"`{name}` is the dictionary alone, `.history` of what fit returned. The task "
            alone += "says to keep what fit returns."
            line = evidence.line_of(name)
            evidence.tip(alone, line, Fact.OTHER_KIND)
            if _is_asked_for(evidence, "epoch"):
                raise CheckFailed(
                    expected="the History object that fit returns",
                    got="its dictionary",
                    message=alone,
                    line=line,
                    tells=Fact.OTHER_KIND,
                )
    if not _is_of(mine, true):
        parts = [training for training in model.trainings if _is_of(mine, training.history.metrics)]
        message = f"`{name}` is not what fit returned for the training of `{model.name}`."
        cause = ""
        if parts:
            together = sum(training.epochs for training in model.trainings)
            which = "the last" if parts[-1] == model.trainings[-1] else "one"
            message = (
                f"The {together} epochs of `{model.name}` came in {len(model.trainings)} calls of "
                f"fit, and `{name}` is what {which} of them returned.{_remedy(model)}"
            )
            cause = PARTS
        longest = max((len(values) for values in mine.values()), default=0)
        epochs = max((len(values) for values in true.values()), default=0)
        raise CheckFailed(
            expected=f"the history of `{model.name}`: {epochs} epochs of {', '.join(true)}",
            got=f"{counted(longest, 'epoch')} of {', '.join(mine) or 'nothing'}",
            message=message,
            line=evidence.line_of(name),
            cause=cause,
        )
    return true


def _is_asked_for(evidence: Evidence, attribute: str) -> bool:
    """Whether the file stopped where it asks a dictionary for what only a History has."""
    ended = evidence.record.ended
    return isinstance(ended, Raised) and (
        ended.message == f"'dict' object has no attribute '{attribute}'"
    )


def _remedy(model: Model) -> str:
    """Return what gives one history where a loop calls fit again and again; "" for other calls."""
    trainings = model.trainings
    first, lines = trainings[0], {training.line for training in trainings}
    alike = all(
        (training.features, training.labels) == (first.features, first.labels)
        and training.epochs == training.epochs_asked
        for training in trainings
    )
    looped = any(
        call.in_loop and lines == {call.line} for call in model.evidence.written.calls("fit")
    )
    together = sum(training.epochs for training in trainings)
    return f" Call fit once, with `epochs={together}`." if alike and looped else ""


def _is_of(mine: dict[str, list[float]], true: dict[str, list[float]]) -> bool:
    """Whether a history has all that trainings wrote down."""
    return all(
        len(mine.get(key, [])) == len(values) and np.allclose(mine[key], values, rtol=1e-5)
        for key, values in true.items()
    )
