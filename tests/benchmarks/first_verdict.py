"""From an empty environment to the first verdict on one's own answer: commands and minutes.

    python tests/benchmarks/first_verdict.py [--id 2.2.1]

Builds the wheel, which is not counted. Then it does what a new learner does, in folders of its
own: make a virtual environment, install the wheel with all that it needs, lay out the exercises,
fill one in (the reference stands for the learner's thoughts), grade the file, and once more after
a change. It ends with exit code 1 where a verdict is not the one that is due.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.catalogue import Exercise, find

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from installed import build_wheel


class Learner:
    """Types commands in a folder; notes how long each took."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands: list[tuple[str, float]] = []
        path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        none = {"PYTHONPATH", "VIRTUAL_ENV", "CI", "GRADER_NO_SERVER", "PYTHONDONTWRITEBYTECODE"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in none},
            "PATH": path,
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_RUNTIME_DIR": str(folder),
        }

    def types(self, *words: str, code: int = 0) -> str:
        """Run a command; return what it printed."""
        started = time.perf_counter()
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.commands.append((" ".join(words), time.perf_counter() - started))
        if done.returncode != code:
            sys.exit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


def main() -> None:
    """Do it, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--id", default="2.2.1")
    exercise = find(parser.parse_args().id)
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(Path(folder))
        home = Path(folder, "home")
        home.mkdir()
        learner = Learner(home)
        try:
            _first_day(learner, wheel, exercise)
        finally:
            grade = str(home / ".venv" / "bin" / "grade")
            if Path(grade).exists():
                stop = [grade, "server", "stop"]
                subprocess.run(stop, env=learner.environment, capture_output=True, check=False)
    for command, seconds in learner.commands:
        print(f"{seconds:7.1f} s  {command.replace(str(wheel), wheel.name)}")
    whole = sum(seconds for _, seconds in learner.commands[:4])
    print(f"To the first verdict: 4 commands, {whole / 60:.1f} minutes.")


def _first_day(learner: Learner, wheel: Path, exercise: Exercise) -> None:
    learner.types("python3", "-m", "venv", ".venv")
    learner.types("pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    learner.types("grade", "init", "my-course")
    own = learner.folder / "my-course" / "exercises" / exercise.file
    answer = exercise.solution.read_text("utf-8")
    own.write_text(answer, "utf-8")
    file = str(own.relative_to(learner.folder))
    if "PASSED" not in learner.types("grade", file):
        sys.exit("The reference has not passed.")
    own.write_text(f"{answer}\n# changed\n", "utf-8")
    learner.types("grade", file)


if __name__ == "__main__":
    main()
