"""Checks for 2.2.4, softmax predictions."""

from functools import cache

import numpy as np

from grader.datasets import darts, trained
from grader.evidence.values import Frame, Sequence, Series, Text, Texts, Value
from grader.expect.arrays import other_numbers
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check
from grader.expect.rewriting import predictions_rewritten
from grader.expect.value_words import kind_text
from grader.sizes import shape_text

HINTS = (
    "The first step needs only the throws, not their labels: the network says what it thinks. "
    "For the second, think of a function that tells where in a row the largest number stands.",
    "`model.predict` gives one row for each throw. NumPy calls the place of the largest number "
    "argmax. Apply it to each row on its own, not to the whole table.",
    "`preds` is `model.predict(coords_small_test)`. Then go through the rows of `preds`, in a "
    "loop or with `axis=1`, and let `np.argmax` find the index in each.",
)

TOLERANCE = 1e-3
"""How far a probability may lie off: three digits are raw enough."""


@cache
def _true() -> np.ndarray:
    """Return the given network's probabilities, shape (5, 4)."""
    coordinates, _ = darts.load_small_test()
    throws = coordinates.astype(np.float32)
    return np.asarray(trained.load("darts")(throws, training=False), dtype=float)


@cache
def _labels() -> np.ndarray:
    return darts.load_small_test()[1]


def _close(got: np.ndarray, wanted: np.ndarray) -> bool:
    return got.shape == wanted.shape and bool(np.all(np.abs(got - wanted) <= TOLERANCE))


def _plain(array: np.ndarray) -> np.ndarray:
    """Return an array without sides of length 1, so that predicting one by one is as right."""
    return np.squeeze(array.astype(float))


def _own_preds(evidence: Evidence) -> np.ndarray | None:
    """Return what the learner has as `preds`, if it is a table with a column per friend."""
    if not evidence.has("preds"):
        return None
    try:
        own = evidence.array("preds").astype(float)
    except CheckFailed:
        return None
    friends = len(darts.NAMES)
    return own.reshape(-1, friends) if own.shape[-1:] == (friends,) else None


def _is_given_model(evidence: Evidence) -> bool:
    """Whether `model` is still the given network; True where it cannot be told."""
    try:
        outputs = evidence.model().predict(darts.load_small_test()[0])
    except CheckFailed:
        return True
    return _close(_plain(outputs), _true())


def _typed_in(evidence: Evidence, preds: np.ndarray) -> bool:
    """Whether no model was asked, and every probability is as short as a printed one."""
    short = all(float(f"{value:.9g}") == value for value in preds.ravel())
    return short and not evidence.calls("predict")


def _blame_for_shape(got: np.ndarray) -> str:
    if got.shape == (len(_true()),):
        return "`preds` is for the probabilities, four for each throw. The indices come later."
    if got.shape == _true().T.shape:
        return "Rows and columns are swapped. Leave the table as the network gives it."
    return "Look at which throws the network is asked about."


def _blame_for_values(evidence: Evidence, got: np.ndarray) -> str:
    true = _true()
    if _close(got, _labels()):
        return "These are the labels. Ask the network what it makes of the coordinates."
    if any(np.allclose(got, np.round(true, digits), atol=1e-6) for digits in (0, 1, 2)):
        return "`preds` is rounded. Keep the probabilities as the network gives them."
    if not _is_given_model(evidence):
        return "`model` is not the given network any more: it was trained again, or replaced."
    if _close(got[np.lexsort(got.T)], true[np.lexsort(true.T)]):
        return "These are the right rows in another order. Keep the order of the throws."
    return "`preds` is not what the given network predicts for these five throws."


@check(points=3)
def test_preds(evidence: Evidence) -> None:
    """`preds` are the network's probabilities for the five throws, as they come."""
    true = _true()
    raw = evidence.array("preds")
    got, line = _plain(raw), evidence.line_of("preds")
    rewritten = predictions_rewritten(evidence, "preds", true, TOLERANCE)
    if got.shape != true.shape:
        raise CheckFailed(
            expected=f"probabilities of shape {shape_text(true.shape)}",
            got=f"an array of shape {shape_text(raw.shape)}",
            message=rewritten.message if rewritten else _blame_for_shape(got),
            line=rewritten.line if rewritten else line,
        )
    off = ~(np.abs(got - true) <= TOLERANCE)
    if off.any():
        message = rewritten.message if rewritten else _blame_for_values(evidence, got)
        raise other_numbers(got, true, off, message, rewritten.line if rewritten else line)
    if _typed_in(evidence, got):
        raise CheckFailed(
            expected="probabilities that the network gives",
            got="the same numbers, typed in",
            message="Ask `model` for its predictions; copied numbers are no use for other throws.",
            line=line,
        )


def _has_text(found: Value) -> bool:
    match found:
        case Text() | Texts():
            return True
        case Sequence():
            return any(isinstance(item, Text | Texts) for item in found.items)
        case Frame():
            return any(isinstance(column.values, Texts) for column in found.columns)
        case Series():
            return isinstance(found.column.values, Texts)
        case _:
            return False


def _blame_for_size(got: np.ndarray, preds: np.ndarray) -> str:
    if got.shape == preds.shape:
        if np.isin(got, (0, 1)).all():
            return "These are rows of 0 and 1. Keep only where in each row the largest stands."
        return "Keep of each row only where the largest probability stands."
    if got.size == 1:
        return "This is a single index. Each throw needs one of its own, so look in each row."
    if got.shape == (len(darts.NAMES),):
        return "This is one value for each friend. Look along the rows, not down the columns."
    return "Find one index for each of the five throws."


def _blame_for_indices(got: np.ndarray, preds: np.ndarray) -> str:
    if _close(got, preds.max(axis=1)):
        return "These are the largest probabilities. Keep the places where they stand in the rows."
    if np.array_equal(got, _labels().argmax(axis=1)):
        return "These are the throwers from the labels. Choose by the network's probabilities."
    if np.array_equal(got, preds.argmin(axis=1)):
        return "These are the places of the smallest probabilities."
    if np.array_equal(got, preds.argmax(axis=1) + 1):
        return "Python counts from 0: the first of four has index 0."
    if (got == preds.argmax()).all():
        return (
            "Each of these is the place of the largest number in the whole of `preds`. Look in the "
            "throw's own row."
        )
    return "`preds_chosen` is not where the largest probability of each throw stands."


@check(points=3)
def test_preds_chosen(evidence: Evidence) -> None:
    """`preds_chosen` holds the index of the largest probability of each throw."""
    true, line = _true(), evidence.line_of("preds_chosen")
    wanted = f"{len(true)} indices from 0 to {len(darts.NAMES) - 1}"
    found = evidence.value("preds_chosen", wanted)
    if _has_text(found):
        raise CheckFailed(
            expected=wanted,
            got=f"{kind_text(found)}, with text",
            message="Keep numbers, not names: the place in the row tells who it is.",
            line=line,
        )
    raw = evidence.array("preds_chosen")
    got, own = _plain(raw), _own_preds(evidence)
    if own is not None and len(own) and np.array_equal(np.atleast_1d(got), own.argmax(axis=1)):
        return  # of wrong probabilities the largest can be chosen rightly
    preds = true if own is None else own
    if got.shape != (len(true),):
        turn = evidence.written.line_in_loop("preds_chosen") if got.size == 1 else None
        message = _blame_for_size(got, preds)
        if turn is not None:
            message = "This line gives `preds_chosen` a new value in each turn, so only the last "
            message += "one is left. Put each into a list."
        raise CheckFailed(
            expected=wanted,
            got=kind_text(found) if got.size == 1 else f"an array of shape {shape_text(raw.shape)}",
            message=message,
            line=turn or line,
        )
    off = got != true.argmax(axis=1)
    if off.any():
        place = int(np.argmax(off))
        raise CheckFailed(
            expected=f"{true[place].argmax()} for the throw at index {place}",
            got=f"{got[place]:.4g}",
            message=_blame_for_indices(got, preds),
            line=line,
        )
