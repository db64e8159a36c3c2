"""Workers that are new interpreters: for systems that cannot fork."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from grader.processes.jobs import Job, encode_job
from grader.processes.workers import (
    MAX_MESSAGE_BYTES,
    GraderFault,
    OnProgress,
    Output,
    Replies,
    Run,
    Workers,
    clean_environment,
)


class SpawnWorkers(Workers):
    """A new interpreter per job: works everywhere, pays for the import each time."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self._aborted = False

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        """Run one job in a new interpreter; see `Workers.run`."""
        with tempfile.TemporaryDirectory(prefix="grade-") as folder:
            report = Path(folder, "report")
            report.touch()
            started = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "grader.processes.entry", str(report)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=clean_environment(),
                start_new_session=True,
            )
            self._running = process
            if self._aborted:
                _kill_tree(process)
                raise GraderFault("The run was stopped.")
            output = Output(job)
            reader = threading.Thread(target=_read_all, args=(process.stdout, output), daemon=True)
            reader.start()
            with contextlib.suppress(BrokenPipeError):
                assert process.stdin is not None
                process.stdin.write(encode_job(job))
                process.stdin.close()
            timed_out = False
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                timed_out = True
            finally:
                _kill_tree(process)
            reader.join(0.5)
            replies = Replies(on_progress)
            replies.add(report.read_bytes()[:MAX_MESSAGE_BYTES])
            return Run(
                process.returncode,
                output.text(),
                output.total,
                timed_out,
                time.monotonic() - started,
                replies.seen,
            )

    def abort(self) -> None:
        """End the running interpreter, and let no other one run."""
        self._aborted = True
        if self._running is not None:
            _kill_tree(self._running)

    def another(self) -> SpawnWorkers:
        """Return workers of the same kind; nothing is shared."""
        return SpawnWorkers()

    def close(self) -> None:
        """Nothing is kept between jobs."""


def _read_all(stream: Any, output: Output) -> None:
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
