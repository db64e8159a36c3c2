"""What a class costs: seconds per submission, and the memory of the process that coordinates.

    python tests/benchmarks/cohort.py [--sizes 20 200] [--jobs N] [--id 2.2.1] [--contents N]

Each class has as many students with one file each: every second one is the reference, the others
have a mistake. All are different by a comment, unless `--contents` says how many different ones
there are. `grade cohort` grades it, and is then called once more, which must grade nothing.
Processors' seconds are those of all that was started, too; a busy machine does not change them
much. Memory is the highest resident size of the process that was called; the helpers that import
TensorFlow do not count, there is one for each job.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.catalogue import Exercise, find
from grader.grading.batch import cores

GRADE = [sys.executable, "-P", "-m", "grader"]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 200], help="of the classes")
    parser.add_argument("--jobs", type=int, default=cores(), help="files graded at a time")
    parser.add_argument("--id", default="2.2.1", help="the exercise")
    parser.add_argument("--contents", type=int, help="how many different files; all by default")
    arguments = parser.parse_args()
    table = Table(title=f"{arguments.id}, {arguments.jobs} jobs, {cores()} cores")
    for heading in (
        "submissions", "contents", "seconds", "a second", "each, without the start",
        "processors, each", "peak MB", "again: graded", "again: seconds", "again: peak MB",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    start = _start_seconds(find(arguments.id), arguments.jobs)
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            contents = min(size, arguments.contents or size)
            _write_class(Path(folder, "class"), find(arguments.id), size, contents)
            before = _processor_seconds()
            first, graded, peak = _grade(Path(folder), arguments.jobs)
            processors = (_processor_seconds() - before) / size
            if graded != size:
                sys.exit(f"{graded} of {size} were graded")
            second, again, second_peak = _grade(Path(folder), arguments.jobs)
        each = (first - start) / size
        table.add_row(
            str(size), str(contents), f"{first:.1f}", f"{size / first:.2f}", f"{each:.3f}",
            f"{processors:.3f}", f"{peak:.0f}", str(again), f"{second:.1f}", f"{second_peak:.0f}",
        )  # fmt: skip
    console = Console(width=130)
    console.print(table)
    console.print(f"The start, with TensorFlow's import in each job, takes {start:.1f} s.")


def _write_class(root: Path, exercise: Exercise, size: int, contents: int) -> None:
    solution = exercise.solution.read_text("utf-8")
    for number in range(size):
        source = solution if number % contents % 2 else solution.replace('"adam"', '"sgd"')
        path = root / f"student{number:04}" / Path(exercise.file).name
        path.parent.mkdir(parents=True)
        path.write_text(f"{source}\n# {number % contents}\n", "utf-8")


def _start_seconds(exercise: Exercise, jobs: int) -> float:
    """Return the seconds for a class with one submission per job, less one grade."""
    with tempfile.TemporaryDirectory() as folder:
        _write_class(Path(folder, "class"), exercise, jobs, jobs)
        few, _, _ = _grade(Path(folder), jobs)
    with tempfile.TemporaryDirectory() as folder:
        _write_class(Path(folder, "class"), exercise, 5 * jobs, 5 * jobs)
        more, _, _ = _grade(Path(folder), jobs)
    return max(0.0, few - (more - few) / 4)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _grade(folder: Path, jobs: int) -> tuple[float, int, float]:
    """Return the seconds of a run, how many files it graded, and its peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [*GRADE, "cohort", "class", "--out", "out", "--jobs", str(jobs)],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak_megabytes(process.pid))
        time.sleep(0.02)
    seconds = time.perf_counter() - started
    assert process.stdout is not None
    output = process.stdout.read()
    found = re.search(r"(\d+) graded now", output)
    if process.returncode or found is None:
        sys.exit(f"grade cohort ended with {process.returncode}: {output}")
    return seconds, int(found[1]), peak


def _peak_megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
