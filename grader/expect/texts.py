"""Texts, tokenizers and sequences of numbers, as a learner's run left them behind."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.evidence.reading import evidence_faults
from grader.expect.findings import Evidence

Json = Any

Numbering = dict[str, int]
"""The number of each word."""


def _nested(found: Json) -> Any:
    """Return a text, or a list, array or Series of texts as a list; None of anything else."""
    kind = found["kind"]
    if kind == "text":
        return str(found["value"])
    if kind == "texts":
        texts, shape = [str(text) for text in found["items"]], found.get("shape", [])
        width = int(shape[1]) if len(shape) == 2 else 0
        return [texts[i : i + width] for i in range(0, len(texts), width)] if width else texts
    if kind == "series":
        return _nested(found["columns"][0]["values"])
    if kind in {"list", "tuple"}:
        return [_nested(item) for item in found["items"]]
    return None


def _joined(item: Any) -> str | None:
    if isinstance(item, list) and all(isinstance(word, str) for word in item):
        return " ".join(item)
    return item if isinstance(item, str) else None


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
    with evidence_faults():
        items = _nested(found)
        texts = [_joined(item) for item in items] if isinstance(items, list) else [None]
    if any(text is None for text in texts):
        raise evidence.wrong_kind(name, expected, found)
    return [text for text in texts if text is not None]


def numbering_of(found: Json) -> Numbering | None:
    """Return the word index of a tokenizer; None of anything else."""
    with evidence_faults():
        if found["kind"] != "tokenizer":
            return None
        return {str(word): int(number) for word, number in found["words"]}


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
    with evidence_faults():
        if found["kind"] in {"list", "tuple"}:
            items = found["items"]
            empty = [item["kind"] in {"list", "tuple"} and not item["items"] for item in items]
            rows = [
                np.array([]) if nothing else evidence.to_array(name, item)
                for item, nothing in zip(items, empty, strict=True)
            ]
        else:
            array = evidence.to_array(name, found)
            rows = list(array) if array.ndim else []
        numbers = [row.astype(float).tolist() for row in rows if row.ndim == 1]
    if not rows or len(numbers) < len(rows):
        raise evidence.wrong_kind(name, expected, found)
    return numbers
