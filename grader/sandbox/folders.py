"""Removing a folder whatever was made in it."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from itertools import count
from pathlib import Path


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that can be; links are not followed.

    Folders in it are first moved up, one by one: however deep they lie, no path becomes too
    long for the system, and nothing calls itself.
    """
    numbers, mark = count(), secrets.token_hex(8)  # a name that is taken would not be free
    waiting = [str(folder)]
    top = os.fspath(folder)
    while waiting:
        current = waiting.pop()
        try:
            os.chmod(current, 0o700)  # noqa: PTH101
            with os.scandir(current) as found:
                entries = list(found)
        except OSError:
            continue
        folders = []
        for entry in entries:
            try:
                if stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode):
                    if not _remove_empty(entry.path):  # most of very many are empty
                        folders.append(entry.path)
                else:
                    _remove_file(entry.path)
            except OSError:
                continue
        for path in folders:
            moved = os.path.join(top, f"{mark}-{next(numbers)}")  # noqa: PTH118
            try:
                os.chmod(path, 0o700)  # noqa: PTH101
                os.rename(path, moved)  # noqa: PTH104
                waiting.append(moved)
            except OSError:
                continue
        if current != top:
            _remove_empty(current)
    _remove_empty(top)


def _remove_file(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except PermissionError:
        if sys.platform == "win32":  # where it may be a file that can only be read
            os.chmod(path, 0o600)  # noqa: PTH101
            os.unlink(path)  # noqa: PTH108


def _remove_empty(path: str) -> bool:
    """Remove a folder if it is empty; return whether it was."""
    try:
        os.rmdir(path)  # noqa: PTH106
    except OSError:
        return False
    return True
