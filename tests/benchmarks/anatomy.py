"""Where the time of one warm verdict goes, part by part.

    python tests/benchmarks/anatomy.py [--runs 5] [ID ...]

The parts are timed in processes forked from this one, which has imported what the server
has, as medians over the runs. What is left out: sending a job to the server and its answers
back, less than a millisecond each.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from grader import identity
from grader.bare import injection
from grader.catalogue import Exercise, find
from grader.evidence.messages import LearnerJob
from grader.grading import pipeline, verdict_store
from grader.grading.judgement import not_looked_at
from grader.processes import zygote
from grader.processes.jobs import CheckJob
from grader.submission import read_submission

Parts = dict[str, float]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("ids", nargs="*", default=["2.2.1", "2.2.3"])
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    for name in (*zygote.PRELOAD, zygote.PRELOAD_NEXT, *zygote.PRELOAD_WHEN_IDLE):
        importlib.import_module(name)
    zygote._share_memory()
    table = Table(title=f"Milliseconds, medians of {arguments.runs}")
    table.add_column("part")
    columns = []
    for exercise in map(find, arguments.ids):
        table.add_column(exercise.id, justify="right")
        runs = [_anatomy(exercise) for _ in range(arguments.runs)]
        columns.append({part: statistics.median(run[part] for run in runs) for part in runs[0]})
    for part in columns[0]:
        table.add_row(part, *(f"{column[part] * 1000:.0f}" for column in columns))
    table.add_row("sum", *(f"{sum(column.values()) * 1000:.0f}" for column in columns))
    Console(width=80).print(table)


def _anatomy(exercise: Exercise) -> Parts:
    parts: Parts = {}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-P", "-m", "grader", "--version"], capture_output=True, check=True
    )
    parts["start Python, load the command line"] = time.perf_counter() - started
    with _timed(parts, "look for a stored verdict"):
        verdict_store._installation.cache_clear()
        verdict_store.key_of(read_submission(exercise, exercise.solution), pipeline.Options())
    with _timed(parts, "hash the installation for the server"):
        identity.code_fingerprint()
    with _timed(parts, "read the file"):
        submission = read_submission(exercise, exercise.solution)
        script = submission.script()
        injection(script.tree, exercise.stub_source)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("evidence", "scratch", "checks"):
            Path(folder, name).mkdir()
        job = pipeline._learner_job(submission, script, Path(folder), [], pipeline.Options())
        parts |= _in_a_fork("learner's process", lambda: _learner(job))
        check = CheckJob(
            evidence=job.evidence, folder=f"{folder}/checks", checks=str(exercise.checks),
            results=list(not_looked_at(exercise, "")), probes=[], bindings=script.bindings,
            inside=script.inside, anew=script.anew,
        )  # fmt: skip
        parts |= _in_a_fork("checks' process", lambda: _checker(check))
    return parts


@contextlib.contextmanager
def _timed(parts: Parts, name: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        parts[name] = parts.get(name, 0.0) + time.perf_counter() - started


def _in_a_fork(name: str, run: Callable[[], Parts]) -> Parts:
    """Run in a forked process; return its parts, and what forking and ending it took."""
    read_end, write_end = os.pipe()
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        with contextlib.redirect_stdout(open(os.devnull, "w")):  # noqa: PTH123
            found = run()
        os.write(write_end, json.dumps(found).encode())
        os._exit(0)
    os.close(write_end)
    with open(read_end, "rb") as stream:  # noqa: PTH123
        found = json.loads(stream.read())
    os.waitpid(pid, 0)
    whole = time.perf_counter() - started
    return {f"fork and end the {name}": whole - sum(found.values()), **found}


def _time_calls(owner: Any, name: str, parts: Parts, part: str) -> None:
    original = getattr(owner, name)

    def timed(*args: Any, **kwargs: Any) -> Any:
        with _timed(parts, part):
            return original(*args, **kwargs)

    setattr(owner, name, timed)


def _learner(job: LearnerJob) -> Parts:
    from grader.learner import recorder, run

    parts: Parts = {}
    whole: Parts = {}
    _time_calls(recorder.Recorder, "install", parts, "put the recorder in")
    _time_calls(run, "_execute", parts, "run the file")
    with _timed(whole, "all"):
        run.run(job, lambda _: None)
    parts["set up, write the evidence"] = whole["all"] - sum(parts.values())
    return parts


def _checker(job: CheckJob) -> Parts:
    from grader.grading import checker

    parts: Parts = {}
    checks: Parts = {}
    whole: Parts = {}
    _time_calls(checker, "read_record", parts, "read the evidence")
    original = checker._Plugin.pytest_pyfunc_call

    def call(self: Any, pyfuncitem: Any) -> Any:
        with _timed(checks, "run the checks"):
            return (yield from original(self, pyfuncitem))

    checker._Plugin.pytest_pyfunc_call = pytest.hookimpl(wrapper=True)(call)  # type: ignore[method-assign]
    with _timed(whole, "all"):
        checker.run(job, lambda _: None)
    parts |= checks
    parts["start and end pytest"] = whole["all"] - sum(parts.values())
    return parts


if __name__ == "__main__":
    main()
