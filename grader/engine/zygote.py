"""The helper that has imported TensorFlow and forks a process per job.

Started by `workers.ForkWorkers` with one end of a socket pair. It never runs a
learner's code itself and starts no threads of its own. It ends, and ends what it
started, when the grader closes the other end.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from typing import Any

PRELOAD = ("keras", "pytest", "grader.engine.learner", "grader.engine.checker")


def main() -> None:
    """Serve jobs from the socket whose descriptor is the first argument."""
    sock = socket.socket(fileno=int(sys.argv[1]))
    sock.set_inheritable(False)
    for name in PRELOAD:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # forked processes share what is there now
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write)
    running: set[int] = set()
    _send(sock, {"ready": True})
    sources: list[socket.socket | int] = [sock, wake_read]
    while True:
        readable, _, _ = select.select(sources, [], [])
        if wake_read in readable:
            os.read(wake_read, 4096)
        for pid in sorted(running):
            exit_code = _reap(pid)
            if exit_code is not None:
                running.discard(pid)
                _send(sock, {"exit": exit_code})
        if sock in readable:
            message, descriptors = _receive(sock)
            if message is None:
                break
            if "preload" in message:
                for name in message["preload"]:
                    with contextlib.suppress(ImportError):
                        importlib.import_module(name)
            elif "kill" in message and message["kill"] in running:
                _kill_group(message["kill"])
            elif "job" in message:
                pid = os.fork()
                if pid == 0:
                    sock.close()
                    os.close(wake_read)
                    os.close(wake_write)
                    _become_worker(message["job"], *descriptors)
                running.add(pid)
                for descriptor in descriptors:
                    os.close(descriptor)
                _send(sock, {"pid": pid})
    for pid in running:
        _kill_group(pid)


def _reap(pid: int) -> int | None:
    """Return the exit code of a process that has ended, after ending its whole group."""
    # WNOWAIT keeps the process a zombie, so that its group's number cannot be taken
    # by another process before the group is killed.
    if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return None
    _kill_group(pid)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _kill_group(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _become_worker(job: dict[str, Any], output: int, report: int) -> None:
    """Turn the forked process into a worker. Does not return."""
    code = 70
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
        sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1)  # noqa: SIM115
        from grader.engine.job import run_job

        with open(report, "wb", buffering=0) as stream:
            code = run_job(job, stream)
    finally:
        os._exit(code)


def _send(sock: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    with contextlib.suppress(OSError):
        sock.sendall(struct.pack("!I", len(data)) + data)


def _receive(sock: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    header, descriptors, _, _ = socket.recv_fds(sock, 4, 2)
    if len(header) < 4:
        return None, []
    (size,) = struct.unpack("!I", header)
    data = b""
    while len(data) < size:
        part = sock.recv(min(size - len(data), 1 << 20))
        if not part:
            return None, []
        data += part
    message: dict[str, Any] = json.loads(data)
    return message, descriptors


if __name__ == "__main__":
    main()
