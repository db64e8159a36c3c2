"""The command line as a user runs it, and the files of a user's workspace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from grader.catalogue import find

GRADE = [sys.executable, "-P", "-m", "grader"]


def grade(
    *arguments: str, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `grade` in a process of its own, without colours, on 80 columns."""
    return subprocess.run(
        [*GRADE, *arguments],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", **(env or {})},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )


def put(workspace: Path, exercise_id: str, source: str) -> Path:
    """Write a learner's file into a workspace; return its path."""
    path = workspace / "exercises" / find(exercise_id).file
    path.write_text(source, "utf-8")
    return path


def solution(exercise_id: str) -> str:
    """Return the text of a reference solution."""
    return find(exercise_id).solution.read_text("utf-8")
