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
from pathlib import Path, PurePosixPath

import grader
from grader.catalogue import package_folder
from grader.stubs import build_stub

_PARTS_ELSEWHERE = ("datasets", "exercises", "solutions")
"""In a clone they lie beside the package."""

_SUFFIXES = {".py", ".typed", ".keras", ".npz", ".csv", ".md", ".png", ".json"}
_DATE = (1980, 1, 1, 0, 0, 0)
"""The same files make the same wheel, byte for byte."""


class CannotPack(Exception):
    """This installation lacks what a wheel needs; the text says what."""


def installed_files() -> dict[str, bytes]:
    """Return the package's files by their names in a wheel, `grader/cli.py`.

    Stubs are built from the solutions: in a clone the files in `exercises/` may hold
    somebody's answers.
    """
    folders = {"grader": Path(grader.__file__).parent}
    for part in _PARTS_ELSEWHERE:
        try:
            folders[f"grader/{part}"] = package_folder(part)
        except FileNotFoundError:  # a bundle without solutions
            continue
    found: dict[str, bytes] = {}
    for prefix, folder in folders.items():
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
            if not hidden and path.suffix in _SUFFIXES and path.is_file():
                found["/".join((prefix, *parts))] = path.read_bytes()
    for name in [name for name in found if name.startswith("grader/solutions/")]:
        if PurePosixPath(name).name[0].isdigit():
            stub = build_stub(found[name].decode("utf-8"))
            found[name.replace("/solutions/", "/exercises/")] = stub.encode()
    return found


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
    files = dict(content)
    metadata = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    files[f"{info}/METADATA"] = metadata.encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: keras-grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\ngrade = grader.cli:main\n"
    if licence := distribution.read_text("licenses/LICENSE"):
        files[f"{info}/licenses/LICENSE"] = licence.encode()
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return path


def _record(files: dict[str, bytes], own_name: str) -> bytes:
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    return "".join([*lines, f"{own_name},,\n"]).encode()
