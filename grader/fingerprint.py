"""Telling whether an installation is still the one that something was made with."""

from __future__ import annotations

import contextlib
import hashlib
import os
import site
import sys
from pathlib import Path

import platformdirs

import grader
from grader.catalogue import package_folder

_CODE = ("commands", "engine", "expect")
_CONTENT = ("checks", "exercises", "solutions")
_SUFFIXES = {".py", ".keras", ".npz", ".csv"}


def own_data_folder() -> Path:
    """Return the folder where the user's own data lie; it need not exist."""
    named = os.environ.get("GRADER_DATA")
    return Path(named) if named else platformdirs.user_cache_path("keras-grader") / "data"


def keras_folder() -> Path:
    """Return the folder where Keras keeps what it has downloaded; it need not exist."""
    named = os.environ.get("KERAS_HOME")
    return Path(named) if named else Path.home() / ".keras"


def data_folders() -> tuple[Path, ...]:
    """Return the folders whose files may take the place of our data and weights."""
    return own_data_folder(), keras_folder() / "datasets", keras_folder() / "models"


def of_code() -> str:
    """Return a hash that changes with the grader's own modules and the installed packages."""
    found = hashlib.sha256(repr((grader.__version__, sys.version)).encode())
    own = Path(grader.__file__).parent
    for folder in (own, *(own / name for name in _CODE), package_folder("datasets")):
        _add_files(found, folder)
    for name in (*site.getsitepackages(), site.getusersitepackages()):
        with contextlib.suppress(OSError):
            found.update(f"{name} {os.stat(name).st_mtime_ns}\n".encode())  # noqa: PTH116
    return found.hexdigest()


def of_everything() -> str:
    """Return a hash that also changes with exercises, checks, solutions and data."""
    found = hashlib.sha256(of_code().encode())
    for name in _CONTENT:
        with contextlib.suppress(FileNotFoundError):
            folder = package_folder(name)
            for part in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
                _add_files(found, part)
    return found.hexdigest()


def _add_files(found: hashlib._Hash, folder: Path) -> None:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if Path(entry.name).suffix in _SUFFIXES:
            info = entry.stat()
            found.update(f"{entry.path} {info.st_mtime_ns} {info.st_size}\n".encode())
