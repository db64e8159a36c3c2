"""An interpreter for one job: started, perhaps long before, handed the job, followed to its end."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import IO

from grader.evidence.messages import LearnerJob
from grader.processes.jobs import Idle, Job, ProbeJob, encode_job
from grader.processes.leftovers import end_group, in_own_group, wait_for_end
from grader.processes.workers import (
    MAX_MESSAGE_BYTES,
    GraderFault,
    OnProgress,
    Output,
    Replies,
    Run,
    seconds_left,
)
from grader.sandbox import cgroups
from grader.sandbox.group_watch import WATCH_SECONDS, Excess, over_memory, watch_of

_START_SECONDS = 300.0
"""For its imports, on however busy a machine."""

_LOOK_SECONDS = 0.1
"""Between two looks whether a job is still wanted."""

_PATIENCE = 5.0
"""For what a process has left in its pipes: a survivor may hold them open, and we may be slow."""

_CRASHES = {0xC0000005: signal.SIGSEGV, 0xC00000FD: signal.SIGSEGV, 0xC0000409: signal.SIGABRT}
"""What Windows gives as the exit code of a process that it has ended."""


class Interpreter:
    """A process of its own, for one job of a learner's or of the checks'."""

    def __init__(self, modules: Iterable[str], environment: Mapping[str, str]) -> None:
        """Start it; it imports MODULES before it takes a job."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.processes.entry", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            **in_own_group(),
        )
        self.pid = self._process.pid
        self.memory = 0
        """Bytes that it takes while it waits for a job; 0 where that is not known."""
        self.is_idle = False
        """Whether it has made its imports and waits for a job."""
        self._started = time.monotonic()
        self._output: Output | None = None
        self._reports: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        """What it reports, in pieces; None when it has ended."""
        self._replies = Replies(None)
        self._readers = [_thread(self._read_output), _thread(self._read_reports)]
        _thread(self._await_end)

    def _read_output(self) -> None:
        for data in _pieces(self._process.stdout):
            if self._output is not None:
                self._output.add(data)

    def _read_reports(self) -> None:
        left = MAX_MESSAGE_BYTES
        for data in _pieces(self._process.stderr):
            left -= len(data)
            if left > 0:
                self._reports.put(data)

    def _await_end(self) -> None:
        wait_for_end(self._process)
        if sys.platform != "win32":  # there it finds nothing once its first process is gone
            end_group(self.pid)
        for reader in self._readers:
            reader.join(0.0 if self._output is None else _PATIENCE)
        self._reports.put(None)

    def look(self, seconds: float = 0.0) -> None:
        """Take what it reports, for so long at most; note whether it is idle.

        Raises:
            GraderFault: it has ended, or its time to start is over.
        """
        with contextlib.suppress(queue.Empty):
            data = self._reports.get(timeout=seconds) if seconds else self._reports.get_nowait()
            if data is None:
                self._reports.put(None)  # for whoever looks next
                raise GraderFault(f"It ended early, with exit code {self._reap()}.")
            self._replies.add(data)
            for reply in self._replies.seen:
                if isinstance(reply, Idle):
                    self.is_idle, self.memory = True, reply.memory
            self._replies.seen.clear()
        if not self.is_idle and time.monotonic() > self._started + _START_SECONDS:
            raise GraderFault(f"It had not made its imports in {_START_SECONDS:.0f} s.")

    @property
    def can_take_a_job(self) -> bool:
        """Whether it can be used, now or when it has made its imports."""
        return self.is_idle or self._output is None

    def wait_until_idle(self, is_unwanted: Callable[[], bool]) -> None:
        """Wait until it has made its imports.

        Raises:
            GraderFault: it never will, or nobody wants that any more.
        """
        while not self.is_idle:
            self.look(_LOOK_SECONDS)
            if is_unwanted():
                raise GraderFault("The run was stopped.")

    def run(
        self,
        job: Job,
        timeout: float,
        on_progress: OnProgress | None,
        is_unwanted: Callable[[], bool],
    ) -> Run:
        """Hand the job over; return how it ended. All that it started has ended with it.

        Raises:
            GraderFault: nobody wants that any more.
        """
        self.is_idle = False
        self._replies = Replies(on_progress)
        self._output = output = Output(job)
        self._hand_over(job)
        started = time.monotonic()
        watch, looked = watch_of(job, self.pid), started
        exceeded: Excess | None = None
        timed_out = False
        while self._goes_on(job):
            if is_unwanted():
                raise GraderFault("The run was stopped.")
            now = time.monotonic()
            if exceeded or timed_out:
                continue
            if watch is not None and now >= looked + WATCH_SECONDS:
                exceeded, looked = watch.exceeded(), time.monotonic()
            left = seconds_left(job, timeout, started, self._replies)
            timed_out = not exceeded and left <= 0
            if exceeded or timed_out:
                end_group(self.pid)
        exit_code = 0 if self.is_idle else self._reap()
        if isinstance(job, LearnerJob) and cgroups.end_run(self.pid):
            exceeded = over_memory(job.confinement.limits)
        return Run(
            exit_code,
            output.text(),
            output.total,
            timed_out and _was_ended(exit_code),
            time.monotonic() - started,
            self._replies.seen,
            self._replies.began_at is not None,
            exceeded,
        )

    def _hand_over(self, job: Job) -> None:
        data = encode_job(job)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # then its end tells what was wrong
            self._process.stdin.write(struct.pack("!I", len(data)) + data)
            self._process.stdin.flush()

    def _goes_on(self, job: Job) -> bool:
        """Take what it reports next; return whether the job has more to come."""
        with contextlib.suppress(queue.Empty):
            data = self._reports.get(timeout=_LOOK_SECONDS)
            if data is None:
                return False
            self._replies.add(data)
            if isinstance(job, ProbeJob):  # of nobody else would it be believed
                self.is_idle = any(isinstance(reply, Idle) for reply in self._replies.seen)
        return not self.is_idle

    def close(self) -> None:
        """End it, and all that it has started."""
        self._reap()

    def _reap(self) -> int:
        """End what is left of its group; return its exit code."""
        if self._process.returncode is None:
            end_group(self.pid)
        code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()
        return -_CRASHES[code] if code in _CRASHES else code


def _was_ended(exit_code: int) -> bool:
    return sys.platform == "win32" or exit_code == -signal.SIGKILL


def _thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _pieces(stream: IO[bytes] | None) -> Iterable[bytes]:
    """Yield what comes from a pipe until it ends, or is closed."""
    assert stream is not None
    with contextlib.suppress(OSError, ValueError):
        while data := os.read(stream.fileno(), 65536):
            yield data
