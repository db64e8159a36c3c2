"""When something was handed in, as platforms tell: that counts before a file's own time."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from small_classes import FILE, OTHER, find_class, put_files

from grader.classwork.class_folder import ClassWork, find_submissions
from grader.marking.exports import enrol
from grader.marking.lateness import lateness, unknown_times
from grader.marking.moodle_times import read_moodle_time
from grader.marking.roster import read_roster
from grader.marking.syllabus import LatePolicy, Syllabus

BERLIN = ZoneInfo("Europe/Berlin")
TWO = datetime(2026, 6, 10, 14, 14)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Wednesday, 10 June 2026, 2:14 PM", TWO),
        ("Wednesday, June 10, 2026, 2:14 PM", TWO),
        ("Mittwoch, 10. Juni 2026, 14:14", TWO),
        ("mercredi 10 juin 2026, 14:14", TWO),
        ("mercredi 10 juin 2026 à 14h14", TWO),
        ("miércoles, 10 de junio de 2026, 14:14", TWO),
        ("mercoledì, 10 giugno 2026, 14:14", TWO),
        ("quarta, 10 junho 2026, 14:14", TWO),
        ("woensdag, 10 juni 2026, 14:14", TWO),
        ("onsdag, 10 juni 2026, 14.14", TWO),
        ("2026-06-10 14:14", TWO),
        ("Sunday, 1 March 2026, 12:05 AM", datetime(2026, 3, 1, 0, 5)),
        ("Sunday, 1 March 2026, 12:05 PM", datetime(2026, 3, 1, 12, 5)),
        ("środa, 10 czerwca 2026, 14:14", None),
        ("10/06/2026, 14:14", None),
        ("Wednesday, 31 June 2026, 2:14 PM", None),
        ("Wednesday, 10 June 2026", None),
        ("-", None),
        ("", None),
    ],
)
def test_moodles_times_in_the_sites_language(text: str, time: datetime | None) -> None:
    assert read_moodle_time(text) == time


def _moodle(root: Path, times: dict[str, str], heading: str = "Last modified") -> ClassWork:
    """Return a class of Moodle's, enrolled by a worksheet with these times."""
    rows = [["Identifier", "Full name", "Grade", f"{heading} (submission)", f"{heading} (grade)"]]
    for number, (name, time) in enumerate(times.items(), start=11):
        put_files(root, {f"{name}_{number}_assignsubmission_file_/{FILE}": "answer = 1"})
        rows.append([f"Participant {number}", name, "", time, "Monday, 1 June 2026, 1:00 AM"])
    with (root.parent / "sheet.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    work = find_class(root)
    enrol(work, read_roster(root.parent / "sheet.csv"), BERLIN)
    return work


@pytest.mark.parametrize("heading", ["Last modified", "Zuletzt geändert"])
def test_moodles_worksheet_tells_when_something_came(root: Path, heading: str) -> None:
    times = {
        "Anna": "Wednesday, 10 June 2026, 2:14 PM",
        "Ben": "Freitag, 12. Juni 2026, 14:14",
        "Cleo": "-",
    }
    work = _moodle(root, times, heading)
    syllabus = Syllabus(
        due={"1.1.1": datetime(2026, 6, 10, 12, 14, tzinfo=UTC)}, late=LatePolicy(10)
    )
    days = {
        one.student: lateness(one.exercise, one.arrival, syllabus)[:2] for one in work.handed_in
    }
    assert days == {"Anna (11)": (0, 0), "Ben (12)": (2, 20), "Cleo (13)": (0, 0)}
    assert not work.problems


def test_a_deadline_without_times_is_told_once(root: Path) -> None:
    syllabus = Syllabus(due={"1.1.1": datetime(2026, 6, 10, 12, 14, tzinfo=UTC)})
    told = "When 2 submissions were handed in is not known: they count as in time."
    work = _moodle(root, {"Anna": "-", "Ben": "-"})
    hint = "Moodle's grading worksheet tells it: give that as the roster."
    assert unknown_times(work, syllabus) == f"{told} {hint}"
    assert unknown_times(work, Syllabus()) == ""
    (root.parent / "sheet.csv").unlink()
    work = _moodle(root, {"Anna": "-", "Ben": "-", "Cleo": "Friday, 12 June 2026, 2:14 PM"})
    assert unknown_times(work, syllabus) == told


def test_times_that_cannot_be_read_are_told(root: Path) -> None:
    work = _moodle(root, {"Anna": "środa, 10 czerwca 2026, 14:14"})
    assert work.handed_in[0].arrival.time is None
    (note,) = work.problems
    assert (note.graded, note.in_doubt) == (True, True)
    assert "środa, 10 czerwca" in note.what


def test_nbgraders_timestamp_counts_in_its_course_alone(root: Path) -> None:
    stamp = "2027-03-01 22:59:59.000000 UTC\n"
    files = {f"anna/one/{FILE}": "a", "anna/one/timestamp.txt": stamp}
    files |= {f"anna/two/{OTHER}": "a", "anna/two/timestamp.txt": "2027-03-02 01:00:00+01:00"}
    files |= {f"ben/one/{FILE}": "b", "ben/one/timestamp.txt": "yesterday"}
    put_files(root / "submitted", files, 1e9)
    (root / "source").mkdir()
    expected = {
        "1.1.1": ("platform", datetime(2027, 3, 1, 22, 59, 59, tzinfo=UTC)),
        "1.1.2": ("platform", datetime(2027, 3, 2, tzinfo=UTC)),
    }
    (root.parent / "copies").mkdir()
    for folder in (root, root / "submitted"):
        work = find_submissions(folder, root.parent / "copies")
        told = {(one.student, one.exercise.id): one.arrival for one in work.handed_in}
        assert told["ben", "1.1.1"].source == "file"
        for id, (source, time) in expected.items():
            assert (told["anna", id].source, told["anna", id].time) == (source, time)
    (root / "source").rmdir()  # a folder of students, who may write such a file themselves
    assert {one.arrival.source for one in find_class(root / "submitted").handed_in} == {"file"}


def test_times_in_names_are_in_the_courses_zone(root: Path) -> None:
    names = [
        f"HW1_anna_attempt_2026-06-10-14-14-00_{FILE}",
        f"271836-442356 - Ben - Jun 10, 2026 214 PM - {FILE}",
    ]
    put_files(root, dict.fromkeys(names, "answer = 1"))
    (root.parent / "copies").mkdir()
    work = find_submissions(root, root.parent / "copies", zone=BERLIN)
    assert {one.arrival.time for one in work.handed_in} == {TWO.replace(tzinfo=BERLIN)}
