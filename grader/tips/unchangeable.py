"""Arrays that an exercise hands out, changed in place: they cannot be."""

from __future__ import annotations

import ast
import re

from grader.tips.failure import Failure
from grader.verdict import Tip


def read_only(failure: Failure) -> Tip | None:
    """Tell of a given array that a file sets numbers in, or shuffles."""
    if not re.search(r"\b(array|destination) is read-only", failure.message):
        return None
    names = sorted(
        name
        for name in failure.names()
        if name in failure.known.given and failure.held.get(name) is not None
    )
    if len(names) != 1:
        return None
    name = names[0]
    if any(
        isinstance(node, ast.Call) and ast.unparse(node.func).endswith("shuffle")
        for node in failure.nodes()
    ):
        return failure.tip(
            f"`{name}` is given, and cannot be changed in place. Shuffled alone, its rows would "
            "not fit those of the other arrays any more. `fit` shuffles samples with their labels."
        )
    return failure.tip(
        f"`{name}` is given, and cannot be changed in place. `{name}.copy()` is an array of your "
        "own, which can."
    )
