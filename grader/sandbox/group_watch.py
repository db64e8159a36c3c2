"""Watching, from outside, what all processes of a run use together.

Limits of the system hold for each process alone, and not all of them for root. What is found
here is a moment's; a run that is over a limit is ended as a whole.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from grader.evidence.messages import LearnerJob, Limits
from grader.sandbox.limits import as_size, most_tasks

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
        self._free = self._free_bytes()

    def exceeded(self) -> Excess | None:
        """Return which limit the run is over; None if none."""
        threads = self._threads()
        if len(threads) > self._limits.processes:
            return Excess(f"had more than {self._limits.processes:,} processes", "processes")
        if sum(threads.values()) > (most := most_tasks(self._limits)):
            return Excess(f"had more than {most:,} threads", "processes")
        if self._memory(threads) > self._limits.memory:
            return over_memory(self._limits)
        return self._disk(threads)

    def _threads(self) -> dict[int, int]:
        """Return the processes of the session that the first one leads, and their threads."""
        found = {}
        with os.scandir("/proc") as entries:
            for entry in entries:
                if entry.name.isdecimal() and (count := self._threads_of(entry.name)):
                    found[int(entry.name)] = count
        return found

    def _threads_of(self, pid: str) -> int:
        """Return how many threads a process has; 0 for one of another session."""
        try:
            with open(f"/proc/{pid}/stat", "rb") as stream:  # noqa: PTH123 - many, often
                fields = stream.read().rpartition(b")")[2].split()
        except OSError:
            return 0
        return int(fields[17]) if len(fields) > 17 and int(fields[3]) == self._leader else 0

    def _memory(self, processes: Iterable[int]) -> int:
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

    def _disk(self, processes: Iterable[int]) -> Excess | None:
        used, entries = sum(self._nameless(processes).values()), 0
        waiting = [(folder, 0) for folder in self._folders]
        while waiting:
            folder, depth = waiting.pop()
            try:
                with os.scandir(folder) as found:
                    for entry in found:
                        entries += 1
                        try:
                            info = entry.stat(follow_symlinks=False)
                        except OSError:
                            continue  # it has gone meanwhile; the others are still there
                        used += info.st_blocks * 512
                        if stat.S_ISDIR(info.st_mode):
                            waiting.append((entry.path, depth + 1))
                        if entries > _MAX_ENTRIES:
                            return Excess(f"made more than {_MAX_ENTRIES:,} files")
            except OSError:
                continue  # the folder itself has gone
            if depth > _MAX_DEPTH:
                return Excess(f"made folders more than {_MAX_DEPTH} deep")
        if used > self._limits.disk:
            return Excess(f"wrote more than {as_size(self._limits.disk)} to the disk", "disk")
        return None

    def _nameless(self, processes: Iterable[int]) -> dict[tuple[int, int], int]:
        """Return the sizes of files that processes have removed and still use: no folder has them.

        Those that are in their memory alone are looked for where the disk has become fuller.
        """
        gone = self._free - self._free_bytes()
        sizes: dict[tuple[int, int], int] = {}
        for pid in processes:
            if gone > self._limits.disk:
                sizes |= _mapped(pid, self._folders)
            with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as descriptors:
                for entry in descriptors:
                    with contextlib.suppress(OSError):
                        info = entry.stat()
                        if stat.S_ISREG(info.st_mode) and not info.st_nlink:
                            sizes[info.st_dev, info.st_ino] = info.st_blocks * 512
        return sizes

    def _free_bytes(self) -> int:
        try:
            found = os.statvfs(self._folders[0])
        except OSError:  # where nothing forbids it, a file may remove even that
            return 0
        return found.f_bavail * found.f_frsize


def _mapped(pid: int, folders: Iterable[str]) -> dict[tuple[int, int], int]:
    """Return the sizes of removed files in a process's memory, or of what it has of them there."""
    sizes: dict[tuple[int, int], int] = {}
    named = [os.fsencode(os.path.realpath(folder)) for folder in folders]
    try:
        lines = Path(f"/proc/{pid}/maps").read_bytes().splitlines()
    except OSError:
        return sizes
    for line in lines:
        if not line.endswith(b" (deleted)") or not any(one in line for one in named):
            continue
        place, _, _, device, number = line.split()[:5]
        begin, end = (int(one, 16) for one in place.split(b"-"))
        major, minor = (int(one, 16) for one in device.split(b":"))
        key = os.makedev(major, minor), int(number)
        try:  # only root may look
            sizes[key] = Path(f"/proc/{pid}/map_files/{place.decode()}").stat().st_blocks * 512
        except OSError:
            sizes[key] = sizes.get(key, 0) + end - begin
    return sizes
