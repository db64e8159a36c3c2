"""Ending processes with all that they have started, whatever the system has for that."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Set
from pathlib import Path
from typing import TypedDict

from grader.sandbox.system_calls import PR_SET_PDEATHSIG, prctl

_PR_SET_CHILD_SUBREAPER = 36


class _GroupArguments(TypedDict, total=False):
    start_new_session: bool
    creationflags: int


def in_own_group() -> _GroupArguments:
    """Return how `Popen` starts a process that no Ctrl-C of ours reaches, nor its children."""
    if sys.platform == "win32":
        names = ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW")
        return {"creationflags": sum(getattr(subprocess, name, 0) for name in names)}
    return {"start_new_session": True}


def adopt_orphans() -> None:
    """On Linux, become the parent of what a job leaves behind, however it was started."""
    if sys.platform == "linux":
        prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """On Linux, let this process be ended when the thread that started it ends."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_orphans(kept: Set[int]) -> None:
    """End and reap all children but those that are to be kept: they outlived their job."""
    for _ in range(100):  # an orphan's own children become ours as it ends
        orphans = _children() - kept
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> set[int]:
    found: set[int] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found |= {int(pid) for pid in path.read_text().split()}
    return found


def end_group(pid: int) -> None:
    """End a process that leads a group, and all of its group; on Windows, all below it."""
    if sys.platform == "win32":
        command = ["taskkill", "/T", "/F", "/PID", str(pid)]
        with contextlib.suppress(OSError):
            subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        return
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def wait_for_end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process has ended; leave it to be reaped, where the system can.

    So the number of its group cannot be taken by another process before the group is ended.
    """
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    else:
        process.wait()
