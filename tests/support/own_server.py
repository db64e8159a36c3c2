"""A server for the tests alone."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator

import pytest

from grader.processes import server
from grader.processes.server import NoServer


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
