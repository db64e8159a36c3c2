"""Finding what was handed in, in every layout."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from class_folders import (
    MOODLE,
    MOODLE_SOURCES,
    NAME,
    NOTEBOOK,
    find_in,
    notebook_of,
    pack,
    problems_of,
    sources_of,
    write,
)
from commands import solution

from grader.catalogue import exercise_of, exercises, find
from grader.classwork.class_folder import find_work
from grader.classwork.platforms import Platforms
from grader.classwork.students import Student
from grader.teaching.notebooks import build_notebook

# --- layouts


def test_a_folder_per_student_with_files_at_any_depth(root: Path) -> None:
    write(root / "anna" / NAME, "a = 1\n")
    write(root / "ben" / "exercises" / "2_going_deeper" / NAME, "b = 1\n")
    write(
        root / "ben" / "exercises" / "2_going_deeper" / "2_2_2_prepare_your_dataset.py", "c = 1\n"
    )
    write(root / "ben" / ".keras-grader" / "progress.json", "{}")
    write(root / "README.txt")
    found = find_in(root)
    assert sources_of(found) == {
        "anna": {"2.2.1": "a = 1\n"},
        "ben": {"2.2.1": "b = 1\n", "2.2.2": "c = 1\n"},
    }
    assert not found.problems
    assert {one.student: one.file for one in found.handed_in}["anna"] == NAME


def test_a_zip_per_student(root: Path) -> None:
    pack(root / "anna.zip", {NAME: "a = 1\n"})
    pack(root / "ben.zip", {f"my work/src/{NAME}": "b = 1\n", "__MACOSX/._x.py": "junk"})
    pack(root / "cleo" / "homework.zip", {f"deep/{NAME}": "c = 1\n"})
    found = find_in(root)
    assert sources_of(found) == {
        "anna": {"2.2.1": "a = 1\n"},
        "ben": {"2.2.1": "b = 1\n"},
        "cleo": {"2.2.1": "c = 1\n"},
    }
    assert not found.problems
    assert found.handed_in[-1].file == f"homework.zip/deep/{NAME}"


def test_nbgraders_submitted_folder(root: Path) -> None:
    for base in (root, root / "submitted"):
        write(base / "anna" / "lesson-2-2" / NOTEBOOK, notebook_of("a = 1"))
        write(base / "anna" / "lesson-2-2" / "timestamp.txt", "2026-01-01 10:00:00 UTC")
    (root / "source").mkdir()  # a whole course, in which `submitted` is looked at
    found = find_in(root)
    assert sources_of(found) == {"anna": {"2.2.1": "a = 1\n"}}
    assert sources_of(find_in(root / "submitted")) == sources_of(found)


CANVAS = {
    f"muelleranna_12_345_{NAME}": "a = 1\n",
    "muelleranna_12_346_2_2_2_prepare_your_dataset.py": "old = 1\n",
    "muelleranna_12_347_2_2_2_prepare_your_dataset-1.py": "newer = 1\n",
    "muelleranna_12_348_2_2_2_prepare_your_dataset-2.py": "newest = 1\n",
    f"neilben_LATE_13_349_{NAME}": "c = 1\n",
}
CANVAS_SOURCES = {
    "muelleranna (12)": {"2.2.1": "a = 1\n", "2.2.2": "newest = 1\n"},
    "neilben (13)": {"2.2.1": "c = 1\n"},
}


@pytest.mark.parametrize(
    ("files", "sources"), [(MOODLE, MOODLE_SOURCES), (CANVAS, CANVAS_SOURCES)], ids=["moodle", "canvas"]
)  # fmt: skip
def test_what_moodle_and_canvas_let_download(
    root: Path, files: dict[str, str | bytes], sources: dict[str, dict[str, str]]
) -> None:
    beside = pack(root / "CS101-homework 2-987.zip", files)
    found = find_in(root)
    assert sources_of(found) == sources
    assert not found.problems
    assert sources_of(find_in(beside)) == sources  # the archive itself
    with zipfile.ZipFile(beside) as archive:
        archive.extractall(root)
    beside.unlink()
    assert sources_of(find_in(root)) == sources  # unpacked


def test_a_name_and_the_platforms_id_are_apart(root: Path) -> None:
    pack(root / "m.zip", MOODLE)
    assert find_in(root / "m.zip").students[0] == Student("Anna Müller", "1234567", "moodle")
    pack(root / "c.zip", CANVAS)
    assert find_in(root / "c.zip").students[1] == Student("neilben", "13", "canvas")


def test_canvas_says_what_is_late_and_which_file_counts(root: Path) -> None:
    found = find_in(pack(root / "x.zip", CANVAS))
    notes = {(one.student, one.exercise.id): " ".join(one.notes) for one in found.handed_in}
    late = {(one.student, one.exercise.id) for one in found.handed_in if one.arrival.late}
    assert late == {("neilben (13)", "2.2.1")}
    assert "Of 3 files" in notes["muelleranna (12)", "2.2.2"]
    assert not notes["muelleranna (12)", "2.2.1"]


def test_names_in_archives_that_do_not_say_their_encoding(root: Path) -> None:
    path = root / "moodle.zip"
    name = f"Jürgen Groß_5_assignsubmission_file_/{NAME}".encode()
    pack(path, {"x" * len(name): "a = 1\n"})
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name))  # UTF-8 without its flag
    assert list(sources_of(find_in(path))) == ["Jürgen Groß (5)"]


def test_one_students_folder_is_all_theirs(root: Path) -> None:
    write(root / NAME, "a = 1\n")
    write(root / "sub" / "2_2_2.py", "b = 1\n")
    (root / "tmp").mkdir()
    found = find_work(root, root / "tmp", exercises())
    assert sources_of(found) == {"": {"2.2.1": "a = 1\n", "2.2.2": "b = 1\n"}}


# --- names


@pytest.mark.parametrize(
    "name",
    [
        "2_2_1_a_multi_class_model.py", "2_2_1.py", "2.2.1.ipynb", "2-2-1 A Multi-Class Model.PY",
        "2_2_1_a_multi_class_model (1).py", "2_2_1_my_own_words.py", "a_multi_class_model.py",
        "Copy of 2_2_1_a_multi_class_model.ipynb", "2_2_1_a_multi_class_model - Kopie.py",
        "x/y/2 2 1 model(2).py", "A multi class model-copy.ipynb", "２_2_1.py",
    ],
)  # fmt: skip
def test_names_that_belong_to_an_exercise(name: str) -> None:
    found = exercise_of(name)
    assert found is not None
    assert found.id == "2.2.1"


@pytest.mark.parametrize(
    "name", ["2_2_11_x.py", "9_9_9.py", "12_2_1.py", "model.py", "", "_.py", "homework2.ipynb", "2_2.py"]
)  # fmt: skip
def test_names_that_belong_to_none(name: str) -> None:
    assert exercise_of(name) is None


def test_every_stub_is_known_by_its_name() -> None:
    for exercise in exercises():
        assert exercise_of(exercise.file) == exercise
        assert Platforms().owned(exercise.file.split("/")[-1], is_folder=False) is None


# --- which file counts


def test_of_two_submissions_the_later_counts_and_that_is_said(root: Path) -> None:
    write(root / "anna" / NAME, "old = 1\n", when=1_000_000_000)
    write(root / "anna" / "second try" / "2_2_1 (1).py", "new = 1\n", when=1_100_000_000)
    pack(root / "ben.zip", {NAME: "zipped = 1\n"})  # now
    write(root / "ben" / NAME, "folder = 1\n", when=1_000_000_000)
    found = find_in(root)
    assert sources_of(found) == {"anna": {"2.2.1": "new = 1\n"}, "ben": {"2.2.1": "zipped = 1\n"}}
    (note,) = found.handed_in[0].notes
    assert "second try/2_2_1 (1).py counts" in note
    assert f"not: {NAME}" in note


def test_a_later_file_that_cannot_be_read_is_named_and_the_earlier_counts(root: Path) -> None:
    write(root / "anna" / NAME, "old = 1\n", when=1_000_000_000)
    write(root / "anna" / NOTEBOOK, "no json", when=1_100_000_000)
    found = find_in(root)
    assert sources_of(found) == {"anna": {"2.2.1": "old = 1\n"}}
    ((student, file, what),) = problems_of(found)
    assert (student, file) == ("anna", NOTEBOOK)
    assert "not JSON" in what


def test_only_the_chosen_exercises_are_looked_for(root: Path) -> None:
    write(root / "anna" / NAME)
    write(root / "anna" / "2_2_2.py")
    write(root / "ben" / "2_2_2.py")
    found = find_in(root, "2.2.1")
    assert sources_of(found) == {"anna": {"2.2.1": "x = 1\n"}, "ben": {}}
    assert problems_of(found) == [("ben", "", "nothing was handed in for these exercises")]


# --- notebooks


def test_a_notebooks_code_is_a_script(root: Path) -> None:
    cells = ["%matplotlib inline\n!pip install x\na = 1", "%%bash\nls", "%time b = 2"]
    write(root / "anna" / NOTEBOOK, notebook_of(*cells))
    (one,) = find_in(root).handed_in
    namespace: dict[str, object] = {}
    exec(one.submission.file.data.decode(), namespace)
    assert (namespace["a"], namespace["b"]) == (1, 2)


def test_what_is_given_in_our_notebook_is_ours_again(root: Path) -> None:
    import nbformat

    notebook = build_notebook(find("2.2.1"))
    for cell in notebook.cells:
        if cell.metadata.nbgrader.locked and cell.cell_type == "code":
            cell.source = "import os; os._exit(1)  # changed by the student"
    write(root / "anna" / NOTEBOOK, nbformat.writes(notebook))
    (one,) = find_in(root).handed_in
    source = one.submission.file.data.decode()
    assert "os._exit" not in source
    assert "from keras.layers import Dense, Input" in source
    assert 'model.add(Dense(4, activation="softmax"))' in source


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "not JSON"),
        ("", "empty"),
        ("[1, 2]", "no notebook"),
        ('{"cells": 3}', "no cells"),
        ("[" * 100_000, "not JSON"),
        (json.dumps({"cells": [], "metadata": {"x": "\ud800"}}), ""),
        (notebook_of("x = 1\n" * 200_000), "of code"),
    ],
)
def test_a_notebook_that_is_none(root: Path, content: str, words: str) -> None:
    write(root / "anna" / NOTEBOOK, content)
    write(root / "ben" / NAME)
    found = find_in(root)
    assert "ben" in {one.student for one in found.handed_in}
    if words:
        ((student, file, what),) = problems_of(found)
        assert (student, file) == ("anna", NOTEBOOK)
        assert words in what


def test_students_of_any_name(root: Path) -> None:
    names = ["Ünal Şahin", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "a\nb", " x ", "日本"]
    for name in [*names, os.fsdecode(b"caf\xe9")]:
        write(root / name.replace("/", "∕") / NAME)
    found = find_in(root)
    assert len(found.students) == len(found.handed_in) == 7
    for student in found.students:
        student.label.encode()
        assert student.label.isprintable()


def test_a_solution_in_a_notebook_is_the_solution(root: Path) -> None:
    write(root / "anna" / NOTEBOOK, notebook_of(solution("2.2.1")))
    (one,) = find_in(root).handed_in
    assert one.submission.file.data.decode().strip() == solution("2.2.1").strip()
