"""Looking at other processes, in /proc."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path


def children(pid: int) -> set[int]:
    """Return the processes that one has started."""
    found: set[int] = set()
    with contextlib.suppress(FileNotFoundError):  # the process has ended meanwhile
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):  # the thread has
                found |= {int(child) for child in path.read_text().split()}
    return found


def below(pid: int) -> set[int]:
    """Return all processes that descend from one."""
    found = children(pid)
    return found.union(*map(below, found))


def is_there(pid: int) -> bool:
    """Whether a process runs: it is neither gone, nor only waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def survivors(pids: Iterable[int], seconds: float = 15) -> list[int]:
    """Return which of these processes still run after so many seconds."""
    deadline = time.monotonic() + seconds
    left = [pid for pid in pids if is_there(pid)]
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [pid for pid in left if is_there(pid)]
    return left
