"""How long the layers of confinement take: warm verdicts with and without them, in one run.

Beside the time on the clock it tells that of the processors, all processes together, which
does not change so much with what else the machine does. Linux only.

python tests/benchmarks/confinement.py [COUNT]
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import time
from pathlib import Path

from grader.catalogue import find
from grader.evidence.messages import Confinement
from grader.grading.pipeline import Options, grade
from grader.processes.forking import ForkWorkers
from grader.sandbox.confinement import LAYERS
from grader.submission import read_submission
from grader.verdict import Outcome

WAYS = {
    "no layers": Confinement("own", without=tuple(LAYERS)),
    "own": Confinement("own"),
    "instructor": Confinement("instructor"),
}


def main(count: int) -> None:
    """Print the median of COUNT verdicts for each way; the ways take turns."""
    exercise = find("2.2.1")
    submission = read_submission(exercise, exercise.solution)
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    busy: dict[str, list[float]] = {name: [] for name in WAYS}
    with contextlib.closing(ForkWorkers()) as workers:
        for turn in range(count + 1):
            for name, confinement in WAYS.items():
                before = _processor_seconds(workers)
                verdict = grade(submission, workers, Options(confinement=confinement))
                assert verdict.status is Outcome.PASSED
                if turn:  # the first of each is not warm
                    seconds[name].append(verdict.seconds)
                    busy[name].append(_processor_seconds(workers) - before)
    for name in WAYS:
        clock, processors = (1000 * statistics.median(one[name]) for one in (seconds, busy))
        print(f"{name:<12}{clock:6.0f} ms on the clock, {processors:5.0f} ms of processors")


def _processor_seconds(workers: ForkWorkers) -> float:
    """Return what this process, the helper, and the jobs that have ended took together."""
    if workers._helper is None:
        return 0.0
    stat = Path(f"/proc/{workers._helper.pid}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(int(field) for field in stat[11:15])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
