"""Processes that run jobs: the learner's code in one, the checks in another.

`ForkWorkers` keeps one helper (`zygote.py`) that has imported TensorFlow and forks a
process per job; TensorFlow is imported once however many exercises are graded. The
helper is reached over a socket pair without a name, whose other end only the grader
holds, so a learner's process has nothing to connect to. The standard library's
forkserver has a named socket and runs whatever is sent to it. `SpawnWorkers` starts a
new interpreter per job, for systems without fork: slower, same verdicts.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

MAX_OUTPUT_BYTES = 1_000_000
MAX_MESSAGE_BYTES = 50_000_000
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TZ", "SYSTEMROOT", "TEMP", "PYTHONPATH", "GRADER_DATA")

Message = dict[str, Any]
OnMessage = Callable[[Message], None]


class GraderFault(Exception):
    """Something in the grader or its installation is broken; never the learner's fault."""


@dataclass
class Run:
    """How a job ended."""

    exit_code: int
    """As `os.waitstatus_to_exitcode`: negative is the number of a signal."""
    output: str
    """What it printed, at most `MAX_OUTPUT_BYTES` of it."""
    output_bytes: int
    timed_out: bool
    seconds: float
    messages: list[Message] = field(default_factory=list)


class Workers(ABC):
    """Runs jobs, each in a process of its own."""

    @abstractmethod
    def run(self, job: Message, timeout: float, on_message: OnMessage | None = None) -> Run:
        """Run one job to its end, or until TIMEOUT seconds are over.

        Raises:
            GraderFault: the process could not be started at all.
        """

    def preload(self, modules: Iterable[str]) -> None:  # noqa: B027 - nothing is a fine default
        """Import modules that the next jobs will need, where that can be shared."""

    def restart(self) -> None:  # noqa: B027
        """Start afresh after a fault, where something is kept between jobs."""

    @abstractmethod
    def close(self) -> None:
        """End everything that was started."""

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_workers() -> Workers:
    """Return the fastest kind of workers that this system has."""
    return ForkWorkers() if hasattr(os, "fork") else SpawnWorkers()


def clean_environment() -> dict[str, str]:
    """Return the environment that workers start with: what Python needs, and no secrets."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {
        "KERAS_BACKEND": "tensorflow",
        "MPLBACKEND": "Agg",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }


class _Output:
    """Keeps the first `MAX_OUTPUT_BYTES` of what a process prints, and counts the rest."""

    def __init__(self) -> None:
        self.kept = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        self.kept += data[: MAX_OUTPUT_BYTES - len(self.kept)]
        self.total += len(data)

    def text(self) -> str:
        return self.kept.decode("utf-8", "replace")


class _Messages:
    """JSON lines that a process reports. What is no JSON object is dropped."""

    def __init__(self, listener: OnMessage | None) -> None:
        self.seen: list[Message] = []
        self._rest = b""
        self._size = 0
        self._listener = listener

    def add(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MAX_MESSAGE_BYTES:
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError, RecursionError):
                message = json.loads(line)
                if isinstance(message, dict):
                    if self._listener and "progress" in message:
                        self._listener(message)
                    else:
                        self.seen.append(message)


class ForkWorkers(Workers):
    """One warm helper process that forks a process per job."""

    def __init__(self) -> None:
        self._helper: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._ready = False

    def start(self) -> None:
        """Start the helper without waiting for its imports."""
        if self._helper is not None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            self._helper = subprocess.Popen(
                [sys.executable, "-P", "-m", "grader.engine.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                env=clean_environment(),
                start_new_session=True,
            )
        self._socket = ours

    def _wait_until_ready(self) -> None:
        self.start()
        if not self._ready:
            self._receive()
            self._ready = True

    def _send(self, message: Message, descriptors: Iterable[int] = ()) -> None:
        data = json.dumps(message).encode()
        try:
            socket.send_fds(self._socket, [struct.pack("!I", len(data))], list(descriptors))
            self._socket.sendall(data)
        except OSError:
            raise self._fault() from None

    def _receive(self) -> Message:
        data = _receive_exactly(self._socket, 4)
        if data is not None:
            data = _receive_exactly(self._socket, struct.unpack("!I", data)[0])
        if data is None:
            raise self._fault()
        message: Message = json.loads(data)
        return message

    def _fault(self) -> GraderFault:
        self._log.seek(0)
        log = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return GraderFault(
            "The process that runs exercises did not start or ended early. Its last words: "
            + (" / ".join(log[-3:]) or "none"),
        )

    def preload(self, modules: Iterable[str]) -> None:
        """Import modules in the helper, so that jobs are forked with them."""
        self._wait_until_ready()
        self._send({"preload": sorted(modules)})

    def run(self, job: Message, timeout: float, on_message: OnMessage | None = None) -> Run:
        """Run one job in a forked process; see `Workers.run`."""
        self._wait_until_ready()
        output_read, output_write = os.pipe()
        report_read, report_write = os.pipe()
        self._send({"job": job}, [output_write, report_write])
        os.close(output_write)
        os.close(report_write)
        pid = self._receive()["pid"]
        started = time.monotonic()
        output, messages = _Output(), _Messages(on_message)
        exit_code: int | None = None
        timed_out = False
        deadline = started + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(output_read, selectors.EVENT_READ, output.add)
            selector.register(report_read, selectors.EVENT_READ, messages.add)
            selector.register(self._socket, selectors.EVENT_READ)
            try:
                # Once the process has ended, what it left in the pipes is still read. A
                # survivor that holds them open gets half a second of our patience.
                while exit_code is None or (
                    len(selector.get_map()) > 1 and time.monotonic() < deadline
                ):
                    left = deadline - time.monotonic()
                    if left <= 0 and exit_code is None and not timed_out:
                        timed_out = True
                        self._send({"kill": pid})
                    for key, _ in selector.select(None if timed_out else max(left, 0)):
                        if key.fileobj is self._socket:
                            exit_code = self._receive()["exit"]
                            timed_out = timed_out and exit_code == -signal.SIGKILL
                            deadline = time.monotonic() + 0.5
                        elif data := os.read(key.fd, 65536):
                            key.data(data)
                        else:
                            selector.unregister(key.fd)
            except BaseException:
                with contextlib.suppress(GraderFault):
                    self._send({"kill": pid})
                raise
            finally:
                os.close(output_read)
                os.close(report_read)
        return Run(
            exit_code,
            output.text(),
            output.total,
            timed_out,
            time.monotonic() - started,
            messages.seen,
        )

    def restart(self) -> None:
        """End the helper after a fault; the next job starts a new one."""
        if self._helper is not None:
            self._socket.close()  # the helper ends its jobs and itself at end of file
            try:
                self._helper.wait(5)
            except subprocess.TimeoutExpired:
                self._helper.kill()
                self._helper.wait()
            self._helper = None
            self._ready = False

    def close(self) -> None:
        """End the helper and whatever it still runs."""
        self.restart()
        self._log.close()


def _receive_exactly(sock: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        try:
            part = sock.recv(count - len(data))
        except OSError:
            return None
        if not part:
            return None
        data += part
    return data


class SpawnWorkers(Workers):
    """A new interpreter per job: works everywhere, pays for the import each time."""

    def run(self, job: Message, timeout: float, on_message: OnMessage | None = None) -> Run:
        """Run one job in a new interpreter; see `Workers.run`."""
        with tempfile.TemporaryDirectory(prefix="grade-") as folder:
            report = Path(folder, "report.jsonl")
            report.touch()
            started = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "grader.engine.job", str(report)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=clean_environment(),
                start_new_session=True,
            )
            output = _Output()
            reader = threading.Thread(target=_read_all, args=(process.stdout, output), daemon=True)
            reader.start()
            with contextlib.suppress(BrokenPipeError):
                assert process.stdin is not None
                process.stdin.write(json.dumps(job).encode())
                process.stdin.close()
            timed_out = False
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                timed_out = True
            finally:
                _kill_tree(process)
            reader.join(0.5)
            messages = _Messages(on_message)
            messages.add(report.read_bytes()[:MAX_MESSAGE_BYTES])
            return Run(
                process.returncode,
                output.text(),
                output.total,
                timed_out,
                time.monotonic() - started,
                messages.seen,
            )

    def close(self) -> None:
        """Nothing is kept between jobs."""


def _read_all(stream: Any, output: _Output) -> None:
    with contextlib.suppress(OSError, ValueError):
        while data := os.read(stream.fileno(), 65536):
            output.add(data)


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False
        )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
