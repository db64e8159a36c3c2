"""One fault: what is changed in a reference, why that is wrong, and what must be said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mutations.source import Edit


@dataclass(frozen=True)
class Change:
    """A fault before it is put into the source."""

    kind: str
    """Of fault, "units" or "epochs"."""
    what: str
    """What is changed, so that no other change of this kind has the same words."""
    line: int
    edits: tuple[Edit, ...]
    why: str
    """Why an answer with it is wrong."""
    says: str
    """Pattern for the words of the checks that fail: they name the fault."""


def word(text: str) -> str:
    """Return a pattern for a name or number that stands by itself."""
    return rf"(?<![\w.]){re.escape(text)}(?!\w|\.\d)"


def count(number: object) -> str:
    """Return a pattern for a number as messages write it: `1000`, `1,000`."""
    if isinstance(number, int):
        return "|".join(word(text) for text in dict.fromkeys((f"{number}", f"{number:,}")))
    return word(f"{number:g}" if isinstance(number, float) else str(number))
