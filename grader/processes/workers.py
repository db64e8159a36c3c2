"""Processes that run jobs: the learner's code in one, the checks in another.

All kinds give the same verdicts. `forking.ForkWorkers` have a helper that imports TensorFlow once
and forks a process per job; `server.ServerWorkers` share one that is kept between calls.
`head_start.AheadWorkers` have interpreters that were started ahead, for systems where a process
that has imported TensorFlow cannot be forked; a helper keeps those ready, for one call or between
calls. `spawning.SpawnWorkers` start a new interpreter per job. `opening` chooses.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import msgspec

from grader.evidence.messages import Epoch, Internal, LearnerJob, Limits, Progress, Stage
from grader.processes.caches import cache_variables
from grader.processes.jobs import Job, Reply, decode_reply
from grader.processes.last_words import last_words
from grader.sandbox.group_watch import Excess
from grader.usage import WrongUsage

MAX_MESSAGE_BYTES = 50_000_000
_HEADER = struct.Struct("!I")
_KEPT_VARIABLES = (
    "PATH", "HOME", "LANG", "TZ", "PYTHONPATH", "GRADER_DATA", "XDG_CACHE_HOME", "GRADER_PROCESSES",
    # Windows's: without them Python, sockets and folders of the user's are not found there
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "PROGRAMDATA", "TEMP", "TMP",
    "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "APPDATA",
    "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE",
)  # fmt: skip

WAYS = ("fork", "ahead", "spawn")
"""How processes come about; see above."""

BEGIN_SECONDS = 300.0
"""For all that comes before a learner's file runs, on however busy a machine."""

OnProgress = Callable[[Progress], None]


class GraderFault(Exception):
    """Something in the grader or its installation is broken; never the learner's fault."""


class HelperGone(GraderFault):
    """The helper ended, or never got to work."""


class HelperEnded(HelperGone):
    """The helper ended while it ran a job."""


def way() -> str:
    """Return how processes come about here: as `GRADER_PROCESSES` says, or the fastest safe way.

    Raises:
        WrongUsage: it says something else, or asks for a fork where there is none.
    """
    named = os.environ.get("GRADER_PROCESSES", "")
    if not named:  # on macOS, a fork of a process that has imported TensorFlow may crash
        return "fork" if sys.platform == "linux" else "ahead"
    if named not in WAYS:
        raise WrongUsage(f"GRADER_PROCESSES is {named!r}; it can be {', '.join(WAYS)}.")
    if named == "fork" and not hasattr(os, "fork"):
        raise WrongUsage("GRADER_PROCESSES is 'fork', which this system cannot do.")
    return named


@dataclass
class Run:
    """How a job ended."""

    exit_code: int
    """As `os.waitstatus_to_exitcode`: negative is the number of a signal."""
    output: str
    """What it printed, cut off at the job's limit."""
    output_bytes: int
    timed_out: bool
    seconds: float
    replies: list[Reply] = field(default_factory=list)
    began: bool = False
    """Whether the learner's file had begun to run; before, nothing that happens is its fault."""
    exceeded: Excess | None = None
    """Which limit it went over, for which it was ended."""

    @property
    def last_words(self) -> str:
        """What a process that failed in code of ours said last; "" where it said nothing."""
        for reply in self.replies:
            if isinstance(reply, Internal):
                return reply.last_line
        return last_words(self.output)


class Workers(ABC):
    """Runs jobs, each in a process of its own."""

    @abstractmethod
    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        """Run one job to its end, or until TIMEOUT seconds are over.

        Those of a learner's job count from where the file begins to run: what comes before is ours.

        Raises:
            GraderFault: the process could not be started at all.
        """

    def preload(self, modules: Iterable[str]) -> None:  # noqa: B027 - nothing is a fine default
        """Import modules that the next jobs will need, where that can be shared."""

    def restart(self) -> None:  # noqa: B027
        """Start afresh after a fault, where something is kept between jobs."""

    def revive(self) -> None:  # noqa: B027
        """Replace what is kept between jobs if it has ended; not while a job runs here."""

    @abstractmethod
    def abort(self) -> None:
        """End what runs now, or is about to; may be called from another thread.

        Whatever is asked of these workers from then on fails; they are to be closed.
        """

    @abstractmethod
    def another(self) -> Workers:
        """Return workers that run jobs at the same time as these. To be closed first."""

    @abstractmethod
    def close(self) -> None:
        """End everything that was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def clean_environment() -> dict[str, str]:
    """Return the environment that workers start with: what Python needs, and no secrets."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return (
        kept
        | cache_variables()
        | {
            "KERAS_BACKEND": "tensorflow",
            "MPLBACKEND": "Agg",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
        }
    )


class Output:
    """Keeps the first of what a job's process prints, and counts the rest."""

    def __init__(self, job: Job) -> None:
        limits = job.confinement.limits if isinstance(job, LearnerJob) else Limits()
        self._most = limits.output
        self.kept = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        """Take what was read."""
        self.kept += data[: self._most - len(self.kept)]
        self.total += len(data)

    def text(self) -> str:
        """Return what was kept, whatever bytes it is."""
        return self.kept.decode("utf-8", "replace")


class Replies:
    """What a process reports, each with its length in front. What is no reply is dropped."""

    def __init__(self, listener: OnProgress | None) -> None:
        self.seen: list[Reply] = []
        self.began_at: float | None = None
        """When the learner's file began to run, by `time.monotonic`; None where it has not."""
        self._rest = b""
        self._size = 0
        self._listener = listener

    def add(self, data: bytes) -> None:
        """Take what was read; hand on progress, keep all other replies."""
        self._size += len(data)
        if self._size > MAX_MESSAGE_BYTES:
            return
        self._rest += data
        while len(self._rest) >= _HEADER.size:
            (size,) = _HEADER.unpack_from(self._rest)
            end = _HEADER.size + size
            if len(self._rest) < end:
                return
            self._take(self._rest[_HEADER.size : end])
            self._rest = self._rest[end:]

    def _take(self, data: bytes) -> None:
        try:
            reply = decode_reply(data)
        except (msgspec.MsgspecError, RecursionError):
            return
        if isinstance(reply, Stage | Epoch):
            if isinstance(reply, Stage) and self.began_at is None:
                self.began_at = time.monotonic()
            if self._listener:
                self._listener(reply)
        else:
            self.seen.append(reply)


def seconds_left(job: Job, timeout: float, started: float, replies: Replies) -> float:
    """Return how long a job may still take that was handed over at STARTED."""
    if replies.began_at is not None:
        started = replies.began_at
    elif isinstance(job, LearnerJob):
        timeout = max(timeout, BEGIN_SECONDS)
    return started + timeout - time.monotonic()
