"""What a worker process runs: the learner's code, or the checks.

Also the entry point of a worker that is a new interpreter (`spawning.SpawnWorkers`).
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

INTERNAL_ERROR = 70


def run_job(job: dict[str, Any], report: BinaryIO) -> int:
    """Run a job; what it reports goes to REPORT as JSON lines. Return the exit code."""

    def send(message: dict[str, Any]) -> None:
        report.write(json.dumps(message).encode() + b"\n")
        report.flush()

    try:
        run: Callable[[dict[str, Any], Callable[[dict[str, Any]], None]], None]
        if job["kind"] == "learner":
            from grader.learner.run import run
        elif job["kind"] == "check":
            from grader.grading.checker import run
        else:
            from grader.grading.checker import pick_probes as run
        run(job, send)
        return 0
    except BaseException:
        # The learner's own exceptions are caught where they arise; this one is ours.
        send({"internal": traceback.format_exc()})
        return INTERNAL_ERROR
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()


def main() -> None:
    """Run the job that standard input holds; report to the file named as first argument."""
    job = json.loads(sys.stdin.buffer.read())
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    with open(sys.argv[1], "ab", buffering=0) as report:  # noqa: PTH123
        code = run_job(job, report)
    os._exit(code)


if __name__ == "__main__":
    main()
