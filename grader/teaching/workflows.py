"""What makes a CI service grade a student's repository: a file for it, and the grader's wheel.

The wheel is the one for graders. Whoever may read the repository may read the checks in it; a
wheel that lies elsewhere keeps them, if its address is a secret of the service's.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.marking.syllabus_file import FILE_NAME, SKELETON
from grader.teaching.wheel import for_graders, installed_files, write_wheel

_GITHUB = """\
# Grades what is pushed: `grade ci github` wrote this.
name: grade
on: [push, workflow_dispatch]
permissions:
  contents: read
jobs:
  grade:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - run: pip install --quiet {install}
      - run: >-
          grade ci run {ids}--junit junit.xml
          --summary "$GITHUB_STEP_SUMMARY" --result result.json
      - uses: actions/upload-artifact@v6
        if: always()
        with:
          name: grade
          path: |
            junit.xml
            result.json
"""
_GITLAB = """\
# Grades what is pushed: `grade ci gitlab` wrote this.
grade:
  image: python:3.12
  timeout: 1 hour
  script:
    - pip install --quiet {install}
    - grade ci run {ids}--junit junit.xml --summary summary.md --result result.json
  artifacts:
    when: always
    paths:
      - summary.md
      - result.json
    reports:
      junit: junit.xml
"""
_CLASSROOM50 = '''\
"""Grades a submission on Classroom 50: `grade ci classroom50` wrote this."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = [sys.executable, "-P", "-m"]  # -P: no module of the student's is imported

install = {install}
subprocess.run([*PYTHON, "pip", "install", "--quiet", *install], check=True)
# the course.toml that lies here counts, and none of the student's
course = ["--course", str(HERE / "course.toml")]
words = [{words}*course, "--result", "result.json", "--summary", "release-body.md"]
done = subprocess.run([*PYTHON, "grader", "ci", "run", *words])
sys.exit(0 if done.returncode in (0, 1) else 1)  # 1: not everything passed, which is no fault
'''


@dataclass(frozen=True)
class Service:
    """A CI service: where its file lies in a repository, and where the wheel."""

    file: str
    text: str
    wheels: str


SERVICES = {
    "github": Service(".github/workflows/grade.yml", _GITHUB, ".github/keras-grader"),
    "gitlab": Service(".gitlab-ci.yml", _GITLAB, ".gitlab/keras-grader"),
    "classroom50": Service("autograder.py", _CLASSROOM50, "."),
}


class NoWorkflow(Exception):
    """The files cannot be written there; the text says why."""


def write_workflow(
    folder: Path, name: str, ids: Sequence[str], install: str = "", course: bytes | None = None
) -> list[Path]:
    """Write what a service needs into a repository, or the template of one.

    Args:
        folder: the repository.
        name: the service's, of `SERVICES`.
        ids: exercises, lessons or chapters to grade; none for those of the course, or all.
        install: what pip installs; "" for a wheel that is put beside the file.
        course: what `course.toml` shall have there; None for none. Classroom 50 gets one in
            any case: without it, a student's own would count.

    Returns:
        The files that were written.

    Raises:
        NoWorkflow: there is a file already that is another one.
        CannotPack: see `wheel.write_wheel`.
        OSError: they cannot be written.
    """
    service = SERVICES[name]
    files = {folder / service.file: text_of(name, ids, install).encode()}
    if course is None and name == "classroom50" and not (folder / FILE_NAME).exists():
        course = SKELETON.encode()
    if course is not None:
        files[folder / FILE_NAME] = course.replace(b"\r\n", b"\n")
    for path, content in files.items():
        if path.exists() and path.read_bytes().replace(b"\r\n", b"\n") != content:
            raise NoWorkflow(f"{path} is there already, and is another one. Move it away first.")
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if install:
        return list(files)
    wheels = folder / service.wheels
    wheels.mkdir(parents=True, exist_ok=True)
    for old in wheels.glob("keras_grader-*.whl"):
        old.unlink()
    return [*files, write_wheel(wheels, for_graders(installed_files()))]


def text_of(name: str, ids: Sequence[str], install: str = "") -> str:
    """Return a service's file."""
    service = SERVICES[name]
    if name == "classroom50":
        beside = '[str(path) for path in HERE.glob("keras_grader-*.whl")]'
        words = "".join(f'"{id}", ' for id in ids)
        return service.text.format(install=repr([install]) if install else beside, words=words)
    what = shlex.quote(install) if install else f"./{service.wheels}/*.whl"
    return service.text.format(install=what, ids="".join(f"{id} " for id in ids))
