"""Expectations on training: on which data, for how long, with what result."""

from __future__ import annotations

import math

import numpy as np

from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import (
    Call,
    Callback,
    Frame,
    History,
    Nothing,
    Number,
    Numbers,
    Sequence,
    Value,
)
from grader.expect.findings import Evidence, digest_of, kind_text
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed

KERAS_BATCH_SIZE = 32
"""What `fit` takes where it is given no `batch_size`."""

Known = dict[str, np.ndarray]
"""The exercise's data by the names that the learner knows them under."""


def same_values(found: Value, array: np.ndarray) -> bool:
    """Whether recorded data are this array; (n,) and (n, 1) count as the same."""
    return (
        isinstance(found, Numbers) and found.size == array.size and found.digest == digest_of(array)
    )


def name_data(found: Value, known: Known) -> str:
    """Return which of the exercise's data a recorded array is: "`X_train`", or what it is."""
    for name, array in known.items():
        if same_values(found, array):
            return f"`{name}`"
    return kind_text(found)


def fits(evidence: Evidence, model: Model) -> list[Call]:
    """Return the model's trainings.

    Raises:
        CheckFailed: it was not trained at all.
        CheckSkipped: it was not because the file stopped in the training or before it.
    """
    found = evidence.calls("fit", model)
    if not found:
        if evidence.ended_early:
            raise evidence.not_before(f"`{model.name}` was trained")
        expected = f"`{model.name}` trained with fit"
        message = f"Call fit on the model that `{model.name}` is at the end."
        cause = f"untrained {model.number}"
        others = evidence.calls("fit")
        if not others:
            raise not_trained(evidence, expected, message, model.line, cause)
        raise CheckFailed(
            expected=expected,
            got="another model was trained",
            message=message,
            line=others[-1].line,
            cause=cause,
        )
    return found


def not_trained(
    evidence: Evidence, expected: str, message: str, line: int | None, cause: str = "untrained"
) -> CheckFailed:
    """Return the failure of a file without fit; a loop of one's own is told apart from nothing."""
    loops = evidence.calls("train_on_batch")
    if loops:
        return CheckFailed(
            expected=expected,
            got="train_on_batch in place of fit",
            message="A loop of your own trains as well, but these checks follow fit alone. "
            + message,
            line=loops[0].line,
            cause=cause,
        )
    return CheckFailed(
        expected=expected, got="fit was not called", message=message, line=line, cause=cause
    )


def expect_trained_on(
    evidence: Evidence, model: Model, features: str, labels: str, known: Known
) -> None:
    """Expect every training to use these data; the same rows in another order are right.

    Args:
        evidence: of the run.
        model: that was trained.
        features: the name in KNOWN of what goes in.
        labels: the name in KNOWN of what should come out.
        known: all data that the exercise gives, so that a mix-up can be named.

    Raises:
        CheckFailed: naming the data that was used instead.
    """
    for call in fits(evidence, model):
        x, y = (call.arguments.get(name, Nothing()) for name in ("x", "y"))
        if (same_values(x, known[features]) and same_values(y, known[labels])) or _same_rows(
            evidence, x, y, known[features], known[labels]
        ):
            _expect_whole_epochs(call, features, len(known[features]))
            continue
        got_x, got_y = name_data(x, known), name_data(y, known)
        held_out = any(f"`{name}`" in (got_x, got_y) for name in known if name.endswith("test"))
        raise CheckFailed(
            expected=f"fit on `{features}` and `{labels}`",
            got=f"fit on {got_x} and {got_y}",
            message="A model that has trained on the test data can no longer be tested with them."
            if held_out
            else "Look at the data that you give to fit.",
            line=call.line,
        )


def _expect_whole_epochs(call: Call, features: str, rows: int) -> None:
    """Expect that `steps_per_epoch`, where it is given, lets an epoch take all the rows."""
    rows -= int(rows * share_held_back(call))
    steps = _whole_number(call, "steps_per_epoch") or 0
    size = batch_size(call)
    if 0 < steps * size < rows:
        raise CheckFailed(
            expected=f"fit on all {rows} rows of `{features}` in every epoch",
            got=f"{steps} × {size} = {steps * size} rows in an epoch",
            message="Leave `steps_per_epoch` out: then an epoch goes through all the data.",
            line=call.line,
        )


def _same_rows(
    evidence: Evidence, x: Value, y: Value, features: np.ndarray, labels: np.ndarray
) -> bool:
    """Whether features and labels are the same pairs of rows, in any order."""
    if not isinstance(x, Numbers) or not isinstance(y, Numbers):
        return False
    if x.file is None or y.file is None:
        return False
    if x.size != features.size or y.size != labels.size:
        return False
    rows = len(features)
    mine = np.hstack([evidence.load(part).reshape(rows, -1) for part in (x, y)])
    wanted = np.hstack([part.reshape(rows, -1) for part in (features, labels)])
    mine, wanted = mine.astype(np.float32), wanted.astype(np.float32)
    return np.array_equal(mine[np.lexsort(mine.T)], wanted[np.lexsort(wanted.T)])


def _number(call: Call, argument: str) -> int | float | None:
    """Return an argument that is a number, and no infinite one."""
    found = call.arguments.get(argument, Nothing())
    if isinstance(found, Number) and math.isfinite(found.value):
        return found.value
    return None


def _whole_number(call: Call, argument: str) -> int | None:
    found = _number(call, argument)
    return None if found is None else int(found)


def history_of(call: Call) -> History:
    """Return what a training returned.

    Raises:
        DamagedEvidence: something else than fit returns.
    """
    if not isinstance(call.result, History):
        raise DamagedEvidence("a training has no history")
    return call.result


def epochs_run(call: Call) -> int:
    """Return how many epochs a training ran; early stopping makes it fewer than asked."""
    return len(call.result.epochs) if isinstance(call.result, History) else epochs_asked(call)


def epochs_asked(call: Call) -> int:
    """Return how many epochs a training was asked for."""
    epochs = _whole_number(call, "epochs")
    if epochs is None:
        raise DamagedEvidence("a training has no number of epochs")
    return epochs


def batch_size(call: Call) -> int:
    """Return how many rows there were in a batch of a training; -1 where it cannot be told."""
    if isinstance(call.arguments.get("batch_size", Nothing()), Nothing):
        return KERAS_BATCH_SIZE
    size = _whole_number(call, "batch_size")
    return -1 if size is None else size


def share_held_back(call: Call) -> float:
    """Return which share of the training data a training held back by `validation_split`."""
    share = _number(call, "validation_split") or 0.0
    return float(share) if 0 < share < 1 else 0.0


def expect_epochs(evidence: Evidence, model: Model, epochs: int) -> None:
    """Expect that many epochs over all trainings of the model together."""
    calls = fits(evidence, model)
    total = sum(epochs_run(call) for call in calls)
    if total != epochs:
        raise CheckFailed(
            expected=f"{epochs} epochs",
            got=f"{total} epoch{'s' if total != 1 else ''}"
            + (f" in {len(calls)} calls of fit" if len(calls) > 1 else ""),
            message="Look at the number of epochs that you give to fit.",
            line=calls[-1].line,
        )


def expect_validated_on(
    evidence: Evidence, model: Model, features: str, labels: str, known: Known
) -> None:
    """Expect the last training to be validated on these data, every epoch."""
    call = fits(evidence, model)[-1]
    found = call.arguments.get("validation_data", Nothing())
    parts = found.items if isinstance(found, Sequence) else []
    if len(parts) < 2:
        if not isinstance(found, Nothing):
            got = f"validation data that is {kind_text(found)}"
        elif share := share_held_back(call):
            got = f"validation on {share:.0%} of the training data"
        else:
            got = "no validation data"
        raise CheckFailed(
            expected=f"validation on `{features}` and `{labels}`",
            got=got,
            message="Give fit the data to validate on, as a pair of features and labels.",
            line=call.line,
        )
    if not (same_values(parts[0], known[features]) and same_values(parts[1], known[labels])):
        raise CheckFailed(
            expected=f"validation on `{features}` and `{labels}`",
            got=f"validation on {name_data(parts[0], known)} and {name_data(parts[1], known)}",
            message="Validation says something only on data that the model does not train on.",
            line=call.line,
        )
    every = call.arguments.get("validation_freq", Nothing())
    if isinstance(every, Number) and every.value != 1:
        raise CheckFailed(
            expected="validation after each epoch",
            got=f"validation_freq={every.value}",
            message="The model is validated in some epochs only. Without `validation_freq` fit "
            "does it after each.",
            line=call.line,
        )


def expect_callback_passed(evidence: Evidence, model: Model, name: str, callback: Callback) -> Call:
    """Expect a training that was given the callback of that name; return the training."""
    calls = fits(evidence, model)
    for call in calls:
        found = call.arguments.get("callbacks", Nothing())
        parts = found.items if isinstance(found, Sequence) else [found]
        if any(isinstance(part, Callback) and part.number == callback.number for part in parts):
            return call
    raise CheckFailed(
        expected=f"fit with `{name}` among its callbacks",
        got="fit without it",
        message=f"`{name}` is made but fit does not know of it. Pass it along.",
        line=calls[-1].line,
    )


def recorded_history(evidence: Evidence, model: Model) -> dict[str, list[float]]:
    """Return what the model's trainings wrote down, all of them one after the other."""
    true: dict[str, list[float]] = {}
    for call in fits(evidence, model):
        for key, values in history_of(call).metrics.items():
            true.setdefault(key, []).extend(values)
    return true


def expect_history(
    evidence: Evidence, model: Model, name: str = "history"
) -> dict[str, list[float]]:
    """Expect NAME to hold the history of the model's training; return that history.

    A History object, its dictionary and a DataFrame of it are right. A file that keeps the
    history under another name passes with a tip: fit's own record is taken in its place.

    Raises:
        CheckFailed: NAME holds the history of another training, or something else.
    """
    true = recorded_history(evidence, model)
    if name not in evidence.values:
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
    if any(
        len(mine.get(key, [])) != len(values) or not np.allclose(mine[key], values, rtol=1e-5)
        for key, values in true.items()
    ):
        longest = max((len(values) for values in mine.values()), default=0)
        epochs = max((len(values) for values in true.values()), default=0)
        raise CheckFailed(
            expected=f"the history of `{model.name}`: {epochs} epochs of {', '.join(true)}",
            got=f"{longest} epochs of {', '.join(mine) or 'nothing'}",
            message=f"`{name}` is not what fit returned for the training of `{model.name}`.",
            line=evidence.line_of(name),
        )
    return true
