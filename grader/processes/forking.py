"""Workers that are forked from a helper which has imported TensorFlow.

The helper, `zygote.py`, is reached over a socket pair without a name, whose other end
only the grader holds, so a learner's process has nothing to connect to. The standard
library's forkserver has a named socket and runs whatever is sent to it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from grader.evidence.messages import LearnerJob
from grader.processes import wire
from grader.processes.jobs import Job, encode_job
from grader.processes.wire import JobEnded, JobStarted, Request, Response
from grader.processes.workers import (
    GraderFault,
    OnProgress,
    Output,
    Replies,
    Run,
    Workers,
    clean_environment,
)

HELPER_COMMAND = [sys.executable, "-P", "-m", "grader.processes.zygote"]


class HelperGone(GraderFault):
    """The helper ended, or never got to work."""


class Outdated(Exception):
    """A helper runs that was started from another installation."""


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A pipe, its end to read first. Both ends are closed in the end, if not before."""
    read, write = os.pipe()
    with open(read, "rb", buffering=0) as reader, open(write, "wb", buffering=0) as writer:  # noqa: PTH123
        yield reader, writer


class ForkWorkers(Workers):
    """A helper process that has imported TensorFlow and forks a process per job."""

    def __init__(self, *, beside: ForkWorkers | None = None) -> None:
        self._beside = beside
        self._helper: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.RLock()  # those beside us send over our connection, too
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._aborted = False

    def another(self) -> ForkWorkers:
        """Return workers that run jobs beside these, forked from the same helper."""
        return ForkWorkers(beside=self)

    def _connect(self) -> socket.socket:
        """Start a helper of our own, or share one; return the connection to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            if self._beside is not None:
                self._beside._send(wire.AnotherClient(), [theirs.fileno()])
                return ours
            self._helper = subprocess.Popen(
                [*HELPER_COMMAND, "fd", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=clean_environment(),
                start_new_session=True,
            )
        self._hello(ours, "")
        return ours

    def _hello(self, sock: socket.socket, fingerprint: str) -> None:
        """Wait until the helper has done its imports.

        Raises:
            GraderFault: it ended before.
            Outdated: it was started from another installation.
        """
        with contextlib.suppress(OSError):
            wire.send(sock, wire.Hello(fingerprint))
        answer = wire.receive_response(sock)
        if not isinstance(answer, wire.Ready):
            sock.close()
            raise self._fault()
        if not answer.fits:
            sock.close()
            raise Outdated

    def _connected(self) -> socket.socket:
        with self._lock:
            if self._socket is None:
                self._socket = self._connect()
            return self._socket

    def _send(self, message: Request, descriptors: Iterable[int] = ()) -> None:
        try:
            with self._lock:
                wire.send(self._connected(), message, descriptors)
        except OSError:
            raise self._fault() from None

    def _receive(self) -> Response:
        message = wire.receive_response(self._connected())
        if message is None:
            raise self._fault()
        return message

    def _started(self) -> int:
        """Return the number of the process of a job that was handed over."""
        message = self._receive()
        if not isinstance(message, JobStarted):
            raise self._fault()
        return message.pid

    def _fault(self) -> HelperGone:
        self._log.seek(0)
        log = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return HelperGone(
            "The process that runs exercises did not start or ended early. Its last words: "
            + (" / ".join(log[-3:]) or "none"),
        )

    def preload(self, modules: Iterable[str]) -> None:
        """Import modules in the helper, so that jobs are forked with them."""
        self._send(wire.Preload(sorted(modules)))

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        """Run one job in a forked process; see `Workers.run`."""
        sock = self._connected()
        output, replies = Output(), Replies(on_progress)
        with _pipe() as (output_read, output_write), _pipe() as (report_read, report_write):
            request = wire.StartJob(encode_job(job))
            self._send(request, [output_write.fileno(), report_write.fileno()])
            output_write.close()
            report_write.close()
            try:
                pid = self._started()
            except HelperGone:
                self.restart()
                raise
            started = time.monotonic()
            with selectors.DefaultSelector() as selector:
                selector.register(sock, selectors.EVENT_READ)
                selector.register(output_read, selectors.EVENT_READ, output.add)
                selector.register(report_read, selectors.EVENT_READ, replies.add)
                try:
                    exit_code, timed_out = self._follow(pid, selector, started + timeout)
                except HelperGone:
                    # A learner's file that kills the process above it ends its own run.
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(pid, signal.SIGKILL)  # nobody else ends it now
                    exit_code, timed_out = self._end_of_helper(), False
                    if not isinstance(job, LearnerJob) or exit_code >= 0:
                        raise
                except BaseException:
                    with contextlib.suppress(GraderFault):
                        self._send(wire.KillJob(pid))
                    raise
        seconds = time.monotonic() - started
        return Run(exit_code, output.text(), output.total, timed_out, seconds, replies.seen)

    def _follow(
        self, pid: int, selector: selectors.BaseSelector, deadline: float
    ) -> tuple[int, bool]:
        """Read what a job sends until it ends; return its exit code, and if its time was up."""
        exit_code: int | None = None
        timed_out = False
        # Once the process has ended, what it left in the pipes is still read. A survivor
        # that holds them open gets half a second of our patience.
        while exit_code is None or (len(selector.get_map()) > 1 and time.monotonic() < deadline):
            left = deadline - time.monotonic()
            if left <= 0 and exit_code is None and not timed_out:
                timed_out = True
                self._send(wire.KillJob(pid))
            for key, _ in selector.select(None if timed_out else max(left, 0)):
                if key.fileobj is self._socket:
                    message = self._receive()
                    if not isinstance(message, JobEnded):
                        raise self._fault()
                    exit_code = message.exit_code
                    timed_out = timed_out and exit_code == -signal.SIGKILL
                    deadline = time.monotonic() + 0.5
                elif data := os.read(key.fd, 65536):
                    key.data(data)
                else:
                    selector.unregister(key.fileobj)
        return exit_code, timed_out

    def _end_of_helper(self) -> int:
        """Clear away a helper that has ended; return its exit code, 0 if it is not ours."""
        helper = self._helper
        self.restart()
        return helper.returncode if helper is not None else 0

    def abort(self) -> None:
        """Cut the connection: the helper ends the job, and `run` raises `HelperGone`."""
        self._aborted = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def restart(self) -> None:
        """End the helper after a fault; the next job starts a new one."""
        if self._socket is not None:
            self._socket.close()  # a helper of our own ends itself at end of file
            self._socket = None
        if self._helper is not None:
            try:
                self._helper.wait(5)
            except subprocess.TimeoutExpired:
                self._helper.kill()
                self._helper.wait()
            self._helper = None

    def close(self) -> None:
        """End the helper and whatever it still runs."""
        self.restart()
        self._log.close()
