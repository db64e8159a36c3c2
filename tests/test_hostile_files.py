"""What is handed in, damaged on purpose: sources, notebooks, archives. Read or refused, no more.

Real files are cut, their bytes changed, pieces of others put in; of notebooks the JSON's parts are
changed, too. `pytest tests/test_hostile_files.py --fuzz 200000` looks for longer.
"""

from __future__ import annotations

import io
import json
import shutil
import tarfile
import tempfile
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from attacks import EXERCISE, RIGHT
from damage import ODD, damaged, damaged_bytes, search
from hypothesis import given
from hypothesis import strategies as st

from grader.bare import injection, missing_names
from grader.classwork.class_folder import HandedIn, NothingToGrade, find_submissions
from grader.grading.judgement import before_running
from grader.handouts import borrowed
from grader.notebook.cells import assemble
from grader.notebook.notebook_reader import UnreadableNotebook
from grader.places import InCells, render
from grader.source_file import Unreadable
from grader.submission import Submission
from grader.teaching.notebooks import build_notebook

NOTEBOOK = nbformat.writes(build_notebook(EXERCISE))
SOURCES = [RIGHT.encode(), EXERCISE.stub.read_bytes(), NOTEBOOK.encode(), RIGHT.encode("utf-16")]


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--fuzz"))


def _read(submission: Submission) -> None:
    """Do all that is done with a submission before anything runs."""
    try:
        script = submission.script()
    except Unreadable as error:
        assert render(error.message, InCells(()))
        return
    for line in (0, 1, len(script.source.splitlines()), 10**9):
        script.text_of_line(line)
        script.until(line)
    script.blanks()
    before_running(EXERCISE, script)
    borrowable = borrowed(EXERCISE, missing_names(script.tree))
    injection(script.tree, EXERCISE.stub_source, borrowable)


def test_sources(examples: int) -> None:
    words = st.sampled_from([
        b"____", b"answer = ", b"(" * 200, b"[" * 5000, b"-" * 5000, b"\t", b"\x0c", b"\r", b"\0",
        b"# -*- coding: rot13 -*-\n", b"# coding: utf-16\n", b"\xef\xbb\xbf", b"%matplotlib\n",
        b"!pip install x\n", b"%%time\n", b"'''", b"f'{", b"\\", b"def f(:\n", b"match x:\n", b"9" * 5000,
        b"lambda: " * 500, "é\u2028".encode(), b"\xed\xa0\x80",
    ])  # fmt: skip

    @search(examples // 8)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(SOURCES))
        name = data.draw(st.sampled_from(["answer.py", "answer.ipynb", "\udcff.py"]))
        _read(Submission.of_bytes(EXERCISE, name, damaged_bytes(source, data, words)))

    run()


def _read_notebook(content: bytes) -> None:
    try:
        assembled = assemble(content, EXERCISE)
    except UnreadableNotebook as error:
        assert str(error)
        return
    _read(Submission.of_cells(EXERCISE, assembled))
    assembled.places.lines([-1, 0, 1, 10**9])


def test_notebooks(examples: int) -> None:
    plain = json.loads(NOTEBOOK)
    old = json.loads(nbformat.writes(nbformat.from_dict(plain), version=3))
    words = st.sampled_from([b"{", b"[" * 3000, b'"', b"null", b"NaN", b"\\ud800", b"1e999", b","])

    @search(examples // 8)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        document: Any = deepcopy(data.draw(st.sampled_from([plain, plain, old])))
        for _ in range(data.draw(st.integers(1, 3), label="changes")):
            if isinstance(document, dict) and document:
                document = damaged(document, data, [odd for odd in ODD if odd != b"bytes"])
        content = json.dumps(document).encode()
        if data.draw(st.booleans(), label="bytes, too"):
            content = damaged_bytes(content, data, words)
        _read_notebook(content)

    run()


def _archive(files: dict[str, bytes], method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _tar(files: dict[str, bytes], packing: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{packing}") as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def test_archives(examples: int) -> None:
    file, notebook = Path(EXERCISE.file).name, Path(EXERCISE.file).with_suffix(".ipynb").name
    inner = _archive({file: RIGHT.encode()}, zipfile.ZIP_DEFLATED)
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    archives = [
        _archive({f"ann/{file}": RIGHT.encode(), f"bo/{notebook}": NOTEBOOK.encode()}, method)
        for method in methods
    ] + [_archive({f"cy_{number}/work.zip": inner for number in range(3)}, zipfile.ZIP_STORED)]
    archives += [
        _tar({f"ann/{file}": RIGHT.encode(), f"bo/{file}": b"x"}, end) for end in ("", "gz", "xz")
    ]
    words = st.sampled_from([
        b"PK\x05\x06", b"ustar", b"\x1f\x8b", b"GNU.sparse.map=1,", b"PK\x01\x02", b"PK\x03\x04", b"PK\x06\x06", b"PK\x06\x07", b"\xff\xff\xff\xff",
        b"\0\0\0\0", b"../../", b"C:\\", b"\x01\0", b"\x63\0", b"\x0e\0", b"/etc/passwd", b"\xff" * 8,
    ])  # fmt: skip

    @search(examples // 20)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        content = damaged_bytes(data.draw(st.sampled_from(archives)), data, words)
        with tempfile.TemporaryDirectory() as name:
            for part in ("class", "copies"):
                Path(name, part).mkdir()
            # Beside somebody whose work is sound, who must not suffer from it.
            Path(name, "class", "dan.zip").write_bytes(inner)
            Path(name, "class", "eve.zip").write_bytes(content)
            found = find_submissions(Path(name, "class"), Path(name, "copies"))
            sound = [one for one in found.handed_in if one.student == "dan"]
            assert [one.submission.file.data for one in sound] == [RIGHT.encode()]
            _read_all(found.handed_in)
            shutil.rmtree(Path(name, "copies"))
            Path(name, "copies").mkdir()
            try:
                found = find_submissions(Path(name, "class", "eve.zip"), Path(name, "copies"))
            except NothingToGrade as error:
                assert str(error)
            else:
                _read_all(found.handed_in)
            assert {path.name for path in Path(name).iterdir()} == {"class", "copies"}

    run()


def _read_all(handed_in: list[HandedIn]) -> None:
    for one in handed_in:
        _read(one.submission)
