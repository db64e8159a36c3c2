"""Files in what students hand in: folders and zip archives, none of them trusted.

Nothing is unpacked by its name: a file is read, and whoever reads it decides where it goes.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

MAX_ENTRIES = 10_000
MAX_UNPACKED_BYTES = 500_000_000
MAX_LISTING_BYTES = 5_000_000
"""Of a student's archive; the names of 10,000 files need far less."""

_MAX_CLASS_LISTING_BYTES = 200_000_000
_PART_BYTES = 1 << 20
_BOMB_BYTES, _BOMB_RATIO = 50_000_000, 100
_END_RECORD = b"PK\x05\x06"
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_NOISE = {"__MACOSX", "__pycache__", "site-packages", "node_modules"}

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
    path: Path | None = None
    """Where it lies, if it lies in a folder."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders that it lies in, and its own name."""
        return PurePosixPath(self.name).parts

    def copy_to(self, target: Path, limit: int) -> None:
        """Copy its content into a file.

        Raises:
            Refused: it cannot be read, or has more than LIMIT bytes.
            OSError: the copy cannot be written.
        """
        if self.size > limit:
            raise Refused(f"has {self.size / 1e6:.0f} MB; the limit is {limit / 1e6:.0f} MB")
        with target.open("wb") as copy:
            for part in self._parts(limit):
                copy.write(part)

    def _parts(self, limit: int) -> Iterator[bytes]:
        try:
            with self.open() as stream:
                while limit > 0 and (part := stream.read(min(limit, _PART_BYTES))):
                    limit -= len(part)
                    yield part
        except PermissionError:
            raise Refused("may not be read: permission denied") from None
        except (
            OSError, EOFError, RuntimeError, ValueError, NotImplementedError, zipfile.BadZipFile
        ) as error:  # fmt: skip
            raise Refused(f"cannot be read: {error}") from None
        except Exception as error:  # zlib, bz2 and lzma each have an error of their own
            raise Refused(f"is damaged: {error}") from None


def _is_noise(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part in _NOISE for part in parts)


def entries_of_folder(
    root: Path, problem: OnProblem, leave_out: Path | None = None
) -> Iterator[FileEntry]:
    """Yield the files in a folder and below; links are named and not followed.

    Of each folder in ROOT at most `MAX_ENTRIES` files are looked at.
    """
    try:
        tops = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as error:
        problem("", f"the folder cannot be read: {error.strerror}")
        return
    for top in tops:
        if leave_out is not None and Path(top.path).absolute() == leave_out.absolute():
            continue
        if top.is_dir(follow_symlinks=False):
            yield from _entries_below(root, Path(top.path), problem)
        else:
            yield from _regular(root, Path(top.path), problem)


def _entries_below(root: Path, folder: Path, problem: OnProblem) -> Iterator[FileEntry]:
    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(root).as_posix()
        problem(name, f"the folder cannot be read: {error.strerror}")

    if _is_noise((folder.name,)):
        return
    count = 0
    for here, folders, files in os.walk(folder, onerror=unreadable):
        for name in [name for name in folders if Path(here, name).is_symlink()]:
            yield from _regular(root, Path(here, name), problem)
        folders[:] = sorted(name for name in folders if not _is_noise((name,)))
        for name in sorted(files):
            count += 1
            if count > MAX_ENTRIES:
                problem(
                    folder.relative_to(root).as_posix() + "/",
                    f"holds more than {MAX_ENTRIES:,} files; those beyond were not looked at",
                )
                return
            yield from _regular(root, Path(here, name), problem)


def _regular(root: Path, path: Path, problem: OnProblem) -> Iterator[FileEntry]:
    """Yield a file's entry; name it as a problem where it is a link, a pipe and the like."""
    name = path.relative_to(root).as_posix()
    if _is_noise((path.name,)):
        return
    try:
        info = path.lstat()
    except OSError as error:
        problem(name, f"cannot be read: {error.strerror}")
        return
    if stat.S_ISREG(info.st_mode):
        yield FileEntry(name, info.st_size, info.st_mtime, lambda: path.open("rb"), path)
    else:
        kind = "a link" if stat.S_ISLNK(info.st_mode) else "not a regular file"
        problem(name, f"is {kind}; only files are graded")


@contextlib.contextmanager
def open_archive(path: Path, *, of_class: bool = False) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive.

    Raises:
        Refused: it is none, cannot be read, or lists more than could be handed in.
    """
    try:
        limit = _MAX_CLASS_LISTING_BYTES if of_class else MAX_LISTING_BYTES
        if _listing_bytes(path) > limit:
            raise Refused(f"lists more than {MAX_ENTRIES:,} files")
        archive = zipfile.ZipFile(path)
    except PermissionError:
        raise Refused("may not be read: permission denied") from None
    except OSError as error:
        raise Refused(f"cannot be read: {error.strerror}") from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise Refused(f"is no zip archive that can be read: {error}") from None
    with archive:
        yield archive


def _listing_bytes(path: Path) -> int:
    """Return how many bytes zipfile would read in order to list an archive, at most.

    It keeps all of them in memory, some hundred bytes a name, before anyone can count them.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - 66_000))
        end = stream.read()
    at = end.rfind(_END_RECORD)
    stated = int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else size
    return min(size, stated)  # 0xFFFFFFFF stands for "see elsewhere"


def entries_of_archive(
    archive: zipfile.ZipFile, owner_of: Callable[[str], str], problem: OnProblem
) -> Iterator[FileEntry]:
    """Yield the files in an archive, and name what is refused.

    OWNER_OF tells whose a name is: each owner has the limits for themselves, so that one
    student's bomb in a class's archive costs nobody else anything.
    """
    groups: dict[str, list[zipfile.ZipInfo]] = {}
    for info in archive.infolist():
        groups.setdefault(owner_of(name_of(info)), []).append(info)
    for owner, infos in groups.items():
        reason = _too_much(infos)
        if reason:
            problem(owner and f"{owner}/", reason)
            continue
        for info in infos:
            yield from _archived(archive, info, problem)


def name_of(info: zipfile.ZipInfo) -> str:
    """Return an archived file's name with `/`; many programs write UTF-8 and do not say so."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _too_much(infos: list[zipfile.ZipInfo]) -> str:
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if len(infos) > MAX_ENTRIES:
        return f"holds {len(infos):,} files; the limit is {MAX_ENTRIES:,}"
    if unpacked > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1_000_000
        return f"would have {unpacked / 1e6:,.0f} MB unpacked; the limit is {limit} MB"
    if unpacked > _BOMB_BYTES and unpacked > _BOMB_RATIO * packed:
        return f"would grow from {packed / 1e6:.1f} to {unpacked / 1e6:.0f} MB: no honest work does"
    return ""


def _archived(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, problem: OnProblem
) -> Iterator[FileEntry]:
    name = name_of(info)
    parts = PurePosixPath(name).parts
    kind = stat.S_IFMT(info.external_attr >> 16)
    if ".." in parts or name.startswith("/") or _is_drive(parts):
        problem(name, "has a name that leads out of its archive; it was not taken")
    elif _is_noise(parts) or info.is_dir() or not parts:
        return
    elif kind == stat.S_IFLNK:
        problem(name, "is a link; only files are graded")
    elif kind not in {0, stat.S_IFREG}:
        problem(name, "is not a regular file; only files are graded")
    elif info.flag_bits & _ENCRYPTED_FLAG:
        problem(name, "is protected by a password")
    else:
        yield FileEntry(name, info.file_size, _when(info), lambda: archive.open(info))  # type: ignore[arg-type,return-value]


def _is_drive(parts: tuple[str, ...]) -> bool:
    return bool(parts) and len(parts[0]) == 2 and parts[0].endswith(":")


def _when(info: zipfile.ZipInfo) -> float:
    with contextlib.suppress(ValueError, OverflowError):
        return time.mktime((*info.date_time, 0, 0, -1))
    return 0.0
