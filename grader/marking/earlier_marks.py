"""The marks of a class's last run: whose have moved since, and whether it was this class at all.

    OUT/.marks

It is written when a run's results are, so that a run that was interrupted is compared with the
last one that came to its end.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from grader.classwork.class_folder import HandedIn
from grader.files import whole_binary_file, whole_file
from grader.marking.gradebook import StudentResult, cell
from grader.marking.marks import in_figures
from grader.verdict import CheckStatus

_NAME = ".marks"


class Mark(Struct, frozen=True):
    """What one file got."""

    points: float
    content: bytes
    """A hash of the file."""
    passed: tuple[str, ...]
    """The checks that it passed, by their names."""


Marks = dict[str, dict[str, Mark]]
"""By student and exercise."""

_encode = msgspec.msgpack.Encoder().encode
_marks_of = msgspec.msgpack.Decoder(Marks).decode


class OtherClass(Exception):
    """The folder for the results has those of another class."""


@dataclass(frozen=True)
class Move:
    """A mark that is another one now."""

    student: str
    exercise: str
    before: float
    now: float | None
    """None where there is no mark any more."""
    same_file: bool
    gained: tuple[str, ...] = ()
    """The checks that pass now and did not."""
    lost: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """What moved it."""
        if self.now is None:
            return "not graded"
        checks = [
            f"{words}: {', '.join(names)}"
            for words, names in (("passes now", self.gained), ("fails now", self.lost))
            if names
        ]
        return "; ".join([*checks, "the same file" if self.same_file else "another file"])

    @property
    def points_before(self) -> str:
        """The mark of the last run, as it is written."""
        return in_figures(self.before)

    @property
    def points_now(self) -> str:
        """The mark of this run; "" where there is none."""
        return "" if self.now is None else in_figures(self.now)

    @property
    def sentence(self) -> str:
        """Whose it is, and what moved it."""
        now = self.why
        if self.now is not None:
            now = f"{self.points_now} point{'s' * (self.now != 1)} ({self.why})"
        return f"{self.student} {self.exercise}: {self.points_before} → {now}"


def read_marks(out: Path) -> Marks:
    """Return the marks of the last run into OUT; none where there was none, or they are damaged."""
    try:
        return _marks_of((out / _NAME).read_bytes())
    except (OSError, msgspec.MsgspecError, RecursionError):
        return {}


def write_marks(out: Path, before: Marks, now: Marks) -> None:
    """Keep a run's marks; those of exercises that it did not look at stay as they were.

    Raises:
        OSError: they cannot be written.
    """
    kept = {student: {**before.get(student, {}), **marks} for student, marks in now.items()}
    with whole_binary_file(out / _NAME) as stream:
        stream.write(_encode(kept))


def refuse_another_class(out: Path, before: Marks, students: Iterable[str]) -> None:
    """See to it that the pages of one class do not take the place of another's.

    It is the same class where at least half of the students are the same: some leave and some
    come, and a platform's new download has another name each time.

    Raises:
        OtherClass: it is not.
    """
    here = len(before.keys() & set(students))
    if 2 * here < len(before):
        count = f"{len(before)} student{'s' * (len(before) != 1)}"
        raise OtherClass(
            f"{out} has the results of another class: of its {count} {here or 'none'} "
            f"{'is' if here < 2 else 'are'} in this one. Name another folder with --out, or "
            "remove that one."
        )


def marks_of(results: Iterable[StudentResult], handed_in: Iterable[HandedIn]) -> Marks:
    """Return the marks of a run."""
    contents = {
        (one.student, one.exercise.id): hashlib.sha256(one.submission.file.data).digest()[:8]
        for one in handed_in
    }
    return {
        result.student.label: {
            id: Mark(
                result.marks[id].points,
                contents[result.student.label, id],
                tuple(
                    check.name
                    for check in record.verdict.checks
                    if check.status is CheckStatus.PASSED
                ),
            )
            for id, record in result.records.items()
        }
        for result in results
    }


def moves(before: Marks, now: Marks, exercises: Iterable[str]) -> list[Move]:
    """Return the marks that have moved, of these exercises, and of students who are still there."""
    ids = set(exercises)
    return [
        move
        for student, marks in now.items()
        for id, old in before.get(student, {}).items()
        if id in ids and (move := _move(student, id, old, marks)) is not None
    ]


def _move(student: str, id: str, old: Mark, marks: Mapping[str, Mark]) -> Move | None:
    new = marks.get(id)
    if new is None:
        return Move(student, id, old.points, None, same_file=False)
    if (new.points, new.passed) == (old.points, old.passed):
        return None
    return Move(
        student,
        id,
        old.points,
        new.points,
        same_file=new.content == old.content,
        gained=tuple(name for name in new.passed if name not in old.passed),
        lost=tuple(name for name in old.passed if name not in new.passed),
    )


def write_moves(path: Path, moved: Iterable[Move]) -> None:
    """Write a row per mark that has moved since the last run.

    Raises:
        OSError: it cannot be written.
    """
    with whole_file(path) as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["student", "exercise", "before", "now", "file", "passes now", "fails now"])
        for move in moved:
            table.writerow(
                [
                    cell(move.student),
                    move.exercise,
                    move.points_before,
                    move.points_now,
                    "same" if move.same_file else "other",
                    " ".join(move.gained),
                    " ".join(move.lost),
                ]
            )
