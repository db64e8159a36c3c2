"""What stopped the learner's code, in plain words and lines."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

import msgspec

from grader.evidence.messages import LearnerJob
from grader.evidence.record import Raised
from grader.evidence.spans import is_within
from grader.learner.encoding import plain_text
from grader.learner.failing import held_at

MAX_MESSAGE = 4_000


def raised(error: BaseException, job: LearnerJob) -> Raised:
    """Return an exception with what the names on its line held."""
    found = describe_exception(error, job.file)
    look = functools.partial(held_at, error, job.file, job.source)
    held, behind = quietly(look) or (found.held, found.behind)
    nearest = quietly(functools.partial(_nearest_attribute, error)) or ""
    return msgspec.structs.replace(found, held=held, behind=behind, nearest=nearest)


def describe_exception(error: BaseException, file: str) -> Raised:
    """Return an exception's type, message, and the learner's own lines, outermost first."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == file and frame.lineno is not None
    ]
    message = plain_text(quietly(lambda: str(error)) or "")
    if len(message) > MAX_MESSAGE:
        message = f"{message[: MAX_MESSAGE // 2]}\n…\n{message[-MAX_MESSAGE // 2 :]}"
    line = lines[-1] if lines else None
    return Raised(plain_text(type(error).__name__)[:200], message, line, lines[:20])


def own_line(lines: Sequence[int], job: LearnerJob) -> int | None:
    """Return the innermost line that is in no function which the exercise hands out."""
    own = [line for line in lines if not is_within(line, job.given_lines)]
    return next(reversed(own or lines), None)


def _nearest_attribute(error: BaseException) -> str:
    """Return the attribute of an object that is most like the one that it does not have."""
    if not isinstance(error, AttributeError) or not error.name:
        return ""
    names = [name for name in dir(error.obj) if not name.startswith("_") and name != error.name]
    return plain_text(*get_close_matches(error.name, names, 1, 0.75) or [""])[:100]


def quietly(action: Callable[[], Any]) -> Any:
    """Return what a function gives; None where it raises anything at all."""
    try:
        return action()
    except BaseException:  # a method of the learner's own may raise whatever it likes
        return None
