"""Names of files as they are shown, and under which a file is graded."""

from __future__ import annotations

import os
import unicodedata
from pathlib import PurePosixPath

from grader.catalogue import Exercise

OPENED = (".tar.gz", ".tar.bz2", ".tar.xz", ".zip", ".tar", ".tgz", ".tbz2", ".txz")
"""Archives that are opened."""
UNOPENED = (
    ".rar",
    ".7z",
    ".gz",
    ".bz2",
    ".xz",
    ".zst",
    ".lz",
    ".lzma",
    ".z",
    ".ace",
    ".arj",
    ".iso",
)
"""Packed files that are not."""

_MAX_NAME_BYTES = 200
_JOINERS = "\u200c\u200d"  # Persian and Indian scripts need them between their letters


def shown(name: str) -> str:
    """Return a name so that it can be printed and stored: any bytes may be a file's name."""
    if name.isascii() and name.isprintable():
        return name
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    text = unicodedata.normalize("NFC", text)
    return "".join(
        c
        if c.isprintable() or (c in _JOINERS and before > "\u0590")
        else c.encode("unicode-escape").decode()
        for before, c in zip(" " + text, text, strict=False)
    )


def suffix_of(name: str) -> str:
    """Return what a file's name ends in, in small letters: `.py`, and `.tar.gz` as a whole.

    Blanks and dots at its very end do not count: Windows has none there, other systems do.
    """
    low = name.lower().rstrip(" .")
    return next((end for end in OPENED if low.endswith(end)), PurePosixPath(low).suffix)


def stem_of(name: str) -> str:
    """Return a file's name without folders and without what it ends in."""
    own = PurePosixPath(name).name.rstrip(" .") or name
    return own[: len(own) - len(suffix_of(own))] or own


def graded_name(exercise: Exercise, submitted: str) -> str:
    """Return the name under which a file is graded: the student's own, where that can be."""
    name = f"{stem_of(submitted)}.py"
    fits = len(os.fsencode(name)) <= _MAX_NAME_BYTES and name.isprintable()
    return name if fits else PurePosixPath(exercise.file).name


def some(names: list[str]) -> str:
    """Return a few of the names, and how many more there are."""
    more = len(names) - 5
    return ", ".join(sorted(names)[:5]) + (f" and {more} more" if more > 0 else "")
