"""Rosters: who is in a course, and which of those who handed something in are they."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from importers import WORKSHEETS, csv_file

from grader.classwork.students import Student
from grader.marking.exports import read_exports
from grader.marking.roster import BadRoster, Roster, call_roll, read_roster


def _roll(roster: Roster, *students: Student) -> dict[str, str]:
    found = call_roll(roster, students)
    told = {label: entry.name for label, entry in found.entries.items()}
    return told | dict(found.strangers) | {f"-{entry.name}": "" for entry in found.missing}


def test_students_are_found_by_id_then_mail_then_name(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "r.csv",
        ["Last name", "First name", "Student ID", "E-mail"],
        ["Müller", "Anna", "s1", "anna@x.org"],
        ["Neil", "Ben", "s2", "ben@x.org"],
        ["Orr", "Cleo", "s3", "cleo@x.org"],
        ["Twin", "Dora", "s4", "d4@x.org"],
        ["Twin", "Dora", "s5", "d5@x.org"],
        between=";",
        encoding="utf-16",
    )
    roster = read_roster(path)
    assert roster.kind == "other"
    decomposed = "Mu\N{COMBINING DIAERESIS}ller, Anna"
    assert _roll(
        roster,
        Student(decomposed),
        Student("S2"),
        Student("whoever", email="CLEO@x.org"),
        Student("Dora Twin"),
        Student("Eve"),
    ) == {
        decomposed: "Anna Müller",
        "S2": "Ben Neil",
        "whoever": "Cleo Orr",
        "Dora Twin": "has a name that several have, here or on the roster: only an id could tell "
        "them apart",
        "Eve": "is not on the roster",
        "-Dora Twin": "",
    }


def test_ids_with_letters_make_no_worksheet(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "r.csv", ["Login", "Name", "Note (x)"], ["s1", "A", ""], ["s2", "B", ""]
    )
    roster = read_roster(path)
    assert roster.kind == "other"
    assert _roll(roster, Student("s2")) == {"s2": "B", "-A": ""}


def test_numbers_of_one_platform_are_no_ids_of_another(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "r.csv", ["ID", "Name"], ["12", "Anna"], ["13", "Ben"])
    found = _roll(read_roster(path), Student("Ben", "12", "moodle"))
    assert found == {"Ben (12)": "Ben", "-Anna": ""}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "lists no students"),
        (b"name\n", "lists no students"),
        (b"a,b\nc,d\n", "has no column of ids, names or e-mail addresses"),
        (b'name\n"a\n', "is no csv file"),
        (b"na\0me\nx\n", "is no csv file"),
        (b"PK\x03\x04\0\0\0\0", "is no csv file"),
    ],
)
def test_what_is_no_roster_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    with pytest.raises(BadRoster, match=words):
        read_roster(path)


@pytest.mark.parametrize(
    ("platform", "rows", "words"),
    [
        ("moodle", [["Student", "ID", "Section"], ["a", "1", "x"]], "is Canvas's, and no roster"),
        ("canvas", [WORKSHEETS["English"][0], ["Participant 1", *"abcdefghi"]], "is Moodle's"),
        ("moodle", [["Identifier", "Full name", "Mark"], ["Participant 1", "a", ""]], "no column"),
    ],
)
def test_a_roster_of_another_platform_is_refused_before_anything_is_graded(
    tmp_path: Path, platform: str, rows: Any, words: str
) -> None:
    path = csv_file(tmp_path / "r.csv", *rows)
    with pytest.raises(BadRoster, match=words):
        read_exports([platform], path, "Quiz")


def test_a_roster_in_old_windows_encoding(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes("Name;E-Mail\r\nJürgen;j@x.org\r\n".encode("cp1252"))
    assert read_roster(tmp_path / "r.csv").entries[0].name == "Jürgen"
    with pytest.raises(BadRoster, match="no roster"):
        read_roster(tmp_path / "missing.csv")
