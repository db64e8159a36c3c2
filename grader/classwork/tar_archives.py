"""Tar archives, packed or not, read from front to back within limits.

A packed tar archive has no list of what it holds: all of it must be unpacked to know. So it is
read twice, once to list it and once for the files, and never lies unpacked on the disk.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from grader.classwork.listing import MAX_ENTRIES, MAX_UNPACKED_BYTES, Refused
from grader.classwork.members import Kind, Member, plain

BOMB_BYTES, BOMB_RATIO = 50_000_000, 100

_CLASS_FACTOR = 20
_HEADER_BYTES = 1 << 20
_MAGIC: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
}
PACKED = tuple(_MAGIC)
"""What packed archives begin with."""


class TarArchive:
    """What a tar archive holds."""

    def __init__(self, path: Path, *, of_class: bool) -> None:
        """List it.

        Raises:
            Refused: it is none, is damaged, or holds more than could be handed in.
            OSError: it cannot be read.
        """
        self._path = path
        self._of_class = of_class
        most = MAX_ENTRIES * (_CLASS_FACTOR if of_class else 1)
        self.members: list[Member] = []
        for member in self.in_turn():
            if len(self.members) >= most:
                raise Refused(f"holds more than {most:,} files")
            self.members.append(member)

    def in_turn(self) -> Iterator[Member]:
        """Yield the members, each of which can be read when it comes.

        Raises:
            Refused: as above.
            OSError: it cannot be read.
        """
        with contextlib.ExitStack() as stack:
            try:
                reader = stack.enter_context(_reader(self._path, self._of_class))
                archive = stack.enter_context(tarfile.TarFile(fileobj=reader))
                while info := archive.next():
                    yield _member(archive, info)
                if not reader.ended:
                    raise Refused("is a damaged tar archive: its end is missing")
            except (Refused, PermissionError):
                raise
            except Exception as error:  # each way of packing has errors of its own
                raise Refused(f"is no tar archive that can be read: {error}") from None


def _member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
    kind = Kind.OTHER
    if info.isdir():
        kind = Kind.FOLDER
    elif info.issym() or info.islnk():
        kind = Kind.LINK
    elif info.isreg() and not info.issparse():
        kind = Kind.FILE
    return Member(
        plain(info.name),
        info.size,
        0,
        float(info.mtime),
        kind,
        lambda: cast("BinaryIO", archive.extractfile(info)),
    )


@contextlib.contextmanager
def _reader(path: Path, of_class: bool) -> Iterator[_Forward]:
    with path.open("rb") as stream:
        begin = stream.read(6)
    unpack = next((unpack for magic, unpack in _MAGIC.items() if begin.startswith(magic)), None)
    size = path.stat().st_size
    limit = MAX_UNPACKED_BYTES * (_CLASS_FACTOR if of_class else 1)
    with unpack(path) if unpack else path.open("rb") as stream:
        yield _Forward(cast("BinaryIO", stream), limit, 0 if of_class else size)


class _Forward(io.RawIOBase):
    """A stream that only goes forward, and not beyond what could be handed in."""

    def __init__(self, stream: BinaryIO, limit: int, packed: int) -> None:
        """Read from STREAM; PACKED bytes are all it is made of, 0 where that does not matter."""
        self._stream = stream
        self._limit = limit
        self._packed = packed
        self._at = 0
        self.ended = False
        """Whether what was read last is the end of a tar archive, a block of zeros."""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _HEADER_BYTES:
            raise Refused(f"has a name of {size / 1e6:.0f} MB: no honest work does")
        data = self._stream.read(size)
        self._at += len(data)
        if self._at > self._limit:
            raise Refused(f"would have more than {self._limit // 1_000_000:,} MB unpacked")
        if self._packed and self._at > BOMB_BYTES and self._at > BOMB_RATIO * self._packed:
            packed = f"{self._packed / 1e6:.1f}"
            raise Refused(
                f"would grow from {packed} to over {self._at / 1e6:.0f} MB: no honest work does"
            )
        self.ended = len(data) == tarfile.BLOCKSIZE and not any(data)
        return data

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset < self._at:
            raise Refused("is a tar archive that does not go from front to back")
        while self._at < offset:
            if not self.read(min(offset - self._at, _HEADER_BYTES)):
                raise Refused("is a damaged tar archive: its end is missing")
        return self._at

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
