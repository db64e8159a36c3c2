"""What `course.toml` may set, what that means, and how what it may not set is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

import grader
from grader.catalogue import exercises, find
from grader.marking.syllabus import Feedback, LatePolicy, Syllabus
from grader.marking.syllabus_file import (
    SKELETON,
    BadSyllabus,
    find_syllabus,
    read_syllabus,
    syllabus_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
WHOLE = """
id = "deep-1"
title = "Deep learning"
language = "en"
timezone = "Europe/Berlin"
roster = "students.csv"
exercises = ["2.2", "1.1.1"]

[points]
all = 5
"2.2" = 8
2.2.1 = 10.5

[due]
all = 2027-03-01
"2.2.4" = 2027-03-02T12:00:00
"2.2.3" = 2027-03-02T12:00:00Z

[late]
per_day = 10
grace = 30
most = 50
file_times = false

[feedback]
kind = "brief"
full_from = 2027-04-01T00:00:00

[limits]
timeout = 20
memory = "8GB"
processes = 100
"""


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "course.toml").write_text(WHOLE, "utf-8")
    found = read_syllabus(tmp_path / "course.toml")
    assert (found.id, found.title, found.language) == ("deep-1", "Deep learning", "en")
    assert found.exercises == ("1.1.1", "2.2.1", "2.2.2", "2.2.3", "2.2.4")
    assert [one.id for one in found.all_exercises] == list(found.exercises)
    assert found.roster == str(tmp_path / "students.csv")
    assert (found.timeout, found.limits) == (20, ("memory=8GB", "processes=100"))
    assert found.late == LatePolicy(10, 30, 50, file_times=False)
    assert found.feedback == Feedback(True, datetime(2027, 4, 1, tzinfo=BERLIN))


@pytest.mark.parametrize(("id", "points"), [("1.1.1", 5), ("2.2.1", 10.5), ("2.2.2", 8)])
def test_the_nearest_word_counts(id: str, points: float) -> None:
    assert syllabus_of(WHOLE).worth(find(id)) == points


def test_what_the_guide_shows_can_be_set() -> None:
    guide = Path(grader.__file__).parent / "teaching" / "guides" / "course.md"
    text = guide.read_text("utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert syllabus_of(shown).points["2.2.1"] == 20
    keys = {line.partition("=")[0].strip("# ") for line in SKELETON.splitlines() if " = " in line}
    assert [key for key in sorted(keys) if key.strip('"') not in text] == []


def test_deadlines_have_a_zone_and_a_date_lasts_until_its_end() -> None:
    found = syllabus_of(WHOLE)
    assert {id: when.astimezone(UTC).isoformat()[:16] for id, when in found.due.items()} == {
        "1.1.1": "2027-03-01T22:59",
        "2.2.1": "2027-03-01T22:59",
        "2.2.2": "2027-03-01T22:59",
        "2.2.3": "2027-03-02T12:00",
        "2.2.4": "2027-03-02T11:00",
    }
    assert syllabus_of("due = 2027-03-01T12:00:00").deadline(find("1.1.1")) == (
        datetime(2027, 3, 1, 12).astimezone()  # where nothing else is said, of this machine
    )


def test_what_is_not_set_is_as_always(tmp_path: Path) -> None:
    assert find_syllabus(None, tmp_path) == (Syllabus(), None)
    assert syllabus_of("") == Syllabus()
    exercise = find("2.2.1")
    assert Syllabus().worth(exercise) == exercise.points
    assert Syllabus().deadline(exercise) is None
    assert (Syllabus().chosen, len(Syllabus().all_exercises)) == (None, len(exercises()))


def test_it_is_found_where_the_command_is_called(tmp_path: Path) -> None:
    path = tmp_path / "course.toml"
    path.write_text('title = "here"')
    assert find_syllabus(None, tmp_path) == (Syllabus(title="here"), path)
    other = tmp_path / "other.toml"
    other.write_bytes(b'\xef\xbb\xbftitle = "other"\r\n')
    assert find_syllabus(other, tmp_path)[0].title == "other"


def test_it_goes_to_another_machine_whole() -> None:
    found = syllabus_of(WHOLE)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Syllabus) == found


@pytest.mark.parametrize(
    ("late", "days", "per_cent"),
    [
        (timedelta(hours=-1), 0, 0),
        (timedelta(), 0, 0),
        (timedelta(minutes=30), 0, 0),
        (timedelta(minutes=30, microseconds=1), 1, 10),
        (timedelta(days=1), 1, 10),
        (timedelta(days=1, microseconds=1), 2, 20),
        (timedelta(days=5), 5, 50),
        (timedelta(days=400), 400, 50),
    ],
)
def test_each_day_that_has_begun_costs_up_to_the_most(
    late: timedelta, days: int, per_cent: float
) -> None:
    policy = LatePolicy(per_day=10, grace=30, most=50)
    assert (policy.days(late), policy.per_cent(late)) == (days, per_cent)
    assert LatePolicy().per_cent(late) == 0


def test_brief_feedback_becomes_full_at_its_time() -> None:
    at = datetime(2027, 4, 1, tzinfo=BERLIN)
    feedback = Feedback(brief=True, full_from=at)
    assert feedback.is_brief(at - timedelta(seconds=1))
    assert not feedback.is_brief(at)
    assert Feedback(brief=True).is_brief(at)
    assert not Feedback().is_brief(at)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "no TOML"),
        ("a = " + "[" * 100_000, "no TOML"),
        ("exercise = 1", "exercise: there is no such key. Did you mean exercises?"),
        ("zzzz = 1", "There are id, title"),
        ("[late]\nper-day = 3", "late.per-day: there is no such key. Did you mean late.per_day?"),
        ("late = 3", "late: this should be a table, not a whole number"),
        ('[late]\nper_day = "3"', "late.per_day: this should be a number, not a text in quotes"),
        ("[late]\nper_day = nan", "late.per_day: this should be a number"),
        ("[late]\nper_day = 101", "late.per_day: this should be a number of at most 100."),
        ("[late]\ngrace = -1", "late.grace: this should be a number of at least 0."),
        ("[late]\nfile_times = 1", "late.file_times: this should be true or false"),
        ('language = "de"', 'language: there are texts in English ("en") only, none in "de"'),
        ('id = "a b"', "id: it may have letters"),
        ('exercises = ["2.9"]', "exercises: There is no exercise, lesson or chapter called '2.9'"),
        ("exercises = []", "exercises: this list names none"),
        ('exercises = "2.2"', "exercises: this should be a list in brackets"),
        ("points = true", "points: this should be a number"),
        ("points = inf", "points: this should be a number"),
        ('[points]\n"9.1" = 3', "points.9.1: There is no exercise"),
        ('exercises = ["1"]\n[points]\n2.2 = 3', "points.2.2: that is not among the exercises"),
        ('due = "2027-03-01"', "due: this should be a date or a time, without quotes"),
        ("due = 12:00:00", "due: this should be a date or a time"),
        ("[due]\n2.2.1 = 5", "due.2.2.1: this should be a date or a time"),
        ("due = 0001-01-01T00:00:00", "due: 0001-01-01 00:00:00 is no time that can be used"),
        ('[feedback]\nkind = "short"', 'feedback.kind: "short" is neither "full" nor "brief"'),
        ("[feedback]\nfull_from = 3", "feedback.full_from: this should be a date or a time"),
        ("[feedback]\nfull_from = 2027-01-01", 'this goes with kind = "brief" only'),
        ('[limits]\nmemory = "8"', "limits.memory: memory=8: 8 needs a unit, such as 8MB or 8GB"),
        ("[limits]\nprocesses = 0", "limits.processes: processes=0: the value goes from 1"),
        ("[limits]\ntimeout = 0", "limits.timeout: this should be a number of at least 1."),
        ('timezone = "../x"', 'timezone: there is no "../x"'),
    ],
    ids=lambda text: text[:30] if isinstance(text, str) else "",
)
def test_what_cannot_be_is_refused_with_its_key(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "course.toml").write_text(text, "utf-8")
    with pytest.raises(BadSyllabus) as error:
        read_syllabus(tmp_path / "course.toml")
    assert words in str(error.value)
    assert str(error.value).startswith(f"{tmp_path / 'course.toml'}: ")
    assert str(error.value).count(": this") <= 1


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadSyllabus, match="There is no file"):
        read_syllabus(tmp_path / "missing.toml")
    with pytest.raises(BadSyllabus, match="cannot be read"):
        read_syllabus(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'title = "\xfc"')
    with pytest.raises(BadSyllabus, match="not UTF-8"):
        read_syllabus(tmp_path / "latin.toml")
