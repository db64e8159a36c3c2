"""Errors of a file that tried what its process may not do, or what is not there in its folder."""

from __future__ import annotations

from grader.evidence.record import Raised
from grader.places import Said

_REFUSED = (
    "The grader runs a file in a folder of its own. It can write there, and nowhere else; it has "
    "no network, and cannot reach other programs."
)
_ELSEWHERE = (
    "There is no such file or folder where the grader runs yours: a folder of its own, with the "
    "files beside it that it names."
)
_ALONE = (
    " A file that is handed in comes alone. What an exercise gives is in `grader.datasets`; "
    "`grade data` lists it."
)
_NO_NETWORK = (
    "The grader runs a file without a network: nothing can be downloaded. Data and weights that "
    "Keras or scikit-learn have fetched before are found in their usual folders: for such ones, "
    "run that line once without the grader."
)
_DOWNLOADS = "URL fetch failure", "<urlopen error", "Temporary failure in name resolution"


def refusal_behind(raised: Raised, *, exercise: bool) -> Said | None:
    """Return what to say of an error that the grader's own confinement may have brought about.

    Args:
        raised: the error.
        exercise: whether the file is an answer to one, and no script of the learner's own.
    """
    folder = raised.type == "FileExistsError" and "keras-grader" in raised.message
    if folder or any(words in raised.message for words in _DOWNLOADS):
        return _NO_NETWORK
    if raised.type == "PermissionError" or "Operation not permitted" in raised.message:
        return _REFUSED
    if raised.type == "FileNotFoundError":
        return _ELSEWHERE + (_ALONE if exercise else "")
    return None
