"""Install the package with other versions of what it needs, and grade with it there.

python tests/versions lowest                          the lowest that pyproject.toml allows
python tests/versions colab --python 3.13             those that Colab has, `colab.txt`
python tests/versions newest --python 3.12 --answers 15
python tests/versions turn                            what CI does: lowest or colab, by the commit

In an environment of its own it runs `grade verify`, a seeded sample of the answers, and the tests
that say whether training is accelerated there. It prints a row of the table in
tests/benchmarks/README.md; exit code 0 if all references passed and all answers did as expected.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
COLAB = Path(__file__).with_name("colab.txt")
SETS = {
    "newest": [],
    "lowest": ["--resolution", "lowest-direct"],
    "colab": ["--constraints", str(COLAB)],
}
PYTHON = {"newest": "3.11", "lowest": "3.11", "colab": "3.13"}
"""Which Python a set is tried with if none is named."""

_OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
_TOOLS = ("pytest-xdist>=3.8",)
_SHOWN = ("tensorflow", "keras", "numpy", "pandas", "scikit-learn", "matplotlib", "rich", "click")
_LOOPS = "from grader.learner import fast_fit; print('loops' if fast_fit.AVAILABLE else 'none')"
_ANSWERS = ("tests/test_answers.py", "-k", "right_answer or wrong_answer")
_ACCELERATION = ("tests/test_fast_fit_fallback.py", "-k", "in_use or record")


def main() -> int:
    """Try one set on one Python; return the exit code."""
    parser = argparse.ArgumentParser(prog="python tests/versions")
    parser.add_argument("set", choices=[*SETS, "turn"])
    parser.add_argument("--python", help="3.11, 3.12 or 3.13; Colab's 3.13 for colab, else 3.11")
    parser.add_argument("--answers", type=int, default=0, help="how many answers are graded")
    parser.add_argument("--seed", type=int, default=0, help="which answers these are")
    given = parser.parse_args()
    name = _turn() if given.set == "turn" else given.set
    python = given.python or PYTHON[name]
    if given.set == "turn" and _interpreter(python) == python:
        python = _OWN  # the other is not on this machine
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder, "environment")
        _install(environment, name, python)
        os.environ["XDG_CACHE_HOME"] = folder
        references = _references(environment)
        answers = _answers(environment, given.answers, given.seed)
        known = _pytest(environment, *_ACCELERATION).returncode == 0
        loops = _output(str(environment / "bin" / "python"), "-c", _LOOPS).split()[-1]
    print(f"| {python} | {name} | {references} | {answers} | {loops if known else 'FAILED'} |")
    whole = all(_is_whole(count) for count in (references, answers))
    return 0 if whole and known else 1


def _turn() -> str:
    """Return which of the older sets it is this commit's turn to try."""
    commit = _output("git", "-C", str(ROOT), "rev-parse", "HEAD")
    return ("lowest", "colab")[int(commit, 16) % 2]


def _is_whole(count: str) -> bool:
    good, of = (int(number) for number in re.findall(r"\d+", count))
    return good == of


def _install(environment: Path, name: str, python: str) -> None:
    """Make an environment with the package in it, as it lies here."""
    here = str(environment / "bin" / "python")
    needs = ("--only-binary", ":all:", *SETS[name], "-r", str(ROOT / "pyproject.toml"), *_TOOLS)
    _uv("venv", "--quiet", "--python", _interpreter(python), str(environment))
    _uv("pip", "install", "--quiet", "--python", here, *needs)
    _uv("pip", "install", "--quiet", "--python", here, "--no-deps", "--editable", str(ROOT))
    found = _uv("pip", "freeze", "--python", here)
    versions = dict(line.split("==") for line in found.splitlines() if "==" in line)
    print(f"Python {python}, {name}:", ", ".join(f"{one} {versions[one]}" for one in _SHOWN))


def _uv(*arguments: str) -> str:
    return _output(sys.executable, "-m", "uv", *arguments)


def _interpreter(python: str) -> str:
    """Return where this Python is, on the path or of pyenv; if nowhere, its version, for uv."""
    if python == _OWN:
        return sys.executable
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{python}.*/bin/python"))
    return str(pyenv[-1]) if pyenv else shutil.which(f"python{python}") or python


def _references(environment: Path) -> str:
    """Return how many references passed, `44 of 44`."""
    done = subprocess.run(
        [environment / "bin" / "grade", "verify", "--no-server"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"(\d+ of \d+) references passed", done.stdout)
    if done.returncode:
        print(done.stdout[-8000:], done.stderr[-2000:], sep="\n")
    return found[1] if found else "0 of 44"


def _answers(environment: Path, many: int, seed: int) -> str:
    """Return how many answers of a sample came out as they should."""
    if not many:
        return "0 of 0"
    listed = _pytest(environment, *_ANSWERS, "--collect-only", "--full", capture=True).stdout
    names = [line for line in listed.splitlines() if "::" in line]
    chosen = random.Random(seed).sample(names, min(many, len(names)))
    done = _pytest(environment, *chosen, "--full", capture=True)
    if done.returncode:
        print(done.stdout[-8000:], done.stderr[-2000:], sep="\n")
    found = re.search(r"(\d+) passed", done.stdout)
    return f"{found[1] if found else 0} of {len(chosen)}"


def _pytest(
    environment: Path, *arguments: str, capture: bool = False
) -> subprocess.CompletedProcess[str]:
    python = str(environment / "bin" / "python")
    # older packages have warnings of their own
    command = [python, "-m", "pytest", "-q", "-n", "2", "--disable-warnings", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=capture, text=True, check=False)


def _output(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    raise SystemExit(main())
