"""Looking whether an installation can grade, and saying what to do where it cannot."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader import __version__
from grader.catalogue import bundled_facts, exercises
from grader.evidence.messages import Limits
from grader.grading.pipeline import Options, grade
from grader.identity import package_folder, versions
from grader.places import render
from grader.processes.opening import open_workers
from grader.processes.workers import way
from grader.requirements import NotInstalled
from grader.sandbox.confinement import LAYERS
from grader.sandbox.limits import in_words
from grader.sandbox.trial import probe
from grader.stubs import build_all
from grader.submission import read_submission
from grader.verdict import Outcome
from grader.workspace import NoWorkspace, find_workspace

_PACKAGES = (
    "keras-grader", "tensorflow", "keras", "numpy", "pandas", "scikit-learn", "matplotlib",
    "seaborn", "scikeras", "pytest",
)  # fmt: skip
_WAYS = {
    "fork": "each file runs in a copy (fork) of a process that has imported TensorFlow",
    "ahead": "each file runs in a process that was started ahead and has imported TensorFlow",
    "spawn": "each file runs in a new process, which is slow: TensorFlow is imported each time",
}
_LEAST_FREE_BYTES = 500_000_000


def examine() -> Iterator[tuple[bool | None, str]]:
    """Yield each finding: whether it is good, None where grading works without it; what it says."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    fits = (3, 11) <= sys.version_info < (3, 14)
    yield fits, f"Python {version} (3.11, 3.12 or 3.13 is needed)"
    for name in _PACKAGES:
        try:
            yield True, f"{name} {importlib.metadata.version(name)}"
        except importlib.metadata.PackageNotFoundError:
            yield False, f"{name} is missing"
    free = shutil.disk_usage(tempfile.gettempdir()).free
    yield free > _LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free for temporary files"
    yield True, _WAYS[way()]
    for layer in probe():
        what = f"the layer {layer.name} ({LAYERS[layer.name]})"
        remark = f": {layer.remark}" if layer.remark else ""
        yield (
            None if not layer.holds else True,
            (f"{what} {'holds' if layer.holds else 'is not to be had here'}{remark}"),
        )
    yield True, f"a file gets {in_words(Limits())}; `--limit` sets others"
    try:
        yield True, f"workspace: {find_workspace().root}"
    except NoWorkspace:
        yield True, "no workspace here; `grade init DIR` makes one"
    yield bool(exercises()), f"{len(exercises())} exercises"
    try:
        old = build_all(package_folder("solutions"), package_folder("exercises"), write=False)
        yield (
            not old,
            "each exercise is as its solution has it"
            if not old
            else (f"stubs are out of date ({', '.join(old)}): `grade build`"),
        )
    except FileNotFoundError:
        kind = "a learner's bundle" if bundled_facts() else "it is for machines that grade"
        yield True, f"no solutions in this installation: {kind}"
    yield _can_grade()


def document(findings: Sequence[tuple[bool | None, str]]) -> str:
    """Return the findings as `grade doctor --json` prints them, with all versions beside."""
    healthy = is_healthy(findings)
    return json.dumps(
        {
            "schema": 1,
            "grader": __version__,
            "versions": versions(),
            "healthy": healthy,
            "findings": [{"good": good is not False, "text": text} for good, text in findings],
        },
        indent=2,
    )


def is_healthy(findings: Iterable[tuple[bool | None, str]]) -> bool:
    """Whether grading works: nothing that it needs is missing."""
    return all(good is not False for good, _ in findings)


def _can_grade() -> tuple[bool, str]:
    """Grade one small answer from end to end."""
    exercise = next((e for e in exercises() if e.options is None), None)
    if exercise is None or not Path(exercise.solution).exists():
        return True, "no solution to try a grade with"
    started = time.monotonic()
    try:
        with open_workers() as workers:
            verdict = grade(read_submission(exercise, exercise.solution), workers, Options())
    except NotInstalled as missing:
        return False, str(missing)
    seconds = time.monotonic() - started
    if verdict.status is Outcome.PASSED:
        return True, f"a trial grade of {exercise.id} passed in {seconds:.1f} s"
    why = render(verdict.message, verdict.places)
    return False, f"a trial grade of {exercise.id} came out as {verdict.status}. {why}"
