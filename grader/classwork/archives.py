"""Zip and tar archives that students and platforms hand in, none of them trusted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from grader.classwork.listing import (
    MAX_ENTRIES,
    MAX_UNPACKED_BYTES,
    FileEntry,
    OnProblem,
    Refused,
    is_noise,
    leads_out,
)
from grader.classwork.members import Archive, Kind, Member
from grader.classwork.tar_archives import BOMB_BYTES, BOMB_RATIO, PACKED, TarArchive
from grader.classwork.zip_archives import open_zip

_OTHER_MAGIC = {b"Rar!": ".rar", b"7z\xbc\xaf\x27\x1c": ".7z"}
_REFUSED = {
    Kind.LINK: "is a link; only files are graded",
    Kind.OTHER: "is not a regular file; only files are graded",
    Kind.LOCKED: "is protected by a password",
}


@contextlib.contextmanager
def open_archive(path: Path, *, of_class: bool = False) -> Iterator[Archive]:
    """Open a zip archive or a tar archive: what it is counts, not what it is called.

    Raises:
        Refused: it is none, cannot be read, or lists more than could be handed in.
    """
    with contextlib.ExitStack() as stack:
        try:
            archive = _opened(path, stack, of_class=of_class)
        except PermissionError:
            raise Refused("may not be read: permission denied") from None
        except OSError as error:
            raise Refused(f"cannot be read: {error.strerror}") from None
        yield archive


def _opened(path: Path, stack: contextlib.ExitStack, *, of_class: bool) -> Archive:
    with path.open("rb") as stream:
        begin = stream.read(512)
    for magic, suffix in _OTHER_MAGIC.items():
        if begin.startswith(magic):
            raise Refused(not_opened(suffix))
    if begin.startswith(PACKED) or begin[257:262] == b"ustar":
        return TarArchive(path, of_class=of_class)
    if path.suffix.lower() == ".zip" or begin.startswith(b"PK"):
        return stack.enter_context(open_zip(path, of_class=of_class))
    raise Refused("is neither a zip archive nor a tar archive")


def not_opened(suffix: str) -> str:
    """Return what is said of an archive of another kind."""
    return f"is a {suffix} archive, which cannot be opened; .zip and .tar.gz can"


def entries_of_archive(
    archive: Archive, owner_of: Callable[[str], object], problem: OnProblem
) -> Iterator[FileEntry]:
    """Yield the files in an archive, and name what is refused.

    OWNER_OF tells whose a name is: each owner has the limits for themselves, so that one
    student's bomb in a class's archive costs nobody else anything. None is the owner of all
    that there is.
    """
    groups: dict[object, list[Member]] = {}
    for member in archive.members:
        groups.setdefault(owner_of(member.name), []).append(member)
    refused = set()
    for owner, members in groups.items():
        if reason := _too_much(members):
            refused.add(owner)
            first, below, _ = members[0].name.partition("/")
            problem("" if owner is None else first + below, reason)
    clones = {
        member.name.partition(".git/")[0] for member in archive.members if ".git/" in member.name
    }
    for member in archive.in_turn():
        if owner_of(member.name) not in refused:
            cloned = any(member.name.startswith(clone) for clone in clones)
            yield from _archived(member, problem, cloned=cloned)


def _too_much(members: list[Member]) -> str:
    unpacked = sum(member.size for member in members)
    packed = sum(member.packed for member in members)
    if len(members) > MAX_ENTRIES:
        return f"holds {len(members):,} files; the limit is {MAX_ENTRIES:,}"
    if unpacked > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1_000_000
        return f"would have {unpacked / 1e6:,.0f} MB unpacked; the limit is {limit} MB"
    if packed and unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * packed:
        return f"would grow from {packed / 1e6:.1f} to {unpacked / 1e6:.0f} MB: no honest work does"
    return ""


def _archived(member: Member, problem: OnProblem, *, cloned: bool) -> Iterator[FileEntry]:
    parts = PurePosixPath(member.name).parts
    if leads_out(member.name):
        problem(member.name, "has a name that leads out of its archive; it was not taken")
    elif any(map(is_noise, parts)) or member.kind is Kind.FOLDER or not parts:
        return
    elif member.kind in _REFUSED:
        problem(member.name, _REFUSED[member.kind])
    else:
        when = 0.0 if cloned else member.when
        yield FileEntry("/".join(parts), member.size, when, member.open)
