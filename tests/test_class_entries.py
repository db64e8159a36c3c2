"""What lies in a class's folder: nothing is dropped silently, and one file counts."""

from __future__ import annotations

import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from class_folders import pack
from small_classes import (
    FILE,
    OTHER,
    find_class,
    put_files,
    source_of,
    tar_files,
    told_of,
)

from grader.classwork import tar_archives
from grader.submission import Submission


def test_each_entry_is_a_student_or_is_told(root: Path) -> None:
    put_files(
        root, {f"alice/{FILE}": "a", "empty/notes.pdf": "", "frank/prog.java": "", "loose.py": ""}
    )
    put_files(root, {"carol.rar": "Rar!", "dave.7z": "7z", "erin.pdf": "%PDF", "gina.docx": "PK"})
    put_files(
        root, {"helen.zip": "PK damaged", f".ivan/{FILE}": "i", FILE: "whose", "jo.tar.gz": "no"}
    )
    put_files(root, {"kim.xz": "", "lea": "no suffix"})
    tar_files(root / "bob.tar.gz", {f"work/{FILE}": "b"})
    (root / "nobody").mkdir()
    (root / "link").symlink_to(root / "alice")
    found = find_class(root)
    assert source_of(found) == {"alice": "a", "bob": "b"}
    told = told_of(found)
    assert told.keys() == {
        "empty", "frank", "loose.py", "carol", "dave", "erin.pdf", "gina.docx", "helen", ".ivan",
        FILE, "jo", "nobody", "link", "kim", "lea",
    }  # fmt: skip
    for who, words in {
        "carol": "is a .rar archive, which cannot be opened",
        "dave": "is a .7z archive",
        "erin.pdf": "is a .pdf file",
        "helen": "no zip archive",
        "jo": "neither a zip archive nor a tar archive",
        "empty": "nothing was handed in for these exercises, only notes.pdf",
        ".ivan": "is hidden",
        "link": "is a link",
    }.items():
        assert words in told[who]


def test_what_is_plainly_no_student_is_passed_over(root: Path) -> None:
    put_files(
        root, {f"alice/{FILE}": "a", ".DS_Store": "", "__MACOSX/._alice": "", "Thumbs.db": ""}
    )
    put_files(root, {"desktop.ini": "", ".git/HEAD": "", "README.md": "", "roster.csv": "name,id"})
    found = find_class(root)
    assert not told_of(found)
    assert [(one.file, one.graded) for one in found.problems] == [("roster.csv", True)]


def test_a_module_beside_an_answer_is_the_students_own(root: Path) -> None:
    put_files(
        root, {f"alice/{FILE}": "import helpers", "alice/helpers.py": "", "alice/data.csv": ""}
    )
    put_files(root, {"ben/helpers.py": ""})
    found = find_class(root)
    assert [(one.student, one.file, one.graded) for one in found.problems] == [
        ("alice", "helpers.py", True), ("ben", "helpers.py", False),
    ]  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_gets_the_files_beside_it_that_it_names(root: Path, packed: bool) -> None:
    folder = root.parent / "alice" if packed else root / "alice"
    beside = {
        "helpers.py": b"open('data.csv')", "data.csv": b"1", "parts/more.csv": b"2",
        "other.csv": b"", "unused.py": b"", "large.csv": b" " * 5_000_001, "a/b/deep.csv": b"",
    }  # fmt: skip
    source = "import helpers\nopen('parts/more.csv'); open('large.csv'); open('a/b/deep.csv')\n"
    for name, data in {f"work/{FILE}": source.encode(), "helpers.py": b"elsewhere"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for name, data in beside.items():
        (folder / "work" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "work" / name).write_bytes(data)
    if packed:
        with tarfile.open(root / "alice.tar.gz", "w:gz") as archive:
            archive.add(folder, "alice")
        put_files(root, {f"ben/{FILE}": "x = 1"})
    submission = find_class(root).handed_in[0].submission
    assert dict(submission.beside) == {
        name: beside[name] for name in ("data.csv", "helpers.py", "parts/more.csv")
    }
    alone = Submission(submission.exercise, submission.file)
    assert submission.key() != alone.key()


@pytest.mark.parametrize("form", ["folders", "zips", "zip", "tar.gz"])
def test_of_the_files_beside_answers_only_those_that_are_named_are_copied(
    root: Path, form: str
) -> None:
    """From a folder none is; of an archive's, modules and what answers may name."""
    answer = json.dumps({"cells": [{"cell_type": "code", "source": "open('größe.csv')"}]})
    files = {FILE.replace(".py", ".ipynb"): answer, "größe.csv": "1", "helpers.py": "x = 1"}
    files |= {f"photos/{number}.png": "0" * 1000 for number in range(5)}
    students = [f"s{number}" for number in range(3)]
    whole = {f"{student}/{name}": text for student in students for name, text in files.items()}
    place = root
    if form == "folders":
        put_files(root, whole)
    elif form == "zips":
        for student in students:
            pack(root / f"{student}.zip", files)
    elif form == "zip":
        place = pack(root / "class.zip", whole)
    else:
        place = tar_files(root / "class.tar.gz", whole)
    found = find_class(place)
    beside = [dict(one.submission.beside) for one in found.handed_in]
    assert beside == [{"größe.csv": b"1"}] * 3
    assert len({id(files["größe.csv"]) for files in beside}) == 1  # in memory once
    copies = sorted(path.suffix for path in (root.parent / "copies").iterdir())
    assert copies == sorted([".ipynb"] * 3 + ([] if form == "folders" else [".csv", ".py"] * 3))


def test_a_file_beside_an_answer_that_cannot_be_read_is_there_for_none(root: Path) -> None:
    put_files(root, {f"anna/{FILE}": "import mine; open('data.csv')", "anna/mine.py": "x = 1"})
    put_files(root, {"anna/data.csv": ""})
    (root / "anna" / "mine.py").chmod(0)
    (found,) = find_class(root).handed_in
    names = [name for name, _ in found.submission.beside]
    assert names == (["data.csv", "mine.py"] if os.geteuid() == 0 else ["data.csv"])


@pytest.mark.parametrize("end", ["tar", "tar.gz", "tgz", "tar.xz", "tar.bz2"])
def test_tar_archives_of_each_kind(root: Path, end: str) -> None:
    packing = {"tar": "w", "tgz": "w:gz"}.get(end, f"w:{end[4:]}")
    tar_files(root / f"anna.{end}", {f"./work/{FILE}": "a", "./._x": "junk"}, packing)
    put_files(root, {"ben/x": ""})
    tar_files(root / "ben" / f"work.{end}", {FILE: "b"}, packing)
    found = find_class(root)
    assert source_of(found) == {"anna": "a", "ben": "b"}
    assert not found.problems


def _odd_member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    ("member", "words"),
    [
        (_odd_member(FILE, tarfile.SYMTYPE, "/etc/passwd"), "is a link"),
        (_odd_member(FILE, tarfile.LNKTYPE, f"x/{OTHER}"), "is a link"),
        (_odd_member(FILE, tarfile.FIFOTYPE), "not a regular file"),
        (_odd_member(FILE, tarfile.CHRTYPE), "not a regular file"),
        (_odd_member(f"../{FILE}", tarfile.REGTYPE), "leads out of its archive"),
        (_odd_member(f"/tmp/{FILE}", tarfile.REGTYPE), "leads out of its archive"),
        (_odd_member(f"C:\\x\\{FILE}", tarfile.REGTYPE), "leads out of its archive"),
    ],
)
def test_what_is_not_taken_from_a_tar_archive(
    root: Path, member: tarfile.TarInfo, words: str
) -> None:
    with tarfile.open(root / "anna.tar", "w") as archive:
        archive.addfile(member)
        info = tarfile.TarInfo(f"x/{OTHER}")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"o"))
    found = find_class(root)
    assert source_of(found) == {"anna": "o"}
    assert words in told_of(found)["anna"]


@pytest.mark.parametrize("what", ["bomb", "many", "name", "cut", "cut header", "sparse", "damaged"])
def test_tar_archives_that_are_refused(
    root: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "anna.tar.gz"
    words = {"bomb": "no honest work does", "many": "more than 5 files", "name": "MB: no honest"}
    if what == "bomb":
        with tarfile.open(path, "w:gz", compresslevel=1) as archive:
            info = tarfile.TarInfo(FILE)
            info.size = 60_000_000
            archive.addfile(info, io.BytesIO(bytes(info.size)))
    elif what == "many":
        monkeypatch.setattr(tar_archives, "MAX_ENTRIES", 5)
        tar_files(path, {f"{number}.txt": "" for number in range(6)})
    elif what == "name":
        with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
            archive.addfile(tarfile.TarInfo("x" * 1_100_000))
    elif what == "sparse":
        words["sparse"] = "not a regular file"
        with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
            info = tarfile.TarInfo(FILE)
            info.pax_headers = {"GNU.sparse.size": "9000", "GNU.sparse.map": "0,0"}
            archive.addfile(info)
    else:
        plain = root / "plain.tar"
        tar_files(plain, {OTHER: "o" * 600, FILE: "a"}, "w")
        data = plain.read_bytes()
        plain.unlink()
        if what == "cut header":  # where the second file begins; what is left looks whole
            data = data[:1536]
        elif what == "damaged":
            data = data[:1536] + b"\xff" * 512 + data[2048:]
        else:
            data = data[:900]
        (root / "anna.tar").write_bytes(data)
        words[what] = "tar archive"
    put_files(root, {f"ben/{FILE}": "b"})
    found = find_class(root)
    assert source_of(found) == {"ben": "b"}
    assert words[what] in told_of(found)["anna"]
    assert [one.name for one in (root.parent / "copies").iterdir()] == ["1.py"]


def test_one_without_blanks_counts_whatever_its_time(root: Path) -> None:
    put_files(root, {f"anna/work/{FILE}": "answer = 1\n"}, 1e9)
    put_files(root, {f"anna/{FILE}": "answer = ____\n"}, 1.2e9)
    (one,) = find_class(root).handed_in
    assert one.submission.file.data == b"answer = 1\n"
    assert one.notes == (
        f"Of 2 files for this exercise work/{FILE} counts, the one without blanks; not: {FILE}.",
    )
    assert not one.doubt


def test_a_tie_is_told_with_two_different_names(root: Path) -> None:
    put_files(root, {f"anna/{FILE}": "answer = 1\n"}, 1e9)
    tar_files(root / "anna.tar", {FILE: "answer = 2\n"}, "w")
    os.utime(root / "anna" / FILE, (1_700_000_001, 1_700_000_001))
    (one,) = find_class(root).handed_in
    assert one.doubt in one.notes
    assert "nothing tells which is the latest" in one.doubt
    assert f"anna/{FILE}" in one.doubt
    assert f"anna.tar/{FILE}" in one.doubt


def test_in_a_clone_times_tell_nothing(root: Path) -> None:
    put_files(root, {"anna/.git/HEAD": "", f"anna/{FILE}": "answer = 1\n"}, 1e9)
    put_files(root, {f"anna/sub/{FILE}": "answer = 2\n"}, 1.2e9)
    assert find_class(root).handed_in[0].doubt
    put_files(root, {f"anna/sub/{FILE}": "answer = ____\n"}, 1.2e9)
    (one,) = find_class(root).handed_in
    assert (one.submission.file.data, one.doubt) == (b"answer = 1\n", "")


def test_the_same_file_twice_is_no_tie(root: Path) -> None:
    put_files(root, {f"anna/{FILE}": "answer = 1\n", f"anna/copy/{FILE}": "answer = 1\n"}, 1e9)
    (one,) = find_class(root).handed_in
    assert not one.doubt
