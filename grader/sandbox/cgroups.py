"""Control groups: the kernel itself holds memory and processes of all of a run, at every moment.

Only where somebody has given us a group to divide: systemd (`systemd-run --user --scope -p
Delegate=yes grade cohort …`), or a container whose groups can be written. All others belong to
who set the machine up. Version 2 only: version 1 cannot tell whose a group is, and is going away.
See https://docs.kernel.org/admin-guide/cgroup-v2.html.

A group with groups in it can have no processes of its own. So the grader moves into a group of
its own in it, and each run's process makes another beside that one.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path, PurePosixPath

from grader.evidence.messages import Limits
from grader.sandbox.limits import most_tasks
from grader.sandbox.system_calls import Missing

_OURS, _RUN = "keras-grader", "run-"
_CONTROLLERS = ("memory", "pids")
_MARKS = ("user.delegate", "trusted.delegate")
"""The attributes by which systemd marks a group that others may divide."""

_SECONDS_TO_END = 5.0


def divide() -> None:
    """Make this process's group ready for runs, if that is ours to do.

    Helpers that are started from now on are in the right group.

    Raises:
        Missing: it cannot be done; says why.
    """
    group = _own_group()
    if group.name == _OURS:
        return
    try:
        known = set((group / "cgroup.controllers").read_text().split())
        if not known >= set(_CONTROLLERS):
            raise Missing("no control group of version 2 with memory and processes")
        if not _is_given_to_us(group):
            raise Missing("nobody has let us divide this control group")
        _move_in(group)
        (group / "cgroup.subtree_control").write_text(" ".join(f"+{one}" for one in _CONTROLLERS))
    except OSError as error:
        raise Missing(f"the control group cannot be divided ({error.strerror})") from None
    for left in group.glob(f"{_RUN}*"):  # of a grader that was killed
        with contextlib.suppress(OSError):  # or one that is at work
            left.rmdir()


def apply(limits: Limits) -> None:
    """Move this process into a group of its own, which has these limits.

    Raises:
        Missing: the group that it is in is not divided.
        OSError: the kernel refuses.
    """
    ours = _own_group()
    if ours.name != _OURS:
        divide()
        ours = _own_group()
    group = ours.parent / f"{_RUN}{os.getpid()}"
    group.mkdir(exist_ok=True)
    (group / "memory.max").write_text(str(limits.memory))
    (group / "memory.oom.group").write_text("1")  # all of it ends, or nothing
    with contextlib.suppress(FileNotFoundError):  # a kernel without swap
        (group / "memory.swap.max").write_text("0")
    (group / "pids.max").write_text(str(most_tasks(limits)))
    (group / "cgroup.procs").write_text("0")


def end_run(pid: int) -> bool:
    """End what is left of a run that PID was the first process of, and remove its group.

    Returns:
        whether the kernel ended it for its memory.
    """
    try:
        ours = _own_group()
        group = ours.parent / f"{_RUN}{pid}"
        if ours.name != _OURS or not group.is_dir():
            return False
        events = dict(line.split() for line in (group / "memory.events").read_text().splitlines())
        with contextlib.suppress(FileNotFoundError):  # Linux 5.14
            (group / "cgroup.kill").write_text("1")
        _remove(group)
    except (Missing, OSError, ValueError):
        return False
    return events.get("oom_kill", "0") != "0"


def _remove(group: Path) -> None:
    """Remove a group as soon as its last process has ended."""
    deadline = time.monotonic() + _SECONDS_TO_END
    while True:
        try:
            group.rmdir()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def _own_group() -> Path:
    """Return the folder of the group that this process is in.

    Raises:
        Missing: there are none of version 2.
    """
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    except OSError:
        lines, mounts = [], []
    for path in (line[3:] for line in lines if line.startswith("0::")):
        for mount in (one for one in mounts if one[one.index("-") + 1] == "cgroup2"):
            root, point = mount[3:5]
            with contextlib.suppress(ValueError):  # another part of the tree is mounted
                return Path(point, PurePosixPath(path).relative_to(root))
    raise Missing("no control groups of version 2")


def _is_given_to_us(group: Path) -> bool:
    for mark in _MARKS:
        with contextlib.suppress(OSError):
            if os.getxattr(group, mark) == b"1":
                return True
    is_root = not (group.parent / "cgroup.procs").exists()  # of a container, or of the machine
    return is_root and (group / "cgroup.type").exists()  # which the machine's has not


def _move_in(group: Path) -> None:
    """Move all processes of a group into ours: us, and those that have started us."""
    processes = [int(pid) for pid in (group / "cgroup.procs").read_text().split()]
    if set(processes) - _line_above():
        raise Missing("there are other processes in this control group")
    (group / _OURS).mkdir(exist_ok=True)
    for pid in processes:
        (group / _OURS / "cgroup.procs").write_text(str(pid))


def _line_above() -> set[int]:
    """Return this process's number, and those of all above it."""
    found, pid = set(), os.getpid()
    while pid > 0:
        found.add(pid)
        stat = Path(f"/proc/{pid}/stat").read_text()
        pid = int(stat.rpartition(")")[2].split()[1])
    return found
