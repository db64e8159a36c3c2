"""What an exercise withholds is read by nobody, with whatever library; what it gives is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest

from grader.evidence.messages import Confinement
from grader.verdict import Outcome, Verdict

GradeSource = Callable[..., Verdict]
Rules = Literal["own", "instructor"]

READING = """
import ctypes, mmap, os, pathlib, subprocess
import numpy as np
import tensorflow as tf
import grader.datasets

folder = pathlib.Path(grader.datasets.__file__).parent
files = [str(folder / name) for name in FILES]
libc = ctypes.CDLL(None)


def with_ctypes(path):
    buffer = ctypes.create_string_buffer(100)
    found = libc.open(path.encode(), 0)
    return buffer.raw if libc.read(found, buffer, 100) > 0 else b""


def linked(path):
    os.link(path, "linked")
    return tf.io.read_file("linked").numpy()


ways = {
    "open": lambda path: open(path, "rb").read(),
    "os.open": lambda path: os.read(os.open(path, os.O_RDONLY), 100),
    "memmap": lambda path: bytes(np.memmap(path, mode="r")),
    "tf.io.read_file": lambda path: tf.io.read_file(path).numpy(),
    "GFile": lambda path: tf.io.gfile.GFile(path, "rb").read(),
    "TextLineDataset": lambda path: next(iter(tf.data.TextLineDataset(path))).numpy(),
    "FixedLength": lambda path: next(iter(tf.data.FixedLengthRecordDataset(path, 1))).numpy(),
    "ctypes": with_ctypes,
    "another program": lambda path: subprocess.run(["cat", path], capture_output=True).stdout,
    "copied": lambda path: tf.io.gfile.copy(path, "copy") or tf.io.read_file("copy").numpy(),
    "linked": linked,
    "by another name": lambda path: tf.io.read_file(f"/proc/self/root{path}").numpy(),
}
read = set()
for path in files:
    for name, way in ways.items():
        try:
            if way(path):
                read.add(name)
        except Exception:
            pass
raise RuntimeError("read by " + (", ".join(sorted(read)) or "nothing"))
"""
ANSWERS = ["networks.json", "darts.keras", "networks.py"]
WAYS = (
    "FixedLength, GFile, TextLineDataset, another program, by another name, copied, ctypes, "
    "memmap, open, os.open, tf.io.read_file"
)
"""All but the link: none may be made to what lies elsewhere."""


@pytest.mark.parametrize("rules", ["own", "instructor"])
@pytest.mark.parametrize(
    ("id", "files"),
    [("2.2.1", ANSWERS), ("4.3.1", ["quotes.py"]), ("4.2.3", ["photo.py"])],
)
def test_what_an_exercise_withholds_is_read_in_no_way(
    id: str, files: list[str], rules: Rules, grade_source: GradeSource
) -> None:
    code = f"FILES = {files!r}\n{READING}"
    verdict = grade_source(id, code, confinement=Confinement(rules))
    assert verdict.status is not Outcome.PASSED
    assert "RuntimeError: read by nothing" in verdict.message


@pytest.mark.parametrize("rules", ["own", "instructor"])
def test_what_an_exercise_gives_can_be_read(rules: Rules, grade_source: GradeSource) -> None:
    """The network of 2.2.1 is what 2.2.3 begins with; and each of the ways is one."""
    code = (
        "from grader.datasets import networks\n"
        f"assert networks.darts_network().layers\nFILES = ['networks.json']\n{READING}"
    )
    verdict = grade_source("2.2.3", code, confinement=Confinement(rules))
    assert f"RuntimeError: read by {WAYS}" in verdict.message


@pytest.mark.parametrize("rules", ["own", "instructor"])
def test_what_makes_networks_from_solutions_is_not_read_either(
    rules: Rules, grade_source: GradeSource
) -> None:
    code = (
        "import tensorflow as tf, grader.datasets\n"
        "tf.io.read_file(grader.datasets.__path__[0] + '/making.py')\n"
    )
    verdict = grade_source("2.2.3", code, confinement=Confinement(rules))
    assert "PermissionDeniedError" in verdict.message
