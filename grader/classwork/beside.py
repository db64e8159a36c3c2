"""A student's own files that lie beside an answer, and that it can use as it does at home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.classwork.listing import leads_out
from grader.submission import FileBeside

MAX_FILE_BYTES = 5_000_000
"""Of one file; a larger one is left where it is."""

_MAX_FILES = 50


@dataclass(frozen=True)
class KeptFile:
    """A file that belongs to no exercise."""

    name: str
    """With the folders that it lies in inside of what was handed in."""
    path: Path
    """Where its copy lies."""


def files_beside(answer: str, source: str, kept: Iterable[KeptFile]) -> tuple[FileBeside, ...]:
    """Return what an answer can use: what lies in its folder, or one below, and is named.

    Named by the answer, or by a module of the student's that is named, as in a learner's own run.

    Args:
        answer: the answer's name, with its folders.
        source: its text.
        kept: all that its student handed in beside answers.
    """
    folder = PurePosixPath(answer).parent
    near: dict[str, KeptFile] = {}
    for one in kept:
        path = PurePosixPath(one.name)
        if path.is_relative_to(folder) and not leads_out(one.name):
            inner = path.relative_to(folder)
            if len(inner.parts) <= 2:
                near.setdefault(str(inner), one)
    modules: dict[str, bytes] = {}
    texts = [source]
    for text in texts:  # grows meanwhile
        for name, one in near.items():
            is_module = name.endswith(".py") and PurePosixPath(name).stem in text
            if is_module and name not in modules and len(modules) < _MAX_FILES:
                modules[name] = one.path.read_bytes()
                texts.append(modules[name].decode("utf-8", "replace"))
    named = [
        (name, one.path.read_bytes())
        for name, one in near.items()
        if not name.endswith(".py") and any(PurePosixPath(name).name in text for text in texts)
    ]
    found = [*modules.items(), *named[: _MAX_FILES - len(modules)]]
    return tuple(FileBeside(name, data) for name, data in sorted(found))
