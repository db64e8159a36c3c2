"""Whether anything grows over thousands of gradings. Linux only.

    python tests/benchmarks/long_run.py server [--count 2000]
    python tests/benchmarks/long_run.py cohort [--count 2000] [--jobs N]

Both grade a mix of right, wrong and crashing files, expect of each its verdict, and print memory
and descriptors of the helpers, files that lie in the temporary folder, and seconds per verdict: at
the start, in the middle, at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from grader.processes import server
from grader.processes.server import ServerWorkers

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from mixed_work import (
    MIX,
    expect,
    expect_true,
    grade_work,
    hand_in,
    own_folders,
    start_cohort,
    verdict_files,
)
from processes import children


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
    parser.add_argument("part", choices=["server", "cohort"])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    with own_folders() as folder:
        if arguments.part == "server":
            _show(_in_a_server(arguments.count, folder))
        else:
            _show(_in_a_cohort(arguments.count, arguments.jobs, folder))


def _in_a_server(count: int, folder: Path) -> list[Look]:
    looks: list[Look] = []
    last = time.monotonic()
    for number in range(count):
        work = MIX[number % len(MIX)]
        with ServerWorkers() as workers:
            expect(work, grade_work(work, workers))
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
        hand_in(folder, number, one)
    process = start_cohort(folder, jobs)
    looks: list[Look] = []
    waiting, last = _moments(count), time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        graded = len(verdict_files(folder))
        if waiting and graded >= min(waiting[0], count - 5):
            waiting.pop(0)
            helpers = [pid for pid in children(process.pid) if _is_helper(pid)]
            since = graded - (looks[-1].graded if looks else 0)
            seconds = (time.monotonic() - last) / max(1, since)
            looks.append(_look(graded, helpers, process.pid, folder, seconds))
            last = time.monotonic()
            _show(looks[-1:])
    if process.returncode:
        sys.exit(f"grade cohort ended with {process.returncode}")
    if left := list((folder / "tmp").iterdir()):
        sys.exit(f"left behind: {left}")
    if expect_true(work, folder) != count:
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


def _is_helper(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()
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
