"""Messages between the grader and the process that runs its jobs: MessagePack, its length in front.

File descriptors may travel along. Nothing is ever unpickled.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from grader.evidence.messages import Progress
from grader.evidence.values import Tagged
from grader.processes.workers import Run

_MAX_DESCRIPTORS = 4
_MAX_BYTES = 64_000_000


class Hello(Tagged, frozen=True, tag="hello"):
    """Are you there, and of this installation?"""

    fingerprint: str


class StartJob(Tagged, frozen=True, tag="start"):
    """Fork a process for a job; of helpers that fork.

    Three descriptors come along: for its output, for its reports, and of a file that holds the
    job as `jobs` writes it. The helper never reads that: a process forked from it later could
    find another's work in its memory.
    """


class RunJob(Tagged, frozen=True, tag="run"):
    """Run a job in an interpreter that was started ahead. Closing the connection ends it."""

    job: bytes
    """As `jobs` writes it."""
    timeout: float
    """Seconds."""


class KillJob(Tagged, frozen=True, tag="kill"):
    """End a job, and all that it started."""

    pid: int


class Ping(Tagged, frozen=True, tag="ping"):
    """Are you still what you were?"""

    token: str


class Preload(Tagged, frozen=True, tag="preload"):
    """Import modules, so that jobs are forked with them."""

    modules: list[str]


class AnotherClient(Tagged, frozen=True, tag="another"):
    """Serve the one at the other end of the descriptor that comes along, too."""


class AskStatus(Tagged, frozen=True, tag="ask status"):
    """How are you?"""


class Stop(Tagged, frozen=True, tag="stop"):
    """Take no more clients."""


Request: TypeAlias = (
    Hello | Ping | StartJob | RunJob | KillJob | Preload | AnotherClient | AskStatus | Stop
)


class Ready(Tagged, frozen=True, tag="ready"):
    """The imports are done."""

    fits: bool
    """Whether the helper is of the caller's installation."""


class Pong(Tagged, frozen=True, tag="pong"):
    """Yes."""

    token: str


class JobStarted(Tagged, frozen=True, tag="started"):
    """A job runs."""

    pid: int


class JobEnded(Tagged, frozen=True, tag="ended"):
    """A job has ended."""

    exit_code: int
    """As `os.waitstatus_to_exitcode`: negative is the number of a signal."""


class JobReported(Tagged, frozen=True, tag="reported"):
    """A job that was to be run has come further."""

    progress: Progress


class JobDone(Tagged, frozen=True, tag="done"):
    """A job that was to be run has ended."""

    run: Run


class JobFailed(Tagged, frozen=True, tag="job failed"):
    """No process could be had for a job."""

    why: str


class ServerStatus(Tagged, frozen=True, tag="status"):
    """How a server is."""

    pid: int
    seconds: float
    jobs: int
    running: int
    idle_seconds: float | None
    installation: str = ""
    """The folder of its Python, a virtual environment's; "" if it does not tell."""
    memory: int = 0
    """Bytes, with what it keeps ready, its share of what several processes have in common; 0
    where that is not known."""
    ready: int = 0
    """Interpreters that have made their imports and wait for a job."""


class Stopping(Tagged, frozen=True, tag="stopping"):
    """It takes no more clients."""


Response: TypeAlias = (
    Ready
    | Pong
    | JobStarted
    | JobEnded
    | JobReported
    | JobDone
    | JobFailed
    | ServerStatus
    | Stopping
)

_encode = msgspec.msgpack.Encoder().encode
_request_of = msgspec.msgpack.Decoder(Request).decode
_response_of = msgspec.msgpack.Decoder(Response).decode


def send(sock: socket.socket, message: Request | Response, descriptors: Iterable[int] = ()) -> None:
    """Send one message.

    Raises:
        OSError: the other side is gone.
    """
    data = _encode(message)
    header = struct.pack("!I", len(data))
    if passed := list(descriptors):
        socket.send_fds(sock, [header], passed)
        sock.sendall(data)
    else:
        sock.sendall(header + data)


def receive_request(sock: socket.socket) -> tuple[Request | None, list[int]]:
    """Wait for a request; None where the other side is gone or sends something else."""
    data, descriptors = _receive(sock)
    try:
        return _request_of(data), descriptors
    except (msgspec.MsgspecError, RecursionError):
        return None, descriptors


def receive_response(sock: socket.socket) -> Response | None:
    """Wait for a response; None where the other side is gone or sends something else."""
    data, _ = _receive(sock)
    try:
        return _response_of(data)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _receive(sock: socket.socket) -> tuple[bytes, list[int]]:
    """Return a message's bytes, none where the other side is gone, and descriptors."""
    header, descriptors = b"", list[int]()  # which are ours to close, however the message ends
    try:
        if sock.family == getattr(socket, "AF_UNIX", None):  # others carry none
            header, descriptors, _, _ = socket.recv_fds(sock, 4, _MAX_DESCRIPTORS)
            if not header:
                return b"", descriptors
        header += exactly(sock, 4 - len(header))
        if len(header) < 4:
            return b"", descriptors
        (size,) = struct.unpack("!I", header)
        data = exactly(sock, size) if size <= _MAX_BYTES else b""
    except OSError:
        return b"", descriptors
    return (data if len(data) == size else b""), descriptors


def exactly(sock: socket.socket, count: int) -> bytes:
    """Return COUNT bytes, fewer where the other side ends before."""
    parts = []
    while count > 0 and (part := sock.recv(min(count, 1 << 20))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
