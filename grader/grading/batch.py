"""Grading many files: as many at a time as there are cores, the verdicts in order."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from grader.catalogue import Exercise
from grader.grading.pipeline import Options, grade
from grader.processes.wire import Message
from grader.processes.workers import Workers
from grader.verdict import Outcome, Verdict

Task = tuple[Exercise, Path]
OnTaskProgress = Callable[[Exercise, Message], None]


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def grade_all(
    work: list[Task],
    workers: Workers,
    options: Options,
    jobs: int,
    on_progress: OnTaskProgress,
) -> Generator[Verdict, None, None]:
    """Yield a verdict per file, in their order, each as soon as it and those before are there.

    The last verdict comes when the further lanes are closed: the workers may be closed next.

    Args:
        work: exercises with the files to grade.
        workers: that run the first lane; further lanes are opened beside it.
        options: for all of them. Where several files run at a time, TensorFlow's threads
            are held to their share of the cores.
        jobs: how many files run at a time.
        on_progress: called from several threads, with the exercise that a message is about.

    Raises:
        NotAFile: there is nothing at one of the paths that could be graded.
    """
    jobs = max(1, min(jobs, len(work)))
    if jobs > 1:
        options = replace(options, threads=max(1, cores() // jobs))

    lanes: queue.SimpleQueue[Workers] = queue.SimpleQueue()

    def one(task: Task) -> Verdict:
        exercise, path = task
        lane = lanes.get()
        try:
            verdict = grade(exercise, path, lane, options, lambda m: on_progress(exercise, m))
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
            futures = [pool.submit(one, task) for task in work]
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
