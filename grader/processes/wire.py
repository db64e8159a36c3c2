"""Messages between the grader and the process that runs its jobs: JSON with a length in front.

File descriptors may travel along. Nothing is ever unpickled.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterable
from typing import Any

Message = dict[str, Any]

_MAX_DESCRIPTORS = 4
_MAX_BYTES = 64_000_000


def send(sock: socket.socket, message: Message, descriptors: Iterable[int] = ()) -> None:
    """Send one message.

    Raises:
        OSError: the other side is gone.
    """
    data = json.dumps(message).encode()
    header = struct.pack("!I", len(data))
    if passed := list(descriptors):
        socket.send_fds(sock, [header], passed)
        sock.sendall(data)
    else:
        sock.sendall(header + data)


def receive(sock: socket.socket) -> tuple[Message | None, list[int]]:
    """Wait for one message; None where the other side is gone or sends something else."""
    try:
        header, descriptors, _, _ = socket.recv_fds(sock, 4, _MAX_DESCRIPTORS)
        header += _exactly(sock, 4 - len(header)) if header else b""
        if len(header) < 4:
            return None, descriptors
        (size,) = struct.unpack("!I", header)
        data = _exactly(sock, size) if size <= _MAX_BYTES else b""
        message = json.loads(data) if len(data) == size else None
    except (OSError, ValueError, RecursionError):
        return None, []
    return (message if isinstance(message, dict) else None), descriptors


def _exactly(sock: socket.socket, count: int) -> bytes:
    """Return COUNT bytes, fewer where the other side ends before."""
    parts = []
    while count > 0 and (part := sock.recv(min(count, 1 << 20))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
