"""The process that has imported TensorFlow and forks a process per job.

It never runs a learner's code itself and starts no threads of its own. `workers` starts
it in one of two forms:

- private, `zygote fd N`: it has one end of a socket pair without a name. It ends when the
  grader closes the other end.
- as a server, `zygote listen PATH FINGERPRINT SECONDS`: it listens on a socket that only
  the user can reach, and ends after so many seconds without a client. See `server`.

Whoever connects must be a process of the same user that does not descend from this one:
a learner's process, and all that it starts, is refused. It inherits no descriptor either.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from grader.processes import wire
from grader.processes.addresses import may_connect
from grader.processes.leftovers import adopt_orphans, end_group, end_orphans, end_with_parent
from grader.sandbox.system_calls import hide_memory, own_memory

PRELOAD = ("keras", "grader.learner.run")
PRELOAD_NEXT = "grader.grading.checker"
"""Imported as soon as there is a moment: while the first learner's process is running."""

PRELOAD_WHEN_IDLE = ("pandas", "matplotlib.pyplot", "seaborn", "sklearn", "scikeras.wrappers")
"""Imported by a server while it has nothing to do; others import what a job names."""


class Zygote:
    """Serves the jobs of its clients, each of them one connection."""

    def __init__(self, fingerprint: str = "", idle_seconds: float | None = None) -> None:
        self._fingerprint = fingerprint
        self._idle_seconds = idle_seconds
        self._listener: socket.socket | None = None
        self._listener_file = (Path(), 0)
        self._clients: dict[socket.socket, set[int]] = {}
        """Each client with its running jobs."""
        self._abandoned: set[int] = set()
        """Jobs whose client is gone: killed, not yet reaped."""
        self._jobs = 0
        self._started = self._last_used = time.monotonic()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write)
        adopt_orphans()

    def listen(self, path: Path) -> None:
        """Listen on a socket file; its folder keeps other users out."""
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen(16)
        self._listener_file = (path, path.stat().st_ino)

    def add_client(self, sock: socket.socket) -> None:
        """Serve the one at the other end of SOCK."""
        self._clients[sock] = set()

    def serve(self) -> None:
        """Serve until the last client of a private helper is gone, or a server's time is up."""
        waiting = [PRELOAD_NEXT, *(PRELOAD_WHEN_IDLE if self._listener else ())]
        while self._clients or self._listener:
            sources: list[int | socket.socket] = [self._wake_read, *self._clients]
            if self._listener:
                sources.append(self._listener)
            pause = 0.02 if waiting else self._time_left()
            readable, _, _ = select.select(sources, [], [], pause)
            if self._wake_read in readable:
                os.read(self._wake_read, 4096)
            self._reap()
            for client in [client for client in self._clients if client in readable]:
                self._answer(client)
            if self._listener in readable:
                self._accept()
            if not readable and waiting and (waiting[0] == PRELOAD_NEXT or not self._running()):
                _import(waiting.pop(0))
                if not waiting:
                    _share_memory()
            elif not readable and not waiting and self._listener and not self._clients:
                self.stop_listening()
        for pid in self._running():
            end_group(pid)

    def _time_left(self) -> float | None:
        if self._clients or self._idle_seconds is None:
            return None
        return max(0.0, self._last_used + self._idle_seconds - time.monotonic())

    def _running(self) -> set[int]:
        return set().union(self._abandoned, *self._clients.values())

    def stop_listening(self) -> None:
        """Take no more clients; those that are there are served to their end."""
        if self._listener is not None:
            path, number = self._listener_file
            with contextlib.suppress(OSError):
                if path.stat().st_ino == number:  # another server may have taken the place
                    path.unlink()
            self._listener.close()
            self._listener = None

    def _accept(self) -> None:
        assert self._listener is not None
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            if may_connect(client):
                self.add_client(client)
            else:
                client.close()

    def _answer(self, client: socket.socket) -> None:
        request, descriptors = wire.receive_request(client)
        self._last_used = time.monotonic()
        try:
            match request:
                case None:
                    self._drop(client)
                case wire.StartJob() if len(descriptors) == 3:
                    wire.send(client, wire.JobStarted(self._start_job(client, descriptors)))
                case wire.KillJob(pid) if pid in self._clients[client]:
                    end_group(pid)
                case wire.Ping(token):
                    wire.send(client, wire.Pong(token))
                case wire.Preload(modules):
                    for name in modules:
                        _import(name)
                case wire.Hello(fingerprint):
                    fits = fingerprint == self._fingerprint
                    if not fits:
                        self.stop_listening()
                    wire.send(client, wire.Ready(fits))
                case wire.AnotherClient() if descriptors:
                    self.add_client(socket.socket(fileno=descriptors.pop()))
                case wire.AskStatus():
                    wire.send(client, self._status())
                case wire.Stop():
                    self.stop_listening()
                    wire.send(client, wire.Stopping())
        except OSError:
            self._drop(client)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _status(self) -> wire.ServerStatus:
        return wire.ServerStatus(
            os.getpid(),
            time.monotonic() - self._started,
            self._jobs,
            len(self._running()),
            self._idle_seconds,
            sys.prefix,
            own_memory(),
        )

    def _drop(self, client: socket.socket) -> None:
        jobs = self._clients.pop(client)
        client.close()
        self._abandoned |= jobs
        for pid in jobs:
            end_group(pid)

    def _start_job(self, client: socket.socket, descriptors: list[int]) -> int:
        pid = os.fork()
        if pid == 0:
            os.close(self._wake_read)
            os.close(self._wake_write)
            for sock in (*self._clients, self._listener):
                if sock is not None:
                    sock.close()
            _become_worker(*descriptors)
        self._clients[client].add(pid)
        self._jobs += 1
        return pid

    def _reap(self) -> None:
        """End whatever ended jobs left behind; then tell their clients, who clear up after them."""
        ended: list[tuple[socket.socket, int]] = []
        for client, pids in self._clients.items():
            for pid in sorted(pids):
                if (exit_code := _exit_code_of(pid)) is not None:
                    pids.discard(pid)
                    ended.append((client, exit_code))
        gone = {pid for pid in self._abandoned if _exit_code_of(pid) is not None}
        self._abandoned -= gone
        if ended or gone:
            end_orphans(self._running())
        for client, exit_code in ended:
            with contextlib.suppress(OSError):
                wire.send(client, wire.JobEnded(exit_code))


def _import(name: str) -> None:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)


def _share_memory() -> None:
    """Keep the garbage collector from touching what forked processes share."""
    gc.collect()
    gc.freeze()


def _exit_code_of(pid: int) -> int | None:
    """Return the exit code of a process that has ended, after ending its whole group."""
    # WNOWAIT keeps the process a zombie, so that its group's number cannot be taken
    # by another process before the group is killed.
    if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return None
    end_group(pid)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _become_worker(output: int, report: int, job: int) -> None:
    """Turn the forked process into a worker. Does not return."""
    code = 70
    try:
        os.setsid()
        end_with_parent()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        from grader.processes.entry import open_streams, run_job
        from grader.processes.jobs import decode_job

        open_streams()
        with open(job, "rb") as file:
            file.seek(0)
            decoded = decode_job(file.read())
        with open(report, "wb", buffering=0) as stream:
            code = run_job(decoded, stream)
    finally:
        os._exit(code)


@contextlib.contextmanager
def _ended_with(sock: socket.socket) -> Iterator[None]:
    """End as soon as the other end is closed: nobody waits any more for what is imported here."""

    poll = select.poll()
    poll.register(sock, 0)  # for nothing but its end: requests may wait in front of that

    def look(*_: object) -> None:
        if poll.poll(0):
            os._exit(0)

    signal.signal(signal.SIGIO, look)
    flags = fcntl.fcntl(sock, fcntl.F_GETFL)
    fcntl.fcntl(sock, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sock, fcntl.F_SETFL, flags | os.O_ASYNC)
    look()  # it may have been closed before
    try:
        yield
    finally:
        fcntl.fcntl(sock, fcntl.F_SETFL, flags)
        signal.signal(signal.SIGIO, signal.SIG_IGN)


def main(arguments: list[str]) -> None:
    """Serve, in the form that the arguments name."""
    hide_memory()
    ending: contextlib.AbstractContextManager[None]
    if arguments[0] == "listen":
        zygote = Zygote(arguments[2], float(arguments[3]))
        zygote.listen(Path(arguments[1]))
        ending = contextlib.nullcontext()
    else:
        zygote = Zygote()
        sock = socket.socket(fileno=int(arguments[1]))
        sock.set_inheritable(False)
        zygote.add_client(sock)
        ending = _ended_with(sock)
    with ending:
        for name in PRELOAD:
            importlib.import_module(name)
    from grader.processes import entry, permissions  # noqa: F401 - forked with what they load

    permissions.prepare()
    _share_memory()
    zygote.serve()


if __name__ == "__main__":
    main(sys.argv[1:])
