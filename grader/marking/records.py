"""Verdicts of a class on disk: one file each, written at once and whole, or not at all.

    OUT/verdicts/STUDENT/2.2.1.verdict

The key tells whether the verdict is still the right one: it changes with the student's
file, the grader and the options.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

import msgspec
from msgspec import Struct

from grader.files import whole_binary_file
from grader.places import InCells, Places
from grader.verdict import Verdict

_SUFFIX = ".verdict"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}(?<!\.)")
_WITH_HASH = re.compile(r".*-[0-9a-f]{12}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


class StoredVerdict(Struct, frozen=True):
    """A verdict, and what it is the verdict on."""

    key: str
    student: str
    """Their `Student.label`."""
    exercise: str
    file: str
    """As `class_folder.HandedIn` calls it."""
    notes: tuple[str, ...]
    verdict: Verdict
    cells: InCells | None = None
    """Where the lines stand that it speaks of, if a notebook was handed in."""

    @property
    def places(self) -> Places:
        """How its places are told."""
        return self.cells or self.verdict.places


_encode = msgspec.msgpack.Encoder().encode
_record_of = msgspec.msgpack.Decoder(StoredVerdict).decode


def safe_name(student: str) -> str:
    """Return a file's name for a student, a different one for each, on every system.

    Simple names stay as they are; all others get a part of their hash. A simple name
    that looks as if it had one gets one, too, so that no two are ever the same.
    """
    if (
        _PLAIN.fullmatch(student)
        and not _WITH_HASH.fullmatch(student)
        and not _RESERVED.fullmatch(student)
    ):
        return student
    text = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:40] or "student"
    return f"{slug}-{hashlib.sha256(student.encode(errors='backslashreplace')).hexdigest()[:12]}"


class Records:
    """The verdicts of one class, in the folder for its results."""

    def __init__(self, out: Path) -> None:
        self._folder = out / "verdicts"

    def _path(self, student: str, exercise: str) -> Path:
        return self._folder / safe_name(student) / f"{exercise}{_SUFFIX}"

    def load(self, student: str, exercise: str) -> StoredVerdict | None:
        """Return what is stored; None where there is nothing, or it is damaged."""
        try:
            found = _record_of(self._path(student, exercise).read_bytes())
        except (OSError, msgspec.MsgspecError, RecursionError):
            return None
        return found if (found.student, found.exercise) == (student, exercise) else None

    def keep(self, record: StoredVerdict) -> None:
        """Store a verdict.

        Raises:
            OSError: the disk is full, or the folder may not be written to.
            UnicodeEncodeError: it holds half a pair of surrogates.
        """
        data = _encode(record)
        with whole_binary_file(self._path(record.student, record.exercise)) as stream:
            stream.write(data)

    def forget(self, student: str, exercise: str) -> None:
        """Remove a verdict that is no longer the right one."""
        self._path(student, exercise).unlink(missing_ok=True)

    def clear_away_parts(self) -> None:
        """Remove what a run that was killed left half-written."""
        for path in self._folder.glob("*/.part-*"):
            path.unlink(missing_ok=True)
