"""What a recorded call was given, as evidence. Runs in the learner's process."""

from __future__ import annotations

import sys
from typing import Any

from grader.evidence.values import Sequence, Value
from grader.learner.encoding import Store, as_array, encode, plain_text

MAX_COLUMNS = 1_000
"""How many names of a table's columns are kept."""


def encode_arguments(arguments: dict[str, Any], store: Store) -> dict[str, Value]:
    """Return the arguments of a model's method; data are arrays there, whatever holds them."""
    found: dict[str, Value] = {}
    for name, value in arguments.items():
        array = None
        if name in {"x", "y", "sample_weight"} and not isinstance(value, dict | list | tuple):
            array = as_array(value) if value is not None else None
        elif name in {"x", "y"} and isinstance(value, list) and value:
            array = as_array(value)
        if name == "validation_data" and isinstance(value, list | tuple):
            parts = [encode_arguments({"x": part}, store)["x"] for part in value]
            found[name] = Sequence("tuple", parts, len(parts))
            continue
        found[name] = encode(value, store) if array is None else store.array(array)
    return found


def columns_of(features: object) -> list[str]:
    """Return the names of a table's columns; none of anything else."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(features, pandas.DataFrame):
        return []
    return [plain_text(name)[:100] for name in features.columns[:MAX_COLUMNS]]
