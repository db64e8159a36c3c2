"""What an archive holds, whatever kind of archive it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol


class Kind(Enum):
    """What a member is."""

    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    LOCKED = auto()
    """Protected by a password."""
    OTHER = auto()
    """A device, a pipe, a file with holes."""


@dataclass(frozen=True)
class Member:
    """A file or folder in an archive."""

    name: str
    """As `plain` returns it; nobody has looked yet where it leads."""
    size: int
    """In bytes, as the archive states it."""
    packed: int
    """In bytes, in the archive; 0 where it has no size of its own there."""
    when: float
    """Seconds since the epoch, 0 where that is unknown."""
    kind: Kind
    open: Callable[[], BinaryIO]
    """Only to be called while it is the member's turn."""


def plain(name: str) -> str:
    """Return an archived name with `/` between its parts, and nothing before or behind."""
    found = str(PurePosixPath(name.replace("\\", "/")))
    return "" if found == "." else found


class Archive(Protocol):
    """An archive that has been listed."""

    members: list[Member]

    def in_turn(self) -> Iterator[Member]:
        """Yield the members, each of which can be read when it comes."""
        ...
