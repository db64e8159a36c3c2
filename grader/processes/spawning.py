"""Workers that are new interpreters: nothing is kept, and each job pays for the imports."""

from __future__ import annotations

from grader.processes.interpreters import Interpreter
from grader.processes.jobs import Job
from grader.processes.workers import GraderFault, OnProgress, Run, Workers, clean_environment


class SpawnWorkers(Workers):
    """A new interpreter per job: works everywhere, pays for the import each time."""

    def __init__(self) -> None:
        self._aborted = False

    def run(self, job: Job, timeout: float, on_progress: OnProgress | None = None) -> Run:
        """Run one job in a new interpreter; see `Workers.run`."""
        if self._aborted:
            raise GraderFault("The run was stopped.")
        interpreter = Interpreter((), clean_environment())
        try:
            interpreter.wait_until_idle(self._is_aborted)
            return interpreter.run(job, timeout, on_progress, self._is_aborted)
        finally:
            interpreter.close()

    def _is_aborted(self) -> bool:
        return self._aborted

    def abort(self) -> None:
        """End the running interpreter, and let no other one run."""
        self._aborted = True

    def another(self) -> SpawnWorkers:
        """Return workers of the same kind; nothing is shared."""
        return SpawnWorkers()

    def close(self) -> None:
        """Nothing is kept between jobs."""
