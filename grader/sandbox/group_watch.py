"""Watching, from outside, what all processes of a run use together.

Limits of the system hold for each process alone, and not all of them for root. What is found
here is a moment's; a run that is over a limit is ended as a whole.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from grader.evidence.messages import LearnerJob, Limits
from grader.sandbox.limits import as_size

WATCH_SECONDS = 0.25
"""Between two looks at what a run uses."""

_MAX_ENTRIES = 20_000
_MAX_DEPTH = 50


def why_not_watched() -> str:
    """Return why a run cannot be watched here; "" where it can."""
    return "" if sys.platform == "linux" and Path("/proc/self/stat").exists() else "no /proc here"


def watch_of(job: object, pid: int) -> GroupWatch | None:
    """Return what watches a learner's job in process PID; None where nothing is to be watched."""
    if not isinstance(job, LearnerJob) or "watch" in job.confinement.without or why_not_watched():
        return None
    return GroupWatch(pid, (job.scratch, job.evidence), job.confinement.limits)


class Excess(NamedTuple):
    """That a run is over a limit."""

    words: str
    """What it did: `used more than 4 GB of memory`."""
    limit: str = ""
    """The limit's name, if it can be set."""


def over_memory(limits: Limits) -> Excess:
    """Return that a run is over its memory."""
    return Excess(f"used more than {as_size(limits.memory)} of memory", "memory")


class GroupWatch:
    """One run: its processes, and the folders that it may write to."""

    def __init__(self, leader: int, folders: Iterable[str], limits: Limits) -> None:
        self._leader = leader
        self._folders = tuple(folders)
        self._limits = limits
        self._shared = 0
        self._shared = self._anonymous(leader)  # what the helper has, and it has with it

    def exceeded(self) -> Excess | None:
        """Return which limit the run is over; None if none."""
        processes = self._processes()
        if len(processes) > self._limits.processes:
            return Excess(f"had more than {self._limits.processes:,} processes", "processes")
        if self._memory(processes) > self._limits.memory:
            return over_memory(self._limits)
        return self._disk()

    def _processes(self) -> list[int]:
        """Return the processes of the session that the run's first one leads."""
        found = []
        with os.scandir("/proc") as entries:
            for entry in entries:
                if entry.name.isdecimal() and self._is_ours(entry.name):
                    found.append(int(entry.name))
        return found

    def _is_ours(self, pid: str) -> bool:
        try:
            with open(f"/proc/{pid}/stat", "rb") as stream:  # noqa: PTH123 - many, often
                fields = stream.read().rpartition(b")")[2].split()
        except OSError:
            return False
        return len(fields) > 3 and int(fields[3]) == self._leader

    def _memory(self, processes: list[int]) -> int:
        """Return bytes; what processes share is counted once where the sum would be too much."""
        if sum(self._anonymous(pid) for pid in processes) <= self._limits.memory:
            return 0
        return sum(self._proportional(pid) for pid in processes)

    def _anonymous(self, pid: int) -> int:
        """Return what a process has for itself, beyond what it was forked with."""
        found = 0
        try:
            for line in Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines():
                if line.startswith(("RssAnon:", "RssShmem:")):
                    found += int(line.split()[1]) * 1024
        except (OSError, ValueError):
            return 0
        return max(0, found - self._shared)

    def _proportional(self, pid: int) -> int:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
        except (OSError, ValueError):
            pass
        return self._anonymous(pid)

    def _disk(self) -> Excess | None:
        used = entries = 0
        waiting = [(folder, 0) for folder in self._folders]
        while waiting:
            folder, depth = waiting.pop()
            try:
                with os.scandir(folder) as found:
                    for entry in found:
                        entries += 1
                        info = entry.stat(follow_symlinks=False)
                        used += info.st_blocks * 512
                        if stat.S_ISDIR(info.st_mode):
                            waiting.append((entry.path, depth + 1))
                        if entries > _MAX_ENTRIES:
                            return Excess(f"made more than {_MAX_ENTRIES:,} files")
            except OSError:
                continue  # it has gone meanwhile
            if depth > _MAX_DEPTH:
                return Excess(f"made folders more than {_MAX_DEPTH} deep")
        if used > self._limits.disk:
            return Excess(f"wrote more than {as_size(self._limits.disk)} to the disk", "disk")
        return None
