"""Judging the answer to a question, with feedback on each wrong option."""

from __future__ import annotations

import math

from grader.expect.outcome import CheckFailed


def chosen(value: object) -> int | None:
    """Return the option that an answer names: 2, "2", 2.0; None where it names none."""
    if isinstance(value, str):
        value = value.strip().strip("().")
        return int(value) if value.isdecimal() and value.isascii() and len(value) < 4 else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if math.isfinite(value) and value == int(value) else None


def judge_answer(
    value: object, shown: str, options: dict[int, str], right: int, line: int | None
) -> None:
    """Raise CheckFailed unless VALUE is the right option.

    Args:
        value: what the learner answered, a number or a text.
        shown: the same in words, for the message.
        options: feedback by option; that of the right one confirms it.
        right: the right option.
        line: where the answer stands.
    """
    option = chosen(value)
    if option not in options and isinstance(value, list | tuple) and len(value) > 1:
        raise CheckFailed(
            expected="one option",
            got=shown,
            message=f"`answer` holds {len(value)} of them, and one is asked for. Write its number.",
            line=line,
        )
    if option not in options:
        raise CheckFailed(
            expected=f"one of {', '.join(str(key) for key in sorted(options))}",
            got=shown,
            message="Write the number of the option that you choose.",
            line=line,
        )
    if option != right:
        raise CheckFailed(
            expected="the right option",
            got=f"option {option}",
            message=options[option],
            line=line,
        )
