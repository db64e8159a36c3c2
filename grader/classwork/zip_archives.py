"""Zip archives, listed within limits."""

from __future__ import annotations

import contextlib
import stat
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from grader.classwork.listing import MAX_ENTRIES, Refused
from grader.classwork.members import Kind, Member, plain

MAX_LISTING_BYTES = 5_000_000
"""Of a student's archive; the names of 10,000 files need far less."""

_MAX_CLASS_LISTING_BYTES = 200_000_000
_END_RECORD = b"PK\x05\x06"
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1


@contextlib.contextmanager
def open_zip(path: Path, *, of_class: bool) -> Iterator[ZipArchive]:
    """Open a zip archive.

    Raises:
        Refused: it is none, or lists more than could be handed in.
        OSError: it cannot be read.
    """
    limit = _MAX_CLASS_LISTING_BYTES if of_class else MAX_LISTING_BYTES
    if _listing_bytes(path) > limit:
        raise Refused(f"lists more than {MAX_ENTRIES:,} files")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise Refused(f"is no zip archive that can be read: {error}") from None
    with archive:
        yield ZipArchive(archive)


class ZipArchive:
    """What a zip archive holds."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.members = [_member(archive, info) for info in archive.infolist()]

    def in_turn(self) -> Iterator[Member]:
        """Yield the members, each of which can be read when it comes."""
        return iter(self.members)


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


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    return Member(
        _name_of(info),
        info.file_size,
        info.compress_size,
        _when(info),
        _kind(info),
        lambda: cast("BinaryIO", archive.open(info)),
    )


def _kind(info: zipfile.ZipInfo) -> Kind:
    if info.is_dir():
        return Kind.FOLDER
    if info.flag_bits & _ENCRYPTED_FLAG:
        return Kind.LOCKED
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode == stat.S_IFLNK:
        return Kind.LINK
    return Kind.FILE if mode in {0, stat.S_IFREG} else Kind.OTHER


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return an archived file's name with `/`.

    Many programs write UTF-8 and do not say so; on Windows some write its encoding instead of that
    of DOS. It is taken where only so all letters are Latin ones.
    """
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG and not name.isascii():
        with contextlib.suppress(UnicodeError):
            data = name.encode("cp437")
            for encoding in ("utf-8", "cp437", "cp1252", "cp850"):
                with contextlib.suppress(UnicodeError):
                    told = data.decode(encoding)
                    if encoding == "utf-8" or _is_latin(told):
                        return plain(told)
    return plain(name)


def _is_latin(text: str) -> bool:
    return all(c.isascii() or unicodedata.name(c, "").startswith("LATIN ") for c in text)


def _when(info: zipfile.ZipInfo) -> float:
    with contextlib.suppress(ValueError, OverflowError):
        return time.mktime((*info.date_time, 0, 0, -1))
    return 0.0
