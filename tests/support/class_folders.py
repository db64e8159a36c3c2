"""Folders of classes as they are handed in, and what is found there."""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.catalogue import find
from grader.classwork.class_folder import ClassWork, find_submissions

NAME = "2_2_1_a_multi_class_model.py"
NOTEBOOK = "2_2_1_a_multi_class_model.ipynb"
MOODLE = {
    f"Anna Müller_1234567_assignsubmission_file_/{NAME}": "a = 1\n",
    f"Anna Müller_7654321_assignsubmission_file_/sub/{NAME}": "b = 1\n",
    f"Ben O'Neil_42_assignsubmission_file/{NAME}": "c = 1\n",
    f"Cleo_43_assignsubmission_file_{NAME}": "d = 1\n",
    "Anna Müller_1234567_assignsubmission_onlinetext_/onlinetext.html": "<p>hello</p>",
}
MOODLE_SOURCES = {
    "Anna Müller (1234567)": {"2.2.1": "a = 1\n"},
    "Anna Müller (7654321)": {"2.2.1": "b = 1\n"},
    "Ben O'Neil (42)": {"2.2.1": "c = 1\n"},
    "Cleo (43)": {"2.2.1": "d = 1\n"},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder of a class."""
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


def find_in(root: Path, *ids: str) -> ClassWork:
    """Find a class's work in a folder, and see that nothing in it has changed."""
    top = next(path.parent for path in (root, *root.parents) if path.name == "class")
    temporary = top / f"temporary-{time.monotonic_ns()}"
    temporary.mkdir()
    before = {path: path.lstat().st_mtime_ns for path in top.rglob("*")}
    found = find_submissions(root, temporary, [find(id) for id in ids] or None)
    after = {
        path: path.lstat().st_mtime_ns
        for path in top.rglob("*")
        if temporary not in (path, *path.parents)
    }
    assert after == {path: when for path, when in before.items() if path != temporary}
    return found


def sources_of(found: ClassWork) -> dict[str, dict[str, str]]:
    """Return each student's sources by exercise id."""
    return {
        student.label: {
            one.exercise.id: one.submission.file.data.decode()
            for one in found.handed_in
            if one.student == student.label
        }
        for student in found.students
    }


def problems_of(found: ClassWork) -> list[tuple[str, str, str]]:
    """Return what was said of each file: student, file, words."""
    return [(problem.student, problem.file, problem.what) for problem in found.problems]


def write(path: Path, text: str = "x = 1\n", when: float | None = None) -> Path:
    """Write a file, if need be with its time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    if when is not None:
        os.utime(path, (when, when))
    return path


def pack(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a zip archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def notebook_of(*cells: str) -> str:
    """Return a notebook's text with these code cells."""
    code: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "source": cell,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for cell in cells
    ]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
