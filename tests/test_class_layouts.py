"""Every layout of a class: who is in it comes out, with verdicts or with a line that says why."""

from __future__ import annotations

import unicodedata
import zipfile
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

from grader.classwork.class_folder import ClassWork, NothingToGrade, find_submissions
from grader.classwork.students import Student, isolated, told_apart

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


def _expect(found: ClassWork, students: dict[str, Student]) -> None:
    assert found.students == sorted(students.values())
    assert source_of(found) == {
        student.label: source.strip() for source, student in students.items() if source
    }
    missing = {student.label for source, student in students.items() if not source}
    assert told_of(found).keys() == missing  # and so everyone is there


@pytest.mark.parametrize("way", ["folder", "zip", "tar.gz", "wrapped", "wrapped zip", "zip beside"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_who_is_in_a_class_comes_out(root: Path, layout: str, way: str) -> None:
    files, students = LAYOUTS[layout]
    wrapper = "assignment_77_export" if layout != "folders" else "class"
    if way == "folder":
        put_files(root, files)
    elif way == "zip":
        root = pack(root / "class.zip", files)
    elif way == "tar.gz":
        root = tar_files(root / "class.tar.gz", {f"./{name}": text for name, text in files.items()})
    elif way == "wrapped":
        put_files(root, {".DS_Store": "", **{f"x/{wrapper}/{name}": files[name] for name in files}})
    elif way == "wrapped zip":
        root = pack(root / "class.zip", {f"{wrapper}/{name}": files[name] for name in files})
    else:
        pack(root / "handed in.zip", files)
    _expect(find_class(root), students)


def test_one_students_bomb_costs_nobody_else_anything(root: Path) -> None:
    files = {f"Eve_6_assignsubmission_file_/{n}.py": "x" * 20_000_000 for n in range(4)}
    with zipfile.ZipFile(root / "class.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**files, f"Ann_7_assignsubmission_file_/{FILE}": "a"}.items():
            archive.writestr(name, text)
    found = find_class(root / "class.zip")
    assert source_of(found) == {"Ann (7)": "a"}
    assert "no honest work does" in told_of(found)["Eve (6)"]


def test_everyone_in_a_group_gets_its_marks(root: Path) -> None:
    files, _ = LAYOUTS["gradescope"]
    put_files(root, files)
    notes = {one.student: one.notes for one in find_class(root).handed_in}
    assert notes["Cleo (0044)"] == ("Handed in together with Ben.",)
    assert notes["Anna Müller (0042)"] == ()


@pytest.mark.parametrize(
    "text", ["", "a: [", "[" * 2000, "- a", "x: !!python/object:os.system {}", "\0"]
)
def test_metadata_that_tell_nothing_are_named_and_nobody_is_lost(root: Path, text: str) -> None:
    put_files(root, {"submission_metadata.yml": text, f"submission_7/{FILE}": "a"})
    found = find_class(root)
    assert source_of(found) == {"submission_7 (7)": "a"}
    if not text.startswith("x"):
        assert "does not tell the students' names" in told_of(found)["submission_metadata.yml"]


def test_what_canvas_numbers_as_the_last_counts(root: Path) -> None:
    put_files(root, {f"ann_12_31_{FILE[:-3]}-2.py": "new", f"ann_12_32_{FILE}": "old"})
    (one,) = find_class(root).handed_in
    assert one.submission.file.data == b"new"
    assert one.notes[0].count("ann_12_3") == 2  # two different names


def test_clones_are_students_and_their_parent_is_none(root: Path) -> None:
    clones = {
        f"clones/hw1-anna/exercises/1_introducing_keras/{FILE}": "a",
        "clones/hw1-anna/.git/HEAD": "",
        f"clones/hw1-ben/{FILE}": "b",
        "clones/hw1-ben/.git/HEAD": "",
    }
    put_files(root, clones)
    assert source_of(find_class(root)) == {"hw1-anna": "a", "hw1-ben": "b"}
    found = find_class(pack(root / "clones.zip", clones))
    assert source_of(found) == {"hw1-anna": "a", "hw1-ben": "b"}


def test_the_folder_that_github_classroom_clones_into(root: Path) -> None:
    put_files(
        root, {f"hw1-submissions/hw1-anna/{FILE}": "a", f"hw1-submissions/hw1-ben/{OTHER}": "b"}
    )
    assert source_of(find_class(root)) == {"hw1-anna": "a", "hw1-ben": "b"}


def test_a_folder_or_archive_of_many_with_the_same_exercise_holds_the_class(root: Path) -> None:
    files = {f"hw1/{name}/{FILE}": name for name in ("anna", "ben", "cleo")}
    put_files(root, files)
    archive = pack(root.parent / "all.zip", files)
    (root.parent / "copies").mkdir()
    for place in (root, archive):
        found = find_submissions(place, root.parent / "copies")
        assert source_of(found) == {name: name for name in ("anna", "ben", "cleo")}
        (note,) = found.problems
        assert note.graded
        assert "holds the class, as it seems" in note.what


def test_a_folder_of_archives_holds_the_class(root: Path) -> None:
    for name in ("anna", "ben", "cleo"):
        put_files(root, {f"hw1/{name}/x": ""})
        (root / "hw1" / name / "x").unlink()
        (root / "hw1" / name).rmdir()
        tar_files(root / "hw1" / f"{name}.tgz", {FILE: name})
    assert source_of(find_class(root)) == {name: name for name in ("anna", "ben", "cleo")}


def test_two_readings_are_named_and_neither_is_taken(root: Path) -> None:
    put_files(root, {f"hw1/anna/{FILE}": "a", f"hw1/ben/{FILE}": "b", f"zoe/{FILE}": "z"})
    found = find_class(root)
    assert source_of(found) == {"zoe": "z"}
    what = told_of(found)["hw1"]
    assert "1.1.1 lies in anna and in ben" in what
    assert "hw1 is one student" in what
    assert f"{root / 'hw1'} holds the class" in what
    assert source_of(find_class(root / "hw1")) == {"anna": "a", "ben": "b"}


def test_a_student_cannot_hand_in_for_others(root: Path) -> None:
    """An archive that looks as if a platform had made it is still that student's."""
    pack(root / "bob.zip", {f"Alice_1_assignsubmission_file_/{FILE}": "forged", f"B_2_assignsubmission_file_/{FILE}": "b"})  # fmt: skip
    pack(root / "alice.zip", {FILE: "mine"})
    found = find_class(root)
    assert source_of(found) == {"alice": "mine"}
    assert "was not graded" in told_of(found)["bob"]


def test_downloads_of_several_sections_are_all_gone_into(root: Path) -> None:
    pack(root / "one.zip", {f"Anna_1_assignsubmission_file_/{FILE}": "a"})
    pack(root / "two.zip", {f"Ben_2_assignsubmission_file_/{FILE}": "b"})
    assert source_of(find_class(root)) == {"Anna (1)": "a", "Ben (2)": "b"}


def test_a_workspace_with_an_old_copy_is_one_student(root: Path) -> None:
    folder = "exercises/1_introducing_keras"
    put_files(root, {f"anna/old/{FILE}": "old"}, 1e9)
    put_files(root, {f"anna/{folder}/{FILE}": "new"}, 1.1e9)
    assert source_of(find_class(root)) == {"anna": "new"}


def test_a_platforms_student_may_have_tried_twice(root: Path) -> None:
    folder = "Anna_7_assignsubmission_file_"
    put_files(root, {f"{folder}/one/{FILE}": "old"}, 1e9)
    put_files(root, {f"{folder}/two/{FILE}": "new"}, 1.1e9)
    assert source_of(find_class(root)) == {"Anna (7)": "new"}


def test_two_spellings_are_one_student_only_if_the_ids_agree(root: Path) -> None:
    nfc, nfd = (unicodedata.normalize(form, "José") for form in ("NFC", "NFD"))
    put_files(root, {f"{nfc}/{FILE}": "c", f"{nfd}/{FILE}": "d"})
    found = find_class(root)
    assert source_of(found) == {"José": "c", "José (NFD)": "d"}
    for number, (one, other) in enumerate([("7", "7"), ("7", "8")]):
        inner = root / f"ids{number}"
        put_files(inner, {f"{nfc}_{one}_assignsubmission_file_/{FILE}": "c"}, 1e9)
        put_files(inner, {f"{nfd}_{other}_assignsubmission_file_/{FILE}": "d"}, 1.1e9)
    assert source_of(find_class(root / "ids0")) == {"José (7)": "d"}
    assert source_of(find_class(root / "ids1")) == {"José (7)": "c", "José (8)": "d"}


def test_names_that_look_alike_have_labels_of_their_own() -> None:
    told = told_apart([(Student("a (1)"), "a (1)"), (Student("a", "1", "moodle"), "a_1_x")])
    assert [student.label for student in told] == ["a (1)", "a (1, 2)"]


def test_names_from_right_to_left_stay_in_one_piece(root: Path) -> None:
    assert isolated("דנה (12)") == "\u2068דנה (12)\u2069"
    assert isolated("Ünal (12)") == "Ünal (12)"
    name = "علی\u200cرضا"  # with the joiner that Persian needs
    put_files(root, {f"{name}/{FILE}": "a", "an\u200cna/x": ""})
    assert [student.name for student in find_class(root).students] == ["an\\u200cna", name]


def test_an_empty_class_is_wrong_usage(root: Path) -> None:
    put_files(root, {"roster.csv": "", ".DS_Store": ""})
    with pytest.raises(NothingToGrade, match="no students"):
        find_class(root)
