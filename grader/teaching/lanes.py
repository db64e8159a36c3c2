"""Grading one submission of many, in workers that stay for the next."""

from __future__ import annotations

import contextlib
import queue
import shutil
import tempfile
import threading
from collections.abc import Iterator

from grader.grading import judgement
from grader.grading.pipeline import Options, grade
from grader.processes.opening import open_workers
from grader.processes.workers import Workers
from grader.sandbox.cgroups import divide
from grader.sandbox.system_calls import Missing, hide_memory
from grader.submission import Submission
from grader.verdict import Outcome, Verdict

_LEAST_FREE_BYTES = 50_000_000
_CLOSING_SECONDS = 15.0


class Lanes:
    """Workers that stay for the next submission. Each has a helper process of its own.

    So a submission that manages to end the process above it ends its own lane's, and no
    other submission's.
    """

    def __init__(self) -> None:
        self._free: queue.SimpleQueue[Workers] = queue.SimpleQueue()
        self._all: list[Workers] = []
        self._lock = threading.Lock()
        self.closing = False
        with contextlib.suppress(Missing):
            divide()
        hide_memory()  # a Dask worker's, too: it has what others handed in

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Workers]:
        """Lend workers for one submission; more are opened where none are free."""
        try:
            lane = self._free.get_nowait()
        except queue.Empty:
            lane = open_workers()
            with self._lock:
                self._all.append(lane)
        try:
            yield lane
        finally:
            self._free.put(lane)

    def close(self) -> None:
        """End all workers, and what they still run."""
        self.closing = True
        with self._lock:
            for lane in self._all:
                lane.abort()
            for _ in self._all:  # whoever borrowed one gives it back first
                with contextlib.suppress(queue.Empty):
                    self._free.get(timeout=_CLOSING_SECONDS)
            for lane in self._all:
                lane.close()
            self._all.clear()

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def grade_in_lane(submission: Submission, lanes: Lanes, options: Options) -> Verdict:
    """Grade one submission.

    A fault of the grader's is tried once more in fresh workers, and then reported as one.
    """
    if lanes.closing:  # nobody waits for it any more
        return fault(submission, "The run was stopped.")
    with lanes.borrow() as workers:
        verdict = _grade(submission, workers, options)
        if verdict.status is Outcome.GRADER_ERROR and not lanes.closing:
            workers.restart()
            verdict = _grade(submission, workers, options)
            if verdict.status is Outcome.GRADER_ERROR:
                workers.restart()
    return verdict


def _grade(submission: Submission, workers: Workers, options: Options) -> Verdict:
    try:
        free = shutil.disk_usage(tempfile.gettempdir()).free
        if free < _LEAST_FREE_BYTES:
            return fault(submission, f"{tempfile.gettempdir()} has only {free / 1e6:.0f} MB left.")
        return grade(submission, workers, options)
    except Exception as error:  # whatever it is, it is not the student's
        return fault(submission, f"{type(error).__name__}: {error}")


def fault(submission: Submission, why: str) -> Verdict:
    """Return the verdict that says that the grader failed."""
    return judgement.of_fault(submission.exercise, f"The grader failed, not the student. {why}")
