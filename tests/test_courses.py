"""`course.toml` on the command line: what is told of it, and that each command goes by it."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from commands import grade, solution

from grader.cli import app
from grader.marking.syllabus import Syllabus
from grader.marking.syllabus_file import SKELETON, BadSyllabus, syllabus_of
from grader.usage import WrongUsage

COURSE = """
title = "Deep learning"
exercises = ["1.1"]
timezone = "UTC"
points = 5

[due]
1.1.1 = 2026-11-26T12:00:00

[late]
per_day = 20
most = 30

[feedback]
kind = "brief"

[limits]
timeout = 50
memory = "6GB"
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "course.toml").write_text(COURSE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, standalone_mode=False)


def _hand_in(root: Path, student: str, source: str, day: int) -> None:
    path = root / student / "1_1_1.py"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    seconds = datetime(2026, 11, day, 23, tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))


def test_what_a_course_sets_is_told(here: Path) -> None:
    told = _call("course").output.splitlines()
    assert told[0] == "Deep learning"
    assert [line.split() for line in told[2:4]] == [
        ["1.1.1", "Describing", "Keras", "5", "2026-11-26", "12:00", "UTC", "4"],
        ["1.1.2", "Would", "you", "use", "deep", "learning?", "5", "-"],
    ]
    assert told[4] == "2 exercises, 10 points"
    assert "takes 20 % off the points that can be had; 30 % at most" in told[5]
    assert "which checks failed" in told[6]
    assert told[7] == "Language: English"
    assert told[8].startswith("A file gets 50 s, 6 GB of memory")
    assert _call("course", str(here / "course.toml"), "--dry-run").output.splitlines() == told


def test_a_file_to_begin_with(here: Path) -> None:
    assert isinstance(_call("course", "--init").exception, WrongUsage)
    assert (here / "course.toml").read_text() == COURSE
    assert _call("course", "other.toml", "--init").exit_code == 0
    assert syllabus_of((here / "other.toml").read_text()) == Syllabus()
    whole = "\n".join(line.removeprefix("# ") for line in SKELETON.splitlines()[1:])
    assert syllabus_of(whole).points["2.2.1"] == 20  # all that it shows can be set
    (here / "course.toml").unlink()
    assert isinstance(_call("course").exception, WrongUsage)


def test_a_class_is_marked_by_it(here: Path) -> None:
    right = solution("1.1.1")
    _hand_in(here / "class", "anna", right, 25)
    _hand_in(here / "class", "ben", right, 26)
    _hand_in(here / "class", "cleo", right, 29)
    _hand_in(here / "class", "dora", "answer = 1", 25)
    roster = "Name,E-mail\n" + "".join(f"{name},{name}@x.org\n" for name in ("Anna", "Eve"))
    (here / "roster.csv").write_text(roster)

    told = _call("cohort", "class", "--dry-run", "--roster", "roster.csv").output
    assert "5 students, 4 submissions" in told
    assert "ben: 1.1.1 Handed in late: 2026-11-26 23:00 (the file's own time)" in told
    assert "anna" not in told
    assert not (here / "results").exists()

    done = grade(
        "cohort", "class", "--roster", "roster.csv", "--format", "canvas", "--no-such", cwd=here
    )
    assert done.returncode == 2
    done = grade("cohort", "class", "--roster", "roster.csv", "--format", "canvas", cwd=here)
    assert "grade: going by course.toml" in done.stderr
    assert "Eve: is on the roster, and nothing was handed in" in done.stderr
    assert "Not found on the roster: ben, cleo, dora." in done.stderr
    assert "canvas.csv" in done.stdout
    with (here / "results" / "gradebook.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    assert {name: row["1.1.1"] for name, row in rows.items()} == {
        "anna": "5", "ben": "4", "cleo": "3.5", "dora": "0", "Eve": "",
    }  # fmt: skip
    assert (rows["anna"]["name"], rows["anna"]["e-mail"]) == ("Anna", "Anna@x.org")
    assert (rows["cleo"]["total"], rows["cleo"]["maximum"]) == ("3.5", "10")
    assert (rows["cleo"]["per cent"], rows["cleo"]["handed in"][:10]) == ("35", "2026-11-29")
    document = json.loads((here / "results" / "results.json").read_text("utf-8"))
    assert document["exercises"][0]["max_points"] == 5
    ben = next(one for one in document["students"] if one["student"] == "ben")
    assert (ben["exercises"][0]["mark"], ben["exercises"][0]["per_cent_off"]) == (4, 20)
    pages = here / "results" / "report" / "students"
    assert "It counts 4 of 5 points." in (pages / "ben.html").read_text("utf-8")
    page = (pages / "dora.html").read_text("utf-8")
    assert "names the false statement" in page
    assert "expected:" not in page
    assert "got:" not in page


def test_options_go_before_the_file(here: Path) -> None:
    (here / "class" / "anna").mkdir(parents=True)
    arguments = ["cohort", "class", "1.1.2", "--timeout", "9", "--limit", "memory=7GB,disk=1GB"]
    told = _call(*arguments, "--dry-run").output
    assert "1 exercise, 5 points" in told
    assert "A file gets 9 s, 7 GB of memory, 64 processes, 1 GB of disk" in told


def test_an_autograder_goes_by_it(here: Path) -> None:
    done = grade("gradescope", "auto.zip", "--course", "course.toml", cwd=here)
    assert "auto.zip grades 2 exercises, for 10 points." in done.stdout
    with zipfile.ZipFile(here / "auto.zip") as archive:
        syllabus = json.loads(archive.read("config.json"))["syllabus"]
    assert (syllabus["points"], syllabus["timeout"]) == ({"1.1.1": 5.0, "1.1.2": 5.0}, 50.0)
    assert syllabus["late"]["per_day"] == 20


@pytest.mark.parametrize("command", [["cohort", "x"], ["gradescope", "x.zip"], ["release", "x"]])
def test_each_command_refuses_a_bad_file_before_it_begins(here: Path, command: list[str]) -> None:
    (here / "course.toml").write_text("pionts = 5")
    error = _call(*command).exception
    assert isinstance(error, BadSyllabus)
    assert "course.toml: pionts: there is no such key. Did you mean points?" in str(error)
    assert isinstance(_call(*command, "--course", "missing.toml").exception, BadSyllabus)
    assert not (here / "x").exists()


def test_a_file_among_what_was_handed_in_sets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "class" / "anna").mkdir(parents=True)
    (tmp_path / "class" / "course.toml").write_text("points = 999")
    monkeypatch.chdir(tmp_path)
    assert "999" not in _call("cohort", "class", "--dry-run").output
