"""Workers that are interpreters which were started ahead, and have imported TensorFlow already.

A helper, `keeper.py`, keeps one ready for a learner's file and one for the checks, hands each a
single job, and replaces it while the learner reads. It is this call's own, or the server that is
kept between calls; whoever connects to it proves who they are: see `addresses`.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
from pathlib import Path

from grader import identity
from grader.evidence.messages import LearnerJob
from grader.processes import wire
from grader.processes.addresses import connect, connect_soon
from grader.processes.connections import ANSWER_SECONDS, HelperWorkers
from grader.processes.jobs import Job, encode_job
from grader.processes.leftovers import end_group, in_own_group
from grader.processes.server import KEEPER_COMMAND, NoServer, connect_or_start
from grader.processes.workers import (
    GraderFault,
    HelperGone,
    OnProgress,
    Run,
    clean_environment,
)
from grader.sandbox.folders import remove_folder

_IMPORT_SECONDS = 400.0
"""For a job to begin; the keeper gives up sooner on an interpreter that does not get ready."""


class AheadWorkers(HelperWorkers):
    """Jobs in interpreters that a keeper has ready."""

    def __init__(self, *, server: bool = False, beside: AheadWorkers | None = None) -> None:
        """Prepare to connect: to the server, or to where BESIDE is connected to."""
        super().__init__()
        self._server = server
        self._beside = beside
        self._path: Path | None = None
        """Where a keeper of our own listens."""

    def another(self) -> AheadWorkers:
        """Return workers that run jobs beside these, with the same keeper."""
        return AheadWorkers(server=self._server, beside=self)

    def _connect(self) -> socket.socket:
        if self._beside is not None:
            self._beside._connected()  # then it is known whose keeper it is
            self._server = self._beside._server
            if self._beside._path is not None:
                with contextlib.suppress(OSError):
                    return connect(self._beside._path)
        if self._server:
            with contextlib.suppress(NoServer):
                return self._connect_to_server()
            self._server = False
        return self._start_keeper()

    def _connect_to_server(self) -> socket.socket:
        for _ in range(2):  # an outdated server makes room for a new one
            sock = connect_or_start("ahead")
            sock.settimeout(ANSWER_SECONDS)
            with contextlib.suppress(OSError):
                wire.send(sock, wire.Hello(identity.code_fingerprint()))
                if wire.receive_response(sock) == wire.Ready(True):
                    return sock
            sock.close()
        raise NoServer("it is of another installation")

    def _start_keeper(self) -> socket.socket:
        self._path = Path(tempfile.mkdtemp(prefix="grade-"), "keeper.sock")
        self._helper = subprocess.Popen(
            [*KEEPER_COMMAND, str(self._path), "", "0"],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env=clean_environment(),
            **in_own_group(),
        )
        try:
            return connect_soon(self._path, self._helper)
        except OSError as error:
            raise GraderFault(f"What keeps interpreters ready did not start. {error}") from None

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        """Run one job in an interpreter that is ready; see `Workers.run`.

        If the keeper ends meanwhile, the job runs once more with one of our own. Only a learner's
        file that ends this one as well has ended both.
        """
        try:
            self.revive()
            return self._run_once(job, timeout, on_progress)
        except HelperGone:
            if self._aborted:
                raise
            self.restart()
            self._server, self._beside = False, None
        try:
            return self._run_once(job, timeout, on_progress)
        except HelperGone:
            code = self._end_of_helper()
            if self._aborted or not code or not isinstance(job, LearnerJob):
                raise
            return Run(min(code, -9), "", 0, False, 0.0, began=True)

    def _run_once(self, job: Job, timeout: float, on_progress: OnProgress | None) -> Run:
        self._send(wire.RunJob(encode_job(job), timeout))
        sock = self._connected()
        sock.settimeout(_IMPORT_SECONDS)
        pid = 0
        try:
            while True:
                match wire.receive_response(sock):
                    case wire.JobStarted(pid):
                        sock.settimeout(timeout + ANSWER_SECONDS)
                    case wire.JobReported(progress):
                        if on_progress:
                            on_progress(progress)
                    case wire.JobDone(run):
                        sock.settimeout(ANSWER_SECONDS)
                        return run
                    case wire.JobFailed(why):
                        sock.settimeout(ANSWER_SECONDS)
                        raise GraderFault(f"The process that runs exercises did not start. {why}")
                    case _:
                        if pid:
                            end_group(pid)  # nobody else ends it now
                        raise self._fault()
        except GraderFault:
            raise
        except BaseException:
            self._disconnect()  # which ends the job
            raise

    def restart(self) -> None:
        """End the keeper after a fault, if it is ours; the next job finds or starts another one."""
        super().restart()
        if self._path is not None:
            remove_folder(self._path.parent)
            self._path = None
