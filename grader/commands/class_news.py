"""What `grade cohort` prints beside its counts: marks that moved, who is gone, what is alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.consoles import out

if TYPE_CHECKING:
    from grader.teaching.cohort import Summary

_SHOWN = 20


def show_news(summary: Summary, results: Path) -> None:
    """Say what is other than after the last run into the same folder, and what is alike."""
    if summary.shared:
        are = "submission has" if summary.shared == 1 else "submissions have"
        _say(f"{summary.shared} {are} the same content as another: that was graded once.")
    if summary.gone:
        are = "is" if len(summary.gone) == 1 else "are"
        _say(f"Of the last run's students {_some(summary.gone)} {are} not here any more.")
    if summary.moves:
        one = len(summary.moves) == 1
        _say(
            f"{len(summary.moves)} {'mark has' if one else 'marks have'} moved since the last run:"
        )
        for move in summary.moves[:_SHOWN]:
            _say(f"  {move.sentence}")
        if len(summary.moves) > _SHOWN:
            _say(f"  and {len(summary.moves) - _SHOWN} more, see {results / 'changes.csv'}")
    if summary.alike:
        from grader.classwork.likeness import EXPLANATION

        _say(f"Alike. {EXPLANATION}")
        for group in summary.alike[:_SHOWN]:
            who = f"{', '.join(group.students)} ({len(group.students)} of {group.of})"
            _say(f"  {group.exercise}: {who}, {group.extent}")
        if len(summary.alike) > _SHOWN:
            page = results / "report" / "index.html"
            _say(f"  and {len(summary.alike) - _SHOWN} more, see {page}")


def _say(text: str) -> None:
    out.print(text, markup=False, soft_wrap=True)


def _some(names: list[str]) -> str:
    more = len(names) - 5
    return ", ".join(names[:5]) + (f" and {more} more" if more > 0 else "")
