"""CONTRIBUTING's promise: three files make a new exercise. Here is a 45th, with a function."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.identity import files

SOLUTION = '''"""5.1.1 Doubling

A function that doubles is the start of many careers. Here you write one, and
use it.

Steps
1. Write `double(x)`, which returns twice its argument.
2. Keep twice `start` as `result`.
"""

start = 21

# TODO: write the function `double(x)`
### BEGIN SOLUTION
def double(x):
    return 2 * x
### END SOLUTION

# TODO: double `start`
### BEGIN SOLUTION
result = double(start)
### END SOLUTION
'''

CHECKS = '''"""Checks for 5.1.1."""

from grader.expect.findings import Evidence
from grader.expect.outcome import CheckFailed, check

HINTS = ("Twice is two times the number.", "Multiply, then return it.", "Return `2 * x`.")


def probes(rng):
    return [("double", [rng.randint(3, 1000)], {}) for _ in range(2)]


@check(points=2)
def test_function(evidence: Evidence) -> None:
    """The function doubles numbers that it has not seen."""
    for probe in evidence.raw.probes:
        wanted = 2 * probe["args"][0]
        got = probe.get("result", {}).get("value")
        if got != wanted:
            raise CheckFailed(
                expected=str(wanted), got=f"{got}", message="Look at what `double` returns.",
                line=probe.get("error", {}).get("line"),
            )


@check(points=1)
def test_result(evidence: Evidence) -> None:
    """`result` is twice `start`."""
    if evidence.number("result") != 42:
        raise CheckFailed(expected="42", got="another number", message="Call `double`.")
'''

ANSWERS = """
from corpus import Right, Wrong, edit

RIGHT = [Right("sum", edit(("2 * x", "x + x")))]
WRONG = [Wrong("triple", edit(("2 * x", "3 * x")), "function", "returns")]
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package as it is installed, to which an exercise can be added."""
    site = tmp_path / "site"
    for name, path in files().items():
        target = site / "grader" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return site


def _grade(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "grader", *arguments],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def _status(site: Path, source: str) -> dict[str, str]:
    path = site.parent / "answer.py"
    path.write_text(source)
    done = _grade(site, "5.1.1", "--file", str(path), "--json")
    (found,) = json.loads(done.stdout)["exercises"]
    return {"": found["status"]} | {check["name"]: check["status"] for check in found["checks"]}


def test_three_files_make_an_exercise(copy: Path) -> None:
    solution = copy / "grader" / "solutions" / "5_more" / "5_1_1_doubling.py"
    solution.parent.mkdir()
    solution.write_text(SOLUTION)
    (copy / "grader" / "checks" / "check_5_1_1.py").write_text(CHECKS)
    (copy / "answers_5_1_1.py").write_text(ANSWERS)

    done = _grade(copy, "build")
    assert "new: exercises/5_more/5_1_1_doubling.py" in done.stdout, done.stderr
    assert "result = ____" in (copy / "grader/exercises/5_more/5_1_1_doubling.py").read_text()
    listing = _grade(copy, "list").stdout
    assert "Chapter 5: More" in listing
    assert "5.1.1  Doubling  3 points" in listing
    assert "Twice" in _grade(copy, "hint", "5.1.1").stdout
    done = _grade(copy, "verify", "5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 references passed, 1 of 1 stubs are not_attempted." in done.stdout

    assert _status(copy, SOLUTION.replace("2 * x", "x + x"))[""] == "passed"
    assert _status(copy, SOLUTION.replace("2 * x", "3 * x")) == {
        "": "failed",
        "function": "failed",
        "result": "failed",
    }
    assert _status(copy, SOLUTION.replace("return 2 * x", "return 42"))["function"] == "failed"
    raising = SOLUTION.replace("result = double(start)", "result = 42").replace("2 * x", "x.y")
    assert _status(copy, raising) == {"": "failed", "function": "failed", "result": "passed"}
