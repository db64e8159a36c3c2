"""What is handed in for an exercise: all that the engine is given, read once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from grader.catalogue import Exercise
from grader.notebook.assembly import Assembled
from grader.notebook.cells import assemble
from grader.source_file import Script, SourceFile, read_with


class FileBeside(NamedTuple):
    """A file of the student's own, beside an answer that is in no folder of theirs any more."""

    name: str
    """Its path, from the folder that the answer lay in, with `/`."""
    data: bytes


@dataclass(frozen=True)
class Submission:
    """One answer to one exercise: all that the engine is given."""

    exercise: Exercise
    file: SourceFile
    beside: tuple[FileBeside, ...] = ()
    """What it can read and import; of a file with a path of its own, that folder holds it."""

    @classmethod
    def of_bytes(
        cls, exercise: Exercise, name: str, data: bytes, size: int | None = None
    ) -> Submission:
        """Return what a file of NAME holds as an answer; SIZE in bytes if DATA is its beginning."""
        return cls(exercise, SourceFile(name, data, size=size))

    @classmethod
    def of_cells(
        cls, exercise: Exercise, cells: Assembled, name: str = "", path: str = ""
    ) -> Submission:
        """Return a notebook's cells as an answer, under its stub's name unless NAME is given."""
        name = name or PurePosixPath(exercise.file).name
        return cls(exercise, SourceFile.of_cells(cells, name, path))

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.file.name

    def key(self, *facts: object) -> str:
        """Return a hash that changes with it, and with the facts that a verdict stands on."""
        file = self.file
        told = (
            facts, self.exercise.id, file.name, file.path, file.size, file.cells, file.unreadable,
            self.digest_beside(),
        )  # fmt: skip
        return hashlib.sha256(repr(told).encode() + b"\0" + file.data).hexdigest()

    def digest_beside(self) -> str:
        """Return a hash of the files beside it; "" where there are none."""
        digest = hashlib.sha256()
        for name, data in self.beside:
            digest.update(repr((name, hashlib.sha256(data).hexdigest())).encode())
        return digest.hexdigest() if self.beside else ""

    def script(self) -> Script:
        """Parse it; see `SourceFile.script` for what may be raised."""
        return self.file.script()


def read_submission(exercise: Exercise, path: Path) -> Submission:
    """Read an answer to an exercise, a script or a notebook.

    Raises:
        NotAFile: see `read_file`.
    """
    file = read_with(path, lambda data: assemble(data, exercise, path.name))
    return Submission(exercise, file)
