"""The pages for instructors: each is shown, and what it says to type works as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import grade

import grader
from grader.commands.guides import PAGES

FOLDER = Path(grader.__file__).parent / "teaching" / "guides"
QUICK = ("cohort", "ci", "course", "platforms")
"""Those that take no minutes: with nbgrader it is a real run, Gradescope's installs TensorFlow."""


def _commands(way: str) -> list[str]:
    return re.findall(r"(?ms)^```sh\n(.*?)^```$", (FOLDER / f"{way}.md").read_text("utf-8"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "tried" in metafunc.fixturenames:
        full = metafunc.config.getoption("--full")
        metafunc.parametrize("tried", (*QUICK, "nbgrader") if full else QUICK)


def test_what_a_page_says_works(tried: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(_commands(tried))],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = {
        "cohort": ["results/gradebook.csv", "results/changes.csv", "results/report/index.html"],
        "ci": [".github/workflows/grade.yml", "junit.xml", "summary.md", "result.json"],
        "course": ["course.toml"],
        "platforms": ["results/moodle.csv", "results/moodle-feedback.zip"],
        "nbgrader": ["course/grades.csv", "course/feedback/anna/lesson-1-1"],
    }
    assert [name for name in made[tried] if not (tmp_path / name).exists()] == []


def test_each_page_is_shown(tmp_path: Path) -> None:
    listed = grade("guide", cwd=tmp_path)
    assert [line.split()[2] for line in listed.stdout.splitlines()] == list(PAGES)
    assert {path.stem for path in FOLDER.iterdir()} == set(PAGES)
    for page in PAGES:
        shown = grade("guide", page, cwd=tmp_path)
        assert shown.stdout == (FOLDER / f"{page}.md").read_text("utf-8")
        assert _commands(page)
