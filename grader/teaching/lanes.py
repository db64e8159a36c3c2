"""Grading one file, here or on another machine. What goes in and comes out is plain data."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from grader.catalogue import Exercise, find
from grader.grading.pipeline import Options, grade
from grader.identity import identity
from grader.processes.opening import open_workers
from grader.processes.workers import Workers
from grader.verdict import Outcome, Verdict, skipped_checks

_LEAST_FREE_BYTES = 50_000_000
_MAX_NAME_BYTES = 200
_CLOSING_SECONDS = 15.0


@dataclass(frozen=True)
class Task:
    """One file to grade, with all that its verdict depends on besides the grader."""

    exercise: str
    file: str
    """The file's name, as messages show it."""
    source: bytes
    seed: int = 0
    timeout: float | None = None

    def key(self) -> str:
        """Return a hash that changes with whatever the verdict may change with."""
        facts = (identity(), self.exercise, self.file, self.seed, self.timeout)
        return hashlib.sha256(json.dumps(facts).encode() + b"\0" + self.source).hexdigest()


def file_name(exercise: Exercise, submitted: str) -> str:
    """Return the name under which a file is graded: the student's own, where that can be."""
    name = PurePosixPath(submitted).with_suffix(".py").name
    fits = len(os.fsencode(name)) <= _MAX_NAME_BYTES and name.isprintable()
    return name if fits else PurePosixPath(exercise.file).name


class Lanes:
    """Workers that stay for the next task. Each has a helper process of its own.

    So a submission that manages to end the process above it ends its own lane's, and no
    other submission's.
    """

    def __init__(self) -> None:
        self._free: queue.SimpleQueue[Workers] = queue.SimpleQueue()
        self._all: list[Workers] = []
        self._lock = threading.Lock()
        self.closing = False

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Workers]:
        """Lend workers for one task; more are opened where none are free."""
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


def grade_task(task: Task, lanes: Lanes, threads: int | None) -> dict[str, Any]:
    """Grade one file; return the verdict as `Verdict.to_json` writes it.

    A fault of the grader's is tried once more in fresh workers, and then reported as one.
    """
    exercise = find(task.exercise)
    if lanes.closing:  # nobody waits for it any more
        return fault(exercise, "The run was stopped.").to_json()
    options = Options(seed=task.seed, timeout=task.timeout, threads=threads)
    with lanes.borrow() as workers:
        verdict = _grade(exercise, task, workers, options)
        if verdict.status is Outcome.GRADER_ERROR and not lanes.closing:
            workers.restart()
            verdict = _grade(exercise, task, workers, options)
            if verdict.status is Outcome.GRADER_ERROR:
                workers.restart()
    verdict.file = task.file
    return verdict.to_json()


def _grade(exercise: Exercise, task: Task, workers: Workers, options: Options) -> Verdict:
    try:
        free = shutil.disk_usage(tempfile.gettempdir()).free
        if free < _LEAST_FREE_BYTES:
            return fault(exercise, f"{tempfile.gettempdir()} has only {free / 1e6:.0f} MB left.")
        with tempfile.TemporaryDirectory(prefix="grade-") as folder:
            path = Path(folder, task.file)
            path.write_bytes(task.source)
            return grade(exercise, path, workers, options)
    except Exception as error:  # whatever it is, it is not the student's
        return fault(exercise, f"{type(error).__name__}: {error}")


def fault(exercise: Exercise, why: str) -> Verdict:
    """Return the verdict that says that the grader failed."""
    verdict = Verdict(
        exercise.id,
        exercise.title,
        Outcome.GRADER_ERROR,
        exercise.points,
        f"The grader failed, not the student. {why}",
    )
    verdict.checks = skipped_checks(
        exercise.statements, exercise.check_points, "Not looked at: the grader failed."
    )
    return verdict
