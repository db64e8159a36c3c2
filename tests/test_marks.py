"""What work counts: points as the course sets them, lateness, rounding."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.catalogue import find
from grader.classwork.arrivals import Arrival
from grader.classwork.class_folder import find_submissions
from grader.marking.briefing import brief
from grader.marking.lateness import Lateness, lateness
from grader.marking.marks import in_figures, mark_of, rounded, shares
from grader.marking.syllabus import LatePolicy, Syllabus
from grader.verdict import CheckResult, CheckStatus, Outcome, Tip, Verdict

EXERCISE = find("2.2.1")
DUE = datetime(2027, 3, 1, 12, tzinfo=UTC)
SYLLABUS = Syllabus(due={"2.2.1": DUE}, late=LatePolicy(per_day=10, grace=15, most=50))


def _verdict(points: int, most: int = 9, left_out: int = 0) -> Verdict:
    checks = [
        CheckResult("a", CheckStatus.PASSED, max_points=points),
        CheckResult("b", CheckStatus.FAILED, max_points=most - points),
        CheckResult("c", CheckStatus.SKIPPED, max_points=left_out, counts=False),
    ]
    passed = points == most
    return Verdict("2.2.1", "", Outcome.PASSED if passed else Outcome.FAILED, tuple(checks))


def _at(late: timedelta, source: str = "platform", *, marked: bool = False) -> Arrival:
    assert source in {"platform", "file", ""}
    return Arrival((DUE + late).timestamp(), source, marked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "worth", "per_cent", "mark"),
    [
        (9, None, 0, 9),
        (4, None, 0, 4),
        (4, 18, 0, 8),
        (1, 10, 0, 1.11),
        (5, 10, 0, 5.56),
        (1, 0.045, 0, 0.01),  # 0.005: halves go up
        (9, 10, 10, 9),
        (9, None, 10, 8.1),
        (4, 10, 30, 1.44),
        (1, 10, 50, 0),  # 1.11 - 5 is not below 0
        (9, 0, 10, 0),
    ],
)
def test_a_mark_is_scaled_reduced_and_rounded_once(
    points: int, worth: float | None, per_cent: float, mark: float
) -> None:
    syllabus = Syllabus(points={} if worth is None else {"2.2.1": worth})
    found = mark_of(_verdict(points), EXERCISE, syllabus, Lateness(1, per_cent))
    assert found.points == mark
    assert found.most == (9 if worth is None else worth)


def test_checks_that_no_machine_here_can_make_cost_nothing() -> None:
    assert mark_of(_verdict(6, 6, left_out=3), EXERCISE, Syllabus(), Lateness()).points == 9
    assert mark_of(_verdict(3, 6, left_out=3), EXERCISE, Syllabus(), Lateness()).points == 4.5


def test_checks_share_the_points_without_a_rest() -> None:
    assert shares(9, [2, 3, 4]) == [2, 3, 4]
    assert shares(10, [1, 1, 1]) == [3.33, 3.34, 3.33]
    assert shares(0, [1, 2]) == [0, 0]
    assert shares(5, []) == []


def test_figures() -> None:
    numbers = [9, 9.0, 8.5, 8.25, 0, 1234567.5, 0.1 + 0.2, 1.005, 100]
    assert [in_figures(number) for number in numbers] == [
        "9", "9", "8.5", "8.25", "0", "1234567.5", "0.3", "1.01", "100",
    ]  # fmt: skip
    assert rounded(2.675) == 2.68


@pytest.mark.parametrize(
    ("arrival", "days", "per_cent", "words"),
    [
        (_at(timedelta(days=-1)), 0, 0, ""),
        (_at(timedelta(minutes=15)), 0, 0, ""),
        (_at(timedelta(minutes=16)), 1, 10, "1 day has begun since. 10 % of the points"),
        (_at(timedelta(days=2, hours=1)), 3, 30, "3 days have begun since. 30 % of the points"),
        (_at(timedelta(days=2), "file"), 2, 20, "2027-03-03 12:00 (the file's own time)"),
        (_at(timedelta(days=2), ""), 0, 0, "is not known, so it counts as in time"),
        (Arrival(), 0, 0, "is not known"),
        (Arrival(float("inf"), "file"), 0, 0, "is not known"),
        (_at(timedelta(days=2), "", marked=True), 1, 10, "does not say by how much: one day"),
        (_at(timedelta(days=3), marked=True), 3, 30, "3 days have begun"),
    ],
)
def test_what_lateness_costs(arrival: Arrival, days: int, per_cent: float, words: str) -> None:
    found = lateness(EXERCISE, arrival, SYLLABUS)
    assert (found.days, found.per_cent) == (days, per_cent)
    assert words in found.note
    assert bool(words) == bool(found.note)


def test_a_files_own_time_counts_only_where_that_is_wanted() -> None:
    strict = Syllabus(due={"2.2.1": DUE}, late=LatePolicy(per_day=10, file_times=False))
    assert "not known" in lateness(EXERCISE, _at(timedelta(days=9), "file"), strict).note
    assert lateness(EXERCISE, _at(timedelta(days=9), "platform"), strict).per_cent == 90


def test_without_a_deadline_nobody_is_late() -> None:
    assert lateness(EXERCISE, _at(timedelta(days=9)), Syllabus()) == Lateness()
    told = lateness(EXERCISE, _at(timedelta(), marked=True), Syllabus())
    assert (told.per_cent, told.note) == (0, "The platform marked it as late.")


METADATA = """\
submission_7:
  :submitters:
  - :name: Anna
  :created_at: 2026-10-01 04:10:30.000000000 -0700
submission_8:
  :submitters:
  - :name: Ben
  :created_at: soon
"""


@pytest.mark.parametrize(
    ("name", "source", "when"),
    [
        ("anna/1_1_1.py", "file", "2026-10-05 00:00"),
        ("HW_anna_attempt_2026-10-01-11-10-30_1_1_1.py", "platform", "2026-10-01 11:10"),
        ("271-4 - Anna - Oct 1, 2026 1110 AM/1_1_1.py", "platform", "2026-10-01 11:10"),
        ("271-4 - Anna - 1 octobre, 2026 1110/1_1_1.py", "", ""),
        ("submission_7/1_1_1.py", "platform", "2026-10-01 11:10"),
        ("submission_8/1_1_1.py", "", ""),
        ("Anna_7_assignsubmission_file_/1_1_1.py", "", ""),
        ("anna_12_345_1_1_1.py", "", ""),
        ("Anna - 1_1_1.py", "", ""),
    ],
)
def test_who_tells_when_something_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str, when: str
) -> None:
    """What a platform packed has the time of its packing, by which nobody is late."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    path = tmp_path / "class" / name
    path.parent.mkdir(parents=True)
    path.write_text("x")
    packed = datetime(2026, 10, 5, tzinfo=UTC).timestamp()
    os.utime(path, (packed, packed))
    (tmp_path / "class" / "submission_metadata.yml").write_text(METADATA)
    (tmp_path / "temporary").mkdir()
    found = find_submissions(tmp_path / "class", tmp_path / "temporary")
    (arrival,) = (one.arrival for one in found.handed_in)
    assert arrival.source == source
    assert (f"{arrival.time:%Y-%m-%d %H:%M}" if arrival.time else "") == when


def test_brief_feedback_names_the_check_and_no_more() -> None:
    checks = (
        CheckResult("a", CheckStatus.PASSED, "One."),
        CheckResult("b", CheckStatus.FAILED, "Two.", "adam", "sgd", "Look.", "table", 3),
        CheckResult("c", CheckStatus.SKIPPED, "Three.", message="Not looked at: needs b."),
    )
    verdict = Verdict("2.2.1", "", Outcome.FAILED, checks, tips=(Tip("Say adam."),))
    found = brief(verdict)
    assert [check.statement for check in found.checks] == ["One.", "Two.", "Three."]
    assert found.checks[1] == CheckResult("b", CheckStatus.FAILED, "Two.")
    assert found.checks[2] == checks[2]
    assert (found.tips, found.points) == ((), verdict.points)
