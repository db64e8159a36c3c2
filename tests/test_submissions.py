"""Finding what was handed in: every layout, and everything that must be refused."""

from __future__ import annotations

import json
import os
import stat
import struct
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from commands import solution

from grader.catalogue import exercise_of, exercises, find
from grader.classwork import archives, listing, zip_archives
from grader.classwork.class_folder import ClassWork, NothingToGrade, find_submissions, find_work
from grader.classwork.platforms import Platforms
from grader.classwork.students import Student
from grader.teaching.notebooks import build_notebook

NAME = "2_2_1_a_multi_class_model.py"
NOTEBOOK = "2_2_1_a_multi_class_model.ipynb"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "class"
    folder.mkdir()
    return folder


def _find(root: Path, *ids: str) -> ClassWork:
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


def _files(found: ClassWork) -> dict[str, dict[str, str]]:
    """Return each student's sources by exercise id."""
    return {
        student.label: {
            one.exercise.id: one.submission.file.data.decode()
            for one in found.handed_in
            if one.student == student.label
        }
        for student in found.students
    }


def _problems(found: ClassWork) -> list[tuple[str, str, str]]:
    return [(problem.student, problem.file, problem.what) for problem in found.problems]


def _put(path: Path, text: str = "x = 1\n", when: float | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    if when is not None:
        os.utime(path, (when, when))
    return path


def _zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _notebook(*cells: str) -> str:
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


# --- layouts


def test_a_folder_per_student_with_files_at_any_depth(root: Path) -> None:
    _put(root / "anna" / NAME, "a = 1\n")
    _put(root / "ben" / "exercises" / "2_going_deeper" / NAME, "b = 1\n")
    _put(root / "ben" / "exercises" / "2_going_deeper" / "2_2_2_prepare_your_dataset.py", "c = 1\n")
    _put(root / "ben" / ".keras-grader" / "progress.json", "{}")
    _put(root / "README.txt")
    found = _find(root)
    assert _files(found) == {
        "anna": {"2.2.1": "a = 1\n"},
        "ben": {"2.2.1": "b = 1\n", "2.2.2": "c = 1\n"},
    }
    assert not found.problems
    assert {one.student: one.file for one in found.handed_in}["anna"] == NAME


def test_a_zip_per_student(root: Path) -> None:
    _zip(root / "anna.zip", {NAME: "a = 1\n"})
    _zip(root / "ben.zip", {f"my work/src/{NAME}": "b = 1\n", "__MACOSX/._x.py": "junk"})
    _zip(root / "cleo" / "homework.zip", {f"deep/{NAME}": "c = 1\n"})
    found = _find(root)
    assert _files(found) == {
        "anna": {"2.2.1": "a = 1\n"},
        "ben": {"2.2.1": "b = 1\n"},
        "cleo": {"2.2.1": "c = 1\n"},
    }
    assert not found.problems
    assert found.handed_in[-1].file == f"homework.zip/deep/{NAME}"


def test_nbgraders_submitted_folder(root: Path) -> None:
    for base in (root, root / "submitted"):
        _put(base / "anna" / "lesson-2-2" / NOTEBOOK, _notebook("a = 1"))
        _put(base / "anna" / "lesson-2-2" / "timestamp.txt", "2026-01-01 10:00:00 UTC")
    (root / "source").mkdir()  # a whole course, in which `submitted` is looked at
    found = _find(root)
    assert _files(found) == {"anna": {"2.2.1": "a = 1\n"}}
    assert _files(_find(root / "submitted")) == _files(found)


MOODLE = {
    f"Anna Müller_1234567_assignsubmission_file_/{NAME}": "a = 1\n",
    f"Anna Müller_7654321_assignsubmission_file_/sub/{NAME}": "b = 1\n",
    f"Ben O'Neil_42_assignsubmission_file/{NAME}": "c = 1\n",
    f"Cleo_43_assignsubmission_file_{NAME}": "d = 1\n",
    "Anna Müller_1234567_assignsubmission_onlinetext_/onlinetext.html": "<p>hello</p>",
}
CANVAS = {
    f"muelleranna_12_345_{NAME}": "a = 1\n",
    "muelleranna_12_346_2_2_2_prepare_your_dataset.py": "old = 1\n",
    "muelleranna_12_347_2_2_2_prepare_your_dataset-1.py": "newer = 1\n",
    "muelleranna_12_348_2_2_2_prepare_your_dataset-2.py": "newest = 1\n",
    f"neilben_LATE_13_349_{NAME}": "c = 1\n",
}
MOODLE_SOURCES = {
    "Anna Müller (1234567)": {"2.2.1": "a = 1\n"},
    "Anna Müller (7654321)": {"2.2.1": "b = 1\n"},
    "Ben O'Neil (42)": {"2.2.1": "c = 1\n"},
    "Cleo (43)": {"2.2.1": "d = 1\n"},
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
    beside = _zip(root / "CS101-homework 2-987.zip", files)
    found = _find(root)
    assert _files(found) == sources
    assert not found.problems
    assert _files(_find(beside)) == sources  # the archive itself
    with zipfile.ZipFile(beside) as archive:
        archive.extractall(root)
    beside.unlink()
    assert _files(_find(root)) == sources  # unpacked


def test_a_name_and_the_platforms_id_are_apart(root: Path) -> None:
    _zip(root / "m.zip", MOODLE)
    assert _find(root / "m.zip").students[0] == Student("Anna Müller", "1234567", "moodle")
    _zip(root / "c.zip", CANVAS)
    assert _find(root / "c.zip").students[1] == Student("neilben", "13", "canvas")


def test_canvas_says_what_is_late_and_which_file_counts(root: Path) -> None:
    found = _find(_zip(root / "x.zip", CANVAS))
    notes = {(one.student, one.exercise.id): " ".join(one.notes) for one in found.handed_in}
    late = {(one.student, one.exercise.id) for one in found.handed_in if one.arrival.late}
    assert late == {("neilben (13)", "2.2.1")}
    assert "Of 3 files" in notes["muelleranna (12)", "2.2.2"]
    assert not notes["muelleranna (12)", "2.2.1"]


def test_names_in_archives_that_do_not_say_their_encoding(root: Path) -> None:
    path = root / "moodle.zip"
    name = f"Jürgen Groß_5_assignsubmission_file_/{NAME}".encode()
    _zip(path, {"x" * len(name): "a = 1\n"})
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name))  # UTF-8 without its flag
    assert list(_files(_find(path))) == ["Jürgen Groß (5)"]


def test_one_students_folder_is_all_theirs(root: Path) -> None:
    _put(root / NAME, "a = 1\n")
    _put(root / "sub" / "2_2_2.py", "b = 1\n")
    (root / "tmp").mkdir()
    found = find_work(root, root / "tmp", exercises())
    assert _files(found) == {"": {"2.2.1": "a = 1\n", "2.2.2": "b = 1\n"}}


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
    _put(root / "anna" / NAME, "old = 1\n", when=1_000_000_000)
    _put(root / "anna" / "second try" / "2_2_1 (1).py", "new = 1\n", when=1_100_000_000)
    _zip(root / "ben.zip", {NAME: "zipped = 1\n"})  # now
    _put(root / "ben" / NAME, "folder = 1\n", when=1_000_000_000)
    found = _find(root)
    assert _files(found) == {"anna": {"2.2.1": "new = 1\n"}, "ben": {"2.2.1": "zipped = 1\n"}}
    (note,) = found.handed_in[0].notes
    assert "second try/2_2_1 (1).py counts" in note
    assert f"not: {NAME}" in note


def test_a_later_file_that_cannot_be_read_is_named_and_the_earlier_counts(root: Path) -> None:
    _put(root / "anna" / NAME, "old = 1\n", when=1_000_000_000)
    _put(root / "anna" / NOTEBOOK, "no json", when=1_100_000_000)
    found = _find(root)
    assert _files(found) == {"anna": {"2.2.1": "old = 1\n"}}
    ((student, file, what),) = _problems(found)
    assert (student, file) == ("anna", NOTEBOOK)
    assert "not JSON" in what


def test_only_the_chosen_exercises_are_looked_for(root: Path) -> None:
    _put(root / "anna" / NAME)
    _put(root / "anna" / "2_2_2.py")
    _put(root / "ben" / "2_2_2.py")
    found = _find(root, "2.2.1")
    assert _files(found) == {"anna": {"2.2.1": "x = 1\n"}, "ben": {}}
    assert _problems(found) == [("ben", "", "nothing was handed in for these exercises")]


# --- notebooks


def test_a_notebooks_code_is_a_script(root: Path) -> None:
    cells = ["%matplotlib inline\n!pip install x\na = 1", "%%bash\nls", "%time b = 2"]
    _put(root / "anna" / NOTEBOOK, _notebook(*cells))
    (one,) = _find(root).handed_in
    namespace: dict[str, object] = {}
    exec(one.submission.file.data.decode(), namespace)
    assert (namespace["a"], namespace["b"]) == (1, 2)


def test_what_is_given_in_our_notebook_is_ours_again(root: Path) -> None:
    import nbformat

    notebook = build_notebook(find("2.2.1"))
    for cell in notebook.cells:
        if cell.metadata.nbgrader.locked and cell.cell_type == "code":
            cell.source = "import os; os._exit(1)  # changed by the student"
    _put(root / "anna" / NOTEBOOK, nbformat.writes(notebook))
    (one,) = _find(root).handed_in
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
        (_notebook("x = 1\n" * 200_000), "of code"),
    ],
)
def test_a_notebook_that_is_none(root: Path, content: str, words: str) -> None:
    _put(root / "anna" / NOTEBOOK, content)
    _put(root / "ben" / NAME)
    found = _find(root)
    assert "ben" in {one.student for one in found.handed_in}
    if words:
        ((student, file, what),) = _problems(found)
        assert (student, file) == ("anna", NOTEBOOK)
        assert words in what


# --- what is refused, and named


def _only_ben_is_left(root: Path, words: str) -> None:
    """Expect one problem of anna's, and ben's file all the same."""
    _put(root / "ben" / NAME)
    found = _find(root)
    assert _files(found)["ben"] == {"2.2.1": "x = 1\n"}
    assert not _files(found).get("anna")
    problems = _problems(found)
    assert any(student == "anna" and words in what for student, _, what in problems), problems


@pytest.mark.parametrize(
    "name", ["../evil.py", f"/tmp/{NAME}", f"a/../../{NAME}", f"C:\\x\\{NAME}"]
)
def test_an_entry_that_leads_out_of_its_archive(root: Path, name: str) -> None:
    _zip(root / "anna.zip", {name: "x = 1\n"})
    _only_ben_is_left(root, "leads out of its archive")
    assert not (root.parent / "evil.py").exists()


def test_an_entry_that_leads_out_costs_only_itself(root: Path) -> None:
    _zip(root / "anna.zip", {"../evil.py": "x = 1\n", NAME: "a = 1\n"})
    found = _find(root)
    assert _files(found) == {"anna": {"2.2.1": "a = 1\n"}}
    assert [file for _, file, _ in _problems(found)] == ["../evil.py"]


def test_a_link_in_an_archive(root: Path) -> None:
    with zipfile.ZipFile(root / "anna.zip", "w") as archive:
        entry = zipfile.ZipInfo(NAME)
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    _only_ben_is_left(root, "is a link")


def test_links_and_pipes_in_a_folder(root: Path) -> None:
    (root / "anna").mkdir()
    (root / "anna" / NAME).symlink_to("/etc/passwd")
    (root / "anna" / "loop").symlink_to(root)
    os.mkfifo(root / "anna" / "2_2_2.py")
    _only_ben_is_left(root, "is a link")
    assert any("not a regular file" in what for _, _, what in _problems(_find(root)))


def test_ten_gigabytes_of_zeros(root: Path) -> None:
    """A real bomb of 10 MB, written in a second: 160 entries share the same packed data."""
    block = bytes(64_000_000)
    with zipfile.ZipFile(root / "anna.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(160):
            if number == 0:
                archive.writestr(NAME, block)
                first = archive.filelist[0]
            else:  # listed again, for the same data
                entry = zipfile.ZipInfo(f"{number}.py")
                for key in ("compress_type", "CRC", "compress_size", "file_size", "header_offset"):
                    setattr(entry, key, getattr(first, key))
                archive.filelist.append(entry)
                archive.NameToInfo[entry.filename] = entry
    with zipfile.ZipFile(root / "anna.zip") as archive:
        assert sum(info.file_size for info in archive.infolist()) > 10e9
    started = time.monotonic()
    _only_ben_is_left(root, "MB unpacked; the limit is 500 MB")
    assert time.monotonic() - started < 5


def test_a_smaller_bomb(root: Path) -> None:
    _zip(root / "anna.zip", {NAME: bytes(60_000_000)})
    _only_ben_is_left(root, "no honest work does")


def test_an_archive_that_lies_about_its_sizes(root: Path) -> None:
    path = _zip(root / "anna.zip", {NAME: bytes(40_000_000)})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 40_000_000), struct.pack("<I", 100)))
    _only_ben_is_left(root, "cannot be read")


def test_a_bomb_in_a_classes_archive_costs_only_its_owner(root: Path) -> None:
    files: dict[str, str | bytes] = {
        **MOODLE,
        f"Eve_66_assignsubmission_file_/{NAME}": bytes(60_000_000),
    }
    found = _find(_zip(root / "moodle.zip", files))
    assert _files(found) == {**MOODLE_SOURCES, "Eve (66)": {}}
    assert [student for student, _, _ in _problems(found)] == ["Eve (66)"]


def test_too_many_entries(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _zip(root / "anna.zip", {NAME: "x = 1\n", **{f"{n}.txt": "" for n in range(10_001)}})
    _only_ben_is_left(root, "10,002 files; the limit is 10,000")
    monkeypatch.setattr(zip_archives, "MAX_LISTING_BYTES", 100_000)  # refused before it is listed
    with pytest.raises(listing.Refused, match="lists more than"):
        archives.open_archive(root / "anna.zip").__enter__()


def test_too_many_files_in_a_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_ENTRIES", 20)
    for number in range(30):
        _put(root / "anna" / f"{number:02}.txt")
    _only_ben_is_left(root, "more than 20 files")


def test_archives_in_archives_have_an_end(root: Path) -> None:
    inner = _zip(root.parent / "inner.zip", {NAME: "x = 1\n"}).read_bytes()
    for _ in range(4):
        inner = _zip(root.parent / "outer.zip", {"x.zip": inner}).read_bytes()
    (root / "anna.zip").write_bytes(inner)
    _only_ben_is_left(root, "archive in an archive")


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("anna.zip", b"PK\x03\x04 damaged", "no zip archive"),
        ("anna.zip", b"", "no zip archive"),
        ("anna/work.rar", b"Rar!", "cannot be opened"),
        ("anna/2_2_1.docx", b"PK", "an answer is a .py or .ipynb file"),
        (f"anna/{NAME}", b"#" * 1_000_001, "the limit is 1 MB"),
        ("anna/my notebook.ipynb", b"{}", "belongs to no exercise"),
        ("anna/notes.pdf", b"%PDF", "nothing was handed in"),
    ],
)
def test_other_things_that_are_refused(root: Path, file: str, content: bytes, words: str) -> None:
    path = root / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    _only_ben_is_left(root, words)


def test_an_encrypted_archive(root: Path) -> None:
    path = _zip(root / "anna.zip", {NAME: "x = 1\n"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    _only_ben_is_left(root, "password")


def test_no_submission(root: Path) -> None:
    (root / "anna").mkdir()
    _only_ben_is_left(root, "nothing was handed in")


def test_an_unreadable_folder_and_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the system's answer is given here by hand."""
    _put(root / "anna" / "locked" / NAME)
    _put(root / "cleo" / NAME)
    scandir, open_file = os.scandir, Path.open

    def no_entry(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def no_open(self: Path, *arguments: object, **options: object) -> object:
        if "cleo" in self.parts:
            raise PermissionError(13, "Permission denied", str(self))
        return open_file(self, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", no_entry)
    monkeypatch.setattr(Path, "open", no_open)
    _put_ben = root / "ben" / NAME
    _put_ben.parent.mkdir()
    _put_ben.write_bytes(b"x = 1\n")
    found = find_submissions(root, root.parent)
    assert [one.student for one in found.handed_in] == ["ben"]
    assert _problems(found) == [
        ("anna", "locked", "the folder cannot be read: Permission denied"),
        ("cleo", NAME, "may not be read: permission denied"),
    ]


def test_a_file_beside_the_students_folders(root: Path) -> None:
    _put(root / "ben" / NAME)
    _put(root / NAME)
    assert _problems(_find(root)) == [("", NAME, "lies beside the students' folders: whose is it?")]


def test_students_of_any_name(root: Path) -> None:
    names = ["Ünal Şahin", "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "a\nb", " x ", "日本"]
    for name in [*names, os.fsdecode(b"caf\xe9")]:
        _put(root / name.replace("/", "∕") / NAME)
    found = _find(root)
    assert len(found.students) == len(found.handed_in) == 7
    for student in found.students:
        student.label.encode()
        assert student.label.isprintable()


@pytest.mark.parametrize("what", ["missing", "empty", "file", "workspace"])
def test_nothing_to_grade_is_wrong_usage(root: Path, what: str) -> None:
    target = root
    if what == "missing":
        target = root / "no"
    elif what == "file":
        target = _put(root / "x.txt")
    elif what == "workspace":
        _put(root / "exercises" / "2_going_deeper" / NAME)
    with pytest.raises(NothingToGrade):
        _find(target)


def test_a_solution_in_a_notebook_is_the_solution(root: Path) -> None:
    _put(root / "anna" / NOTEBOOK, _notebook(solution("2.2.1")))
    (one,) = _find(root).handed_in
    assert one.submission.file.data.decode().strip() == solution("2.2.1").strip()
