"""Workers whose jobs a helper process runs, and the connection to that helper.

The helper is one of our own, which ends with the connection; or the one of workers beside these;
or a server, which is kept between calls.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import tempfile
import threading
from abc import abstractmethod
from collections.abc import Iterable

from grader.processes import wire
from grader.processes.last_words import last_words
from grader.processes.leftovers import end_group
from grader.processes.wire import Request, Response
from grader.processes.workers import HelperGone, Workers

ANSWER_SECONDS = 120.0
"""For each answer of a helper: it may be importing other modules."""

_HANGING_UP_SECONDS = 1.0
"""For a helper to end that has closed its connection."""

_ENDING_SECONDS = 5.0
"""For a helper to end whose connection we have closed."""


class HelperWorkers(Workers):
    """Jobs that a helper runs, at the other end of a socket."""

    def __init__(self) -> None:
        self._helper: subprocess.Popen[bytes] | None = None
        """Of our own."""
        self._socket: socket.socket | None = None
        self._lock = threading.RLock()  # those beside us send over our connection, too
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._aborted = False

    @abstractmethod
    def _connect(self) -> socket.socket:
        """Return a connection to a helper that is there, or to one of our own that this starts.

        Raises:
            GraderFault: no helper can be had.
        """

    def _connected(self) -> socket.socket:
        with self._lock:
            if self._socket is None and not self._aborted:
                self._socket = self._connect()
                self._socket.settimeout(ANSWER_SECONDS)
            if self._socket is None or self._aborted:
                raise self._fault()
            return self._socket

    def _send(self, message: Request, descriptors: Iterable[int] = ()) -> None:
        try:
            with self._lock:
                wire.send(self._connected(), message, descriptors)
        except OSError:
            raise self._fault() from None

    def _receive(self) -> Response:
        message = wire.receive_response(self._connected())
        if message is None:
            raise self._fault()
        return message

    def _fault(self, within: float = ANSWER_SECONDS) -> HelperGone:
        """Return what to say of a helper that has ended, or gave no answer WITHIN seconds."""
        if self._helper is not None and not self._aborted:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._helper.wait(_HANGING_UP_SECONDS)
            if self._helper.poll() is None:
                return HelperGone(
                    f"The process that runs exercises gave no answer in {within:.0f} s. Is the "
                    "machine busy?"
                )
        self._log.seek(0)
        return HelperGone(
            "The process that runs exercises did not start or ended early. Its last words: "
            + (last_words(self._log.read().decode("utf-8", "replace")) or "none"),
        )

    def preload(self, modules: Iterable[str]) -> None:
        """Import modules in the helper, so that the jobs that follow have them."""
        self._connected()
        with contextlib.suppress(HelperGone):  # the next job finds that out, and replaces it
            self._send(wire.Preload(sorted(modules)))

    def revive(self) -> None:
        """Replace a helper that does not answer as it should: it may have been tampered with."""
        if self._socket is None:
            return
        token = secrets.token_hex(8)
        with contextlib.suppress(HelperGone):
            self._send(wire.Ping(token))
            if self._receive() == wire.Pong(token):
                return
        self.restart()

    def abort(self) -> None:
        """Cut the connection: the helper ends the job, and `run` raises a `GraderFault`."""
        self._aborted = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        elif self._helper is not None:  # it is still importing
            self._helper.kill()

    def _disconnect(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def restart(self) -> None:
        """End a helper of our own after a fault; the next job finds or starts another one."""
        self._disconnect()
        if self._helper is not None:
            try:
                self._helper.wait(_ENDING_SECONDS)  # it ends itself at end of file
            except subprocess.TimeoutExpired:
                end_group(self._helper.pid)
                self._helper.wait()
            self._helper = None

    def _end_of_helper(self) -> int:
        """Clear away a helper that has ended; return its exit code, 0 if it is not ours."""
        helper = self._helper
        self.restart()
        return helper.returncode if helper is not None else 0

    def close(self) -> None:
        """End a helper of our own and whatever it still runs."""
        self.restart()
        self._log.close()
