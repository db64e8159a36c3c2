"""When nbgrader says that something was handed in: the `timestamp.txt` that its exchange writes."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

_MAX_BYTES = 100


def read_timestamps(submitted: Path) -> dict[str, float]:
    """Return the times by `STUDENT/ASSIGNMENT`, in seconds since the epoch.

    SUBMITTED is that folder of a course. Where no time can be read there is none.
    """
    found: dict[str, float] = {}
    for path in submitted.glob("*/*/timestamp.txt"):
        if path.is_symlink() or not path.is_file():
            continue
        with contextlib.suppress(OSError, ValueError, OverflowError), path.open("rb") as stream:
            text = stream.read(_MAX_BYTES).decode().strip()
            time = datetime.fromisoformat(text.removesuffix("UTC").rstrip())
            if time.tzinfo is None:  # nbgrader takes that for UTC, too
                time = time.replace(tzinfo=UTC)
            found[path.parent.relative_to(submitted).as_posix()] = time.timestamp()
    return found
