"""Grading on a Dask cluster: the same tasks as on one machine, on many.

The workers need this version of keras-grader, and nothing of the class: each task brings
its file along, and takes its verdict back.
"""

from __future__ import annotations

import atexit
import json
import logging
import warnings
from collections.abc import Generator, Iterator
from functools import cache
from typing import Any, cast

from grader.catalogue import find
from grader.identity import differences, identity
from grader.teaching.lanes import Lanes, Task, fault, grade_task

_CONNECT_SECONDS = 10
_WORKERS_SECONDS = 30
_TASKS_PER_THREAD = 3
"""So many are handed out at a time: enough that no worker waits, few enough to stay small."""

_THREADS = 1
"""TensorFlow's; a worker of Dask has a thread for each core that it may use already."""

Numbered = tuple[int, Task]


class NoCluster(Exception):
    """The cluster cannot be used; the text says why."""


class ClusterLost(Exception):
    """The cluster's scheduler went away while it was at work."""


@cache
def _lanes() -> Lanes:
    """Return this Dask worker's own lanes, which stay from task to task."""
    lanes = Lanes()
    atexit.register(lanes.close)
    return lanes


def grade_remotely(task: Task) -> str:
    """Grade a file on a worker; return the verdict as JSON."""
    return json.dumps(grade_task(task, _lanes(), _THREADS))


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
            found: dict[str, Any] = self._client.run(identity, on_error="return")
        except Exception as error:
            raise NoCluster(f"The workers cannot be asked for their grader: {error}") from None
        for worker, answer in found.items():
            why = differences(answer) if isinstance(answer, dict) else f"it says: {answer}"
            if why:
                raise NoCluster(
                    f"The worker {worker} has another grader than this machine: {why}. "
                    "Install the same version there."
                )

    def grade(self, tasks: Iterator[Numbered]) -> Generator[tuple[int, dict[str, Any]], None, None]:
        """Yield each task's number with its verdict, in the order in which they end.

        A task whose worker dies is graded by another worker; one that has seen several
        die with it gets a verdict that says so.

        Raises:
            ClusterLost: the scheduler is gone.
        """
        import distributed

        running: Any = cast(Any, distributed.as_completed)()
        numbers: dict[str, Numbered] = {}

        def hand_out(count: int) -> None:
            for _ in range(count):
                numbered = next(tasks, None)
                if numbered is not None:
                    future = self._client.submit(grade_remotely, numbered[1], pure=False)
                    numbers[future.key] = numbered
                    running.add(future)

        hand_out(max(1, sum(self._client.nthreads().values())) * _TASKS_PER_THREAD)
        for future in running:
            number, task = numbers.pop(future.key)
            yield number, self._verdict_of(future, task)
            future.release()
            hand_out(1)

    def _verdict_of(self, future: Any, task: Task) -> dict[str, Any]:
        if self._client.status not in {"running", "connecting"}:
            raise ClusterLost("The connection to the Dask scheduler is lost.")
        try:
            found: dict[str, Any] = json.loads(future.result())
        except Exception as error:  # a worker that died several times, or cannot be reached
            return fault(find(task.exercise), f"{type(error).__name__}: {error}").to_json()
        return found

    def close(self) -> None:
        """Leave the cluster; what runs there comes to its end and is forgotten."""
        self._client.close()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
