"""A word's number under which a tokenizer's dictionary has nothing: how it came about."""

from __future__ import annotations

import re

from grader.expect.findings import Evidence
from grader.expect.written_functions import WrittenFunction

SAME_NUMBER = "A word's probability stands at the place of its number, counted from 0."


def why_no_such_number(
    evidence: Evidence, function: str, message: str, best: int | None, count: int
) -> tuple[str, int | None]:
    """Return what is wrong with a number that a KeyError tells of, and the line to blame.

    Args:
        evidence: of the run.
        function: of the learner's, that asked for it.
        message: of the error.
        best: the number of the most probable word; None where there is none.
        count: of the words, whose numbers begin with 1.

    Returns:
        "" for a key that is no number; None where no line but the error's own is to blame.
    """
    found = re.fullmatch(r"(?:np\.int\d+\()?(\d+)\)?", message)
    if not found:
        return "", None
    number, written = int(found[1]), WrittenFunction(evidence, function)
    if number == 0 and _looks_down(evidence, function):
        text = "`argmax` with `axis=0` looks down each column. There is one row, so it finds the "
        return f"{text}place 0 each time. Look along the row.", written.line_of_call("argmax")
    if best is not None and abs(number - best) == 1:
        size = "large" if number > best else "small"
        text = f"the word's number {number} is one too {size}. {SAME_NUMBER}"
        return text, written.line_of_step
    if 0 < number <= count and evidence.written.lines_of_attribute("word_index"):
        text = "`word_index` leads from words to numbers. From numbers to words leads `index_word`."
        return text, None
    if 0 < number <= count:
        return f"the dictionary has no key {number}. `tokenizer.index_word` has all numbers.", None
    return f"no word has the number {number}: their numbers are 1 to {count}.", None


def _looks_down(evidence: Evidence, function: str) -> bool:
    """Whether a function looks for the largest number of each column."""
    found = evidence.written.calls("argmax", inside=function)
    return any(call.keywords.get("axis") == "0" for call in found)
