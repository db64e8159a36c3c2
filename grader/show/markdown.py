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


def as_markdown(
    graded: Iterable[tuple[Verdict, Places, str]], total: str, notes: Sequence[str] = ()
) -> str:
    """Return a table of all exercises, and what the terminal shows of those that did not pass.

    Args:
        graded: each verdict, how its places are told, and what it counts: `8.5 of 10`.
        total: what all of them count.
        notes: what else is to be known, a sentence each.
    """
    told = list(graded)
    lines = [
        f"## {total} points",
        "",
        "| exercise | outcome | points |",
        "|---|---|---|",
        *(f"| {one.id} {one.title} | {WORDS[one.status]} | {points} |" for one, _, points in told),
        *([""] if notes else []),
        *(f"- {_plain(note)}" for note in notes),
    ]
    size = 0
    for verdict, places, _ in told:
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
