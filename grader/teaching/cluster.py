"""Grading on a Dask cluster: the same submissions as on one machine, on many.

The workers need this version of keras-grader, and nothing of the class: each job brings
its source along, and takes its verdict back, both as MessagePack.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import warnings
from collections.abc import Generator, Iterator
from functools import cache
from typing import Any, cast

import msgspec
from msgspec import Struct

from grader.catalogue import find
from grader.evidence.messages import Confinement
from grader.grading.pipeline import Options
from grader.identity import differences, identity
from grader.source_file import SourceFile
from grader.submission import FileBeside, Submission
from grader.teaching.lanes import Lanes, fault, grade_in_lane
from grader.verdict import Verdict

_CONNECT_SECONDS = 10
_WORKERS_SECONDS = 30
_JOBS_PER_THREAD = 3
"""So many are handed out at a time: enough that no worker waits, few enough to stay small."""

_THREADS = 1
"""TensorFlow's; a worker of Dask has a thread for each core that it may use already."""

Numbered = tuple[int, Submission]


class RemoteJob(Struct, frozen=True):
    """One submission to grade, as a worker is told of it."""

    exercise: str
    name: str
    source: bytes
    size: int | None
    seed: int
    timeout: float | None
    confinement: Confinement
    beside: tuple[FileBeside, ...] = ()


_encode_job = msgspec.msgpack.Encoder().encode
_job_of = msgspec.msgpack.Decoder(RemoteJob).decode
_encode_verdict = msgspec.msgpack.Encoder().encode
_verdict_of = msgspec.msgpack.Decoder(Verdict).decode


class NoCluster(Exception):
    """The cluster cannot be used; the text says why."""


class ClusterLost(Exception):
    """The cluster's scheduler went away while it was at work."""


@cache
def _lanes() -> Lanes:
    """Return this Dask worker's own lanes, which stay from job to job."""
    lanes = Lanes()
    atexit.register(lanes.close)
    return lanes


def grade_remotely(data: bytes) -> bytes:
    """Do a `RemoteJob` on a worker; return its verdict."""
    job = _job_of(data)
    file = SourceFile(job.name, job.source, size=job.size)
    submission = Submission(find(job.exercise), file, job.beside)
    options = Options(
        seed=job.seed,
        timeout=job.timeout,
        threads=_THREADS,
        confinement=job.confinement,
    )
    return _encode_verdict(grade_in_lane(submission, _lanes(), options))


class Cluster:
    """A connection to a Dask cluster whose workers have the same grader as this machine."""

    def __init__(self, address: str) -> None:
        """Connect.

        Raises:
            NoCluster: nothing answers there, it has no workers, or they have another
                grader, or none; or `distributed` is not installed here.
        """
        try:
            import distributed
        except ImportError:
            raise NoCluster(
                '--dask needs distributed: `pip install "keras-grader[instructor]"`.'
            ) from None
        for name in ("distributed", "distributed.client"):  # we say it ourselves
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            with warnings.catch_warnings(action="ignore"):  # versions are compared below
                # distributed has few types of its own
                self._client: Any = cast(Any, distributed.Client)(address, timeout=_CONNECT_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            raise NoCluster(f"No Dask scheduler answers at {address}: {error}") from None
        try:
            self._compare(address)
        except BaseException:
            self._client.close()
            raise

    def _compare(self, address: str) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
        except TimeoutError:
            raise NoCluster(
                f"The Dask cluster at {address} has no workers. Start one on each machine: "
                f"`dask worker {address}`."
            ) from None
        try:
            found: dict[str, object] = self._client.run(identity, on_error="return")
        except Exception as error:
            raise NoCluster(f"The workers cannot be asked for their grader: {error}") from None
        for worker, answer in found.items():
            why = differences(answer) if isinstance(answer, dict) else f"it says: {answer}"
            if why:
                raise NoCluster(
                    f"The worker {worker} has another grader than this machine: {why}. "
                    "Install the same version there."
                )

    def grade(
        self, work: Iterator[Numbered], options: Options
    ) -> Generator[tuple[int, Verdict], None, None]:
        """Yield each submission's number with its verdict, in the order in which they end.

        A submission whose worker dies is graded by another worker; one that has seen several
        die with it gets a verdict that says so.

        Raises:
            ClusterLost: the scheduler is gone.
        """
        import distributed

        running: Any = cast(Any, distributed.as_completed)()
        numbers: dict[str, Numbered] = {}

        def hand_out(count: int) -> None:
            for number, submission in itertools.islice(work, count):
                job = _encode_job(
                    RemoteJob(
                        submission.exercise.id,
                        submission.name,
                        submission.file.data,
                        submission.file.size,
                        options.seed,
                        options.timeout,
                        options.confinement,
                        submission.beside,
                    )
                )
                future = self._client.submit(grade_remotely, job, pure=False)
                numbers[future.key] = number, submission
                running.add(future)

        hand_out(max(1, sum(self._client.nthreads().values())) * _JOBS_PER_THREAD)
        for future in running:
            number, submission = numbers.pop(future.key)
            yield number, self._verdict(future, submission)
            future.release()
            hand_out(1)

    def _verdict(self, future: Any, submission: Submission) -> Verdict:
        if self._client.status not in {"running", "connecting"}:
            raise ClusterLost("The connection to the Dask scheduler is lost.")
        try:
            return _verdict_of(future.result())
        except Exception as error:  # a worker that died several times, or cannot be reached
            return fault(submission, f"{type(error).__name__}: {error}")

    def close(self) -> None:
        """Leave the cluster; what runs there comes to its end and is forgotten."""
        self._client.close()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
