"""What was handed in and must be refused, by its name, and costs nobody else a thing."""

from __future__ import annotations

import os
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest
from class_folders import (
    MOODLE,
    MOODLE_SOURCES,
    NAME,
    find_in,
    pack,
    problems_of,
    sources_of,
    write,
)

from grader.classwork import archives, listing, zip_archives
from grader.classwork.class_folder import NothingToGrade, find_submissions


def _only_ben_is_left(root: Path, words: str) -> None:
    """Expect one problem of anna's, and ben's file all the same."""
    write(root / "ben" / NAME)
    found = find_in(root)
    assert sources_of(found)["ben"] == {"2.2.1": "x = 1\n"}
    assert not sources_of(found).get("anna")
    problems = problems_of(found)
    assert any(student == "anna" and words in what for student, _, what in problems), problems


@pytest.mark.parametrize(
    "name", ["../evil.py", f"/tmp/{NAME}", f"a/../../{NAME}", f"C:\\x\\{NAME}"]
)
def test_an_entry_that_leads_out_of_its_archive(root: Path, name: str) -> None:
    pack(root / "anna.zip", {name: "x = 1\n"})
    _only_ben_is_left(root, "leads out of its archive")
    assert not (root.parent / "evil.py").exists()


def test_an_entry_that_leads_out_costs_only_itself(root: Path) -> None:
    pack(root / "anna.zip", {"../evil.py": "x = 1\n", NAME: "a = 1\n"})
    found = find_in(root)
    assert sources_of(found) == {"anna": {"2.2.1": "a = 1\n"}}
    assert [file for _, file, _ in problems_of(found)] == ["../evil.py"]


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
    assert any("not a regular file" in what for _, _, what in problems_of(find_in(root)))


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
    started = time.process_time()
    _only_ben_is_left(root, "MB unpacked; the limit is 500 MB")
    assert time.process_time() - started < 5


def test_a_smaller_bomb(root: Path) -> None:
    pack(root / "anna.zip", {NAME: bytes(60_000_000)})
    _only_ben_is_left(root, "no honest work does")


def test_an_archive_that_lies_about_its_sizes(root: Path) -> None:
    path = pack(root / "anna.zip", {NAME: bytes(40_000_000)})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 40_000_000), struct.pack("<I", 100)))
    _only_ben_is_left(root, "cannot be read")


def test_a_bomb_in_a_classes_archive_costs_only_its_owner(root: Path) -> None:
    files: dict[str, str | bytes] = {
        **MOODLE,
        f"Eve_66_assignsubmission_file_/{NAME}": bytes(60_000_000),
    }
    found = find_in(pack(root / "moodle.zip", files))
    assert sources_of(found) == {**MOODLE_SOURCES, "Eve (66)": {}}
    assert [student for student, _, _ in problems_of(found)] == ["Eve (66)"]


def test_too_many_entries(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(root / "anna.zip", {NAME: "x = 1\n", **{f"{n}.txt": "" for n in range(10_001)}})
    _only_ben_is_left(root, "10,002 files; the limit is 10,000")
    monkeypatch.setattr(zip_archives, "MAX_LISTING_BYTES", 100_000)  # refused before it is listed
    with pytest.raises(listing.Refused, match="lists more than"):
        archives.open_archive(root / "anna.zip").__enter__()


def test_too_many_files_in_a_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_ENTRIES", 20)
    for number in range(30):
        write(root / "anna" / f"{number:02}.txt")
    _only_ben_is_left(root, "more than 20 files")


def test_archives_in_archives_have_an_end(root: Path) -> None:
    inner = pack(root.parent / "inner.zip", {NAME: "x = 1\n"}).read_bytes()
    for _ in range(4):
        inner = pack(root.parent / "outer.zip", {"x.zip": inner}).read_bytes()
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
    path = pack(root / "anna.zip", {NAME: "x = 1\n"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    _only_ben_is_left(root, "password")


def test_no_submission(root: Path) -> None:
    (root / "anna").mkdir()
    _only_ben_is_left(root, "nothing was handed in")


def test_an_unreadable_folder_and_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the system's answer is given here by hand."""
    write(root / "anna" / "locked" / NAME)
    write(root / "cleo" / NAME)
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
    assert problems_of(found) == [
        ("anna", "locked", "the folder cannot be read: Permission denied"),
        ("cleo", NAME, "may not be read: permission denied"),
    ]


def test_a_file_beside_the_students_folders(root: Path) -> None:
    write(root / "ben" / NAME)
    write(root / NAME)
    assert problems_of(find_in(root)) == [
        ("", NAME, "lies beside the students' folders: whose is it?")
    ]


@pytest.mark.parametrize("what", ["missing", "empty", "file", "workspace"])
def test_nothing_to_grade_is_wrong_usage(root: Path, what: str) -> None:
    target = root
    if what == "missing":
        target = root / "no"
    elif what == "file":
        target = write(root / "x.txt")
    elif what == "workspace":
        write(root / "exercises" / "2_going_deeper" / NAME)
    with pytest.raises(NothingToGrade):
        find_in(target)
