"""Grading many submissions: as many at a time as there are cores, the verdicts in order."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from grader.evidence.messages import Progress
from grader.grading.pipeline import Options, grade
from grader.processes.workers import Workers
from grader.submission import Submission
from grader.verdict import Outcome, Verdict

OnBatchProgress = Callable[[Submission, Progress], None]


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def grade_all(
    work: Sequence[Submission],
    workers: Workers,
    options: Options,
    jobs: int,
    on_progress: OnBatchProgress,
) -> Generator[Verdict, None, None]:
    """Yield a verdict per submission, in order, each as soon as it and those before are there.

    The last verdict comes when the further lanes are closed: the workers may be closed next.

    Args:
        work: what to grade.
        workers: that run the first lane; further lanes are opened beside it.
        options: for all of them. Where several run at a time, TensorFlow's threads are held to
            their share of the cores.
        jobs: how many run at a time.
        on_progress: called from several threads, with the submission that a message is about.
    """
    jobs = max(1, min(jobs, len(work)))
    if jobs > 1:
        options = replace(options, threads=max(1, cores() // jobs))

    lanes: queue.SimpleQueue[Workers] = queue.SimpleQueue()

    def one(submission: Submission) -> Verdict:
        lane = lanes.get()
        try:
            verdict = grade(submission, lane, options, lambda m: on_progress(submission, m))
            if verdict.status is Outcome.GRADER_ERROR:
                lane.restart()
            return verdict
        finally:
            lanes.put(lane)

    opened = [workers, *(workers.another() for _ in range(jobs - 1))]
    for lane in opened:
        lanes.put(lane)
    try:
        with ThreadPoolExecutor(jobs) as pool:
            futures = [pool.submit(one, submission) for submission in work]
            try:
                for future in futures[:-1]:
                    yield future.result()
                last = [future.result() for future in futures[-1:]]
            except BaseException:
                for future in futures:
                    future.cancel()
                for lane in opened:
                    lane.abort()  # so that the threads come to their end
                raise
    finally:
        for lane in opened[1:]:
            lane.close()
    yield from last
