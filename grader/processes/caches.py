"""Folders of our own for what Matplotlib and Keras keep between calls.

Both read their caches while they are imported. A learner's code may have written to the usual
places; a pipe there would hang whoever imports them next.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path

import platformdirs

from grader.identity import keras_folder

_MATPLOTLIB, _KERAS = "matplotlib", "keras"
_OF_THE_USER = ("datasets", "models")
"""What Keras has downloaded for the user is used, and read only."""


def cache_variables() -> dict[str, str]:
    """Return the environment that makes worker processes use our caches; makes these sound."""
    folder = _folder()
    for name in (_MATPLOTLIB, _KERAS):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    _remove_what_is_no_file(folder, ())
    for name in _OF_THE_USER:
        with contextlib.suppress(OSError):
            found = keras_folder().absolute() / name
            # Keras makes it itself before its first download; on a link to nothing it ends.
            found.mkdir(parents=True, exist_ok=True)
            _link(folder / _KERAS / name, found)
    return {"MPLCONFIGDIR": str(folder / _MATPLOTLIB), "KERAS_HOME": str(folder / _KERAS)}


def _link(path: Path, folder: Path) -> None:
    try:
        path.symlink_to(folder, target_is_directory=True)
    except OSError:
        if sys.platform == "win32":  # where only some users may
            import _winapi

            _winapi.CreateJunction(str(folder), str(path))


def clear_caches() -> None:
    """Make the caches sound that this process was started with, before others are."""
    if folder := cache_folder():
        _remove_what_is_no_file(folder, _OF_THE_USER)


def cache_folder() -> Path | None:
    """Return the folder of caches that this worker process was started with."""
    named = os.environ.get("MPLCONFIGDIR")
    return Path(named).parent if named else None


def _folder() -> Path:
    """Return a folder that is the user's own, and open to nobody else."""
    found = platformdirs.user_cache_path("keras-grader") / "workers"
    try:
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = found.lstat()
    except OSError:
        return _temporary_folder()
    if hasattr(os, "getuid"):
        own = stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid()
        if not own or info.st_mode & 0o077:
            return _temporary_folder()
    return found


@cache
def _temporary_folder() -> Path:
    found = Path(tempfile.mkdtemp(prefix="grade-"))
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    return found


def _remove_what_is_no_file(folder: Path, kept: tuple[str, ...]) -> None:
    """Remove links, pipes and devices: whoever opens one may wait for ever, or read elsewhere."""
    for name in (_MATPLOTLIB, _KERAS):
        with os.scandir(folder / name) as entries:
            for entry in entries:
                try:
                    mode = entry.stat(follow_symlinks=False).st_mode
                except FileNotFoundError:  # Matplotlib's own lock, of another process
                    continue
                good = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
                if not good and not (stat.S_ISLNK(mode) and entry.name in kept):
                    Path(entry.path).unlink(missing_ok=True)
