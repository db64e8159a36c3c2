"""Checks for 2.2.2, prepare your dataset."""

import itertools
import re
from collections.abc import Iterable
from functools import cache

import numpy as np

from grader.datasets import darts
from grader.evidence.record import Raised
from grader.evidence.values import Frame, Nothing, Other, Value
from grader.expect.arrays import first_place
from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, CheckSkipped, check
from grader.expect.rewriting import line_of_another_order, line_of_numbers
from grader.expect.texts import texts_within
from grader.sizes import shape_text

HINTS = (
    "Where a dart landed is told in numbers already, and they stay. Who threw it takes two "
    "moves: from the name to a code, from the code to a row. None of the steps needs a loop.",
    "pandas has a type for columns with few different values, the category, and it numbers them "
    "for you. A table has a method that drops a column. Keras makes rows of codes.",
    '`pd.Categorical` takes `darts["competitor"]`; put the result back into the column, and then '
    'its `.cat.codes`. `darts.drop` takes `columns="competitor"`. What is in the column by '
    "then is what `to_categorical` wants.",
)

AXES = ("xCoord", "yCoord")
ROWS, FRIENDS = 800, len(darts.NAMES)
_THROWER_IN = (
    "The network must find out who threw, so the thrower cannot be part of what it is given."
)

ROUNDING = 1e-6
"""How far a coordinate may lie off, in board radii: float32, or printed with 6 digits."""


@cache
def _given() -> tuple[np.ndarray, np.ndarray]:
    """Return where the darts landed, shape (800, 2), and the code of who threw each."""
    table = darts.load_frame()
    codes = [darts.NAMES.index(name) for name in table["competitor"]]
    return table[list(AXES)].to_numpy(), np.asarray(codes)


def _value(evidence: Evidence, name: str, shape: tuple[int, int]) -> Value:
    """Return what NAME holds; None gets a message of its own here."""
    if isinstance(evidence.values.get(name), Nothing):
        raise CheckFailed(
            expected=f"`{name}` of shape {shape_text(shape)}",
            got="None",
            message="A method that changes a table in place returns nothing. Let it return the "
            "changed table instead.",
            line=evidence.line_of(name),
        )
    return evidence.value(name, "an array")


def _columns(found: Value) -> list[str]:
    """Return the names of a DataFrame's columns; none of anything else."""
    return [column.name[:30] for column in found.columns] if isinstance(found, Frame) else []


def _columns_text(names: list[str]) -> str:
    return f"columns {', '.join(names[:6])}{', …' if len(names) > 6 else ''}"


def _numbers(evidence: Evidence, name: str, found: Value, shape: tuple[int, int]) -> np.ndarray:
    """Return a value as an array of numbers.

    Raises:
        CheckFailed: it holds names, or numbers in a form that no network takes.
    """
    expected, line = f"an array of numbers, shape {shape_text(shape)}", evidence.line_of(name)
    texts, kind = texts_within(found), found.type if isinstance(found, Other) else ""
    names = [text for text in texts if text in darts.NAMES]
    if names or re.search("Categorical|String", kind):
        raise CheckFailed(
            expected=expected,
            got=f"names: {', '.join(names[:3])}, …" if names else f"names, as a {kind[:40]}",
            message=f"A network takes numbers only. `{name}` still has the names in it.",
            line=line,
        )
    if texts:
        raise CheckFailed(
            expected=expected,
            got="numbers that are kept as texts or as objects",
            message="An array that mixes names and numbers keeps its numbers as objects, and a "
            "network does not take these. Pick the columns from the table first.",
            line=line,
        )
    if re.search(r"\b[a-z]{3}_(matrix|array)\b|Sparse", kind):
        raise CheckFailed(
            expected=expected,
            got=f"a sparse matrix ({kind[:40]})",
            message="A sparse matrix only lists where the ones are. Training needs an array in "
            "which the zeros are written out, too.",
            line=line,
        )
    return evidence.to_array(name, found).astype(float)


def _throws(array: np.ndarray) -> np.ndarray | None:
    """Return which throw each row is; None where the rows are not all throws, once each.

    The rows may stand in any order. A network learns from pairs of a throw and its thrower,
    and fit mixes them anyway; that the pairs are kept is a check of its own.
    """
    throws, _ = _given()
    if array.shape != throws.shape:
        return None
    rows = np.where(np.isfinite(array), array, np.inf)
    if np.abs(rows - throws).max() <= ROUNDING:
        return np.arange(ROWS)
    distance = np.abs(rows[:, None] - throws).max(axis=2)
    nearest = distance.argmin(axis=1)
    found = distance.min(axis=1).max() <= ROUNDING and len(np.unique(nearest)) == ROWS
    return nearest if found else None


def _wrong_rows(name: str, shape: tuple[int, ...], line: int | None) -> CheckFailed:
    """Return the failure for some of the throws; told once, if both names lack the same."""
    return CheckFailed(
        expected=f"{ROWS} rows, one for each throw",
        got=f"{shape[0]} rows",
        message=f"`{name}` must tell of every throw in the table, once.",
        line=line,
        cause=f"rows {shape[0]}",
    )


def _rows_for_columns(found: Value) -> str:
    """Tell of some rows of the table, with all its columns, where columns were wanted."""
    if not isinstance(found, Frame) or found.rows >= ROWS or len(found.columns) <= len(AXES):
        return ""
    rows = "This is 1 row" if found.rows == 1 else f"These are {found.rows} rows"
    return (
        f"{rows} of the table, with all the columns: a colon in the brackets, as in `[:2]`, takes "
        "rows. Columns are asked for by their names."
    )


def _wrong_layout(shape: tuple[int, ...]) -> str:
    """Return what is wrong with coordinates of such a shape."""
    if not shape:
        return "This is one number. The two coordinates of all throws are two whole columns."
    if shape == (2, ROWS):
        return "Rows and columns are swapped: each throw is a row."
    if len(shape) == 2 and shape[1] == 3:
        return _THROWER_IN
    return "A throw has two coordinates, x and y; keep these, and nothing else."


@check(points=2)
def test_coordinates(evidence: Evidence) -> None:
    """`coordinates` holds x and y of every throw, and nothing else."""
    shape = (ROWS, len(AXES))
    found = _value(evidence, "coordinates", shape)
    names, line = _columns(found), evidence.line_of("coordinates")
    thrower = any(name.startswith("competitor") for name in names)
    if thrower or (names and len(names) != len(AXES)):
        raise CheckFailed(
            expected=_columns_text(list(AXES)),
            got=_columns_text(names),
            message=_rows_for_columns(found) or _THROWER_IN
            if thrower
            else _wrong_layout((ROWS, 1)),
            line=line,
        )
    array = _numbers(evidence, "coordinates", found, shape)
    if array.shape != shape:
        if array.ndim == 2 and array.shape[1] == len(AXES):
            raise _wrong_rows("coordinates", array.shape, line)
        raise CheckFailed(
            expected=f"shape {shape_text(shape)}",
            got=f"shape {shape_text(array.shape)}" if array.ndim else "one number",
            message=_wrong_layout(array.shape),
            line=line,
        )
    if _throws(array) is None:
        raise _wrong_values(array, line)


def _wrong_values(array: np.ndarray, line: int | None) -> CheckFailed:
    """Return the failure for two columns that are not those of the table."""
    throws, _ = _given()
    if _throws(array[:, ::-1]) is not None:
        return CheckFailed(
            expected=_columns_text(list(AXES)),
            got=_columns_text(list(AXES[::-1])),
            message="x comes first. A network does not read the names of columns, and the one "
            "that learns from these data will be asked about x and y in this order.",
            line=line,
        )
    place = first_place(~(np.abs(array - throws) <= ROUNDING))
    with np.errstate(all="ignore"):
        alike = [np.corrcoef(array[:, axis], throws[:, axis])[0, 1] for axis in range(len(AXES))]
    return CheckFailed(
        expected=f"{throws[place]:.6f} at {place}",
        got=f"{array[place]:.6f}",
        message="The numbers were rounded or rescaled. They lie between -1 and 1 already; keep "
        "them as they are."
        if min(alike) > 0.99
        else "These are not the 800 throws of the table, once each. Keep its two columns of "
        "numbers as they are.",
        line=line,
    )


def _made_on(evidence: Evidence, array: np.ndarray) -> int | None:
    """Return the line that made the codes of which these are one-hot rows; None if in doubt."""
    if array.ndim != 2 or len(array) != ROWS or array.shape[1] < 2:
        return None
    return line_of_numbers(evidence, array.argmax(axis=1), evidence.line_of("competitors"))


def _shape_message(array: np.ndarray, names: list[str], made_on: int | None) -> str:
    """Return what is wrong with one-hot rows of such a shape.

    Args:
        array: the rows.
        names: of its columns, if it is a table.
        made_on: the line that made the codes that were encoded, where it is known.
    """
    if array.shape[1:] == (1,) and (array == 1).all():
        return (
            "Every row is the same single 1: what was encoded has no codes that tell the "
            "throwers apart. Encode the column of the throwers."
        )
    if array.ndim == 1 or array.shape[1:] == (1,):
        return (
            "There is one number for each throw: a code. Each code must still become a row of "
            "zeros with a single 1."
        )
    if array.ndim == 2 and not set(names).isdisjoint(AXES):
        return "The coordinates do not belong here. Encode the column of the throwers alone."
    if array.shape == (FRIENDS, ROWS):
        return "Rows and columns are swapped: each throw is a row, each friend a column."
    if array.ndim == 2 and array.shape == (ROWS, FRIENDS + 1) and not array[:, 0].any():
        if made_on is None:
            return "Nobody has column 0. Do the codes start at 0?"
        return "The codes from this line begin at 1, so nobody has column 0. Let them begin at 0."
    if array.ndim == 2 and array.shape[1] < FRIENDS:
        return "A friend has no column of their own. There are four of them."
    if array.shape == (ROWS, ROWS) and _is_one_class_each(array):
        return (
            "Every throw has a column of its own: what was encoded has another number in each "
            "row, as the numbers of the rows are. Encode the column of the throwers."
        )
    if array.ndim == 2 and len(array) == ROWS and not array[:, FRIENDS:].any():
        return "There are more columns than friends: nobody has a 1 behind the first four."
    return "Encode the column of the throwers alone: one row for each throw, 4 columns."


def _is_one_class_each(array: np.ndarray) -> bool:
    """Whether each row, and each column, has a single 1 and nothing else in it."""
    return all(((array == 1).sum(axis) == 1).all() for axis in (0, 1)) and array.sum() == len(array)


@check(points=4)
def test_one_hot(evidence: Evidence) -> None:
    """`competitors` has a one-hot row of 4 for every throw."""
    shape = (ROWS, FRIENDS)
    ended = evidence.record.ended
    if isinstance(ended, Raised) and "invalid literal for int" in ended.message:
        evidence.tip(
            "Keras turns codes into rows, not names: what it gets on this line are still names.",
            ended.line,
        )
    found = _value(evidence, "competitors", shape)
    names, line = _columns(found), evidence.line_of("competitors")
    array = _numbers(evidence, "competitors", found, shape)
    made_on = _made_on(evidence, array)
    if array.shape != shape:
        if array.ndim == 2 and array.shape[1] > 1 and array.shape[0] not in {ROWS, FRIENDS}:
            raise _wrong_rows("competitors", array.shape, line)
        raise CheckFailed(
            expected=f"shape {shape_text(shape)}",
            got=f"shape {shape_text(array.shape)}"
            + (f", {_columns_text(names)}" if len(names) > 1 else ""),
            message=_shape_message(array, names, made_on),
            line=made_on or line,
        )
    other = ~np.isin(array, (0, 1))
    if other.any():
        place = first_place(other)
        raise CheckFailed(
            expected="only 0 and 1",
            got=f"{array[place]:.4g} at {place}",
            message="A one-hot row has a 1 for the friend who threw, and 0 for the others.",
            line=line,
        )
    ones = array.astype(int).sum(axis=1)
    if (ones != 1).any():
        row = int(np.argmax(ones != 1))
        raise CheckFailed(
            expected="a single 1 in each row",
            got=f"{ones[row] or 'no'} ones in row {row}",
            message="Exactly one friend threw each dart.",
            line=line,
        )
    used = [column for column in range(FRIENDS) if array[:, column].any()]
    if len(used) < FRIENDS:
        raise CheckFailed(
            expected=f"ones in columns {', '.join(map(str, range(FRIENDS)))}",
            got=f"ones in column{'s' * (len(used) > 1)} {', '.join(map(str, used))}",
            message="Friends share a column. Look at the codes: each friend has one of their own.",
            line=made_on or line,
        )


def _tally(evidence: Evidence) -> np.ndarray:
    """Return how many throws of each friend (rows) have their 1 in each column."""
    _, codes = _given()
    try:
        found = _value(evidence, "coordinates", (ROWS, 2))
        throws = _throws(_numbers(evidence, "coordinates", found, (ROWS, 2)))
    except (CheckFailed, CheckSkipped):
        throws = None
    places = evidence.array("competitors").argmax(axis=1)
    tally = np.zeros((FRIENDS, FRIENDS), dtype=int)
    # Where the coordinates tell nothing, the throws are taken to be in the table's order.
    np.add.at(tally, (codes if throws is None else codes[throws], places), 1)
    return tally


@check(points=2, needs=("coordinates", "one_hot"))
def test_pairs(evidence: Evidence) -> None:
    """The rows of `coordinates` and `competitors` fit together."""
    tally = _tally(evidence)
    if tally.max(axis=1).sum() == ROWS:
        return
    friends = range(FRIENDS)
    fits = max(int(tally[friends, order].sum()) for order in itertools.permutations(friends))
    message = "The rows of `coordinates` and `competitors` are in different orders, or the codes "
    message += "were not given by name. Make both from the same table."
    line, mine = evidence.line_of("competitors"), evidence.line_of("coordinates")
    if (changed := line_of_another_order(evidence)) and mine and line and mine < changed < line:
        message = "This line puts the rows in another order, and `coordinates` was made before it. "
        message, line = message + "Make both in front of it, or both behind it.", changed
    raise CheckFailed(
        expected=f"{ROWS} throws beside the friend who threw them",
        got=f"{fits} throws",
        message=message,
        line=line,
    )


@check(points=2, needs=("one_hot",))
def test_columns(evidence: Evidence) -> None:
    """The columns of `competitors` stand in the order of the codes."""
    tally = _tally(evidence)
    if tally.max(axis=1).sum() != ROWS:
        raise CheckSkipped("the rows of `competitors` do not fit the throws")
    column_of = tally.argmax(axis=1)
    if (column_of == np.arange(FRIENDS)).all():
        _tell_of_names_left(evidence)
        return
    _, codes = _given()
    first_throw = [int(np.argmax(codes == friend)) for friend in range(FRIENDS)]
    if (column_of == np.argsort(np.argsort(first_throw))).all():
        message = "This is the order in which the names turn up in the table. Let the codes "
        message += "follow the alphabet."
    else:
        message = "Look at how the names got their codes: they follow the alphabet, from 0."
    raise CheckFailed(
        expected=_order_text(range(FRIENDS)),
        got=_order_text(column_of),
        message=message,
        line=_made_on(evidence, evidence.array("competitors")) or evidence.line_of("competitors"),
    )


def _tell_of_names_left(evidence: Evidence) -> None:
    """Tell of a table whose column still has the names, where the codes are kept elsewhere."""
    found = evidence.values.get("darts")
    columns = found.columns if isinstance(found, Frame) else []
    if any(column.name == "competitor" and texts_within(column.values) for column in columns):
        evidence.tip(
            "The column `competitor` of `darts` still has the names. The step puts the codes in "
            "their place; `competitors` is right all the same.",
            evidence.line_of("competitors"),
        )


def _order_text(column_of: Iterable[int]) -> str:
    pairs = zip(darts.NAMES, column_of, strict=True)
    return ", ".join(f"{name} {column}" for name, column in pairs)
