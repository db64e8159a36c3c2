"""What a worker process runs: the learner's code, or the checks.

Also the entry point of a worker that is an interpreter of its own (`interpreters`). What runs is
loaded by name: the grader itself imports nothing that runs beside a learner's code.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import struct
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from grader.evidence.messages import Internal, LearnerJob, Limits
from grader.processes.jobs import CheckJob, ExamineJob, Idle, Job, ProbeJob, Reply, decode_job
from grader.processes.leftovers import end_with_parent
from grader.processes.permissions import policy_of
from grader.processes.permissions import prepare as prepare_rules
from grader.sandbox.confinement import confine
from grader.sandbox.limits import limit_memory
from grader.sandbox.system_calls import hide_memory, own_memory

INTERNAL_ERROR = 70
_HEADER = struct.Struct("!I")
_encode = msgspec.msgpack.Encoder().encode
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


def _send(report: BinaryIO, reply: Reply) -> None:
    data = _encode(reply)
    report.write(_HEADER.pack(len(data)) + data)
    report.flush()


def run_job(job: Job, report: BinaryIO) -> int:
    """Run a job; what it reports goes to REPORT, each with its length in front.

    Returns:
        the exit code.
    """

    def send(reply: Reply) -> None:
        _send(report, reply)

    try:
        if isinstance(job, LearnerJob):
            for name in ("TMPDIR", "TEMP", "TMP"):  # what is imported below may want one already
                os.environ[name] = job.scratch
            confine(policy_of(job, _load(_CLOSED)(job.withheld)), job.confinement)
        elif not isinstance(job, ProbeJob):  # what is looked at there may be of any size
            limit_memory(Limits())
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


def open_streams() -> None:
    """Let what the job prints go to descriptors 1 and 2, whatever letters it has."""
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(number, "w", encoding="utf-8", errors="replace", buffering=1, newline="\n")  # noqa: SIM115, PTH123
        setattr(sys, name, stream)


def main(modules: list[str]) -> None:
    """Import modules; then run the jobs that come on standard input, each with its length in front.

    What it reports goes to standard error as it is at the start, and what a job prints to standard
    output: so it needs no file and no socket. After a job with anything of a learner's in it, the
    process ends.
    """
    hide_memory()
    end_with_parent()
    output, report = os.dup(1), os.dup(2)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):  # what libraries say while they are imported is no job's
        os.dup2(null, number)
    jobs = os.fdopen(os.dup(0), "rb")
    os.dup2(null, 0)
    code = 0
    with os.fdopen(report, "wb", buffering=0) as stream:
        _prepare(modules)
        for number in (1, 2):
            os.dup2(output, number)
        os.close(output)
        os.close(null)
        open_streams()
        _tell_idle(stream)
        while data := _next(jobs):
            job = decode_job(data)
            if not isinstance(job, ProbeJob):
                jobs.close()
            code = run_job(job, stream)
            if jobs.closed:
                break
            _tell_idle(stream)
    os._exit(code)


def _prepare(modules: list[str]) -> None:
    """Import modules, without a thread that the layers of confinement would not hold."""
    if not modules:
        return
    threads = "OPENBLAS_NUM_THREADS"  # NumPy's and SciPy's would be started by the import
    if sys.platform == "linux":
        os.environ[threads] = "1"
    for name in modules:
        with contextlib.suppress(ImportError):  # the job tells which one it misses
            importlib.import_module(name)
    os.environ.pop(threads, None)
    prepare_rules()
    gc.collect()
    gc.freeze()  # a job's own collections need not look through all of TensorFlow


def _tell_idle(report: BinaryIO) -> None:
    _send(report, Idle(own_memory()))


def _next(jobs: BinaryIO) -> bytes:
    """Return the next job; nothing where no more can come."""
    header = jobs.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return b""
    (size,) = _HEADER.unpack(header)
    return jobs.read(size)


if __name__ == "__main__":
    main(sys.argv[1:])
