"""Submissions with the same content: one of them is graded, and its verdict is everybody's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from grader.submission import Submission
from grader.verdict import Outcome, Verdict

_DEPENDS_ON_THE_MOMENT = {Outcome.TIMEOUT, Outcome.GRADER_ERROR}
"""Running out of time depends on the machine's mood: nobody shares that of somebody else."""

_encode = msgspec.msgpack.Encoder().encode


def content_of(submission: Submission) -> bytes:
    """Return a hash of all that its verdict depends on, but for what the file is called."""
    text = submission.file.data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    facts = (
        submission.exercise.id,
        submission.file.cells is not None,
        submission.file.size,
        submission.file.unreadable,
        submission.digest_beside(),
    )
    return hashlib.sha256(repr(facts).encode() + b"\0" + text).digest()


def groups_of(submissions: Iterable[tuple[int, Submission]]) -> dict[int, list[int]]:
    """Return the number of the first one of each content, with those of the others of it."""
    found: dict[bytes, list[int]] = {}
    for number, submission in submissions:
        found.setdefault(content_of(submission), []).append(number)
    return {first: others for first, *others in found.values()}


def verdict_of_other(verdict: Verdict, graded: Submission, other: Submission) -> Verdict | None:
    """Return the verdict on another submission of the same content.

    None where it must be graded by itself: the verdict depends on the moment, or it tells what
    the file is called that was graded, which is another student's.
    """
    if verdict.status in _DEPENDS_ON_THE_MOMENT:
        return None
    own = msgspec.structs.replace(
        verdict, file=other.file.path or other.name, cells=other.file.cells
    )
    if other.name != graded.name:
        nameless = msgspec.structs.replace(verdict, file="", cells=None)
        try:
            told = _encode(nameless)
        except UnicodeEncodeError:
            return None
        if graded.name.encode() in told:
            return None
    return own
