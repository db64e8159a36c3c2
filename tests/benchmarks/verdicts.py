"""How long a verdict takes, beside the learner's own `python solution.py`.

    python tests/benchmarks/verdicts.py [--runs 3] [ID|LESSON|CHAPTER|all ...]

Everything is run on this machine, one after the other, in rounds: each round has one run of
each kind, so that a machine that slows down meanwhile slows down all of them. The table
shows medians over the rounds, in seconds of wall-clock time, and ratios of the medians.

- script: `python solution.py`
- cold:   `grade ID --solution --fresh --no-server`
- warm:   `grade ID --solution --fresh`, with a server that runs already
- stored: `grade ID --solution`, unchanged since the last time; `CPU` is its processor time
- wrong:  as warm, for the reference with one neuron or filter too many in its first layer

`verify` is `grade verify` of the same exercises, beside the sum of the scripts; `--jobs 1`
shows what grading several at a time is worth.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
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

sys.path.insert(0, str(Path(__file__).parents[1]))
from mutations.mutants import mutants

GRADE = [sys.executable, "-P", "-m", "grader"]
KINDS = ("script", "cold", "warm", "stored", "CPU", "wrong")


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
            verify = _verify(chosen, arguments.runs, env, folder)
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


def _seconds(command: list[str], env: dict[str, str], folder: str, ends: int = 0) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        command, env=env, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    if done.returncode != ends:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds


def _measure(exercise: Exercise, runs: int, env: dict[str, str], folder: str) -> dict[str, float]:
    graded = [*GRADE, exercise.id, "--solution"]
    commands = {
        "script": [sys.executable, str(exercise.solution)],
        "cold": [*graded, "--fresh", "--no-server"],
        "warm": [*graded, "--fresh"],
    }
    wrong = _wrong(exercise, folder)
    _seconds(graded, env, folder)  # starts the server and stores the verdict
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(runs):
        for kind, command in commands.items():
            found[kind].append(_seconds(command, env, folder))
        before = _processor_seconds()
        found["stored"].append(_seconds(graded, env, folder))
        found["CPU"].append(_processor_seconds() - before)
        if wrong:
            command = [*GRADE, exercise.id, "--file", str(wrong), "--fresh"]
            found["wrong"].append(_seconds(command, env, folder, ends=1))
    return {kind: statistics.median(seconds) for kind, seconds in found.items() if seconds}


def _wrong(exercise: Exercise, folder: str) -> Path | None:
    sizes = [mutant for mutant in mutants(exercise) if mutant.change.kind == "units"]
    if not sizes:
        return None  # nothing is built there
    path = Path(folder, f"wrong_{exercise.solution.name}")
    path.write_text(sizes[0].source, encoding="utf-8")
    return path


def _processor_seconds() -> float:
    """Processor time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _verify(
    chosen: list[Exercise], runs: int, env: dict[str, str], folder: str
) -> dict[str, float]:
    command = [*GRADE, "verify", "--no-server", *(exercise.id for exercise in chosen)]
    ways = {"verify": command, "verify --jobs 1": [*command, "--jobs", "1"]}
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            found[name].append(_seconds(way, env, folder))
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def _show(
    chosen: list[Exercise],
    times: dict[str, dict[str, float]],
    verify: dict[str, float],
    runs: int,
) -> None:
    table = Table(title=f"Seconds, medians of {runs}; ratios to the script")
    for heading in ("exercise", *KINDS, "cold/script", "warm/script"):
        table.add_column(heading, justify="left" if heading == "exercise" else "right")
    rows = [(exercise.id, times[exercise.id]) for exercise in chosen]
    sums = {kind: sum(row[kind] for _, row in rows) for kind in KINDS if kind != "wrong"}
    for name, row in (*rows, ("sum", sums)):
        ratios = [f"{row[kind] / row['script']:.2f}" for kind in ("cold", "warm")]
        cells = (f"{row[kind]:.2f}" if kind in row else "" for kind in KINDS)
        table.add_row(name, *cells, *ratios)
    console = Console(width=110)
    console.print(table)
    for name, seconds in verify.items():
        ratio = seconds / sums["script"]
        console.print(
            f"{name}: {seconds:.1f} s, {ratio:.3f} of the scripts' {sums['script']:.1f} s"
        )
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
