"""What a worker process runs: the learner's code, or the checks.

Also the entry point of a worker that is a new interpreter (`spawning.SpawnWorkers`). What runs
is loaded by name: the grader itself imports nothing that runs beside a learner's code.
"""

from __future__ import annotations

import importlib
import os
import struct
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from grader.evidence.messages import Internal, LearnerJob
from grader.processes.jobs import CheckJob, ExamineJob, Job, Reply, decode_job
from grader.processes.permissions import policy_of
from grader.sandbox.confinement import confine

INTERNAL_ERROR = 70
_MODULES = {
    LearnerJob: ("grader.learner.run", "run"),
    CheckJob: ("grader.grading.checker", "run"),
    ExamineJob: ("grader.grading.examiner", "run"),
}
_PROBES = ("grader.grading.checker", "pick_probes")
_CLOSED = ("grader.learner.withholding", "closed_files")


def _load(place: tuple[str, str]) -> Callable[..., Any]:
    module, name = place
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def run_job(job: Job, report: BinaryIO) -> int:
    """Run a job; what it reports goes to REPORT, each with its length in front.

    Returns:
        the exit code.
    """
    encode = msgspec.msgpack.Encoder().encode

    def send(reply: Reply) -> None:
        data = encode(reply)
        report.write(struct.pack("!I", len(data)) + data)
        report.flush()

    try:
        if isinstance(job, LearnerJob):
            os.environ["TMPDIR"] = job.scratch  # what is imported below may want a folder already
            confine(policy_of(job, _load(_CLOSED)(job.withheld)), job.confinement)
        _load(_MODULES.get(type(job), _PROBES))(job, send)
        return 0
    except BaseException:
        # The learner's own exceptions are caught where they arise.
        trace = traceback.format_exc().encode("utf-8", "replace").decode()
        send(Internal(trace[-10_000:]))
        return INTERNAL_ERROR
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()


def main() -> None:
    """Run the job that standard input holds; report to the file named as first argument."""
    job = decode_job(sys.stdin.buffer.read())
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    with open(sys.argv[1], "ab", buffering=0) as report:  # noqa: PTH123
        code = run_job(job, report)
    os._exit(code)


if __name__ == "__main__":
    main()
