"""Small classes on the disk, in all forms that platforms give them, and who is found there."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

from grader.catalogue import find
from grader.classwork.class_folder import ClassWork, find_submissions

FILE, OTHER = "1_1_1_describing_keras.py", "1_1_2_would_you_use_deep_learning.py"


def find_class(root: Path, *ids: str) -> ClassWork:
    """Find a class's work; no two students have the same label."""
    top = next(path for path in (root, *root.parents) if path.name == "class").parent
    (top / "copies").mkdir(exist_ok=True)
    found = find_submissions(root, top / "copies", [find(id) for id in ids] or None)
    assert len({student.label for student in found.students}) == len(found.students)
    return found


def put_files(root: Path, files: dict[str, str], when: float | None = None) -> None:
    """Write files, by their paths below ROOT."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        if when is not None:
            os.utime(path, (when, when))


def tar_files(path: Path, files: dict[str, str], mode: str = "w:gz") -> Path:
    """Write a tar archive; return its path."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text.encode()), 1_700_000_000
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def source_of(found: ClassWork) -> dict[str, str]:
    """Return the text that was handed in, by student."""
    return {one.student: one.submission.file.data.decode() for one in found.handed_in}


def told_of(found: ClassWork) -> dict[str, str]:
    """Return what is said of whom, or of what, where something was not graded."""
    return {one.student or one.file: one.what for one in found.problems if not one.graded}
