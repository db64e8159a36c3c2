"""Verdicts of a class on disk: one file each, written at once and whole, or not at all.

    OUT/verdicts/STUDENT/2.2.1.json

        {"key": …, "student": …, "exercise": …, "file": …, "notes": [...],
         "places": {LINE: "cell 3, line 2"}, "verdict": …}

The key tells whether the verdict is still the right one: it changes with the student's
file, the grader and the options.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from grader.files import whole_file
from grader.verdict import Verdict

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}(?<!\.)")
_WITH_HASH = re.compile(r".*-[0-9a-f]{12}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")

Record = dict[str, Any]


def safe_name(student: str) -> str:
    """Return a file's name for a student, a different one for each, on every system.

    Simple names stay as they are; all others get a part of their hash. A simple name
    that looks as if it had one gets one, too, so that no two are ever the same.
    """
    if (
        _PLAIN.fullmatch(student)
        and not _WITH_HASH.fullmatch(student)
        and not _RESERVED.fullmatch(student)
    ):
        return student
    text = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:40] or "student"
    return f"{slug}-{hashlib.sha256(student.encode(errors='backslashreplace')).hexdigest()[:12]}"


class Records:
    """The verdicts of one class, in the folder for its results."""

    def __init__(self, out: Path) -> None:
        self._folder = out / "verdicts"

    def _path(self, student: str, exercise: str) -> Path:
        return self._folder / safe_name(student) / f"{exercise}.json"

    def load(self, student: str, exercise: str) -> Record | None:
        """Return what is stored; None where there is nothing, or it is damaged."""
        try:
            found = json.loads(self._path(student, exercise).read_text("utf-8"))
            Verdict.from_json(found["verdict"])
            whole = {"key", "student", "exercise", "file", "notes", "places"} <= set(found)
            return dict(found) if whole and found["student"] == student else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def key_of(self, student: str, exercise: str) -> str | None:
        """Return the key of what is stored, if anything is."""
        found = self.load(student, exercise)
        return str(found["key"]) if found else None

    def keep(self, record: Record) -> None:
        """Store a verdict.

        Raises:
            OSError: the disk is full, or the folder may not be written to.
        """
        path = self._path(record["student"], record["exercise"])
        with whole_file(path) as stream:
            json.dump(record, stream)

    def forget(self, student: str, exercise: str) -> None:
        """Remove a verdict that is no longer the right one."""
        self._path(student, exercise).unlink(missing_ok=True)

    def clear_away_parts(self) -> None:
        """Remove what a run that was killed left half-written."""
        for path in self._folder.glob("*/.part-*"):
            path.unlink(missing_ok=True)
