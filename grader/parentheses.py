"""What is said of a function that stands alone and is not called: `model.compile`."""

from __future__ import annotations

_INSIDE = {
    "compile": ", and its settings in them",
    "fit": ", and the data in them",
    "set_weights": ", and the weights in them",
}
"""What a method cannot do without."""


def not_called_here(text: str) -> str:
    """Return what is said of a function, or method, that is named and not called."""
    inside = _INSIDE.get(text.rpartition(".")[2], "")
    return f"`{text}` is not called here: it needs parentheses{inside}."
