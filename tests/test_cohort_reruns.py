"""A class that is graded again: whose mark has moved, and that no class takes another's place."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from commands import grade, solution
from quick_class import QUIZ, Fake, put, table
from rich.console import Console

from grader.catalogue import find
from grader.classwork.same_content import verdict_of_other
from grader.marking.earlier_marks import OtherClass
from grader.show.tally import SECONDS_BETWEEN_LINES, Tally
from grader.submission import Submission
from grader.teaching import cohort
from grader.teaching.cohort import Summary
from grader.verdict import Outcome, Verdict

Run = Callable[..., Summary]
MOVED = ["student", "exercise", "before", "now", "file", "passes now", "fails now"]


def test_another_class_is_refused_and_nothing_of_the_first_is_lost(
    tmp_path: Path, fake: Fake, run: Run
) -> None:
    for number in range(30):
        put(tmp_path / "class", f"s{number}", f"x = {number}\n")
    run()
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    (tmp_path / "class").rename(tmp_path / "first")
    put(tmp_path / "class", "s7", "x = 7\n")
    put(tmp_path / "class", "else", "x = 1\n")
    with pytest.raises(OtherClass, match="of its 30 students 1 is in this one"):
        run()
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")} == before
    assert len(fake.graded) == 30


@pytest.mark.usefixtures("fake")
def test_a_class_may_lose_and_gain_students_and_lie_elsewhere(tmp_path: Path, run: Run) -> None:
    for name in ("anna", "ben", "cleo"):
        put(tmp_path / "class", name, f"{name} = 1\n")
    assert run().gone == []
    (tmp_path / "class").rename(tmp_path / "old")
    for name in ("anna", "ben", "dora", "emil"):
        put(tmp_path / "class", name, f"{name} = 1\n")
    summary = run()
    assert (summary.gone, summary.graded, summary.known) == (["cleo"], 2, 2)
    assert run().gone == []


def test_a_regrade_says_whose_mark_has_moved_and_by_which_check(
    tmp_path: Path, fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    path = put(tmp_path / "class", "anna", "x = 1\n")
    put(tmp_path / "class", "ben", "right = 1\n")
    gone = put(tmp_path / "class", "ben", "right = 2\n", QUIZ)
    assert run().moves == []
    assert table(out / "changes.csv") == [MOVED]
    path.write_text("right = 1\n")
    gone.unlink()
    put(tmp_path / "class", "cleo", "x = 1\n")  # who is new has not moved
    assert [move.sentence for move in run("2.2.1").moves] == [
        "anna 2.2.1: 8 → 9 points (passes now: optimizer; another file)"
    ]
    assert table(out / "changes.csv") == [
        MOVED, ["anna", "2.2.1", "8", "9", "other", "optimizer", ""],
    ]  # fmt: skip
    assert [move.sentence for move in run("2.2.1", "1.1.1").moves] == ["ben 1.1.1: 1 → not graded"]

    def stricter(submission: Submission, *rest: object) -> Verdict:
        source = submission.file.data.replace(b"right", b"x")
        return fake(Submission.of_bytes(submission.exercise, "x.py", source), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(cohort, "grade_in_lane", stricter)
    assert [move.sentence for move in run("2.2.1", fresh=True).moves] == [
        "anna 2.2.1: 9 → 8 points (fails now: optimizer; the same file)",
        "ben 2.2.1: 9 → 8 points (fails now: optimizer; the same file)",
    ]
    (out / ".marks").write_bytes(b"\x81")  # damaged: nothing to compare with
    assert run().moves == []


# --- the same content


def test_the_same_content_is_graded_once_and_each_has_a_report_of_their_own(
    tmp_path: Path, fake: Fake, run: Run
) -> None:
    put(tmp_path / "class", "anna", "x = 1\n", "2_2_1 anna.py")
    put(tmp_path / "class", "ben", "x = 1\r\n", "2_2_1 ben.py")
    put(tmp_path / "class", "cleo", "x = 1\n", "2_2_1 cleo.py")
    put(tmp_path / "class", "dora", "x = 2\n")
    put(tmp_path / "class", "dora", "x = 1\n", QUIZ)
    summary = run()
    assert (summary.graded, summary.shared, len(fake.graded)) == (5, 2, 3)
    for name in ("anna", "ben", "cleo"):
        page = (tmp_path / "out" / "report" / "students" / f"{name}.html").read_text("utf-8")
        assert [who for who in ("anna", "ben", "cleo") if f"2_2_1 {who}.py" in page] == [name]
    assert run().known == 5


@pytest.mark.parametrize(
    ("status", "words"),
    [(Outcome.TIMEOUT, "Look there."), (Outcome.FAILED, "See 2_2_1 anna.py.")],
    ids=["depends on the moment", "tells another's name"],
)
def test_what_is_not_shared_is_graded_by_itself(
    tmp_path: Path, fake: Fake, run: Run, status: Outcome, words: str
) -> None:
    fake.status, fake.words = status, words
    for name in ("anna", "ben"):
        put(tmp_path / "class", name, "x = 1\n", f"2_2_1 {name}.py")
    summary = run()
    assert (summary.graded, summary.shared, len(fake.graded)) == (2, 0, 2)


def test_a_verdict_is_shared_with_its_words_and_another_name() -> None:
    one, other = (
        Submission.of_bytes(find("1.1.1"), f"{name}.py", b"x\n") for name in ("anna", "ben")
    )
    verdict = Verdict("1.1.1", "A quiz", Outcome.FAILED, (), "No.", file="anna.py", seconds=2)
    shared = verdict_of_other(verdict, one, other)
    assert shared == msgspec.structs.replace(verdict, file="ben.py")


# --- how far it is


def test_a_log_gets_a_line_now_and_then() -> None:
    log, now = io.StringIO(), 0.0
    with Tally(Console(file=log, width=80), 300, clock=lambda: now) as tally:
        for _ in range(300):
            now += 0.6 * SECONDS_BETWEEN_LINES / 10
            tally.advance()
    lines = log.getvalue().splitlines()
    assert lines[0] == "17 of 300 graded, about 8 min left"
    assert lines[-1] == "289 of 300 graded, about 20 s left"
    assert len(lines) == 17


def test_the_time_of_the_start_is_not_taken_for_that_of_the_rest() -> None:
    log, times = io.StringIO(), iter((0.0, 100.0, 101.0, 140.0))
    with Tally(Console(file=log, width=80), 50, clock=lambda: next(times)) as tally:
        for _ in range(3):
            tally.advance()
    assert log.getvalue().splitlines() == [
        "1 of 50 graded",
        "3 of 50 graded, about 16 min left",
    ]


def test_a_terminal_has_its_bar_and_no_lines() -> None:
    shown = io.StringIO()
    with Tally(Console(file=shown, force_terminal=True, width=80), 2, clock=lambda: 1e9) as tally:
        tally.advance()
    assert "left" not in shown.getvalue()
    assert "1/2" in shown.getvalue()


# --- what the command says


def test_exit_codes_tell_nothing_handed_in_from_nothing_written(tmp_path: Path) -> None:
    put(tmp_path / "class", "anna", solution("1.1.1"), QUIZ)
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "class" / "ben").mkdir()
    put(tmp_path / "class", "anna", "answer = 0\n", QUIZ)
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "1 mark has moved since the last run:\n  anna 1.1.1: 1 → 0 points (" in done.stdout
    (tmp_path / "out" / "gradebook.csv").unlink()
    (tmp_path / "out" / "gradebook.csv" / "in the way").mkdir(parents=True)
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path)
    assert done.returncode == 4
    assert done.stderr.startswith("grade: The results cannot be written to out: ")
    (tmp_path / "class").rename(tmp_path / "first")
    put(tmp_path / "class", "otto", "answer = 1\n", QUIZ)
    done = grade("cohort", "class", "--out", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "out has the results of another class" in done.stderr
