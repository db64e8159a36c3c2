"""What holds the work of a class: a folder, or an archive, or a folder in an archive."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from grader.classwork.archives import entries_of_archive
from grader.classwork.listing import (
    MAX_ENTRIES,
    FileEntry,
    OnProblem,
    Refused,
    entries_of_folder,
    is_noise,
)
from grader.classwork.members import Archive, Kind, Member


class Container(Protocol):
    """A folder or archive that holds the work of a class."""

    def tops(self) -> dict[str, bool]:
        """Return what lies in it, and whether that is a folder.

        Raises:
            Refused: it cannot be read.
        """
        ...

    def below(self, top: str) -> list[str]:
        """Return the names of what lies in one of its folders, as paths in that folder.

        Of a Git repository `.git` alone is named; of anything, at most `MAX_ENTRIES`.
        """
        ...

    def inner(self, top: str) -> Container:
        """Return one of its folders."""
        ...

    def entries(self, owner_of: Callable[[str], object], problem: OnProblem) -> Iterator[FileEntry]:
        """Yield the files in it and below; what lies in it and is hidden is passed over."""
        ...

    def read(self, tops: Collection[str], limit: int) -> dict[str, bytes]:
        """Return the content of files that lie in it: of those that can be read.

        Files of more than LIMIT bytes are left out.
        """
        ...

    def path(self, top: str) -> Path | None:
        """Return where a file of it lies on the disk; None for one in an archive."""
        ...

    def copy(self, top: str, target: Path, limit: int) -> None:
        """Copy a file that lies in it.

        Raises:
            Refused: it cannot be read, or has more than LIMIT bytes.
            OSError: the copy cannot be written.
        """
        ...


class Folder:
    """A folder on the disk."""

    def __init__(self, root: Path, leave_out: Path | None = None) -> None:
        """Look into ROOT, but not into LEAVE_OUT."""
        self._root = root
        self._leave_out = leave_out.absolute() if leave_out else None

    def _is_left_out(self, name: str) -> bool:
        return (self._root / name).absolute() == self._leave_out

    def tops(self) -> dict[str, bool]:
        """See `Container`."""
        try:
            found = sorted(os.scandir(self._root), key=lambda entry: entry.name)
        except OSError as error:
            raise Refused(f"cannot be read: {error.strerror}") from None
        return {
            top.name: top.is_dir(follow_symlinks=False)
            for top in found
            if not self._is_left_out(top.name)
        }

    def below(self, top: str) -> list[str]:
        """See `Container`."""
        names: list[str] = []
        for here, folders, files in os.walk(self._root / top):
            relative = Path(here).relative_to(self._root / top)
            kept = [name for name in [*folders, *files] if not is_noise(name) or name == ".git"]
            names += [(relative / name).as_posix() for name in kept]
            folders[:] = [name for name in folders if not is_noise(name)]
            if len(names) > MAX_ENTRIES:
                break
        return names

    def inner(self, top: str) -> Folder:
        """See `Container`."""
        return Folder(self._root / top, self._leave_out)

    def entries(self, owner_of: Callable[[str], object], problem: OnProblem) -> Iterator[FileEntry]:
        """See `Container`."""

        def leave_out(name: str) -> bool:
            return is_noise(name) or self._is_left_out(name)

        return entries_of_folder(self._root, problem, leave_out)

    def read(self, tops: Collection[str], limit: int) -> dict[str, bytes]:
        """See `Container`."""
        entries = (self._entry(top) for top in tops)
        return dict(_contents((entry for entry in entries if entry), limit))

    def path(self, top: str) -> Path | None:
        """See `Container`."""
        path = self._root / top
        return path if path.is_file() and not path.is_symlink() else None

    def copy(self, top: str, target: Path, limit: int) -> None:
        """See `Container`."""
        entry = self._entry(top)
        if entry is None:
            raise Refused("is no file that can be read")
        entry.copy_to(target, limit)

    def _entry(self, top: str) -> FileEntry | None:
        path = self.path(top)
        if path is None:
            return None
        return FileEntry(top, path.stat().st_size, 0, lambda: path.open("rb"))


class Packed:
    """An archive, or a folder in it."""

    def __init__(self, archive: Archive, folder: str = "") -> None:
        """Look into FOLDER, which is "" or ends in `/`."""
        self._archive = archive
        self._folder = folder
        self.members = list(self._inside(archive.members))

    def _inside(self, members: Iterator[Member] | list[Member]) -> Iterator[Member]:
        cut = len(self._folder)
        for member in members:
            if member.name.startswith(self._folder) and len(member.name) > cut:
                yield replace(member, name=member.name[cut:]) if cut else member

    def in_turn(self) -> Iterator[Member]:
        """Yield what is in it, each of which can be read when it comes."""
        return self._inside(self._archive.in_turn())

    def tops(self) -> dict[str, bool]:
        """See `Container`."""
        found: dict[str, bool] = {}
        for member in self.members:
            top, below, _ = member.name.partition("/")
            if top:
                is_folder = bool(below) or member.kind is Kind.FOLDER
                found[top] = found.get(top, False) or is_folder
        return dict(sorted(found.items()))

    def below(self, top: str) -> list[str]:
        """See `Container`."""
        names: dict[str, None] = {}
        for member in self.members:
            if not member.name.startswith(f"{top}/"):
                continue
            parts = member.name[len(top) + 1 :].split("/")
            hidden = next((n for n, part in enumerate(parts) if is_noise(part)), None)
            if hidden is not None and parts[hidden] == ".git":
                parts = parts[: hidden + 1]
            elif hidden is not None:
                continue
            names["/".join(parts)] = None
        return list(names)[:MAX_ENTRIES]

    def inner(self, top: str) -> Packed:
        """See `Container`."""
        return Packed(self._archive, f"{self._folder}{top}/")

    def entries(self, owner_of: Callable[[str], object], problem: OnProblem) -> Iterator[FileEntry]:
        """See `Container`."""
        return entries_of_archive(self, owner_of, problem)

    def read(self, tops: Collection[str], limit: int) -> dict[str, bytes]:
        """See `Container`."""
        return dict(_contents(self._files(tops), limit)) if tops else {}

    def path(self, _top: str) -> None:
        """See `Container`."""
        return

    def copy(self, top: str, target: Path, limit: int) -> None:
        """See `Container`."""
        for entry in self._files({top}):
            entry.copy_to(target, limit)
            return
        raise Refused("is no file that can be read")

    def _files(self, tops: Collection[str]) -> Iterator[FileEntry]:
        for member in self.in_turn():
            if member.name in tops and member.kind is Kind.FILE:
                yield FileEntry(member.name, member.size, 0, member.open)


def _contents(entries: Iterator[FileEntry], limit: int) -> Iterator[tuple[str, bytes]]:
    for entry in entries:
        with contextlib.suppress(Refused):
            yield entry.name, b"".join(entry.parts(limit))
