"""Texts, tokenizers and sequences of numbers, as a learner's run left them behind."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from grader.evidence.values import Frame, Sequence, Series, Text, Texts, Value, WordIndex
from grader.expect.findings import Evidence

Nested: TypeAlias = "str | list[Nested] | None"
Numbering = dict[str, int]
"""The number of each word."""


def _nested(found: Value) -> Nested:
    """Return a text, or a list, array or Series of texts as a list; None of anything else."""
    match found:
        case Text(value):
            return value
        case Texts(items, (_, width)) if width:
            return [list(items[i : i + width]) for i in range(0, len(items), width)]
        case Texts(items):
            return list(items)
        case Series():
            return _nested(found.column.values)
        case Sequence():
            return [_nested(item) for item in found.items]
        case _:
            return None


def _joined(item: Nested) -> str | None:
    if not isinstance(item, list):
        return item
    words = [word for word in item if isinstance(word, str)]
    return " ".join(words) if len(words) == len(item) else None


def texts_in(evidence: Evidence, name: str, expected: str) -> list[str]:
    """Return the texts in a list; where an item is a list of words, with blanks between them.

    Args:
        evidence: of the run.
        name: of the list.
        expected: to tell where it holds something else, "a list of words".

    Raises:
        CheckFailed: it is no list of texts, or missing.
    """
    found = evidence.value(name, expected)
    items = _nested(found)
    texts = [_joined(item) for item in items] if isinstance(items, list) else [None]
    if any(text is None for text in texts):
        raise evidence.wrong_kind(name, expected, found)
    return [text for text in texts if text is not None]


def numbering_of(found: Value) -> Numbering | None:
    """Return the word index of a tokenizer; None of anything else."""
    return dict(found.words) if isinstance(found, WordIndex) else None


def fitted_on(texts: list[str]) -> Numbering:
    """Return how Keras's Tokenizer numbers the words of these texts."""
    from tensorflow.keras.preprocessing.text import Tokenizer

    tokenizer = Tokenizer()
    tokenizer.fit_on_texts(texts)
    return dict(tokenizer.word_index)


def number_rows(evidence: Evidence, name: str, expected: str) -> list[list[float]]:
    """Return lists of numbers, which may differ in length; the rows of an array are as good.

    Raises:
        CheckFailed: there is something else, or nothing.
    """
    found = evidence.value(name, expected)
    if isinstance(found, Sequence):
        rows = [
            np.array([])
            if isinstance(item, Sequence) and not item.items
            else evidence.to_array(name, item)
            for item in found.items
        ]
    else:
        array = evidence.to_array(name, found)
        rows = list(array) if array.ndim else []
    numbers = [row.astype(float).tolist() for row in rows if row.ndim == 1]
    if not rows or len(numbers) < len(rows):
        raise evidence.wrong_kind(name, expected, found)
    return numbers


def texts_within(found: Value) -> list[str]:
    """Return the texts in a value that should hold numbers."""
    match found:
        case Text():
            return [found.value]
        case Texts():
            return found.items
        case Frame():
            return [text for column in found.columns for text in texts_within(column.values)]
        case Series():
            return texts_within(found.column.values)
        case Sequence():
            return [text for item in found.items for text in texts_within(item)]
        case _:
            return []
