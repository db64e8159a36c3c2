"""Verdicts as Markdown, for the page that a CI service shows of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from grader.files import printable
from grader.places import Places
from grader.show.terminal import as_text
from grader.verdict import WORDS, Outcome, Verdict

_MAX_BYTES = 900_000
"""GitHub takes 1 MiB."""


def as_markdown(graded: Iterable[tuple[Verdict, Places]], notes: Sequence[str] = ()) -> str:
    """Return a table of all exercises, and what the terminal shows of those that did not pass."""
    told = list(graded)
    points = sum(verdict.points for verdict, _ in told)
    most = sum(verdict.max_points for verdict, _ in told)
    lines = [
        f"## {points} of {most} points",
        "",
        "| exercise | outcome | points |",
        "|---|---|---|",
        *(
            f"| {one.id} {one.title} | {WORDS[one.status]} | {one.points} of {one.max_points} |"
            for one, _ in told
        ),
        *([""] if notes else []),
        *(f"- {_plain(note)}" for note in notes),
    ]
    size = 0
    for verdict, places in told:
        if verdict.status is not Outcome.PASSED:
            text = printable(as_text(verdict, places))
            size += len(text.encode())
            if size > _MAX_BYTES:
                lines += ["", "There is more; the log has all of it."]
                break
            fence = _fence(text)
            lines += ["", f"{fence}text", text, fence]
    return "\n".join(lines) + "\n"


def _fence(text: str) -> str:
    """Return a fence that the text cannot close."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    return "`" * max(3, longest + 1)


def _plain(text: str) -> str:
    """Return a text on one line in which no sign means anything to Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|&~-])", r"\\\1", printable(" ".join(text.split())))
