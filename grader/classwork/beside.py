"""A student's own files that lie beside an answer, and that it can use as it does at home."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.classwork.listing import leads_out
from grader.submission import FileBeside

MAX_FILE_BYTES = 5_000_000
"""Of one file; a larger one is left where it is."""

_MAX_FILES = 50
_MAX_BYTES = 50_000_000
"""Of all files of an answer: a run brings no more along."""

Contents = dict[bytes, bytes]
"""What was read, by its hash: a file that a whole class uses is in memory once."""


@dataclass(frozen=True)
class KeptFile:
    """A file that belongs to no exercise."""

    name: str
    """With the folders that it lies in inside of what was handed in."""
    path: Path
    """Where it lies, or its copy, where it comes from an archive."""

    def read(self) -> bytes | None:
        """Return what it holds; None where it cannot be read, or has become too large."""
        try:
            with self.path.open("rb") as stream:
                data = stream.read(MAX_FILE_BYTES + 1)
        except OSError:
            return None
        return data if len(data) <= MAX_FILE_BYTES else None


def may_name(texts: Iterable[str], name: str) -> bool:
    """Whether answers, scripts or notebooks as they were handed in, seem to name a file."""
    own = PurePosixPath(name).name
    in_notebook = json.dumps(own)[1:-1]
    return any(own in text or in_notebook in text for text in texts)


def files_beside(
    answer: str, source: str, kept: Iterable[KeptFile], contents: Contents
) -> tuple[FileBeside, ...]:
    """Return what an answer can use: what lies in its folder, or one below, and is named.

    Named by the answer, or by a module of the student's that is named, as in a learner's own run.

    Args:
        answer: the answer's name, with its folders.
        source: its text.
        kept: all that its student handed in beside answers.
        contents: what was read for other answers; what is read now is added.
    """
    folder = PurePosixPath(answer).parent
    near: dict[str, KeptFile] = {}
    for one in kept:
        path = PurePosixPath(one.name)
        if path.is_relative_to(folder) and not leads_out(one.name):
            inner = path.relative_to(folder)
            if len(inner.parts) <= 2:
                near.setdefault(str(inner), one)
    found: dict[str, bytes] = {}
    left = _MAX_BYTES

    def take(name: str, one: KeptFile) -> str:
        nonlocal left
        data = one.read() if len(found) < _MAX_FILES else None
        if data is None or len(data) > left:
            return ""
        left -= len(data)
        found[name] = contents.setdefault(hashlib.sha256(data).digest(), data)
        return data.decode("utf-8", "replace")

    modules = {name: one for name, one in near.items() if name.endswith(".py")}
    texts = [source]
    for text in texts:  # grows meanwhile
        for name, one in modules.items():
            if name not in found and PurePosixPath(name).stem in text:
                texts.append(take(name, one))
    for name, one in near.items():
        if name not in modules and any(PurePosixPath(name).name in text for text in texts):
            take(name, one)
    return tuple(FileBeside(name, data) for name, data in sorted(found.items()))
