"""Workers that are forked from a helper which has imported TensorFlow.

The helper, `zygote.py`, is reached over a socket pair without a name, whose other end
only the grader holds, so a learner's process has nothing to connect to. The standard
library's forkserver has a named socket and runs whatever is sent to it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from grader.evidence.messages import LearnerJob
from grader.processes import wire
from grader.processes.connections import ANSWER_SECONDS, HelperWorkers
from grader.processes.jobs import Job, encode_job
from grader.processes.leftovers import in_own_group
from grader.processes.wire import JobEnded, JobStarted
from grader.processes.workers import (
    GraderFault,
    HelperEnded,
    HelperGone,
    OnProgress,
    Output,
    Replies,
    Run,
    clean_environment,
    seconds_left,
)
from grader.sandbox import cgroups
from grader.sandbox.group_watch import (
    WATCH_SECONDS,
    Excess,
    GroupWatch,
    over_memory,
    watch_of,
)

_START_SECONDS = 300.0
"""For a helper to import TensorFlow, on however busy a machine."""

_PATIENCE_SECONDS = 0.5
"""For pipes that a survivor of a job holds open."""

_PIECE_BYTES, _MOST_PIECES = 1 << 16, 64
"""What is read at a time, and how often once a job has ended: a pipe holds at most a megabyte."""

HELPER_COMMAND = [sys.executable, "-P", "-m", "grader.processes.zygote"]


class Outdated(Exception):
    """A helper runs that was started from another installation."""


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A pipe, its end to read first. Both ends are closed in the end, if not before."""
    read, write = os.pipe()
    with open(read, "rb", buffering=0) as reader, open(write, "wb", buffering=0) as writer:  # noqa: PTH123
        yield reader, writer


@dataclass
class _End:
    """How a running job comes to its end."""

    pid: int
    seconds_left: Callable[[], float]
    """How long it may still take."""
    watch: GroupWatch | None
    exit_code: int | None = None
    timed_out: bool = False
    exceeded: Excess | None = None
    _told: float | None = None
    """When the helper was told to end it."""
    _looked: float = field(default_factory=time.monotonic)

    def is_due(self) -> bool:
        """Whether the job is to be ended now: it is over its time, or over another limit."""
        now = time.monotonic()
        if self._told is not None:
            return False
        if self.watch is not None and now >= self._looked + WATCH_SECONDS:
            self.exceeded = self.watch.exceeded()
            self._looked = time.monotonic()
        self.timed_out = not self.exceeded and self.seconds_left() <= 0
        if self.timed_out or self.exceeded:
            self._told = now
        return self._told is not None

    def pause(self) -> float:
        """Return how long there is nothing to look at."""
        if self._told is not None:
            return 1.0
        left = max(0.0, self.seconds_left())
        return left if self.watch is None else min(left, WATCH_SECONDS)

    def was_not_ended(self) -> bool:
        """Whether the helper does not do what it was told."""
        late = self._told is not None and time.monotonic() > self._told + ANSWER_SECONDS
        return late and self.exit_code is None


def _read_piece(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    """Read what there is in a pipe, and hand it on; take the pipe out once it has ended."""
    if data := os.read(key.fd, _PIECE_BYTES):
        key.data(data)
    else:
        selector.unregister(key.fileobj)


def read_rest(selector: selectors.BaseSelector) -> None:
    """Read what a job that has ended left in its pipes: all of it, however late we come to it.

    A survivor that holds them open gets half a second of our patience, and cannot fill us up.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for _ in range(_MOST_PIECES):
        if not selector.get_map():
            return
        ready = selector.select(max(0.0, deadline - time.monotonic()))
        if not ready:
            return
        for key, _ in ready:
            _read_piece(selector, key)


class ForkWorkers(HelperWorkers):
    """A helper process that has imported TensorFlow and forks a process per job."""

    def __init__(self, *, beside: ForkWorkers | None = None) -> None:
        super().__init__()
        self._beside = beside

    def another(self) -> ForkWorkers:
        """Return workers that run jobs beside these, forked from the same helper."""
        return ForkWorkers(beside=self)

    def _connect(self) -> socket.socket:
        """Start a helper of our own, or share one; return the connection to it."""
        ours, theirs = socket.socketpair()
        with theirs:
            if self._beside is not None:
                with contextlib.suppress(HelperGone):
                    self._beside._send(wire.AnotherClient(), [theirs.fileno()])
                    return ours
                self._beside = None  # a helper of our own does the same
            self._helper = subprocess.Popen(
                [*HELPER_COMMAND, "fd", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=clean_environment(),
                **in_own_group(),
            )
        self._hello(ours, "")
        return ours

    def _hello(self, sock: socket.socket, fingerprint: str) -> None:
        """Wait until the helper has done its imports.

        Raises:
            GraderFault: it ended before.
            Outdated: it was started from another installation.
        """
        sock.settimeout(_START_SECONDS)
        with contextlib.suppress(OSError):
            wire.send(sock, wire.Hello(fingerprint))
        answer = wire.receive_response(sock)
        if not isinstance(answer, wire.Ready):
            fault = self._fault(_START_SECONDS)  # a helper ends when its socket is closed
            sock.close()
            raise fault
        if not answer.fits:
            sock.close()
            raise Outdated

    def _started(self) -> int:
        """Return the number of the process of a job that was handed over."""
        message = self._receive()
        if not isinstance(message, JobStarted):
            raise self._fault()
        return message.pid

    def _start(self, descriptors: list[int]) -> int:
        """Hand a job over; once more, to a new helper, if the one that is there has ended."""
        self.revive()
        try:
            self._send(wire.StartJob(), descriptors)
            return self._started()
        except HelperGone:
            self.restart()
            if self._aborted:
                raise
        self._send(wire.StartJob(), descriptors)
        return self._started()

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        """Run one job in a forked process; see `Workers.run`.

        If the helper ends meanwhile, the job runs once more in another one. Only a learner's
        file that ends this one as well has ended both: the system, too, may kill a helper.
        """
        try:
            return self._run_once(job, timeout, on_progress)
        except HelperEnded:
            if self._aborted:
                raise
        return self._run_once(job, timeout, on_progress, blame=True)

    def _run_once(
        self, job: Job, timeout: float, on_progress: OnProgress | None, *, blame: bool = False
    ) -> Run:
        output, replies = Output(job), Replies(on_progress)
        blamed = False
        with _pipe() as (output_read, output_write), _pipe() as (report_read, report_write):
            with tempfile.TemporaryFile() as file:
                file.write(encode_job(job))
                file.flush()
                pid = self._start([output_write.fileno(), report_write.fileno(), file.fileno()])
            output_write.close()
            report_write.close()
            started = time.monotonic()
            with selectors.DefaultSelector() as selector:
                selector.register(self._connected(), selectors.EVENT_READ)
                selector.register(output_read, selectors.EVENT_READ, output.add)
                selector.register(report_read, selectors.EVENT_READ, replies.add)
                left = functools.partial(seconds_left, job, timeout, started, replies)
                end = _End(pid, left, watch_of(job, pid))
                try:
                    self._follow(end, selector)
                    read_rest(selector)
                except HelperGone as fault:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(pid, signal.SIGKILL)  # nobody else ends it now
                    end.exit_code = self._end_of_helper()
                    end.timed_out = False
                    if not blame or not isinstance(job, LearnerJob) or end.exit_code >= 0:
                        raise HelperEnded(*fault.args) from None
                    blamed = True
                except BaseException:
                    with contextlib.suppress(GraderFault):
                        self._send(wire.KillJob(pid))
                    raise
                finally:
                    if isinstance(job, LearnerJob) and cgroups.end_run(pid):
                        end.exceeded = over_memory(job.confinement.limits)
        return Run(
            end.exit_code or 0,
            output.text(),
            output.total,
            end.timed_out,
            time.monotonic() - started,
            replies.seen,
            replies.began_at is not None or blamed,
            end.exceeded,
        )

    def _follow(self, end: _End, selector: selectors.BaseSelector) -> None:
        """Read what a job sends until it ends; note how it did."""
        while end.exit_code is None:
            if end.is_due():
                self._send(wire.KillJob(end.pid))
            for key, _ in selector.select(end.pause()):
                if key.fileobj is self._socket:
                    message = self._receive()
                    if not isinstance(message, JobEnded):
                        raise self._fault()
                    end.exit_code = message.exit_code
                    end.timed_out = end.timed_out and end.exit_code == -signal.SIGKILL
                    selector.unregister(key.fileobj)
                else:
                    _read_piece(selector, key)
            if end.was_not_ended():
                raise self._fault()
