"""Files in what is handed in, whether they lie in a folder or in an archive; none is trusted.

Nothing is unpacked by its name: a file is read, and whoever reads it decides where it goes.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

MAX_ENTRIES = 10_000
MAX_UNPACKED_BYTES = 500_000_000

_PART_BYTES = 1 << 20
_NOISE = {"__MACOSX", "__pycache__", "site-packages", "node_modules", "thumbs.db", "desktop.ini"}
_NO_STUDENTS = {
    ".ds_store", "__macosx", "thumbs.db", "desktop.ini", ".git", ".gitignore", ".gitattributes",
    ".ipynb_checkpoints", "__pycache__", ".keras-grader", ".vscode", ".idea",
    "submission_metadata.yml", "index.html", "readme", "readme.md", "readme.txt",
}  # fmt: skip

OnProblem = Callable[[str, str], None]
"""Called with a file and what is wrong with it."""


class Refused(Exception):
    """Something that was handed in is not taken; the text says why."""


@dataclass(frozen=True)
class FileEntry:
    """A file, in a folder or in an archive."""

    name: str
    """Its path inside of what was handed in, with `/`."""
    size: int
    when: float
    """Seconds since the epoch, 0 where that is unknown."""
    open: Callable[[], BinaryIO]
    """Of what comes from an archive, only to be called before the next entry is asked for."""
    path: Path | None = None
    """Where it lies, if it lies in a folder."""

    def copy_to(self, target: Path, limit: int) -> None:
        """Copy its content into a file.

        Raises:
            Refused: it cannot be read, or has more than LIMIT bytes.
            OSError: the copy cannot be written.
        """
        with target.open("wb") as copy:
            for part in self.parts(limit):
                copy.write(part)

    def parts(self, limit: int) -> Iterator[bytes]:
        """Yield its content piece by piece.

        Raises:
            Refused: it cannot be read, or has more than LIMIT bytes.
        """
        if self.size > limit:
            raise Refused(f"has {self.size / 1e6:.0f} MB; the limit is {limit / 1e6:.0f} MB")
        try:
            with self.open() as stream:
                while limit > 0 and (part := stream.read(min(limit, _PART_BYTES))):
                    limit -= len(part)
                    yield part
        except Refused:
            raise
        except PermissionError:
            raise Refused("may not be read: permission denied") from None
        except (
            OSError, EOFError, RuntimeError, ValueError, NotImplementedError, zipfile.BadZipFile
        ) as error:  # fmt: skip
            raise Refused(f"cannot be read: {error}") from None
        except Exception as error:  # zlib, bz2 and lzma each have an error of their own
            raise Refused(f"is damaged: {error}") from None


def is_noise(name: str) -> bool:
    """Whether a file or folder of this name in a student's work is not theirs, but a tool's."""
    return name.startswith(".") or name in _NOISE or name.lower() in _NOISE


def is_no_student(name: str) -> bool:
    """Whether something of this name in a class's folder is plainly no student's work.

    Whatever else lies there is a student's, or is told.
    """
    return name.lower() in _NO_STUDENTS or name.startswith("._")


def entries_of_folder(
    root: Path, problem: OnProblem, leave_out: Callable[[str], bool] = is_noise
) -> Iterator[FileEntry]:
    """Yield the files in a folder and below; links are named and not followed.

    Of each folder in ROOT at most `MAX_ENTRIES` files are looked at. LEAVE_OUT tells which
    names in ROOT itself are passed over. In a clone of a Git repository the time of a file is
    that of the clone: there it counts as unknown.
    """
    try:
        tops = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as error:
        problem("", f"the folder cannot be read: {error.strerror}")
        return
    cloned = any(top.name == ".git" for top in tops)
    for top in tops:
        if leave_out(top.name):
            continue
        if top.is_dir(follow_symlinks=False):
            yield from _entries_below(root, Path(top.path), problem, cloned=cloned)
        else:
            yield from _regular(root, Path(top.path), problem, cloned=cloned)


def _entries_below(
    root: Path, folder: Path, problem: OnProblem, *, cloned: bool
) -> Iterator[FileEntry]:
    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(root).as_posix()
        problem(name, f"the folder cannot be read: {error.strerror}")

    count = 0
    clones = {str(folder.parent): cloned}
    for here, folders, files in os.walk(folder, onerror=unreadable):
        clones[here] = clones[str(Path(here).parent)] or ".git" in {*folders, *files}
        for name in [name for name in folders if Path(here, name).is_symlink()]:
            yield from _regular(root, Path(here, name), problem, cloned=clones[here])
        folders[:] = sorted(name for name in folders if not is_noise(name))
        for name in sorted(files):
            count += 1
            if count > MAX_ENTRIES:
                problem(
                    folder.relative_to(root).as_posix() + "/",
                    f"holds more than {MAX_ENTRIES:,} files; those beyond were not looked at",
                )
                return
            if not is_noise(name):
                yield from _regular(root, Path(here, name), problem, cloned=clones[here])


def _regular(root: Path, path: Path, problem: OnProblem, *, cloned: bool) -> Iterator[FileEntry]:
    """Yield a file's entry; name it as a problem where it is a link, a pipe and the like."""
    name = path.relative_to(root).as_posix()
    try:
        info = path.lstat()
    except OSError as error:
        problem(name, f"cannot be read: {error.strerror}")
        return
    if stat.S_ISREG(info.st_mode):
        when = 0.0 if cloned else info.st_mtime
        yield FileEntry(name, info.st_size, when, lambda: path.open("rb"), path)
    else:
        kind = "a link" if stat.S_ISLNK(info.st_mode) else "not a regular file"
        problem(name, f"is {kind}; only files are graded")


def leads_out(name: str) -> bool:
    """Whether an archived file's name is no plain path inside of its archive."""
    parts = PurePosixPath(name).parts
    is_drive = bool(parts) and len(parts[0]) == 2 and parts[0].endswith(":")
    return ".." in parts or name.startswith("/") or is_drive
