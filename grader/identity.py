"""Which files the grader consists of, and whether it is still the one that something was made with.

This is the one place that knows them. The server and stored verdicts ask whether anything has
changed on this machine since (a fingerprint of times and sizes, a few milliseconds); cohorts and
clusters, whether two machines have the same grader (an identity, by content); wheels and bundles,
what there is to pack.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import site
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grader

ELSEWHERE = ("datasets", "exercises", "solutions")
"""Parts of the package that lie beside it in a clone."""

_CONTENT = ("checks", "exercises", "solutions")
"""What no process keeps loaded: a server need not be replaced for it."""

_SUFFIXES = {".py", ".typed", ".keras", ".npz", ".csv", ".md", ".png", ".json", ".html", ".css"}

_PACKAGES = (
    "tensorflow", "keras", "numpy", "pandas", "scikit-learn", "matplotlib", "seaborn", "scikeras",
)  # fmt: skip
"""Those that a verdict may change with."""

_NOT_FOR_GRADERS = ("solutions/", "datasets/making.py")
"""What no grade needs, and a submission might look for."""

USUAL_FORMS = "classwork/usual_forms.json"
"""What graders have in place of solutions, see `likeness`; no verdict depends on it."""

_NOT_FOR_LEARNERS = (*_NOT_FOR_GRADERS, "checks/check_", "expect/")
_FOR_LEARNERS_AFTER_ALL = {"expect/__init__.py", "expect/outcome.py", "expect/quiz.py"}
"""Without these nothing can be imported that tells learners of blanks that are left."""


def package_folder(name: str) -> Path:
    """Return the folder of `grader.NAME`, wherever it was installed from.

    Raises:
        FileNotFoundError: this installation has no such part.
    """
    spec = importlib.util.find_spec(f"grader.{name}")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"this installation of keras-grader has no {name}")
    return Path(next(iter(spec.submodule_search_locations)))


def _entries() -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield each file's name inside the package, `datasets/orbit.py`, and where it lies."""
    waiting = [("", Path(grader.__file__).parent)]
    for part in ELSEWHERE:
        with contextlib.suppress(FileNotFoundError):
            waiting.append((f"{part}/", package_folder(part)))
    while waiting:
        prefix, folder = waiting.pop()
        for entry in os.scandir(folder):
            if entry.name.startswith(".") or entry.name == "__pycache__":
                continue
            if entry.is_dir():
                if prefix or entry.name not in ELSEWHERE:  # installed, they lie inside
                    waiting.append((f"{prefix}{entry.name}/", Path(entry.path)))
            elif os.path.splitext(entry.name)[1] in _SUFFIXES:  # noqa: PTH122 - half the time
                yield prefix + entry.name, entry


def files() -> dict[str, Path]:
    """Return all files of the grader by their names inside the package, in order."""
    return {name: Path(entry.path) for name, entry in sorted(_entries(), key=lambda one: one[0])}


def for_graders(name: str) -> bool:
    """Whether machines that grade need this file: no solutions, nor what was made from them."""
    return not name.startswith(_NOT_FOR_GRADERS)


def for_learners(name: str) -> bool:
    """Whether learners may have this file: no solutions, no checks, nor what these are made of."""
    return name in _FOR_LEARNERS_AFTER_ALL or not name.startswith(_NOT_FOR_LEARNERS)


def code_fingerprint() -> str:
    """Return a hash that changes with the grader's own modules and data, and with the packages."""
    return _fingerprint(content=False)


def whole_fingerprint() -> str:
    """Return a hash that also changes with exercises, checks and solutions."""
    return _fingerprint(content=True)


def _fingerprint(*, content: bool) -> str:
    found = hashlib.sha256(repr((grader.__version__, sys.version)).encode())
    for name, entry in sorted(_entries(), key=lambda one: one[0]):
        if content or name.partition("/")[0] not in _CONTENT:
            info = entry.stat()
            found.update(f"{entry.path} {info.st_mtime_ns} {info.st_size}\n".encode())
    for folder in (*site.getsitepackages(), site.getusersitepackages()):
        with contextlib.suppress(OSError):
            found.update(f"{folder} {os.stat(folder).st_mtime_ns}\n".encode())  # noqa: PTH116
    return found.hexdigest()


def own_data_folder() -> Path:
    """Return the folder where the user's own data lie; it need not exist."""
    if named := os.environ.get("GRADER_DATA"):
        return Path(named)
    import platformdirs

    return platformdirs.user_cache_path("keras-grader") / "data"


def keras_folder() -> Path:
    """Return the folder where Keras keeps what it has downloaded; it need not exist."""
    named = os.environ.get("KERAS_HOME")
    return Path(named) if named else Path.home() / ".keras"


def data_folders() -> tuple[Path, ...]:
    """Return the folders whose files may take the place of our data and weights."""
    return own_data_folder(), keras_folder() / "datasets", keras_folder() / "models"


@cache
def versions() -> dict[str, str]:
    """Return the versions of all that a verdict may change with, by their names."""
    import importlib.metadata  # it takes as long as all other imports here

    python = ".".join(str(part) for part in sys.version_info[:2])
    found = {"keras-grader": grader.__version__, "Python": python}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


@cache
def identity() -> dict[str, str]:
    """Return the versions and hashes of all that a verdict depends on, by their names.

    Two machines with the same identity give the same verdicts, wherever their files lie and
    whenever they were installed. No verdict depends on the solutions,
    so what instructors have and what graders have is the same grader.
    """
    hashes = {"the grader's files": _hash_of_files(), "the user's own data": _hash_of_data()}
    return versions() | hashes


def _hash_of_files() -> str:
    found = hashlib.sha256()
    for name, path in files().items():
        if for_graders(name) and name != USUAL_FORMS:
            found.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def _hash_of_data() -> str:
    """Return a hash of names and sizes; data sets and weights are too large to read each time."""
    listing = [
        (path.name, path.stat().st_size)
        for folder in data_folders()
        for path in (folder.glob("*") if folder.is_dir() else ())
        if path.is_file()
    ]
    return hashlib.sha256(repr(sorted(listing)).encode()).hexdigest()[:16] if listing else "none"


def differences(other: dict[str, str]) -> str:
    """Say how another grader differs from this one; "" where it does not."""
    own = identity()
    return ", ".join(
        f"{name} is {other.get(name, 'missing')} there and {own.get(name, 'missing')} here"
        for name in {**own, **other}
        if own.get(name) != other.get(name)
    )
