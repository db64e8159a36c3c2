"""The numbers in a learner's tables, dictionaries and lists, with the names beside them."""

from __future__ import annotations

from grader.evidence.reading import DamagedEvidence
from grader.evidence.values import (
    Column,
    Frame,
    Mapping,
    Number,
    Numbers,
    Sequence,
    Series,
    Text,
    Texts,
    Value,
)
from grader.expect.findings import Evidence

Labelled = list[tuple[str, list[float]]]
"""Names, and the numbers that stand beside each."""


def columns_of(found: Value, evidence: Evidence) -> list[tuple[str, dict[str, float]]]:
    """Return a table's columns: their names, and their numbers by the names of the rows.

    Raises:
        DamagedEvidence: a column has not as many values as its table has rows.
    """
    match found:
        case Frame():
            return [(column.name, _rows(found, column, evidence)) for column in found.columns]
        case Series():
            return [(found.column.name, _rows(found, found.column, evidence))]
        case Mapping():
            columns = []
            for name, part in found.items:
                if isinstance(part, Mapping):
                    columns.append((name, {row: _number(item) for row, item in part.items}))
                elif isinstance(part, Series):
                    columns.append((name, _rows(part, part.column, evidence)))
            return columns
        case _:
            return []


def labelled_numbers(found: Value, evidence: Evidence) -> Labelled:
    """Return the numbers that stand beside each name, in rows, columns or pairs.

    Raises:
        DamagedEvidence: a column has not as many values as its table has rows.
    """
    match found:
        case Frame() | Series():
            return _beside_in_table(found, evidence)
        case Mapping():
            return [(name, [_number(item)]) for name, item in found.items]
        case Sequence():
            return _beside_in_sequence(found.items, evidence)
        case _:
            return []


def _beside_in_table(table: Frame | Series, evidence: Evidence) -> Labelled:
    columns = table.columns if isinstance(table, Frame) else [table.column]
    found = [column.values for column in columns]
    numbers = [_numbers(values, evidence) for values in found if isinstance(values, Numbers)]
    keys = [table.index, *(values.items for values in found if isinstance(values, Texts))]
    lengths = {len(key) for key in keys} | {len(column_of) for column_of in numbers}
    if len(lengths) > 1:
        raise DamagedEvidence("a column has not as many values as its table has rows")
    in_rows = [
        (row, list(row_of)) for key in keys for row, *row_of in zip(key, *numbers, strict=True)
    ]
    return in_rows + [(column.name, _numbers(column.values, evidence)) for column in columns]


def _beside_in_sequence(parts: list[Value], evidence: Evidence) -> Labelled:
    beside: Labelled = []
    match parts:
        case [Texts(items=names), part] if len(numbers := _numbers(part, evidence)) == len(names):
            beside += [(name, [number]) for name, number in zip(names, numbers, strict=True)]
    for part in parts:
        match part:
            case Sequence(items=[Text(value=name), number]):
                beside.append((name, [_number(number)]))
    return beside


def _rows(table: Frame | Series, column: Column, evidence: Evidence) -> dict[str, float]:
    """A column's numbers by the names of their rows."""
    numbers = _numbers(column.values, evidence)
    if len(numbers) != len(table.index):
        raise DamagedEvidence("a column has not as many values as its table has rows")
    return dict(zip(table.index, numbers, strict=True))


def _numbers(values: Value, evidence: Evidence) -> list[float]:
    """A column's numbers; nan for what is no number."""
    match values:
        case Numbers():
            return [float(value) for value in evidence.load(values).ravel()]
        case Texts():
            return [_number_in(text) for text in values.items]
        case Sequence():
            return [_number(item) for item in values.items]
        case _:
            return []


def _number(value: Value) -> float:
    match value:
        case Number():
            return float(value.value)
        case Text():
            return _number_in(value.value)
        case _:
            return float("nan")


def _number_in(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
