"""How long a verdict takes, beside the learner's own `python solution.py`.

    python tests/benchmarks/verdicts.py [--runs 3] [ID|LESSON|CHAPTER|all ...]

Everything is run on this machine, one after the other, in rounds: each round has one run of
each kind, so that a machine that slows down meanwhile slows down all of them. The table
shows medians over the rounds, in seconds of wall-clock time, and ratios of the medians.

- script: `python solution.py`
- cold:   `grade ID --solution --fresh --no-server`
- warm:   `grade ID --solution --fresh`, with a server that runs already
- stored: `grade ID --solution`, unchanged since the last time

`verify` is `grade verify` of the same exercises, beside the sum of the scripts.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grader.catalogue import Exercise, select

GRADE = [sys.executable, "-P", "-m", "grader"]
KINDS = ("script", "cold", "warm", "stored")


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("ids", nargs="*", default=["all"])
    parser.add_argument("--runs", type=int, default=3, help="rounds; medians are shown")
    arguments = parser.parse_args()
    chosen = select(arguments.ids)
    with tempfile.TemporaryDirectory() as folder:
        env = _environment(Path(folder))
        try:
            times = {e.id: _measure(e, arguments.runs, env, folder) for e in chosen}
            verify = statistics.median(
                _seconds([*GRADE, "verify", "--no-server", *(e.id for e in chosen)], env, folder)
                for _ in range(arguments.runs)
            )
        finally:
            subprocess.run([*GRADE, "server", "stop"], env=env, capture_output=True, check=False)
    _show(chosen, times, verify, arguments.runs)


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment with a server, stored verdicts and progress of its own."""
    (folder / "run").mkdir(mode=0o700)
    env = {key: value for key, value in os.environ.items() if key not in {"CI", "GRADER_NO_SERVER"}}
    return env | {
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "MPLBACKEND": "Agg",  # no window that waits to be closed
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


def _seconds(command: list[str], env: dict[str, str], folder: str) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        command, env=env, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds


def _measure(exercise: Exercise, runs: int, env: dict[str, str], folder: str) -> dict[str, float]:
    graded = [*GRADE, exercise.id, "--solution"]
    commands = {
        "script": [sys.executable, str(exercise.solution)],
        "cold": [*graded, "--fresh", "--no-server"],
        "warm": [*graded, "--fresh"],
        "stored": graded,
    }
    _seconds(graded, env, folder)  # starts the server and stores the verdict
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(runs):
        for kind in KINDS:
            found[kind].append(_seconds(commands[kind], env, folder))
    return {kind: statistics.median(seconds) for kind, seconds in found.items()}


def _show(
    chosen: list[Exercise], times: dict[str, dict[str, float]], verify: float, runs: int
) -> None:
    table = Table(title=f"Seconds, medians of {runs}; ratios to the script")
    for heading in ("exercise", *KINDS, "cold/script", "warm/script", "stored/script"):
        table.add_column(heading, justify="left" if heading == "exercise" else "right")
    rows = [(exercise.id, times[exercise.id]) for exercise in chosen]
    rows.append(("sum", {kind: sum(times[e.id][kind] for e in chosen) for kind in KINDS}))
    for name, row in rows:
        ratios = [f"{row[kind] / row['script']:.2f}" for kind in KINDS[1:]]
        table.add_row(name, *(f"{row[kind]:.2f}" for kind in KINDS), *ratios)
    console = Console(width=110)
    console.print(table)
    total = rows[-1][1]["script"]
    console.print(f"verify: {verify:.1f} s, {verify / total:.3f} of the scripts' {total:.1f} s")
    packages = ", ".join(f"{name} {version(name)}" for name in ("keras", "tensorflow"))
    console.print(
        f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
