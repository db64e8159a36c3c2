"""Every layout of a class: who is in it comes out, with verdicts or with a line that says why."""

from __future__ import annotations

import io
import os
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest

from grader.catalogue import find
from grader.classwork import tar_archives
from grader.classwork.class_folder import ClassWork, NothingToGrade, find_submissions
from grader.classwork.students import Student, isolated, told_apart
from grader.submission import Submission

FILE, OTHER = "1_1_1_describing_keras.py", "1_1_2_would_you_use_deep_learning.py"
METADATA = """\
---
submission_1000:
  :submitters:
  - :name: Anna Müller
    :sid: '0042'
    :email: anna@example.edu
  :created_at: 2026-10-01 11:10:30.000000000 Z
  :score: 3.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    output: ":submitters: nobody"
submission_1001:
  :submitters:
  - :name: Ben
    :sid:
    :email: ben@example.edu
  - :name: Cleo
    :sid: '0044'
    :email: cleo@example.edu
submission_1002:
  :submitters:
  - :name: Dora
    :sid: '0045'
    :email: dora@example.edu
"""
LAYOUTS: dict[str, tuple[dict[str, str], dict[str, Student]]] = {
    "folders": (
        {
            f"anna/{FILE}": "a",
            f"ben/exercises/1_introducing_keras/{FILE}": "b",
            f"cleo/my work/{FILE}": "c",
        },
        {"a": Student("anna"), "b": Student("ben"), "c": Student("cleo")},
    ),
    "moodle": (
        {
            f"Anna Müller_123_assignsubmission_file_/{FILE}": "a",
            f"Anna Müller_321_assignsubmission_file_/sub/{FILE}": "b",
            f"Cleo_43_assignsubmission_file_{FILE}": "c",
        },
        {
            "a": Student("Anna Müller", "123", "moodle"),
            "b": Student("Anna Müller", "321", "moodle"),
            "c": Student("Cleo", "43", "moodle"),
        },
    ),
    "canvas": (
        {
            f"muelleranna_12_345_{FILE}": "a",
            f"neilben_LATE_13_349_{FILE}": "b",
            f"anon_Xy12z_350_{FILE}": "c",
            "doecleo_14_text.html": "",
        },
        {
            "a": Student("muelleranna", "12", "canvas"),
            "b": Student("neilben", "13", "canvas"),
            "c": Student("anon_Xy12z", "Xy12z", "canvas"),
            "": Student("doecleo", "14", "canvas"),
        },
    ),
    "gradescope": (
        {
            "submission_metadata.yml": METADATA,
            f"submission_1000/{FILE}": "a",
            f"submission_1001/work/{FILE}": "b",
        },
        {
            "a": Student("Anna Müller", "0042", "gradescope", "anna@example.edu"),
            "b": Student("Ben", "ben@example.edu", "gradescope", "ben@example.edu"),
            "b ": Student("Cleo", "0044", "gradescope", "cleo@example.edu"),
            "": Student("Dora", "0045", "gradescope", "dora@example.edu"),
        },
    ),
    "gradescope without its metadata": (
        {f"submission_7/{FILE}": "a", f"submission_8/{FILE}": "b"},
        {
            "a": Student("submission_7", "7", "gradescope"),
            "b": Student("submission_8", "8", "gradescope"),
        },
    ),
    "brightspace folders": (
        {
            "index.html": "<table>",
            f"271836-442356 - Anna Müller - Oct 1, 2026 1110 AM/{FILE}": "old",
            f"271836-442356 - Anna Müller - Nov 2, 2026 910 PM/{FILE}": "a",
            f"271840-442356 - Ben - Lee - 1 octobre, 2026 1410/{FILE}": "b",
        },
        {
            "a": Student("Anna Müller", "271836", "brightspace"),
            "b": Student("Ben - Lee", "271840", "brightspace"),
        },
    ),
    "brightspace files": (
        {
            f"271836-442356 - Anna Müller - Oct 1, 2026 1110 AM - {FILE}": "a",
            "271840-442356 - Ben - Oct 1, 2026 1110 AM - notes.pdf": "",
        },
        {
            "a": Student("Anna Müller", "271836", "brightspace"),
            "": Student("Ben", "271840", "brightspace"),
        },
    ),
    "blackboard": (
        {
            f"HW1_anna_attempt_2026-10-01-11-10-30_{FILE}": "old",
            f"HW1_anna_attempt_2026-10-02-11-10-30_{FILE}": "a",
            "HW1_anna_attempt_2026-10-02-11-10-30.txt": "Name: Anna Müller (anna)\nAssignment: x",
            f"HW1_ben_l_attempt_2026-10-01-11-10-30_{FILE}": "b",
            f"HW1_cleo_l_attempt_2026-10-01-11-10-30_{FILE}": "c",
            "HW1_dora_attempt_2026-10-01-11-10-30.txt": "Name: Dora (dora)\r\n",
        },
        {
            "a": Student("Anna Müller", "anna", "blackboard"),
            "b": Student("HW1_ben_l", "HW1_ben_l", "blackboard"),
            "c": Student("HW1_cleo_l", "HW1_cleo_l", "blackboard"),
            "": Student("Dora", "dora", "blackboard"),
        },
    ),
    "google classroom": (
        {
            f"Anna Müller - {FILE}": "a",
            f"Ben - Lee - {FILE}": "b",
            "Cleo - my homework.ipynb": "",
        },
        {
            "a": Student("Anna Müller", "", "classroom"),
            "b": Student("Ben - Lee", "", "classroom"),
            "": Student("Cleo", "", "classroom"),
        },
    ),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "class").mkdir()
    (tmp_path / "copies").mkdir()
    return tmp_path / "class"


def _find(root: Path, *ids: str) -> ClassWork:
    top = next(path for path in (root, *root.parents) if path.name == "class").parent
    found = find_submissions(root, top / "copies", [find(id) for id in ids] or None)
    assert len({student.label for student in found.students}) == len(found.students)
    return found


def _put(root: Path, files: dict[str, str], when: float | None = None) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        if when is not None:
            os.utime(path, (when, when))


def _zip(path: Path, files: dict[str, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def _tar(path: Path, files: dict[str, str], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text.encode()), 1_700_000_000
            archive.addfile(info, io.BytesIO(text.encode()))
    return path


def _sources(found: ClassWork) -> dict[str, str]:
    return {one.student: one.submission.file.data.decode() for one in found.handed_in}


def _told(found: ClassWork) -> dict[str, str]:
    """Return what is said of whom, or of what, where something was not graded."""
    return {one.student or one.file: one.what for one in found.problems if not one.graded}


def _expect(found: ClassWork, students: dict[str, Student]) -> None:
    assert found.students == sorted(students.values())
    assert _sources(found) == {
        student.label: source.strip() for source, student in students.items() if source
    }
    missing = {student.label for source, student in students.items() if not source}
    assert _told(found).keys() == missing  # and so everyone is there


# --- as they come


@pytest.mark.parametrize("way", ["folder", "zip", "tar.gz", "wrapped", "wrapped zip", "zip beside"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_is_in_a_class_comes_out(root: Path, layout: str, way: str) -> None:
    files, students = LAYOUTS[layout]
    wrapper = "assignment_77_export" if layout != "folders" else "class"
    if way == "folder":
        _put(root, files)
    elif way == "zip":
        root = _zip(root / "class.zip", files)
    elif way == "tar.gz":
        root = _tar(root / "class.tar.gz", {f"./{name}": text for name, text in files.items()})
    elif way == "wrapped":
        _put(root, {".DS_Store": "", **{f"x/{wrapper}/{name}": files[name] for name in files}})
    elif way == "wrapped zip":
        root = _zip(root / "class.zip", {f"{wrapper}/{name}": files[name] for name in files})
    else:
        _zip(root / "handed in.zip", files)
    _expect(_find(root), students)


def test_one_students_bomb_costs_nobody_else_anything(root: Path) -> None:
    files = {f"Eve_6_assignsubmission_file_/{n}.py": "x" * 20_000_000 for n in range(4)}
    with zipfile.ZipFile(root / "class.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**files, f"Ann_7_assignsubmission_file_/{FILE}": "a"}.items():
            archive.writestr(name, text)
    found = _find(root / "class.zip")
    assert _sources(found) == {"Ann (7)": "a"}
    assert "no honest work does" in _told(found)["Eve (6)"]


def test_everyone_in_a_group_gets_its_marks(root: Path) -> None:
    files, _ = LAYOUTS["gradescope"]
    _put(root, files)
    notes = {one.student: one.notes for one in _find(root).handed_in}
    assert notes["Cleo (0044)"] == ("Handed in together with Ben.",)
    assert notes["Anna Müller (0042)"] == ()


@pytest.mark.parametrize(
    "text", ["", "a: [", "[" * 2000, "- a", "x: !!python/object:os.system {}", "\0"]
)
def test_metadata_that_tell_nothing_are_named_and_nobody_is_lost(root: Path, text: str) -> None:
    _put(root, {"submission_metadata.yml": text, f"submission_7/{FILE}": "a"})
    found = _find(root)
    assert _sources(found) == {"submission_7 (7)": "a"}
    if not text.startswith("x"):
        assert "does not tell the students' names" in _told(found)["submission_metadata.yml"]


def test_what_canvas_numbers_as_the_last_counts(root: Path) -> None:
    _put(root, {f"ann_12_31_{FILE[:-3]}-2.py": "new", f"ann_12_32_{FILE}": "old"})
    (one,) = _find(root).handed_in
    assert one.submission.file.data == b"new"
    assert one.notes[0].count("ann_12_3") == 2  # two different names


# --- nobody is dropped silently


def test_each_entry_is_a_student_or_is_told(root: Path) -> None:
    _put(root, {f"alice/{FILE}": "a", "empty/notes.pdf": "", "frank/prog.java": "", "loose.py": ""})
    _put(root, {"carol.rar": "Rar!", "dave.7z": "7z", "erin.pdf": "%PDF", "gina.docx": "PK"})
    _put(root, {"helen.zip": "PK damaged", f".ivan/{FILE}": "i", FILE: "whose", "jo.tar.gz": "no"})
    _put(root, {"kim.xz": "", "lea": "no suffix"})
    _tar(root / "bob.tar.gz", {f"work/{FILE}": "b"})
    (root / "nobody").mkdir()
    (root / "link").symlink_to(root / "alice")
    found = _find(root)
    assert _sources(found) == {"alice": "a", "bob": "b"}
    told = _told(found)
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
    _put(root, {f"alice/{FILE}": "a", ".DS_Store": "", "__MACOSX/._alice": "", "Thumbs.db": ""})
    _put(root, {"desktop.ini": "", ".git/HEAD": "", "README.md": "", "roster.csv": "name,id"})
    found = _find(root)
    assert not _told(found)
    assert [(one.file, one.graded) for one in found.problems] == [("roster.csv", True)]


def test_a_module_beside_an_answer_is_the_students_own(root: Path) -> None:
    _put(root, {f"alice/{FILE}": "import helpers", "alice/helpers.py": "", "alice/data.csv": ""})
    _put(root, {"ben/helpers.py": ""})
    found = _find(root)
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
        _put(root, {f"ben/{FILE}": "x = 1"})
    submission = _find(root).handed_in[0].submission
    assert dict(submission.beside) == {
        name: beside[name] for name in ("data.csv", "helpers.py", "parts/more.csv")
    }
    alone = Submission(submission.exercise, submission.file)
    assert submission.key() != alone.key()


@pytest.mark.parametrize("end", ["tar", "tar.gz", "tgz", "tar.xz", "tar.bz2"])
def test_tar_archives_of_each_kind(root: Path, end: str) -> None:
    packing = {"tar": "w", "tgz": "w:gz"}.get(end, f"w:{end[4:]}")
    _tar(root / f"anna.{end}", {f"./work/{FILE}": "a", "./._x": "junk"}, packing)
    _put(root, {"ben/x": ""})
    _tar(root / "ben" / f"work.{end}", {FILE: "b"}, packing)
    found = _find(root)
    assert _sources(found) == {"anna": "a", "ben": "b"}
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
    found = _find(root)
    assert _sources(found) == {"anna": "o"}
    assert words in _told(found)["anna"]


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
        _tar(path, {f"{number}.txt": "" for number in range(6)})
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
        _tar(plain, {OTHER: "o" * 600, FILE: "a"}, "w")
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
    _put(root, {f"ben/{FILE}": "b"})
    found = _find(root)
    assert _sources(found) == {"ben": "b"}
    assert words[what] in _told(found)["anna"]
    assert [one.name for one in (root.parent / "copies").iterdir()] == ["1.py"]


# --- what holds a class


def test_clones_are_students_and_their_parent_is_none(root: Path) -> None:
    clones = {
        f"clones/hw1-anna/exercises/1_introducing_keras/{FILE}": "a",
        "clones/hw1-anna/.git/HEAD": "",
        f"clones/hw1-ben/{FILE}": "b",
        "clones/hw1-ben/.git/HEAD": "",
    }
    _put(root, clones)
    assert _sources(_find(root)) == {"hw1-anna": "a", "hw1-ben": "b"}
    found = _find(_zip(root / "clones.zip", clones))
    assert _sources(found) == {"hw1-anna": "a", "hw1-ben": "b"}


def test_the_folder_that_github_classroom_clones_into(root: Path) -> None:
    _put(root, {f"hw1-submissions/hw1-anna/{FILE}": "a", f"hw1-submissions/hw1-ben/{OTHER}": "b"})
    assert _sources(_find(root)) == {"hw1-anna": "a", "hw1-ben": "b"}


def test_a_folder_or_archive_of_many_with_the_same_exercise_holds_the_class(root: Path) -> None:
    files = {f"hw1/{name}/{FILE}": name for name in ("anna", "ben", "cleo")}
    _put(root, files)
    archive = _zip(root.parent / "all.zip", files)
    for place in (root, archive):
        found = find_submissions(place, root.parent / "copies")
        assert _sources(found) == {name: name for name in ("anna", "ben", "cleo")}
        (note,) = found.problems
        assert note.graded
        assert "holds the class, as it seems" in note.what


def test_a_folder_of_archives_holds_the_class(root: Path) -> None:
    for name in ("anna", "ben", "cleo"):
        _put(root, {f"hw1/{name}/x": ""})
        (root / "hw1" / name / "x").unlink()
        (root / "hw1" / name).rmdir()
        _tar(root / "hw1" / f"{name}.tgz", {FILE: name})
    assert _sources(_find(root)) == {name: name for name in ("anna", "ben", "cleo")}


def test_two_readings_are_named_and_neither_is_taken(root: Path) -> None:
    _put(root, {f"hw1/anna/{FILE}": "a", f"hw1/ben/{FILE}": "b", f"zoe/{FILE}": "z"})
    found = _find(root)
    assert _sources(found) == {"zoe": "z"}
    what = _told(found)["hw1"]
    assert "1.1.1 lies in anna and in ben" in what
    assert "hw1 is one student" in what
    assert f"{root / 'hw1'} holds the class" in what
    assert _sources(_find(root / "hw1")) == {"anna": "a", "ben": "b"}


def test_a_student_cannot_hand_in_for_others(root: Path) -> None:
    """An archive that looks as if a platform had made it is still that student's."""
    _zip(root / "bob.zip", {f"Alice_1_assignsubmission_file_/{FILE}": "forged", f"B_2_assignsubmission_file_/{FILE}": "b"})  # fmt: skip
    _zip(root / "alice.zip", {FILE: "mine"})
    found = _find(root)
    assert _sources(found) == {"alice": "mine"}
    assert "was not graded" in _told(found)["bob"]


def test_downloads_of_several_sections_are_all_gone_into(root: Path) -> None:
    _zip(root / "one.zip", {f"Anna_1_assignsubmission_file_/{FILE}": "a"})
    _zip(root / "two.zip", {f"Ben_2_assignsubmission_file_/{FILE}": "b"})
    assert _sources(_find(root)) == {"Anna (1)": "a", "Ben (2)": "b"}


def test_a_workspace_with_an_old_copy_is_one_student(root: Path) -> None:
    folder = "exercises/1_introducing_keras"
    _put(root, {f"anna/old/{FILE}": "old"}, 1e9)
    _put(root, {f"anna/{folder}/{FILE}": "new"}, 1.1e9)
    assert _sources(_find(root)) == {"anna": "new"}


def test_a_platforms_student_may_have_tried_twice(root: Path) -> None:
    folder = "Anna_7_assignsubmission_file_"
    _put(root, {f"{folder}/one/{FILE}": "old"}, 1e9)
    _put(root, {f"{folder}/two/{FILE}": "new"}, 1.1e9)
    assert _sources(_find(root)) == {"Anna (7)": "new"}


# --- which file counts


def test_one_without_blanks_counts_whatever_its_time(root: Path) -> None:
    _put(root, {f"anna/work/{FILE}": "answer = 1\n"}, 1e9)
    _put(root, {f"anna/{FILE}": "answer = ____\n"}, 1.2e9)
    (one,) = _find(root).handed_in
    assert one.submission.file.data == b"answer = 1\n"
    assert one.notes == (
        f"Of 2 files for this exercise work/{FILE} counts, the one without blanks; not: {FILE}.",
    )
    assert not one.doubt


def test_a_tie_is_told_with_two_different_names(root: Path) -> None:
    _put(root, {f"anna/{FILE}": "answer = 1\n"}, 1e9)
    _tar(root / "anna.tar", {FILE: "answer = 2\n"}, "w")
    os.utime(root / "anna" / FILE, (1_700_000_001, 1_700_000_001))
    (one,) = _find(root).handed_in
    assert one.doubt in one.notes
    assert "nothing tells which is the latest" in one.doubt
    assert f"anna/{FILE}" in one.doubt
    assert f"anna.tar/{FILE}" in one.doubt


def test_in_a_clone_times_tell_nothing(root: Path) -> None:
    _put(root, {"anna/.git/HEAD": "", f"anna/{FILE}": "answer = 1\n"}, 1e9)
    _put(root, {f"anna/sub/{FILE}": "answer = 2\n"}, 1.2e9)
    assert _find(root).handed_in[0].doubt
    _put(root, {f"anna/sub/{FILE}": "answer = ____\n"}, 1.2e9)
    (one,) = _find(root).handed_in
    assert (one.submission.file.data, one.doubt) == (b"answer = 1\n", "")


def test_the_same_file_twice_is_no_tie(root: Path) -> None:
    _put(root, {f"anna/{FILE}": "answer = 1\n", f"anna/copy/{FILE}": "answer = 1\n"}, 1e9)
    (one,) = _find(root).handed_in
    assert not one.doubt


# --- names


def test_two_spellings_are_one_student_only_if_the_ids_agree(root: Path) -> None:
    nfc, nfd = (unicodedata.normalize(form, "José") for form in ("NFC", "NFD"))
    _put(root, {f"{nfc}/{FILE}": "c", f"{nfd}/{FILE}": "d"})
    found = _find(root)
    assert _sources(found) == {"José": "c", "José (NFD)": "d"}
    for number, (one, other) in enumerate([("7", "7"), ("7", "8")]):
        inner = root / f"ids{number}"
        _put(inner, {f"{nfc}_{one}_assignsubmission_file_/{FILE}": "c"}, 1e9)
        _put(inner, {f"{nfd}_{other}_assignsubmission_file_/{FILE}": "d"}, 1.1e9)
    assert _sources(_find(root / "ids0")) == {"José (7)": "d"}
    assert _sources(_find(root / "ids1")) == {"José (7)": "c", "José (8)": "d"}


def test_names_that_look_alike_have_labels_of_their_own() -> None:
    told = told_apart([(Student("a (1)"), "a (1)"), (Student("a", "1", "moodle"), "a_1_x")])
    assert [student.label for student in told] == ["a (1)", "a (1, 2)"]


def test_names_from_right_to_left_stay_in_one_piece(root: Path) -> None:
    assert isolated("דנה (12)") == "\u2068דנה (12)\u2069"
    assert isolated("Ünal (12)") == "Ünal (12)"
    name = "علی\u200cرضا"  # with the joiner that Persian needs
    _put(root, {f"{name}/{FILE}": "a", "an\u200cna/x": ""})
    assert [student.name for student in _find(root).students] == ["an\\u200cna", name]


def test_an_empty_class_is_wrong_usage(root: Path) -> None:
    _put(root, {"roster.csv": "", ".DS_Store": ""})
    with pytest.raises(NothingToGrade, match="no students"):
        _find(root)
