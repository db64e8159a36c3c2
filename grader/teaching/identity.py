"""Which grader this is: what a verdict depends on besides the student's file.

Two machines with the same identity give the same verdicts, wherever their files lie and
whenever they were installed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import sys
from functools import cache
from pathlib import Path

import grader
from grader import fingerprint
from grader.catalogue import package_folder

_PARTS = ("checks", "datasets", "engine", "exercises", "expect")
_PACKAGES = (
    "tensorflow", "keras", "numpy", "pandas", "scikit-learn", "matplotlib", "seaborn", "scikeras",
)  # fmt: skip


@cache
def identity() -> dict[str, str]:
    """Return the versions and hashes of all that a verdict depends on, by their names."""
    python = ".".join(str(part) for part in sys.version_info[:2])
    found = {"keras-grader": grader.__version__, "Python": python}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
    return found | {"the grader's files": _hash_of_files(), "the user's own data": _hash_of_data()}


def _hash_of_files() -> str:
    own = Path(grader.__file__).parent
    paths = {path.name: path for path in own.glob("*.py")}
    for part in _PARTS:
        folder = package_folder(part)
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                paths[f"{part}/{path.relative_to(folder).as_posix()}"] = path
    found = hashlib.sha256()
    for name, path in sorted(paths.items()):
        found.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def _hash_of_data() -> str:
    """Return a hash of names and sizes; data sets and weights are too large to read each time."""
    listing = [
        (path.name, path.stat().st_size)
        for folder in fingerprint.data_folders()
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
