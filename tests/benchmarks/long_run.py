"""Whether anything grows over thousands of gradings, or is lost by `kill -9`. Linux only.

    python tests/benchmarks/long_run.py server [--count 2000]
    python tests/benchmarks/long_run.py cohort [--count 2000] [--jobs N]
    python tests/benchmarks/long_run.py kill-learner | kill-server | kill-cohort
        [--count 50] [--seed 0]

`server` and `cohort` grade a mix of right, wrong and crashing files, expect of each its verdict,
and print memory and descriptors of the helpers, files that lie in the temporary folder, and
seconds per verdict: at the start, in the middle, at the end. The others end the learner's process, the server, or
`grade cohort` (which is called again afterwards) at random moments, and expect that each file
gets its true verdict in the end.
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
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from grader.catalogue import Exercise, find
from grader.grading.pipeline import Options, grade
from grader.marking.records import StoredVerdict
from grader.processes import server
from grader.processes.server import NoServer, ServerWorkers
from grader.submission import Submission
from grader.verdict import Outcome, Verdict

GRADE = [sys.executable, "-P", "-m", "grader"]
NETWORK, QUIZ = find("2.2.1"), find("1.1.1")
RIGHT = NETWORK.solution.read_text("utf-8")
WRONG = RIGHT.replace("Dense(64", "Dense(60")


@dataclass(frozen=True)
class Work:
    """A file, and what its verdict must be."""

    exercise: Exercise
    source: str
    status: Outcome


MIX = [
    Work(NETWORK, RIGHT, Outcome.PASSED),
    Work(QUIZ, f"answer = int('{QUIZ.facts.right_option}')\n", Outcome.PASSED),
    Work(NETWORK, WRONG, Outcome.FAILED),
    Work(NETWORK, "1 / 0\n", Outcome.ERROR),
    Work(NETWORK, "import os\nos._exit(0)\n", Outcome.FAILED),
    Work(NETWORK, "import ctypes\nctypes.string_at(0)\n", Outcome.FAILED),
    Work(QUIZ, "answer = int('17')\n", Outcome.FAILED),
    Work(
        QUIZ,
        "import os, signal\nif os.fork() == 0:\n    signal.pause()\n"
        f"answer = int('{QUIZ.facts.right_option}')\n",
        Outcome.PASSED,
    ),
    Work(QUIZ, "for n in range(50):\n    open(str(n), 'w').write('x' * 10_000)\n", Outcome.FAILED),
    Work(QUIZ, "print('x' * 2_000_000)\nraise SystemExit\n", Outcome.FAILED),
]  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What is used at one moment."""

    graded: int
    helpers: int
    megabytes: float
    """Resident, of all helpers together."""
    descriptors: int
    of_grader: int
    """Descriptors of the process that asks for verdicts."""
    grader_megabytes: float
    files: int
    """In the temporary folder."""
    seconds: float
    """Per verdict, since the last look."""


def main() -> None:
    """Run the part that was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("part", choices=["server", "cohort", *KILLS])
    parser.add_argument("--count", type=int)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with _folders() as folder:
        if arguments.part in KILLS:
            kill, count = KILLS[arguments.part], arguments.count or 50
            print(f"{count} kills: {kill(count, random.Random(arguments.seed), folder)}")
        elif arguments.part == "server":
            _show(_in_a_server(arguments.count or 2000, folder))
        else:
            _show(_in_a_cohort(arguments.count or 2000, arguments.jobs, folder))


@contextlib.contextmanager
def _folders() -> Iterator[Path]:
    """Give this run temporary files, caches and a server of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable, part in (
            ("TMPDIR", "tmp"), ("XDG_RUNTIME_DIR", "run"), ("XDG_CACHE_HOME", "cache"),
        ):  # fmt: skip
            (folder / part).mkdir(mode=0o700)
            os.environ[variable] = str(folder / part)
        for variable in ("CI", "GRADER_NO_SERVER"):
            os.environ.pop(variable, None)
        tempfile.tempdir = None
        try:
            yield folder
        finally:
            with contextlib.suppress(NoServer):
                server.stop()


def _in_a_server(count: int, folder: Path) -> list[Look]:
    looks: list[Look] = []
    last = time.monotonic()
    for number in range(count):
        work = MIX[number % len(MIX)]
        with ServerWorkers() as workers:
            _expect(work, _grade(work, workers))
        if number + 1 in _moments(count):
            pid, now = server.ask_status().pid, time.monotonic()
            since = number + 1 - (looks[-1].graded if looks else 0)
            looks.append(_look(number + 1, [pid], os.getpid(), folder, (now - last) / since))
            last = time.monotonic()
            _show(looks[-1:])
    return looks


def _in_a_cohort(count: int, jobs: int, folder: Path) -> list[Look]:
    work = [MIX[number % len(MIX)] for number in range(count)]
    for number, one in enumerate(work):
        _hand_in(folder, number, one)
    process = _start_cohort(folder, jobs)
    looks: list[Look] = []
    waiting, last = _moments(count), time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        graded = len(_verdict_files(folder))
        if waiting and graded >= min(waiting[0], count - 5):
            waiting.pop(0)
            helpers = [pid for pid in _children(process.pid) if _is_helper(pid)]
            since = graded - (looks[-1].graded if looks else 0)
            seconds = (time.monotonic() - last) / max(1, since)
            looks.append(_look(graded, helpers, process.pid, folder, seconds))
            last = time.monotonic()
            _show(looks[-1:])
    if process.returncode:
        sys.exit(f"grade cohort ended with {process.returncode}")
    if left := list((folder / "tmp").iterdir()):
        sys.exit(f"left behind: {left}")
    if _expect_true(work, folder) != count:
        sys.exit("a verdict is lost")
    return looks


def _moments(count: int) -> list[int]:
    """Return when to look: the first verdicts pay for imports."""
    return sorted({count // 20, count // 10, count // 2, count * 9 // 10, count})


def _look(graded: int, helpers: list[int], grader: int, folder: Path, seconds: float) -> Look:
    return Look(
        graded,
        len(helpers),
        sum(_megabytes(pid) for pid in helpers),
        sum(_descriptors(pid) for pid in helpers),
        _descriptors(grader),
        _megabytes(grader),
        sum(1 for _ in (folder / "tmp").rglob("*")),
        seconds,
    )


def _show(looks: list[Look]) -> None:
    print("| graded | helpers' MB | descriptors | grader's MB | descriptors | temporary | s each |")
    for look in looks:
        print(
            f"| {look.graded} | {look.megabytes:.0f} | {look.descriptors} | "
            f"{look.grader_megabytes:.0f} | {look.of_grader} | {look.files} | {look.seconds:.2f} |",
            flush=True,
        )


# Kills


def _kill_learners(count: int, rng: random.Random, _: Path) -> str:
    """Kill the process that runs the file: its verdict says so, or is the true one."""
    told = 0
    with ServerWorkers() as workers:
        seconds = _warm_seconds(workers) / 2  # the other half are the checks
        for number in range(count):
            work = MIX[0] if number % 2 else MIX[2]
            pid = server.ask_status().pid
            kill = partial(_end_first_job, pid, rng.uniform(0, seconds))
            verdict = _while_grading(work, workers, 0, kill)
            if verdict.status is Outcome.FAILED and "signal 9" in str(verdict.message):
                told += 1
            else:
                _expect(work, verdict)
            _expect(MIX[0], _grade(MIX[0], workers))
            _say(f"{number + 1} kills, {told} told")
    return f"{told} were told as one, {count - told} came when the file had run"


def _kill_servers(count: int, rng: random.Random, _: Path) -> str:
    """Kill the server: every verdict is the true one."""
    with ServerWorkers() as workers:
        seconds = _warm_seconds(workers)
    for number in range(count):
        work = MIX[0] if number % 2 else MIX[2]
        with ServerWorkers() as workers:
            workers.preload(())
            pid = server.ask_status().pid
            after = rng.uniform(0, seconds)
            _expect(work, _while_grading(work, workers, after, partial(_end, pid)))
        _say(f"{number + 1} kills")
    return "every verdict was the true one"


def _kill_cohorts(count: int, rng: random.Random, folder: Path) -> str:
    """Kill `grade cohort`, and call it again: every file has its true verdict in the end."""
    work = [*MIX, *MIX]
    for number, one in enumerate(work):
        _hand_in(folder, number, one)
    started = time.monotonic()
    _run_cohort(folder)
    whole = time.monotonic() - started
    kills, classes, folders = 0, 0, 0
    while kills < count:
        for path in _verdict_files(folder):
            path.unlink()
        classes += 1
        while kills < count:
            process = _start_cohort(folder, 1)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0, whole))
            if process.poll() is not None:
                break  # all of this class are graded
            below = _children(process.pid)
            process.kill()
            process.wait()
            kills += 1
            _expect_gone(below)
            _expect_true(work, folder)
            folders = max(folders, len(list((folder / "tmp").iterdir())))
            _say(f"{kills} kills, {len(_verdict_files(folder))} verdicts")
        _run_cohort(folder)
        if _expect_true(work, folder) != len(work):
            sys.exit("a verdict is lost")
    left = len(list((folder / "tmp").iterdir()))
    return (
        f"in {classes} classes, every verdict was there in the end, and true; at most {folders} "
        f"temporary folders, {left} in the end"
    )


KILLS = {"kill-learner": _kill_learners, "kill-server": _kill_servers, "kill-cohort": _kill_cohorts}


def _expect_true(work: list[Work], folder: Path) -> int:
    """Expect that all verdicts on disk are true; return how many there are."""
    paths = _verdict_files(folder)
    for path in paths:
        stored = msgspec.msgpack.decode(path.read_bytes(), type=StoredVerdict)
        _expect(work[int(stored.student)], stored.verdict)
    return len(paths)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _while_grading(
    work: Work, workers: ServerWorkers, after: float, kill: Callable[[], None]
) -> Verdict:
    timer = threading.Timer(after, kill)
    timer.start()
    try:
        return _grade(work, workers)
    finally:
        timer.cancel()
        timer.join()


def _end(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _end_first_job(pid: int, after: float) -> None:
    """Kill the learner's process, so many seconds after it was started."""
    deadline = time.monotonic() + 60
    while not (jobs := _children(pid)) and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(after)
    for job in jobs:
        _end(job)


def _warm_seconds(workers: ServerWorkers) -> float:
    for _ in range(2):
        _expect(MIX[0], _grade(MIX[0], workers))
    return statistics.median(_grade(MIX[0], workers).seconds for _ in range(3))


def _grade(work: Work, workers: ServerWorkers) -> Verdict:
    submission = Submission.of_bytes(work.exercise, "answer.py", work.source.encode())
    return grade(submission, workers, Options())


def _expect(work: Work, verdict: Verdict) -> None:
    if verdict.status is not work.status:
        sys.exit(f"{verdict.status}, not {work.status}: {verdict.message}\n{work.source}")


def _expect_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 300  # a helper that imports TensorFlow ends when that is done
    while any(map(_runs, pids)):
        if time.monotonic() > deadline:
            sys.exit(f"still there: {[pid for pid in pids if _runs(pid)]}")
        time.sleep(0.05)


def _hand_in(folder: Path, number: int, work: Work) -> None:
    path = folder / "class" / f"{number:05}" / Path(work.exercise.file).name
    path.parent.mkdir(parents=True)
    path.write_text(f"{work.source}\n# {number}\n")


def _run_cohort(folder: Path) -> None:
    if code := _start_cohort(folder, 1).wait():
        sys.exit(f"grade cohort ended with {code}")


def _start_cohort(folder: Path, jobs: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*GRADE, "cohort", "class", "--out", "out", "--jobs", str(jobs)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _verdict_files(folder: Path) -> list[Path]:
    return sorted((folder / "out" / "verdicts").glob("*/*.verdict"))


# What /proc tells


def _children(pid: int) -> set[int]:
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found |= {int(child) for child in path.read_text().split()}
    return found


def _is_helper(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _runs(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208


if __name__ == "__main__":
    main()
