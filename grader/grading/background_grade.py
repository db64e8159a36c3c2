"""One grade in a thread of its own, which can be stopped: for `grade watch`."""

from __future__ import annotations

import threading
from collections.abc import Callable

from grader import last_runs
from grader.grading import verdict_store
from grader.grading.pipeline import OnProgress, Options, grade
from grader.processes.workers import Workers
from grader.submission import Submission
from grader.verdict import Verdict


class BackgroundGrade:
    """A grade that has begun; `verdict` or `error` is there when it has ended."""

    def __init__(
        self,
        submission: Submission,
        workers: Workers,
        options: Options,
        *,
        fresh: bool,
        on_progress: OnProgress,
        ended: Callable[[BackgroundGrade], None],
    ) -> None:
        """Begin it.

        Args:
            submission: what to grade.
            workers: beside which it runs; they run nothing themselves.
            options: for the grade.
            fresh: whether to look for no stored verdict.
            on_progress: called from the thread.
            ended: called from the thread in the end, unless the grade was stopped.
        """
        self.submission = submission
        self.verdict: Verdict | None = None
        self.error: Exception | None = None
        self._workers = workers
        self._lane = workers.another()
        self._options = options
        self._fresh = fresh
        self._on_progress = on_progress
        self._ended = ended
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End what runs, and forget it; returns before it has ended."""
        self._is_stopped.set()
        self._lane.abort()

    def join(self, seconds: float) -> None:
        """Wait until it has cleared up behind itself."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with self._lane:
                self.verdict = self._found()
        except Exception as error:
            self.error = error
        if not self._is_stopped.is_set():
            self._ended(self)

    def _found(self) -> Verdict | None:
        submission = self.submission
        key = verdict_store.key_of(submission, self._options)
        verdict = None if self._fresh else verdict_store.load(key)
        if verdict is None:
            self._workers.revive()
            verdict = grade(submission, self._lane, self._options, self._on_progress)
            if self._is_stopped.is_set():
                return None
            verdict_store.keep(key, verdict)
        return last_runs.keep(submission, verdict)
