"""A wheel of this very installation, with parts of it left out where that is wanted.

The installed files are packed again, by the format's own rules: that works from a clone as
well as from an installed wheel, needs no network, and can leave out what learners or an
autograder's machine should not have.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader import identity
from grader.catalogue import BUNDLED_FACTS, Exercise, exercise_of, facts_for_learners
from grader.classwork.likeness import forms_for_graders
from grader.stubs import build_stub

_DATE = (1980, 1, 1, 0, 0, 0)
"""The same files make the same wheel, byte for byte."""


class CannotPack(Exception):
    """This installation lacks what a wheel needs; the text says what."""


def installed_files() -> dict[str, bytes]:
    """Return the package's files by their names in a wheel, `grader/cli.py`.

    Stubs are built from the solutions: in a clone the files in `exercises/` may hold
    somebody's answers.
    """
    found = {f"grader/{name}": path.read_bytes() for name, path in identity.files().items()}
    for name in [name for name in found if name.startswith("grader/solutions/")]:
        if PurePosixPath(name).name[0].isdigit():
            stub = build_stub(found[name].decode("utf-8"))
            found[name.replace("/solutions/", "/exercises/")] = stub.encode()
    return found


def for_graders(everything: dict[str, bytes]) -> dict[str, bytes]:
    """Return those of the wheel's files that grading needs: the checks, and no solutions.

    Of these there are hashes of their forms, so that answers like them are not called alike.
    """
    found = {
        name: data
        for name, data in everything.items()
        if identity.for_graders(name.removeprefix("grader/"))
    }
    return {f"grader/{identity.USUAL_FORMS}": forms_for_graders().encode(), **found}


def for_learners(everything: dict[str, bytes], chosen: Sequence[Exercise]) -> dict[str, bytes]:
    """Return those of the wheel's files that learners may have, with the chosen exercises.

    Solutions, checks, what checks are written in and how bundled results were made are left
    out. What the checks tell learners anyway is kept in a file of its own.
    """
    found = {
        name: data
        for name, data in everything.items()
        if identity.for_learners(name.removeprefix("grader/")) and _is_of(name, chosen)
    }
    return {f"grader/checks/{BUNDLED_FACTS}": facts_for_learners(chosen).encode(), **found}


def _is_of(name: str, chosen: Sequence[Exercise]) -> bool:
    """Whether a file belongs to one of these exercises, or to none at all."""
    exercise = exercise_of(name) if name.startswith("grader/exercises/") else None
    return exercise is None or exercise in chosen


def write_wheel(folder: Path, content: dict[str, bytes]) -> Path:
    """Write the wheel into FOLDER; return its path.

    Args:
        folder: that it goes to.
        content: what of `installed_files` goes in, and other files.

    Raises:
        CannotPack: the package is not installed, so it has no metadata.
        OSError: it cannot be written.
    """
    try:
        distribution = importlib.metadata.distribution("keras-grader")
    except importlib.metadata.PackageNotFoundError:
        raise CannotPack("keras-grader is not installed: `pip install .` in its clone.") from None
    stem = f"keras_grader-{distribution.version}"
    info = f"{stem}.dist-info"
    packed = dict(content)
    metadata = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    packed[f"{info}/METADATA"] = metadata.encode()
    packed[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: keras-grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    packed[f"{info}/entry_points.txt"] = b"[console_scripts]\ngrade = grader.cli:main\n"
    if licence := distribution.read_text("licenses/LICENSE"):
        packed[f"{info}/licenses/LICENSE"] = licence.encode()
    packed[f"{info}/RECORD"] = _record(packed, f"{info}/RECORD")
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in packed.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path


def _record(packed: dict[str, bytes], own_name: str) -> bytes:
    lines = []
    for name, data in packed.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{own_name},,\n"]).encode()
