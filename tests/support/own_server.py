"""A server for the tests alone."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.catalogue import find
from grader.grading.pipeline import grade
from grader.processes import server
from grader.processes.server import NoServer, ServerWorkers
from grader.submission import read_submission
from grader.verdict import Outcome

_EXERCISE = find("2.2.1")


@contextlib.contextmanager
def no_other_server() -> Iterator[None]:
    """A folder for sockets of its own; no server is left behind."""
    # Not in pytest's folder: the path of a socket has room for a hundred letters only.
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as run:
        patch.setenv("XDG_RUNTIME_DIR", run)
        patch.setenv("GRADER_SERVER_SECONDS", "1200")  # tests between two that use it take long
        yield
        with contextlib.suppress(NoServer):
            end(server.ask_status().pid)


def end(pid: int) -> None:
    """Kill a process, if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def gone(pid: int, seconds: float = 10) -> bool:
    """Wait until a process is no more, or only waits to be reaped."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        stat = Path(f"/proc/{pid}/stat")
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def server_pid() -> int:
    return server.ask_status().pid


def passes() -> int:
    """Grade the reference with a connection of its own; return the server's process."""
    workers = ServerWorkers()
    with workers:
        assert (
            grade(read_submission(_EXERCISE, _EXERCISE.solution), workers).status == Outcome.PASSED
        )
        assert not workers._own_helper
    return server_pid()
