"""Where a process of ours listens: a Unix socket, or a port of this machine where there are none.

Other users of the machine cannot reach a socket in a folder of ours. A port they can; and once
its owner has ended, they can listen at it. So both sides prove that they know a token, without
telling it: it lies in the file that names the port, which only the user can read.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from grader.processes.wire import exactly

_SECONDS = 10.0
"""For a client to say who it is; for a process to listen."""

_MOST_BYTES = 100
"""Of a Unix socket's path, on all systems."""

_SIZE = 32


class Listener:
    """Listens at a path. Takes no client that has not been looked at: see `admit`."""

    def __init__(self, path: Path) -> None:
        """Begin to listen.

        Raises:
            OSError: it cannot.
        """
        self._path = path
        self._token = b""
        if hasattr(socket, "AF_UNIX") and len(os.fsencode(path)) <= _MOST_BYTES:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.bind(str(path))
            path.chmod(0o600)
            self._socket.listen(16)
        else:
            self._token = secrets.token_bytes(_SIZE)
            self._socket = socket.create_server(("127.0.0.1", 0), backlog=16)
            _write(path, f"{self._socket.getsockname()[1]} {self._token.hex()}")
        self._number = path.stat().st_ino

    def accept(self) -> socket.socket:
        """Wait for a client.

        Raises:
            OSError: it listens no more.
        """
        client, _ = self._socket.accept()
        client.setblocking(True)
        return client

    def admit(self, client: socket.socket) -> bool:
        """Whether a client is the user's own, and no learner's process as far as that shows."""
        if not self._token:
            return sys.platform != "linux" or may_connect(client)
        client.settimeout(_SECONDS)
        with contextlib.suppress(OSError):
            nonces = exactly(client, _SIZE) + secrets.token_bytes(_SIZE)
            client.sendall(nonces[-_SIZE:] + _proof(self._token, b"server", nonces))
            answer = exactly(client, _SIZE)
            client.settimeout(None)
            return hmac.compare_digest(answer, _proof(self._token, b"client", nonces))
        return False

    def close(self) -> None:
        """Listen no more; whoever waits in `accept` is woken."""
        with contextlib.suppress(OSError):
            if self._path.stat().st_ino == self._number:  # another one may have taken the place
                self._path.unlink()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def connect(path: Path) -> socket.socket:
    """Return a connection to who listens at a path.

    Raises:
        OSError: nobody does, or it is somebody else's process.
    """
    if stat.S_ISSOCK(path.stat().st_mode):
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        return _connected(found, lambda: found.connect(str(path)))
    try:
        port, token = path.read_text("ascii").split()
        address, key = ("127.0.0.1", int(port)), bytes.fromhex(token)
    except ValueError:
        raise ConnectionRefusedError(f"{path} names no port") from None
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    return _connected(found, lambda: _introduce(found, address, key))


def connect_soon(path: Path, process: subprocess.Popen[bytes]) -> socket.socket:
    """Return a connection to a process as soon as it listens.

    Raises:
        OSError: it has ended, or takes too long.
    """
    deadline = time.monotonic() + _SECONDS
    while True:
        with contextlib.suppress(OSError):  # a socket's file is there before it listens
            return connect(path)
        if process.poll() is not None:
            raise ConnectionRefusedError(f"exit code {process.returncode}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody listens after {_SECONDS:.0f} s")
        time.sleep(0.005)


def _connected(found: socket.socket, connect: Callable[[], None]) -> socket.socket:
    try:
        connect()
    except BaseException:
        found.close()
        raise
    return found


def _introduce(sock: socket.socket, address: tuple[str, int], token: bytes) -> None:
    """Connect; let the other side prove that it knows the token, then prove it."""
    sock.settimeout(_SECONDS)
    sock.connect(address)
    own = secrets.token_bytes(_SIZE)
    sock.sendall(own)
    answer = exactly(sock, 2 * _SIZE)
    nonces = own + answer[:_SIZE]
    if not hmac.compare_digest(answer[_SIZE:], _proof(token, b"server", nonces)):
        raise ConnectionRefusedError("another process listens there")
    sock.sendall(_proof(token, b"client", nonces))
    sock.settimeout(None)


def _proof(token: bytes, side: bytes, nonces: bytes) -> bytes:
    return hmac.digest(token, side + nonces, "sha256")


def _write(path: Path, text: str) -> None:
    """Write a file for the user alone; it appears under its name when it is whole."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    part.replace(path)


def may_connect(client: socket.socket) -> bool:
    """Whether a client on Linux is the same user's and no learner's process.

    The kernel tells who connected. What a job starts stays below us in the tree of
    processes, even after its parents have ended: see `leftovers.adopt_orphans`.
    """
    pid, uid, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    if uid != os.getuid() or pid <= 0:
        return False
    while pid > 1:
        if pid == os.getpid():
            return False
        try:
            line = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return False
        pid = int(line.rpartition(")")[2].split()[1])
    return True
