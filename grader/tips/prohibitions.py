"""Errors of a file that tried what its process may not do, or what is not there in its folder."""

from __future__ import annotations

from grader.evidence.values import Raised
from grader.places import Said

_REFUSED = (
    "The grader runs a file in a folder of its own. It can write there, and nowhere else; it has "
    "no network, and cannot reach other programs."
)
_ALONE = (
    "There is no such file or folder where the grader runs yours: a folder of its own, with the "
    "files beside it that it names. A file that is handed in comes alone. What an exercise gives "
    "is in `grader.datasets`; `grade data` lists it."
)


def refusal_behind(raised: Raised) -> Said | None:
    """Return what to say of an error that the grader's own confinement may have brought about."""
    if raised.type == "PermissionError" or "Operation not permitted" in raised.message:
        return _REFUSED
    if raised.type == "FileNotFoundError":
        return _ALONE
    return None
