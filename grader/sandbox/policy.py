"""What one run may read and write."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """Folders with all that is in them, and files. What is in none of them is out of reach."""

    read: tuple[str, ...]
    list_only: tuple[str, ...]
    """Folders of which names may be seen, but nothing may be read that is not in `read`."""
    use: tuple[str, ...]
    """Devices, to read and write."""
    write: tuple[str, ...]


def trees_without(roots: Iterable[str], secrets: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return what can be allowed of some folders so that the secret ones in them are left out.

    A rule of Landlock's holds for all that lies in a folder, and there are none that forbid.
    So a folder with a secret in it is taken apart, as deep as the secret lies.

    Returns:
        folders and files that may be read, and folders that may only be listed.
    """
    hidden = {os.path.realpath(secret) for secret in secrets}
    on_the_way = {parent for secret in hidden for parent in _parents(secret)}
    readable: list[str] = []
    listable: list[str] = []
    waiting = [os.path.realpath(root) for root in roots]
    while waiting:
        path = waiting.pop()
        if path in hidden or any(parent in hidden for parent in _parents(path)):
            continue
        if path not in on_the_way:
            readable.append(path)
            continue
        listable.append(path)
        try:
            with os.scandir(path) as entries:
                waiting += [entry.path for entry in entries if not entry.is_symlink()]
        except OSError:
            continue
    return readable, listable


def _parents(path: str) -> list[str]:
    """Return the folders that a path lies in, itself left out."""
    found = []
    while path != (path := os.path.dirname(path)):  # noqa: PTH120 - of strings, many of them
        found.append(path)
    return found
