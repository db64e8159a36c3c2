"""Verdicts on work that has not changed: shown again instead of being found again.

One JSON file per verdict in the user's cache folder. Its name is a hash of all that the
verdict depends on: the file's name and content, the exercise, the options, the
installation and the user's own data.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from grader import identity
from grader.catalogue import Exercise
from grader.verdict import Outcome, Verdict

_KEPT = 500
_WORTH_KEEPING = {Outcome.PASSED, Outcome.FAILED, Outcome.ERROR}
"""Running out of time depends on the machine's mood, and a fault of ours is none of a file's."""


def _folder() -> Path:
    return platformdirs.user_cache_path("keras-grader") / "verdicts"


@cache
def _installation() -> str:
    data, *_ = folders = identity.data_folders()
    listing = []
    for folder in folders:
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):
                info = entry.stat()
                listing.append((entry.path, info.st_size, info.st_mtime_ns))
    return repr((identity.whole_fingerprint(), str(data), sorted(listing)))


def key_of(exercise: Exercise, path: Path, *, seed: int, timeout: float | None) -> str | None:
    """Return the name under which the verdict on a file is stored; None where it is unreadable."""
    try:
        source = path.read_bytes()
    except OSError:
        return None
    facts = repr((_installation(), exercise.id, str(path), seed, timeout)).encode()
    return hashlib.sha256(facts + b"\0" + source).hexdigest()


def load(key: str) -> Verdict | None:
    """Return a stored verdict, if there is one that can be read."""
    try:
        found: dict[str, Any] = json.loads((_folder() / f"{key}.json").read_text("utf-8"))
        verdict = Verdict.from_json(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    verdict.stored = True
    return verdict


def keep(key: str, verdict: Verdict) -> None:
    """Store a verdict; a disk that is full costs only that."""
    if verdict.status not in _WORTH_KEEPING:
        return
    folder = _folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(verdict.to_json(), stream)
        Path(name).replace(folder / f"{key}.json")
        files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in files[:-_KEPT]:
            path.unlink()
