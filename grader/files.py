"""Writing files so that a half-written one is never seen; texts that files and shells can hold."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

_TRIES, _PAUSE = 20, 0.1
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_UNPRINTABLE = re.compile(f"[{_CONTROLS}\ud800-\udfff\ufffe\uffff]")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """Write a text file: it appears under its name when all of it is on the disk.

    Raises:
        OSError: it cannot be written; then the old file, if there was one, is still there.
    """
    with whole_binary_file(path) as stream:
        text = io.TextIOWrapper(
            stream, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True
        )
        yield text
        text.detach()


@contextlib.contextmanager
def whole_binary_file(path: Path, *, lasting: bool = True) -> Iterator[IO[bytes]]:
    """Write a file of bytes, as `whole_file` writes one of text.

    What need not be there after a power cut is not LASTING, and waits for no disk.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        _replace(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Let one process after the other into the block; the file at PATH is only there to be locked.

    Where it cannot be locked, on a disk that is read only say, nobody waits. Nor on Windows.
    """
    with contextlib.ExitStack() as stack:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                fcntl.flock(stack.enter_context(path.open("a")), fcntl.LOCK_EX)
        yield


def _replace(new: Path, path: Path) -> None:
    """Give a file its name. Windows refuses while somebody has the old one open: often not long."""
    for _ in range(_TRIES if sys.platform == "win32" else 0):
        with contextlib.suppress(PermissionError):
            new.replace(path)
            return
        time.sleep(_PAUSE)
    new.replace(path)


def as_typed(path: Path | str) -> str:
    """Return a path as it is typed into a shell, in quotes where it needs them."""
    if os.name != "nt":
        return shlex.quote(str(path))
    from subprocess import list2cmdline  # which no light command waits for

    return list2cmdline([str(path)])


def printable(text: str) -> str:
    """Return a text that every file and page can hold: no control characters, no half pairs."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def without_controls(text: str) -> str:
    """Return a text that tells a terminal nothing but what to show."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
