"""The data that an exercise gives, by the names that the learner knows them under."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.evidence.record import Call
from grader.evidence.values import Nothing, Numbers, Value
from grader.expect.findings import Evidence, digest_of
from grader.expect.value_words import kind_text
from grader.places import OnLine, Said, said


class Known(Mapping[str, np.ndarray]):
    """An exercise's data: `Known(digits.load_split, "X_train", "y_train", "X_test", "y_test")`.

    They are loaded when first asked for.
    """

    def __init__(self, load: Callable[[], tuple[np.ndarray, ...]], *names: str) -> None:
        self._load = load
        self._names = names

    @cached_property
    def _arrays(self) -> dict[str, np.ndarray]:
        return dict(zip(self._names, self._load(), strict=True))

    def __getitem__(self, name: str) -> np.ndarray:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def train(self) -> KnownPair:
        """The first two: what the learner's model trains on."""
        return self._pair(*self._names[:2])

    @property
    def test(self) -> KnownPair:
        """The last two: what it is measured on."""
        return self._pair(*self._names[-2:])

    def _pair(self, features: str, labels: str) -> KnownPair:
        return KnownPair(self[features], self[labels], features, labels, self)

    def name_of(self, found: Value) -> str:
        """Return which of these data a recorded array is: "`X_train`", or what it is."""
        for name, array in self.items():
            if is_same(found, array):
                return f"`{name}`"
        return self._part(found) or kind_text(found)

    def _part(self, found: Value) -> str:
        """Return which rows of these data a recorded array is; "" for none from either end."""
        if not isinstance(found, Numbers) or not found.shape:
            return ""
        rows = found.shape[0]
        for name, array in self.items():
            if 0 < rows < len(array) and found.size == array[:rows].size:
                for end, part in (("first", array[:rows]), ("last", array[-rows:])):
                    if is_same(found, part):
                        return f"the {end} {rows} rows of `{name}`"
        return ""


@dataclass(frozen=True)
class Pair:
    """Features and labels that belong together: a row for each sample, and a row or a number."""

    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class KnownPair(Pair):
    """The same of an exercise's data, with the names that the learner knows them under."""

    features: str
    labels: str
    known: Known


def is_same(found: Value, array: np.ndarray) -> bool:
    """Whether recorded data are this array; (n,) and (n, 1) count as the same."""
    return (
        isinstance(found, Numbers) and found.size == array.size and found.digest == digest_of(array)
    )


def no_longer_given(evidence: Evidence, known: Known, name: str, call: Call, found: Value) -> Said:
    """Tell that NAME is not what the exercise hands out any more; "" where that is not known.

    Args:
        evidence: of the run.
        known: the exercise's data.
        name: one of theirs.
        call: that was given something else in its place.
        found: what it was given.
    """
    held = evidence.values.get(name)
    if not (isinstance(held, Numbers) and isinstance(found, Numbers)):
        return ""
    if held.digest != found.digest or is_same(held, known[name]):
        return ""
    line = evidence.line_of(name)
    others = [
        evidence.line_of(other) or 0
        for other in known
        if other != name and is_same(evidence.values.get(other, Nothing()), known[other])
    ]
    where: Said = ""  # where it is changed in place, or all of them are made anew, nobody knows
    if line is not None and others and min(others) < line <= (call.line or 0):
        where = said(": it gets another value ", OnLine(line))
    return said(f"`{name}` is no longer what the exercise hands out", where, ".")


def has_same_rows(evidence: Evidence, found: list[Value], arrays: list[np.ndarray]) -> bool:
    """Whether recorded arrays, side by side, are the rows of these arrays, in any order.

    Args:
        evidence: that the recorded arrays lie in.
        found: the features; or features and labels, whose rows then must belong together.
        arrays: as many, of as many rows each.
    """
    parts = [part for part in found if isinstance(part, Numbers) and part.file is not None]
    if len(parts) != len(arrays):
        return False
    if any(part.size != array.size for part, array in zip(parts, arrays, strict=True)):
        return False
    rows = len(arrays[0])
    mine, wanted = (
        np.hstack([part.reshape(rows, -1) for part in side]).astype(np.float32)
        for side in ([evidence.load(part) for part in parts], arrays)
    )
    return np.array_equal(sorted_rows(mine), sorted_rows(wanted))


def sorted_rows(table: np.ndarray) -> np.ndarray:
    """Return a table's rows in an order of their own: the same rows give the same table."""
    return np.asarray(table[np.lexsort(table.T)])
