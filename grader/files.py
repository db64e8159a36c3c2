"""Writing files so that a half-written one is never seen."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO


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
def whole_binary_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file of bytes, as `whole_file` writes one of text.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
