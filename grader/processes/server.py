"""A helper that is kept between calls, so that TensorFlow is imported once a session.

The first call of `grade` starts it, later ones find it by a socket file in a folder of
the user's. It ends after some minutes without a client. Each installation has a server of its
own, whichever shell it is called from; one whose installation has changed since it was started
is told so by the next client, takes no more clients, and is replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import subprocess
import sys
import warnings
from pathlib import Path

import platformdirs

from grader import identity
from grader.processes import addresses, wire
from grader.processes.forking import HELPER_COMMAND, ForkWorkers, Outdated
from grader.processes.jobs import Job
from grader.processes.leftovers import in_own_group
from grader.processes.workers import (
    GraderFault,
    HelperGone,
    OnProgress,
    Run,
    clean_environment,
    way,
)

IDLE_SECONDS = 600.0
KEEPER_COMMAND = [sys.executable, "-P", "-m", "grader.processes.keeper"]

_VARIABLES = (
    "HOME", "USERPROFILE", "PYTHONPATH", "GRADER_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA",
)  # fmt: skip
"""What decides on the modules and data that a server loads. PATH, say, does not."""


class NoServer(Exception):
    """A server cannot be used here. Nothing is lost: a helper of one's own does the same."""


def wanted() -> bool:
    """Whether calls may start and use a server: not in CI, which must end what it starts."""
    return way() != "spawn" and not any(map(os.environ.get, ("CI", "GRADER_NO_SERVER")))


def folder() -> Path:
    """Return the user's own folder for sockets, made where it is missing.

    Raises:
        NoServer: it cannot be made, or is open to others.
    """
    found = Path("/tmp")
    try:
        with warnings.catch_warnings(action="ignore"):  # a folder in /tmp will do, too
            found = platformdirs.user_runtime_path("keras-grader")  # looks for it, and may fail
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = found.lstat()
    except OSError as error:
        raise NoServer(f"{found} cannot be made: {error.strerror}") from None
    own = stat.S_ISDIR(info.st_mode)
    if hasattr(os, "getuid"):  # on Windows it lies in the user's own, which others cannot open
        own = own and info.st_uid == os.getuid() and not info.st_mode & 0o077
    if not own:
        raise NoServer(f"{found} is not the user's own")
    return found


def socket_path(kind: str = "") -> Path:
    """Return where the server of this installation listens that starts processes in this way."""
    variables = [os.environ.get(name) for name in _VARIABLES]
    setting = repr((os.path.realpath(sys.prefix), sys.version, variables, kind or way()))
    return folder() / f"{hashlib.sha256(setting.encode()).hexdigest()[:16]}.sock"


def connect(path: Path | None = None) -> socket.socket:
    """Return a connection to the running server, or to the one that listens at PATH.

    Raises:
        NoServer: there is none.
    """
    try:
        return addresses.connect(path or socket_path())
    except OSError as error:
        raise NoServer(str(error.strerror)) from None


def connect_or_start(kind: str) -> socket.socket:
    """Return a connection to the server of a way to start processes; start one where none runs.

    Raises:
        NoServer: none runs and none could be started.
    """
    path = socket_path(kind)
    with contextlib.suppress(NoServer):
        return connect(path)
    from filelock import FileLock  # few calls start one

    try:
        with FileLock(path.with_suffix(".lock")):  # so that two calls do not start two
            with contextlib.suppress(NoServer):
                return connect(path)
            path.unlink(missing_ok=True)
            return _start(path, [*HELPER_COMMAND, "listen"] if kind == "fork" else KEEPER_COMMAND)
    except OSError as error:
        raise NoServer(str(error)) from None


def _start(path: Path, command: list[str]) -> socket.socket:
    """Start a server, and connect as soon as it listens; its imports take longer.

    Raises:
        OSError: it did not start.
    """
    idle = os.environ.get("GRADER_SERVER_SECONDS", str(IDLE_SECONDS))
    with path.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(
            [*command, str(path), identity.code_fingerprint(), idle],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=path.parent,
            env=clean_environment(),
            **in_own_group(),
        )
    return addresses.connect_soon(path, process)


def ask_status(path: Path | None = None) -> wire.ServerStatus:
    """Return how the running server is, or the one that listens at PATH.

    Raises:
        NoServer: there is none, or it does not answer.
    """
    answer = _ask(wire.AskStatus(), path)
    if not isinstance(answer, wire.ServerStatus):
        raise NoServer("it does not answer")
    return answer


def stop(path: Path | None = None) -> None:
    """Tell the running server to end, or the one that listens at PATH.

    Raises:
        NoServer: there is none, or it does not answer.
    """
    if not isinstance(_ask(wire.Stop(), path), wire.Stopping):
        raise NoServer("it does not answer")


def running() -> dict[Path, wire.ServerStatus]:
    """Return how all servers of the user are, by where they listen; this installation's first."""
    found = {}
    with contextlib.suppress(NoServer):
        own = socket_path()
        for path in sorted(own.parent.glob("*.sock"), key=lambda path: (path != own, path)):
            with contextlib.suppress(NoServer):
                found[path] = ask_status(path)
    return found


def _ask(request: wire.Request, path: Path | None) -> wire.Response | None:
    with connect(path) as sock:
        sock.settimeout(60)
        try:
            wire.send(sock, request)
        except OSError as error:
            raise NoServer(str(error)) from None
        return wire.receive_response(sock)


class ServerWorkers(ForkWorkers):
    """Jobs forked from the server; from a helper of one's own where that fails."""

    def __init__(self, *, beside: ServerWorkers | None = None) -> None:
        super().__init__(beside=beside)
        self._first = beside
        self._own_helper = False

    def another(self) -> ServerWorkers:
        """Return workers with a connection of their own; to the same helper, if that is ours."""
        return ServerWorkers(beside=self)

    def _connect(self) -> socket.socket:
        if self._first is not None:
            self._first._connected()  # then it is known whether there is a server
            self._own_helper = self._own_helper or self._first._own_helper
        if not self._own_helper:
            with contextlib.suppress(NoServer, GraderFault):
                for _ in range(2):  # an outdated server makes room for a new one
                    with contextlib.suppress(Outdated):
                        sock = connect_or_start("fork")
                        self._hello(sock, identity.code_fingerprint())
                        return sock
            self._own_helper = True
        return super()._connect()

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        """Run one job; if the server ends meanwhile, once more with a helper of our own."""
        if not self._own_helper:
            try:
                return self._run_once(job, timeout, on_progress)
            except HelperGone:
                if self._aborted:
                    raise
                self.restart()
                self._own_helper = True
        return super().run(job, timeout, on_progress)
