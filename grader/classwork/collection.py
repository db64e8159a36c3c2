"""What one student handed in, as it is found piece by piece."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.catalogue import Exercise
from grader.classwork.beside import KeptFile
from grader.classwork.choice import Candidate
from grader.classwork.listing import MAX_UNPACKED_BYTES, Refused
from grader.classwork.students import Student


@dataclass(frozen=True)
class Fault:
    """Something in a student's work that was not taken, or that someone should look at."""

    file: str
    what: str
    exercise: Exercise | None = None
    in_doubt: bool = False
    """Whether someone must look at it, though nothing is missing."""


@dataclass
class Collection:
    """All of one student's files."""

    student: Student
    spelled: str
    """Their name as it stands on the disk."""
    origin: str
    """The folder, archive or file in the class's folder that they were found by."""
    candidates: list[Candidate] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    """Scripts and notebooks that belong to no exercise."""
    others: list[str] = field(default_factory=list)
    """Files of other kinds."""
    kept: list[KeptFile] = field(default_factory=list)
    """Of both, those that an answer can use: of an archive's data only what seems to be named."""
    faults: list[Fault] = field(default_factory=list)
    shared_with: tuple[Student, ...] = ()
    """The others of a group that handed in together."""
    bytes: int = 0

    def texts(self) -> list[str]:
        """Return what the student's answers and modules say, as they were handed in."""
        modules = [one.read() for one in self.kept if one.name.endswith(".py")]
        answers = [one.path.read_bytes() for one in self.candidates]
        return [data.decode("utf-8", "replace") for data in (*answers, *modules) if data]

    def add_bytes(self, size: int) -> None:
        """Count what is copied: one student cannot fill the disk.

        Raises:
            Refused: it is too much.
        """
        self.bytes += size
        if self.bytes > MAX_UNPACKED_BYTES:
            raise Refused("was not looked at: too much was handed in")
