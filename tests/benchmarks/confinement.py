"""How long the layers of confinement take: warm verdicts with and without them, in one run.

python tests/benchmarks/confinement.py [COUNT]
"""

from __future__ import annotations

import statistics
import sys

from grader.catalogue import find
from grader.evidence.messages import Confinement
from grader.grading.pipeline import Options, grade
from grader.processes.opening import open_workers
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
    with open_workers() as workers:
        for turn in range(count + 1):
            for name, confinement in WAYS.items():
                verdict = grade(submission, workers, Options(confinement=confinement))
                assert verdict.status is Outcome.PASSED
                if turn:  # the first of each is not warm
                    seconds[name].append(verdict.seconds)
    for name, found in seconds.items():
        print(f"{name:<12}{statistics.median(found) * 1000:7.0f} ms   best {min(found) * 1000:.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
