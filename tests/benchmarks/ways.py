"""What each way to start processes costs: a warm verdict, the ways taking turns in one run.

    python tests/benchmarks/ways.py [--runs 5] [--spawn-runs 5] [ID ...]

- fork:  `grade ID --solution --fresh` with a server that forks, as on Linux
- ahead: the same with one that has interpreters ready, as on macOS and Windows; it has made them
  ready before each call, as it does while a learner reads
- spawn: the same without a server, in new interpreters

Seconds on the clock from call to verdict, medians; and what the two servers take of memory while
they wait, as `grade server status` tells it.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.processes.workers import WAYS

GRADE = [sys.executable, "-P", "-m", "grader"]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("ids", nargs="*", default=["2.2.1", "2.2.3", "4.2.4"])
    parser.add_argument("--runs", type=int, default=5, help="rounds; medians are shown")
    parser.add_argument("--spawn-runs", type=int, default=5, help="in how many of them it spawns")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environments = {way: _environment(Path(folder), way) for way in WAYS}
        found: dict[tuple[str, str], list[float]] = {}
        try:
            for number in range(arguments.runs + 1):
                for one in arguments.ids:
                    for way, env in environments.items():
                        if way == "spawn" and not 0 < number <= arguments.spawn_runs:
                            continue
                        _make_ready(environments["ahead"], folder, begun=number > 0)
                        seconds = _seconds([*GRADE, one, "--solution", "--fresh"], env, folder)
                        if number:  # the first of each is not warm
                            found.setdefault((one, way), []).append(seconds)
                        print(number, one, way, f"{seconds:.2f}", file=sys.stderr, flush=True)
            _make_ready(environments["ahead"], folder, begun=True)
            memory = {way: _status(environments[way], folder) for way in ("fork", "ahead")}
        finally:
            for env in environments.values():
                subprocess.run(
                    [*GRADE, "server", "stop"], env=env, capture_output=True, check=False
                )
    for one in arguments.ids:
        medians = {way: statistics.median(found[one, way]) for way in WAYS}
        cells = " | ".join(f"{medians[way]:.2f}" for way in WAYS)
        print(f"| {one} | {cells} | {medians['ahead'] / medians['fork']:.2f} |")
    for way, status in memory.items():
        print(f"{way}: {status}")


def _environment(folder: Path, way: str) -> dict[str, str]:
    """Return an environment with a server and stored verdicts of its own."""
    env = {key: value for key, value in os.environ.items() if key not in {"CI", "GRADER_NO_SERVER"}}
    for name in ("run", "cache"):
        (folder / f"{name}-{way}").mkdir(mode=0o700)
    return env | {
        "GRADER_PROCESSES": way,
        "XDG_RUNTIME_DIR": str(folder / f"run-{way}"),
        "XDG_CACHE_HOME": str(folder / f"cache-{way}"),
    }


def _seconds(command: list[str], env: dict[str, str], folder: str) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        command, env=env, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started


def _make_ready(env: dict[str, str], folder: str, *, begun: bool) -> None:
    """Wait until used up interpreters are replaced, so that nothing else runs meanwhile."""
    while begun and not re.search(r" 2 interpreters are ready", _status(env, folder)):
        time.sleep(0.5)


def _status(env: dict[str, str], folder: str) -> str:
    done = subprocess.run(
        [*GRADE, "server", "status"], env=env, cwd=folder, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.stdout.strip()


if __name__ == "__main__":
    main()
