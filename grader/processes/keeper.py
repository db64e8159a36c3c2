"""The process that keeps interpreters ready, which have imported TensorFlow: for one job each.

`keeper PATH FINGERPRINT SECONDS` listens at a path and speaks `wire`. As a server it ends after so
many seconds without a client; with 0 seconds it is one call's own, and ends with its last client.

It imports no TensorFlow itself, and runs nothing of a learner's. Used up interpreters are replaced
when no job runs, so that none is slowed down by it; or at once, where somebody waits for one or
half of the cores are free.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.evidence.messages import LearnerJob, Progress
from grader.processes import wire
from grader.processes.addresses import Listener
from grader.processes.caches import clear_caches
from grader.processes.interpreters import Interpreter
from grader.processes.jobs import Job, decode_job
from grader.processes.leftovers import adopt_orphans, end_orphans
from grader.processes.workers import GraderFault
from grader.sandbox.folders import remove_folder
from grader.sandbox.system_calls import hide_memory, own_memory

KINDS = {
    "learner": ("keras", "grader.learner.run", "grader.learner.withholding"),
    "checks": ("keras", "grader.grading.checker", "grader.grading.examiner"),
}
"""The two kinds, and what each imports: neither has what only the other needs."""

LATER = ("pandas", "matplotlib.pyplot", "seaborn", "sklearn", "scikeras.wrappers")
"""What a server's interpreters import beside, but for the first ones: somebody waits for these."""

_QUIET_SECONDS = 1.0
"""Without a job, before those that are used up are replaced: the checks follow soon."""

_LOOK_SECONDS = 0.5
_FIRST_CLIENT_SECONDS = 60.0


class Spares:
    """Interpreters that wait for a job, one of each kind; and those that have one.

    All are started by the thread that calls `tend`: on Linux, they end when that does.
    """

    def __init__(self, later: Iterable[str]) -> None:
        self.changed = threading.Condition()
        self._waiting: dict[str, Interpreter] = {}
        self._taken: set[Interpreter] = set()
        self._is_wanted = False
        self._failed = False
        """Whether the last one ended before it had a job: then only a job makes us try again."""
        self._modules: set[str] = set()
        self._later = set(later)
        self._last_taken = time.monotonic()

    def want(self, modules: Iterable[str]) -> None:
        """Have them started soon; those that are started from now on import MODULES, too."""
        with self.changed:
            self._modules |= set(modules)
            if len(self._waiting) < len(KINDS):  # else they are there, and soon taken
                self._is_wanted = True
                self.changed.notify_all()

    def take(self, kind: str) -> Interpreter:
        """Return an interpreter, which may still be importing."""
        with self.changed:
            while kind not in self._waiting:
                self._is_wanted = True
                self.changed.notify_all()
                self.changed.wait()
            found = self._waiting.pop(kind)
            self._taken.add(found)
            return found

    def give_back(self, kind: str, interpreter: Interpreter) -> None:
        """Take an interpreter back: to be used again if it can, else to be ended."""
        with self.changed:
            self._last_taken = time.monotonic()
            if interpreter.can_take_a_job and kind not in self._waiting:
                self._taken.discard(interpreter)
                self._waiting[kind] = interpreter
                return
        interpreter.close()
        with self.changed:
            self._taken.discard(interpreter)
            end_orphans({one.pid for one in (*self._waiting.values(), *self._taken)})

    def tend(self) -> None:
        """Wait a little; start what is wanted or has been used up; look after those that wait."""
        with self.changed:
            if not self._is_wanted:
                self.changed.wait(_LOOK_SECONDS)
            for kind, spare in list(self._waiting.items()):
                try:
                    spare.look()
                except GraderFault:
                    spare.close()
                    del self._waiting[kind]
                    self._failed = True
            if self._is_wanted or self._may_fill():
                self._fill()
            self._is_wanted = False
            self.changed.notify_all()

    def _may_fill(self) -> bool:
        if self._failed or len(self._waiting) == len(KINDS):
            return False
        if not self._taken:
            return time.monotonic() >= self._last_taken + _QUIET_SECONDS
        busy = len(self._taken) + sum(not one.is_idle for one in self._waiting.values())
        return busy < (os.cpu_count() or 1) // 2

    def _fill(self) -> None:
        self._failed = False
        for kind in KINDS.keys() - self._waiting:
            clear_caches()
            modules = [*KINDS[kind], *sorted(self._modules)]
            self._waiting[kind] = Interpreter(modules, os.environ)
        self._modules |= self._later

    def count_ready(self) -> int:
        """Return how many wait for a job, their imports made."""
        return sum(one.is_idle for one in self._waiting.values())

    def memory(self) -> int:
        """Return bytes that those take."""
        return sum(one.memory for one in self._waiting.values())

    def count_running(self) -> int:
        """Return how many have a job."""
        return len(self._taken)

    def close(self) -> None:
        """End all of them."""
        with self.changed:
            for one in (*self._waiting.values(), *self._taken):
                one.close()
            end_orphans(set())


class Keeper:
    """Serves clients, each in a thread of its own."""

    def __init__(self, path: Path, fingerprint: str, idle_seconds: float) -> None:
        self._listener = Listener(path)
        self._fingerprint = fingerprint
        self._idle_seconds = idle_seconds
        self._spares = Spares(LATER if idle_seconds else ())
        self._listens = True
        self._lock = threading.Lock()
        self._clients = self._jobs = 0
        self._started = self._last_used = time.monotonic()
        self._had_client = False

    def serve(self) -> None:
        """Serve until the time without a client is over."""
        threading.Thread(target=self._accept, daemon=True).start()
        while not self._is_over():
            self._spares.tend()
        self._stop_listening()
        self._spares.close()

    def _is_over(self) -> bool:
        with self._lock:
            if self._clients:
                return False
            idle = self._idle_seconds if self._had_client else _FIRST_CLIENT_SECONDS
            return not self._listens or time.monotonic() >= self._last_used + idle

    def _stop_listening(self) -> None:
        with self._lock:
            was, self._listens = self._listens, False
        if was:
            self._listener.close()

    def _accept(self) -> None:
        while self._listens:
            try:
                client = self._listener.accept()
            except OSError:  # it listens no more, or the client has gone again
                time.sleep(_LOOK_SECONDS)
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if not self._listener.admit(client):
                return
            with self._counted():
                while (request := _next(client)) is not None:
                    self._answer(client, request)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._clients += 1
            self._had_client = True
        try:
            yield
        finally:
            with self._lock:
                self._clients -= 1
                self._last_used = time.monotonic()
            with self._spares.changed:
                self._spares.changed.notify_all()

    def _answer(self, client: socket.socket, request: wire.Request) -> None:
        match request:
            case wire.Hello(fingerprint):
                fits = fingerprint == self._fingerprint
                if not fits:
                    self._stop_listening()
                wire.send(client, wire.Ready(fits))
            case wire.Preload(modules):
                self._spares.want(modules)
            case wire.RunJob(data, timeout):
                self._run(client, decode_job(data), timeout)
            case wire.Ping(token):
                wire.send(client, wire.Pong(token))
            case wire.AskStatus():
                wire.send(client, self._status())
            case wire.Stop():
                self._stop_listening()
                wire.send(client, wire.Stopping())

    def _run(self, client: socket.socket, job: Job, timeout: float) -> None:
        def report(progress: Progress) -> None:
            wire.send(client, wire.JobReported(progress))

        def is_unwanted() -> bool:  # a client says nothing while its job runs
            return bool(select.select([client], [], [], 0)[0])

        kind = "learner" if isinstance(job, LearnerJob) else "checks"
        interpreter = self._spares.take(kind)
        answer: wire.Response
        try:
            interpreter.wait_until_idle(is_unwanted)
            wire.send(client, wire.JobStarted(interpreter.pid))
            with self._lock:
                self._jobs += 1
            answer = wire.JobDone(interpreter.run(job, timeout, report, is_unwanted))
        except GraderFault as fault:
            answer = wire.JobFailed(str(fault))
        finally:
            self._spares.give_back(kind, interpreter)
        wire.send(client, answer)

    def _status(self) -> wire.ServerStatus:
        with self._spares.changed:
            return wire.ServerStatus(
                os.getpid(),
                time.monotonic() - self._started,
                self._jobs,
                self._spares.count_running(),
                self._idle_seconds,
                sys.prefix,
                own_memory() + self._spares.memory(),
                self._spares.count_ready(),
            )


def _next(client: socket.socket) -> wire.Request | None:
    request, descriptors = wire.receive_request(client)
    for descriptor in descriptors:  # nobody of ours sends any
        os.close(descriptor)
    return request


def main(arguments: list[str]) -> None:
    """Serve, as the arguments say."""
    hide_memory()
    adopt_orphans()
    path, seconds = Path(arguments[0]), float(arguments[2])
    try:
        Keeper(path, arguments[1], seconds).serve()
    finally:
        if not seconds:  # whose folder it is may have been killed
            remove_folder(path.parent)
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
