"""From a save to the verdict under `grade watch`, beside `python FILE`, taking turns.

    python tests/benchmarks/watching.py [--id 2.2.1] [--runs 10]

In a workspace and with a server of its own. Each save is a wrong architecture that was never
graded: the first hidden layer with another number of neurons. The clock runs from the write to the
moment at which the terminal has been sent the line that names that number. The load of the machine
is told beside it: what else runs counts.
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

from grader.catalogue import Exercise, find

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from commands import GRADE
from terminals import PseudoTerminal


def main() -> None:
    """Measure it, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--id", default="2.2.1")
    parser.add_argument("--runs", type=int, default=10)
    arguments = parser.parse_args()
    exercise = find(arguments.id)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "run").mkdir(mode=0o700)
        env = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_RUNTIME_DIR": str(folder / "run")}
        os.environ |= env
        for variable in ("CI", "GRADER_NO_SERVER"):
            os.environ.pop(variable, None)
        subprocess.run([*GRADE, "init", "course"], cwd=folder, check=True, capture_output=True)
        terminal = PseudoTerminal([*GRADE, "watch", exercise.id], folder / "course", env)
        try:
            _measure(terminal, exercise, folder / "course", arguments.runs)
        finally:
            terminal.press("q")
            terminal.process.wait(30)
            terminal.close()
            subprocess.run([*GRADE, "server", "stop"], cwd=folder, check=False, capture_output=True)


def _measure(terminal: PseudoTerminal, exercise: Exercise, course: Path, runs: int) -> None:
    file = course / "exercises" / exercise.file
    terminal.wait("NOT ATTEMPTED")
    print(f"{exercise.id}; load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{_save(terminal, exercise, file, 200):6.2f} s  first save, right after the start")
    _save(terminal, exercise, file, 201)
    watched, script = [], []
    for number in range(runs):
        watched.append(_save(terminal, exercise, file, 300 + number))
        started = time.perf_counter()
        subprocess.run([sys.executable, str(file)], check=False, capture_output=True)
        script.append(time.perf_counter() - started)
    for name, seconds in (("save to verdict", watched), ("python FILE", script)):
        spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
        print(f"{statistics.median(seconds):6.2f} s  {name}, median of {runs} ({spread})")
    print(f"load after: {os.getloadavg()[0]:.1f}")


def _save(terminal: PseudoTerminal, exercise: Exercise, file: Path, neurons: int) -> float:
    """Save a wrong answer; return the seconds until the terminal has its verdict."""
    right = exercise.solution.read_text("utf-8")
    wrong = re.sub(r"Dense\(\d+", f"Dense({neurons}", right, count=1)
    started = time.perf_counter()
    file.write_text(wrong, "utf-8")
    terminal.wait(f"got:      layer 1: Dense({neurons})")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
