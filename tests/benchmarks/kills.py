"""Whether anything is lost by `kill -9`. Linux only.

    python tests/benchmarks/kills.py learner | server | cohort [--count 50] [--seed 0]

Ends the learner's process, the server, or `grade cohort` (which is called again afterwards) at
random moments, and expects that each file gets its true verdict in the end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from grader.processes import server
from grader.processes.server import ServerWorkers
from grader.verdict import Outcome, Verdict

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from mixed_work import (
    MIX,
    Work,
    expect,
    expect_true,
    grade_work,
    hand_in,
    own_folders,
    run_cohort,
    start_cohort,
    verdict_files,
)
from processes import children, is_there


def main() -> None:
    """Kill what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("part", choices=KILLS)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with own_folders() as folder:
        told = KILLS[arguments.part](arguments.count, random.Random(arguments.seed), folder)
        print(f"{arguments.count} kills: {told}")


def _kill_learners(count: int, rng: random.Random, _: Path) -> str:
    """Kill the process that runs the file: its verdict says so, or is the true one.

    Before the file has begun, nobody is blamed: that is a fault of the grader's.
    """
    told = before = 0
    with ServerWorkers() as workers:
        seconds = _warm_seconds(workers) / 2  # the other half are the checks
        for number in range(count):
            work = MIX[0] if number % 2 else MIX[2]
            pid = server.ask_status().pid
            kill = partial(_end_first_job, pid, rng.uniform(0, seconds))
            verdict = _while_grading(work, workers, 0, kill)
            if verdict.status is Outcome.FAILED and "signal 9" in str(verdict.message):
                told += 1
            elif verdict.status is Outcome.GRADER_ERROR and "before it began" in str(
                verdict.message
            ):
                before += 1
            else:
                expect(work, verdict)
            expect(MIX[0], grade_work(MIX[0], workers))
            _say(f"{number + 1} kills, {told} told, {before} before the file")
    return (
        f"{told} were told as one, {before} as a fault of the grader's, since the file had not "
        f"begun; {count - told - before} came when it had run"
    )


def _kill_servers(count: int, rng: random.Random, _: Path) -> str:
    """Kill the server: every verdict is the true one."""
    with ServerWorkers() as workers:
        seconds = _warm_seconds(workers)
    for number in range(count):
        work = MIX[0] if number % 2 else MIX[2]
        with ServerWorkers() as workers:
            pid = _server_of(workers)
            after = rng.uniform(0, seconds)
            expect(work, _while_grading(work, workers, after, partial(_end, pid)))
        _say(f"{number + 1} kills")
    return "every verdict was the true one"


def _server_of(workers: ServerWorkers) -> int:
    """Return the number of the server's process; one that was just killed may still answer."""
    while True:
        workers.preload(())
        try:
            return server.ask_status().pid
        except server.NoServer:
            workers.restart()


def _kill_cohorts(count: int, rng: random.Random, folder: Path) -> str:
    """Kill `grade cohort`, and call it again: every file has its true verdict in the end."""
    work = [*MIX, *MIX]
    for number, one in enumerate(work):
        hand_in(folder, number, one)
    started = time.monotonic()
    run_cohort(folder)
    whole = time.monotonic() - started
    kills, classes, folders = 0, 0, 0
    while kills < count:
        for path in verdict_files(folder):
            path.unlink()
        classes += 1
        while kills < count:
            process = start_cohort(folder, 1)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0, whole))
            if process.poll() is not None:
                break  # all of this class are graded
            below = children(process.pid)
            process.kill()
            process.wait()
            kills += 1
            _expect_gone(below)
            expect_true(work, folder)
            folders = max(folders, len(list((folder / "tmp").iterdir())))
            _say(f"{kills} kills, {len(verdict_files(folder))} verdicts")
        run_cohort(folder)
        if expect_true(work, folder) != len(work):
            sys.exit("a verdict is lost")
    left = len(list((folder / "tmp").iterdir()))
    return (
        f"in {classes} classes, every verdict was there in the end, and true; at most {folders} "
        f"temporary folders, {left} in the end"
    )


KILLS = {"learner": _kill_learners, "server": _kill_servers, "cohort": _kill_cohorts}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _while_grading(
    work: Work, workers: ServerWorkers, after: float, kill: Callable[[], None]
) -> Verdict:
    timer = threading.Timer(after, kill)
    timer.start()
    try:
        return grade_work(work, workers)
    finally:
        timer.cancel()
        timer.join()


def _end(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _end_first_job(pid: int, after: float) -> None:
    """Kill the learner's process, so many seconds after it was started."""
    deadline = time.monotonic() + 60
    while not (jobs := children(pid)) and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(after)
    for job in jobs:
        _end(job)


def _warm_seconds(workers: ServerWorkers) -> float:
    for _ in range(2):
        expect(MIX[0], grade_work(MIX[0], workers))
    return statistics.median(grade_work(MIX[0], workers).seconds for _ in range(3))


def _expect_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 300  # a helper that imports TensorFlow ends when that is done
    while any(map(is_there, pids)):
        if time.monotonic() > deadline:
            sys.exit(f"still there: {[pid for pid in pids if is_there(pid)]}")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
