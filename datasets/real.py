"""Real data of the user's own, used in place of what is generated or bundled.

They lie in one folder: the one that the environment variable GRADER_DATA names, else
`keras-grader/data` in the user's cache folder. A file of the right name there is used
once it was found whole; a damaged one is an error that names file and fault.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from grader.identity import keras_folder, own_data_folder


class BadData(Exception):
    """A file in the user's data folder is not what its name says. Names file and fault."""


def find(*names: str) -> Path | None:
    """Return the path of the user's own file, by the first of these names that there is."""
    paths = (own_data_folder() / name for name in names)
    return next((path for path in paths if path.exists()), None)


def find_download(kind: str, name: str) -> Path | None:
    """Return the user's own file, or else Keras's copy among its `datasets` or `models`."""
    copy = keras_folder() / kind / name
    return find(name) or (copy if copy.exists() else None)


def read_csv(
    path: Path, columns: tuple[str, ...], rows: int, also: dict[str, str] | None = None
) -> pd.DataFrame:
    """Return a table's columns, in this order.

    Args:
        path: of the table.
        columns: that it must have.
        rows: how many rows it must have.
        also: names that a column may have in the file, and what it is called here.

    Raises:
        BadData: it is no such table: a column is missing, or the number of rows is another.
    """
    try:
        table = pd.read_csv(path).rename(columns=also or {})
    except (OSError, ValueError) as error:
        raise BadData(f"{path} cannot be read as a table: {error}") from None
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise BadData(f"{path} has no column {', '.join(repr(name) for name in missing)}.")
    if len(table) != rows:
        raise BadData(f"{path} has {len(table)} rows where {rows} are expected.")
    return table[list(columns)]


def check_numbers(path: Path, table: pd.DataFrame, column: str, low: float, high: float) -> None:
    """Expect a column of numbers from LOW to HIGH.

    Raises:
        BadData: naming the first row where it holds something else.
    """
    numbers = pd.to_numeric(table[column], errors="coerce").to_numpy(float)
    off = ~((numbers >= low) & (numbers <= high))
    if off.any():
        row = int(np.argmax(off))
        raise BadData(
            f"{path}: {column!r} in row {row + 1} is {table[column].iloc[row]!r}, "
            f"which is no number from {low:g} to {high:g}."
        )


def read_npz(path: Path, shapes: dict[str, tuple[int | None, ...]]) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` file.

    Args:
        path: of the file.
        shapes: of each array by name; None stands for any size.

    Raises:
        BadData: it is damaged, or an array is missing or of another shape or type.
    """
    found = {}
    try:
        with np.load(path, allow_pickle=False) as stored:
            for name in shapes:
                if name not in stored:
                    raise BadData(f"{path} has no array {name!r}.")
                found[name] = stored[name]
    except BadData:
        raise
    except Exception as error:  # a damaged archive fails in any of a dozen ways
        raise BadData(f"{path} is damaged or no .npz file: {error}") from None
    for name, shape in shapes.items():
        got = found[name].shape
        if len(got) != len(shape) or any(
            size is not None and size != here for size, here in zip(shape, got, strict=True)
        ):
            words = ", ".join("any" if size is None else str(size) for size in shape)
            raise BadData(f"{path}: {name!r} has shape {got} where ({words}) is expected.")
    return found
