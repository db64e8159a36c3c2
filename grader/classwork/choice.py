"""Which of several files for the same exercise counts, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.catalogue import Exercise
from grader.classwork.file_names import graded_name, some
from grader.classwork.listing import Refused
from grader.notebook.cells import assemble
from grader.notebook.notebook_reader import UnreadableNotebook
from grader.places import InCells
from grader.source_file import Unreadable
from grader.stubs import BLANK
from grader.submission import Submission

_SAME_TIME = 2.0
"""Seconds: what archives keep of a file's time is no finer."""


@dataclass(frozen=True)
class Candidate:
    """A file for an exercise."""

    exercise: Exercise
    file: str
    """Its name, with the folders that it lies in inside of what was handed in."""
    origin: str
    """Its path in the class's folder, which tells it from any other file."""
    path: Path
    """Where its copy lies."""
    number: float
    """Of what a platform numbers or dates, the greater is the later one."""
    when: float
    """Seconds since the epoch, 0 where that is unknown."""
    late: bool
    came: float = 0
    """When the platform says that it was handed in; 0 where it does not."""
    download: str = ""
    """What the platform calls it, where it takes feedback back under this name."""


@dataclass(frozen=True)
class FileChoice:
    """The file that counts."""

    candidate: Candidate
    submission: Submission
    cells: InCells | None
    note: str = ""
    """Why it counts, and which files do not, where there are others."""
    in_doubt: bool = False
    """Whether nothing tells that it is rather this one than another."""


@dataclass(frozen=True)
class _Read:
    candidate: Candidate
    submission: Submission
    cells: InCells | None

    @cached_property
    def is_finished(self) -> bool:
        """Whether no blank is left in it, as far as can be told."""
        try:
            return not self.submission.script().blanks()
        except Unreadable:
            return BLANK.encode() not in self.submission.file.data

    def is_as_late_as(self, other: _Read) -> bool:
        mine, its = self.candidate, other.candidate
        is_unknown = not mine.when or not its.when
        same = is_unknown or abs(mine.when - its.when) <= _SAME_TIME
        return mine.number == its.number and same


def choose(
    several: Sequence[Candidate], refuse: Callable[[Candidate, str], None]
) -> FileChoice | None:
    """Return the file that counts: one without blanks, of these the latest.

    REFUSE is called for each that cannot be read, and why.
    """
    found: list[_Read] = []
    for candidate in several:
        try:
            found.append(_read(candidate))
        except Refused as reason:
            refuse(candidate, str(reason))
    if not found:
        return None
    if len(several) == 1:
        return FileChoice(several[0], found[0].submission, found[0].cells)
    found.sort(key=_rank, reverse=True)
    first, others = found[0], found[1:]
    rivals = [
        other
        for other in others
        if other.is_finished == first.is_finished
        and other.submission.file.data != first.submission.file.data
    ]
    in_doubt = any(other.is_as_late_as(first) for other in rivals)
    if in_doubt:
        why = "though nothing tells which is the latest"
    elif rivals or all(other.is_finished == first.is_finished for other in others):
        why = "the latest that can be read"
    else:
        why = "the one without blanks"
    own, rest = _names(first.candidate, [one for one in several if one is not first.candidate])
    note = f"Of {len(several)} files for this exercise {own} counts, {why}; not: {some(rest)}."
    return FileChoice(first.candidate, first.submission, first.cells, note, in_doubt)


def _rank(one: _Read) -> tuple[bool, float, float, int, str]:
    candidate = one.candidate
    depth = candidate.origin.count("/")
    return one.is_finished, candidate.number, candidate.when, -depth, candidate.origin


def _names(first: Candidate, others: list[Candidate]) -> tuple[str, list[str]]:
    """Return names that tell the files apart: short ones where these do."""
    everyone = [first, *others]
    if len({one.file for one in everyone}) == len(everyone):
        return first.file, [other.file for other in others]
    return first.origin, [other.origin for other in others]


def _read(candidate: Candidate) -> _Read:
    """Read a file; of a notebook also learn where its lines stand.

    Raises:
        Refused: it is no notebook, though its name says so.
    """
    exercise, data = candidate.exercise, candidate.path.read_bytes()
    name = graded_name(exercise, candidate.file)
    if candidate.path.suffix != ".ipynb":
        return _Read(candidate, Submission.of_bytes(exercise, name, data), None)
    try:
        cells = assemble(data, exercise)
    except UnreadableNotebook as reason:
        raise Refused(f"cannot be graded. {reason}") from None
    return _Read(candidate, Submission.of_cells(exercise, cells, name), cells.places)
